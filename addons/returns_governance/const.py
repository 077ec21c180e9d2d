"""Every state, code and event name of the addon, in one place.

Python and tests take their words from here, so that a typing error is an
ImportError and the architecture tests can compare the screens with this list.
"""

# --- the case: changed only through the door in flow/step.py ------------------------
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

# --- goods and money: stored computes over the rows ----------------------------------
GOODS_STATES = [
    ("none", "None"),
    ("announced", "Announced"),
    ("in_transit", "In transit"),
    ("partly_received", "Partly received"),
    ("received", "Received"),
    ("inspected", "Inspected"),
    ("disposed", "Disposed"),
]
MONEY_STATES = [
    ("none", "None"),
    ("held", "Held"),
    ("due", "Due"),
    ("partly_settled", "Partly settled"),
    ("settled", "Settled"),
]

RESOLUTIONS = [
    ("refund", "Refund"),
    ("exchange", "Exchange"),
    ("store_credit", "Store credit"),
    ("repair", "Repair"),
    ("replacement", "Replacement"),
]
# The resolutions whose work is there. Any other is refused until it is built.
RESOLUTIONS_BUILT = ("refund",)

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
SETTLEMENT_KINDS = [
    ("credit_note", "Credit note"),
    ("less_to_invoice", "Less to invoice"),
    ("payout", "Payout"),
    ("channel_paid", "Paid by the channel"),
]
SETTLEMENT_STATES = [
    ("to_post", "To post"),
    ("to_pay", "To pay out"),
    ("paid", "Paid"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
OUTBOX_KINDS = [("post", "Post the credit note"), ("payout", "Payout")]
OUTBOX_STATES = [
    ("waiting", "Waiting"),
    ("sending", "Sending"),
    ("pending", "With the provider"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("unknown", "Outcome unknown"),
]
CREDIT_KINDS = [
    ("return", "Return"),
    ("correction", "Correction"),
    ("goodwill", "Goodwill"),
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

# --- what the screens say is next, in the words of the steps -------------------------
NEXT_STEPS = [
    ("request", "Submit"),
    ("authorise", "Authorise"),
    ("parcel", "Wait for the parcel"),
    ("receive", "Receive"),
    ("inspect", "Inspect"),
    ("route", "Route"),
    ("settle", "Refund"),
    ("none", "Nothing"),
]

# --- events: what returns.event and api_changes say ----------------------------------
EVENTS = [
    ("requested", "Requested"),
    ("authorised", "Authorised"),
    ("refused", "Refused"),
    ("overridden", "Let in by a supervisor"),
    ("needs_review", "Needs review"),
    ("approved", "Approved"),
    ("approval_refused", "Approval refused"),
    ("label_issued", "Label issued"),
    ("carrier_scan", "Carrier scan"),
    ("received", "Received"),
    ("matched", "Matched"),
    ("inspected", "Inspected"),
    ("routed", "Routed"),
    ("released", "Released by hand"),
    ("due", "Refund due"),
    ("settled", "Settled"),
    ("payout", "Payout"),
    ("corrected", "Corrected"),
    ("exception_raised", "Exception raised"),
    ("exception_cleared", "Exception cleared"),
    ("closed", "Closed"),
    ("reopened", "Opened again"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
    ("erased", "Personal data erased"),
]

# --- codes that callers may rely on (docs/api.md) -------------------------------------
ERROR_CODES = (
    "BAD_REQUEST",
    "CHANNEL_UNKNOWN",
    "ORDER_NOT_FOUND",
    "ORDER_AMBIGUOUS",
    "LINE_UNKNOWN",
    "LINE_AMBIGUOUS",
    "QUANTITY_INVALID",
    "QUANTITY_EXCEEDS_RETURNABLE",
    "QUANTITY_EXCEEDS_RECEIVED",
    "REASON_UNKNOWN",
    "RESOLUTION_NOT_ALLOWED",
    "RETURN_NOT_ELIGIBLE",
    "EVIDENCE_REQUIRED",
    "EVIDENCE_INVALID",
    "TIME_INVALID",
    "REFERENCE_CONFLICT",
    "RETURN_UNKNOWN",
    "RETURN_STATE",
    "TRACKING_UNKNOWN",
    "WAREHOUSE_UNKNOWN",
    "LOT_UNKNOWN",
    "CONDITION_UNKNOWN",
    "DISPOSITION_UNKNOWN",
    "DISPOSITION_NOT_ALLOWED",
    "APPROVAL_REQUIRED",
    "SELF_APPROVAL",
    "REFUND_GATE",
    "REFUND_EXCEEDS_PAID",
    "STATE_TRANSITION",
    "GUARDED_FIELD",
    "POLICY_IMMUTABLE",
    "APPEND_ONLY",
    "ACCESS_DENIED",
    "CURSOR_INVALID",
    "BATCH_TOO_LARGE",
    "BUSY",
    "OUTSIDE_ROLLOUT",
)
EXCEPTION_CODES = [
    ("not_authorised", "Goods not authorised"),
    ("overpaid_by_channel", "Overpaid by the channel"),
    ("over_receipt", "More received than expected"),
    ("short_receipt", "Less received than expected"),
    ("wrong_item", "Wrong item"),
    ("serial_mismatch", "Serial number does not match"),
    ("unmatched_parcel", "Parcel without a return"),
    ("weight_mismatch", "Weight does not match"),
    ("parcel_lost", "Parcel lost"),
    ("inspection_overdue", "Inspection overdue"),
    ("refund_overdue", "Refund overdue"),
    ("gate_breached", "Paid before the gate was open"),
    ("unexplained_credit", "Credit without a return"),
    ("posting_failed", "Posting failed"),
    ("payout_failed", "Payout failed"),
    ("payout_unknown", "Payout: outcome unknown"),
    ("message_failed", "Message failed"),
    ("approval_overdue", "Approval overdue"),
]
# Exceptions that hold the money of the return (engine/release.py: `blocked`).
HOLDING_EXCEPTIONS = ("serial_mismatch", "weight_mismatch")
APPROVAL_STATE = [
    ("open", "To decide"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("withdrawn", "No longer needed"),
]
APPROVAL_KIND = [
    ("refund", "Refund above the limit"),
    ("state_change", "Change of the state of stock"),
]
EXCEPTION_STATE = [
    ("open", "Open"),
    ("closed", "Cleared"),
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
POLICY_RULE_EXPIRY = [
    ("days", "Days"),
    ("never", "Never"),
]
POLICY_RULE_ROUTE_BY_HUMAN = [
    ("yes", "A person"),
    ("no", "The policy"),
]
POLICY_RULE_EVIDENCE = [
    ("images", "Photos"),
    ("none", "None"),
]
POLICY_RULE_APPROVAL = [
    ("above", "Above an amount"),
    ("never", "Never"),
]
POLICY_RULE_WINDOW = [
    ("days", "Days"),
    ("unlimited", "No limit"),
]
POLICY_VERSION_STATE = [
    ("draft", "Draft"),
    ("published", "Published"),
    ("retired", "Retired"),
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
]
EXPECTED_WHERE = [
    ("carrier", "On the way"),
    ("customer", "With the customer"),
]
SHIPPING_RULES = [
    ("never", "Never"),
    ("withdrawal", "With the withdrawal from the whole order"),
    ("always", "Always"),
]

# --- master data: what has an owner, and what can be missing -------------------------
DATA_KINDS = [
    ("product", "Products and their return data"),
    ("condition", "Conditions"),
    ("reason", "Reasons"),
    ("disposition", "Dispositions"),
    ("place", "Places of the states"),
    ("channel", "Channels"),
    ("policy", "Policies"),
    ("finance", "Financial mappings"),
    ("people", "Roles and messages"),
]
GAP_SEVERITIES = [
    ("stops", "Stops a return"),
    ("disturbs", "Disturbs"),
]
SETUP_GAPS = [
    ("channel_none", "No channel"),
    ("channel_policy", "Channel without a policy in force"),
    ("reason_none", "No reason"),
    ("reason_cause", "Reason without a root cause"),
    ("condition_none", "No condition"),
    ("condition_disposition", "Condition without a disposition in the policy"),
    ("disposition_none", "No disposition"),
    ("disposition_state", "Disposition without a state"),
    ("disposition_account", "Written-off goods without an account"),
    ("disposition_place", "Warehouse without a place for a disposition"),
    ("warehouse_none", "Company without a warehouse"),
    ("warehouse_state", "Warehouse without a place for a state"),
    ("product_category", "Product without a category"),
    ("product_weight", "Product without a weight"),
    ("product_code", "Product without a reference or barcode"),
    ("product_untracked", "Product whose stock is not counted"),
    ("product_lots", "Product whose lots are no longer tracked"),
    ("journal_refund", "No journal for credit notes"),
    ("account_receivable", "No receivable account"),
    ("account_income", "Category without an income account"),
    ("provider_refund", "Payment provider that cannot refund"),
    ("sequence_none", "No numbers for returns"),
    ("role_nobody", "Role that nobody holds"),
    ("user_no_role", "Colleague who cannot see returns"),
    ("mail_server", "No outgoing mail server"),
    ("owner_none", "Master data without an owner"),
]
SETUP_STEPS = [
    ("company", "Company"),
    ("warehouse", "Warehouse and its places"),
    ("accounts", "Accounts"),
    ("roles", "Roles"),
    ("channel", "Channels"),
    ("reason", "Reasons"),
    ("policy", "Policy in force"),
    ("trial_order", "Something sold"),
    ("trial_return", "First return"),
]

# --- rollout: what is governed already, and what was decided without acting ----------
ROLLOUT_STATES = [
    ("planned", "Planned"),
    ("shadow", "Shadow"),
    ("open", "Open"),
    ("closed", "Closed"),
]
ROLLOUT_KPIS = [
    ("return_rate", "Units returned of units delivered (%)"),
    ("refund_days", "Days from goods back to refund"),
    ("inspection_days", "Days from goods back to inspection"),
    ("refund_sum", "Refunds in 30 days"),
    ("restocked", "Returned units back for sale (%)"),
    ("exceptions", "Exceptions in 30 days"),
]
SHADOW_KINDS = [
    ("goods", "Goods taken back"),
    ("credit", "Credit note"),
]
SHADOW_DIFFERENCES = [
    ("same", "As the policy would"),
    ("refused", "The policy would have refused"),
    ("waited", "The money would have waited"),
    ("approval", "A second person would have decided"),
    ("amount", "Another amount"),
    ("no_policy", "No policy in force"),
]
