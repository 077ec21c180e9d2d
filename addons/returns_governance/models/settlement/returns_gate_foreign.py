from odoo import models

from ...guard import refuse


class ReturnsGate(models.AbstractModel):
    """Limits of what was billed in another currency than its order.

    The limit is kept twice: in the order's currency, in which the sold line counts
    what was credited, and to the cent in the currency of each invoice.
    """

    _inherit = "returns.gate"

    def _paid_and_credited(self, sources, rows):
        if not any(source.foreign for source in sources):
            return super()._paid_and_credited(sources, rows)
        sums = {source: source.credited_total for source in sources}
        for row in rows:
            if row.settlement_id.kind == "less_to_invoice":
                continue
            source = self.env["returns.paid"]._source_of(sources, row)
            _quantity, net, taxes, *_off = source.told(row)
            sums[source] += net + sum(taxes.values())
        self._check_each_currency(sources, sums)
        paid = sum(
            source.worth if source.foreign else source.total
            for source in sources
            if source.invoice_line
        )
        credited = sum(
            source.worth_of(amount) if source.foreign else amount
            for source, amount in sums.items()
        )
        return float(paid), float(credited)

    def _check_each_currency(self, sources, sums):
        """Refuse what is more than was billed in the currency of the invoices."""
        groups = {}
        for source in sources:
            if source.foreign:
                known = groups.setdefault(source.currency, [0, 0])
                known[0] += source.total
                known[1] += sums[source]
        for currency, (billed, credited) in groups.items():
            if currency.compare_amounts(float(credited), float(billed)) > 0:
                refuse(
                    "REFUND_EXCEEDS_PAID",
                    self.env._(
                        "%(order)s, %(product)s: %(credited)s would be credited, and "
                        "%(billed)s was billed in that currency. Lower the credit by "
                        "the difference.",
                        order=sources[0].sale_line.order_id.name,
                        product=sources[0].sale_line.product_id.display_name,
                        credited=currency.format(float(credited)),
                        billed=currency.format(float(billed)),
                    ),
                )

    def _in_order(self, sources, item, amount):
        if item.currency_id == sources[0].sale_line.currency_id:
            return super()._in_order(sources, item, amount)
        same = [s for s in sources if s.foreign and s.currency == item.currency_id]
        billed = sum(source.total for source in same)
        if not billed:
            return super()._in_order(sources, item, amount)
        return amount * sum(source.worth for source in same) / billed
