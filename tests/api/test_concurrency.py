"""Many callers at once, on real connections of a server with eight workers."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

from clients import Json2, Refused, XmlRpc

CALLERS = 20


def at_once(calls):
    """Run the calls at the same moment; (answer or refusal, seconds) of each."""
    barrier = threading.Barrier(len(calls))

    def run(call):
        barrier.wait()
        begin = time.monotonic()
        try:
            answer = call()
        except Refused as refusal:
            answer = refusal
        return answer, time.monotonic() - begin

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def clients(shop, count=CALLERS):
    """As many clients, half on each transport."""
    return [shop.client((XmlRpc, Json2)[number % 2]) for number in range(count)]


def test_twenty_calls_of_one_reference_have_one_effect(shop):
    ask = shop.ask(shop.order(), "SAME-1", 2)
    answers = at_once([lambda c=c: c.submit(ask) for c in clients(shop)])
    results = [answer for answer, _seconds in answers]
    assert [r for r in results if isinstance(r, Refused)] == []
    assert [r["created"] for r in results].count(True) == 1
    assert len({r["return"]["name"] for r in results}) == 1
    rows = shop.query(
        "SELECT count(*) FROM returns_order WHERE external_ref = 'SAME-1'"
    )
    assert rows == [["1"]]
    assert max(seconds for _answer, seconds in answers) < 20


def test_the_last_unit_goes_to_exactly_one_of_twenty(shop):
    order = shop.order("single")
    answers = at_once(
        [
            lambda c=c, n=n: c.submit(shop.ask(order, f"LAST-{n}"))
            for n, c in enumerate(clients(shop))
        ]
    )
    results = [answer for answer, _seconds in answers]
    refused = [r for r in results if isinstance(r, Refused)]
    assert len(refused) == CALLERS - 1
    assert {r.code for r in refused} == {"QUANTITY_EXCEEDS_RETURNABLE"}
    rows = shop.query(
        "SELECT quantity_claimed FROM returns_sold_line s JOIN sale_order o"
        f" ON o.id = s.sale_order_id WHERE o.name = '{order}'"
    )
    assert [float(value) for [value] in rows] == [1.0]


def test_eight_units_go_to_eight_of_twenty(shop):
    order = shop.order()
    answers = at_once(
        [
            lambda c=c, n=n: c.submit(shop.ask(order, f"EIGHT-{n}"))
            for n, c in enumerate(clients(shop))
        ]
    )
    refused = [a for a, _seconds in answers if isinstance(a, Refused)]
    assert len(refused) == CALLERS - 8
    assert {r.code for r in refused} == {"QUANTITY_EXCEEDS_RETURNABLE"}


def test_one_receipt_that_is_sent_twenty_times_is_received_once(shop):
    name = shop.client(Json2).submit(shop.ask(shop.order(), "TWENTY-1", 8))["return"][
        "name"
    ]
    receipt = {
        "receipt_ref": "TWENTY-1",
        "warehouse": shop.stage["warehouse"],
        "return": name,
        "lines": [{"sku": "SHIRT", "quantity": 3}],
    }
    answers = at_once([lambda c=c: c.receive(receipt) for c in clients(shop)])
    results = [answer for answer, _seconds in answers]
    assert [r for r in results if isinstance(r, Refused)] == []
    assert {r["lines"][0]["quantity"]["received"] for r in results} == {3.0}


def test_one_finding_of_many_is_booked_for_the_last_unit(shop):
    """Two inspectors at one unit: the second hears that nothing is left."""
    client = shop.client(Json2)
    name = client.submit(shop.ask(shop.order(), "RACE-1", 1))["return"]["name"]
    client.receive(
        {
            "receipt_ref": "RACE-1",
            "warehouse": shop.stage["warehouse"],
            "return": name,
            "lines": [{"sku": "SHIRT", "quantity": 1}],
        }
    )
    answers = at_once(
        [
            lambda c=c, n=n: c.inspect(
                {
                    "inspection_ref": f"RACE-{n}",
                    "return": name,
                    "results": [{"sku": "SHIRT", "quantity": 1, "condition": "B"}],
                }
            )
            for n, c in enumerate(clients(shop, 8))
        ]
    )
    refused = [a for a, _seconds in answers if isinstance(a, Refused)]
    assert {r.code for r in refused} == {"QUANTITY_EXCEEDS_RECEIVED"}
    assert len(refused) == 7


def test_returns_of_different_orders_are_received_side_by_side(shop):
    """They meet at the quants of their product, and nobody is turned away."""
    client = shop.client(Json2)
    names = [
        client.submit(shop.ask(shop.order(), f"SIDE-{n}", 1))["return"]["name"]
        for n in range(8)
    ]
    answers = at_once(
        [
            lambda c=c, name=name: c.receive(
                {
                    "receipt_ref": f"SIDE-{name}",
                    "warehouse": shop.stage["warehouse"],
                    "return": name,
                    "lines": [{"sku": "SHIRT", "quantity": 1}],
                }
            )
            for c, name in zip(clients(shop, 8), names, strict=True)
        ]
    )
    results = [answer for answer, _seconds in answers]
    assert [r for r in results if isinstance(r, Refused)] == []
    assert {r["goods_state"] for r in results} == {"received"}


def test_the_feed_is_complete_and_in_order_under_parallel_writers(shop):
    start = shop.client(Json2).changes()
    while start["events"]:
        start = shop.client(Json2).changes(start["cursor"])
    stop = threading.Event()
    seen = []

    def poll():
        reader, cursor = shop.client(XmlRpc), start["cursor"]
        while True:
            last = stop.is_set()
            page = reader.changes(cursor, 50)
            seen.extend(page["events"])
            cursor = page["cursor"]
            if last and not page["events"]:
                return

    def write(number):
        client = clients(shop)[number % 2]
        for turn in range(4):
            name = client.submit(shop.ask(shop.order(), f"FEED-{number}-{turn}", 1))[
                "return"
            ]["name"]
            client.cancel(
                {
                    "cancel_ref": f"FEED-{number}-{turn}",
                    "return": name,
                    "reason": "kept",
                }
            )

    poller = threading.Thread(target=poll)
    poller.start()
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    stop.set()
    poller.join(60)
    rows = shop.query(
        "SELECT e.id, o.name, e.number FROM returns_event e JOIN returns_order o"
        " ON o.id = e.order_id WHERE o.external_ref LIKE 'FEED-%'"
    )
    number = {int(row[0]): int(row[2]) for row in rows}
    names = {row[1] for row in rows}
    assert len(names) == 24
    mine = [event for event in seen if event["return"] in names]
    assert sorted(event["id"] for event in mine) == sorted(number)
    for name in names:
        numbers = [number[e["id"]] for e in mine if e["return"] == name]
        assert numbers == list(range(1, len(numbers) + 1)), name


def test_batches_that_cross_each_other_all_arrive(shop):
    """The same returns in opposite order: no batch locks the other one out."""
    client = shop.client(Json2)
    names = [
        client.submit(shop.ask(shop.order(), f"CROSS-{n}", 4))["return"]["name"]
        for n in range(6)
    ]

    def batch(number):
        order = names if number % 2 else names[::-1]
        return [
            {
                "method": "api_receive",
                "argument": {
                    "receipt_ref": f"CROSS-{number}-{name}",
                    "return": name,
                    "warehouse": shop.stage["warehouse"],
                    "lines": [{"sku": "SHIRT", "quantity": 1}],
                },
            }
            for name in order
        ]

    answers = at_once(
        [lambda c=c, n=n: c.batch(batch(n)) for n, c in enumerate(clients(shop, 4))]
    )
    for answer, _seconds in answers:
        assert [item["ok"] for item in answer] == [True] * 6
    got = client.get([{"name": name} for name in names])
    assert {r["lines"][0]["quantity"]["received"] for r in got} == {4.0}
