from odoo import api, fields, models

from ...const import CREDIT_KINDS
from ...guard import redeem, refuse

GUARDED = ("returns_credit_kind", "returns_order_id")


class AccountMove(models.Model):
    """Credit to a customer: what kind it is, and which return it belongs to."""

    _inherit = "account.move"

    returns_credit_kind = fields.Selection(
        CREDIT_KINDS,
        "Kind of credit",
        copy=False,
        index="btree_not_null",
        help="Return: by the steps of a return, when its release rule is met. "
        "Correction: an invoice is reversed to be issued anew. Goodwill: given by "
        "finance without a return.",
    )
    returns_order_id = fields.Many2one(
        "returns.order", "Return", copy=False, readonly=True, index="btree_not_null"
    )

    @api.model_create_multi
    def create(self, vals_list):
        self, machine = redeem(self, "create")
        moves = super().create(vals_list)
        if not machine:
            moves._check_credit_kind_free()
        return moves

    def write(self, vals):
        self, machine = redeem(self, "write", vals)
        guarded = vals.keys() & set(GUARDED)
        if guarded and not machine:
            self._check_credit_kind_write(vals)
        return super().write(vals)

    def _check_credit_kind_free(self):
        """Checked on the records: a default in a context passes a check of values."""
        for move in self:
            if move.returns_order_id or (
                move.returns_credit_kind
                and not (move.returns_credit_kind == "goodwill" and move._may_goodwill())
            ):
                move._refuse_credit_kind()

    def _check_credit_kind_write(self, vals):
        for move in self:
            if "returns_order_id" in vals or move.returns_credit_kind == "return":
                move._refuse_credit_kind()
            if vals.get("returns_credit_kind") not in (False, "goodwill"):
                move._refuse_credit_kind()
            if move.state != "draft" or not move._may_goodwill():
                move._refuse_credit_kind()

    def _may_goodwill(self):
        return self.env.user.has_group("returns_governance.group_finance")

    def _refuse_credit_kind(self):
        refuse(
            "GUARDED_FIELD",
            self.env._(
                "%(move)s: the kind of a credit follows from how it was made. Only "
                "finance can mark a draft credit note as goodwill.",
                move=self.display_name,
            ),
        )

    # --- posting ----------------------------------------------------------------------
    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        # sudo: whoever posts, the return behind the credit note has to know
        credits = posted.sudo().filtered("returns_order_id")
        settlements = self.env["returns.settlement"].sudo()
        if credits:
            settlements = settlements.search([("move_id", "in", credits.ids)])
            self.env["returns.posting"].sudo()._posted(settlements)
        return posted

    # --- reconciliation ---------------------------------------------------------------
    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Pair each credit note with its own invoice.

        Core zips the reversals with a deduplicated set of invoices: when two credit
        notes of one batch reverse one invoice, the pairs slip and credit notes meet
        the invoices of other customers.
        """
        returns = reverse_moves.filtered(
            lambda move: move.returns_credit_kind == "return"
        )
        returns._reconcile_with_own_invoice()
        for move in reverse_moves - returns:
            super(AccountMove, move.reversed_entry_id)._reconcile_reversed_moves(
                move, move_reverse_cancel
            )
        return reverse_moves

    def _reconcile_with_own_invoice(self):
        """Reconcile credit notes with what is still open on their invoices, in one
        plan; what is paid already stays open on the credit note, to be paid back."""
        plan = []
        for invoice, credits in self.grouped("reversed_entry_id").items():
            lines = (invoice | credits).line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
                and not line.reconciled
            )
            for group in lines.grouped("account_id").values():
                if len(group.move_id) > 1 and invoice in group.move_id:
                    plan.append(group)
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)
