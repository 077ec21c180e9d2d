"""OCA's ``rma`` with ``rma_sale``: a return merchandise authorisation per line."""


def prepare(env):
    """Make a draft authorisation for the first line of each order."""
    operation = env.ref("rma.rma_operation_refund")
    place_ = place(env)
    for order in env["sale.order"].search([], order="id"):
        line = order.order_line[0]
        move = line.move_ids
        env["rma"].create(
            {
                "partner_id": order.partner_id.id,
                "partner_invoice_id": order.partner_invoice_id.id,
                "partner_shipping_id": order.partner_shipping_id.id,
                "origin": order.name,
                "company_id": order.company_id.id,
                "location_id": place_.id,
                "order_id": order.id,
                "picking_id": move.picking_id.id,
                "move_id": move.id,
                "product_id": line.product_id.id,
                "product_uom_qty": 1.0,
                "product_uom": line.product_uom_id.id,
                "operation_id": operation.id,
            }
        )


def receive(env, lines):
    """Confirm, which makes the transfers, and validate those."""
    cases = _cases(env, lines)
    cases.action_confirm()
    cases.reception_move_id.picking_id.button_validate()


def refund(env, lines):
    """Draft the refunds and post them, which matches them with the invoices."""
    cases = _cases(env, lines)
    cases.action_refund()
    cases.refund_id.action_post()


def place(env):
    return env["stock.warehouse"].search([], limit=1).rma_loc_id


def _cases(env, lines):
    return env["rma"].search([("sale_line_id", "in", lines.ids)], order="id")
