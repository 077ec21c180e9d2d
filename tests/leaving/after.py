"""Works on in a database that our addons have left; fed to `odoo shell`."""

import snapshot

from odoo import Command

OURS = ("returns", "inventory_state")
env = env(context=dict(env.context, tracking_disable=True))  # noqa: F821
facts = snapshot.take(env)


def rows(query):
    """The first column of what a query finds."""
    env.cr.execute(query)
    return [row[0] for row in env.cr.fetchall()]


def left_overs():
    """Whatever of the addons is still there, by the place where it is."""
    like = " OR ".join(f"%s LIKE '{name}%%'" for name in OURS)
    return {
        "tables": rows(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND ("
            + like.replace("%s", "tablename").replace("%%", "%")
            + ")"
        ),
        "columns": rows(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND ("
            + like.replace("%s", "column_name").replace("%%", "%")
            + ")"
        ),
        "data": rows(
            "SELECT module || '.' || name FROM ir_model_data WHERE module IN "
            "('inventory_states', 'returns_governance', 'returns_analytics', "
            "'returns_loyalty', 'returns_mrp')"
        ),
        "crons": rows(
            "SELECT s.name FROM ir_cron c JOIN ir_act_server s "
            "ON s.id = c.ir_actions_server_id "
            "LEFT JOIN ir_model m ON m.id = s.model_id "
            "WHERE m.model LIKE 'returns%' OR m.id IS NULL"
        ),
        "messages": rows(
            "SELECT DISTINCT model FROM mail_message WHERE model LIKE 'returns%'"
        ),
    }


def screens():
    """Open the screens that the addons had changed."""
    for model in (
        "sale.order",
        "stock.picking",
        "stock.location",
        "stock.quant",
        "stock.lot",
        "account.move",
        "product.template",
        "product.product",
        "res.config.settings",
    ):
        env[model].get_views([(False, "form"), (False, "list"), (False, "search")])


def deliver(order):
    """Send out all of an order."""
    for picking in order.picking_ids.filtered(lambda p: p.state != "done"):
        picking.action_assign()
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking._action_done()


def sell(product):
    """A sale, delivered and invoiced."""
    order = env["sale.order"].create(
        {
            "partner_id": env["res.partner"].search([("name", "=", "Anna")]).id,
            "order_line": [
                Command.create({"product_id": product.id, "product_uom_qty": 2.0})
            ],
        }
    )
    order.action_confirm()
    deliver(order)
    order._create_invoices().action_post()
    return order


def take_back(order):
    """Core's own return of all that was delivered."""
    out = order.picking_ids.filtered(lambda p: p.state == "done")[:1]
    wizard = env["stock.return.picking"].create({"picking_id": out.id})
    for line in wizard.product_return_moves:
        line.quantity = line.move_id.quantity
    action = wizard.action_create_returns()
    back = env["stock.picking"].browse(action["res_id"])
    back.move_ids.quantity = back.move_ids[:1].product_uom_qty
    back.move_ids.picked = True
    back._action_done()
    return back


def refund(order):
    """Core's own credit note of the invoice."""
    invoice = order.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
    reversal = env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=invoice.ids
    )
    wizard = reversal.create({"journal_id": invoice.journal_id.id})
    credit = env["account.move"].browse(wizard.refund_moves()["res_id"])
    credit.action_post()
    return credit


def scrap(product, place):
    """Throw away a unit from a place that had a state."""
    thrown = env["stock.scrap"].create(
        {"product_id": product.id, "scrap_qty": 1.0, "location_id": place.id}
    )
    thrown.action_validate()
    return thrown


screens()
belt = env["product.product"].search([("default_code", "=", "BELT")])
shirt = env["product.product"].search([("default_code", "=", "SHIRT")])
new = sell(shirt)
old = env["sale.order"].search([("name", "=", OLD)])  # noqa: F821
backs = [take_back(order).state for order in (new, old)]
credits = [refund(order).state for order in (new, old)]
waiting = env["sale.order"].search([("picking_ids.state", "=", "assigned")])
deliver(waiting)
place = (
    env["stock.quant"]
    .search(
        [
            ("product_id", "=", belt.id),
            ("location_id.complete_name", "ilike", "quarantine"),
        ]
    )[:1]
    .location_id
)
thrown = scrap(belt, place).state
counted = env["stock.quant"].search([("location_id", "=", place.id)], limit=1)
counted.with_context(inventory_mode=True).inventory_quantity = 9.0
counted.action_apply_inventory()
env.flush_all()
snapshot.tell(
    facts=facts,
    left=left_overs(),
    backs=backs,
    credits=credits,
    waiting=waiting.picking_ids.mapped("state"),
    thrown=thrown,
    counted=counted.quantity,
)
