from copy import deepcopy

from odoo import SUPERUSER_ID, api, fields, models

from odoo.addons.inventory_states.patience import lock, patiently

from ...const import CREDIT_KINDS
from ...guard import redeem, refuse
from .sale_order_paid_notes import NOTES, PaidNotes

MACHINE_ONLY = frozenset(
    {
        "returns_order_id",
        "returns_reissue_id",
        "returns_cost_line_id",
        "returns_freed_amount",
        "returns_freed_ids",
    }
)
GUARDED = MACHINE_ONLY | {"returns_credit_kind"}
CORRECTING = "returns_correcting"
POSTING = "returns_posting"


class Correction:
    """Says in a context that the reversal wizard issues an invoice anew.

    An object, which no call from outside can carry.
    """


class Posting:
    """Says in a context that ``_post`` is at work, which goes on by itself after it.

    An object too, so that no call from outside can keep a return waiting.
    """


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

    returns_reissue_id = fields.Many2one(
        "account.move",
        "Issued anew as",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Of a correction: the invoice that takes the reversed one's place.",
    )
    # Also lets the machine find the settlements of many documents in one query.
    returns_settlement_ids = fields.One2many(
        "returns.settlement",
        "move_id",
        "Settlements",
        copy=False,
        groups="returns_governance.group_reader",
    )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        self, machine = redeem(self, "create")
        made_posted = self.env.context.get("default_state") == "posted" or any(
            vals.get("state") == "posted" for vals in vals_list
        )
        if not made_posted:
            return self._create_checked(vals_list, machine)
        return patiently(self.env, lambda: self._create_posted(vals_list, machine))

    def _create_posted(self, vals_list, machine):
        self.env["returns.gate"]._lock_values(vals_list)
        # Core takes the values apart: another run needs them whole.
        return self._create_checked(deepcopy(vals_list), machine)

    def _create_checked(self, vals_list, machine):
        # pylint: disable-next=super-method-mismatch  # a part of it, run again
        moves = super().create(vals_list)
        if not machine:
            moves._check_credit_kind_free()
        # A default state in the context makes posted documents without any posting.
        posted = moves.filtered(lambda move: move.state == "posted")
        if posted:
            self.env["returns.gate"]._check_posted(posted)
        return moves

    def write(self, vals):
        self, machine = redeem(self, "write", vals)
        if vals.keys() & GUARDED and not machine:
            self._check_credit_kind_write(vals)
        if not vals.keys() & {"state", "reversed_entry_id", "move_type"}:
            return super().write(vals)
        if self._is_at_work():
            return self._write_checked(vals)
        return patiently(self.env, lambda: self._write_checked(dict(vals)))

    def _is_at_work(self):
        """Whether ``_post`` is at work, which is run again as a whole."""
        return isinstance(self.env.context.get(POSTING), Posting)

    def _write_checked(self, vals):
        before = self.filtered(lambda move: move.state == "posted")
        leaving = before.filtered(lambda move: vals.get("state", "posted") != "posted")
        leaving._check_not_hashed()
        leaving._check_not_paid_out()
        gate = self.env["returns.gate"]
        if vals.get("state") == "posted" and not self._is_at_work():
            gate._lock(self - before)
        # Drafts that are cancelled, too: core counts them as invoiced until then.
        gate._lock_bills(self if vals.get("state") == "cancel" else leaving)
        leaving.sudo()._note_freed()  # sudo: the machine's own note
        # pylint: disable-next=super-method-mismatch  # a part of it, run again
        result = super().write(vals)
        posted = self.filtered(lambda move: move.state == "posted")
        if entered := posted - before if "state" in vals else posted:
            gate._check_posted(entered)
            # The entry of a payment may be posted past the payment's own button.
            if payments := entered.origin_payment_id:
                self.env["returns.gate.payment"]._check_payments(payments)
            if not self._is_at_work():
                (entered - before)._posted_past_button()
        leaving._check_left_books()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        """The credit note of a return is a part of its history."""
        # sudo: the accountant need not read settlements
        rows = self.env["returns.settlement"].sudo()
        for row in rows.search([("move_id", "in", self.ids)], limit=1):
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s belongs to return %(return)s and cannot be deleted. "
                    "Cancel it; the return makes it anew when it is due.",
                    move=row.move_id.display_name,
                    **{"return": row.order_id.name},
                ),
            )

    def _check_left_books(self):
        """Documents were reset or cancelled: bills must not vanish under a return."""
        gate = self.env["returns.gate"]
        bills = self.filtered(
            lambda move: move.move_type in ("out_invoice", "out_receipt")
        )
        gate._check_down_payments_left(bills)
        if sold := gate.sudo()._sold(bills.sudo()):
            gate._check_lowered(sold)
        credits = self.filtered(lambda move: move.move_type == "out_refund")
        if sold := gate.sudo()._sold(credits.sudo()):
            gate._recount(sold)

    def _check_not_hashed(self):
        """Core's button refuses it; a plain write took it out of the books."""
        for move in self:
            if move.inalterable_hash and move.is_sale_document(include_receipts=True):
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(move)s is secured by its journal's hash and stays posted. "
                        "Put it right by another document.",
                        move=move.name,
                    ),
                )

    def _check_not_paid_out(self):
        """A credit note whose money is out is put right by a document, not undone."""
        credits = self.filtered("returns_order_id")
        if not credits:
            return
        # sudo: the accountant need not read payouts
        paid = (
            self.env["returns.outbox"]
            .sudo()
            .search(
                [
                    ("settlement_id.move_id", "in", credits.ids),
                    ("kind", "=", "payout"),
                    ("state", "in", ("sending", "pending", "done", "unknown")),
                ],
                limit=1,
            )
        )
        if paid:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s was paid back to the customer, or may have been. Reverse "
                    "the settlement on return %(return)s instead.",
                    move=paid.settlement_id.move_id.name,
                    **{"return": paid.order_id.name},
                ),
            )

    def _check_credit_kind_free(self):
        """Checked on the records: a default in a context passes a check of values."""
        correcting = isinstance(self.env.context.get(CORRECTING), Correction)
        for move in self:
            kind = move.returns_credit_kind
            allowed = (
                not kind
                or (kind == "goodwill" and move._may_goodwill())
                or (kind == "correction" and correcting)
            )
            freed = {"returns_freed_amount", "returns_freed_ids"}
            machine = MACHINE_ONLY - freed if kind == "correction" else MACHINE_ONLY
            if not allowed or any(move[name] for name in machine):
                move._refuse_credit_kind()

    def _check_credit_kind_write(self, vals):
        for move in self:
            if MACHINE_ONLY & vals.keys() or move.returns_credit_kind == "return":
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

    # --- posting ------------------------------------------------------------------
    def action_post(self):
        """Post; of many who press at once, the queue among them, one does it.

        :return: as core's
        """

        def post():
            # In the order of the queue, and of a refund that is taken back.
            self.env["returns.gate"]._lock(self)
            lock(self.env, self._table, self.ids)
            return super(AccountMove, self).action_post()

        sales = any(move.is_sale_document(include_receipts=True) for move in self)
        return patiently(self.env, post) if sales else post()

    def _post(self, soft=True):
        at_work = self.with_context(**{POSTING: Posting()})

        def post():
            gate = self.env["returns.gate"]
            gate._check_job(self)
            gate._lock(self)
            return super(AccountMove, at_work)._post(soft=soft).with_env(self.env)

        # A step, which has the rights of the flow, is run again by who began it.
        by_step = self.env.su and self.env.uid != SUPERUSER_ID
        posted = post() if by_step else patiently(self.env, post)
        posted._tell_returns()
        return posted

    def _posted_past_button(self):
        """Documents became posted by a plain write: do what ``_post`` does for the
        credit note of a return, so that its money does not wait for ever."""
        # sudo: as in _tell_returns
        credits = self.sudo().filtered(lambda m: m.returns_credit_kind == "return")
        credits._reconcile_with_own_invoice()
        credits._tell_returns()

    def _tell_returns(self):
        """The returns behind credit notes that were posted go on."""
        # sudo: whoever posts, the return behind the credit note has to know
        credits = self.sudo().filtered("returns_order_id")
        if credits:
            settlements = self.env["returns.settlement"].sudo()
            settlements = settlements.search([("move_id", "in", credits.ids)])
            self.env["returns.posting"].sudo()._posted(settlements)

    def _invoice_paid_hook(self):
        notes = PaidNotes()
        noting = self.with_context(**{NOTES: notes})
        result = super(AccountMove, noting)._invoice_paid_hook()
        notes.log()
        # sudo: as in _tell_returns
        credits = self.sudo().filtered("returns_order_id")
        if credits:
            self.env["returns.posting"].sudo()._paid(credits)
        return result

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """The reversal of *reverse and reissue* is a correction (see the wizard)."""
        if cancel and isinstance(self.env.context.get(CORRECTING), Correction):
            default_values_list = [
                {
                    **values,
                    "returns_credit_kind": move.move_type == "out_invoice"
                    and "correction",
                    **(move.move_type == "out_invoice" and move._freed_values() or {}),
                }
                for move, values in zip(
                    self, default_values_list or [{} for _move in self], strict=True
                )
            ]
        return super()._reverse_moves(default_values_list, cancel)

    # --- reconciliation -----------------------------------------------------------
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
                lambda line: (
                    line.account_type == "asset_receivable" and not line.reconciled
                )
            )
            for group in lines.grouped("account_id").values():
                if len(group.move_id) > 1 and invoice in group.move_id:
                    plan.append(group)
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)
