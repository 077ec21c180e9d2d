"""Twenty at once for the money of one order, by every way that a document can take.

Each order was paid for two shirts. Each caller would give back more than half of that,
so that one of them fits, whatever way they take; the table below has the ways. What
the books say is asked of the database, not of the product.
"""

from dataclasses import dataclass, field

import pytest
from callers import CALLERS, codes, press
from clients import Json2, Refused, XmlRpc

#: Of about 115 that were paid.
PART = 70.0
GOODWILL = {"returns_credit_kind": "goodwill"}


class Order:
    """An order that nobody else has, and what is needed to write its documents."""

    def __init__(self, shop, name=None):
        self.shop, self.name = shop, name or shop.order("own")
        self.finance = shop.client(Json2, "finance")
        [row] = shop.query(
            "SELECT o.id, l.id, o.partner_id, l.product_id, m.id, m.journal_id"
            " FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id"
            " JOIN sale_order_line_invoice_rel r ON r.order_line_id = l.id"
            " JOIN account_move_line i ON i.id = r.invoice_line_id"
            f" JOIN account_move m ON m.id = i.move_id WHERE o.name = '{self.name}'"
        )
        self.id, self.line, self.partner, self.product, self.invoice, self.journal = (
            int(value) for value in row
        )

    def values(self, kind="out_refund", **more):
        """The values of a document that gives ``PART`` back."""
        credit = {
            "name": "Credit",
            "product_id": self.product,
            "quantity": 1 if kind == "out_refund" else -1,
            "price_unit": PART,
            "tax_ids": [[6, 0, []]],
            "sale_line_ids": [[6, 0, [self.line]]],
        }
        lines = [[0, 0, credit]]
        if kind != "out_refund":
            new = {"name": "New", "price_unit": 500.0, "tax_ids": [[6, 0, []]]}
            lines.append([0, 0, new])
        return {
            "move_type": kind,
            "partner_id": self.partner,
            "invoice_date": "2026-01-15",
            "invoice_line_ids": lines,
            **more,
        }

    def create(self, model, vals_list, user="finance", context=None):
        """The ids of new records."""
        client = self.shop.client(Json2, user)
        return client.execute(
            model, "create", vals_list=vals_list, context=context or {}
        )

    def drafts(self, kind="out_refund", count=CALLERS, **more):
        """As many drafts."""
        return self.create("account.move", [self.values(kind, **more)] * count)

    def press(self, ids, method="action_post", model="account.move", user="finance"):
        """A call for each record, as its button makes it."""
        return [press(self.shop, user, model, method, [known]) for known in ids]

    def wizards(self, model, values, on, user="finance"):
        """As many dialogs, opened on a document."""
        context = {"active_model": "account.move", "active_ids": [on]}
        return self.create(model, [values] * CALLERS, user, context)

    def credit(self, **more):
        """The id of a posted credit note that is open for the customer."""
        [made] = self.drafts(count=1, **GOODWILL, **more)
        self.finance.execute("account.move", "action_post", ids=[made])
        return made

    def _one(self, statement):
        [[value]] = self.shop.query(statement)
        return float(value or 0)

    def _lines(self, condition):
        """Sum of the lines of this order in posted documents."""
        return self._one(
            "SELECT sum(i.price_total) FROM account_move_line i"
            " JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id"
            " JOIN account_move m ON m.id = i.move_id"
            f" WHERE r.order_line_id = {self.line} AND m.state = 'posted'"
            f" AND {condition}"
        )

    @property
    def billed(self):
        """What the customer was billed."""
        return self._lines("m.move_type <> 'out_refund' AND i.price_total > 0")

    @property
    def credited(self):
        """What the books say was given back."""
        return self._lines("m.move_type = 'out_refund'") - self._lines(
            "m.move_type <> 'out_refund' AND i.price_total < 0"
        )

    @property
    def paid_out(self):
        """Money that has left, or is on its way."""
        return self._one(
            "SELECT (SELECT COALESCE(sum(amount), 0) FROM account_payment"
            f" WHERE partner_id = {self.partner} AND payment_type = 'outbound'"
            " AND state IN ('in_process', 'paid') AND payment_transaction_id IS NULL)"
            " - (SELECT COALESCE(sum(amount), 0) FROM payment_transaction"
            f" WHERE partner_id = {self.partner} AND operation = 'refund'"
            " AND state NOT IN ('cancel', 'error'))"
        )


# --- the ways ------------------------------------------------------------------------


def by_button(order):
    return order.press(order.drafts(**GOODWILL))


def by_write(order):
    return [
        press(
            order.shop,
            "finance",
            "account.move",
            "write",
            [made],
            vals={"state": "posted"},
        )
        for made in order.drafts(**GOODWILL)
    ]


