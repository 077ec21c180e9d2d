"""What callers get wrong: good calls, each spoilt in one place, and the code they get.

Plain Python, so that the tests over the network use the same table.
"""

import copy
import math

GONE = object()

# method, path into the argument, what is put there, code of the refusal
ROWS = [
    # the argument as a whole
    ("submit", "", "text", "BAD_REQUEST"),
    ("submit", "", [], "BAD_REQUEST"),
    ("submit", "", {}, "BAD_REQUEST"),
    ("submit", "", False, "BAD_REQUEST"),
    ("submit", "", 7, "BAD_REQUEST"),
    ("get", "", {"name": "x"}, "BAD_REQUEST"),
    ("get", "", ["name"], "BAD_REQUEST"),
    ("batch", "", "calls", "BAD_REQUEST"),
    ("batch", "", {"method": "api_get"}, "BAD_REQUEST"),
    ("batch", "", [{"method": "api_get", "argument": []}] * 201, "BATCH_TOO_LARGE"),
    # keys
    ("submit", "surprise", 1, "BAD_REQUEST"),
    ("submit", "lines.0.surprise", 1, "BAD_REQUEST"),
    (
        "submit",
        "lines.0.evidence",
        [{"name": "a", "content_base64": "x", "b": 1}],
        "BAD_REQUEST",
    ),
    ("submit", "channel", GONE, "BAD_REQUEST"),
    ("submit", "external_ref", GONE, "BAD_REQUEST"),
    ("submit", "external_ref", False, "BAD_REQUEST"),
    ("submit", "order_ref", GONE, "BAD_REQUEST"),
    ("submit", "lines", GONE, "BAD_REQUEST"),
    ("submit", "lines", [], "BAD_REQUEST"),
    ("submit", "lines", {}, "BAD_REQUEST"),
    ("submit", "lines.0", "SHIRT", "BAD_REQUEST"),
    ("submit", "lines.0.sku", GONE, "BAD_REQUEST"),
    ("submit", "lines.0.reason", GONE, "BAD_REQUEST"),
    ("submit", "lines.0.resolution", GONE, "BAD_REQUEST"),
    ("submit", "lines.0.quantity", GONE, "BAD_REQUEST"),
    # null is no value of this API
    ("submit", "customer_email", None, "BAD_REQUEST"),
    ("submit", "lines.0.comment", None, "BAD_REQUEST"),
    ("submit", "lines.0.quantity", None, "BAD_REQUEST"),
    # types
    ("submit", "external_ref", 4711, "BAD_REQUEST"),
    ("submit", "external_ref", ["a"], "BAD_REQUEST"),
    ("submit", "channel", {"code": "web"}, "BAD_REQUEST"),
    ("submit", "withdrawal", 1, "BAD_REQUEST"),
    ("submit", "withdrawal", "yes", "BAD_REQUEST"),
    ("submit", "lines.0.sku", 12, "BAD_REQUEST"),
    ("submit", "lines.0.line_ref", "12", "BAD_REQUEST"),
    ("submit", "lines.0.line_ref", True, "BAD_REQUEST"),
    ("submit", "lines.0.line_ref", 1.5, "BAD_REQUEST"),
    ("submit", "lines.0.line_ref", 0, "BAD_REQUEST"),
    ("submit", "lines.0.line_ref", -3, "BAD_REQUEST"),
    ("submit", "lines.0.line_ref", 2.0**40, "BAD_REQUEST"),
    ("submit", "lines.0.quantity", "2", "BAD_REQUEST"),
    ("submit", "lines.0.quantity", True, "BAD_REQUEST"),
    ("submit", "lines.0.quantity", [1], "BAD_REQUEST"),
    ("submit", "lines.0.comment", {"text": "x"}, "BAD_REQUEST"),
    # texts
    ("submit", "external_ref", "", "BAD_REQUEST"),
    ("submit", "external_ref", "   ", "BAD_REQUEST"),
    ("submit", "external_ref", "x" * 129, "BAD_REQUEST"),
    ("submit", "external_ref", "a\x00b", "BAD_REQUEST"),
    ("submit", "external_ref", "a\nb", "BAD_REQUEST"),
    ("submit", "external_ref", "a\x1bb", "BAD_REQUEST"),
    ("submit", "lines.0.comment", "a\x00b", "BAD_REQUEST"),
    ("submit", "lines.0.comment", "half \ud83d of a pair", "BAD_REQUEST"),
    ("submit", "lines.0.comment", "x" * 4001, "BAD_REQUEST"),
    # names
    ("submit", "channel", "nowhere", "CHANNEL_UNKNOWN"),
    ("submit", "channel", "WEB", "CHANNEL_UNKNOWN"),
    ("submit", "order_ref", "S-nowhere", "ORDER_NOT_FOUND"),
    ("submit", "order_ref", "%", "ORDER_NOT_FOUND"),
    ("submit", "customer_email", "eve@example.com", "ORDER_NOT_FOUND"),
    ("submit", "customer_email", "no address", "ORDER_NOT_FOUND"),
    ("submit", "lines.0.sku", "NOTHING", "LINE_UNKNOWN"),
    ("submit", "lines.0.line_ref", 2147483647, "LINE_UNKNOWN"),
    ("submit", "lines.0.order_ref", "S-nowhere", "ORDER_NOT_FOUND"),
    ("submit", "lines.0.reason", "bored", "REASON_UNKNOWN"),
    ("submit", "lines.0.resolution", "repair", "RESOLUTION_NOT_ALLOWED"),
    ("submit", "lines.0.resolution", "cake", "RESOLUTION_NOT_ALLOWED"),
    ("submit", "lines.0.exchange_sku", "BELT", "BAD_REQUEST"),
    ("submit", "lines.0.store_credit_consent", True, "BAD_REQUEST"),
    ("returnable", "channel", "nowhere", "CHANNEL_UNKNOWN"),
    ("returnable", "order_ref", "S-nowhere", "ORDER_NOT_FOUND"),
    ("returnable", "external_ref", "X", "BAD_REQUEST"),
    ("preview", "lines.0.quantity", 99, "QUANTITY_EXCEEDS_RETURNABLE"),
    ("preview", "surprise", 1, "BAD_REQUEST"),
    # quantities
    ("submit", "lines.0.quantity", 0, "QUANTITY_INVALID"),
    ("submit", "lines.0.quantity", -1, "QUANTITY_INVALID"),
    ("submit", "lines.0.quantity", math.nan, "QUANTITY_INVALID"),
    ("submit", "lines.0.quantity", math.inf, "QUANTITY_INVALID"),
    ("submit", "lines.0.quantity", 1e300, "QUANTITY_INVALID"),
    ("submit", "lines.0.quantity", 0.0001, "QUANTITY_INVALID"),
    ("submit", "lines.0.quantity", 1.23456, "QUANTITY_INVALID"),
    ("submit", "lines.0.quantity", 99, "QUANTITY_EXCEEDS_RETURNABLE"),
    ("submit", "lines.0.uom", "Hours", "QUANTITY_INVALID"),
    ("submit", "lines.0.uom", "Bushels", "QUANTITY_INVALID"),
    ("receive", "lines.0.quantity", 0, "QUANTITY_INVALID"),
    ("receive", "lines.0.quantity", -2, "QUANTITY_INVALID"),
    ("inspect", "results.0.quantity", 0, "QUANTITY_INVALID"),
    ("inspect", "results.0.quantity", 99, "QUANTITY_EXCEEDS_RECEIVED"),
    ("cancel", "lines", [{"sku": "SHIRT", "quantity": 99}], "QUANTITY_INVALID"),
    # times
    ("submit", "requested_at", "yesterday", "TIME_INVALID"),
    ("submit", "requested_at", "2026-02-30T10:00:00Z", "TIME_INVALID"),
    ("submit", "requested_at", "2026-01-01", "TIME_INVALID"),
    ("submit", "requested_at", "2026-01-01T25:00:00Z", "TIME_INVALID"),
    ("submit", "requested_at", "1066-10-14T09:00:00Z", "TIME_INVALID"),
    ("submit", "requested_at", "2099-01-01T00:00:00Z", "TIME_INVALID"),
    ("submit", "requested_at", 1767225600, "BAD_REQUEST"),
    ("carrier_event", "occurred_at", "2099-01-01T00:00:00Z", "TIME_INVALID"),
    ("receive", "occurred_at", "now", "TIME_INVALID"),
    # files
    ("submit", "lines.0.evidence", "photo", "BAD_REQUEST"),
    ("submit", "lines.0.evidence", [{"name": "a.png"}], "BAD_REQUEST"),
    (
        "submit",
        "lines.0.evidence",
        [{"name": "a.png", "content_base64": "%%%"}],
        "EVIDENCE_INVALID",
    ),
    (
        "submit",
        "lines.0.evidence",
        [{"name": "a.png", "content_base64": "aGVsbG8gd29ybGQ="}],
        "EVIDENCE_INVALID",
    ),
    (
        "submit",
        "lines.0.evidence",
        [{"name": "a.png", "content_base64": "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="}],
        "EVIDENCE_INVALID",
    ),
    (
        "submit",
        "lines.0.evidence",
        [{"name": "../a.png", "content_base64": "iVBORw0KGgo="}],
        "EVIDENCE_INVALID",
    ),
    # parcels
    ("submit", "parcels", [{"tracking_ref": "T1"}], "BAD_REQUEST"),
    ("submit", "parcels", [{"carrier": "dhl"}], "BAD_REQUEST"),
    (
        "submit",
        "parcels",
        [{"tracking_ref": "T1", "carrier": "dhl", "label_url": "javascript:alert(1)"}],
        "BAD_REQUEST",
    ),
    # carriers
    ("carrier_event", "tracking_ref", "T-nowhere", "TRACKING_UNKNOWN"),
    ("carrier_event", "status", "vanished", "BAD_REQUEST"),
    ("carrier_event", "status", True, "BAD_REQUEST"),
    ("carrier_event", "return", "RET/x", "BAD_REQUEST"),
    ("carrier_event", "weight_kg", -1, "BAD_REQUEST"),
    ("carrier_event", "weight_kg", math.nan, "BAD_REQUEST"),
    ("carrier_event", "eta", "soon", "TIME_INVALID"),
    ("carrier_event", "occurred_at", GONE, "BAD_REQUEST"),
    # docks
    ("receive", "warehouse", "NOWHERE", "WAREHOUSE_UNKNOWN"),
    ("receive", "return", "RET/none", "RETURN_UNKNOWN"),
    ("receive", "return", GONE, "BAD_REQUEST"),
    ("receive", "scan", "both", "BAD_REQUEST"),
    ("receive", "lines", [], "BAD_REQUEST"),
    ("receive", "lines.0.sku", "NOTHING", "LINE_UNKNOWN"),
    ("receive", "lines.0.line_ref", 2147483647, "LINE_UNKNOWN"),
    ("receive", "lines.0.lot", 5, "BAD_REQUEST"),
    ("receive", "lines.0.unexpected", "no", "BAD_REQUEST"),
    ("match", "receipt_ref", "R-nowhere", "TRACKING_UNKNOWN"),
    ("match", "order_ref", "both", "BAD_REQUEST"),
    ("inspect", "return", "/", "RETURN_UNKNOWN"),
    ("inspect", "results", [], "BAD_REQUEST"),
    ("inspect", "results.0.condition", "Z", "CONDITION_UNKNOWN"),
    ("inspect", "results.0.condition", GONE, "BAD_REQUEST"),
    ("inspect", "results.0.disposition", "eat", "DISPOSITION_UNKNOWN"),
    ("inspect", "results.0.sku", "BELT", "LINE_UNKNOWN"),
    ("inspect", "results.0.lot", "NO-LOT", "LOT_UNKNOWN"),
    ("inspect", "results.0.checklist", ["yes"], "BAD_REQUEST"),
    ("inspect", "results.0.checklist", {"a": {"b": 1}}, "BAD_REQUEST"),
    ("inspect", "results.0.checklist", {"a": math.nan}, "BAD_REQUEST"),
    (
        "inspect",
        "results.0.photos",
        [{"name": "a.pdf", "content_base64": "JVBERi0xLjQK"}],
        "EVIDENCE_INVALID",
    ),
    # people and money
    ("decide", "return", "RET/none", "RETURN_UNKNOWN"),
    ("decide", "approve", "yes", "BAD_REQUEST"),
    ("decide", "approve", GONE, "BAD_REQUEST"),
    ("decide", "reason", GONE, "BAD_REQUEST"),
    ("decide", "reason", "because", "RETURN_STATE"),
    ("cancel", "return", "RET/none", "RETURN_UNKNOWN"),
    ("cancel", "reason", "", "BAD_REQUEST"),
    ("settled", "amount", 0, "BAD_REQUEST"),
    ("settled", "amount", -5, "BAD_REQUEST"),
    ("settled", "amount", math.nan, "BAD_REQUEST"),
    ("settled", "amount", "5", "BAD_REQUEST"),
    ("settled", "amount", 5.001, "BAD_REQUEST"),
    ("settled", "currency", "XXX", "BAD_REQUEST"),
    ("settled", "currency", 978, "BAD_REQUEST"),
    ("settled", "tender", "shells", "BAD_REQUEST"),
    ("settled", "occurred_at", "2099-01-01T00:00:00Z", "TIME_INVALID"),
    ("settled", "lines", [{"sku": "NOTHING", "amount": 1}], "LINE_UNKNOWN"),
    ("settled", "lines", [{"sku": "SHIRT"}], "BAD_REQUEST"),
    ("settled", "lines", [{"sku": "SHIRT", "amount": -1}], "BAD_REQUEST"),
    # reading
    ("get", "0.name", "RET/none", "RETURN_UNKNOWN"),
    ("get", "0.name", "/", "RETURN_UNKNOWN"),
    ("get", "0.channel", "web", "BAD_REQUEST"),
    ("get", "0.id", 1, "BAD_REQUEST"),
]

