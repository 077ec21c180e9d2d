from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ...guard import deny


class ReturnsSettlement(models.Model):
    """What of a prepayment waits until it is known that it came in."""

    _inherit = "returns.settlement"

    unproved_amount = fields.Monetary(
        "To be confirmed",
        compute="_compute_unproved_amount",
        store=True,
        help="The customer's payment was booked by a person and is not matched with "
        "the bank. It goes back once it is, or once another controller has confirmed "
        "that it came in.",
    )
    received_maker_id = fields.Many2one(
        related="received_id.create_uid", string="Payment booked by", store=True
    )

    @api.depends(
        "less_id",
        "state",
        "open_amount",
        "received_id.returns_proved_by_id",
        "received_id.is_matched",
    )
    def _compute_unproved_amount(self):
        for row in self:
            waits = 0.0
            payment = row.received_id
            if row.kind == "prepaid" and row.state == "to_pay" and payment:
                known = row._received_left() - payment._returns_unproved()
                waits = min(row.open_amount, row.open_amount - known)
            row.unproved_amount = max(0.0, row.currency_id.round(waits))

    @api.depends("unproved_amount")
    def _compute_hand_amount(self):
        return super()._compute_hand_amount()

    def _ready_amount(self):
        """What of it can be paid now."""
        return super()._ready_amount() - self.unproved_amount

    @patient
    def action_came_in(self):
        """Confirm that the payments came in that these give back; for finance.

        :return: True
        """
        self.env["account.payment"]._check_may_confirm()
        self.check_access("read")
        waiting = self.filtered("unproved_amount")
        # sudo: the payments behind rows that the user may read; confirming checks who
        payments = waiting.sudo().received_id.sudo(False)
        return payments.action_returns_came_in() if payments else True
