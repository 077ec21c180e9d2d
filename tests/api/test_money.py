"""Many who give credit for one sold line at once: never more than was paid."""

import xmlrpc.client

from clients import Refused, XmlRpc, at_once

CALLERS = 20
PRICE = 50.0


class Books:
    """Models by name, as a program with an accountant's key calls them."""

    def __init__(self, shop):
        self.shop = shop
        known = shop.stage["users"]["finance"]
        self.uid, self.key = known["uid"], known["key"]

    def call(self, model, method, *arguments, **named):
        proxy = xmlrpc.client.ServerProxy(
            f"{self.shop.url}/xmlrpc/2/object", allow_none=True
        )
        try:
            return proxy.execute_kw(
                self.shop.database,
                self.uid,
                self.key,
                model,
                method,
                list(arguments),
                named,
            )
        except xmlrpc.client.Fault as fault:
            raise Refused(fault.faultString, fault.faultCode) from None

    def goodwill(self, order, amount):
        """A draft of goodwill for the order's only line."""
        [line] = self.call(
            "sale.order.line",
            "search_read",
            [("order_id.name", "=", order)],
            fields=["order_partner_id", "product_id"],
        )
        return self.call(
            "account.move",
            "create",
            {
                "move_type": "out_refund",
                "partner_id": line["order_partner_id"][0],
                "returns_credit_kind": "goodwill",
                "invoice_line_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Sorry",
                            "product_id": line["product_id"][0],
                            "quantity": 1.0,
                            "price_unit": amount,
                            "tax_ids": [(5, 0, 0)],
                            "sale_line_ids": [(6, 0, [line["id"]])],
                        },
                    )
                ],
            },
        )


def credited(shop, order):
    """(running total, what the posted credit notes say) of an order."""
    [[total]] = shop.query(
        "SELECT amount_credited FROM returns_sold_line s JOIN sale_order o"
        f" ON o.id = s.sale_order_id WHERE o.name = '{order}'"
    )
    [[booked]] = shop.query(
        "SELECT COALESCE(SUM(m.amount_total), 0) FROM account_move m WHERE m.id IN ("
        " SELECT l.move_id FROM account_move_line l"
        " JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id"
        " JOIN sale_order_line s ON s.id = r.order_line_id"
        " JOIN sale_order o ON o.id = s.order_id"
        f" WHERE o.name = '{order}') AND m.move_type = 'out_refund'"
        " AND m.state = 'posted'"
    )
    return float(total), float(booked)


def test_twenty_credits_for_one_unit_never_exceed_what_was_paid(shop):
    order = shop.order("single")
    books = [Books(shop) for _number in range(CALLERS)]
    drafts = [books[0].goodwill(order, 20.0) for _number in range(CALLERS)]
    answers = at_once(
        [
            lambda b=b, d=d: b.call("account.move", "action_post", [d])
            for b, d in zip(books, drafts, strict=True)
        ]
    )
    refused = [a for a, _seconds in answers if isinstance(a, Refused)]
    assert {r.code for r in refused} <= {"REFUND_EXCEEDS_PAID", ""}
    total, booked = credited(shop, order)
    assert total == booked
    assert 20.0 <= booked <= PRICE * 1.3  # the price, and its tax where there is one
    # Whoever is turned away by the crowd alone is refused by the rule afterwards.
    for draft in drafts:
        [move] = books[0].call("account.move", "read", [draft], ["state"])
        if move["state"] == "draft":
            try:
                books[0].call("account.move", "action_post", [draft])
            except Refused as refusal:
                assert refusal.code == "REFUND_EXCEEDS_PAID"
    total, booked = credited(shop, order)
    assert total == booked == 40.0


def test_a_refund_and_goodwill_at_once_share_what_was_paid(shop):
    client = shop.client(XmlRpc)
    order = shop.order("single")
    name = client.submit(shop.ask(order, "SHARE-1", 1))["return"]["name"]
    client.receive(
        {
            "receipt_ref": "SHARE-1",
            "warehouse": shop.stage["warehouse"],
            "return": name,
            "lines": [{"sku": "SHIRT", "quantity": 1}],
        }
    )
    books = Books(shop)
    drafts = [books.goodwill(order, 20.0) for _number in range(4)]
    finding = {
        "inspection_ref": "SHARE-1",
        "return": name,
        "results": [{"sku": "SHIRT", "quantity": 1, "condition": "A"}],
    }
    at_once(
        [lambda: client.inspect(finding)]
        + [
            lambda d=d: Books(shop).call("account.move", "action_post", [d])
            for d in drafts
        ]
    )
    snapshot = client.get([{"name": name}])[0]
    _total, booked = credited(shop, order)
    assert booked <= snapshot["money"]["paid"] + 20.0 * len(drafts)
    assert booked <= PRICE * 1.3