# The methods with more to say: named arguments and the code.
PAGES = [
    (
        "search",
        {"filter": {"surprise": 1}, "cursor": False, "limit": 10},
        "BAD_REQUEST",
    ),
    ("search", {"filter": [], "cursor": False, "limit": 0}, "BAD_REQUEST"),
    ("search", {"filter": "x", "cursor": False, "limit": 10}, "BAD_REQUEST"),
    ("search", {"filter": {}, "cursor": False, "limit": 1001}, "BAD_REQUEST"),
    ("search", {"filter": {}, "cursor": False, "limit": True}, "BAD_REQUEST"),
    ("search", {"filter": {}, "cursor": False, "limit": "10"}, "BAD_REQUEST"),
    ("search", {"filter": {}, "cursor": "garbage", "limit": 10}, "CURSOR_INVALID"),
    ("search", {"filter": {}, "cursor": 17, "limit": 10}, "BAD_REQUEST"),
    (
        "search",
        {"filter": {"case_state": "lost"}, "cursor": False, "limit": 10},
        "BAD_REQUEST",
    ),
    (
        "search",
        {"filter": {"channel": "nowhere"}, "cursor": False, "limit": 10},
        "CHANNEL_UNKNOWN",
    ),
    (
        "search",
        {"filter": {"since": "monday"}, "cursor": False, "limit": 10},
        "TIME_INVALID",
    ),
    ("changes", {"cursor": "garbage", "limit": 10}, "CURSOR_INVALID"),
    (
        "changes",
        {"cursor": "Y2hhbmdlczo5OTk5OTk5OTk5OTk5LDE", "limit": 10},
        "CURSOR_INVALID",
    ),
    ("changes", {"cursor": False, "limit": 0}, "BAD_REQUEST"),
    ("changes", {"cursor": False, "limit": 1001}, "BAD_REQUEST"),
    ("changes", {"cursor": False, "limit": 10, "filter": {}}, "BAD_REQUEST"),
]


