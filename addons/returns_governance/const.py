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
# A bridge adds its own (returns.order.line._resolutions_built).
RESOLUTIONS_BUILT = ("refund", "exchange", "replacement")
# Resolutions that credit what was paid, and those for which goods go out.
CREDITED = ("refund", "exchange", "store_credit")
SENT = ("exchange", "replacement")

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
    ("store_credit", "Store credit"),
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

# --- what the screens say is next, in the words of the steps -------------------------
NEXT_STEPS = [
    ("request", "Submit"),
    ("authorise", "Authorise"),
    ("parcel", "Wait for the parcel"),
    ("receive", "Receive"),
    ("inspect", "Inspect"),
    ("route", "Route"),
    ("settle", "Refund"),
    ("send", "Send the exchange"),
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
    ("level_approved", "Level approved"),
    ("approval_reopened", "Approval opened again"),
    ("escalated", "Escalated"),
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
    ("paid_by_hand", "Paid by hand"),
    ("payout_told", "Outcome of a payout told by a person"),
    ("corrected", "Corrected"),
    ("exception_raised", "Exception raised"),
    ("exception_cleared", "Exception cleared"),
    ("exception_snoozed", "Exception put off"),
    ("exception_breached", "Exception breached"),
    ("closed", "Closed"),
    ("reopened", "Opened again"),
    ("cancelled", "Cancelled"),
    ("expired", "Expired"),
    ("erased", "Personal data erased"),
    ("exported", "Exported for an auditor"),
    ("repair_chosen", "Repair chosen under the legal guarantee"),
    ("written_down", "Written down"),
    ("write_down_reversed", "Write-down reversed"),
    ("goods_held", "Exchange goods held"),
    ("goods_freed", "Exchange goods freed"),
    ("goods_sent", "Exchange goods sent"),
    ("unreturned", "Advance exchange not sent back"),
    ("kept", "Goods stay with the customer"),
    ("not_kept", "Above the limit of refunds without the goods"),
    ("credited", "Store credit given"),
    ("uncredited", "Store credit taken back"),
    ("redated", "Booked on the next open day"),
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
    "UNDER_RECALL",
    "DESTRUCTION_BANNED",
    "OUTSIDE_ROLLOUT",
    "CHECKLIST_REQUIRED",
    "EXCHANGE_HELD",
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
    ("refund_due_soon", "Refund due soon by law"),
    ("under_recall", "Product under recall"),
    ("withdrawal_unmatched", "Withdrawal without a return"),
    ("unreturned_exchange", "Advance exchange not sent back"),
    ("store_credit_spent", "Store credit was spent"),
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
    ("release", "Release by hand"),
    ("override", "Another disposition"),
    ("write_off", "Write-off"),
    ("pay", "Payment by hand"),
    ("goodwill", "Credit without a return"),
    ("destruction", "Destruction of goods that may not be destroyed"),
    ("payout", "Outcome of a payout, told by a person"),
    ("write_down", "Write-down"),
]
# Questions whose answer the money of the return waits for.
HOLDING_APPROVALS = ("refund",)
# Who decides a level, by the end of the role's group: returns_governance.group_<role>.
APPROVAL_ROLES = [
    ("agent", "Agent"),
    ("warehouse_lead", "Warehouse lead"),
    ("finance", "Finance controller"),
    ("manager", "Manager"),
]
# To whom a question goes on that nobody answers; once.
NEXT_ROLE = {
    "agent": "warehouse_lead",
    "warehouse_lead": "manager",
    "finance": "manager",
}
APPROVAL_LEVEL_STATE = [
    ("waiting", "Later"),
    ("open", "To decide"),
    ("approved", "Approved"),
    ("refused", "Refused"),
    ("reopened", "Approved, and asked again since"),
    ("withdrawn", "No longer needed"),
]
DUTY_CONFLICT = [
    ("request_approve", "Requests and approves"),
    ("receive_pay", "Receives and pays"),
    ("write_publish", "Writes rules and publishes them"),
    ("approve_pay", "Approves and pays"),
    ("rights", "Gives rights and has a say in money"),
]
DUTY_STATE = [
    ("open", "Open"),
    ("accepted", "Accepted"),
    ("four_eyes", "Held by four eyes"),
]
EXCEPTION_STATE = [
    ("open", "Open"),
    ("closed", "Cleared"),
]
EXCEPTION_SEVERITY = [
    ("low", "Low"),
    ("medium", "Medium"),
    ("high", "High"),
    ("critical", "Critical"),
]
EXCEPTION_ENDED = [
    ("gone", "The cause is gone"),
    ("by_hand", "By hand, the cause was gone"),
    ("accepted", "By hand, though the cause stands"),
]
EXPORT_FORMAT = [
    ("xlsx", "A workbook: returns, lines and money"),
    ("json", "JSON, as programs read it"),
]
BULK_OUTCOME = [
    ("done", "Done"),
    ("refused", "Refused"),
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
    ("files", "As listed"),
    ("none", "None"),
]
POLICY_RULE_APPROVAL = [
    ("above", "Above an amount"),
    ("levels", "By levels"),
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
# --- goods that go out for what comes back ------------------------------------------
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
# --- what a rule of a policy can say --------------------------------------------------
YES_NO = [("yes", "Yes"), ("no", "No")]
LABEL_MODES = [
    ("none", "No label"),
    ("label", "A label to print"),
    ("qr", "A code to show at the counter"),
    ("drop_off", "Drop-off without a label"),
    ("customer", "The customer sends it"),
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
EVIDENCE_KINDS = [
    ("image", "Photos"),
    ("pdf", "PDF files"),
    ("any", "Files of any kind"),
]
POLICY_RULE_FEE = [
    ("charged", "As listed"),
    ("none", "None"),
]
POLICY_RULE_BONUS = [
    ("percent", "Percent"),
    ("none", "None"),
]

# --- checklists of inspections ------------------------------------------------------
QUESTION_KINDS = [
    ("yes_no", "Yes or no"),
    ("choice", "Choice of one"),
    ("number", "Number"),
    ("text", "Text"),
    ("photo", "Photos"),
]

# --- authoring of policies ----------------------------------------------------------
# What a test case of a policy expects of a return.
POLICY_TEST_EXPECT = [
    ("accepted", "May come back"),
    ("approval", "Waits for approval"),
    ("refused", "Is refused"),
]
POLICY_TEST_RESULT = [
    ("green", "Passes"),
    ("red", "Fails"),
    ("broken", "Cannot run"),
]
# What becomes of a name in a policy file that the database does not know.
POLICY_IMPORT_CHOICE = [
    ("use", "Use another"),
    ("create", "Create it"),
    ("skip", "Leave out what asks for it"),
]
POLICY_IMPORT_STATE = [
    ("choose", "Choose"),
    ("check", "Check"),
]
POLICY_IMPORT_SOURCE = [
    ("pack", "A pack that comes with the app"),
    ("file", "A file"),
]

# --- the check of the audit trail ----------------------------------------------------
CHECK_STATES = [("running", "Running"), ("done", "Done")]
FINDING_KINDS = [
    ("changed", "Changed"),
    ("removed", "Removed"),
    ("inserted", "Inserted from outside"),
    ("reordered", "Put in another order"),
    ("cut_off", "Cut off from here on"),
]

# --- replay of a policy on past returns ----------------------------------------------
REPLAY_STATES = [
    ("draft", "To start"),
    ("running", "Running"),
    ("done", "Done"),
    ("stopped", "Stopped"),
    ("failed", "Broken off"),
]
REPLAY_EFFECTS = [
    ("better", "Better"),
    ("worse", "Worse"),
    ("same", "The same"),
]
REPLAY_ANSWERS = [
    ("accepted", "Accepted"),
    ("partly", "Partly accepted"),
    ("refused", "Refused"),
]
REPLAY_TIMINGS = [
    ("earlier", "Earlier"),
    ("later", "Later"),
    ("same", "At the same time"),
    ("unknown", "Not known"),
]

# --- law packs (models/law) -----------------------------------------------------------
LAW_COUNTRY_OF = [
    ("customer", "The customer's country"),
    ("company", "The company's country"),
]
LAW_JUDGED_ON = [
    ("contract", "Contracts made in this time"),
    ("event", "What happens in this time"),
]
LAW_SWITCH = [("on", "Holds"), ("off", "Does not hold")]
# Letters of Art 16 Directive 2011/83/EU that goods can fall under.
ARTICLE_16 = [
    ("b", "(b) Price depends on the financial market"),
    ("c", "(c) Made to the customer's specifications"),
    ("d", "(d) Deteriorates or expires rapidly"),
    ("e", "(e) Sealed for health or hygiene, once unsealed"),
    ("f", "(f) Mixed inseparably with other goods"),
    ("g", "(g) Alcoholic drinks agreed at a price for later"),
    ("i", "(i) Sealed recordings or software, once unsealed"),
    ("j", "(j) Newspaper, periodical or magazine"),
    ("k", "(k) Bought at a public auction"),
]
INFORMED = [("yes", "Yes"), ("no", "No")]
COMPANY_SIZES = [
    ("small", "Micro or small"),
    ("medium", "Medium-sized"),
    ("large", "Large"),
]
# Annex VII of Regulation (EU) 2024/1781: commodity codes by group of goods.
UNSOLD_KINDS = [
    ("apparel", "Apparel"),
    ("accessories", "Clothing accessories"),
    ("footwear", "Footwear"),
]
UNSOLD_CODES = {
    "apparel": ("61", "62"),
    "accessories": ("4203", "6504", "6505"),
    "footwear": ("6401", "6402", "6403", "6404", "6405"),
}
# What discards goods as waste; recycling does, too (Art 2(34) of it).
DESTROYING_KINDS = ("destroy", "recycle")
DEROGATIONS = [
    ("a", "(a) Health, hygiene or safety"),
    ("b", "(b) Damaged, and repair not feasible or too costly"),
    ("c", "(c) Unfit for its purpose by law or technical standard"),
    ("d", "(d) Offered for donation and not accepted"),
    ("e", "(e) Unfit for preparing for reuse or remanufacturing"),
    ("f", "(f) Infringes intellectual property; counterfeit"),
    ("g", "(g) Destruction has the least environmental impact"),
]
DESTRUCTION_STATES = [
    ("draft", "Draft"),
    ("asked", "Waits for approval"),
    ("approved", "Approved"),
    ("refused", "Refused"),
]
DISCARD_TREATMENTS = [
    ("destroy", "Destroyed"),
    ("recycle", "Recycled"),
    ("donate", "Donated"),
    ("write_off", "Written off"),
    ("scrap", "Scrapped"),
]
RECALL_STATES = [
    ("draft", "Draft"),
    ("active", "In force"),
    ("lifted", "Lifted"),
]
CUSTOMER_LIST_KINDS = [("allow", "Allow"), ("block", "Block")]
APPEAL_STATES = [
    ("none", "No appeal"),
    ("open", "Appeal open"),
    ("upheld", "Entry stays"),
    ("overturned", "Entry ended"),
]
CLOCK_STATES = [
    ("running", "Running"),
    ("kept", "Kept"),
    ("breached", "Breached"),
    ("waiting", "May wait for the goods"),
    ("nothing", "Nothing owed"),
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
    ("fee_product", "Fee without a product"),
    ("fee_account", "Product of a fee without an income account"),
    ("fee_tax", "Product of a fee without a tax"),
    ("write_down_account", "Write-downs without an account"),
]
# Gaps that bridges add to the list.
BRIDGE_GAPS = [("store_credit_none", "Store credit is offered and not set up")]
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

# --- value: goods that bring less than they cost (models/valuation) -------------------
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
WRITE_DOWN_ENDS = [
    ("sold", "Sold"),
    ("scrapped", "Scrapped or lost"),
    ("vendor", "Sent to the vendor"),
    ("restocked", "Back to sellable stock"),
    ("rerouted", "Given another disposition"),
    ("corrected", "Its disposition was taken back"),
    ("moved", "Moved to another place"),
    ("left", "Left the company in another way"),
]

# --- goods handed over to a company of the same owner ---------------------------------
HANDOVER_STATES = [
    ("draft", "To confirm"),
    ("done", "Handed over"),
]
TRANSFER_BASES = [
    ("cost", "Percent of the cost"),
    ("pricelist", "Pricelist"),
]
