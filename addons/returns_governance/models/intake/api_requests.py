"""The shape of each API method's argument, and which key is the caller's reference."""

from dataclasses import dataclass

from ...const import (
    CARRIER_STATUSES,
    CASE_STATES,
    GOODS_STATES,
    MONEY_STATES,
    RESOLUTIONS,
    TENDERS,
)
from .api_files import File
from .api_schema import (
    Answers,
    Any,
    Flag,
    Link,
    ListOf,
    Number,
    Struct,
    Text,
    Time,
    Whole,
    Word,
)

REFERENCE = Text(128)
CODE = Text(64)
EMAIL = Text(254)
NOTE = Text(4000, lines=True)
# A carrier's or a GS1 label may hold the separator that a scanner sends.
SCAN = Text(256, also="\x1d")
QUANTITY = Number("QUANTITY_INVALID")
AMOUNT = Number()
IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")

NAMED = {"line_ref": Whole(), "sku": CODE}
ANY_NAME = ("line_ref", "sku")
COUNTED = {**NAMED, "uom": CODE}
# A line of a return may also be named by its own number, which the snapshot gives.
ITS_LINE = {**NAMED, "line": Whole()}
ANY_ITS_LINE = (*ANY_NAME, "line")
ITS_COUNTED = {**ITS_LINE, "uom": CODE}


def words(selection, code="BAD_REQUEST"):
    """The codes of a Selection as a shape."""
    return Word(*(key for key, _label in selection), code=code)


PARCEL = Struct({"tracking_ref": REFERENCE, "carrier": CODE}, {"label_url": Link(2000)})
REQUEST_LINE = Struct(
    {"quantity": QUANTITY, "resolution": words(RESOLUTIONS, "RESOLUTION_NOT_ALLOWED")},
    {
        **COUNTED,
        "order_ref": REFERENCE,
        "reason": CODE,
        "comment": NOTE,
        "exchange_sku": CODE,
        "store_credit_consent": Flag(),
        "sealed": Flag(),
        "evidence": ListOf(File(), most=10),
    },
    any_of=ANY_NAME,
)
REQUEST = {
    "channel": CODE,
    "order_ref": REFERENCE,
    "lines": ListOf(REQUEST_LINE, least=1),
}
REQUEST_MAY = {
    "customer_email": EMAIL,
    "withdrawal": Flag(),
    "requested_at": Time(),
    "parcels": ListOf(PARCEL, most=100),
}
RECEIPT_LINE = Struct(
    {"quantity": QUANTITY},
    {**ITS_COUNTED, "lot": CODE, "unexpected": Flag()},
    any_of=ANY_ITS_LINE,
)
RESULT = Struct(
    {"quantity": QUANTITY, "condition": CODE},
    {
        **ITS_COUNTED,
        "lot": CODE,
        "disposition": CODE,
        "checklist": Answers(),
        "note": NOTE,
        "photos": ListOf(File(*IMAGES), most=20),
    },
    any_of=ANY_ITS_LINE,
)


@dataclass(frozen=True)
class Method:
    """One method of the public API.

    :param str verb: its name without the prefix
    :param str parameter: name of its only argument
    :param shape: of that argument
    :param str model: who answers it: ``_plan_<verb>`` and ``_do_<verb>`` for a writing
        method, ``_answer_<verb>`` for a reading one
    :param str reference: key with the caller's reference; empty for a reading method
    """

    verb: str
    parameter: str
    shape: object
    model: str
    reference: str = ""


