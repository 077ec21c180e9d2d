"""Bills of exchanges, and how a bill and the credit meet."""

from odoo import Command, fields, models

from .settle_paid import ZERO


class Undeducted:
    """What a settlement's row gives back, with what a deduction took off of it.

    The customer pays for new goods what the old ones had cost, whatever state those
    came back in. Reads like a Part of `settle_worth`, for `returns.credit`.
    """

    __slots__ = ("invoice_line", "net", "quantity", "sale_line", "taxes")

    def __init__(self, row):
        self.quantity, self.net, taxes = row._exact()
        off, taxes_off = row._exact_withheld()
        self.net += off
        self.taxes = {
            key: taxes.get(key, ZERO) + taxes_off.get(key, ZERO)
            for key in {**taxes, **taxes_off}
        }
        self.invoice_line = row.invoice_line_id
        self.sale_line = row.sale_line_id

    @property
    def source(self):
        """Where the old goods were billed and sold."""
        return self


class ReturnsExchangeBill(models.AbstractModel):
    """Bills the goods of an exchange, and lets the credit pay the bill.

    The credit corrects the invoice of the old goods, the bill is for the new ones:
    two documents, since each is looked up by what it is for (limits, the cost of goods
    sold, a later return of the new goods, the tax authority), and since a document of
    Odoo cannot be negative. Both are posted together and reconciled, so that the
    difference is open on one of them alone: on the bill what the customer owes, on the
    credit note what is paid out.
    """

    _name = "returns.exchange.bill"
    _description = "Bills of exchanges"

    def _meet(self, settlements):
        """Bill what was credited for an exchange, and let both meet.

        :param recordset settlements: that count by now
        """
        lines = settlements.line_ids.line_id.filtered(
            lambda line: line.resolution == "exchange"
        )
        if not lines:
            return
        self._bill(self._to_bill(lines), settlements)
        for order, group in lines.grouped("order_id").items():
            credits = (settlements & order.settlement_ids).move_id.filtered(
                lambda move: move.state == "posted" and move.move_type == "out_refund"
            )
            bills = group.exchange_ids.sale_line_id.invoice_lines.move_id.filtered(
                lambda move: move.state == "posted" and move.move_type == "out_invoice"
            )
            self._reconcile(credits, bills)

    def _to_bill(self, lines):
        """{row: units} that were credited and are not billed yet."""
        found = {}
        for line in lines:
            rows = line.exchange_ids
            billed = {row: row._quantity_billed() for row in rows}
            left = line.quantity_refunded - sum(billed.values())
            for row in rows:
                room = row.quantity - row.quantity_freed - billed[row]
                taken = min(left, room)
                if row.uom_id.compare(taken, 0.0) > 0:
                    found[row] = taken
                    left -= taken
        return found

    def _bill(self, wanted, settlements=None):
        """Make and post invoices of {row: units}, one per return.

        :return: {row: its invoice}
        """
        by_order, bills = {}, {}
        for row, units in wanted.items():
            by_order.setdefault(row.sale_order_id, {})[row] = units
        for sale, rows in by_order.items():
            # The order's company and journals, whoever's step it was.
            move = (
                self.env["account.move"]
                .with_company(sale.company_id)
                .create(self._bill_vals(sale, rows, settlements))
            )
            move._post(soft=False)
            bills.update(dict.fromkeys(rows, move))
        return bills

    def _bill_vals(self, sale, rows, settlements):
        vals = sale._prepare_invoice()
        items, rate = [], None
        for row, units in rows.items():
            mirrored = self._mirrored(row, units, settlements)
            for given in mirrored:
                items.append(self._mirror_vals(row, given))
                rate = given.invoice_line_id.move_id.invoice_currency_rate
            if not mirrored:
                items.append(row.sale_line_id._prepare_invoice_line(quantity=units))
        if rate and sale.currency_id != sale.company_id.currency_id:
            # At one price in both currencies, nothing is gained or lost.
            vals["invoice_currency_rate"] = rate
        return {
            **vals,
            "invoice_date": fields.Date.context_today(self),
            "ref": self.env._(
                "%(return)s, in exchange",
                **{"return": ", ".join({row.order_id.name for row in rows})},
            ),
            "invoice_line_ids": [Command.create(item) for item in items],
        }

    def _mirrored(self, row, units, settlements):
        """The credit's rows that say to the cent what was paid for these units."""
        if not row.even or settlements is None:
            return []
        given = settlements.line_ids.filtered(
            lambda item: item.line_id == row.line_id and item.invoice_line_id
        )
        whole = sum(given.mapped("quantity"))
        return [] if row.uom_id.compare(whole, units) else given

    def _mirror_vals(self, row, given):
        """An invoice line for what the credit gives back, tax by tax."""
        invoice = given.invoice_line_id.move_id
        vals = self.env["returns.credit"]._line_vals(invoice, Undeducted(given))
        vals["sale_line_ids"] = [Command.set(row.sale_line_id.ids)]
        if row.product_id.id != vals["product_id"]:
            vals.update(product_id=row.product_id.id, name=row.sale_line_id.name)
        return vals

    def _reconcile(self, credits, bills):
        """Let credit notes pay bills, as far as they reach."""
        items = (credits | bills).line_ids.filtered(
            lambda item: (
                item.account_type == "asset_receivable" and not item.reconciled
            )
        )
        plan = [
            group
            for group in items.grouped(
                lambda item: (item.account_id, item.currency_id)
            ).values()
            if group.move_id & credits and group.move_id & bills
        ]
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)
