from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ...const import WRITE_DOWN_MEASURES, WRITE_DOWN_STANDING


class ReturnsWriteDownMeasure(models.Model):
    """A later look at goods that are written down: what they cost and bring now.

    Net realisable value is assessed anew in each period (IAS 2 paragraph 33): the
    allowance follows in either direction, and never below nothing, so that no more is
    reversed than was written down. What moves the allowance is a row of
    ``returns.write.down.release`` of no units; more of it may need an approval first.
    """

    _name = "returns.write.down.measure"
    _description = "Later measurement of a write-down"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id desc"

    write_down_id = fields.Many2one(
        "returns.write.down",
        "Write-down",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="write_down_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_id = fields.Many2one(related="write_down_id.order_id", store=True, index=True)
    product_id = fields.Many2one(related="write_down_id.product_id", store=True)
    rule_id = fields.Many2one(
        "returns.write.down.rule", "By", required=True, ondelete="restrict"
    )
    sentence = fields.Char("Why", help="The row of the table, in words.")
    quantity = fields.Float(
        "Still there", digits="Product Unit", required=True, help="At that time."
    )
    carrying_value = fields.Monetary("Carrying value")
    net_value = fields.Monetary("Net realisable value")
    amount_before = fields.Monetary("Allowance before")
    amount = fields.Monetary(
        "Allowance due", help="Carrying value less what they bring."
    )
    state = fields.Selection(
        WRITE_DOWN_MEASURES, required=True, default="booked", index=True
    )
    approval_id = fields.Many2one(
        "returns.approval", "Approval", index="btree_not_null"
    )
    date = fields.Date("For", required=True, help="The day for which it is booked.")
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    occurred_at = fields.Datetime("When", required=True, default=fields.Datetime.now)


class ReturnsWriteDownRelease(models.Model):
    """Of no units: the allowance follows a later measurement."""

    _inherit = "returns.write.down.release"

    measure_id = fields.Many2one(
        "returns.write.down.measure", "Measured again", index="btree_not_null"
    )


class ReturnsRouting(models.Model):
    """Whether a routed quantity was ever written down."""

    _inherit = "returns.routing"

    write_down_ids = fields.One2many("returns.write.down", "routing_id", "Write-downs")


class ReturnsWriteDown(models.Model):
    """Goods that lie on are measured again."""

    _inherit = "returns.write.down"

    measure_ids = fields.One2many(
        "returns.write.down.measure", "write_down_id", "Measured again"
    )
    date = fields.Date(
        "For", help="The day for which it is booked; without one, the day of booking."
    )

    @patient
    def action_measure_again(self):
        """Let the allowances follow what the goods cost and bring now.

        Of these write-downs; pressed beside none, of all that stand, and of routed
        goods that brought more than they cost until now.

        :return: a notification that says what changed
        """
        self.check_access("read")
        return self.env["returns.step.write_down"]._measure_by_hand(self)

    @api.model
    def _cron_measure(self):
        """For the last day of the month before, in companies that want it."""
        date = fields.Date.subtract(
            fields.Date.start_of(fields.Date.context_today(self), "month"), days=1
        )
        # sudo: a cron has no company; each gets its own
        companies = self.env["res.company"].sudo()
        for company in companies.search([("returns_measure_monthly", "=", True)]):
            step = self.env["returns.step.write_down"].sudo().with_company(company)
            step._measure_all(company, date)

    @api.model
    def _standing_in(self, companies):
        return self.search(
            [
                ("company_id", "in", companies.ids),
                ("state", "in", WRITE_DOWN_STANDING),
            ],
            order="id",
        )

    def _worth_told(self):
        """(quantity, carrying value, what they bring) as last measured and booked."""
        booked = self.measure_ids.filtered(lambda row: row.state == "booked")
        told = booked.sorted("id")[-1:] or self
        return told.quantity, told.carrying_value, told.net_value
