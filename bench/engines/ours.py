"""Returns governance: the steps that the dock, the inspection and the API take.

The routing to a shelf is switched off, since no peer has it: the goods stay where they
were put at the dock, as theirs do. It is measured apart (``route``).
"""

ROUTING = "route_after_inspection"


def prepare(env):
    """Announce a return for the first line of each order, decided by the policy."""
    env.ref("base.user_admin").group_ids |= (
        env.ref("returns_governance.group_manager")
        | env.ref("returns_governance.group_agent")
        | env.ref("returns_governance.group_warehouse_lead")
    )
    switch(env, False)
    # As the first receipt after the installation would.
    env["product.product"].search([])._update_standard_price()
    env.company.returns_posting = "queue"
    channel = env.ref("returns_governance.channel_web")
    reason = env.ref("returns_governance.reason_changed_mind")
    step = env["returns.step.request"]  # as the superuser
    orders = env["sale.order"].search([], order="id")
    for start in range(0, len(orders), 50):
        requests = [
            {
                "company": order.company_id,
                "channel": channel,
                "partner": order.partner_id,
                "currency": order.currency_id,
                "warehouse": order.warehouse_id,
                "lines": [
                    {
                        "sale_line": order.order_line[0],
                        "quantity": 1.0,
                        "reason": reason,
                        "resolution": "refund",
                    }
                ],
            }
            for order in orders[start : start + 50]
        ]
        step._run(env["returns.order"], {"requests": requests})


def switch(env, routing):
    """Switch the automatic routing on or off."""
    rows = env["returns.automation"].with_context(active_test=False)
    rows.search([("code", "=", ROUTING)]).active = routing


def receive(env, lines):
    """Take the parcels in, in one session at the dock."""
    backs = _cases(env, lines)
    env["returns.step.receive"]._run(
        backs,
        {
            back.id: [
                {
                    "line": back.line_ids,
                    "product": back.line_ids.product_id,
                    "quantity": 1.0,
                    "lot_name": False,
                    "warehouse": back.warehouse_id,
                }
            ]
            for back in backs
        },
    )


def refund(env, lines):
    """Grade the goods, which releases the money, and let the queue post it."""
    backs = _cases(env, lines)
    condition = env["returns.condition"].search([("code", "=", "A")])
    env["returns.step.inspect"]._run(
        backs,
        {
            back.id: [
                {
                    "line": back.line_ids,
                    "product": back.line_ids.product_id,
                    "quantity": 1.0,
                    "lot_name": False,
                    "condition": condition,
                }
            ]
            for back in backs
        },
    )
    rows = backs.sudo().outbox_ids
    rows._post_waiting(rows)


def place(env):
    return env["stock.warehouse"].search([], limit=1)._get_state_location("inspection")


def _cases(env, lines):
    rows = env["returns.order.line"].search([("sale_line_id", "in", lines.ids)])
    return rows.order_id
