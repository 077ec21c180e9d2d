"""Both transports: the way of a return, and what callers get wrong."""

import importlib.util
import json
import math
import urllib.error
import urllib.request

import pytest
from clients import Json2, Refused, XmlRpc
from ground import paths

TABLE = paths.ADDONS / "returns_governance" / "tests" / "api_bad_input.py"
_spec = importlib.util.spec_from_file_location("api_bad_input", TABLE)
bad_input = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(bad_input)

SNAPSHOT = {
    "name": str,
    "revision": int,
    "channel": str,
    "external_ref": (str, bool),
    "order_ref": str,
    "customer": str,
    "company": str,
    "currency": str,
    "case_state": str,
    "goods_state": str,
    "money_state": str,
    "lines": list,
    "money": dict,
    "settlements": list,
    "documents": list,
    "policy": dict,
    "parcels": list,
    "exceptions": list,
    "timeline": list,
    "next": dict,
}
LINE = {
    "line": int,
    "line_ref": int,
    "order_ref": str,
    "sku": str,
    "uom": str,
    "quantity": dict,
    "reason": (str, bool),
    "resolution": str,
    "resolution_asked": (str, bool),
    "repair": (dict, bool),
    "parts": list,
    "conditions": dict,
    "dispositions": dict,
    "states": dict,
    "lots": list,
    "decision": dict,
    "refund": dict,
    "kept": (int, float),
    "exchange": (dict, bool),
}
KEYS = {
    "quantity": {
        "requested",
        "authorised",
        "received",
        "inspected",
        "disposed",
        "refunded",
        "exchanged",
    },
    "decision": {"eligible", "rule", "codes"},
    "refund": {"due", "settled", "tax", "fees"},
}


def has_shape(value, shape):
    assert set(value) == set(shape)
    for key, kind in shape.items():
        assert isinstance(value[key], kind), key


def without_null(value):
    if isinstance(value, dict):
        return all(map(without_null, value.values()))
    if isinstance(value, list):
        return all(map(without_null, value))
    return value is not None


def test_a_return_is_taken_back_and_its_snapshot_has_its_shape(shop, client):
    order = shop.order()
    offer = client.returnable({"channel": "web", "order_ref": order})
    ask = shop.ask(order, f"WAY-{client.name}", 2)
    preview = client.preview(ask)
    answer = client.submit(ask)
    assert answer["created"] is True
    snapshot = answer["return"]
    has_shape(snapshot, SNAPSHOT)
    assert preview["money"] == snapshot["money"]
    name = snapshot["name"]
    snapshot = client.receive(
        {
            "receipt_ref": f"WAY-{name}",
            "warehouse": shop.stage["warehouse"],
            "return": name,
            "lines": [{"line_ref": offer["lines"][0]["line_ref"], "quantity": 2}],
        }
    )
    snapshot = client.inspect(
        {
            "inspection_ref": f"WAY-{name}",
            "return": name,
            "results": [
                {"sku": "SHIRT", "quantity": 1, "condition": "A"},
                {"sku": "SHIRT", "quantity": 1, "condition": "D"},
            ],
        }
    )
    has_shape(snapshot, SNAPSHOT)
    for line in snapshot["lines"]:
        has_shape(line, LINE)
        for key, known in KEYS.items():
            assert set(line[key]) == known
    assert snapshot["lines"][0]["states"] == {"sellable": 1.0, "quarantine": 1.0}
    assert snapshot["goods_state"] == "disposed"
    assert without_null(snapshot)
    assert set(snapshot["money"]) == {
        "paid",
        "due",
        "settled",
        "fees",
        "held_because",
        "due_date",
    }
    assert set(snapshot["next"]) == {"step", "by", "because"}
    assert set(snapshot["policy"]) == {"code", "version"}


def test_both_transports_tell_the_same(shop):
    order = shop.order()
    one, two = shop.client(XmlRpc), shop.client(Json2)
    name = one.submit(shop.ask(order, "ALIKE-1"))["return"]["name"]
    assert one.get([{"name": name}]) == two.get([{"name": name}])
    again = two.submit(shop.ask(order, "ALIKE-1", 1.0))
    assert again["created"] is False
    asked = {"channel": "web", "order_ref": order}
    assert one.returnable(asked) == two.returnable(asked)


