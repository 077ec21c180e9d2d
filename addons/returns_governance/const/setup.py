"""Setting up and moving over: master data and the rollout."""

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
