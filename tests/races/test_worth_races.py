"""Write-downs under twenty at once: one allowance for each routed quantity, one
measurement of each change, and one reversal as a unit leaves."""

from callers import CALLERS, clients, codes, press
from clients import Json2

# Written down in all by less than what the installed table of authority has asked.
UNITS = 2
DOWNS = (
    "FROM returns_write_down w JOIN product_product p ON p.id = w.product_id"
    " WHERE p.default_code = 'VASE'"
)
RELEASES = (
    "FROM returns_write_down_release x JOIN product_product p ON p.id = x.product_id"
    " WHERE p.default_code = 'VASE'"
)


def _sums(shop, statement):
    """The numbers that a statement gives in its one row."""
    [row] = shop.query(statement)
    return [float(value or 0) for value in row]


def _booked(shop):
    """(posted entries, allowance) of the vases."""
    return _sums(
        shop,
        "SELECT count(DISTINCT m.id), -sum(i.balance) FROM account_move_line i"
        " JOIN account_move m ON m.id = i.move_id AND m.state = 'posted'"
        " JOIN res_company c ON c.returns_allowance_account_id = i.account_id"
        " JOIN product_product p ON p.id = i.product_id"
        " WHERE p.default_code = 'VASE'",
    )


def test_goods_are_written_down_measured_and_released_once_each(shop, race):
    client = shop.client(Json2)
    ask = shop.ask(shop.stage["vases"], "VASES", UNITS, "VASE")
    back = client.submit(ask)["return"]["name"]
    call = {"return": back, "warehouse": shop.stage["warehouse"]}
    lines = [{"sku": "VASE", "quantity": UNITS}]
    client.receive({**call, "receipt_ref": "VASES", "lines": lines})
    found = [{"sku": "VASE", "quantity": 1, "condition": "C"}]
    results, refused = race(
        [
            lambda c=c, n=n: c.inspect(
                {"inspection_ref": f"VASE-{n}", "return": back, "results": found}
            )
            for n, c in enumerate(clients(shop))
        ]
    )
    assert (len(results), codes(refused)) == (UNITS, {"QUANTITY_EXCEEDS_RECEIVED"})
    each = f"SELECT count(*), count(DISTINCT routing_id), sum(amount) {DOWNS}"
    assert _sums(shop, each) == [UNITS, UNITS, 30 * UNITS]
    assert _booked(shop) == [UNITS, 30 * UNITS]
    _measured_once(shop, race)
    _released_once(shop, race)


def _measured_once(shop, race):
    """The cost rises by ten, and twenty people of finance see it at once."""
    [[vase]] = shop.query("SELECT id FROM product_product WHERE default_code = 'VASE'")
    admin = shop.client(Json2, "admin")
    admin.execute(
        "product.product", "write", ids=[int(vase)], vals={"standard_price": 60.0}
    )
    rows = [int(row) for [row] in shop.query(f"SELECT w.id {DOWNS}")]
    measure = press(shop, "finance", "returns.write.down", "action_measure_again", rows)
    _results, refused = race([measure] * CALLERS)
    assert refused == []
    measured = (
        "SELECT count(*), sum(m.amount) FROM returns_write_down_measure m"
        f" WHERE m.write_down_id IN (SELECT w.id {DOWNS})"
    )
    assert _sums(shop, measured) == [UNITS, 40 * UNITS]
    assert _booked(shop) == [2 * UNITS, 40 * UNITS]


def _released_once(shop, race):
    """Twenty people bring one unit each back to the shelf; there are four."""
    [[quant]] = shop.query(
        "SELECT q.id FROM stock_quant q JOIN returns_write_down w"
        " ON w.location_id = q.location_id AND w.product_id = q.product_id"
        f" WHERE q.quantity > 0 AND w.id IN (SELECT w.id {DOWNS}) LIMIT 1"
    )
    [[sellable]] = shop.query("SELECT id FROM inventory_state WHERE code = 'sellable'")
    values = {
        "state_dest_id": int(sellable),
        "reason": "As good as new",
        "line_ids": [[0, 0, {"quant_id": int(quant), "quantity": 1.0}]],
    }
    wizard = "inventory.state.change.wizard"
    lead = shop.client(Json2, "lead")
    opened = lead.execute(wizard, "create", vals_list=[values] * CALLERS)
    results, refused = race(
        [press(shop, "lead", wizard, "action_apply", [one]) for one in opened]
    )
    assert (len(results), len(refused)) == (UNITS, CALLERS - UNITS)
    left = f"SELECT count(*), sum(x.quantity), sum(x.amount) {RELEASES} AND x.kind"
    assert _sums(shop, f"{left} = 'restocked'") == [UNITS, UNITS, 40 * UNITS]
    assert _booked(shop) == [3 * UNITS, 0]
    rest = f"SELECT sum(quantity_left), sum(amount_left) {DOWNS}"
    assert _sums(shop, rest) == [0, 0]
