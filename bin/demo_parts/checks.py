"""What must hold after the play. Each check reads the database and says what it found.

Runs inside Odoo. A check returns what it did *not* like; an empty list means that it
passed. Sums over quants and books are taken by SQL, beside the code that is checked.
"""

from collections import defaultdict

from . import checks_money as money
from .sums import UNIT, rows


def main(env, told, snapshots):
    """Run all checks.

    :param list told: the stories as dictionaries
    :param dict snapshots: the returns as the API tells them, by name
    :return: the results, and the stock by warehouse and state
    """
    env.cr.execute("SET TRANSACTION READ ONLY")
    results = [
        result("units conserved", *units_conserved(env, told, snapshots)),
        result("ledger = quants", *ledger_is_quants(env)),
        result("refunds within what was paid", *money.refunds_within_paid(env)),
        result(
            "refunds as the policy said", *money.refunds_as_said(env, told, snapshots)
        ),
        result("all postings and payouts done", *money.outbox_is_done(env, snapshots)),
        result("stock value = accounts", *money.value_is_accounts(env)),
        result("write-downs in the books", *money.allowance_is_booked(env)),
        result("statement explains the ledger", *money.statement_ties(env)),
        result("audit chain whole", *chain_is_whole(env)),
        result("nothing sold from quarantine", *nothing_sold_unsellable(env)),
        result("duties in separate hands", *duties_are_apart(env)),
    ]
    return {"results": results, "places": places(env)}


def result(name, seen, wrong):
    """One check as a dictionary."""
    if not wrong:
        return {"name": name, "ok": True, "detail": seen}
    more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
    return {"name": name, "ok": False, "detail": "; ".join(wrong[:5]) + more}


# --- units ------------------------------------------------------------------------


def units_conserved(env, told, snapshots):
    """What was handed over is what was moved in, and each line adds up."""
    wrong = []
    for snapshot in snapshots.values():
        for line in snapshot["lines"]:
            wrong += line_adds_up(snapshot["name"], line)
    handed = defaultdict(float)
    for story in told:
        for sku, units in story["arrived"].items():
            handed[sku] += units
    moved = dict(
        rows(
            env,
            """
            SELECT p.default_code, sum(l.quantity_product_uom)
              FROM stock_move_line l
              JOIN stock_location f ON f.id = l.location_id
              JOIN stock_location t ON t.id = l.location_dest_id
              JOIN product_product p ON p.id = l.product_id
             WHERE l.state = 'done' AND f.usage = 'customer' AND t.usage = 'internal'
          GROUP BY 1
            """,
        )
    )
    for sku in handed.keys() | moved.keys():
        if abs(handed.get(sku, 0) - moved.get(sku, 0)) > UNIT:
            wrong.append(
                f"{sku}: {handed.get(sku, 0):g} handed over, "
                f"{moved.get(sku, 0):g} moved in"
            )
    return f"{sum(handed.values()):,.0f} units handed over and moved in", wrong


def line_adds_up(name, line):
    """The quantities of one line of a snapshot, each held against the next."""
    quantity = line["quantity"]
    sums = {
        "conditions": (sum(line["conditions"].values()), quantity["inspected"]),
        "dispositions": (sum(line["dispositions"].values()), quantity["disposed"]),
    }
    wrong = [
        f"{name} {line['sku']}: {what} come to {total:g}, not {expected:g}"
        for what, (total, expected) in sums.items()
        if abs(total - expected) > UNIT
    ]
    for more, less in (
        ("requested", "authorised"),
        ("received", "inspected"),
        ("inspected", "disposed"),
    ):
        if quantity[less] > quantity[more] + UNIT:
            wrong.append(f"{name} {line['sku']}: more {less} than {more}")
    return wrong