# --- what callers get wrong ---------------------------------------------------------
@pytest.fixture(scope="module")
def good(shop):
    """A good argument for each method, on a return with one unit received."""
    client = shop.client(Json2)
    order = shop.order()
    ask = shop.ask(
        order, "GOOD-1", 2, parcels=[{"tracking_ref": "GOOD-1", "carrier": "dhl"}]
    )
    name = client.submit(ask)["return"]["name"]
    client.receive(
        {
            "receipt_ref": "GOOD-1",
            "warehouse": shop.stage["warehouse"],
            "return": name,
            "lines": [{"sku": "SHIRT", "quantity": 1}],
        }
    )
    return bad_input.good_calls(
        order, "SHIRT", name, "GOOD-1", shop.stage["warehouse"], shop.stage["currency"]
    )


def rows_and_sequences(shop):
    """What the database holds of returns, stock and books, and its sequences."""
    tables = shop.query(
        "SELECT c.relname, (xpath('/row/n/text()', query_to_xml(format("
        "'SELECT count(*) AS n FROM %I', c.relname), false, true, '')))[1]"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'public' AND c.relkind = 'r'"
        " AND c.relname ~ '^(returns_|stock_|sale_|account_|ir_attachment|mail_)'"
    )
    sequences = shop.query(
        "SELECT sequencename, last_value FROM pg_sequences"
        " WHERE sequencename ~ '^(returns_|stock_|sale_|account_|ir_sequence)'"
    )
    return dict(tables), dict(sequences)


def fits_xml(value):
    """Whether a value can stand in XML at all, and in XML-RPC's 32 bits."""
    if isinstance(value, str):
        return all(c in "\n\t" or " " <= c < "\ud800" or c > "\udfff" for c in value)
    if isinstance(value, dict):
        return all(map(fits_xml, value.values()))
    if isinstance(value, list):
        return all(map(fits_xml, value))
    return not (isinstance(value, int) and abs(value) >= 2**31)


def test_every_bad_call_is_refused_with_its_code_and_writes_nothing(shop, client, good):
    before = rows_and_sequences(shop)
    wrong, asked = [], 0
    for method, path, value, code in bad_input.ROWS:
        if client.name == "XML-RPC" and not fits_xml(value):
            continue
        bad = bad_input.spoilt(good[method], path, value)
        wrong += check(
            code,
            lambda m=method, b=bad: getattr(client, m)(b),
            f"{method} {path} = {value!r:.50}",
        )
        asked += 1
    for method, arguments, code in bad_input.PAGES:
        wrong += check(
            code,
            lambda m=method, a=arguments: client.call(m, **a),
            f"{method} {arguments}",
        )
        asked += 1
    assert asked >= 140
    assert wrong == []
    assert rows_and_sequences(shop) == before


def check(code, call, what):
    """What is wrong with how a bad call was answered; nothing as a rule."""
    try:
        return [f"{what}: was taken: {call()!r:.80}"]
    except Refused as refusal:
        if refusal.code != code:
            return [f"{what}: [{refusal.code}] and not [{code}]: {refusal!s:.200}"]
        return []


def test_a_number_that_json_has_not_is_refused(shop):
    with pytest.raises(Refused) as caught:
        shop.client(Json2).submit(shop.ask(shop.order(), "NAN", math.nan))
    assert caught.value.code == "QUANTITY_INVALID"


def test_refusals_have_the_status_that_the_manual_says(shop):
    for user, transport, status in (("robot", Json2, 422), ("robot", XmlRpc, 2)):
        with pytest.raises(Refused) as caught:
            shop.client(transport, user).get([{"name": "RET/none"}])
        assert (caught.value.code, caught.value.status) == ("RETURN_UNKNOWN", status)
    body = json.dumps({"request": {}}).encode()
    request = urllib.request.Request(
        f"{shop.url}/json/2/returns.order/api_submit",
        data=body,
        headers={
            "Content-Type": "application/json",
            "X-Odoo-Database": shop.database,
            "Authorization": "Bearer wrong",
        },
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 401


def test_who_has_not_the_role_is_denied(shop):
    for transport, status in ((Json2, 403), (XmlRpc, 4)):
        with pytest.raises(Refused) as caught:
            shop.client(transport, "agent").search({})
        assert (caught.value.code, caught.value.status) == ("ACCESS_DENIED", status)


def test_an_unknown_argument_is_refused_with_a_code(shop, client):
    with pytest.raises(Refused) as caught:
        client.call("submit", request=shop.ask("S1", "X"), dry_run=True)
    assert caught.value.code == "BAD_REQUEST"
    with pytest.raises(Refused) as caught:
        client.call("submit")
    assert caught.value.code == "BAD_REQUEST"
