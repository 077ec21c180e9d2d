#!/usr/bin/env python3
"""Take the sample shop of this folder from the data set "Online Retail".

Usage: ``python3 data/build.py path/to/online_retail.csv[.gz] [target folder]``

The source is one row per invoice line, with the columns InvoiceNo, StockCode,
Description, Quantity, InvoiceDate (``YYYY-MM-DD HH:MM``), UnitPrice, CustomerID and
Country. An invoice number that starts with ``C`` is a return. Nothing is drawn at
random: the same source gives the same files, byte for byte.

Everything written here is the shop's own record. What the shop did not record
(reasons, grades, parcels, payments) is invented when the demo runs, and not here.
"""

import csv
import gzip
import hashlib
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

ORDERS = 300
RETURNED_ORDERS = 150
MOST_LINES = 10
#: The shop's product codes are five digits and up to two letters; all other codes
#: are postage, fees, vouchers and corrections by hand.
PRODUCT = re.compile(r"^\d{5}[A-Z]{0,2}$")
#: Postage is the one code beside products that an order may carry.
POSTAGE = "POST"
#: Wholesale orders of thousands of units hide the ordinary cases in any total.
MOST_UNITS = 150
#: Names of countries as the shop wrote them. Customers of other "countries"
#: (such as "Unspecified") are left out.
COUNTRIES = {
    "Australia": "AU", "Austria": "AT", "Bahrain": "BH", "Belgium": "BE",
    "Canada": "CA", "Channel Islands": "JE", "Cyprus": "CY",
    "Czech Republic": "CZ", "Denmark": "DK", "EIRE": "IE", "Finland": "FI",
    "France": "FR", "Germany": "DE", "Greece": "GR", "Iceland": "IS",
    "Israel": "IL", "Italy": "IT", "Japan": "JP", "Lebanon": "LB",
    "Lithuania": "LT", "Malta": "MT", "Netherlands": "NL", "Norway": "NO",
    "Poland": "PL", "Portugal": "PT", "Saudi Arabia": "SA", "Singapore": "SG",
    "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "USA": "US",
    "United Kingdom": "GB",
}  # fmt: skip


@dataclass
class Line:
    """One line of an order, with what is not yet claimed by a return."""

    number: int
    sku: str
    quantity: int
    price: str
    left: int = 0


@dataclass
class Order:
    """A sale, or (with ``claims`` filled) a return."""

    ref: str
    at: datetime
    customer: str
    country: str
    lines: list = field(default_factory=list)
    #: of a return only: (order, sku, quantity); order is None where none matches
    claims: list = field(default_factory=list)


def read(path):
    """The rows of the source, in its own order."""
    opener = gzip.open if str(path).endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def gather(rows):
    """Sales, returns, and for each code its names and prices, from the rows."""
    sales, returns = {}, {}
    names, prices = defaultdict(Counter), defaultdict(Counter)
    for row in rows:
        ref, sku = row["InvoiceNo"], row["StockCode"].strip().upper()
        quantity = int(row["Quantity"])
        if not (ref.isdigit() or ref.startswith("C")) or not quantity:
            continue
        book = returns if ref.startswith("C") else sales
        if ref not in book:
            at = datetime.strptime(row["InvoiceDate"], "%Y-%m-%d %H:%M")
            book[ref] = Order(ref, at, row["CustomerID"], row["Country"])
        lines = book[ref].lines
        price = format(float(row["UnitPrice"]), ".2f")
        lines.append(Line(len(lines) + 1, sku, abs(quantity), price))
        if ref.isdigit() and quantity > 0 and row["Description"].strip():
            names[sku][" ".join(row["Description"].split())] += 1
            prices[sku][price] += 1
        if ref.isdigit() and quantity < 0:
            lines[-1].quantity = 0  # a stock correction: marks the order as unfit
    return sales, returns, names, prices


