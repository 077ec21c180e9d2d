"""Every word that the addon stores or compares, in one place."""

from odoo.addons.returns_governance.const import CASE_STATES, SETUP_GAPS

__all__ = [
    "BASES",
    "CASE_STATES",
    "DIMENSIONS",
    "GAP_KINDS",
    "GOODS_GAPS",
    "MIXES",
    "SETUP_GAPS",
    "UNBOOKED_GAPS",
    "STATEMENT_KINDS",
    "STATEMENT_NATURES",
    "STATEMENT_SECTIONS",
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
    ("prepaid_not_paid", "Not billed, not paid back"),
]
# What the warehouse can settle, and so sees.
GOODS_GAPS = (
    "received_not_disposed",
    "disposed_not_received",
    "received_not_asked",
    "asked_not_received",
)
# What no entry in the books shows: the statement tells it beside them.
UNBOOKED_GAPS = (*GOODS_GAPS, "prepaid_not_paid")
# Days that a step may take before its open end counts as a gap.
DAYS_TO_ARRIVE = 30
DAYS_TO_DISPOSE = 7
DAYS_TO_REFUND = 2

# --- the statement of a period: what explains the ledger ------------------------------
STATEMENT_SECTIONS = [
    ("credit", "Credited to customers"),
    ("money", "What became of the credits"),
    ("payout", "Paid to customers"),
    ("cost", "Cost of goods taken back"),
    ("steps", "Goods on their way"),
]
# Sections of which the ledger has a figure; the steps of goods are not booked.
BOOKED_SECTIONS = ("credit", "money", "payout", "cost")
STATEMENT_NATURES = [
    ("explained", "Explained"),
    ("coming", "Still in time"),
    ("gap", "Gap"),
    # The cost of a gap that is told with its refund: one gap, and not two.
    ("follows", "Cost of a gap"),
]
STATEMENT_KINDS = [
    # explained
    ("received", "Goods received"),
    ("delivery", "Delivery given back"),
    ("fees", "Fees and amounts beside the goods"),
    ("unequal_units", "Units of unequal worth"),
    ("elsewhere", "Settled without a credit note"),
    ("rounding", "Rounding of currencies"),
    ("correction", "Reversed to be issued anew"),
    ("goodwill", "Goodwill"),
    ("outside_rollout", "Not governed yet"),
    ("set_off", "Set off against invoices"),
    ("paid_out", "Paid out"),
    ("exchange", "Exchange difference"),
    ("other_entry", "Settled by another entry"),
    ("paid_for_others", "Paid for other reasons"),
    # gaps, or still in time
    *GAP_KINDS,
    ("quantity_differs", "Quantity differs"),
    ("credit_without_return", "Credit without a return"),
    ("booked_not_paid", "Credited, not paid"),
    ("without_money", "Closed without money"),
    ("paid_not_booked", "Paid, not credited"),
    ("cost_differs", "Cost differs"),
]
EXPLAINED_KINDS = (
    "received",
    "delivery",
    "fees",
    "unequal_units",
    "elsewhere",
    "rounding",
    "correction",
    "goodwill",
    "outside_rollout",
    "set_off",
    "paid_out",
    "exchange",
    "other_entry",
    "paid_for_others",
)
# What a credit meets: all but the last explain it. That one lasts as long as the
# exception that asks finance for a reason.
MET_KINDS = ("set_off", "paid_out", "exchange", "other_entry", "without_money")
# Days until money that is owed on a credit note is late: Article 13 of Directive
# 2011/83/EU gives fourteen, and so do most shops.
DAYS_TO_PAY = 14

# --- what is still to come back: refund liability and right to recover goods ----------
ACCRUAL_STATES = [
    ("draft", "To confirm"),
    ("posted", "Posted"),
    ("cancelled", "Taken back"),
]
#: A month of dispatch is watched for returns so long, in months.
AGE_HORIZON = 12
#: Rates are taken from so many months of dispatch.
HISTORY_MONTHS = 24
#: A category that sent out fewer units has the rates of the whole company.
FEWEST_UNITS = 50
#: The back-test asks what was expected so many months ago.
TEST_MONTHS = 3

# --- profit and loss of a return ------------------------------------------------------
PROFIT_KINDS = [
    ("revenue", "Revenue given back"),
    ("delivery", "Delivery given back"),
    ("goods", "Cost of the goods back"),
    ("fee", "Fees kept"),
    ("exchange", "Billed for goods sent"),
    ("sent", "Cost of goods sent"),
    ("bonus", "Bonus on store credit"),
    ("label", "Label"),
    ("labour", "Labour"),
    ("refurbish", "Refurbishing"),
    ("write_down", "Written down or off"),
    ("recovery", "Earned by selling again"),
    ("vendor", "Credited by the vendor"),
]
LABOUR_STEPS = [
    ("request", "Request"),
    ("receive", "Receive"),
    ("inspect", "Inspect"),
    ("route", "Route"),
    ("refurbish", "Refurbish"),
    ("settle", "Settle"),
]
ACCOUNT_GAPS = [
    ("accrual_account", "No account for returns still to come"),
    ("accrual_journal", "No journal for returns still to come"),
    ("labour_none", "No cost of labour for returns"),
]
