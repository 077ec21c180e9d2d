"""Who decides and who watches: approvals, duties, exceptions, audit."""

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
CHECK_STATES = [("running", "Running"), ("done", "Done")]
FINDING_KINDS = [
    ("changed", "Changed"),
    ("removed", "Removed"),
    ("inserted", "Inserted from outside"),
    ("reordered", "Put in another order"),
    ("cut_off", "Cut off from here on"),
]
