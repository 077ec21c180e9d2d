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
                        env.ref(  # noqa: F821
                            group
                            if "." in group
                            else f"returns_governance.group_{group}"
                        ).id
                        for group in groups
                    ]
                )
            ],
        }
    )
    return user_key(made)


def user_key(who):
    """A user with a key of theirs."""
    keys = env["res.users.apikeys"].with_user(who).sudo()  # noqa: F821
    until = fields.Datetime.now() + timedelta(days=1)
    key = keys._generate("rpc", "tests", until)
    return {"login": who.login, "uid": who.id, "key": key}


def product(code, price, stock=10000, **values):
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
            "inventory_quantity": stock,
            "location_id": warehouse.lot_stock_id.id,
        }
    ).action_apply_inventory()
    return made


def sell(count, lines, customers=None, pay=True):
    """The names of ``count`` like orders, delivered, invoiced and paid.

    :param customers: one for each order; all are the same customer's without
    """
    orders = env["sale.order"].create(
        [
            {  # noqa: F821
                "partner_id": (customers[number] if customers else customer).id,
                "returns_channel_id": env.ref("returns_governance.channel_web").id,  # noqa: F821
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": quantity}
                    )
                    for product, quantity in lines
                ],
            }
            for number in range(count)
        ]
    )
    orders.action_confirm()
    for move in orders.picking_ids.move_ids:
        move.quantity = move.product_uom_qty
        move.picked = True
    orders.picking_ids._action_done()
    invoices = orders._create_invoices(grouped=True)
    invoices.action_post()
    if pay:
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
env["res.partner.bank"].create(  # noqa: F821
    {"partner_id": customer.id, "acc_number": "DE89370400440532013000"}
)
shirt, belt = product("SHIRT", 50.0), product("BELT", 20.0)
watch = product("WATCH", 900.0)
web = env.ref("returns_governance.channel_web")  # noqa: F821


def drafts(count):
    """Drafts of as many returns, each for the last unit of one order."""
    order = env["sale.order"].search([("name", "in", sell(1, [(shirt, 1)]))])  # noqa: F821
    sold = env["returns.sold.line"]._for_sale_lines(order.order_line)  # noqa: F821
    line = {
        "sold_line_id": sold.id,
        "quantity": 1.0,
        "reason_id": env.ref("returns_governance.reason_changed_mind").id,  # noqa: F821
    }
    values = {
        "partner_id": customer.id,
        "channel_id": web.id,
        "warehouse_id": warehouse.id,
        "currency_id": order.currency_id.id,
        "line_ids": [Command.create(line)],
    }
    return env["returns.order"].create([values] * count).ids  # noqa: F821


def queued(robot):
    """The name and the id of a return whose credit note waits to be posted."""
    [order] = sell(1, [(shirt, 1)])
    line = {
        "sku": "SHIRT",
        "quantity": 1,
        "reason": "changed_mind",
        "resolution": "refund",
    }
    caller = env(user=robot["uid"], context={})  # noqa: F821
    back = caller["returns.order"].api_submit(
        {
            "channel": "web",
            "external_ref": "QUEUED",
            "order_ref": order,
            "lines": [line],
        }
    )["return"]
    found = env["returns.order"].search([("name", "=", back["name"])])  # noqa: F821
    env.company.returns_posting = "queue"  # noqa: F821
    found.action_release("Goodwill")
    env.company.returns_posting = "call"  # noqa: F821
    return found.name, found.id


def governed(code, **rule):
    """A channel of its own whose policy has one rule."""
    channel = env["returns.channel"].create({"code": code, "name": code})  # noqa: F821
    policy = env["returns.policy"].create(  # noqa: F821
        {"code": code, "name": code, "channel_ids": [Command.set(channel.ids)]}
    )
    env["returns.policy.version"].create(  # noqa: F821
        {
            "policy_id": policy.id,
            "rule_ids": [Command.create({"code": "all", **rule})],
        }
    ).action_publish()
    return code


def ahead(robot):
    """The id of a return whose exchange was sent long ago, with nothing back."""
    governed("ahead", offer_exchange=True, advance="charge", advance_days=14)
    [order] = sell(1, [(shirt, 1)])
    line = {
        "sku": "SHIRT",
        "quantity": 1,
        "reason": "changed_mind",
        "resolution": "exchange",
    }
    caller = env(user=robot["uid"], context={})  # noqa: F821
    caller["returns.order"].api_submit(
        {
            "channel": "ahead",
            "external_ref": "AHEAD",
            "order_ref": order,
            "lines": [line],
        }
    )
    back = env["returns.order"].search([("external_ref", "=", "AHEAD")])  # noqa: F821
    move = back.exchange_ids.move_ids
    move.quantity = 1.0
    move.picked = True
    move.picking_id._action_done()
    move.date = "2026-01-01 12:00:00"
    row = back.exchange_ids
    env.add_to_compute(row._fields["sent_at"], row)  # noqa: F821
    return back.id


