from odoo import api, fields, models

from odoo.addons.inventory_states.patience import lock


class ReturnsReturnless(models.Model):
    """What one customer was paid in one month without sending the goods back.

    The limits of the policy are held against this account, under its lock: of two
    cases at once the second fails to serialise, is run again, and meets the first.
    """

    _name = "returns.returnless"
    _description = "Refunds without the goods, by customer and month"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "month desc, id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    month = fields.Date(required=True, help="Its first day.")
    cases = fields.Integer()
    value = fields.Monetary("Worth", help="With tax, in the company's currency.")

    _account_uniq = models.Constraint(
        "unique (company_id, partner_id, month)",
        "This customer has an account for the month.",
    )

    @api.model
    def _account(self, order):
        """The account of the customer of ``order`` for its month, locked."""
        day = fields.Date.context_today(self, order.requested_at)
        names = {
            "company": order.company_id.id,
            "partner": order.partner_id.commercial_partner_id.id,
            "month": day.replace(day=1),
            "uid": self.env.uid,
        }
        self.env.cr.execute(
            """
            INSERT INTO returns_returnless (company_id, partner_id, month, cases, value,
                create_uid, create_date, write_uid, write_date)
            VALUES (%(company)s, %(partner)s, %(month)s, 0, 0, %(uid)s,
                now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC')
            ON CONFLICT (company_id, partner_id, month) DO NOTHING
            """,
            names,
            # whoever meets another caller here is run again: no fault to report
            log_exceptions=False,
        )
        account = self.search(
            [
                ("company_id", "=", names["company"]),
                ("partner_id", "=", names["partner"]),
                ("month", "=", names["month"]),
            ]
        )
        lock(self.env, self._table, account.ids)
        account.invalidate_recordset()
        return account
