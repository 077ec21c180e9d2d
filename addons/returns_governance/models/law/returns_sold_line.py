from odoo import api, fields, models

from ...engine.facts import local_date
from ...engine.law import guarantee_end
from ...guard import refuse


class ReturnsSoldLine(models.Model):
    """Until when the legal guarantee of a sold line runs, and its one extension.

    Directive (EU) 2019/771 Art 10, as amended by Directive (EU) 2024/1799 Art 16: two
    years from delivery, twelve months more after a repair that the consumer chose.
    """

    _inherit = "returns.sold.line"
    _machine_fields = frozenset({"repair_chosen_at", "repair_choice"})

    repair_chosen_at = fields.Datetime(
        "Repair chosen on",
        readonly=True,
        help="The consumer chose a repair under the legal guarantee.",
    )
    repair_choice = fields.Text(
        "Choice in the customer's words",
        readonly=True,
        help="The text with which the choice was offered and made.",
    )
    guarantee_until = fields.Date(
        "Legal guarantee until",
        compute="_compute_guarantee_until",
        help="Last day: two years from delivery, twelve months more after a repair.",
    )

    @api.depends("repair_chosen_at", "sale_order_id")
    def _compute_guarantee_until(self):
        # sudo: the day of delivery is no secret to who sees the line
        last = self.sudo().sale_order_id._returns_last_delivery()
        for row in self:
            delivered = last.get(row.sudo().sale_order_id)
            row.guarantee_until = delivered and guarantee_end(
                local_date(delivered, row._time_zone()), bool(row.repair_chosen_at)
            )

    def _time_zone(self):
        partner = self.sudo().sale_order_id.partner_id
        return partner.tz or partner.commercial_partner_id.tz or "UTC"

    @api.model
    def _repaired(self, sale_lines):
        """Ids of the order lines whose guarantee a repair has made longer."""
        if not sale_lines:
            return set()
        # sudo: a decision looks at all facts, whoever handles the return
        rows = self.sudo().search(
            [
                ("sale_line_id", "in", sale_lines.ids),
                ("repair_chosen_at", "!=", False),
            ]
        )
        return set(rows.sale_line_id.ids)

    def _choose_repair(self, text, line=None):
        """Keep that the consumer chose a repair; the guarantee grows, once.

        :param str text: the words with which the choice was offered and made
        :param record line: the line of the return in which it was chosen; its
            timeline tells of it
        :return: the new last day
        :raise UserError: BAD_REQUEST without a text, outside the guarantee, or where
            the law does not hold
        """
        self.ensure_one()
        self._lock()
        self._check_repair(text)
        if self.repair_chosen_at:
            return self.guarantee_until  # once: a second repair adds nothing
        before = self.guarantee_until
        self._machine_write(
            {"repair_chosen_at": fields.Datetime.now(), "repair_choice": text}
        )
        if line:
            self.env["returns.event"]._log(
                [
                    {
                        "order": line.order_id,
                        "what": "repair_chosen",
                        "why": text,
                        "data": {
                            "line": line.id,
                            "before": fields.Date.to_string(before),
                            "until": fields.Date.to_string(self.guarantee_until),
                        },
                    }
                ]
            )
        return self.guarantee_until

    def _check_repair(self, text):
        if not (text or "").strip():
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "Keep the words with which the choice between repair and "
                    "replacement was offered and made."
                ),
            )
        order = self.sudo().sale_order_id
        if not self._repair_law_holds():
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(order)s: no law that makes the guarantee longer after a repair "
                    "holds for this contract.",
                    order=order.name,
                ),
            )
        if not self._guarantee_runs():
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(order)s, %(product)s: the legal guarantee ended, or has not "
                    "begun, so no repair under it can be chosen.",
                    order=order.name,
                    product=self.product_id.display_name,
                ),
            )

    def _repair_law_holds(self):
        """Whether a repair makes the guarantee of this contract longer."""
        order = self.sudo().sale_order_id
        laws = self.env["returns.law"]._holding(
            order.company_id,
            (order.partner_shipping_id or order.partner_id).country_id.code,
            order.date_order.date(),
            fields.Date.context_today(self),
        )
        return "eu_repair" in laws

    def _guarantee_runs(self):
        until = self.guarantee_until
        return bool(until) and fields.Date.context_today(self) <= until