def match(sales, returns):
    """Find the sale of each returned line, as ``claims`` of the return.

    In time order, a line takes the customer's latest earlier sale of that code with
    at least that quantity left. It is never spread over two sales.
    """
    bought = defaultdict(list)
    for sale in sorted(sales.values(), key=lambda order: (order.at, order.ref)):
        left = Counter()
        for line in sale.lines:
            left[line.sku] += line.quantity
        for sku, quantity in left.items():
            bought[sale.customer, sku].append([sale, quantity])
    for back in sorted(returns.values(), key=lambda order: (order.at, order.ref)):
        for line in back.lines:
            claim = None
            for candidate in reversed(bought[back.customer, line.sku]):
                sale, left = candidate
                if back.customer and sale.at <= back.at and left >= line.quantity:
                    candidate[1] -= line.quantity
                    claim = sale
                    break
            back.claims.append((claim, line.sku, line.quantity))


def is_fit(order):
    """Whether an order can be sold again as it stands in the demo."""
    products = [line for line in order.lines if PRODUCT.match(line.sku)]
    return (
        order.customer
        and order.country in COUNTRIES
        and 0 < len(products) <= MOST_LINES
        and all(
            line.quantity > 0 and float(line.price) > 0 and line.quantity <= MOST_UNITS
            for line in order.lines
        )
        and all(PRODUCT.match(line.sku) or line.sku == POSTAGE for line in order.lines)
    )


def is_whole(back):
    """Whether each line of a return is a product of a fit order of an earlier day."""
    return all(
        PRODUCT.match(sku) and sale and is_fit(sale) and sale.at.date() < back.at.date()
        for sale, sku, _quantity in back.claims
    )


def families(returns):
    """Orders and returns that hang together, as pairs of lists.

    An order with two returns and a return over two orders must come whole, or what
    is left of an order would be wrong.
    """
    touching = defaultdict(list)
    for back in returns.values():
        for ref in {sale.ref for sale, _sku, _quantity in back.claims if sale}:
            touching[ref].append(back)
    seen = set()
    for first in returns.values():
        orders, backs, queue = {}, {}, [first]
        while queue:
            back = queue.pop()
            if back.ref in seen:
                continue
            seen.add(back.ref)
            backs[back.ref] = back
            for sale, _sku, _quantity in back.claims:
                if sale and sale.ref not in orders:
                    orders[sale.ref] = sale
                    queue += touching[sale.ref]
        if orders and all(is_whole(back) for back in backs.values()):
            yield list(orders.values()), list(backs.values())


def shuffle_key(ref):
    """A fixed order that has nothing to do with time, customer or value."""
    return hashlib.sha256(ref.encode()).hexdigest()


def worth(back):
    """What the lines of a return come to."""
    return sum(line.quantity * float(line.price) for line in back.lines)


def kind(orders, backs):
    """What a family has to show, the rarest first."""
    ages = [
        (back.at.date() - sale.at.date()).days
        for back in backs
        for sale, _sku, _quantity in back.claims
    ]
    if any(len({sale.ref for sale, _s, _q in back.claims}) > 1 for back in backs):
        return "over two orders"
    if len(backs) > len(orders):
        return "two returns"
    if max(ages) > 30:
        return "late"
    if max(worth(back) for back in backs) > 450:
        return "costly"
    if orders[0].country != "United Kingdom":
        return "abroad"
    if sum(len(back.lines) for back in backs) > 1:
        return "several lines"
    return "plain"


#: How many orders of each kind, at most; "plain" fills up to RETURNED_ORDERS.
SHARES = {
    "over two orders": 20, "two returns": 18, "late": 16, "costly": 8, "abroad": 16,
    "several lines": 32, "plain": RETURNED_ORDERS,
}  # fmt: skip