METHODS = {
    method.verb: method
    for method in (
        Method(
            "returnable",
            "request",
            Struct(
                {"channel": CODE, "order_ref": REFERENCE},
                {"customer_email": EMAIL},
            ),
            "returns.api.intake",
        ),
        Method(
            "preview",
            "request",
            Struct(
                REQUEST,
                {**REQUEST_MAY, "external_ref": REFERENCE},
            ),
            "returns.api.intake",
        ),
        Method(
            "submit",
            "request",
            Struct(
                {**REQUEST, "external_ref": REFERENCE},
                REQUEST_MAY,
            ),
            "returns.api.intake",
            "external_ref",
        ),
        Method(
            "get",
            "refs",
            ListOf(
                Struct(
                    {},
                    {"name": REFERENCE, "channel": CODE, "external_ref": REFERENCE},
                    one_of=("name", "external_ref"),
                ),
                most=1000,
            ),
            "returns.api.feed",
        ),
        Method(
            "carrier_event",
            "event",
            Struct(
                {
                    "event_ref": REFERENCE,
                    "status": words(CARRIER_STATUSES),
                    "occurred_at": Time(),
                },
                {
                    "tracking_ref": REFERENCE,
                    "return": REFERENCE,
                    "eta": Time(),
                    "weight_kg": Number(most=100_000),
                    "carrier": CODE,
                },
                one_of=("tracking_ref", "return"),
            ),
            "returns.api.dock",
            "event_ref",
        ),
        Method(
            "receive",
            "receipt",
            Struct(
                {
                    "receipt_ref": REFERENCE,
                    "warehouse": CODE,
                    "lines": ListOf(RECEIPT_LINE),
                },
                {
                    "return": REFERENCE,
                    "tracking_ref": REFERENCE,
                    "scan": SCAN,
                    "occurred_at": Time(),
                },
                one_of=("return", "tracking_ref", "scan"),
            ),
            "returns.api.dock",
            "receipt_ref",
        ),
        Method(
            "match",
            "match",
            Struct(
                {"match_ref": REFERENCE, "receipt_ref": REFERENCE},
                {"return": REFERENCE, "order_ref": REFERENCE},
                one_of=("return", "order_ref"),
            ),
            "returns.api.dock",
            "match_ref",
        ),
        Method(
            "inspect",
            "inspection",
            Struct(
                {
                    "inspection_ref": REFERENCE,
                    "return": REFERENCE,
                    "results": ListOf(RESULT, least=1),
                }
            ),
            "returns.api.dock",
            "inspection_ref",
        ),
        Method(
            "decide",
            "decision",
            Struct(
                {
                    "decision_ref": REFERENCE,
                    "return": REFERENCE,
                    "approve": Flag(),
                    "reason": NOTE,
                }
            ),
            "returns.api.money",
            "decision_ref",
        ),
        Method(
            "settled",
            "settlement",
            Struct(
                {
                    "settlement_ref": REFERENCE,
                    "return": REFERENCE,
                    "amount": AMOUNT,
                    "currency": Text(3),
                    "tender": words(TENDERS),
                    "occurred_at": Time(),
                },
                {
                    "lines": ListOf(
                        Struct(
                            {},
                            {**ITS_LINE, "quantity": QUANTITY, "amount": AMOUNT},
                            any_of=ANY_ITS_LINE,
                        )
                    )
                },
            ),
            "returns.api.money",
            "settlement_ref",
        ),
        Method(
            "cancel",
            "request",
            Struct(
                {"cancel_ref": REFERENCE, "return": REFERENCE, "reason": NOTE},
                {
                    "lines": ListOf(
                        Struct({"quantity": QUANTITY}, ITS_COUNTED, any_of=ANY_ITS_LINE)
                    )
                },
            ),
            "returns.api.money",
            "cancel_ref",
        ),
    )
}

FILTER = Struct(
    {},
    {
        "case_state": words(CASE_STATES),
        "goods_state": words(GOODS_STATES),
        "money_state": words(MONEY_STATES),
        "channel": CODE,
        "order_ref": REFERENCE,
        "customer_email": EMAIL,
        "tracking_ref": REFERENCE,
        "since": Time(),
    },
)
LIMIT = Whole(1, 1000)
CURSOR = Text(200)
CALLS_MOST = 200
CALLS = ListOf(Any(), most=CALLS_MOST)
