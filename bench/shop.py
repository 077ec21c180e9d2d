"""A shop that sold: products at average cost, customers, orders delivered and billed.

Everything is made by Odoo's own methods, in Odoo's own addons, so that each engine
starts from the very same rows.
"""

import random

from odoo import Command

PRODUCTS = 50
CUSTOMERS = 200
ORDERS = 500
BATCH = 50
#: How long ago everything happened.
DAYS = 10


def main(env):
    """Fill the database."""
    env = env(context=dict(env.context, tracking_disable=True))
    chance = random.Random(19)
    category = env["product.category"].create(
        {
            "name": "Average cost",
            "property_cost_method": "average",
            "property_valuation": "real_time",
        }
    )
    products = _products(env, category, chance)
    customers = env["res.partner"].create(
        [{"name": f"Customer {number}"} for number in range(CUSTOMERS)]
    )
    for start in range(0, ORDERS, BATCH):
        if start % (ORDERS // 2) == 0:
            _buy(env, products, chance)
        _sell(env, customers, products, chance, range(start, start + BATCH))
        env.cr.commit()
        env.invalidate_all()
    _age(env)


def _products(env, category, chance):
    return env["product.product"].create(
        [
            {
                "name": f"Product {number}",
                "default_code": f"P{number:04}",
                "is_storable": True,
                "categ_id": category.id,
                "list_price": 10.0 + number,
                "standard_price": round(4.0 + number * chance.uniform(0.4, 0.6), 2),
                "invoice_policy": "delivery",
            }
            for number in range(PRODUCTS)
        ]
    )


def _buy(env, products, chance):
    """Goods come in, at another cost each time."""
    warehouse = env["stock.warehouse"].search([], limit=1)
    supplier = env.ref("stock.stock_location_suppliers")
    moves = env["stock.move"].create(
        [
            {
                "product_id": product.id,
                "product_uom": product.uom_id.id,
                "product_uom_qty": 2000.0,
                "location_id": supplier.id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "picking_type_id": warehouse.in_type_id.id,
            }
            for product in products
        ]
    )
    moves._action_confirm()
    for move in moves:
        move.quantity = 2000.0
        move.picked = True
    moves._action_done()
    for move in moves:
        move.value_manual = round(move.value * chance.uniform(0.9, 1.1), 2)


def _sell(env, customers, products, chance, numbers):
    orders = env["sale.order"].create(
        [
            {
                "partner_id": customers[number % CUSTOMERS].id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 2.0})
                    for product in chance.sample(list(products), 2)
                ],
            }
            for number in numbers
        ]
    )
    orders.action_confirm()
    orders.picking_ids.action_assign()
    orders.picking_ids.move_ids.picked = True
    orders.picking_ids._action_done()
    orders._create_invoices(grouped=True)
    orders.invoice_ids.action_post()


def _age(env):
    """Let it all have happened some days ago, in the same order."""
    env.flush_all()
    for table, column in (
        ("stock_move", "date"),
        ("stock_move_line", "date"),
        ("stock_picking", "date_done"),
        ("product_value", "date"),
        ("sale_order", "date_order"),
        ("stock_quant", "in_date"),
    ):
        env.cr.execute(  # names from the tuple above
            f"UPDATE {table} SET {column} = {column} - interval '{DAYS} days'"
        )
    env.invalidate_all()