def choose_returned(returns):
    """The returned orders and their returns."""
    by_kind = defaultdict(list)
    for orders, backs in families(returns):
        by_kind[kind(orders, backs)].append((orders, backs))
    chosen, chosen_backs = [], []
    for name, share in SHARES.items():
        until = min(len(chosen) + share, RETURNED_ORDERS)
        for orders, backs in sorted(
            by_kind[name], key=lambda family: shuffle_key(family[1][0].ref)
        ):
            if len(chosen) + len(orders) <= until:
                chosen += orders
                chosen_backs += backs
    return chosen, chosen_backs


def choose_kept(sales, returns, chosen):
    """Orders of which nothing came back: half of customers who are here already."""
    touched = {
        sale.ref for back in returns.values() for sale, _s, _q in back.claims if sale
    }
    fit = [
        order for ref, order in sales.items() if ref not in touched and is_fit(order)
    ]
    fit.sort(key=lambda order: shuffle_key(order.ref))
    known = {order.customer for order in chosen}
    wanted = ORDERS - len(chosen)
    kept = [order for order in fit if order.customer in known][: wanted // 2]
    others = [order for order in fit if order.customer not in known]
    abroad = [order for order in others if order.country != "United Kingdom"]
    home = [order for order in others if order.country == "United Kingdom"]
    kept += abroad[: wanted // 6]
    return kept + home[: wanted - len(kept)]


def spread(backs):
    """The lines of returns, each on one line of an order.

    The shop sometimes sold one code on two lines of an invoice; what came back is
    taken from the first of them and then from the next. Two lines of a return for one
    line of an order become one.
    """
    for back in backs:
        for sale, _sku, _quantity in back.claims:
            for line in sale.lines:
                line.left = line.quantity
    for back in sorted(backs, key=lambda back: (back.at, back.ref)):
        taken = Counter()
        for sale, sku, quantity in back.claims:
            for line in sale.lines:
                units = min(quantity, line.left) if line.sku == sku else 0
                line.left -= units
                quantity -= units
                taken[sale.ref, line.number, sku] += units
        for (sale_ref, number, sku), units in taken.items():
            if units:
                yield back.ref, sale_ref, number, sku, units


def write(path, header, rows):
    """One table as CSV."""
    with open(path, "w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    print(f"{path}: {len(rows)} rows")


def main(source, target):
    """Read the source once and write the six tables."""
    sales, returns, names, prices = gather(read(source))
    match(sales, returns)
    orders, backs = choose_returned(returns)
    orders += choose_kept(sales, returns, orders)
    orders.sort(key=lambda order: (order.at, order.ref))
    backs.sort(key=lambda back: (back.at, back.ref))
    skus = sorted({line.sku for order in orders for line in order.lines})
    customers = {order.customer: COUNTRIES[order.country] for order in orders}
    stamp = "%Y-%m-%d %H:%M"
    target.mkdir(parents=True, exist_ok=True)
    write(
        target / "products.csv",
        ["sku", "name", "list_price"],
        [(s, names[s].most_common(1)[0][0], prices[s].most_common(1)[0][0])
         for s in skus],
    )  # fmt: skip
    write(target / "customers.csv", ["customer", "country"], sorted(customers.items()))
    write(
        target / "orders.csv",
        ["order", "at", "customer"],
        [(order.ref, order.at.strftime(stamp), order.customer) for order in orders],
    )
    write(
        target / "order_lines.csv",
        ["order", "line", "sku", "quantity", "unit_price"],
        [(order.ref, line.number, line.sku, line.quantity, line.price)
         for order in orders for line in order.lines],
    )  # fmt: skip
    write(
        target / "returns.csv",
        ["return", "at", "customer"],
        [(back.ref, back.at.strftime(stamp), back.customer) for back in backs],
    )
    write(
        target / "return_lines.csv",
        ["return", "order", "line", "sku", "quantity"],
        list(spread(backs)),
    )


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.split("\n\n")[1])
    here = Path(__file__).resolve().parent
    main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) == 3 else here / "shop")
