from odoo import fields, models

from odoo.addons.inventory_states.patience import patient

from ..intake.returns_order import ReturnsOrder as Order


class ReturnsOrder(models.Model):
    """The money of a return, and the button that lets it go."""

    _inherit = "returns.order"
    _machine_fields = Order._machine_fields | {"amount_delivery", "refund_on_hold"}

    amount_delivery = fields.Monetary(
        "Delivery in refund",
        readonly=True,
        help="The outbound delivery that is given back, with tax; part of the refund.",
    )
    refund_on_hold = fields.Boolean(
        readonly=True,
        copy=False,
        help="A refund was taken back; the money waits for a release by hand.",
    )
    credit_move_ids = fields.One2many(
        "account.move",
        "returns_order_id",
        "Credit notes",
        readonly=True,
        # Of those who may read invoices; a plain read() by the others leaves it out.
        groups="returns_governance.group_agent,account.group_account_invoice,"
        "account.group_account_readonly",
    )
    outbox_ids = fields.One2many("returns.outbox", "order_id", "Payouts and postings")

    @patient
    def action_release(self, reason=None):
        """Let the money of these returns go before their release rule is met.

        Only for finance, with a reason that the audit trail keeps.

        :param str reason: may also come as ``returns_reason`` in the context, from a
            dialog
        :return: True
        """
        reason = reason or self.env.context.get("returns_reason")
        self.env["returns.step.settle"]._release_by_hand(self, reason)
        return True
