"""Fills a database for the tests over the network; fed to `odoo shell`.

Users of the API with their keys, products, and orders that were delivered, invoiced
and paid. What the tests need to know of it is printed as one line of JSON.
"""

import json
from datetime import timedelta

from odoo import Command, fields


def user(login, *groups):
    """A user with the given roles and a key."""
    made = env["res.users"].create(
        {  # noqa: F821
            "name": login.title(),
            "login": login,
            "group_ids": [
                Command.set(
                    [
                        env.ref(f"returns_governance.group_{group}").id  # noqa: F821
                        for group in groups
                    ]
                )
            ],
        }
    )
    key = (
        env["res.users.apikeys"]
        .with_user(made)
        .sudo()
        ._generate(  # noqa: F821
            "rpc", "tests", fields.Datetime.now() + timedelta(days=1)
        )
    )
    return {"login": login, "uid": made.id, "key": key}


def product(code, price, **values):
    made = env["product.product"].create(
        {  # noqa: F821
            "name": code.title(),
            "default_code": code,
            "is_storable": True,
            "list_price": price,
            "standard_price": price / 2,
            "invoice_policy": "delivery",
            **values,
        }
    )
    env["stock.quant"].with_context(inventory_mode=True).create(
        {  # noqa: F821
            "product_id": made.id,
            "inventory_quantity": 10000,
            "location_id": warehouse.lot_stock_id.id,
        }
    ).action_apply_inventory()
    return made


def sell(count, lines):
    """The names of ``count`` like orders, delivered, invoiced and paid."""
    orders = env["sale.order"].create(
        [
            {  # noqa: F821
                "partner_id": customer.id,
                "returns_channel_id": env.ref("returns_governance.channel_web").id,  # noqa: F821
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in lines
                ],
            }
            for _number in range(count)
        ]
    )
    orders.action_confirm()
    for move in orders.picking_ids.move_ids:
        move.quantity = move.product_uom_qty
        move.picked = True
    orders.picking_ids._action_done()
    invoices = orders._create_invoices(grouped=True)
    invoices.action_post()
    env["account.payment.register"].with_context(  # noqa: F821
        active_model="account.move", active_ids=invoices.ids
    ).create({"group_payment": False})._create_payments()
    return orders.mapped("name")


env = env(context=dict(env.context, tracking_disable=True))  # noqa: F821
# No cron runs beside the tests, so that they know who writes when.
env.company.returns_posting = "call"
warehouse = env["stock.warehouse"].search([], limit=1)
customer = env["res.partner"].create(
    {"name": "Anna Schmidt", "email": "anna@example.com", "tz": "UTC"}
)
shirt, belt = product("SHIRT", 50.0), product("BELT", 20.0)
watch = product("WATCH", 900.0)
stage = {
    "users": {
        "robot": user("robot", "integration"),
        "boss": user("boss", "integration", "manager"),
        "agent": user("agent", "agent"),
        "finance": user("finance", "finance"),
    },
    "warehouse": warehouse.code,
    "currency": env.company.currency_id.name,
    "orders": sell(80, [(shirt, 8), (belt, 2)]),
    "single": sell(10, [(shirt, 1)]),
    "dear": sell(10, [(watch, 1)]),
}
env.cr.commit()
print("STAGE " + json.dumps(stage))
