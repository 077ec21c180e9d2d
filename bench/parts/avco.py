"""Average cost with a short and a long past: T6, and Odoo's own replay beside it."""

from unittest.mock import patch

from odoo import Command

from bench import measure
from bench.report import Report

SHORT, LONG = 300, 10_000
UNITS = 20
COPY_MOVES = """
    INSERT INTO stock_move ({names}) SELECT {values}
    FROM stock_move m, generate_series(1, %(count)s) AS n
    WHERE m.id = CASE WHEN n %% 2 = 1 THEN %(entry)s ELSE %(exit)s END ORDER BY n
    RETURNING id, is_in
"""
COPY_LINES = """
    INSERT INTO stock_move_line ({names}) SELECT {values}
    FROM stock_move_line l JOIN unnest(%(new)s) AS n(id) ON TRUE
    WHERE l.move_id = %(old)s
"""


def run(databases, report: Report, rounds):
    """Take single units in, of a product with a short past and of one with a long."""
    from odoo.addons.stock_account_avco_forward import core

    found, replayed = [], []
    with measure.transaction(databases["ours"]) as env:
        env = env(su=True)
        products = {count: _product(env, count) for count in (SHORT, LONG)}
        clock = measure.Clock(env.cr)
        for product in products.values():
            _take_in(env, product, clock)
        for _round in range(rounds):
            found.append([_take_in(env, p, clock, UNITS) for p in products.values()])
        with patch.object(core, "replays", lambda: False):
            for product in products.values():
                _take_in(env, product, clock)
            replayed = [_take_in(env, p, clock) for p in products.values()]
    report.target("T6", [long / short for short, long in found])
    report.section(
        "One unit comes in, milliseconds, by old moves of its product",
        [
            ("", f"{SHORT} moves", f"{LONG} moves"),
            ("brought forward", *found[-1]),
            ("Odoo's replay", *replayed),
        ],
    )


def _take_in(env, product, clock, times=1):
    """Milliseconds to have one unit done that comes back from a customer."""
    spent = 0.0
    for _time in range(times):
        env.flush_all()
        env.invalidate_all()
        start = clock()
        _move(env, product, "customers", 1.0)
        env.flush_all()
        spent += clock() - start
    return 1000.0 * spent / times


def _move(env, product, other, quantity, out=False):
    """One done move between the stock and a place outside."""
    stock = env["stock.warehouse"].search([], limit=1).lot_stock_id
    source, dest = env.ref(f"stock.stock_location_{other}"), stock
    if out:
        source, dest = dest, source
    line = {
        "product_id": product.id,
        "product_uom_id": product.uom_id.id,
        "quantity": quantity,
        "location_id": source.id,
        "location_dest_id": dest.id,
        "picked": True,
    }
    move = env["stock.move"].create(
        {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "picked": True,
            "move_line_ids": [Command.create(line)],
        }
    )
    move._action_done()
    return move


def _product(env, count):
    """A product at average cost with ``count`` old moves, in and out in turn."""
    category = env["product.category"].search([("name", "=", "Average cost")], limit=1)
    product = env["product.product"].create(
        {
            "name": f"{count} moves",
            "is_storable": True,
            "categ_id": category.id,
            "standard_price": 5.0,
        }
    )
    entry = _move(env, product, "suppliers", 2.0)
    leave = _move(env, product, "customers", 1.0, out=True)
    env.flush_all()
    env.cr.execute(
        "UPDATE product_value SET date = date - interval '300 days' "
        "WHERE product_id = %s",
        [product.id],
    )
    _age(env, entry, leave, count)
    env.invalidate_all()
    product._update_standard_price()
    return product


def _age(env, entry, leave, count):
    """Copy the two moves with their lines, some minutes apart, long ago."""
    ago = "now() AT TIME ZONE 'UTC' - interval '200 days'"
    env.cr.execute(
        f"UPDATE stock_move SET date = {ago} WHERE id = ANY(%s)",
        [[entry.id, leave.id]],
    )
    values = {"date": f"{ago} + n * interval '20 minutes'"}
    names, values = _columns(env, "stock_move", "m", values)
    env.cr.execute(
        COPY_MOVES.format(names=names, values=values),
        {"count": count, "entry": entry.id, "exit": leave.id},
    )
    made = env.cr.fetchall()
    names, values = _columns(env, "stock_move_line", "l", {"move_id": "n.id"})
    for old, is_in in ((entry, True), (leave, False)):
        new = [number for number, coming in made if coming == is_in]
        env.cr.execute(
            COPY_LINES.format(names=names, values=values), {"new": new, "old": old.id}
        )


def _columns(env, table, alias, values):
    """Names of all columns but the id, and what to copy into each."""
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns "
        "WHERE table_name = %s AND table_schema = 'public' AND column_name <> 'id'",
        [table],
    )
    names = [row[0] for row in env.cr.fetchall()]
    copied = [values.get(name, f'{alias}."{name}"') for name in names]
    return ", ".join(f'"{name}"' for name in names), ", ".join(copied)
