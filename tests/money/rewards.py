"""Orders with rewards of loyalty programs come back; told where Odoo has programs.

``rewards.py DATABASE governed``, with Odoo in reach; see `golden/run.py`.
"""

import random
import sys
from pathlib import Path

if __name__ == "__main__":
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "bin")]

from golden import run
from golden.cases import Case

from odoo.fields import Command


def _tax(shop, percent):
    return shop.env["account.tax"].create(
        {
            "name": f"Reward {percent}%",
            "amount": percent,
            "amount_type": "percent",
            "type_tax_use": "sale",
        }
    )


def _product(shop, price, tax=None):
    product = shop.product(
        cost=1.0,
        list_price=price,
        taxes_id=[Command.set(tax.ids if tax else [])],
    )
    shop.stock(product, 20)
    return product


def _program(shop, kind="promotion", **reward):
    """A program that gives its reward to every order, or on the order's products."""
    rule = reward.pop("rule", {})
    return shop.env["loyalty.program"].create(
        {
            "name": "Reward",
            "program_type": kind,
            "trigger": "auto",
            "applies_on": "current",
            "rule_ids": [Command.create({"reward_point_amount": 1, **rule})],
            "reward_ids": [Command.create(reward)],
        }
    )


def _order(shop, lines, *programs):
    """An order of (product, quantity) with the rewards of programs, confirmed."""
    order = shop.env["sale.order"].create(
        {
            "partner_id": shop.customer.id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": quantity})
                for product, quantity in lines
            ],
        }
    )
    for program in programs:
        order._update_programs_and_rewards()
        cards = order.coupon_point_ids.coupon_id
        card = cards.filtered(lambda c, own=program: c.program_id == own)
        order._apply_program_reward(program.reward_ids, card)
    order.action_confirm()
    return order


def _ship(shop, order):
    """Delivered, invoiced and paid; the invoice."""
    for move in order.picking_ids.move_ids:
        move.quantity = move.product_uom_qty
        move.picked = True
    order.picking_ids._action_done()
    invoice = order._create_invoices(final=True)
    invoice.action_post()
    shop.pay(invoice)
    return invoice


def _credit(way, line, quantity):
    back = way.announce(line, quantity)
    way.arrive(back, quantity)
    return way.credit(back)


def _sums(moves):
    """{net, total or tax: amount} of documents."""
    sums = {"total": sum(moves.mapped("amount_total"))}
    for items in moves.line_ids.filtered("tax_line_id").grouped("tax_line_id").items():
        sums[items[0].name] = abs(sum(items[1].mapped("amount_currency")))
    return {name: round(amount, 2) for name, amount in sums.items()}


def three_for_two(shop, way):
    """Two shirts are paid and a third is free; a paid one comes back, then all."""
    shirt = _product(shop, 50.0, _tax(shop, 20.0))
    program = _program(
        shop,
        "buy_x_get_y",
        reward_type="product",
        reward_product_id=shirt.id,
        required_points=2,
        rule={"reward_point_mode": "unit", "product_ids": [Command.set(shirt.ids)]},
    )
    order = _order(shop, [(shirt, 2)], program)
    invoice = _ship(shop, order)
    paid, free = order.order_line
    one = _credit(way, paid, 1)
    present = _credit(way, free, 1)
    last = _credit(way, paid, 1)
    return {
        "paid": invoice.amount_total,
        "a paid one": one.amount_total,
        "the free one": present.amount_total,
        "the last one": last.amount_total,
        "left to invoice": sum(order.order_line.mapped("qty_to_invoice")),
    }


def only_the_goods_it_is_for(shop, way):
    """A fifth off shirts; belts bear the same tax and are not touched."""
    tax = _tax(shop, 20.0)
    shirt, belt = _product(shop, 50.0, tax), _product(shop, 30.0, tax)
    program = _program(
        shop,
        reward_type="discount",
        discount=20.0,
        discount_mode="percent",
        discount_applicability="specific",
        discount_product_ids=[Command.set(shirt.ids)],
    )
    order = _order(shop, [(shirt, 2), (belt, 1)], program)
    _ship(shop, order)
    shirts, belts = order.order_line[:2]
    return {
        "a belt": _credit(way, belts, 1).amount_total,
        "a shirt": _credit(way, shirts, 1).amount_total,
        "the other": _credit(way, shirts, 1).amount_total,
    }


def the_cheapest(shop, way):
    """Half off the cheapest line."""
    tax = _tax(shop, 20.0)
    shirt, belt = _product(shop, 50.0, tax), _product(shop, 30.0, tax)
    program = _program(
        shop,
        reward_type="discount",
        discount=50.0,
        discount_mode="percent",
        discount_applicability="cheapest",
    )
    order = _order(shop, [(shirt, 1), (belt, 1)], program)
    _ship(shop, order)
    shirts, belts = order.order_line[:2]
    return {
        "a shirt": _credit(way, shirts, 1).amount_total,
        "the belt": _credit(way, belts, 1).amount_total,
    }


