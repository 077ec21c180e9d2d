"""Fills the database of the fault tests; fed to `odoo shell`.

Orders that were delivered and invoiced, the first of them paid through a provider that
can refund. What the tests need to know is printed as one line of JSON.
"""

import json
from datetime import timedelta

from odoo import Command, fields

ONLINE, SPLIT, PLAIN, GIFT = 37, 2, 16, 2

env = env(context=dict(env.context, tracking_disable=True))  # noqa: F821
# Credit notes are posted by the queue, as a company has it by default.
env.company.returns_posting = "queue"
warehouse = env["stock.warehouse"].search([], limit=1)
web = env.ref("returns_governance.channel_web")
customer = env["res.partner"].create({"name": "Anna", "email": "anna@example.com"})
shirt = env["product.product"].create(
    {
        "name": "Shirt",
        "default_code": "SHIRT",
        "is_storable": True,
        "list_price": 50.0,
        "standard_price": 20.0,
        "invoice_policy": "delivery",
    }
)
env["stock.quant"].with_context(inventory_mode=True).create(
    {
        "product_id": shirt.id,
        "inventory_quantity": 1000,
        "location_id": warehouse.lot_stock_id.id,
    }
).action_apply_inventory()

# The mail that confirms a payment carries no PDF here: not every machine can make one.
env["mail.template"].search([("model", "=", "sale.order")]).report_template_ids = False

provider = env.ref("payment.payment_provider_demo")
method = env.ref("payment_demo.payment_method_demo")
bank = env["account.journal"].search([("type", "=", "bank")], limit=1)
provider.write({"state": "test", "is_published": True, "journal_id": bank.id})
method.write({"active": True, "support_refund": "partial"})

orders = env["sale.order"].create(
    [
        {
            "partner_id": customer.id,
            "returns_channel_id": web.id,
            "order_line": [
                Command.create({"product_id": shirt.id, "product_uom_qty": 1})
            ],
        }
        for _number in range(ONLINE + SPLIT + PLAIN + GIFT)
    ]
)
# The last ones are paid with gift cards, of which nothing is left.
gifts = env["loyalty.program"].create(
    {
        **env["loyalty.program"]._program_type_default_values()["gift_card"],
        "name": "Gift cards",
        "program_type": "gift_card",
    }
)
for order in orders[-GIFT:]:
    card = env["loyalty.card"].create(
        {"program_id": gifts.id, "points": order.amount_total}
    )
    order._try_apply_code(card.code)
    order._apply_program_reward(gifts.reward_ids, card)
orders.action_confirm()
for move in orders.picking_ids.move_ids:
    move.quantity = move.product_uom_qty
    move.picked = True
orders.picking_ids._action_done()
invoices = orders._create_invoices(grouped=True)
invoices.action_post()


def pay(order, name, amount):
    """A payment of the order by card."""
    paid = env["payment.transaction"].create(
        {
            "provider_id": provider.id,
            "payment_method_id": method.id,
            "reference": f"{order.name}-{name}",
            "amount": amount,
            "currency_id": order.currency_id.id,
            "partner_id": order.partner_id.id,
            "operation": "online_direct",
            "invoice_ids": [Command.set(order.invoice_ids.ids)],
            "sale_order_ids": [Command.set(order.ids)],
        }
    )
    paid._set_done()
    paid._post_process()


for order in orders[:ONLINE]:
    pay(order, "paid", order.invoice_ids.amount_total)
# Two cards each.
for order in orders[ONLINE : ONLINE + SPLIT]:
    pay(order, "paid", 20.0)
    pay(order, "second", order.invoice_ids.amount_total - 20.0)


def user(login, *groups):
    """A user with the given roles and a key."""
    made = env["res.users"].create(
        {
            "name": login.title(),
            "login": login,
            "group_ids": [
                Command.set(
                    [
                        env.ref(f"returns_governance.group_{group}").id
                        for group in groups
                    ]
                )
            ],
        }
    )
    keys = env["res.users.apikeys"].with_user(made).sudo()
    until = fields.Datetime.now() + timedelta(days=1)
    key = keys._generate("rpc", "tests", until)
    return {"login": login, "uid": made.id, "key": key}


stage = {
    "users": {
        "robot": user("robot", "integration"),
        "boss": user("boss", "manager"),
        "finance": user("finance", "finance"),
    },
    "total": orders[0].invoice_ids.amount_total,
    "currency": env.company.currency_id.name,
    "warehouse": warehouse.code,
    "online": orders[:ONLINE].mapped("name"),
    "split": orders[ONLINE : ONLINE + SPLIT].mapped("name"),
    "plain": orders[ONLINE + SPLIT : -GIFT].mapped("name"),
    "gift": orders[-GIFT:].mapped("name"),
    "product": shirt.id,
}
env.cr.commit()
print("STAGE " + json.dumps(stage))
