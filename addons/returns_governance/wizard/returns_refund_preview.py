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
        told = self._told(order)
        rows = [self._row(order, line, *told["lines"][line]) for line in order.line_ids]
        total = self._total(order, told)
        return Markup(
            '<table class="table table-sm o_returns_preview"><thead>%s</thead>'
            "<tbody>%s</tbody><tfoot>%s</tfoot></table>"
        ) % (head, Markup("").join(rows), total)

    def _told(self, order):
        """What the dialog says of a return: ``lines`` ({line: (units, paid, refund,
        tax, when)}), ``due``, ``fees`` and ``delivery``; of a draft as they would be.
        """
        if order.case_state == "draft":
            return self._told_of_draft(order)
        return {
            "lines": {
                line: (
                    line.quantity_claimed,
                    line.amount_paid,
                    line.amount_due,
                    line.amount_tax,
                    self._when(line),
                )
                for line in order.line_ids
            },
            "due": order.amount_due,
            "fees": order.amount_fees,
            "delivery": order.amount_delivery,
        }

    def _told_of_draft(self, order):
        """The same by what the policy would decide if it were submitted now."""
        # sudo: reads only; what the customer would get is told to whoever takes it in
        step = self.env["returns.step.request"].sudo()
        answer = step._preview_draft(order.sudo())
        lines, delivery = {}, answer["delivery"]["total"]
        for line, told in zip(order.line_ids, answer["lines"], strict=True):
            decision = told["decision"]
            money = told["money"] if decision.eligible else {}
            lines[line] = (
                line.quantity,
                told["money"].get("paid", 0.0),
                money.get("total", 0.0),
                money.get("tax", 0.0),
                self._when_of_draft(answer["version"], decision),
            )
        eligible = [a["money"] for a in answer["lines"] if a["decision"].eligible]
        return {
            "lines": lines,
            "due": sum(money["total"] for money in eligible) + delivery,
            "fees": sum(money["fees"] for money in eligible),
            "delivery": delivery,
        }

    def _when_of_draft(self, version, decision):
        if not decision.eligible:
            # sudo: the sentence of a published rule
            step = self.env["returns.step.authorise"].sudo()
            sentence = step._sentence(version, decision)
            return self.env._("Refused: %(why)s", why=sentence)
        return self._rule_words(decision.outcomes["release"])

    def _row(self, order, line, units, paid, refund, tax, when):
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
            when,
        )

    def _when(self, line):
        decision = line.decision_id
        if decision and not decision.eligible:
            return self.env._("Refused: %(why)s", why=decision.sentence or "")
        rule = (decision.outcomes or {}).get("release") if decision else None
        return " · ".join(filter(None, (line.refund_words, self._rule_words(rule))))

    def _rule_words(self, rule):
        """When the money goes by a release rule."""
        return {
            "request": self.env._("when it is authorised"),
            "carrier_scan": self.env._("when the carrier has the parcel"),
            "receipt": self.env._("when it is received"),
            "inspection": self.env._("when it is inspected"),
            "vendor_credit": self.env._("when the vendor has credited it"),
            "manual": self.env._("when finance releases it"),
        }.get(rule, self.env._("as the policy will say"))

    def _total(self, order, told):
        """Refund in all, the delivery in it, and what was paid back already."""
        words, currency = self.env["returns.words"], order.currency_id
        rows = [(self.env._("Refund in all"), told["due"])]
        if told["fees"]:
            rows.insert(0, (self.env._("Fees taken off"), -told["fees"]))
        if told["delivery"]:
            rows.append((self.env._("Delivery in it"), told["delivery"]))
        if order.amount_settled:
            rows += [
                (self.env._("Refunded already"), order.amount_settled),
                (self.env._("Still to come"), told["due"] - order.amount_settled),
            ]
        return Markup("").join(
            Markup(
                '<tr><th colspan="3">%s</th><th class="text-end">%s</th>'
                "<td></td><td></td></tr>"
            )
            % (name, words._money(currency, amount))
            for name, amount in rows
        )