def a_gift_card_pays(shop, way):
    """A gift card pays 30 of 120: a payment, so that the goods are owed in full."""
    shirt = _product(shop, 50.0, _tax(shop, 20.0))
    program = shop.env["loyalty.program"].create(
        {
            "name": "Gift cards",
            "program_type": "gift_card",
            "applies_on": "future",
            "trigger": "auto",
            "reward_ids": [
                Command.create(
                    {
                        "reward_type": "discount",
                        "discount": 1,
                        "discount_mode": "per_point",
                        "discount_applicability": "order",
                    }
                )
            ],
        }
    )
    card = shop.env["loyalty.card"].create({"program_id": program.id, "points": 30.0})
    order = shop.env["sale.order"].create(
        {
            "partner_id": shop.customer.id,
            "order_line": [
                Command.create({"product_id": shirt.id, "product_uom_qty": 2})
            ],
        }
    )
    order._try_apply_code(card.code)
    order._apply_program_reward(program.reward_ids, card)
    order.action_confirm()
    invoice = _ship(shop, order)
    credits = [_credit(way, order.order_line[0], 1) for _unit in range(2)]
    rows = shop.env["returns.settlement"].search(
        [("move_id", "in", [credit.id for credit in credits])]
    )
    return {
        "billed": invoice.amount_total,
        "credited": sum(credit.amount_total for credit in credits),
        "of it by the card": sum(rows.mapped("amount_voucher")),
        "one by one": [row.amount_voucher for row in rows.sorted("id")],
    }


def in_whatever_parts(shop, way):
    """Rewards of every kind on orders of chance, returned unit by unit."""
    rnd, wrong = random.Random(7), []
    taxes = [_tax(shop, 20.0), _tax(shop, 7.0), None]
    rewards = (
        {"discount_mode": "percent", "discount": 12.5},
        {"discount_mode": "per_order", "discount": 7.77},
        {"discount_mode": "percent", "discount": 33.0, "specific": True},
        {"discount_mode": "percent", "discount": 40.0, "cheapest": True},
        {"product": True},
    )
    for turn in range(5):
        goods = [
            _product(shop, rnd.randint(500, 9000) / 100, rnd.choice(taxes))
            for _line in range(rnd.randint(1, 3))
        ]
        reward = dict(rewards[turn % len(rewards)])
        if reward.pop("product", None):
            program = _program(
                shop, reward_type="product", reward_product_id=goods[0].id
            )
        else:
            applies = {"discount_applicability": "order"}
            if reward.pop("specific", None):
                applies = {
                    "discount_applicability": "specific",
                    "discount_product_ids": [Command.set(goods[0].ids)],
                }
            if reward.pop("cheapest", None):
                applies = {"discount_applicability": "cheapest"}
            program = _program(shop, reward_type="discount", **reward, **applies)
        order = _order(shop, [(g, rnd.randint(1, 3)) for g in goods], program)
        invoice = _ship(shop, order)
        units = [
            line
            for line in order.order_line
            if line.product_id.is_storable
            for _unit in range(int(line.product_uom_qty))
        ]
        rnd.shuffle(units)
        billed, before = _sums(invoice), 0.0
        for line in units:
            _credit(way, line, 1)
            credits = order.invoice_ids - invoice
            given = _sums(credits)
            if given["total"] > billed["total"] or given["total"] < before:
                wrong.append((turn, given, billed))
            before = given["total"]
        if given != billed:
            wrong.append((turn, given, billed))
    return {"wrong": wrong}


CASES = (
    Case(
        "three_for_two",
        "sale_loyalty",
        "two shirts at 60 and a third for free",
        {
            "paid": 120.0,
            "a paid one": 40.0,
            "the free one": 40.0,
            "the last one": 40.0,
            "left to invoice": 0.0,
        },
        three_for_two,
    ),
    Case(
        "only_the_goods_it_is_for",
        "sale_loyalty",
        "20 % off shirts, on an order of two shirts and a belt",
        {"a belt": 36.0, "a shirt": 48.0, "the other": 48.0},
        only_the_goods_it_is_for,
    ),
    Case(
        "the_cheapest",
        "sale_loyalty",
        "half off the cheapest of a shirt and a belt",
        {"a shirt": 60.0, "the belt": 18.0},
        the_cheapest,
    ),
    Case(
        "a_gift_card_pays",
        "sale_loyalty",
        "two shirts for 120, of which a gift card pays 30",
        {
            "billed": 90.0,
            "credited": 120.0,
            "of it by the card": 30.0,
            "one by one": [15.0, 15.0],
        },
        a_gift_card_pays,
    ),
    Case(
        "in_whatever_parts",
        "sale_loyalty",
        "five orders of chance with a reward each, returned unit by unit",
        {"wrong": []},
        in_whatever_parts,
    ),
)

if __name__ == "__main__":
    run.main(CASES, *sys.argv[1:])
