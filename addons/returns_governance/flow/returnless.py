"""Refunds without the goods, within the policy's limits for one customer and month."""

from odoo import models

from ..engine.returnless import held_by, strictest


class ReturnsStepAuthorise(models.AbstractModel):
    """The customer keeps the goods where the policy says so and its limits allow it.

    Held against the customer's account of the month, under its lock, when the return
    is authorised. Above a limit the return goes its normal way, and its timeline tells
    why.
    """

    _inherit = "returns.step.authorise"

    def _authorise(self, orders):
        for order in orders:
            lines = order.line_ids.filtered(self._may_be_kept)
            if lines:
                self._keep(order, lines)
        return super()._authorise(orders)

    def _may_be_kept(self, line):
        return (
            line.decision_id.eligible
            and line.decision_id._terms().get("returnless")
            and not line.quantity_received
            and not line.quantity_kept
        )

    def _keep(self, order, lines):
        account = self.env["returns.returnless"]._account(order)
        value = self._worth_kept(order, lines)
        limits = strictest([line.decision_id._terms() for line in lines])
        limit = held_by(limits, value, account.cases, account.value)
        pairs = [[line.id, line.quantity_authorised] for line in lines]
        if limit:
            self._log(
                [
                    {
                        "order": order,
                        "what": "not_kept",
                        "data": {"limit": limit, "value": value, "lines": pairs},
                    }
                ]
            )
            return
        for line in lines:
            line._machine_write(
                {"quantity_kept": line.quantity_authorised - line.quantity_cancelled}
            )
        account._machine_write(
            {"cases": account.cases + 1, "value": account.value + value}
        )
        self._log(
            [{"order": order, "what": "kept", "data": {"value": value, "lines": pairs}}]
        )

    def _worth_kept(self, order, lines):
        """What was paid for the goods, with tax, in the company's currency."""
        currency = order.company_id.currency_id
        amount = order.currency_id._convert(
            sum(lines.mapped("amount_paid")),
            currency,
            order.company_id,
            order.requested_at,
        )
        return currency.round(amount)


class ReturnsStepLabel(models.AbstractModel):
    """Nothing is labelled for goods that stay."""

    _inherit = "returns.step.label"

    def _issue(self, orders):
        staying = orders.filtered(
            lambda order: (
                any(order.line_ids.mapped("quantity_kept"))
                and not any(order.line_ids._open_to_receive().values())
            )
        )
        return super()._issue(orders - staying)
