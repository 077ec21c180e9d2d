"""Many orders with enough quantity, made inside Odoo; for the intake over HTTP."""

import json
from datetime import timedelta
from pathlib import Path

from ground import paths

from odoo import Command

ORDERS = 500
UNITS = 40.0
HOT_UNITS = 1_000.0
TOLD = paths.BUILD / "bench" / "crowd.json"


def main(env):
    """Make the orders and a key; what clients need to know goes into a file."""
    env = env(context=dict(env.context, tracking_disable=True))
    products = env["product.product"].search([("default_code", "=like", "P0%")])
    partners = env["res.partner"].search([("name", "=like", "Customer %")])
    hot = _sell(env, [(partners[0], products[0], HOT_UNITS)])
    orders = _sell(
        env,
        [
            (partners[n % len(partners)], products[n % len(products)], UNITS)
            for n in range(ORDERS)
        ],
    )
    user = env.ref("base.user_admin")
    if group := env.ref("returns_governance.group_integration", False):
        user.group_ids |= group
    expires = env.cr.now() + timedelta(days=1)
    key = env["res.users.apikeys"].with_user(user).sudo()
    told = {
        "key": key._generate("rpc", "bench", expires),
        "orders": [_tell(order) for order in orders],
        "hot": _tell(hot),
    }
    if operation := env.ref("rma.rma_operation_refund", False):
        warehouse = env["stock.warehouse"].search([], limit=1)
        told.update(operation=operation.id, place=warehouse.rma_loc_id.id)
    TOLD.parent.mkdir(parents=True, exist_ok=True)
    path = TOLD.with_stem(f"crowd-{env.cr.dbname}")
    Path(path).write_text(json.dumps(told))


def _sell(env, lines):
    orders = env["sale.order"].create(
        [
            {
                "partner_id": partner.id,
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                ],
            }
            for partner, product, quantity in lines
        ]
    )
    orders.action_confirm()
    orders.picking_ids.action_assign()
    orders.picking_ids.move_ids.picked = True
    orders.picking_ids._action_done()
    return orders


def _tell(order):
    """What a client says of an order, to us and to the peer."""
    move = order.order_line.move_ids
    return {
        "name": order.name,
        "line": order.order_line.id,
        "values": {
            "partner_id": order.partner_id.id,
            "partner_invoice_id": order.partner_invoice_id.id,
            "partner_shipping_id": order.partner_shipping_id.id,
            "origin": order.name,
            "company_id": order.company_id.id,
            "order_id": order.id,
            "picking_id": move.picking_id.id,
            "move_id": move.id,
            "product_id": order.order_line.product_id.id,
            "product_uom_qty": 1.0,
            "product_uom": order.order_line.product_uom_id.id,
        },
    }