def ledger_is_quants(env):
    """Replaying the ledger gives the quants, per heap of goods."""
    differences = rows(
        env,
        """
        WITH replayed AS (
            SELECT product_id, location_dest_id AS place, lot_dest_id AS lot,
                   package_dest_id AS package, owner_id AS owner, quantity
              FROM inventory_state_change WHERE location_dest_id IS NOT NULL
         UNION ALL
            SELECT product_id, location_id, lot_id, package_id, owner_id, -quantity
              FROM inventory_state_change WHERE location_id IS NOT NULL
         UNION ALL
            SELECT product_id, location_id, lot_id, package_id, owner_id, -quantity
              FROM stock_quant
        )
        SELECT p.default_code, l.complete_name, sum(r.quantity)
          FROM replayed r
          JOIN product_product p ON p.id = r.product_id
          JOIN stock_location l ON l.id = r.place
      GROUP BY p.default_code, l.complete_name, r.lot, r.package, r.owner
        HAVING abs(sum(r.quantity)) > %s
        """,
        UNIT,
    )
    count = rows(env, "SELECT count(*) FROM inventory_state_change")[0][0]
    return f"{count:,} rows replayed", [
        f"{sku} in {place}: {units:+g}" for sku, place, units in differences
    ]


def nothing_sold_unsellable(env):
    """No unit went from a place that is not available to a customer."""
    sold = rows(
        env,
        """
        SELECT p.default_code, s.code, sum(c.quantity)
          FROM inventory_state_change c
          JOIN inventory_state s ON s.id = c.state_id
          JOIN stock_location t ON t.id = c.location_dest_id
          JOIN product_product p ON p.id = c.product_id
         WHERE t.usage = 'customer' AND s.code <> 'sellable'
      GROUP BY 1, 2
        """,
    )
    held = rows(
        env,
        """
        SELECT coalesce(sum(q.quantity), 0)
          FROM stock_quant q
          JOIN stock_location l ON l.id = q.location_id
          JOIN inventory_state s ON s.id = l.effective_state_id
         WHERE l.usage = 'internal' AND s.code <> 'sellable'
        """,
    )[0][0]
    wrong = [f"{units:g} of {sku} out of {state}" for sku, state, units in sold]
    wrong += promised_too_much(env)
    return f"{held:,.0f} unsellable units in the house, none promised", wrong


def promised_too_much(env):
    """Products whose free quantity is more than what lies in sellable places."""
    sellable = dict(
        rows(
            env,
            """
            SELECT q.product_id, sum(q.quantity - q.reserved_quantity)
              FROM stock_quant q
              JOIN stock_location l ON l.id = q.location_id
              JOIN inventory_state s ON s.id = l.effective_state_id
             WHERE l.usage = 'internal' AND s.code = 'sellable'
          GROUP BY 1
            """,
        )
    )
    products = env["product.product"].search([("is_storable", "=", True)])
    return [
        f"{product.default_code}: {product.free_qty:g} free, "
        f"{sellable.get(product.id, 0):g} sellable"
        for product in products
        if abs(product.free_qty - sellable.get(product.id, 0)) > UNIT
    ]


def places(env):
    """Stock by warehouse and state."""
    found = rows(
        env,
        """
        SELECT w.name, s.code, sum(q.quantity)
          FROM stock_quant q
          JOIN stock_location l ON l.id = q.location_id
          JOIN stock_warehouse w ON w.id = l.warehouse_id
          JOIN inventory_state s ON s.id = l.effective_state_id
         WHERE l.usage = 'internal'
      GROUP BY 1, 2 ORDER BY 1, 2
        """,
    )
    return [
        {"warehouse": warehouse, "state": state, "units": round(units)}
        for warehouse, state, units in found
        if units
    ]


# --- audit ------------------------------------------------------------------------


def chain_is_whole(env):
    """The chain of events of each return, checked by the addon's own check."""
    orders = env["returns.order"].search([])
    findings = env["returns.event"]._check_chain(orders)
    count = env["returns.event"].search_count([])
    return f"{count:,} events of {len(orders)} returns", [str(f) for f in findings]


def duties_are_apart(env):
    """Nobody holds two duties that belong apart, but for what was accepted."""
    rows = env["returns.duty"].search([])
    wrong = rows.filtered(lambda row: row.state == "open")
    accepted = len(rows.filtered(lambda row: row.state == "accepted"))
    return f"0 open conflicts, {accepted} of the administrator accepted", [
        f"{row.user_id.name}: {row.way}" for row in wrong
    ]