def work_of(cron):
    """The id of an action that does the work of a cron, as many at once as like."""
    job = env.ref(f"returns_governance.{cron}")  # noqa: F821
    owner = env.ref("base.model_res_partner")  # noqa: F821
    code = job.code.replace("model.", f"env['{job.model_id.model}'].sudo().")
    action = {"name": cron, "model_id": owner.id, "state": "code", "code": code}
    return env["ir.actions.server"].create(action).id  # noqa: F821


def own(count, pay=True):
    """The names of orders of two shirts, each of a customer who has no other."""
    names = [{"name": f"Customer {number}"} for number in range(count)]
    return sell(count, [(shirt, 2)], env["res.partner"].create(names), pay)  # noqa: F821


def online(count):
    """(order, transaction) of like orders that were paid with the demo provider."""
    provider = env.ref("payment.payment_provider_demo")  # noqa: F821
    method = env.ref("payment_demo.payment_method_demo")  # noqa: F821
    provider.write({"state": "test", "is_published": True})
    method.write({"active": True, "support_refund": "partial"})
    provider.journal_id = env["account.journal"].search(  # noqa: F821
        [("type", "=", "bank"), ("company_id", "=", env.company.id)], limit=1
    )
    paid = []
    for name in own(count, pay=False):
        order = env["sale.order"].search([("name", "=", name)])  # noqa: F821
        transaction = env["payment.transaction"].create(  # noqa: F821
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{name}-paid",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "invoice_ids": [Command.set(order.invoice_ids.ids)],
            }
        )
        transaction._set_done()
        transaction._post_process()
        paid.append((name, transaction.id))
    return paid


def changes(product, count):
    """As many dialogs, each to bring one unit into quarantine."""
    quarantine = env.ref("inventory_states.state_quarantine")  # noqa: F821
    quant = product.stock_quant_ids.filtered(
        lambda q: q.location_id == warehouse.lot_stock_id
    )
    values = {
        "state_dest_id": quarantine.id,
        "reason": "Smells odd",
        "line_ids": [Command.create({"quant_id": quant.id, "quantity": 1.0})],
    }
    wizards = env["inventory.state.change.wizard"].with_user(lead["uid"])  # noqa: F821
    return wizards.create([values] * count).ids


def vases():
    """The name of an order of four goods that bring 20, and cost 50."""
    vase = product("VASE", 100.0, 10)
    env["returns.write.down.rule"].create(  # noqa: F821
        {"product_id": vase.id, "basis": "fixed", "amount": 20.0}
    )
    [name] = sell(1, [(vase, 4)])
    return name


robot, lead = user("robot", "integration"), user("lead", "warehouse_lead")
stage = {
    "users": {
        "robot": robot,
        "boss": user("boss", "integration", "manager"),
        "chief": user("chief", "manager"),
        "writer": user("writer", "planner"),
        "agent": user("agent", "agent"),
        "finance": user("finance", "finance"),
        "clerk": user("clerk", "reader", "account.group_account_invoice"),
        "lead": lead,
        "admin": user_key(env.ref("base.user_admin")),  # noqa: F821
    },
    "warehouse": warehouse.code,
    "currency": env.company.currency_id.name,
    "orders": sell(110, [(shirt, 8), (belt, 2)]),
    "single": sell(10, [(shirt, 1)]),
    "dear": sell(10, [(watch, 1)]),
    # For the races.
    "own": own(20),
    "online": online(2),
    "drafts": drafts(20),
    "queued": queued(robot),
    "ahead": ahead(robot),
    "keeping": governed("keeping", returnless="yes", returnless_per_month=3),
    "bench": governed("bench", offer_refund=True, offer_repair=True),
    "unreturned": work_of("ir_cron_unreturned"),
    "last_mug": changes(product("MUG-1", 10.0, 1), 20),
    "one_mug": changes(product("MUG-MANY", 10.0, 50), 1),
    "vases": vases(),
    "cron_post": env.ref("returns_governance.ir_cron_post").id,  # noqa: F821
}
env.cr.commit()
print("STAGE " + json.dumps(stage))
