from markupsafe import Markup

from odoo import api, fields, models


class ReturnsRefundPreview(models.TransientModel):
    """What will be paid for a return, when, and why; nothing is written."""

    _name = "returns.refund.preview"
    _description = "Preview of a refund"
    _inherit = ["returns.dialog"]

    summary = fields.Html(compute="_compute_summary", sanitize=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        values["order_ids"] = [fields.Command.set(orders.ids)]
        return values

    @api.depends("order_ids")
    @api.depends_context("lang")
    def _compute_summary(self):
        for dialog in self:
            dialog.summary = Markup("").join(
                self._as_table(order) for order in dialog.order_ids
            )

    def _as_table(self, order):
        """The lines of a return with their money, and when it goes."""
        head = Markup("<tr>%s</tr>") % Markup("").join(
            Markup("<th%s>%s</th>") % (Markup(' class="text-end"') if end else "", name)
            for name, end in (
                (self.env._("Product"), False),
                (self.env._("Units"), True),
                (self.env._("Paid"), True),
                (self.env._("Refund"), True),
                (self.env._("of it tax"), True),
                (self.env._("When"), False),
            )
        )
        rows = [
            self._row(order, line, *self._figures(order, line))
            for line in order.line_ids
        ]
        total = self._total(order)
        return Markup(
            '<table class="table table-sm o_returns_preview"><thead>%s</thead>'
            "<tbody>%s</tbody><tfoot>%s</tfoot></table>"
        ) % (head, Markup("").join(rows), total)

    def _figures(self, order, line):
        """(units, paid, refund, tax) of a line; of a draft as they would be."""
        if order.case_state != "draft":
            return (
                line.quantity_claimed,
                line.amount_paid,
                line.amount_due,
                line.amount_tax,
            )
        spec = {"sale_line": line.sale_line_id, "quantity": line.quantity}
        # sudo: reads only; what the customer would get is told to whoever takes it in
        money = self.env["returns.step.settle"].sudo()._preview_amounts([spec])[0]
        return (
            line.quantity,
            money.get("paid", 0.0),
            money.get("total", 0.0),
            money.get("tax", 0.0),
        )

    def _row(self, order, line, units, paid, refund, tax):
        words = self.env["returns.words"]
        cells = Markup("").join(
            Markup('<td class="text-end">%s</td>') % text
            for text in (
                words._number(units),
                words._money(order.currency_id, paid),
                words._money(order.currency_id, refund),
                words._money(order.currency_id, tax),
            )
        )
        return Markup("<tr><td>%s</td>%s<td>%s</td></tr>") % (
            line.product_id.display_name,
            cells,
            self._when(line),
        )

    def _when(self, line):
        decision = line.decision_id
        if decision and not decision.eligible:
            return self.env._("Refused: %(why)s", why=decision.sentence or "")
        rules = {
            "request": self.env._("when it is authorised"),
            "carrier_scan": self.env._("when the carrier has the parcel"),
            "receipt": self.env._("when it is received"),
            "inspection": self.env._("when it is inspected"),
            "vendor_credit": self.env._("when the vendor has credited it"),
            "manual": self.env._("when finance releases it"),
        }
        rule = (decision.outcomes or {}).get("release") if decision else None
        when = rules.get(rule, self.env._("as the policy will say"))
        return " · ".join(filter(None, (line.refund_words, when)))

    def _total(self, order):
        """Refund in all, the delivery in it, and what was paid back already."""
        words = self.env["returns.words"]
        currency = order.currency_id
        if order.case_state == "draft":
            due = sum(self._figures(order, line)[2] for line in order.line_ids)
        else:
            due = order.amount_due
        rows = [(self.env._("Refund in all"), due)]
        if order.amount_fees:
            rows.insert(0, (self.env._("Fees taken off"), -order.amount_fees))
        if order.amount_delivery:
            rows.append((self.env._("Delivery in it"), order.amount_delivery))
        if order.amount_settled:
            rows += [
                (self.env._("Refunded already"), order.amount_settled),
                (self.env._("Still to come"), due - order.amount_settled),
            ]
        return Markup("").join(
            Markup(
                '<tr><th colspan="3">%s</th><th class="text-end">%s</th>'
                "<td></td><td></td></tr>"
            )
            % (name, words._money(currency, amount))
            for name, amount in rows
        )
