"""The figures follow the change feed, while others write and many bring them up."""

import json
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from clients import Json2, XmlRpc

RETURNS = 12
SECONDS = 30
LIVE = """
    SELECT l.id, GREATEST(l.quantity_claimed, l.quantity_received)::float
      FROM returns_order_line l JOIN returns_order o ON o.id = l.order_id
     WHERE o.case_state <> 'draft' ORDER BY 1"""
KEPT = "SELECT line_id, sum(quantity)::float FROM returns_fact GROUP BY 1 ORDER BY 1"
ROWS = """
    SELECT md5(string_agg(row, '' ORDER BY row))
      FROM (SELECT (to_jsonb(f) - 'id')::text AS row FROM returns_fact f) AS rows"""


def bring_up(shop):
    """What the button of the dashboard calls."""
    boss = shop.stage["users"]["boss"]
    request = urllib.request.Request(
        f"{shop.url}/json/2/returns.fact/action_refresh",
        data=b"{}",
        headers={
            "Authorization": f"Bearer {boss['key']}",
            "Content-Type": "application/json",
            "X-Odoo-Database": shop.database,
        },
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def take_back(shop, number):
    """A return from request to credit note, by one of two transports."""
    client = shop.client((XmlRpc, Json2)[number % 2])
    reference = f"FIGURE-{number}"
    answer = client.submit(shop.ask(shop.order(), reference, 2))
    name = answer["return"]["name"]
    client.receive(
        {
            "receipt_ref": reference,
            "warehouse": shop.stage["warehouse"],
            "return": name,
            "lines": [{"sku": "SHIRT", "quantity": 2}],
        }
    )
    if number % 3:
        client.inspect(
            {
                "inspection_ref": reference,
                "return": name,
                "results": [
                    {"sku": "SHIRT", "quantity": 1, "condition": "A"},
                    {"sku": "SHIRT", "quantity": 1, "condition": "D"},
                ],
            }
        )


def comes_to_rest(shop):
    """Whether reading again changes nothing, once the credit notes are posted, which
    happens in the background and changes what is refunded."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        before = shop.query(ROWS)
        time.sleep(1)
        bring_up(shop)
        if shop.query(ROWS) == before:
            return True
    return False


def test_the_figures_miss_nothing_under_writers_and_many_refreshes(shop):
    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(take_back, shop, number) for number in range(RETURNS)]
        while not all(writer.done() for writer in writers):
            for refresh in [pool.submit(bring_up, shop) for _number in range(3)]:
                assert refresh.result() is True
        for writer in writers:
            writer.result()
    end = time.monotonic() + SECONDS
    while shop.query(KEPT) != shop.query(LIVE) and time.monotonic() < end:
        bring_up(shop)
        time.sleep(0.2)
    assert shop.query(KEPT) == shop.query(LIVE)
    assert len(shop.query(KEPT)) >= RETURNS
    assert comes_to_rest(shop), "reading again changes nothing"
    sums = shop.query(
        "SELECT DISTINCT sum(returned)::float FROM returns_fact_summary"
        " GROUP BY dimension, mix, channel_key = -1, node_key = -1"
    )
    assert sums == shop.query("SELECT sum(quantity)::float FROM returns_fact")
