"""What was paid before an invoice, for goods that are not billed any more."""

from decimal import Decimal

from odoo import Command, models

from ..const import BILLS, PREPAID_KEPT, RECEIVABLE
from ..engine.shares import ZERO, LineShare
from .settle_claim import Part
from .settle_paid import Source, distribute, exact

RECEIVED = ("in_process", "paid")
CENTS = 5  # at most so many smallest coins are mere rounding


class Receipt:
    """A payment of the customer that no invoice has used, as far as it is free."""

    __slots__ = ("entry", "left", "payment")

    def __init__(self, payment, entry, left):
        self.payment = payment
        self.entry = entry
        self.left = left


class ReturnsPrepaid(models.AbstractModel):
    """Finds what was paid for goods that are not billed any more, and gives it back.

    An order keeps what it has still to bill. What came in beyond that goes back: first
    payments that no invoice has used, then down payments, by a credit note of their
    own. Never more than the goods were worth, and never more than came in.
    """

    _name = "returns.prepaid"
    _description = "Prepayments of returned goods"

    def _give_back(self, rows):
        """Make the rows by which prepayments of ``rows`` (less to invoice) go back."""
        # sudo: the machine's; whoever settles need not see payments or other orders
        rows = rows.sudo()
        vals_list, notes = [], []
        taken = {}
        for row in rows:
            for sale, wanted in self._wanted(row).items():
                self._plan(row, sale, wanted, taken, vals_list, notes)
        made = self.env["returns.settlement"].sudo()._machine_create(vals_list)
        return made | self._credit_down_payments(notes)

    def _wanted(self, row):
        """{order: what the goods that are not billed were worth}, in its currency."""
        found = {}
        for item in row.line_ids:
            if item.line_id.resolution in PREPAID_KEPT or item.amount <= 0:
                continue
            sale = item.sale_line_id.order_id
            found[sale] = found.get(sale, 0.0) + item.amount
        return found

    def _plan(self, row, sale, wanted, taken, vals_list, notes):
        """Say by which payments ``wanted`` goes back, and by which down payments."""
        currency = sale.currency_id
        receipts = self._receipts(sale)
        parts = self._down_payments(sale)
        came = sum(
            receipt.left - taken.get(self._key(receipt), 0.0) for receipt in receipts
        )
        billed = float(sum((part.total for part in parts), ZERO))
        left = self._left_to_bill(sale)
        surplus = came + billed - left
        if not left and surplus - wanted <= CENTS * currency.rounding:
            wanted = surplus  # the order was rounded otherwise than its lines
        rest = currency.round(min(wanted, surplus))
        for receipt in receipts:
            key = self._key(receipt)
            amount = currency.round(min(rest, receipt.left - taken.get(key, 0.0)))
            if currency.compare_amounts(amount, 0.0) <= 0:
                continue
            taken[key] = taken.get(key, 0.0) + amount
            rest -= amount
            vals_list.append(self._vals(row, receipt, amount))
        if parts and currency.compare_amounts(rest, 0.0) > 0:
            notes.append((row, self._shares(parts, min(rest, billed), currency)))

    def _key(self, receipt):
        return (receipt.payment.id, receipt.entry.id)

    def _vals(self, row, receipt, amount):
        return {
            "order_id": row.order_id.id,
            "currency_id": row.currency_id.id,
            "kind": "prepaid",
            "amount": amount,
            "less_id": row.id,
            "received_id": receipt.payment.id,
            "source_move_id": receipt.entry.id,
            "user_id": self.env.uid,
        }

    # --- what is left to bill ---------------------------------------------------------
    def _left_to_bill(self, sale):
        """What the order has still to bill, with tax and without down payments."""
        lines = sale.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )
        left = sum(self._worth(line) for line in lines)
        for item in lines.invoice_lines:
            move = item.move_id
            if move.state != "posted":
                continue
            if move.move_type in BILLS and move.returns_credit_kind != "return":
                left -= self._billed(item)
            elif move.returns_credit_kind == "correction":
                left += self._billed(item)
        for item in lines.returns_settlement_line_ids:
            kind = item.settlement_id.kind
            if kind == "less_to_invoice" or (
                kind == "channel_paid" and not item.invoice_line_id
            ):
                net, taxes = item._exact_withheld()
                left -= item.amount + float(net + sum(taxes.values(), ZERO))
        return max(0.0, sale.currency_id.round(left))

    def _billed(self, item):
        """What an invoice line bills, with tax, in the currency of its order."""
        return item.price_total

    def _worth(self, line):
        """What a line comes to: what was ordered, or more if more was delivered."""
        ordered = line.product_uom_qty
        whole = max(ordered, line.qty_delivered + line.returns_quantity_back)
        if not ordered:
            return line.price_reduce_taxinc * whole
        return line.price_total * whole / ordered

    # --- payments ---------------------------------------------------------------------
    def _receipts(self, sale):
        """Payments of the order that no invoice has used; then those of the customer
        that are nobody's, as far as nothing else of the customer's waits for them."""
        done = sale.transaction_ids.filtered(
            lambda tx: (
                tx.state == "done" and tx.operation not in ("refund", "validation")
            )
        )
        payments = done.payment_id.filtered(
            lambda pay: (
                pay.state in RECEIVED
                and pay.payment_type == "inbound"
                and pay.currency_id == sale.currency_id
                and pay.company_id == sale.company_id
            )
        )
        newest = sale.company_id.returns_tender_age == "newest"
        found = [self._of_payment(pay) for pay in payments.sorted("id", reverse=newest)]
        # A payment that was torn off a bill, which stays, belongs to that bill.
        covered = self._cover(found, self._left_to_pay(sale))
        found += self._loose(sale, payments, covered)
        return [receipt for receipt in found if receipt.left > 0]

    def _cover(self, receipts, needed):
        """Keep of payments what is needed; say how much of it they have."""
        covered = 0.0
        for receipt in receipts:
            kept = max(0.0, min(needed - covered, receipt.left))
            receipt.left -= kept
            covered += kept
        return covered

    def _of_payment(self, payment):
        entry = payment.move_id
        left = payment.amount
        if entry:
            left = min(left, self._unused(entry, payment.currency_id))
        return Receipt(payment, entry, left - self._claimed(payment, entry))

    def _unused(self, entry, currency):
        """What of a payment's entry is open in the customer's favour."""
        if entry.state != "posted":
            return 0.0
        items = entry.line_ids.filtered(
            lambda item: (
                item.account_id.account_type == RECEIVABLE
                and item.currency_id == currency
            )
        )
        return max(0.0, -sum(items.mapped("amount_residual_currency")))

    def _claimed(self, payment, entry):
        """What of a payment goes back already by other rows."""
        rows = self.env["returns.settlement"].sudo()  # as in _give_back
        rows = rows.search(
            [
                ("kind", "=", "prepaid"),
                "|",
                ("received_id", "in", payment.ids),
                ("source_move_id", "in", entry.ids),
            ]
        )
        if not entry:
            return sum(rows.mapped("open_amount")) + sum(
                row._prepaid_given() for row in rows
            )
        return sum(row.open_amount + row._prepaid_unbooked() for row in rows)

    def _loose(self, sale, known, covered=0.0):
        """Money of the customer that is tied to no order, after all that it may be
        for: what is unpaid, and what other orders have still to bill.

        :param known: payments of the order
        :param float covered: of what is unpaid, by those
        """
        gate = self.env["returns.gate.payment"]
        partner = sale.partner_invoice_id
        items = gate._open_items(partner, sale.company_id, sale.currency_id)
        open_debts = sum(
            item.amount_residual_currency
            for item in items
            if item.amount_residual_currency > 0
        )
        entries = (
            items.filtered(
                lambda item: (
                    item.amount_residual_currency < 0
                    and (
                        item.move_id.origin_payment_id or item.move_id.statement_line_id
                    )
                )
            ).move_id
            - known.move_id
        )
        entries = entries.filtered(
            lambda entry: (
                not entry.origin_payment_id.payment_transaction_id.sale_order_ids
            )
        )
        if not entries:
            return []
        needed = open_debts - covered + self._others_need(sale, partner)
        found = []
        for entry in entries.sorted(lambda entry: (entry.date, entry.id)):
            payment = entry.origin_payment_id
            receipt = Receipt(payment, entry, self._unused(entry, sale.currency_id))
            receipt.left -= self._claimed(payment, entry)
            found.append(receipt)
        self._cover(found, needed)
        return found

    def _others_need(self, sale, partner):
        """What the customer's other orders have still to bill and are not paid for."""
        orders = self.env["sale.order"].search(
            [
                ("partner_invoice_id", "child_of", partner.commercial_partner_id.ids),
                ("company_id", "=", sale.company_id.id),
                ("currency_id", "=", sale.currency_id.id),
                ("state", "=", "sale"),
                ("invoice_status", "!=", "invoiced"),
                ("id", "!=", sale.id),
            ]
        )
        return sum(
            max(0.0, order.amount_to_invoice - order.amount_paid) for order in orders
        )

    # --- down payments ----------------------------------------------------------------
    def _down_payments(self, sale):
        """[Part] of what down payments have billed, and nothing has taken off yet."""
        lines = sale.order_line.filtered(
            lambda line: line.is_downpayment and not line.display_type
        )
        items = lines.invoice_lines.filtered(
            lambda item: (
                item.move_id.state == "posted"
                and item.move_id.currency_id == sale.currency_id
            )
        )
        paid = self.env["returns.paid"]
        amounts = {move: paid._amounts(move) for move in items.move_id}
        parts = []
        for line in lines:
            own = items.filtered(lambda item, line=line: line in item.sale_line_ids)
            parts += self._down_payment(line, own, amounts)
        return parts

    def _down_payment(self, line, items, amounts):
        """[Part] for the bills of one down payment, the oldest first used up."""
        sources, off = [], []
        for item in items.sorted("id"):
            net, taxes = amounts[item.move_id].get(item, (ZERO, {}))
            if item.move_id.move_type in BILLS and net > 0:
                sources.append(Source(line, item, Decimal(1), net, dict(taxes)))
            elif item.move_id.move_type in BILLS:
                off.append((-net, {key: -tax for key, tax in taxes.items()}))
            else:
                off.append((net, taxes))
        for net, taxes in off:
            for source in sources:
                room, room_taxes = source.room()
                part = min(net, room)
                own = {
                    key: min(tax, room_taxes.get(key, ZERO))
                    for key, tax in taxes.items()
                }
                source.credit(ZERO, part, own)
                net -= part
                taxes = {key: tax - own[key] for key, tax in taxes.items()}
        found = []
        for source in sources:
            net, taxes = source.room()
            share = LineShare(source, Decimal(1), net, tuple(taxes.items()))
            part = Part(source, share)
            if part.total > 0:
                found.append(part)
        return found

    def _shares(self, parts, amount, currency):
        """The same parts, as much of them as ``amount`` pays for."""
        totals = [part.total for part in parts]
        wanted = distribute(exact(amount, currency), totals, currency)
        return [
            part.within(share, currency)
            for part, share in zip(parts, wanted, strict=True)
            if share > 0
        ]

    def _credit_down_payments(self, notes):
        """Make the credit notes of down payments, one per return and invoice."""
        batches = {}
        for row, parts in notes:
            for part in parts:
                invoice = part.source.invoice_line.move_id
                batches.setdefault((row, invoice), []).append(part)
        credit = self.env["returns.credit"]
        vals_list = []
        for (row, invoice), parts in batches.items():
            vals = credit._move_vals(row.order_id, invoice, [])
            vals["invoice_line_ids"] = [
                Command.create(self._line_vals(invoice, part)) for part in parts
            ]
            vals_list.append(vals)
        moves = credit._create_moves(vals_list)
        return (
            self.env["returns.settlement"]
            .sudo()
            ._machine_create(
                [
                    {
                        **credit._settlement_vals(
                            row.order_id,
                            invoice,
                            [(part, None) for part in parts],
                            move,
                        ),
                        "less_id": row.id,
                    }
                    for ((row, invoice), parts), move in zip(
                        batches.items(), moves, strict=True
                    )
                ]
            )
        )

    def _line_vals(self, invoice, part):
        """One unit at what is given back, as Odoo takes a down payment off a bill."""
        item = part.source.invoice_line
        inside = any(item.tax_ids.flatten_taxes_hierarchy().mapped("price_include"))
        vals = {
            "sequence": item.sequence,
            "product_id": item.product_id.id,
            "name": item.name,
            "quantity": 1.0,
            "price_unit": float(part.total if inside else part.net),
            "discount": 0.0,
            "account_id": item.account_id.id,
            "tax_ids": [Command.set(item.tax_ids.ids)],
            "analytic_distribution": item.analytic_distribution,
            "sale_line_ids": [Command.set(item.sale_line_ids.ids)],
            "is_downpayment": True,
        }
        if item.tax_ids:
            vals["extra_tax_data"] = self.env["returns.credit"]._forced(
                invoice, item.tax_ids, part, vals
            )
        return vals
