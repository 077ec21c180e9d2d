"""The points at which a process is killed, and where in the product each one is.

``name: (model, method, moment)``: killed *before* or *after* the method; or
``(COMMIT, work, moment)``: before or after the commit of that work. ``docs/
reliability.md`` says what is promised at each; a test compares the two.
"""

COMMIT = "commit"
POINTS = {
    "request: the reference is taken": ("returns.reference", "_take", "after"),
    "request: made, not decided": ("returns.step.authorise", "_apply", "before"),
    "request: before its commit": (COMMIT, "submit", "before"),
    "request: after its commit": (COMMIT, "submit", "after"),
    "receipt: goods moved, no row yet": ("returns.goods", "_receive", "after"),
    "receipt: before its commit": (COMMIT, "receive", "before"),
    "receipt: after its commit": (COMMIT, "receive", "after"),
    "finding: made, not routed": ("returns.step.route", "_route_due", "before"),
    "finding: routed, nothing settled": ("returns.credit", "_make", "before"),
    "finding: settled, not queued": ("returns.outbox", "_queue_posting", "before"),
    "finding: before its commit": (COMMIT, "inspect", "before"),
    "finding: after its commit": (COMMIT, "inspect", "after"),
    "posting: begun": ("returns.outbox", "_post_waiting", "before"),
    "posting: posted, nobody told": ("returns.posting", "_posted", "before"),
    "posting: payout queued": ("returns.payout", "_prepare", "after"),
    "posting: before its commit": (COMMIT, "post", "before"),
    "posting: after its commit": (COMMIT, "post", "after"),
    "payout: made, not committed": ("returns.payout.provider", "_prepare", "after"),
    "payout: marked as sending": ("returns.payout.provider", "_refund", "before"),
    "payout: sent, no answer kept": ("returns.payout.provider", "_refund", "after"),
    "payout: answered, not booked": ("returns.payout.provider", "_book", "before"),
    "card: filled, not committed": ("returns.payout.voucher", "_give", "after"),
    "card: committed, not told": ("returns.payout.voucher", "_refund", "after"),
}
# Where nobody knows whether the provider has paid.
UNKNOWN = {"payout: marked as sending", "payout: sent, no answer kept"}
