"""What the books say: the entries that one event made, and where value stands."""

from collections import Counter
from dataclasses import dataclass, field

from golden.shop import Shop
from golden.ways import Back, GovernedWay

from odoo import fields

#: documents known by what their reference says
KINDS = (
    "Channel's report",
    "Write-down",
    "Store credit",
    "Back on card",
    "Replacement",
)


@dataclass
class Told:
    """One event: what it booked, and what the shelf and the accounts say after it."""

    title: str
    #: {(document, account): (debit, credit)}
    items: dict = field(default_factory=dict)
    #: {figure: amount}
    stands: dict = field(default_factory=dict)


class Books(Shop):
    """The shop of the golden cases, whose goods are valued as the story wants it."""

    def __init__(self, env, clock, valuation):
        super().__init__(env, clock)
        self.valuation = valuation
        self.companies = self.company
        self.before = self.seen = self._posted()
        self._set_up_bank()

    def product(self, **values):
        product = super().product(**values)
        product.categ_id.property_valuation = self.valuation
        return product

    def _set_up_bank(self):
        """Payments are booked when they are made, and not with the bank statement."""
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        outstanding = self.env["account.account"].create(
            {
                "name": "Outstanding payments",
                "code": "101499",
                "account_type": "asset_current",
                "reconcile": True,
            }
        )
        lines = bank.inbound_payment_method_line_ids
        lines |= bank.outbound_payment_method_line_ids
        lines.payment_account_id = outstanding

    # --- what was booked ----------------------------------------------------------
    def _posted(self):
        return self.env["account.move"].search(
            [("company_id", "in", self.companies.ids), ("state", "=", "posted")]
        )

    def booked(self):
        """{(document, account): (debit, credit)} since it was asked last."""
        self.env.flush_all()
        entries = self._posted() - self.seen
        self.seen |= entries
        sums = Counter()
        for item in entries.sorted("id").line_ids:
            entry = item.move_id
            whose = "" if entry.company_id == self.company else "B: "
            document = whose + self._document(entry)
            sums[document, item.account_id.name] += item.balance
        return {
            key: (max(balance, 0.0), max(-balance, 0.0))
            for key, balance in sums.items()
            if not self.company.currency_id.is_zero(balance)
        }

    def _document(self, entry):
        """What kind of document an entry is, in a word."""
        kinds = {
            "out_invoice": "Invoice",
            "out_refund": "Credit note",
            "in_invoice": "Bill",
            "in_refund": "Vendor's credit",
        }
        if entry.move_type in kinds:
            return kinds[entry.move_type]
        if entry.origin_payment_id:
            return "Payment"
        if entry.tax_cash_basis_origin_move_id:
            return "Tax on payment"
        if entry.journal_id == entry.company_id.currency_exchange_journal_id:
            return "Exchange difference"
        if entry.reversed_entry_id and entry.move_type == "entry":
            return "Reversal"
        if "still to come" in (entry.ref or ""):
            return "Accrual"
        for kind in KINDS:
            if kind.lower() in (entry.ref or "").lower():
                return kind
        if entry.ref == "Stock Closing":
            return "Closing"
        return "Stock entry"

    def stands(self, products):
        """What the goods on the shelf are worth, and what the books say of it all."""
        self.env.flush_all()
        self.env.invalidate_all()
        company = self.company
        return {
            "goods": sum(products.mapped("total_value")),
            "stock account": self._balance(company.account_stock_valuation_id),
            "allowance": self._balance(company.returns_allowance_account_id),
            "invoices": self._open("out_invoice"),
            "credit notes": self._open("out_refund"),
            "store credit": -self._balance(company.returns_credit_account_id),
        }

    def _open(self, kind):
        """What is left to pay of the story's documents of a kind."""
        documents = (self.seen - self.before).filtered(lambda x: x.move_type == kind)
        return sum(documents.mapped("amount_residual"))

    def _balance(self, account):
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("move_id", "in", (self.seen - self.before).ids),
            ]
        )
        return sum(items.mapped("balance"))

    def begin(self):
        """From here on the story counts."""
        self.before = self.seen = self._posted()


class BooksWay(GovernedWay):
    """The return's own way: conditions in one parcel, and other wishes than money."""

    def ask(self, line, channel, **wish):
        """The step *request* of one unit, with what the customer wants for it."""
        self.shop.clock.tick()
        request = self._request(line, 1)
        request["channel"] = channel.code
        request["lines"][0].update(wish)
        answer = self.orders.api_submit(request)
        name = answer["return"]["name"]
        return Back(line, 1, self.orders.sudo().search([("name", "=", name)]))

    def settle(self, back, amount):
        """The channel says that it has paid the customer itself."""
        self.shop.clock.tick()
        self.orders.api_settled(
            {
                "settlement_ref": self._reference(),
                "return": back.record.name,
                "amount": amount,
                "currency": back.record.currency_id.name,
                "tender": "card",
                "occurred_at": fields.Datetime.now().isoformat() + "Z",
            }
        )

    def find(self, back, findings):
        """The step *inspect*: (quantity, condition, disposition or None) each."""
        self.shop.clock.tick()
        self.orders.api_inspect(
            {
                "inspection_ref": self._reference(),
                "return": back.record.name,
                "results": [
                    {
                        "line_ref": back.line.id,
                        "quantity": quantity,
                        "condition": condition,
                        **(
                            {"disposition": disposition, "note": "Beyond repair"}
                            if disposition
                            else {}
                        ),
                    }
                    for quantity, condition, disposition in findings
                ],
            }
        )
