"""What the shop did not record, drawn with a fixed seed.

Each draw has its own generator, seeded by what it is about, so that it does not depend
on the order of the calls: two runs, or one run from several clients, draw the same.
"""

import random
from dataclasses import dataclass

SEED = "returns-governance"

CHANNELS = {"web": 40, "marketplace": 20, "store": 14, "b2b": 14, "phone": 12}
#: The release rule that the policy of each channel has in the demo.
RELEASE = {
    "web": "inspection",
    "marketplace": "carrier_scan",
    "store": "request",
    "b2b": "receipt",
    "phone": "manual",
}
#: Channels that may say that the customer asked earlier than now.
TRUSTED = ("web", "marketplace")
PAYMENTS = {"bank": 44, "online": 36, "unpaid": 12, "not_invoiced": 8}
#: Tax of a product: most at the standard rate, some with the tax in the price.
TAXES = {"standard": 62, "reduced": 12, "zero": 14, "included": 12}
REASONS = {
    "defective": 14,
    "damaged_in_transit": 16,
    "wrong_item": 10,
    "not_as_described": 14,
    "size_fit": 8,
    "changed_mind": 26,
    "late_delivery": 6,
    "missing_parts": 6,
}
CONDITIONS = {"A": 54, "B": 20, "C": 12, "D": 10, "X": 4}
CARRIERS = ("UPS", "DHL", "Royal Mail")
SUPPLIERS = {"Potter and Sons": 45, "Eastern Trading": 35, "Glass House": 20}
#: A product's category, by the first word of its name that says one.
CATEGORIES = {
    "Christmas": ("CHRISTMAS", "XMAS", "ADVENT", "REINDEER", "SANTA"),
    "Lights and candles": ("LIGHT", "LIGHTS", "LANTERN", "CANDLE", "LAMP", "T-LIGHT"),
    "Bags": ("BAG", "BAGS", "SHOPPER", "PURSE", "RUCKSACK"),
    "Kitchen": (
        "CAKE", "MUG", "CUP", "BOWL", "PLATE", "TEA", "KITCHEN", "JAR", "TIN", "TINS",
        "TRAY", "CUTLERY", "LUNCH", "SPOON", "BOTTLE", "COFFEE", "BAKING", "CAKESTAND",
    ),
    "Paper and pens": (
        "CARD", "CARDS", "PAPER", "WRAP", "PEN", "PENCIL", "PENCILS", "STATIONERY",
        "NOTEBOOK", "STICKERS", "ENVELOPES", "NAPKINS",
    ),
    "Toys": ("TOY", "TOYS", "DOLL", "GAME", "SOLDIER", "BALLOONS", "SKITTLES"),
}  # fmt: skip
OTHER_CATEGORY = "Decoration"
#: Products that customers put into a parcel by mistake; all are in the sample shop.
STRANGERS = ("22423", "84879", "85123A", "47566")
#: How the goods of an authorised return arrive.
ARRIVALS = {
    "whole": 64,
    "short": 10,
    "over": 6,
    "wrong": 6,
    "unmatched": 5,
    "on its way": 5,
    "waiting": 4,
}


def draw(about, *key):
    """A generator of its own for one draw."""
    return random.Random(":".join([SEED, about, *map(str, key)]))


def pick(weights, about, *key):
    """One of the keys of a dictionary of weights."""
    return draw(about, *key).choices(list(weights), list(weights.values()))[0]


def chance(percent, about, *key):
    """True in so many of a hundred cases."""
    return draw(about, *key).random() * 100 < percent


def channel(customer):
    """Where a customer buys; one channel each, so that a return has only one."""
    return pick(CHANNELS, "channel", customer)


def warehouse(customer):
    """0 or 1: which of the two warehouses serves a customer."""
    return pick({0: 65, 1: 35}, "warehouse", customer)


def payment(order):
    """How an order is paid, if it is."""
    return pick(PAYMENTS, "payment", order)


def discount(order, number):
    """Percent off a line."""
    return 10.0 if chance(8, "discount", order, number) else 0.0


def tax(sku):
    """The tax of a product, by the names of `TAXES`."""
    return pick(TAXES, "tax", sku)


def cost(product):
    """What a product costs the shop: about half its price, to the penny."""
    share = 0.4 + 0.2 * draw("cost", product.sku).random()
    return max(round(product.price * share, 2), 0.05)


def category(name):
    """What kind of goods a product is; the shop had no categories."""
    words = name.upper().split()
    return next(
        (kind for kind, known in CATEGORIES.items() if set(words) & set(known)),
        OTHER_CATEGORY,
    )


def supplier(sku):
    """The name of the first vendor of a product."""
    return pick(SUPPLIERS, "supplier", sku)


def carrier(order):
    """Who took an order to the customer."""
    return draw("carrier out", order).choice(CARRIERS)


def rises(sku):
    """Whether a product is bought a second time, dearer; so its cost is a mean."""
    return chance(25, "rise", sku)


def reason(back, line):
    """Why a line came back."""
    return pick(REASONS, "reason", back.ref, line.order, line.number)


def grades(units, *key):
    """The units of a line by the condition found: one condition, or two."""
    first = pick(CONDITIONS, "grade", *key)
    if units < 2 or not chance(35, "mixed", *key):
        return {first: units}
    other = pick({**CONDITIONS, first: 0}, "second grade", *key)
    part = draw("part", *key).randint(1, units - 1)
    return {first: units - part, other: part}


@dataclass(frozen=True)
class Story:
    """How a return goes on, beyond what the shop recorded."""

    channel: str
    arrival: str
    repeated: bool
    parcels: int
    own_label: bool
    cancelled_rest: bool
    inspected: bool
    sent_anyway: bool
    overridden: bool


def story(back):
    """The story of one return."""
    units = sum(line.quantity for line in back.lines)
    return Story(
        channel=channel(back.customer),
        arrival=pick(ARRIVALS, "arrival", back.ref),
        repeated=chance(20, "repeated", back.ref),
        parcels=2 if units > 1 and chance(30, "parcels", back.ref) else 1,
        own_label=chance(40, "own label", back.ref),
        cancelled_rest=chance(50, "rest", back.ref),
        inspected=not chance(4, "not inspected", back.ref),
        sent_anyway=chance(30, "anyway", back.ref),
        overridden=chance(6, "overridden", back.ref),
    )
