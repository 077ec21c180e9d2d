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
PAYMENTS = (
    "SELECT count(*) FROM account_payment p JOIN payment_transaction t"
    " ON t.id = p.payment_transaction_id JOIN payment_transaction s"
    " ON s.id = t.source_transaction_id WHERE s.reference = '{order}-paid'"
)
# What is on the card, what it got back by its history, and by how many entries.
CARD = (
    "SELECT round(c.points::numeric, 2), round(sum(h.issued)::numeric, 2),"
    " (SELECT count(*) FROM returns_settlement s WHERE s.card_line_id = l.id)"
    " FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id"
    " JOIN loyalty_card c ON c.id = l.coupon_id"
    " JOIN loyalty_history h ON h.card_id = c.id AND h.order_model = 'returns.order'"
    " WHERE o.name = '{order}' GROUP BY c.id, l.id"
)
EXCEPTIONS = (
    "SELECT x.code FROM returns_exception x JOIN returns_order o"
    " ON o.id = x.order_id WHERE o.name = '{name}' AND x.state = 'open'"
)
OPEN = (
    "SELECT sum(s.open_amount) FROM returns_settlement s JOIN returns_order o"
    " ON o.id = s.order_id WHERE o.name = '{name}'"
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
    on_card = point.startswith("card:")
    order = house.stage["gift" if on_card else "online"].pop()
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
    if on_card:
        total = f"{house.stage['total']:.2f}"
        assert house.query(CARD.format(order=order)) == [[total, total, "1"]]
        return
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
    assert house.query(PAYMENTS.format(order=order)) == [["1"]]


@pytest.mark.parametrize("how, state", [("late", "pending"), ("never", "unknown")])
def test_a_provider_that_answers_late_or_never_leaves_a_clear_state(house, how, state):
    order, name = paid_back(house, how)
    house.wait_until(name, OUTBOX, [[state]])
    assert house.query(CASE.format(name=name)) == [["authorised", "disposed", "due"]]
    exceptions = EXCEPTIONS.format(name=name)
    assert house.query(exceptions) == ([["payout_unknown"]] if how == "never" else [])
    house.wake()
    time.sleep(1)
    assert house.paid(order) == 1
    house.notice(order)
    house.notice(order)
    house.wait_until(name, CASE, CLOSED)
    assert house.query(exceptions) == []
    assert_whole(house, name)


@pytest.mark.parametrize(
    "how", ["early", "early_late", "early_dead", "early_twin", "never_twin"]
)
def test_a_notice_that_comes_before_the_answer_is_the_answer(house, how):
    order, name = paid_back(house, how)
    house.wait_until(name, CASE, CLOSED)
    assert_whole(house, name)
    assert house.paid(order) == 1
    assert house.query(PAYMENTS.format(order=order)) == [["1"]]
    assert house.query(EXCEPTIONS.format(name=name)) == []


@pytest.mark.parametrize("how, said", [("never", "paid"), ("lost", "unpaid")])
def test_a_person_settles_what_no_answer_and_no_notice_tell(house, how, said):
    order, name = paid_back(house, how)
    house.wait_until(name, OUTBOX, [["unknown"]])
    house.let_provider("at_once")
    house.say(said, name)
    if said == "unpaid":
        house.wait_until(name, OUTBOX, [["failed"]])
        assert house.paid(order) == 0
        house.say("retry", name)
    house.wait_until(name, CASE, CLOSED)
    assert house.paid(order) == 1
    assert_whole(house, name)
    assert house.query(EXCEPTIONS.format(name=name)) == []


@pytest.mark.parametrize("then", ["retry", "instead"])
def test_what_one_of_two_cards_refuses_leaves_no_half_state(house, then):
    order = house.stage["split"].pop()
    house.let_provider("at_once", **{f"{order}-paid": "refused"})
    name = house.walk(order)
    house.wait_until(name, OUTBOX + " ORDER BY x.id", [["failed"], ["done"]])
    assert (house.paid(order), house.paid(order, "second")) == (0, 1)
    assert house.query(CASE.format(name=name)) == [["authorised", "disposed", "due"]]
    assert house.query(EXCEPTIONS.format(name=name)) == [["payout_failed"]]
    house.wait_until(name, OPEN, [["20.00"]])
    house.let_provider("at_once")
    house.say(then, name)
    if then == "instead":
        pay_by_hand(house, name)
    house.wait_until(name, CASE, CLOSED)
    assert house.paid(order) == (then == "retry")
    assert house.paid(order, "second") == 1
    assert_whole(house, name)
    assert house.query(EXCEPTIONS.format(name=name)) == []


def pay_by_hand(house, name):
    """Finance ticks off what waits of a return."""
    [[credit]] = house.query(
        "SELECT s.id FROM returns_settlement s JOIN returns_order o"
        f" ON o.id = s.order_id WHERE o.name = '{name}' AND s.hand_amount > 0"
    )
    context = {"active_model": "returns.settlement", "active_ids": [int(credit)]}
    client, dialog = house.client("finance"), "returns.pay.wizard"
    made = client.execute(dialog, "create", vals_list=[{}], context=context)
    client.execute(dialog, "action_confirm", ids=made, context=context)
    [told] = client.execute(dialog, "read", ids=made, fields=["summary"])
    assert told["summary"] == "Payments registered: 1."


def test_a_channel_that_pays_while_the_provider_is_asked_is_told_and_not_doubled(house):
    order, name = paid_back(house, "slowly")
    house.wait_until(name, OUTBOX, [["sending"]])
    paid = {
        "settlement_ref": f"SET-{order}",
        "return": name,
        "amount": house.stage["total"],
        "currency": house.stage["currency"],
        "tender": "card",
        "occurred_at": "2026-01-01T10:00:00Z",
    }
    house.insist(lambda: house.client().settled(paid))
    house.wait_until(name, OUTBOX, [["done"]])
    assert house.paid(order) == 1
    assert house.query(EXCEPTIONS.format(name=name)) == [["overpaid_by_channel"]]
    house.wake()
    time.sleep(1)
    assert house.paid(order) == 1
    assert house.query(REFUNDS.format(order=order)) == [["1"]]


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
