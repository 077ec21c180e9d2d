"""What must hold after the play. Each check reads the database and says what it found.

Runs inside Odoo. A check returns what it did *not* like; an empty list means that it
passed. Sums over quants and books are taken by SQL, beside the code that is checked.
"""

from collections import defaultdict

#: Money is rounded to the penny on each move and each entry.
CENT = 0.01
#: Units are whole here; this is for sums of floats.
UNIT = 0.001


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
        result("refunds within what was paid", *refunds_within_paid(env)),
        result("refunds as the policy said", *refunds_as_said(env, told, snapshots)),
        result("all postings and payouts done", *outbox_is_done(env, snapshots)),
        result("stock value = accounts", *value_is_accounts(env)),
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


def rows(env, query, *values):
    """The rows of a query."""
    env.cr.execute(query, values)
    return env.cr.fetchall()


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


# --- money ------------------------------------------------------------------------


def refunds_within_paid(env):
    """No order line is credited with more than it was invoiced for."""
    found = rows(
        env,
        """
        SELECT o.name, l.id,
               sum(a.price_total) FILTER (WHERE m.move_type = 'out_invoice'),
               coalesce(sum(a.price_total)
                        FILTER (WHERE m.move_type = 'out_refund'), 0)
          FROM sale_order_line_invoice_rel r
          JOIN account_move_line a ON a.id = r.invoice_line_id
          JOIN account_move m ON m.id = a.move_id AND m.state = 'posted'
          JOIN sale_order_line l ON l.id = r.order_line_id
          JOIN sale_order o ON o.id = l.order_id
      GROUP BY 1, 2
        """,
    )
    credited = sum(credit for _order, _line, _invoiced, credit in found)
    return f"{credited:,.2f} credited on {len(found):,} invoiced lines", [
        f"{order}: {credit:.2f} credited, {invoiced or 0:.2f} invoiced"
        for order, _line, invoiced, credit in found
        if credit > (invoiced or 0) + CENT / 2
    ]


def refunds_as_said(env, told, snapshots):
    """To the cent: preview = snapshot = posted credit notes."""
    posted = defaultdict(float)
    for row in env["returns.settlement"].search([("counts", "=", True)]):
        posted[row.order_id.name] += row.amount
    wrong, lines = [], 0
    for story in told:
        snapshot = snapshots.get(story["name"])
        if not snapshot:
            continue
        name, money = snapshot["name"], snapshot["money"]
        if abs(posted[name] - money["settled"]) > CENT / 2:
            wrong.append(
                f"{name}: {posted[name]:.2f} posted, {money['settled']:.2f} said"
            )
        if money["settled"] > money["due"] + CENT / 2:
            wrong.append(f"{name}: more settled than due")
        if snapshot["money_state"] == "settled" and (
            abs(money["settled"] - money["due"]) > CENT / 2
        ):
            wrong.append(f"{name}: settled, but not what was due")
        for line in snapshot["lines"]:
            compared, complaint = as_previewed(name, line, story["promised"])
            lines += compared
            wrong += complaint
    return f"{lines} lines as previewed, {len(posted)} returns as posted", wrong


def as_previewed(name, line, promised):
    """A line that came back as it was announced is refunded as it was previewed."""
    quantity, refund = promised.get(str(line["line_ref"]), (None, None))
    if quantity is None or abs(line["quantity"]["refunded"] - quantity) > UNIT:
        return 0, []
    settled, due = line["refund"]["settled"], refund["due"]
    if abs(settled - due) <= CENT / 2:
        return 1, []
    return 1, [f"{name} {line['sku']}: previewed {due:.2f}, settled {settled:.2f}"]


#: Exceptions that tell of money that did not go where it should.
STUCK = ("posting_failed", "payout_failed", "payout_unknown")


def outbox_is_done(env, snapshots):
    """What was due was posted and, where a provider can do it, paid out.

    An entry that was taken back before it was posted is no failure; one that failed has
    raised an exception.
    """
    groups = env["returns.outbox"]._read_group([], ["kind", "state"], ["__count"])
    seen = ", ".join(f"{count:,} {kind} {state}" for kind, state, count in groups)
    return seen or "nothing was due", [
        f"{name}: {entry['code']}"
        for name, snapshot in snapshots.items()
        for entry in snapshot["exceptions"]
        if entry["code"] in STUCK
    ]