def by_create(order):
    """Core itself refuses a document that is made as posted."""
    client = order.shop.client(XmlRpc, "finance")
    values = order.values(state="posted", **GOODWILL)
    return [lambda: client.execute("account.move", "create", values)] * CALLERS


def by_default(order):
    """Lines that core has never booked."""
    client = order.shop.client(XmlRpc, "finance")
    return [
        lambda n=n: client.execute(
            "account.move",
            "create",
            order.values(name=f"D/{order.name}/{n}", **GOODWILL),
            context={"default_state": "posted"},
        )
        for n in range(CALLERS)
    ]


def by_file(order):
    fields = [
        "move_type",
        "partner_id/.id",
        "returns_credit_kind",
        "name",
        "invoice_date",
        "invoice_line_ids/name",
        "invoice_line_ids/price_unit",
        "invoice_line_ids/sale_line_ids/.id",
    ]

    def load(number):
        client = order.shop.client(Json2, "finance")
        row = ["Customer Credit Note", order.partner, "Goodwill"]
        row += [f"F/{order.name}/{number}", "2026-01-15", "Credit", PART, order.line]
        told = client.execute(
            "account.move",
            "load",
            fields=fields,
            data=[[str(value) for value in row]],
            context={"default_state": "posted"},
        )
        if not told["ids"]:
            raise Refused(told["messages"][0]["message"], 422)
        return told

    return [lambda n=n: load(n) for n in range(CALLERS)]


def by_reversal(order):
    values = {"journal_id": order.journal, "returns_choice": "goodwill"}
    wizards = order.wizards("account.move.reversal", values, order.invoice)
    client = order.shop.client(Json2, "finance")

    def reverse(wizard):
        action = client.execute("account.move.reversal", "refund_moves", ids=[wizard])
        return client.execute("account.move", "action_post", ids=[action["res_id"]])

    return [lambda w=w: reverse(w) for w in wizards]


def by_reissue(order):
    wizards = order.wizards(
        "account.move.reversal", {"journal_id": order.journal}, order.invoice
    )
    return order.press(wizards, "modify_moves", "account.move.reversal")


def by_negative_line(order):
    return order.press(order.drafts("out_invoice", **GOODWILL))


def by_negative_receipt(order):
    return order.press(order.drafts("out_receipt", **GOODWILL))


def by_link(order):
    """Credit notes without a tie are posted first, and then tied to the order."""
    values = order.values(**GOODWILL)
    values["invoice_line_ids"][0][2].pop("sale_line_ids")
    made = order.create("account.move", [values] * CALLERS)
    order.finance.execute("account.move", "action_post", ids=made)
    rows = order.shop.query(
        "SELECT id FROM account_move_line WHERE display_type = 'product'"
        f" AND move_id IN ({', '.join(map(str, made))})"
    )
    tie = {"sale_line_ids": [[6, 0, [order.line]]]}
    return [
        press(order.shop, "finance", "account.move.line", "write", [int(row)], vals=tie)
        for [row] in rows
    ]


