"""Every word that the addon stores or compares, in one place."""

from odoo.addons.returns_governance.const import CASE_STATES

__all__ = [
    "BASES",
    "CASE_STATES",
    "DIMENSIONS",
    "GAP_KINDS",
    "GOODS_GAPS",
    "MIXES",
]

# What a slice is cut by: its code in the summaries, and the column of the facts.
DIMENSIONS = {
    "total": None,
    "product": "product_id",
    "category": "categ_id",
    "channel": "channel_id",
    "country": "country_id",
    "supplier": "supplier_id",
    "carrier": "carrier_id",
    "node": "warehouse_id",
}
DIMENSION = [
    ("total", "All"),
    ("product", "Product"),
    ("category", "Category"),
    ("channel", "Channel"),
    ("country", "Country"),
    ("supplier", "Supplier"),
    ("carrier", "Carrier"),
    ("node", "Node"),
]
# What the units of a slice are told apart by.
MIXES = {"none": None, "reason": "reason_id", "disposition": "disposition_id"}
MIX = [
    ("none", "Nothing"),
    ("reason", "Reason"),
    ("disposition", "Disposition"),
]
# Which month a returned unit counts in; docs/analytics.md has the difference.
BASES = {"period": "requested_on", "cohort": "shipped_on"}

# --- where request, receipt, disposition and money disagree ---------------------------
GAP_KINDS = [
    ("refunded_not_received", "Refunded, not received"),
    ("received_not_refunded", "Received, not refunded"),
    ("received_not_disposed", "Received, not disposed of"),
    ("disposed_not_received", "Disposed of, not received"),
    ("received_not_asked", "Received, not asked for"),
    ("asked_not_received", "Asked for, not received"),
    ("amount_differs", "Amount differs"),
    ("books_differ", "Books differ"),
]
# What the warehouse can settle, and so sees.
GOODS_GAPS = (
    "received_not_disposed",
    "disposed_not_received",
    "received_not_asked",
    "asked_not_received",
)
# Days that a step may take before its open end counts as a gap.
DAYS_TO_ARRIVE = 30
DAYS_TO_DISPOSE = 7
DAYS_TO_REFUND = 2
