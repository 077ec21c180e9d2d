"""A process dies, the database goes, a provider or a mail server fails.

After each fault nothing is lost, doubled or left half. What is promised at which point
stands in docs/reliability.md.
"""

import re
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from points import POINTS, UNKNOWN

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
CASE = (
    "SELECT case_state, goods_state, money_state FROM returns_order"
    " WHERE name = '{name}'"
)
CLOSED = [["closed", "disposed", "settled"]]
OUTBOX = (
    "SELECT x.state FROM returns_outbox x JOIN returns_order o ON o.id = x.order_id"
    " WHERE o.name = '{name}' AND x.kind = 'payout'"
)
# What a whole return has, exactly once.
COUNTS = """
SELECT (SELECT count(*) FROM returns_order r WHERE r.external_ref = o.external_ref),
       (SELECT count(*) FROM returns_decision d WHERE d.order_id = o.id),
       (SELECT sum(quantity) FROM returns_receipt r WHERE r.order_id = o.id),
       (SELECT sum(quantity) FROM returns_inspection i WHERE i.order_id = o.id),
       (SELECT sum(quantity) FROM returns_routing t WHERE t.order_id = o.id),
       (SELECT count(*) FROM returns_settlement s
         WHERE s.order_id = o.id AND kind = 'credit_note'),
       (SELECT count(*) FROM account_move m
         WHERE m.returns_order_id = o.id AND m.state = 'posted'),
       (SELECT count(*) FROM account_move m WHERE m.returns_order_id = o.id),
       (SELECT count(*) FROM returns_event e WHERE e.order_id = o.id) - max_number,
       (SELECT s.quantity_claimed FROM returns_sold_line s JOIN returns_order_line l
            ON l.sold_line_id = s.id WHERE l.order_id = o.id)
  FROM returns_order o,
       LATERAL (SELECT max(number) AS max_number FROM returns_event e
                 WHERE e.order_id = o.id) e
 WHERE o.name = '{name}'
"""
WHOLE = [1, 1, 1, 1, 1, 1, 1, 1, 0, 1]
REFUNDS = (
    "SELECT count(*) FROM payment_transaction t JOIN payment_transaction s"
    " ON s.id = t.source_transaction_id WHERE s.reference = '{order}-paid'"
)
# The stock ledger, summed up, against the quants: pairs that differ.
LEDGER = """
SELECT count(*) FROM (
    SELECT place, sum(quantity) FROM (
        SELECT location_dest_id AS place, quantity FROM inventory_state_change
         WHERE product_id = {product}
     UNION ALL
        SELECT location_id, -quantity FROM inventory_state_change
         WHERE product_id = {product}
     UNION ALL
        SELECT location_id, -quantity FROM stock_quant WHERE product_id = {product}
    ) AS moves WHERE place IS NOT NULL
  GROUP BY place HAVING abs(sum(quantity)) > 0.0001) AS wrong
"""


def assert_whole(house, name):
    """Nothing of a return is lost, doubled or left half."""
    [row] = house.query(COUNTS.format(name=name))
    assert [float(value or -1) for value in row] == WHOLE, name
    [[wrong]] = house.query(LEDGER.format(product=house.stage["product"]))
    assert wrong == "0", "the stock ledger and the quants differ"


def dies(house, order, point):
    """Walk an order's way, and have a process killed at the point."""
    step = point.partition(":")[0]
    # What the crons do begins when the finding is in.
    verb = step if step in ("request", "receipt", "finding") else "finding"
    name = house.walk(order, {verb: point})
    end = time.monotonic() + 30
    while not house.has_died() and time.monotonic() < end:
        house.wake()
        time.sleep(0.1)
    assert house.has_died(), f"nobody came to {point}"
    return name


@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_is_killed_leaves_nothing_half(house, point):
    house.let_provider("at_once")
    order = house.stage["online"].pop()
    name = dies(house, order, point)
    if point in UNKNOWN:
        house.wait_until(name, OUTBOX, [["unknown"]])
        assert house.query(CASE.format(name=name))[0][2] == "due"
        sent = house.paid(order)
        house.wake()
        time.sleep(1)
        assert house.paid(order) == sent <= 1, (
            "what may have been paid is not sent again"
        )
        house.notice(order)
    house.wait_until(name, CASE, CLOSED)
    assert_whole(house, name)
    assert house.query(REFUNDS.format(order=order)) == [["1"]]
    assert house.paid(order) == (0 if point == "payout: marked as sending" else 1)


