"""Where the steps of a return look after goods that go out, and goods that stay."""

from dataclasses import replace

from odoo import models

from ..const import CREDITED, SENT
from ..guard import refuse


class ReturnsStepRequest(models.AbstractModel):
    """What is asked for has to be something that can be given."""

    _inherit = "returns.step.request"

    def _check(self, orders, data):
        result = super()._check(orders, data)
        for line in orders.line_ids:
            self._check_way(
                line.company_id,
                line.product_id,
                line.resolution,
                line.exchange_product_id,
                line.order_id.withdrawal and not line.credit_consent,
            )
        for request in data.get("requests", ()):
            self._check_request_ways(request)
        return result

    def _check_request_ways(self, request):
        for line in request["lines"]:
            consent = line.get("credit_consent")
            self._check_way(
                request["company"],
                line["sale_line"].product_id,
                line.get("resolution") or "refund",
                line.get("exchange_product") or self.env["product.product"],
                request.get("withdrawal") and not consent,
            )

    def _check_way(self, company, product, resolution, wanted, unheard):
        """Refuse one line whose wish cannot be met.

        :param record wanted: product asked for in exchange, if any
        :param bool unheard: withdrawn from, and no consent to store credit was kept
        """
        built = self.env["returns.order.line"]._resolutions_built(company)
        if resolution not in built:
            refuse(
                "RESOLUTION_NOT_ALLOWED",
                self.env._(
                    "%(product)s: %(resolution)s is not offered. Choose one of "
                    "%(offered)s.",
                    product=product.display_name,
                    resolution=resolution,
                    offered=", ".join(built),
                ),
            )
        if resolution == "store_credit" and unheard:
            refuse(
                "RESOLUTION_NOT_ALLOWED",
                self.env._(
                    "%(product)s: who withdraws from a contract is paid back with "
                    "money. Store credit needs the customer's express consent, on "
                    "record.",
                    product=product.display_name,
                ),
            )
        if wanted and resolution == "exchange":
            self._check_exchange_product(company, wanted)

    def _check_exchange_product(self, company, product):
        if (
            product.type != "consu"
            or not product.sale_ok
            or not product.active
            or (product.company_id and product.company_id != company)
        ):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(product)s is not for sale as goods here, and cannot be sent in "
                    "exchange. Choose another product.",
                    product=product.display_name,
                ),
            )

    def _order_vals(self, request, sold):
        vals = super()._order_vals(request, sold)
        for (_create, _id, values), line in zip(
            vals["line_ids"], request["lines"], strict=True
        ):
            if product := line.get("exchange_product"):
                values["exchange_product_id"] = product.id
            if line.get("credit_consent"):
                values["credit_consent"] = True
        return vals


class ReturnsStepAuthorise(models.AbstractModel):
    """The goods are held as soon as the policy has decided."""

    _inherit = "returns.step.authorise"

    def _apply(self, orders, data):
        result = super()._apply(orders, data)
        self.env["returns.exchange.goods"]._follow(orders)
        return result

    def _amount_to_approve(self, order):
        """Goods that are sent for nothing are worth what was paid for the old ones."""
        worth = sum(
            line.amount_paid * line._quantity_wanted() / (line.quantity or 1.0)
            for line in order.line_ids
            if line.resolution == "replacement" and not line.amount_due
        )
        return super()._amount_to_approve(order) + order.currency_id.round(worth)


class ReturnsStepCancel(models.AbstractModel):
    """Nothing is held for a return that has expired; what is kept is not cancelled."""

    _inherit = "returns.step.cancel"

    def _open(self, order):
        return {
            line: max(0.0, left - line.quantity_kept)
            for line, left in super()._open(order).items()
        }

    def _expire(self, orders):
        result = super()._expire(orders)
        self.env["returns.exchange.goods"]._follow(orders)
        return result


class ReturnsStepAdvance(models.AbstractModel):
    """What is held follows each step; a return is done when all was sent."""

    _inherit = "returns.step.advance"

    def _after(self, orders, revalue=False):
        self.env["returns.exchange.goods"].sudo()._follow(orders.sudo())
        return super()._after(orders, revalue)

    def _is_done(self, order):
        return super()._is_done(order) and not order._exchanges_to_send()


class ReturnsStepSettle(models.AbstractModel):
    """The release rule lets goods go as it lets money go."""

    _inherit = "returns.step.settle"

    def _release_facts(self, line, waits):
        facts = super()._release_facts(line, waits)
        if line.resolution not in CREDITED:
            facts = replace(facts, authorised=line._quantity_to_release())
        if line.quantity_kept:
            facts = replace(facts, returnless=True)
        return facts

    def _due_now(self, orders, data):
        """Money is due only for what is paid back."""
        return {
            line: quantity
            for line, quantity in super()._due_now(orders, data).items()
            if line.resolution in CREDITED or line.quantity_owed
        }

    def _settle_on(self, settlements):
        result = super()._settle_on(settlements)
        # What was not invoiced yet is settled without a document that is posted.
        self.env["returns.exchange.bill"]._meet(
            settlements.filtered(lambda row: row.kind == "less_to_invoice")
        )
        return result

    # --- by hand ----------------------------------------------------------------------
    def _is_nothing_left(self, order):
        return super()._is_nothing_left(order) and not any(
            line.resolution in SENT
            and line.uom_id.compare(
                line._quantity_to_release(), line.quantity_released
            )
            > 0
            for line in order.line_ids
        )

    # --- preview ----------------------------------------------------------------------
    def _preview_amounts(self, specs, decisions=None, parcels=1):
        answers = super()._preview_amounts(specs, decisions, parcels)
        for spec, answer in zip(specs, answers, strict=True):
            if (spec.get("resolution") or "refund") not in CREDITED:
                answer.update(net=0.0, tax=0.0, total=0.0, fees=0.0)
        return answers

    def _preview_delivery(self, request, decisions):
        pairs = [
            (line, decision)
            for line, decision in zip(request["lines"], decisions, strict=True)
            if (line.get("resolution") or "refund") in CREDITED
        ]
        credited = {**request, "lines": [line for line, _decision in pairs]}
        return super()._preview_delivery(credited, [d for _line, d in pairs])


class ReturnsPayout(models.AbstractModel):
    """Bills of exchanges take their part of a credit before money is paid out."""

    _inherit = "returns.payout"

    def _prepare(self, settlements):
        credits = settlements.filtered(lambda row: row.kind == "credit_note")
        self.env["returns.exchange.bill"]._meet(
            credits.filtered(lambda row: row.amount > 0)
        )
        return super()._prepare(settlements)
