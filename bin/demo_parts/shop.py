"""The sample shop as Python objects. See `data/README.md` for where it comes from."""

import csv
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

SHOP = Path(__file__).resolve().parents[2] / "data" / "shop"
POSTAGE = "POST"


@dataclass(frozen=True)
class Product:
    """A product; `price` is the list price in pounds without tax."""

    sku: str
    name: str
    price: float


@dataclass(frozen=True)
class Line:
    """A line of an order."""

    number: int
    sku: str
    quantity: int
    price: float


@dataclass
class Order:
    """An order by the shop's invoice number."""

    ref: str
    at: datetime
    customer: str
    lines: list = field(default_factory=list)


@dataclass(frozen=True)
class BackLine:
    """What came back of one line of an order."""

    order: str
    number: int
    sku: str
    quantity: int


@dataclass
class Back:
    """A return by the shop's credit number."""

    ref: str
    at: datetime
    customer: str
    lines: list = field(default_factory=list)


@dataclass
class Shop:
    """All tables."""

    products: dict
    customers: dict
    orders: dict
    returns: dict


def table(name, folder=SHOP):
    """The rows of one file."""
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def lines_of(name, key, make):
    """The rows of a table of lines, by what they belong to."""
    lines = defaultdict(list)
    for row in table(name):
        lines[row[key]].append(make(row))
    return lines


def read():
    """The whole shop, with the dates that it has in the files."""
    sold = lines_of(
        "order_lines",
        "order",
        lambda row: Line(
            int(row["line"]),
            row["sku"],
            int(row["quantity"]),
            float(row["unit_price"]),
        ),
    )
    back = lines_of(
        "return_lines",
        "return",
        lambda row: BackLine(
            row["order"], int(row["line"]), row["sku"], int(row["quantity"])
        ),
    )

    def at(row):
        return datetime.fromisoformat(row["at"])

    return Shop(
        products={
            row["sku"]: Product(row["sku"], row["name"], float(row["list_price"]))
            for row in table("products")
        },
        customers={row["customer"]: row["country"] for row in table("customers")},
        orders={
            row["order"]: Order(
                row["order"], at(row), row["customer"], sold[row["order"]]
            )
            for row in table("orders")
        },
        returns={
            row["return"]: Back(
                row["return"], at(row), row["customer"], back[row["return"]]
            )
            for row in table("returns")
        },
    )
