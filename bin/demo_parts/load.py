"""Loads the sample shop into a database, in one process of Odoo.

Runs inside Odoo's shell (`server.run_inside`); everything that it tells the caller goes
into the returned dictionary.
"""

import logging
from collections import Counter
from datetime import timedelta

from tqdm import tqdm

from . import catalogue, company, dates, orders, policies, worth
from . import shop as sample

#: Before which batch of orders some goods are bought again, dearer.
SECOND_PURCHASE = 3


def main(env):
    """Load everything.

    :return: keys by log-in, the number of days the dates were shifted, and how many
        orders were paid in which way
    """
    # One line per posted invoice is more than a reader wants.
    logging.getLogger("odoo").setLevel(logging.WARNING)
    env = env(context=dict(env.context, tracking_disable=True, no_reset_password=True))
    shop = sample.read()
    days = dates.shift(shop)
    company.set_up(env)
    taxes = company.make_taxes(env)
    warehouses = company.make_warehouses(env)
    people = company.make_people(env)
    company.accept_conflicts(env, people["manager"])
    policies.publish(env, people["manager"])
    worth.set_up(env)
    keys = company.make_keys(env, people)
    env.cr.commit()
    paid = fill(env, shop, taxes, warehouses)
    return {"keys": keys, "days": days, "paid": paid}


def fill(env, shop, taxes, warehouses):
    """Goods, customers and orders, in the order of time.

    :return: how many orders were paid in which way, and how many were not
    """
    paid = Counter()
    with (
        dates.clock() as set_clock,
        tqdm(total=len(shop.orders), desc="Orders", unit="order") as bar,
    ):
        # A cost that is typed in later than a purchase would replace the mean.
        set_clock(catalogue.first_day(shop) - timedelta(days=1))
        products = catalogue.make_products(env, shop, taxes)
        customers = catalogue.make_customers(env, shop)
        vendor = catalogue.make_vendor(env)
        set_clock(catalogue.first_day(shop))
        catalogue.buy(env, shop, products, warehouses, vendor)
        for number, batch in enumerate(orders.batches(shop)):
            if number == SECOND_PURCHASE:
                set_clock(batch[0].at - timedelta(minutes=1))
                catalogue.buy(env, shop, products, warehouses, vendor, again=True)
            set_clock(batch[0].at)
            sales = orders.make(env, batch, products, customers, warehouses)
            orders.confirm(batch, sales)
            for order, sale in zip(batch, sales, strict=True):
                set_clock(order.at)
                orders.send(sale)
                bar.update()
            orders.invoice(sales)
            paid += orders.pay(env, sales)
            env.cr.commit()
            env.invalidate_all()
    return dict(paid)
