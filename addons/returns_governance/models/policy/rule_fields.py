"""Every field of a rule: what it can ask for, and what it can give.

The engine's rule, the fingerprint, the sentence, the warnings and a rule's file are all
made from these tables, so that a field which stands here is never forgotten in one.

===============  =================================================================
table            holds
===============  =================================================================
``LISTS``        conditions that name records
``RANGES``       conditions with a lower and an upper end
``FLAGS``        conditions that are yes or no
``CHOICES``      conditions with one word of a list
``GIVEN``        outcomes: the field that sets each, and the fields that go with it
``PARTS``        lists below a rule, with the fields of their rows
===============  =================================================================
"""

from dataclasses import dataclass

# An archived record still counts, and none may be deleted: a list that lost its last
# record would ask for nothing any more, and the rule would fit everything.
WHOLE = {"ondelete": "restrict", "context": {"active_test": False}}


def _ids(records):
    return tuple(sorted(records.ids))


def _codes(records):
    return tuple(sorted(records.mapped("code")))


def _texts(records):
    """Ids as text, for facts of which a line has several (`returns.facts`)."""
    return tuple(sorted(str(i) for i in records.ids))


def _state_codes(states):
    return tuple(sorted(f"{s.country_id.code}-{s.code}" for s in states))


# --- what a rule asks for -------------------------------------------------------------
# field -> (fact, operator, how its records become the values that facts have)
LISTS = {
    "channel_ids": ("channel", "in", _codes),
    "company_ids": ("company", "in", _ids),
    "country_ids": ("country", "in", _codes),
    "country_state_ids": ("country_state", "in", _state_codes),
    "product_ids": ("product", "in", _ids),
    "category_ids": ("categories", "under", _texts),
    "tag_ids": ("tags", "in", _texts),
    "reason_ids": ("reason", "in", _codes),
    "condition_ids": ("condition", "in", _codes),
    "segment_ids": ("segment", "in", _texts),
    "node_ids": ("node", "in", _ids),
}
# (field of the lower end, field of the upper end) -> fact
RANGES = {
    ("value_min", "value_max"): "value",
    ("order_value_min", "order_value_max"): "order_value",
    ("cost_min", "cost_max"): "cost",
    ("days_min", "days_max"): "days_since_delivery",
    ("order_date_from", "order_date_to"): "order_date",
    ("delivery_date_from", "delivery_date_to"): "delivered_date",
    ("stock_age_min", "stock_age_max"): "stock_age_days",
}
FLAGS = {"withdrawal": "withdrawal", "on_sale": "on_sale", "sealed": "sealed"}
CHOICES = {"reason_class": "reason_class", "resolution": "resolution"}
CONDITION_FIELDS = (*LISTS, *(end for ends in RANGES for end in ends), *FLAGS, *CHOICES)


# --- what a rule gives ----------------------------------------------------------------
@dataclass(frozen=True)
class Given:
    """How one outcome of the engine stands on a rule.

    :param key: of ``engine.outcomes.OUTCOMES``
    :param field: what says that the rule sets it
    :param how: the method ``_given_<how>`` of the rule that makes the engine's value
    :param amount: the number that goes with the choice ``word``
    :param word: see ``amount``
    :param otherwise: the engine's value for any other choice
    :param more: further fields that only this outcome reads
    """

    key: str
    field: str
    how: str
    amount: str = ""
    word: str = ""
    otherwise: object = None
    more: tuple = ()


# The offers that can be ticked -> resolution
OFFERS = {
    "offer_refund": "refund",
    "offer_exchange": "exchange",
    "offer_store_credit": "store_credit",
    "offer_repair": "repair",
    "offer_replacement": "replacement",
}
GIVEN = (
    Given("eligible", "eligible", "flag"),
    Given("window_days", "window", "limit", "window_days", "days"),
    Given("release", "release", "choice"),
    Given("approval_above", "approval", "approval", "approval_above", "above"),
    Given(
        "evidence",
        "evidence",
        "evidence",
        "evidence_images",
        "images",
        more=("evidence_megabytes",),
    ),
    Given("refund_shipping", "refund_shipping", "choice"),
    Given("route_by_human", "route_by_human", "flag"),
    Given("expire_days", "expiry", "limit", "expire_days", "days"),
    Given("resolutions", "offer_refund", "offers", more=(*OFFERS,)[1:]),
    Given("supplier_reason", "supplier_reason", "choice"),
    Given("fees", "fee", "fees"),
    Given("label_mode", "label_mode", "choice"),
    Given("destination", "destination_id", "record"),
    Given(
        "returnless",
        "returnless",
        "returnless",
        more=("returnless_limit", "returnless_per_month", "returnless_month_value"),
    ),
    Given(
        "exchange_bonus", "exchange_bonus", "limit", "exchange_percent", "percent", 0
    ),
    Given("credit_bonus", "credit_bonus", "limit", "credit_percent", "percent", 0),
    Given("advance", "advance", "advance", more=("advance_days",)),
    Given("deductions", "deduction_ids", "deductions"),
    Given("dispositions", "disposition_ids", "dispositions"),
)
# one2many field -> the fields of its rows that say something
PARTS = {
    "disposition_ids": ("condition_id", "disposition_id", "value_min", "value_below"),
    "evidence_ids": ("kind", "count", "megabytes"),
    "fee_ids": ("kind", "mode", "amount"),
    "deduction_ids": ("condition_id", "percent"),
    "level_ids": ("above", "role"),
}
# every field of the rule itself that an outcome reads, each once, without the lists
OUTCOME_FIELDS = tuple(
    name
    for given in GIVEN
    for name in (given.field, given.amount, *given.more)
    if name and name not in PARTS
)
PART_FIELDS = tuple(
    f"{name}.{column}" for name, columns in PARTS.items() for column in columns
)