def by_job(order):
    """Half of them wait for their date, and the job posts them."""
    waiting = order.drafts(
        count=CALLERS // 2, auto_post="at_date", date="2026-01-15", **GOODWILL
    )
    [[cron]] = order.shop.query(
        "SELECT res_id FROM ir_model_data WHERE module = 'account'"
        " AND name = 'ir_cron_auto_post_draft_entry'"
    )
    job = press(order.shop, "admin", "ir.cron", "method_direct_trigger", [int(cron)])
    assert waiting
    return [job, *order.press(order.drafts(count=CALLERS // 2, **GOODWILL))]


def by_hand(order):
    """Without a return: nobody has released anything."""
    return order.press(order.drafts())


def by_entry(order):
    """An entry that is tied to the order."""
    [[income, receivable]] = order.shop.query(
        "SELECT (SELECT account_id FROM account_move_line WHERE"
        f" move_id = {order.invoice} AND display_type = 'product' LIMIT 1),"
        " (SELECT account_id FROM account_move_line WHERE"
        f" move_id = {order.invoice} AND display_type = 'payment_term' LIMIT 1)"
    )
    tie = {"sale_line_ids": [[6, 0, [order.line]]]}
    lines = [
        {"account_id": int(income), "debit": PART, **tie},
        {"account_id": int(receivable), "credit": PART, "partner_id": order.partner},
    ]
    entry = {"move_type": "entry", "line_ids": [[0, 0, line] for line in lines]}
    return order.press(order.create("account.move", [entry] * CALLERS))


def by_copy(order):
    """A copy of a credit note belongs to no order: finance only."""
    client, made = order.shop.client(Json2, "clerk"), [order.credit()]
    while len(made) <= CALLERS:
        made += client.execute("account.move", "copy", ids=made)
    return order.press(made[1 : CALLERS + 1], user="clerk")


@dataclass
class Way:
    """How twenty try, how many have to get through, and what the others hear."""

    calls: object
    through: int = 1
    heard: set = field(default_factory=lambda: {"REFUND_EXCEEDS_PAID"})


WAYS = [
    Way(by_button),
    Way(by_write),
    Way(by_create, 0, {""}),
    Way(by_default, 0, {"REFUND_GATE"}),
    Way(by_file, 0, {"REFUND_GATE"}),
    Way(by_reversal),
    Way(by_reissue),
    Way(by_negative_line),
    Way(by_negative_receipt),
    Way(by_link),
    Way(by_hand, 0, {"REFUND_GATE"}),
    Way(by_entry, 0, {"REFUND_GATE"}),
    Way(by_copy, 0, {"ACCESS_DENIED"}),
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.calls.__name__)
def test_what_was_paid_is_given_back_once(shop, race, way):
    order = Order(shop)
    results, refused = race(way.calls(order))
    assert (len(results), codes(refused)) == (way.through, way.heard)
    assert order.credited <= order.billed


def test_a_job_and_people_give_it_back_once(shop, race):
    order = Order(shop)
    _results, refused = race(by_job(order))
    assert codes(refused) <= {"REFUND_EXCEEDS_PAID"}
    assert order.credited == PART


def test_an_invoice_leaves_the_books_or_is_credited(shop, race):
    """Resets, cancels and credits at once: never a credit of what is not billed."""
    order = Order(shop)
    calls = order.press(order.drafts(count=CALLERS // 2, **GOODWILL))
    for method in ("button_draft", "button_cancel"):
        calls += order.press([order.invoice] * (CALLERS // 4), method)
    _results, refused = race(calls)
    assert order.credited <= order.billed
    assert codes(refused) <= {"REFUND_EXCEEDS_PAID", ""}


def test_a_return_and_every_other_way_share_what_was_paid(shop, race):
    order = Order(shop)
    ask = shop.ask(order.name, f"SHARE-{order.name}", 2)
    name = shop.client(Json2).submit(ask)["return"]["name"]
    [[back]] = shop.query(f"SELECT id FROM returns_order WHERE name = '{name}'")
    release = press(
        shop, "finance", "returns.order", "action_release", [int(back)], reason="Now"
    )
    calls = [release] * 5
    for way in (by_button, by_write, by_negative_line, by_negative_receipt):
        calls += way(order)[:3]
    calls += by_reissue(order)[:3]
    _results, refused = race(calls)
    assert codes(refused) <= {"REFUND_EXCEEDS_PAID", "RETURN_STATE", "REFUND_GATE"}
    assert 0 < order.credited <= order.billed


# --- money that leaves -------------------------------------------------------------


def pay_by_button(order, _credit, _transaction):
    values = {
        "payment_type": "outbound",
        "partner_type": "customer",
        "partner_id": order.partner,
        "amount": PART,
    }
    made = order.create("account.payment", [values] * CALLERS, "clerk")
    return order.press(made, "action_post", "account.payment", "clerk")


def pay_by_dialog(order, credit, _transaction):
    model = "account.payment.register"
    wizards = order.wizards(model, {}, credit, "clerk")
    return order.press(wizards, "action_create_payments", model, "clerk")


def refund_by_button(order, _credit, transaction):
    return [
        press(
            order.shop,
            "admin",
            "payment.transaction",
            "action_refund",
            [transaction],
            amount_to_refund=PART,
        )
    ] * CALLERS


def refund_by_dialog(order, _credit, transaction):
    [[payment]] = order.shop.query(
        f"SELECT payment_id FROM payment_transaction WHERE id = {transaction}"
    )
    values = {"payment_id": int(payment), "amount_to_refund": PART}
    made = order.create("payment.refund.wizard", [values] * CALLERS, "admin")
    return order.press(made, "action_refund", "payment.refund.wizard", "admin")


#: Of one payment nothing is left, or nothing is owed.
SHUT = {"REFUND_GATE", "REFUND_EXCEEDS_PAID"}


@pytest.mark.parametrize(
    ("ways", "heard"),
    [
        ([pay_by_button], {"ACCESS_DENIED"}),
        ([pay_by_dialog], {"ACCESS_DENIED"}),
        ([refund_by_button, refund_by_dialog], SHUT),
        ([pay_by_button, refund_by_button], SHUT | {"ACCESS_DENIED"}),
    ],
    ids=lambda given: given[0].__name__ if isinstance(given, list) else "",
)
def test_a_credit_is_paid_out_once(shop, race, ways, heard):
    online = any(way.__name__.startswith("refund") for way in ways)
    name, transaction = shop.stage["online"].pop() if online else (None, None)
    order = Order(shop, name)
    credit = order.credit()
    calls = [
        call
        for way in ways
        for call in way(order, credit, transaction)[: CALLERS // len(ways)]
    ]
    _results, refused = race(calls)
    assert codes(refused) <= heard
    assert order.paid_out == PART
