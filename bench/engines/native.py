"""Odoo alone: the return wizard, its transfer, and a refund from the order."""


def prepare(env):
    """Nothing is announced; the warehouse returns to its stock."""


def receive(env, lines):
    """The wizard on each delivery, then all transfers validated at once."""
    transfers = env["stock.picking"]
    for line in lines:
        delivery = line.move_ids.picking_id
        wizard = (
            env["stock.return.picking"]
            .with_context(active_id=delivery.id, active_model="stock.picking")
            .create({})
        )
        for item in wizard.product_return_moves:
            item.quantity = 1.0 if item.move_id.sale_line_id == line else 0.0
        transfers |= transfers.browse(wizard.action_create_returns()["res_id"])
    for transfer in transfers:
        # The wizard copies what is not returned, too, as lines of nothing.
        transfer.move_ids.filtered("product_uom_qty").picked = True
    transfers.button_validate()


def refund(env, lines):
    """Bill the orders once more, post, and match each with the invoice by hand."""
    orders = lines.order_id
    before = {order: order.invoice_ids for order in orders}
    refunds = orders._create_invoices(grouped=True, final=True)
    refunds.action_post()
    for order, invoices in before.items():
        credit = order.invoice_ids - invoices
        open_items = (credit | invoices).line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        )
        open_items.reconcile()


def place(env):
    return env["stock.warehouse"].search([], limit=1).lot_stock_id
