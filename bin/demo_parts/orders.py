"""The orders of the shop: confirmed, sent, invoiced and paid, each at its own time."""

from collections import Counter

from . import invent
from .company import bank
from .shop import POSTAGE

BATCH = 50


def batches(shop):
    """The orders by time, fifty at once."""
    orders = sorted(shop.orders.values(), key=lambda order: order.at)
    for first in range(0, len(orders), BATCH):
        yield orders[first : first + BATCH]


def make(env, batch, products, customers, warehouses):
    """The sale orders of one batch, in its order."""
    channels = channel_ids(env)
    carriers = carrier_ids(env, products)
    return env["sale.order"].create(
        [
            {
                "partner_id": customers[order.customer].id,
                "client_order_ref": order.ref,
                "warehouse_id": warehouses[invent.warehouse(order.customer)].id,
                "date_order": order.at,
                "carrier_id": carriers[invent.carrier(order.ref)],
                **channel_of(order, channels),
                "order_line": [
                    (0, 0, line_values(order, line, products)) for line in order.lines
                ],
            }
            for order in batch
        ]
    )


def channel_ids(env):
    """The channels by code."""
    return {channel.code: channel.id for channel in env["returns.channel"].search([])}


def carrier_ids(env, products):
    """The delivery methods by carrier, made the first time; they cost nothing more."""
    Carrier = env["delivery.carrier"]
    known = Carrier.search([("name", "in", invent.CARRIERS)])
    known |= Carrier.create(
        [
            {"name": name, "product_id": products[POSTAGE].id, "fixed_price": 0.0}
            for name in invent.CARRIERS
            if name not in known.mapped("name")
        ]
    )
    return {carrier.name: carrier.id for carrier in known}


def channel_of(order, channels):
    """Where the order came from: it tells the policy of its returns."""
    return {"returns_channel_id": channels[invent.channel(order.customer)]}


def line_values(order, line, products):
    """One line; the shop's price is kept whatever the price list says."""
    postage = line.sku == POSTAGE
    return {
        "product_id": products[line.sku].id,
        "product_uom_qty": line.quantity,
        "price_unit": line.price,
        "discount": 0.0 if postage else invent.discount(order.ref, line.number),
        "is_delivery": postage,
    }


def confirm(batch, sales):
    """Confirm a batch in one go, each order with its own date."""
    sales.action_confirm()
    for order, sale in zip(batch, sales, strict=True):
        sale.date_order = order.at


def send(sale):
    """Send all goods of an order now: the ledger keeps the moment."""
    pickings = sale.picking_ids
    pickings.action_assign()
    pickings.move_ids.picked = True
    pickings.button_validate()
    late = [picking.name for picking in pickings if picking.state != "done"]
    if late:
        raise RuntimeError(f"{sale.client_order_ref}: not sent: {', '.join(late)}")


def invoice(sales):
    """Invoice a batch in one go, but for the orders that are left open.

    Each invoice has the day of its order. Its cost is that of the day as well, since
    nothing is bought between the orders of one batch.
    """
    due = sales.filtered(
        lambda sale: invent.payment(sale.client_order_ref) != "not_invoiced"
    )
    for bill in due._create_invoices(grouped=True):
        bill.invoice_date = bill.line_ids.sale_line_ids.order_id.date_order.date()
    due.invoice_ids.action_post()


def pay(env, sales):
    """Pay a batch: by bank, or online through a provider of payments.

    :return: how many orders were paid in which way, and how many were not
    """
    by_way = {}
    for sale in sales:
        way = invent.payment(sale.client_order_ref)
        by_way[way] = by_way.get(way, env["sale.order"]) | sale
    pay_by_bank(env, by_way.get("bank", env["sale.order"]))
    pay_online(env, by_way.get("online", env["sale.order"]))
    return Counter({way: len(orders) for way, orders in by_way.items()})


def pay_by_bank(env, sales):
    """One payment for each invoice, as a clerk registers them."""
    if sales:
        env["account.payment.register"].with_context(
            active_model="account.move", active_ids=sales.invoice_ids.ids
        ).create(
            {"journal_id": bank(env).id, "group_payment": False}
        ).action_create_payments()


def pay_online(env, sales):
    """A transaction of the test provider for each invoice, done and booked."""
    provider = env["payment.provider"].search([("code", "=", "demo")], limit=1)
    method = provider.payment_method_ids[:1]
    transactions = env["payment.transaction"].create(
        [
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{sale.name}-{sale.client_order_ref}",
                "amount": sum(sale.invoice_ids.mapped("amount_total")),
                "currency_id": sale.currency_id.id,
                "partner_id": sale.partner_id.id,
                "operation": "online_direct",
                "invoice_ids": [(6, 0, sale.invoice_ids.ids)],
                "sale_order_ids": [(6, 0, sale.ids)],
            }
            for sale in sales
        ]
    )
    for transaction in transactions:
        transaction.provider_reference = f"demo-{transaction.reference}"
        transaction._set_done()
    for transaction in transactions:
        transaction._post_process()