def value_is_accounts(env):
    """What the stock is worth is what the books say, but for what is not booked yet.

    Goods are booked out with the invoice and in with the credit note. So per product:
    books - value = goods that left, less goods that came back, less what was booked
    for either. Lines that are fully invoiced must have nothing left to book.
    """
    company = env.company
    booked_total = sum(company.stock_accounting_value().values())
    value_total = sum(company.stock_value().values())
    pending, wrong = 0.0, []
    for line in lines_with_goods(env):
        rest = line["moved"] - line["booked"]
        pending += rest
        even = abs(line["delivered"] - line["invoiced"]) < UNIT
        if even and abs(rest) > CENT * line["moves"]:
            wrong.append(f"{line['name']}: {rest:+.2f} of cost not booked")
    strays = stray_value(env)
    moves = rows(env, "SELECT count(*) FROM stock_move WHERE state = 'done'")[0][0]
    gap = booked_total - value_total - pending + strays
    # Half a penny may be rounded on each move, in either direction.
    if abs(gap) > CENT / 2 * moves**0.5 + CENT:
        wrong.insert(
            0,
            f"books {booked_total:,.2f}, stock {value_total:,.2f}, "
            f"not yet booked {pending - strays:,.2f}: {gap:+.2f} unexplained",
        )
    seen = (
        f"stock {value_total:,.2f}, books {booked_total:,.2f}, "
        f"not yet invoiced or credited {pending - strays:,.2f}, rounding {gap:+.2f}"
    )
    return seen, wrong


def lines_with_goods(env):
    """For each sold line: cost of the goods that moved, and cost that was booked.

    Invoiced is what is posted; core's own figure counts drafts as well.
    """
    found = rows(
        env,
        """
        WITH moved AS (
            SELECT m.sale_line_id AS line, count(*) AS moves,
                   sum(CASE WHEN m.is_out THEN m.value
                            WHEN m.is_in THEN -m.value ELSE 0 END) AS cost
              FROM stock_move m
             WHERE m.state = 'done' AND m.sale_line_id IS NOT NULL
          GROUP BY 1
        ), invoiced AS (
            SELECT r.order_line_id AS line,
                   sum(CASE WHEN e.move_type = 'out_refund' THEN -a.quantity
                            ELSE a.quantity END) AS units
              FROM account_move_line a
              JOIN account_move e ON e.id = a.move_id AND e.state = 'posted'
              JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = a.id
          GROUP BY 1
        ), booked AS (
            SELECT r.order_line_id AS line, -sum(c.balance) AS cost
              FROM account_move_line c
              JOIN account_move e ON e.id = c.move_id AND e.state = 'posted'
              JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = c.cogs_origin_id
              JOIN res_company k ON k.id = c.company_id
             WHERE c.display_type = 'cogs'
               AND c.account_id = k.account_stock_valuation_id
          GROUP BY 1
        )
        SELECT o.name || ' ' || p.default_code, coalesce(m.cost, 0),
               coalesce(b.cost, 0), coalesce(m.moves, 0) + 1,
               l.qty_delivered, coalesce(i.units, 0)
          FROM sale_order_line l
          JOIN sale_order o ON o.id = l.order_id
          JOIN product_product p ON p.id = l.product_id
     LEFT JOIN moved m ON m.line = l.id
     LEFT JOIN booked b ON b.line = l.id
     LEFT JOIN invoiced i ON i.line = l.id
         WHERE m.line IS NOT NULL OR b.line IS NOT NULL
        """,
    )
    names = ("name", "moved", "booked", "moves", "delivered", "invoiced")
    return [dict(zip(names, map(plain, row), strict=True)) for row in found]


def plain(value):
    """Numbers of SQL as float."""
    return value if isinstance(value, str) else float(value)


def stray_value(env):
    """Cost of goods that came from customers and belong to no sold line."""
    return float(
        rows(
            env,
            """
            SELECT coalesce(sum(m.value), 0)
              FROM stock_move m JOIN stock_location f ON f.id = m.location_id
             WHERE m.state = 'done' AND m.is_in AND f.usage = 'customer'
               AND m.sale_line_id IS NULL
            """,
        )[0][0]
    )


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
