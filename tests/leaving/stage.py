"""Fills a database with returns at each point of their way; fed to `odoo shell`."""

import snapshot

from odoo.tests import new_test_user

from odoo.addons.returns_governance.tests.common import ROLES, ReturnsCommon

env = env(context=dict(env.context, tracking_disable=True))  # noqa: F821
# The helpers of the tests, on a database that keeps what they do.
Shop = type(
    "Shop",
    (),
    {
        name: value
        for name, value in vars(ReturnsCommon).items()
        if name.startswith("_") and not name.startswith("__")
    },
)
Shop.env = env
Shop.company = env.company
Shop.company.returns_posting = "call"
Shop.warehouse = env["stock.warehouse"].search([], limit=1)
Shop.web = env.ref("returns_governance.channel_web")
Shop.partner = env["res.partner"].create({"name": "Anna", "email": "a@example.com"})
Shop.tax = env["account.tax"].create(
    {"name": "Test 20%", "amount": 20.0, "type_tax_use": "sale"}
)
Shop.shirt = Shop._make_product("Shirt", 50.0, 20.0)
Shop.belt = Shop._make_product("Belt", 29.99, 10.0)
Shop.users = {
    role: new_test_user(env, role, groups=f"returns_governance.group_{role}")
    for role in ROLES
}
Shop.grade_a = env.ref("returns_governance.condition_a")
Shop.grade_d = env.ref("returns_governance.condition_d")

shop = Shop()
settled = shop._create_return(shop._sell(), until="inspected")
broken = shop._create_return(shop._sell([(shop.belt, 2.0)]), until="received")
shop._inspect(broken, shop.grade_d)
shop._create_return(shop._sell(), until="received")
shop._create_return(shop._sell())
# The product of its fee is in the books, and stays there.
charged = shop._create_return(shop._sell(), until="received")
decision = charged.line_ids.decision_id
fees = {"fees": [["handling", "5", "fixed"]]}
decision._machine_write({"outcomes": {**decision.outcomes, **fees}})
shop._inspect(charged)
assert charged.settlement_ids.amount_fees
camera = shop._make_product("Camera", 300.0, 120.0, tracking="serial")
lot = env["stock.lot"].create({"name": "C1", "product_id": camera.id})
shop._stock(camera, 1.0, lot)
recall = env["stock.move"].create(
    {
        "product_id": shop.belt.id,
        "product_uom_qty": 5.0,
        "location_id": shop.warehouse.lot_stock_id.id,
        "location_dest_id": shop.warehouse._get_state_location("quarantine").id,
        "state_reason": "A recall",
    }
)
recall._action_confirm()
recall.quantity = 5.0
recall.picked = True
recall._action_done()
# What was begun, and is not done when the addons go.
shop._sell(until="confirmed")
old = shop._sell(until="paid")
facts = snapshot.take(env)
assert settled.money_state and settled.settlement_ids.move_id.state == "posted"
env.cr.commit()
snapshot.tell(facts=facts, old=old.name, returned=settled.sale_order_ids.name)
