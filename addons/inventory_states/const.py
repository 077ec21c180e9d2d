"""Codes that the whole addon shares: states, errors and keys of the context."""

SELLABLE = "sellable"
RESERVED = "reserved"
IN_TRANSIT = "in_transit"
INSPECTION = "inspection"
REFURBISH = "refurbish"
DAMAGED = "damaged"
QUARANTINE = "quarantine"
WRITE_OFF = "write_off"
OUTSIDE = "outside"

#: The eight states of the house, in the order in which screens show them.
STATE_CODES = (
    SELLABLE,
    RESERVED,
    IN_TRANSIT,
    INSPECTION,
    REFURBISH,
    DAMAGED,
    QUARANTINE,
    WRITE_OFF,
)

STORED = "stored"
DERIVED = "derived"
EXTERNAL = "outside"

#: Uses of a place that lie outside the company.
OUTSIDE_USAGES = ("supplier", "customer", "inventory", "production")
#: Outside places to which goods that are not available may always go.
DISPOSAL_USAGES = ("supplier", "inventory")

ERROR_TRANSITION = "STATE_TRANSITION"
ERROR_GUARDED = "GUARDED_FIELD"
ERROR_APPEND_ONLY = "APPEND_ONLY"

#: Context: the collector that gathers what the quants did (see ``ledger.py``).
KEY_LEDGER = "inventory_state_ledger"
#: Context: the permit of one creation of ledger rows or reversing lines.
KEY_PERMIT = "inventory_state_permit"
#: Context: count the available places only (see ``product_product.py``).
KEY_AVAILABLE = "inventory_state_available_only"
#: Context: the moment of an "as of" report.
KEY_AS_OF = "inventory_state_as_of"
AGE_BANDS = [
    ("00", "Today"),
    ("01", "1 to 3 days"),
    ("04", "4 to 7 days"),
    ("08", "8 to 14 days"),
    ("15", "15 to 30 days"),
    ("31", "More than 30 days"),
]

# What the reports of the stock by state read, for every one of them (`_depends`).
REPORT_DEPENDS = {
    "stock.quant": [
        "product_id",
        "location_id",
        "lot_id",
        "owner_id",
        "quantity",
        "reserved_quantity",
    ],
    "stock.location": ["company_id", "effective_state_id", "warehouse_id"],
    "product.product": ["standard_price"],
    "inventory.state.change": ["quantity"],
}

#: An edition of the table of state changes.
TABLE_STATES = [
    ("draft", "Draft"),
    ("published", "Published"),
    ("retired", "Replaced"),
]
ERROR_TABLE = "TABLE_IMMUTABLE"

#: What becomes of a place from before the states.
ADOPT = "adopt"
LEAVE = "leave"
ADOPTION_WAYS = [(ADOPT, "Take it over"), (LEAVE, "Leave as it is")]
#: How far the dialog that takes places over has got.
CHOOSE = "choose"
PREVIEW = "preview"
DONE = "done"
ADOPTION_STEPS = [(CHOOSE, "Choose"), (PREVIEW, "Preview"), (DONE, "Result")]
