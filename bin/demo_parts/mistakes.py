"""Bad input, as real systems send it, and the code with which it must be refused."""

import copy
from datetime import UTC, datetime, timedelta

from .clients import ApiError
from .dates import stamp


def changed(payload, path, value):
    """A copy of a good payload with one thing wrong in it."""
    payload = copy.deepcopy(payload)
    spot = payload
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    payload["external_ref"] += "-BAD"
    return payload


def line(key, value):
    """A mistake in the first line."""
    return lambda payload: changed(payload, ["lines", 0, key], value)


def head(key, value):
    """A mistake beside the lines."""
    return lambda payload: changed(payload, [key], value)


def tomorrow(payload):
    """A request that comes from the future."""
    moment = datetime.now(UTC) + timedelta(days=1)
    return changed(payload, ["requested_at"], stamp(moment))


def strange_line(payload):
    """A line that is on no order."""
    payload = changed(payload, ["lines", 0, "sku"], "NO-SUCH-SKU")
    payload["lines"][0].pop("line_ref", None)
    return payload


#: What is wrong, the payload made wrong, and the codes that fit.
SUBMISSIONS = (
    ("a channel that is not there", head("channel", "teleshop"), {"CHANNEL_UNKNOWN"}),
    ("an order that is not there", head("order_ref", "999999"), {"ORDER_NOT_FOUND"}),
    (
        "another customer's address",
        head("customer_email", "stranger@example.com"),
        {"ORDER_NOT_FOUND"},
    ),
    ("a key that does not exist", head("colour", "red"), {"BAD_REQUEST"}),
    ("no lines", head("lines", []), {"BAD_REQUEST"}),
    ("less than nothing", line("quantity", -1), {"QUANTITY_INVALID"}),
    (
        "a quantity in words",
        line("quantity", "three"),
        {"QUANTITY_INVALID", "BAD_REQUEST"},
    ),
    (
        "more than was sold",
        line("quantity", 100000),
        {"QUANTITY_EXCEEDS_RETURNABLE"},
    ),
    ("a reason that is not there", line("reason", "bored"), {"REASON_UNKNOWN"}),
    (
        "a wish that is not offered",
        line("resolution", "store_credit"),
        {"RESOLUTION_NOT_ALLOWED"},
    ),
    ("a line that is on no order", strange_line, {"LINE_UNKNOWN"}),
    ("a request from the future", tomorrow, {"TIME_INVALID"}),
)


def receipt(name, **wrong):
    """A receipt of a real return with something wrong in it."""
    return {
        "receipt_ref": f"{name}-BAD",
        "warehouse": "WH",
        "return": name,
        "lines": [{"sku": "NO-SUCH-SKU", "quantity": 1}],
        **wrong,
    }


def finding(name, line_ref, **wrong):
    """An inspection of a real return with something wrong in it."""
    found = {"line_ref": line_ref, "quantity": 1, "condition": "A", **wrong}
    return {"inspection_ref": f"{name}-BAD", "return": name, "results": [found]}


#: What is wrong, the call on a return (its name and a line of it), and the codes.
LATER = (
    (
        "a return that is not there",
        lambda client, name, ref: client.api_get([{"name": f"{name}-X"}]),
        {"RETURN_UNKNOWN"},
    ),
    (
        "a warehouse that is not there",
        lambda client, name, ref: client.api_receive(receipt(name, warehouse="MOON")),
        {"WAREHOUSE_UNKNOWN"},
    ),
    (
        "a parcel that is not there",
        lambda client, name, ref: client.api_carrier_event(
            {
                "event_ref": f"{name}-BAD",
                "tracking_ref": "NO-SUCH-PARCEL",
                "status": "accepted",
                "occurred_at": stamp(datetime.now(UTC)),
            }
        ),
        {"TRACKING_UNKNOWN"},
    ),
    (
        "a condition that is not there",
        lambda client, name, ref: client.api_inspect(finding(name, ref, condition="Z")),
        {"CONDITION_UNKNOWN"},
    ),
    (
        "a disposition that is not there",
        lambda client, name, ref: client.api_inspect(
            finding(name, ref, disposition="juggle")
        ),
        {"DISPOSITION_UNKNOWN"},
    ),
    (
        "more inspected than received",
        lambda client, name, ref: client.api_inspect(
            finding(name, ref, quantity=100000)
        ),
        # a return that was refused takes no inspection at all
        {"QUANTITY_EXCEEDS_RECEIVED", "RETURN_STATE"},
    ),
    (
        "a cursor that nobody gave out",
        lambda client, name, ref: client.api_search({}, "nonsense", 10),
        {"CURSOR_INVALID"},
    ),
    (
        "too many calls at once",
        lambda client, name, ref: client.api_batch(
            [{"method": "api_get", "argument": [{"name": name}]}] * 201
        ),
        {"BATCH_TOO_LARGE"},
    ),
)


def expect(what, codes, call):
    """Make a call that must be refused.

    :return: (what was wrong, the code it got, whether that was right)
    """
    try:
        call()
    except ApiError as error:
        return what, error.code, error.code in codes
    return what, "accepted", False


def submission(client, payload, number):
    """Send one wrong submission, another one for each number."""
    what, spoil, codes = SUBMISSIONS[number % len(SUBMISSIONS)]
    return expect(what, codes, lambda: client.api_submit(spoil(payload)))


def later(client, name, line_ref, number):
    """Make one wrong call about a return, another one for each number."""
    what, call, codes = LATER[number % len(LATER)]
    return expect(what, codes, lambda: call(client, name, line_ref))


def other_content(client, payload):
    """Use a reference again for something else."""
    other = copy.deepcopy(payload)
    other["lines"][0]["comment"] = "Something else under the same reference."
    return expect(
        "a reference used for something else",
        {"REFERENCE_CONFLICT"},
        lambda: client.api_submit(other),
    )
