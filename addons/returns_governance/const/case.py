"""The return itself: its states, its goods and what is asked for."""

# The case: changed only through the door in flow/step.py.
CASE_STATES = [
    ("draft", "Draft"),
    ("requested", "Requested"),
    ("to_approve", "To approve"),
    ("authorised", "Authorised"),
    ("closed", "Closed"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
]
TRANSITIONS = {
    "draft": ("requested", "cancelled"),
    "requested": ("to_approve", "authorised", "rejected", "cancelled"),
    "to_approve": ("authorised", "rejected", "cancelled"),
    "authorised": ("closed", "cancelled", "expired"),
    "closed": ("authorised",),
    "rejected": ("authorised",),
    "cancelled": ("authorised",),
    "expired": ("authorised", "cancelled"),
}
OPEN_CASE_STATES = ("requested", "to_approve", "authorised")
# States in which a line no longer claims the units that it asked for.
DEAD_CASE_STATES = ("rejected", "cancelled", "expired")
# Stored computes over the rows of the return; MONEY_STATES (money.py) likewise.
GOODS_STATES = [
    ("none", "None"),
    ("announced", "Announced"),
    ("in_transit", "In transit"),
    ("partly_received", "Partly received"),
    ("received", "Received"),
    ("inspected", "Inspected"),
    ("disposed", "Disposed"),
]
RESOLUTIONS = [
    ("refund", "Refund"),
    ("exchange", "Exchange"),
    ("store_credit", "Store credit"),
    ("repair", "Repair"),
    ("replacement", "Replacement"),
]
# The resolutions whose work is there. Any other is refused until it is built.
# A bridge adds its own (returns.order.line._resolutions_built).
RESOLUTIONS_BUILT = ("refund", "exchange", "repair", "replacement")
# Resolutions that credit what was paid, and those for which goods go out.
CREDITED = ("refund", "exchange", "store_credit")
SENT = ("exchange", "replacement")
# What becomes of goods that came for repair; they stay the customer's.
REPAIR_OUTCOMES = [
    ("repaired", "Repaired"),
    ("not_repaired", "Could not be repaired"),
]
# What the customer can get instead, where a repair fails or takes too long.
AFTER_REPAIR = [
    ("refund", "Refund"),
    ("replacement", "Replacement"),
]
# What becomes of goods for repair, and the states in which they may lie.
REPAIR_DISPOSITIONS = ("refurbish", "quarantine", "return_to_customer")
REPAIR_STATES = ("inspection", "refurbish", "quarantine")
RELEASE_RULES = [
    ("request", "On request"),
    ("carrier_scan", "On carrier scan"),
    ("receipt", "On receipt"),
    ("inspection", "On inspection"),
    ("vendor_credit", "On vendor credit"),
    ("manual", "By hand"),
]
CAUSE_CLASSES = [
    ("product_quality", "Product quality"),
    ("listing_accuracy", "Listing accuracy"),
    ("fulfilment_error", "Fulfilment error"),
    ("packaging", "Packaging"),
    ("carrier", "Carrier"),
    ("customer_behaviour", "Customer behaviour"),
]
CARRIER_STATUSES = [
    ("label_created", "Label created"),
    ("accepted", "Accepted by the carrier"),
    ("in_transit", "In transit"),
    ("out_for_delivery", "Out for delivery"),
    ("delivered", "Delivered"),
    ("exception", "Exception"),
    ("lost", "Lost"),
    ("returned_to_sender", "Returned to sender"),
]
# Statuses that prove that the carrier has had the parcel in its hands.
CARRIER_HAS_IT = (
    "accepted",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "returned_to_sender",
)
RECEIPT_KINDS = [
    ("expected", "Expected"),
    ("over", "More than expected"),
    ("wrong_item", "Wrong item"),
    ("not_authorised", "Not authorised"),
]
# What the screens say is next, in the words of the steps.
NEXT_STEPS = [
    ("request", "Submit"),
    ("authorise", "Authorise"),
    ("parcel", "Wait for the parcel"),
    ("receive", "Receive"),
    ("inspect", "Inspect"),
    ("route", "Route"),
    ("settle", "Refund"),
    ("send", "Send the exchange"),
    ("repair", "Repair"),
    ("send_back", "Send back what was repaired"),
    ("none", "Nothing"),
]
DISPOSITION_REFUND_EFFECT = [
    ("full", "Refund as owed"),
    ("none", "No refund"),
]
ORDER_SOURCE = [
    ("user", "Back office"),
    ("api", "Interface"),
    ("receipt", "Parcel"),
]
DECISION_STAGE = [
    ("eligibility", "Eligibility"),
    ("disposition", "Disposition"),
]
# Goods that go out for what comes back.
EXCHANGE_KINDS = [("exchange", "Exchange"), ("replacement", "Replacement")]
EXCHANGE_STATES = [
    ("waiting", "Waits for stock"),
    ("held", "Held"),
    ("released", "To send"),
    ("sent", "Sent"),
    ("freed", "Freed"),
]
# What a rule says of sending before the goods are back, and of what never comes.
ADVANCE_RULES = [
    ("none", "When the refund would go"),
    ("charge", "At once; charged if nothing comes back"),
    ("escalate", "At once; a person is told if nothing comes back"),
]
# What can hold back a refund without the goods (engine/returnless.py).
RETURNLESS_LIMITS = [
    ("value", "The worth of one case"),
    ("cases", "The number of cases in a month"),
    ("month_value", "The worth in a month"),
]
DISPOSITION_KINDS = [
    ("restock", "Restock"),
    ("refurbish", "Refurbish"),
    ("liquidate", "Liquidate"),
    ("return_to_vendor", "Return to vendor"),
    ("quarantine", "Quarantine"),
    ("donate", "Donate"),
    ("recycle", "Recycle"),
    ("destroy", "Destroy"),
    ("keep_with_customer", "Keep with customer"),
    ("return_to_customer", "Send back to the customer"),
]
EXPECTED_WHERE = [
    ("carrier", "On the way"),
    ("customer", "With the customer"),
]
