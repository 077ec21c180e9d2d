from datetime import timedelta

from odoo import fields, models
from odoo.tools import float_compare, format_date

from ...const import BILLS
from ...guard import refuse


class ReturnsSettlement(models.Model):
    """What the document of a settlement said when it was made."""

    _inherit = "returns.settlement"

    document = fields.Json(
        help="Quantity, net amount, taxes and account of each line: the document is "
        "posted just so.",
    )


class ReturnsGate(models.AbstractModel):
    """The documents of returns are posted as the return made them.

    Their lines say how many units came back, what of it is tax, and which accounts
    bear it: a sum alone holds none of these. What a person may change is the rest:
    texts, the due date, the day as far as it is not before the invoice's, the journal,
    the reference of the payment.
    """

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        bills = moves.sudo().filtered(  # as in super()
            lambda m: m.move_type in BILLS and m.returns_credit_kind == "return"
        )
        if bills:
            rows = self.env["returns.settlement"].sudo()  # as above
            rows = rows.search([("move_id", "in", bills.ids)])
            for move, settlements in rows.grouped("move_id").items():
                self._check_said(move, settlements)
        return super()._check_posted(moves)

    def _check_settled(self, move, settlements):
        result = super()._check_settled(move, settlements)
        self._check_said(move, settlements)
        self._check_reverses(move, settlements.invoice_id)
        bills = settlements.invoice_id or settlements.line_ids.invoice_line_id.move_id
        self._check_dated(move, bills)
        self._check_rate(move, bills)
        return result

    # --- what it says -------------------------------------------------------------
    def _said(self, move):
        """The lines of a document as a list that can be kept and compared.

        Lines for the same are one, so that parting one changes nothing.
        """
        found = {}
        for item in move.line_ids:
            if item.display_type == "product":
                key = (
                    tuple(sorted(item.sale_line_ids.ids)),
                    item.product_id.id,
                    item.product_uom_id.id,
                    tuple(sorted(item.tax_ids.ids)),
                    False,
                    item.account_id.id,
                )
            elif item.tax_line_id:
                tax = item.tax_line_id.id
                key = ((), False, False, (), tax, item.account_id.id)
            else:
                continue
            known = found.setdefault(key, [0.0, 0.0])
            known[0] += item.quantity if item.display_type == "product" else 0.0
            known[1] += item.amount_currency
        digits = move.currency_id.decimal_places
        return [
            [
                *(list(part) if isinstance(part, tuple) else part for part in key),
                f"{quantity + 0.0:.6f}",
                f"{move.currency_id.round(amount) + 0.0:.{digits}f}",
            ]
            for key, (quantity, amount) in sorted(found.items(), key=repr)
        ]

    def _check_said(self, move, settlements):
        """Refuse a document whose lines are not those that its return made."""
        then = next((row.document for row in settlements if row.document), None)
        now = self._said(move) if then else None
        if then == now:
            return
        # Lines of goods before those of taxes, which follow them.
        changed, missing = (
            sorted(
                (line for line in a if line not in b), key=lambda line: bool(line[4])
            )
            for a, b in ((now, then), (then, now))
        )
        refuse(
            "REFUND_GATE",
            self.env._(
                "%(move)s does not say any more what %(return)s owes. It has: "
                "%(now)s. It had: %(then)s. Quantity, net amount, tax and account of "
                "each line stay: put them back as they were, or cancel it, and the "
                "return makes it anew.",
                move=move.display_name,
                now=", ".join(self._words(move, line) for line in changed[:1]) or "-",
                then=", ".join(self._words(move, line) for line in missing[:1]) or "-",
                **{"return": ", ".join(settlements.order_id.mapped("name"))},
            ),
        )

    def _check_reverses(self, move, invoice):
        """It meets the invoice that it gives back, and no other."""
        if len(invoice) == 1 and move.reversed_entry_id != invoice:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s gives %(invoice)s back, and says that it reverses "
                    "%(other)s. Put that back, or cancel it: the return makes it anew.",
                    move=move.display_name,
                    invoice=invoice.name,
                    other=move.reversed_entry_id.display_name or "-",
                ),
            )

    def _words(self, move, line):
        """A line of ``_said`` for a person."""
        _sold, product, _unit, taxes, tax, account, quantity, amount = line
        Tax = self.env["account.tax"]
        words = {
            "amount": move.currency_id.format(abs(float(amount))),
            "account": self.env["account.account"].browse(account).display_name,
        }
        if tax:
            words["tax"] = Tax.browse(tax).name
            return self.env._("%(tax)s of %(amount)s on %(account)s", **words)
        words["taxes"] = ", ".join(Tax.browse(taxes).mapped("name"))
        return self.env._(
            "%(quantity)g × %(product)s for %(amount)s on %(account)s (%(taxes)s)",
            quantity=float(quantity),
            product=self.env["product.product"].browse(product).display_name,
            **{**words, "taxes": words["taxes"] or self.env._("no tax")},
        )

    # --- when, and at which rate --------------------------------------------------
    def _check_dated(self, move, invoice):
        """Nothing is given back before it was billed, or in a period long closed."""
        billed = [day for day in invoice.mapped("invoice_date") if day]
        # An invoice may bear a day to come; its credit note need not.
        made = fields.Date.to_date(move.create_date) - timedelta(days=1)
        earliest = min([*billed, made])
        day = min(filter(None, (move.invoice_date, move.date)))
        if not billed or day >= earliest:
            return
        refuse(
            "REFUND_GATE",
            self.env._(
                "%(move)s is dated %(day)s, before %(invoice)s of %(billed)s, which it "
                "gives back. Date it on that day or later.",
                move=move.display_name,
                day=format_date(self.env, day),
                invoice=", ".join(invoice.mapped("name")),
                billed=format_date(self.env, earliest),
            ),
        )

    def _check_rate(self, move, invoice):
        """In another currency: at the invoice's rate, or at that of its own day."""
        if move.currency_id == move.company_id.currency_id:
            return
        rate = move.invoice_currency_rate
        for fair in (*invoice.mapped("invoice_currency_rate"), None):
            fair = move.expected_currency_rate if fair is None else fair
            if not float_compare(rate, fair, precision_rounding=max(fair, 1e-6) * 1e-5):
                return
        refuse(
            "REFUND_GATE",
            self.env._(
                "%(move)s is at the rate %(rate)g, and %(invoice)s was at %(fair)g. "
                "Put that rate back.",
                move=move.display_name,
                rate=rate,
                invoice=", ".join(invoice.mapped("name")) or move.returns_order_id.name,
                fair=invoice[:1].invoice_currency_rate or fair,
            ),
        )
