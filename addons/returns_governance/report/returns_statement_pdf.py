"""The statement of a return: what came back, what was refunded for it, and how."""

from decimal import Decimal

from reportlab.lib.units import mm
from reportlab.platypus import Spacer

from odoo import api, models
from odoo.tools.misc import get_lang

from .returns_pdf import MUTED

ZERO = Decimal(0)


class ReturnsStatementPdf(models.AbstractModel):
    """Says in the customer's language what a return comes to, and draws it on paper.

    Everything is read from the rows of the steps; nothing is kept and nothing typed.
    """

    _name = "returns.statement.pdf"
    _inherit = ["returns.pdf"]
    _description = "Statement of a return"

    @api.model
    def _render(self, order):
        """The PDF for one return, in the language of its customer.

        :param record order: that the caller may read
        :rtype: bytes
        """
        order.ensure_one()
        partner = order.partner_id
        lang = get_lang(self.env, partner.lang).code
        # sudo: who reads the return may read what its documents come to
        told = self.sudo().with_context(lang=lang, tz=partner.tz or self.env.user.tz)
        order = order.with_env(told.env)
        words = told.env["returns.words"]
        return told._paper(
            told._flow(order),
            title=told.env._("Statement of return %s", order.name),
            author=order.company_id.name,
            foot=told.env._(
                "%(company)s, statement of %(name)s of %(day)s",
                company=order.company_id.name,
                name=order.name,
                day=words._clock(told.env.cr.now()),
            ),
        )

    def _flow(self, order):
        """All parts in their order."""
        partner, company = order.partner_id, order.company_id
        return [
            self._title(self.env._("Statement of return %s", order.name)),
            self._text(self._address(company), color=MUTED),
            Spacer(1, 5 * mm),
            self._text(self._address(partner)),
            Spacer(1, 5 * mm),
            *self._facts(order),
            *self._goods(order),
            *self._refunds(order),
            *self._movements(order),
            *self._rest(order),
        ]

    def _address(self, partner):
        if partner._name == "res.company":
            partner = partner.partner_id
        lines = [partner.name, *partner._display_address(True).split("\n")]
        return "\n".join(line.strip() for line in lines if line and line.strip())

    # --- parts ------------------------------------------------------------------------
    def _facts(self, order):
        words = self.env["returns.words"]
        invoices = order.settlement_ids.invoice_id
        rows = [
            (self.env._("Orders"), ", ".join(order.sale_order_ids.mapped("name"))),
            (self.env._("Invoices"), ", ".join(invoices.mapped("name"))),
            (
                self.env._("Asked for on"),
                order.requested_at and words._clock(order.requested_at),
            ),
            (
                self.env._("Withdrawal from the contract"),
                order.withdrawal and self.env._("Yes"),
            ),
            (
                self.env._("State"),
                self._label(order, "case_state"),
            ),
        ]
        rows = [(label, value) for label, value in rows if value]
        return [self._grid(None, rows, (45, 133))]

    def _goods(self, order):
        """What was asked for, and what came back in which condition."""
        number = self.env["returns.words"]._number
        head = (
            self.env._("Product"),
            self.env._("Reason"),
            self.env._("Asked"),
            self.env._("Received"),
            self.env._("Found"),
        )
        rows = [
            (
                line.product_id.display_name,
                line.reason_id.name or "",
                number(line.quantity),
                number(line.quantity_received),
                self._found(line),
            )
            for line in order.line_ids
        ]
        return self._part(
            self.env._("Goods"), head, rows, (60, 36, 15, 19, 48), aligns="llrrl"
        )

    def _found(self, line):
        number = self.env["returns.words"]._number
        found = {}
        for row in line.inspection_ids:
            name = row.condition_id.name
            found[name] = found.get(name, 0.0) + row.quantity
        return ", ".join(
            f"{number(quantity)} × {name}"
            for name, quantity in found.items()
            if quantity
        )

    def _refunds(self, order):
        """How the refund comes to its sum: goods, what is taken off, delivery, tax."""
        rows = self._refund_rows(order)
        if not rows:
            return []
        head = (
            self.env._("Refund of"),
            self.env._("Quantity"),
            self.env._("Net"),
            self.env._("Tax"),
            self.env._("Total"),
        )
        net = sum((row[2] for row in rows), ZERO)
        tax = sum((row[3] for row in rows), ZERO)
        rows.append((self.env._("Refund in all"), "", net, tax, net + tax))
        currency = order.currency_id
        told = [
            (name, quantity, *(self._amount(currency, part) for part in amounts))
            for name, quantity, *amounts in rows
        ]
        return self._part(
            self.env._("Refund"),
            head,
            told,
            (82, 20, 26, 22, 28),
            aligns="lrrrr",
            bold_rows=1,
        )

    def _refund_rows(self, order):
        """(name, quantity, net, tax, total) of what stands in the documents.

        A deduction for the condition found has a row of its own, below the goods at
        what was paid for them; and so has each kind of fee, at the end.
        """
        number = self.env["returns.words"]._number
        rows = []
        groups = order.settlement_ids.line_ids._standing().grouped(
            lambda row: (row.sale_line_id, row.line_id)
        )
        for (sale_line, _line), mine in groups.items():
            name = sale_line.product_id.display_name or sale_line.name
            quantity = sum(mine.mapped("quantity"))
            net, tax, off, off_tax = self._sums(mine)
            if not (net or tax or off):
                continue
            net, tax = net + off, tax + off_tax
            rows.append((name, number(quantity), net, tax, net + tax))
            if off or off_tax:
                label = self.env._("less, for the condition of %s", name)
                rows.append((label, "", -off, -off_tax, -off - off_tax))
        return rows + self._fee_rows(order)

    def _fee_rows(self, order):
        """What was taken off for each kind of fee, as ``_refund_rows`` gives it."""
        rows = []
        fees = order.settlement_ids.fee_ids._standing()
        for product, mine in fees.grouped("product_id").items():
            net = tax = ZERO
            for fee in mine:
                _worth, own, own_tax = fee._worth()
                net, tax = net - own, tax - own_tax
            if net or tax:
                label = self.env._("less, %s", product.display_name)
                rows.append((label, "", net, tax, net + tax))
        return rows

    def _sums(self, rows):
        """(net, tax, net taken off, tax taken off) of rows of settlements."""
        net = tax = off = off_tax = ZERO
        for row in rows:
            worth, own, _tax = row._worth()
            less, less_tax = row._worth_withheld()
            net, tax = net + own, tax + worth - own
            off, off_tax = off + less, off_tax + less_tax
        return net, tax, off, off_tax

    def _movements(self, order):
        """The documents and the payments, in the order in which they came."""
        words = self.env["returns.words"]
        head = (
            self.env._("On"),
            self.env._("What"),
            self.env._("Document"),
            self.env._("State"),
            self.env._("Amount"),
        )
        rows = [
            (
                words._clock(row.occurred_at),
                self._label(row, "kind"),
                row.move_id.name or row.settlement_ref or row.transaction_id.reference,
                self._label(row, "state"),
                self._amount(row.currency_id, row.amount),
            )
            for row in order.settlement_ids
        ]
        rows = [tuple(cell or "" for cell in row) for row in rows]
        return self._part(
            self.env._("Documents and payments"),
            head,
            rows,
            (38, 40, 44, 28, 28),
            aligns="llllr",
        )

    def _rest(self, order):
        """What is still to come, in one sentence."""
        currency = order.currency_id
        open_amount = order.amount_due - sum(
            row._in_order((row.amount if row.counts else 0.0) - row.open_amount)
            for row in order.settlement_ids
            if row.counts or row.less_id
        )
        if currency.compare_amounts(open_amount, 0.0) <= 0:
            text = self.env._("Nothing is open: all that is owed has been refunded.")
        elif order.refund_due_date:
            text = self.env._(
                "%(amount)s is still to be refunded, by law until %(day)s at the "
                "latest once the goods are back or were sent.",
                amount=self._amount(currency, open_amount),
                day=self.env["returns.words"]._day(order.refund_due_date),
            )
        else:
            text = self.env._(
                "%(amount)s is still to be refunded.",
                amount=self._amount(currency, open_amount),
            )
        return [Spacer(1, 6 * mm), self._text(text)]

    # --- words ------------------------------------------------------------------------
    def _label(self, record, name):
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    def _amount(self, currency, amount):
        said = self.env["returns.words"]._money(currency, float(amount))
        return said.replace("\ufeff", "")  # for the web; on paper it has no shape


class ReturnsOrder(models.Model):
    """The button of the statement."""

    _inherit = "returns.order"

    def action_print_statement(self):
        """Download the statement of one return as a PDF.

        :return: an action that opens the file
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/returns/statement/{self.id}",
            "target": "download",
        }
