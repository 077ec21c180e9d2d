"""Products, customers, and the goods to sell."""

from collections import Counter
from datetime import timedelta

from odoo import fields

from . import invent
from .shop import POSTAGE

#: Units beyond what will be sold, so that nothing is ever short.
SPARE = 12


def make_products(env, shop, taxes):
    """The catalogue; storable goods, and postage as a service. By sku."""
    categories = make_categories(env)
    suppliers = make_suppliers(env)
    values = []
    for product in shop.products.values():
        goods = product.sku != POSTAGE
        values.append(
            {
                "name": product.name.title() if goods else "Postage",
                "default_code": product.sku,
                "type": "consu" if goods else "service",
                "is_storable": goods,
                "list_price": product.price,
                "standard_price": invent.cost(product) if goods else 0.0,
                "categ_id": categories[invent.category(product.name)].id,
                "seller_ids": [
                    (0, 0, {"partner_id": suppliers[invent.supplier(product.sku)].id})
                ],
                "invoice_policy": "delivery" if goods else "order",
                "taxes_id": [(6, 0, taxes[invent.tax(product.sku)].ids)],
                "supplier_taxes_id": [(5, 0, 0)],
            }
        )
    products = env["product.product"].create(values)
    return {product.default_code: product for product in products}


def make_categories(env):
    """Kinds of goods by name, all valued at average cost."""
    gifts = env["product.category"].create({"name": "Gifts"})
    names = [*invent.CATEGORIES, invent.OTHER_CATEGORY]
    made = env["product.category"].create(
        [
            {
                "name": name,
                "parent_id": gifts.id,
                "property_cost_method": "average",
                "property_valuation": "real_time",
            }
            for name in names
        ]
    )
    return dict(zip(names, made, strict=True))


def make_suppliers(env):
    """Who makes the goods, by name."""
    made = env["res.partner"].create(
        [{"name": name, "supplier_rank": 1} for name in invent.SUPPLIERS]
    )
    return {partner.name: partner for partner in made}


def make_customers(env, shop):
    """The customers, by the shop's number. Their names are invented."""
    codes = sorted(set(shop.customers.values()))
    countries = {
        country.code: country.id
        for country in env["res.country"].search([("code", "in", codes)])
    }
    customers = env["res.partner"].create(
        [
            {
                "name": f"Customer {number}",
                "ref": number,
                "email": f"customer{number}@example.com",
                "country_id": countries[country],
                "customer_rank": 1,
            }
            for number, country in shop.customers.items()
        ]
    )
    return {customer.ref: customer for customer in customers}


def needed(shop):
    """Units to be sold by (warehouse, sku)."""
    units = Counter()
    for order in shop.orders.values():
        for line in order.lines:
            if line.sku != POSTAGE:
                units[invent.warehouse(order.customer), line.sku] += line.quantity
    return units


def make_vendor(env):
    """The one that all goods are bought from."""
    return env["res.partner"].create({"name": "Sample Supplier", "supplier_rank": 1})


def buy(env, shop, products, warehouses, vendor, again=False):
    """Buy, take in and book goods, so that stock and books agree from the start.

    :param again: the second time: some products only, and dearer, so that their cost
        becomes a mean of two prices
    """
    for index, warehouse in enumerate(warehouses):
        lines = []
        for (where, sku), units in sorted(needed(shop).items()):
            if where != index or (again and not invent.rises(sku)):
                continue
            price = invent.cost(shop.products[sku])
            lines.append(
                {
                    "product_id": products[sku].id,
                    "product_qty": units // 5 + 6 if again else units + SPARE,
                    "price_unit": round(price * 1.1 + 0.01, 2) if again else price,
                    "tax_ids": [(5, 0, 0)],
                }
            )
        receive(
            env["purchase.order"].create(
                {
                    "partner_id": vendor.id,
                    "picking_type_id": warehouse.in_type_id.id,
                    "order_line": [(0, 0, line) for line in lines],
                }
            )
        )


def receive(purchase):
    """Confirm a purchase, take the goods in and book the bill."""
    purchase.button_confirm()
    for move in purchase.picking_ids.move_ids:
        move.quantity = move.product_uom_qty
    purchase.picking_ids.move_ids.picked = True
    purchase.picking_ids.button_validate()
    purchase.action_create_invoice()
    bill = purchase.invoice_ids
    bill.invoice_date = bill.date = fields.Date.today()
    bill.action_post()


def first_day(shop):
    """When the first goods are bought: a week before the first order."""
    return min(order.at for order in shop.orders.values()) - timedelta(days=7)