def test_the_document_promises_something_at_each_point():
    text = DOCUMENT.read_text(encoding="utf-8")
    text = text.partition("## A process is killed")[2].partition("\n## ")[0]
    written = re.findall(r"^\| ([a-z]+: [^|]+?) \|", text, re.M)
    assert written == list(POINTS)
    for line in text.splitlines():
        if line.startswith("| ") and ": " in line:
            assert all(cell.strip() for cell in line.strip("|").split("|"))


# --- the database ------------------------------------------------------------------


def test_the_database_is_gone_for_ten_seconds_in_a_surge(house):
    house.let_provider("at_once")
    orders = [house.stage["plain"].pop() for _number in range(12)]
    begun = threading.Event()

    def walk(order):
        begun.set()
        return house.walk(order)

    with ThreadPoolExecutor(4) as pool:
        walks = pool.map(walk, orders)
        begun.wait()
        time.sleep(1.0)
        house.cluster.crash()
        time.sleep(10)
        house.cluster.start()
        house.serve_again()
        names = list(walks)
    posted = "SELECT goods_state, amount_settled > 0 FROM returns_order"
    for name in names:
        house.wait_until(name, posted + " WHERE name = '{name}'", [["disposed", "t"]])
        assert_whole(house, name)


# --- providers ---------------------------------------------------------------------


def paid_back(house, how):
    """An order whose refund meets a provider that answers in this way."""
    house.let_provider(how)
    order = house.stage["online"].pop()
    return order, house.walk(order)


@pytest.mark.parametrize("how", ["slowly", "twice"])
def test_a_provider_that_answers_slowly_or_twice_pays_once(house, how):
    order, name = paid_back(house, how)
    house.wait_until(name, CASE, CLOSED)
    assert_whole(house, name)
    assert house.paid(order) == 1
    payments = (
        "SELECT count(*) FROM account_payment p JOIN payment_transaction t"
        " ON t.id = p.payment_transaction_id JOIN payment_transaction s"
        f" ON s.id = t.source_transaction_id WHERE s.reference = '{order}-paid'"
    )
    assert house.query(payments) == [["1"]]


@pytest.mark.parametrize("how, state", [("late", "pending"), ("never", "unknown")])
def test_a_provider_that_answers_late_or_never_leaves_a_clear_state(house, how, state):
    order, name = paid_back(house, how)
    house.wait_until(name, OUTBOX, [[state]])
    assert house.query(CASE.format(name=name)) == [["authorised", "disposed", "due"]]
    exceptions = (
        "SELECT x.code FROM returns_exception x JOIN returns_order o"
        f" ON o.id = x.order_id WHERE o.name = '{name}' AND x.state = 'open'"
    )
    assert house.query(exceptions) == ([["payout_unknown"]] if how == "never" else [])
    house.wake()
    time.sleep(1)
    assert house.paid(order) == 1
    house.notice(order)
    house.notice(order)
    house.wait_until(name, CASE, CLOSED)
    assert house.query(exceptions) == []
    assert_whole(house, name)


# --- mail --------------------------------------------------------------------------


def test_a_mail_server_that_hangs_holds_up_no_return(house):
    """It takes the connection and says nothing; a mail waits, the return goes on."""
    house.let_provider("at_once")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        house.query(
            "INSERT INTO ir_mail_server (name, smtp_host, smtp_port, smtp_encryption,"
            " smtp_authentication, sequence, active)"
            f" VALUES ('silent', '127.0.0.1', {port}, 'none', 'login', 1, true);"
            " INSERT INTO mail_mail (mail_message_id, state, email_to, body_html)"
            " SELECT id, 'outgoing', 'anna@example.com', 'x' FROM mail_message LIMIT 1;"
            " UPDATE ir_cron SET nextcall = now() - interval '1 day' WHERE id = (SELECT"
            " res_id FROM ir_model_data WHERE name = 'ir_cron_mail_scheduler_action')"
        )
        house.wake()
        begin = time.monotonic()
        order = house.stage["plain"].pop()
        name = house.walk(order)
        assert time.monotonic() - begin < 20
        seen = "SELECT goods_state FROM returns_order WHERE name = '{name}'"
        assert house.query(seen.format(name=name)) == [["disposed"]]
    house.query("DELETE FROM ir_mail_server WHERE name = 'silent'")
    house.wait_until(
        name,
        "SELECT amount_settled > 0 FROM returns_order WHERE name = '{name}'",
        [["t"]],
    )
    assert_whole(house, name)


# --- at the end --------------------------------------------------------------------


def test_after_all_of_this_the_audit_trail_is_whole(house):
    client = house.client("boss")
    action = client.execute("returns.event.seal", "action_check", ids=[])
    check = action["res_id"]
    [[whole, events]] = house.query(
        f"SELECT whole, event_count FROM returns_event_check WHERE id = {check}"
    )
    assert whole == "t" and int(events) > 100
