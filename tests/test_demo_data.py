"""The sample shop in ``data/shop`` hangs together and shows what it promises."""

import csv
import sys
from collections import Counter, defaultdict
from datetime import date, datetime
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHOP = ROOT / "data" / "shop"
sys.path.insert(0, str(ROOT / "bin"))

from demo_parts import dates, invent  # noqa: E402
from demo_parts import shop as sample  # noqa: E402


def table(name):
    """The rows of one file."""
    with open(SHOP / f"{name}.csv", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def shop():
    """All tables by name."""
    return {path.stem: table(path.stem) for path in SHOP.glob("*.csv")}


def lines_by_order(shop):
    """The lines of each order."""
    lines = defaultdict(list)
    for line in shop["order_lines"]:
        lines[line["order"]].append(line)
    return lines


def test_there_are_300_orders_of_one_to_ten_product_lines(shop):
    lines = lines_by_order(shop)
    assert len(shop["orders"]) == 300
    assert {order["order"] for order in shop["orders"]} == set(lines)
    for order_lines in lines.values():
        products = [line for line in order_lines if line["sku"] != "POST"]
        assert 1 <= len(products) <= 10
        assert all(int(line["quantity"]) > 0 for line in order_lines)
        assert all(float(line["unit_price"]) > 0 for line in order_lines)


def test_150_orders_have_a_return_and_none_returns_more_than_was_sold(shop):
    sold = {
        (line["order"], line["line"]): (line["sku"], int(line["quantity"]))
        for line in shop["order_lines"]
    }
    back = Counter()
    for line in shop["return_lines"]:
        assert sold[line["order"], line["line"]][0] == line["sku"] != "POST"
        assert int(line["quantity"]) > 0
        back[line["order"], line["line"]] += int(line["quantity"])
    assert len({order for order, _line in back}) == 150
    assert all(units <= sold[key][1] for key, units in back.items())


def test_a_return_is_the_same_customers_and_of_a_later_day(shop):
    orders = {order["order"]: order for order in shop["orders"]}
    returns = {back["return"]: back for back in shop["returns"]}
    assert set(returns) == {line["return"] for line in shop["return_lines"]}
    for line in shop["return_lines"]:
        order, back = orders[line["order"]], returns[line["return"]]
        assert order["customer"] == back["customer"]
        sold_at = datetime.fromisoformat(order["at"])
        assert sold_at.date() < datetime.fromisoformat(back["at"]).date()


def test_every_code_and_customer_that_is_named_is_there_once(shop):
    skus = [product["sku"] for product in shop["products"]]
    customers = [customer["customer"] for customer in shop["customers"]]
    assert len(skus) == len(set(skus))
    assert len(customers) == len(set(customers))
    assert set(skus) == {line["sku"] for line in shop["order_lines"]}
    assert set(customers) == {order["customer"] for order in shop["orders"]}
    assert all(len(customer["country"]) == 2 for customer in shop["customers"])
    assert all(float(product["list_price"]) > 0 for product in shop["products"])


def test_the_cases_that_the_demo_wants_to_show_are_there(shop):
    orders = {order["order"]: order for order in shop["orders"]}
    returns = {back["return"]: back for back in shop["returns"]}
    sold = {(line["order"], line["line"]): line for line in shop["order_lines"]}
    orders_of, returns_of, ages, parts = defaultdict(set), defaultdict(set), [], 0
    for line in shop["return_lines"]:
        orders_of[line["return"]].add(line["order"])
        returns_of[line["order"]].add(line["return"])
        age = datetime.fromisoformat(
            returns[line["return"]]["at"]
        ) - datetime.fromisoformat(orders[line["order"]]["at"])
        ages.append(age.days)
        parts += line["quantity"] != sold[line["order"], line["line"]]["quantity"]
    assert sum(len(refs) > 1 for refs in orders_of.values()) >= 5
    assert sum(len(refs) > 1 for refs in returns_of.values()) >= 10
    assert sum(age > 30 for age in ages) >= 10
    assert parts >= 50
    per_customer = Counter(order["customer"] for order in shop["orders"])
    assert sum(count > 1 for count in per_customer.values()) >= 20
    assert len({customer["country"] for customer in shop["customers"]}) >= 5


def test_all_dates_move_by_whole_days_so_that_the_last_is_yesterday():
    before, after = sample.read(), sample.read()
    days = dates.shift(after, today=date(2030, 6, 15))
    entries = [*after.orders.values(), *after.returns.values()]
    assert max(entry.at for entry in entries).date() == date(2030, 6, 14)
    for ref, order in after.orders.items():
        moved = order.at - before.orders[ref].at
        assert moved.days == days
        assert moved.seconds < 60
    assert len({entry.at for entry in entries}) == len(entries)


def test_what_is_invented_is_the_same_each_time_and_shows_each_case():
    stories = [invent.story(back) for back in sample.read().returns.values()]
    again = [invent.story(back) for back in sample.read().returns.values()]
    assert stories == again
    assert {story.arrival for story in stories} == set(invent.ARRIVALS)
    assert {story.channel for story in stories} == set(invent.RELEASE)
    assert {story.parcels for story in stories} == {1, 2}
    orders = sample.read().orders
    assert {invent.payment(ref) for ref in orders} == set(invent.PAYMENTS)


def test_grades_share_out_all_units_of_a_line():
    for units in (1, 2, 7, 100):
        for number in range(50):
            grades = invent.grades(units, "test", number)
            assert sum(grades.values()) == units
            assert all(part > 0 for part in grades.values())
            assert set(grades) <= set(invent.CONDITIONS)
