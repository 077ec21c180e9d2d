"""The documents of refunds, made directly from the posted invoice lines."""

from odoo import Command, fields, models

from ..guard import with_pass
from .settle_fees import FeePart
from .settle_paid import ZERO

SAME = 0.0005  # below this the printed price need not be put right
FINE = 1e-6  # noise of converted quantities


class ReturnsCredit(models.AbstractModel):
    """Makes settlements and their credit notes, all of a batch in one create.

    A credit note has the invoice's own lines: product, price, account, taxes and
    analytic distribution, at the invoice's rate. The amounts are forced to the cent by
    ``extra_tax_data``, Odoo's own way to fix the result of its tax engine.
    """

    _name = "returns.credit"
    _description = "Credit notes of returns"

    def _make(self, batches, extra=None, order=None, more=ZERO):
        """Make settlements with their documents.

        :param dict batches: {(order, invoice or empty): [(Part or FeePart, line or
            None)]}
        :param dict extra: further values of the settlements
        :param order: gets a settlement of its own for ``more``, an amount that nothing
            was owed for
        :return: the settlements
        """
        Settlement = self.env["returns.settlement"]
        keys = list(batches)
        invoiced = [key for key in keys if key[1]]
        moves = self._create_moves([self._move_vals(*k, batches[k]) for k in invoiced])
        by_key = dict(zip(invoiced, moves, strict=True))
        empty = self.env["account.move"]
        # One read for all: each settlement asks what gift cards paid of its invoice.
        empty.union(*[bill for _order, bill in invoiced]).mapped("invoice_line_ids")
        settlements = Settlement._machine_create(
            [
                {
                    **self._settlement_vals(*key, batches[key], by_key.get(key, empty)),
                    **(extra or {}),
                }
                for key in keys
            ]
        )
        self.env["returns.settlement.line"]._machine_create(
            [
                {
                    "settlement_id": row.id,
                    **self.env["returns.settlement.line"]._vals(part, line),
                }
                for row, key in zip(settlements, keys, strict=True)
                for part, line in batches[key]
                if not isinstance(part, FeePart)
            ]
        )
        self._note_fees(settlements, [batches[key] for key in keys])
        less = settlements.filtered(lambda row: not row.move_id)
        self._lower_drafts(less.line_ids.sale_line_id)
        if more > 0:
            settlements |= Settlement._machine_create(
                [
                    {
                        "order_id": order.id,
                        "currency_id": order.currency_id.id,
                        "amount": float(more),
                        "user_id": self.env.uid,
                        **extra,
                    }
                ]
            )
        return settlements

    def _lower_drafts(self, sale_lines):
        """Bill less where a draft invoice has more than is left to invoice."""
        for sale_line in sale_lines:
            unit = sale_line.product_uom_id
            surplus = -sale_line.qty_to_invoice
            for item in sale_line.invoice_lines:
                move = item.move_id
                if unit.compare(surplus, 0.0) <= 0:
                    break
                if move.state != "draft" or move.move_type != "out_invoice":
                    continue
                there = item.product_uom_id._compute_quantity(
                    item.quantity, unit, round=False
                )
                taken = min(surplus, there)
                item.quantity = unit._compute_quantity(
                    there - taken, item.product_uom_id, round=False
                )
                surplus -= taken

    def _create_moves(self, vals_list):
        if not vals_list:
            return self.env["account.move"]
        return with_pass(self.env["account.move"], "create").create(vals_list)

    def _settlement_vals(self, order, invoice, parts, move):
        return {
            "order_id": order.id,
            "currency_id": (invoice or order).currency_id.id,
            "kind": "credit_note" if invoice else "less_to_invoice",
            "amount": float(sum((part.total for part, _line in parts), ZERO)),
            "amount_tax": float(sum((part.tax for part, _line in parts), ZERO)),
            "invoice_id": invoice.id,
            "move_id": move.id,
            "user_id": self.env.uid,
        }

    def _move_vals(self, order, invoice, parts):
        today = fields.Date.context_today(self)
        return {
            "move_type": "out_refund",
            "partner_id": invoice.partner_id.id,
            "partner_shipping_id": invoice.partner_shipping_id.id,
            "company_id": invoice.company_id.id,
            "journal_id": invoice.journal_id.id,
            "currency_id": invoice.currency_id.id,
            "invoice_currency_rate": invoice.invoice_currency_rate,
            "fiscal_position_id": invoice.fiscal_position_id.id,
            "invoice_date": today,
            "invoice_date_due": today,
            "invoice_payment_term_id": False,
            "invoice_user_id": invoice.invoice_user_id.id,
            "team_id": invoice.team_id.id,
            "invoice_origin": invoice.invoice_origin,
            "ref": self.env._(
                "%(return)s, reversal of %(invoice)s",
                **{"return": order.name, "invoice": invoice.name},
            ),
            "reversed_entry_id": invoice.id,
            "returns_credit_kind": "return",
            "returns_order_id": order.id,
            "invoice_line_ids": self._lines(
                invoice, invoice, [part for part, _line in parts]
            ),
        }

    def _counter_vals(self, settlement, parts, reason):
        """The document that takes (a part of) a posted credit note back."""
        credit = settlement.move_id
        today = fields.Date.context_today(self)
        return {
            "move_type": "out_invoice",
            "partner_id": credit.partner_id.id,
            "partner_shipping_id": credit.partner_shipping_id.id,
            "company_id": credit.company_id.id,
            "journal_id": credit.journal_id.id,
            "currency_id": credit.currency_id.id,
            "invoice_currency_rate": credit.invoice_currency_rate,
            "fiscal_position_id": credit.fiscal_position_id.id,
            "invoice_date": today,
            "invoice_date_due": today,
            "invoice_payment_term_id": False,
            "invoice_origin": credit.invoice_origin,
            "ref": self.env._(
                "%(return)s, %(credit)s taken back: %(reason)s",
                credit=credit.name,
                reason=reason,
                **{"return": settlement.order_id.name},
            ),
            "reversed_entry_id": credit.id,
            "returns_credit_kind": "return",
            "returns_order_id": settlement.order_id.id,
            "invoice_line_ids": self._lines(
                credit, settlement.invoice_id, [part for _row, part in parts]
            ),
        }

    def _lines(self, document, invoice, parts):
        """The lines of a document: goods, fees and cash rounding.

        :param document: whose currency, rate and fiscal position it has
        :param invoice: that billed the goods
        """
        goods = [part for part in parts if not isinstance(part, FeePart)]
        fees = [part for part in parts if isinstance(part, FeePart)]
        return [
            Command.create(vals)
            for vals in (
                *(self._line_vals(document, part) for part in goods),
                *self._fee_vals(document, fees),
                *self._rounding_vals(invoice, goods),
            )
        ]

    def _line_vals(self, invoice, part):
        item = part.source.invoice_line
        unit, quantity, factor = self._units(item, part)
        vals = {
            "sequence": item.sequence,
            "product_id": item.product_id.id,
            "name": item.name,
            "quantity": quantity,
            "product_uom_id": unit.id,
            "account_id": item.account_id.id,
            "tax_ids": [Command.set(item.tax_ids.ids)],
            "analytic_distribution": item.analytic_distribution,
            "sale_line_ids": [Command.set(item.sale_line_ids.ids)],
            **self._price(item, part, quantity, factor),
            **self._booked(invoice, part),
        }
        if item.tax_ids:
            vals["extra_tax_data"] = self._forced(invoice, item.tax_ids, part, vals)
        return vals

    def _booked(self, document, part):
        """What the line comes to in the books, said at once.

        Odoo works the same out from price and taxes, and would write it afterwards,
        line by line; where it comes to something else, it still does.
        """
        amount = -document.direction_sign * float(part.net)
        currency = document.company_id.currency_id
        return {
            "amount_currency": amount,
            "balance": currency.round(amount / document.invoice_currency_rate),
        }

    def _units(self, item, part):
        """(unit, quantity, units of the invoice line in one of them) of a line.

        The invoice's unit where it can say the quantity; for some of a pack, the
        product's own: two units, and not 0.33 of a pack of six.
        """
        unit, own = item.product_uom_id, item.product_id.uom_id
        sold = part.source.sale_line.product_uom_id
        exact = sold._compute_quantity(float(part.quantity), unit, round=False)
        # What the document can hold; of less than that, the least.
        quantity = unit.round(exact) or unit.rounding
        if not exact or own in (unit, own.browse()) or abs(quantity - exact) <= FINE:
            return unit, quantity, 1.0
        units = unit._compute_quantity(exact, own, round=False)
        if abs(units - own.round(units)) > FINE:
            return unit, quantity, 1.0
        return own, own.round(units), own._compute_quantity(1.0, unit, round=False)

    def _price(self, item, part, quantity, factor=1.0):
        """Price and discount that people read; the invoice's, unless less is owed.

        :param float factor: units of the invoice line in one of ``quantity``
        """
        if not item.tax_ids:
            # Nothing can be forced without taxes: the price itself is exact.
            return {"price_unit": float(part.net) / (quantity or 1.0), "discount": 0.0}
        natural = item.price_subtotal * quantity * factor / (item.quantity or 1.0)
        price_unit = item.price_unit * factor
        share = float(part.net) / natural if natural else 1.0
        discount = item.discount
        if not natural and part.net:
            # Free by a program, and paid for by what its likes cost.
            whole = price_unit * quantity
            return {
                "price_unit": price_unit,
                "discount": round(100.0 * (1.0 - float(part.net) / whole), 2),
            }
        if abs(share - 1.0) > SAME and share < 1.0:
            discount = round(100.0 - (100.0 - discount) * share, 2)
        return {"price_unit": price_unit, "discount": discount}

    def _forced(self, invoice, taxes, part, vals):
        """The result that the tax engine shall come to; see account.tax."""
        taxes = taxes.flatten_taxes_hierarchy()
        simple = not any(taxes.mapped("include_base_amount"))
        forced = {}
        for tax in taxes:
            forced[str(tax.id)] = {}
            if self._has_counter_entry(tax):
                continue
            amounts = {"tax_amount_currency": float(part.taxes.get(tax.id, ZERO))}
            if simple:
                amounts["base_amount_currency"] = float(part.net)
            forced[str(tax.id)] = amounts
        return {
            "currency_id": invoice.currency_id.id,
            "price_unit": vals["price_unit"],
            "discount": vals["discount"],
            "quantity": vals["quantity"],
            "rate": invoice.invoice_currency_rate,
            "manual_total_excluded_currency": float(part.net),
            "manual_tax_amounts": forced,
        }

    def _has_counter_entry(self, tax):
        """Reverse charge: the engine books both sides; there is nothing to force."""
        return any(line.factor_percent < 0 for line in tax.refund_repartition_line_ids)
