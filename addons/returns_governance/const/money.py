"""Money: settlements, payouts, the worth of goods, and other companies."""

ROUNDING = 0  # stands for cash rounding among the taxes of what was paid
BILLS = ("out_invoice", "out_receipt")  # documents that bill a customer
RECEIVABLE = "asset_receivable"  # type of the account of what a customer owes
MONEY_STATES = [
    ("none", "None"),
    ("held", "Held"),
    ("due", "Due"),
    ("partly_settled", "Partly settled"),
    ("settled", "Settled"),
]
SETTLEMENT_KINDS = [
    ("credit_note", "Credit note"),
    ("less_to_invoice", "Less to invoice"),
    ("payout", "Payout"),
    ("channel_paid", "Paid by the channel"),
    ("store_credit", "Store credit"),
    ("prepaid", "Prepayment to give back"),
]
SETTLEMENT_STATES = [
    ("to_post", "To post"),
    ("to_pay", "To pay out"),
    ("paid", "Paid"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
# What an exchange takes off the bill pays the bill of what is sent instead: nothing
# goes back for it.
PREPAID_KEPT = ("exchange",)
OUTBOX_KINDS = [("post", "Post the credit note"), ("payout", "Payout")]
OUTBOX_STATES = [
    ("waiting", "Waiting"),
    ("sending", "Sending"),
    ("pending", "With the provider"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("unknown", "Outcome unknown"),
    ("by_hand", "By hand instead"),
    ("dropped", "Not needed any more"),
]
# Payouts that may have gone out and are in no book yet.
PAYOUT_SENT = ("sending", "pending", "unknown")
# Payouts that nobody else may pay meanwhile.
PAYOUT_ON_ITS_WAY = ("waiting", *PAYOUT_SENT)
CREDIT_KINDS = [
    ("return", "Return"),
    ("correction", "Correction"),
    ("goodwill", "Goodwill"),
]
# What a credit note of a governed order is for, as Odoo's own dialog asks.
CREDIT_CHOICES = [
    ("return", "A return: the goods come back, or have come back"),
    ("goodwill", "Goodwill: credit without goods, which finance gives"),
    ("document", "A draft that waits until a return has released it"),
]
TENDERS = [
    ("original", "Original payment"),
    ("card", "Card"),
    ("bank", "Bank transfer"),
    ("voucher", "Voucher"),
    ("cash", "Cash"),
    ("store_credit", "Store credit"),
    ("other", "Other"),
]
# Which of several payments gives money back first; the key lists what roles rank as.
TENDER_ORDERS = [
    (
        "provider,voucher,hand",
        "Cards and online payments, then vouchers, then what is paid by hand",
    ),
    (
        "voucher,provider,hand",
        "Vouchers, then cards and online payments, then what is paid by hand",
    ),
    (
        "hand,provider,voucher",
        "What is paid by hand, then cards and online payments, then vouchers",
    ),
    (
        "hand,voucher,provider",
        "What is paid by hand, then vouchers, then cards and online payments",
    ),
]
TENDER_AGES = [
    ("oldest", "The oldest payment first"),
    ("newest", "The newest payment first"),
]
SHIPPING_RULES = [
    ("never", "Never"),
    ("withdrawal", "With the withdrawal from the whole order"),
    ("always", "Always"),
]
FEE_KINDS = [
    ("return_shipping", "Return shipping"),
    ("restocking", "Restocking"),
    ("inspection", "Inspection"),
    ("repackaging", "Repackaging"),
    ("handling", "Handling"),
]
FEE_MODES = [
    ("fixed", "Amount"),
    ("percent", "Percent of the refund"),
    ("per_parcel", "Amount for each parcel"),
]
WRITE_DOWN_STATES = [
    ("waiting", "Waits for approval"),
    ("refused", "Refused"),
    ("to_post", "To post"),
    ("posted", "In the books"),
    ("reversed", "Reversed"),
]
# Of these units an allowance stands, or will.
WRITE_DOWN_STANDING = ("waiting", "to_post", "posted")
WRITE_DOWN_BASES = [
    ("list", "Percent of the sales price"),
    ("cost", "Percent of the cost"),
    ("fixed", "Amount for each unit"),
]
# A later measurement: its difference is booked, or waits, or is given up.
WRITE_DOWN_MEASURES = [
    ("booked", "In force"),
    ("waiting", "Waits for approval"),
    ("refused", "Refused"),
    ("overtaken", "The goods left"),
]
WRITE_DOWN_ENDS = [
    ("sold", "Sold"),
    ("scrapped", "Scrapped or lost"),
    ("vendor", "Sent to the vendor"),
    ("restocked", "Back to sellable stock"),
    ("rerouted", "Given another disposition"),
    ("corrected", "Its disposition was taken back"),
    ("moved", "Moved to another place"),
    ("measured", "Still there: measured again"),
    ("left", "Left the company in another way"),
]
HANDOVER_STATES = [
    ("draft", "To confirm"),
    ("done", "Handed over"),
    ("reversed", "Taken back"),
]
TRANSFER_BASES = [
    ("cost", "Percent of the cost"),
    ("pricelist", "Pricelist"),
]
# When a payment that a person has booked is money that came in.
PAYMENT_PROOFS = [
    (
        "four_eyes",
        "Once it is matched with the bank, or another controller has confirmed it",
    ),
    ("booked", "As soon as it is booked"),
]
