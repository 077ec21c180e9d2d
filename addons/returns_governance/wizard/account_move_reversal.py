from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patiently

from ..const import CREDIT_CHOICES
from ..guard import refuse


class AccountMoveReversal(models.TransientModel):
    """The button *Credit Note* on the invoice of a governed order asks what it is for.

    A return is joined or asked for, and makes its credit note itself when its rule is
    met; goodwill is finance's to give. Without an answer, as programs call it, a draft
    is made as in core, and posting it meets the gate.
    """

    _inherit = "account.move.reversal"

    returns_governed = fields.Boolean(compute="_compute_returns_governed")
    returns_choice = fields.Selection(CREDIT_CHOICES, "What it is for")
    returns_reason_id = fields.Many2one("returns.reason", "Why it comes back")
    returns_because = fields.Char(
        "Let in all the same, because",
        help="Where the policy refuses it: why a manager takes it all the same.",
    )

    @api.depends("move_ids")
    def _compute_returns_governed(self):
        for wizard in self:
            wizard.returns_governed = bool(wizard._returns_billed())

    def reverse_moves(self, is_modify=False):
        """Reverse; what is for a return opens the return instead of a draft."""
        if is_modify or not self.returns_choice:
            return super().reverse_moves(is_modify)
        billed = self._returns_billed()
        if self.returns_choice == "return" and billed:
            return patiently(self.env, lambda: self._ask_for_returns(billed))
        action = super().reverse_moves(is_modify)
        if self.returns_choice == "goodwill":
            drafts = self.new_move_ids.filtered(lambda m: m.move_type == "out_refund")
            drafts.write({"returns_credit_kind": "goodwill"})
        return action

    def _returns_billed(self):
        """{sale line: quantity in its unit} that these invoices bill, of governed
        lines of goods."""
        billed = {}
        invoices = self.move_ids.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )
        for item in invoices.line_ids:
            if item.display_type != "product" or item.is_downpayment:
                continue
            # sudo: who bills need not read all orders
            sale_line = item.sudo().sale_line_ids[:1]
            if not self._comes_back(sale_line):
                continue
            quantity = item.product_uom_id._compute_quantity(
                item.quantity, sale_line.product_uom_id, round=False
            )
            billed[sale_line] = billed.get(sale_line, 0.0) + quantity
        return billed

    def _comes_back(self, sale_line):
        return (
            sale_line
            and not sale_line.is_delivery
            and not sale_line.is_downpayment
            and sale_line.product_id.type == "consu"
            and self.env["returns.rollout"]._is_governed(sale_line)
        )

    def _ask_for_returns(self, billed):
        """Join what is open, ask for what can still come back, and open the returns."""
        found = self.env["returns.step.join"]._money(
            billed, self.returns_reason_id, self.returns_because
        )
        lines = self.env["returns.order.line"].union(
            *(line for parts in found.values() for line, _quantity in parts)
        )
        orders = lines.order_id
        if not orders:
            refuse(
                "QUANTITY_EXCEEDS_RETURNABLE",
                self.env._(
                    "%(invoices)s: nothing of it can still come back; it was not "
                    "delivered, or has come back. Credit without goods is goodwill, "
                    "which finance gives.",
                    invoices=", ".join(self.move_ids.mapped("name")),
                ),
            )
        for move in self.move_ids:
            own = orders.filtered(
                lambda order, move=move: (
                    order.line_ids.sale_line_id & move.sudo().line_ids.sale_line_ids
                )
            )
            move._message_log(
                body=self.env._(
                    "A credit note was asked for. It is made by %(returns)s, when the "
                    "rule of the return is met.",
                    returns=", ".join(own.mapped("name")),
                )
            )
        return self.env["returns.order"]._action_open(orders.with_env(self.env))


class AccountMove(models.Model):
    """The button *Credit Note* of an invoice."""

    _inherit = "account.move"

    def action_reverse(self):
        """Open the dialog; to who works with returns it proposes one.

        :return: the action
        """
        action = super().action_reverse()
        reader = self.env.user.has_group("returns_governance.group_reader")
        if self.move_type == "out_invoice" and reader:
            action["context"] = {"default_returns_choice": "return"}
        return action