def good_calls(order_ref, sku, back, tracking_ref, warehouse, currency):
    """A good argument for each method.

    :param str back: name of an authorised return with one unit received
    :param str tracking_ref: of a parcel in it
    """
    ask = {
        "channel": "web",
        "external_ref": "BAD-1",
        "order_ref": order_ref,
        "lines": [
            {
                "sku": sku,
                "quantity": 1,
                "reason": "changed_mind",
                "resolution": "refund",
            }
        ],
    }
    at = "2026-01-01T10:00:00Z"
    return {
        "returnable": {"channel": "web", "order_ref": order_ref},
        "preview": ask,
        "submit": ask,
        "get": [{"name": back}],
        "carrier_event": {
            "event_ref": "BAD-2",
            "tracking_ref": tracking_ref,
            "status": "in_transit",
            "occurred_at": at,
        },
        "receive": {
            "receipt_ref": "BAD-3",
            "warehouse": warehouse,
            "return": back,
            "lines": [{"sku": sku, "quantity": 1}],
        },
        "match": {"match_ref": "BAD-4", "receipt_ref": "BAD-5", "return": back},
        "inspect": {
            "inspection_ref": "BAD-6",
            "return": back,
            "results": [{"sku": sku, "quantity": 1, "condition": "A"}],
        },
        "decide": {
            "decision_ref": "BAD-7",
            "return": back,
            "approve": True,
            "reason": "fine",
        },
        "settled": {
            "settlement_ref": "BAD-8",
            "return": back,
            "amount": 1,
            "currency": currency,
            "tender": "card",
            "occurred_at": at,
        },
        "cancel": {"cancel_ref": "BAD-9", "return": back, "reason": "kept"},
        "batch": [],
    }


def spoilt(good, path, value):
    """A copy of ``good`` with ``value`` at ``path`` (``lines.0.sku``)."""
    if not path:
        return value
    bad = copy.deepcopy(good)
    place = bad
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return bad
