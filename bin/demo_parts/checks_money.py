"""What must hold of the money after the play: credits, payouts, value and the books.

Runs inside Odoo, as `checks.py` does. Sums over quants and books are taken by SQL,
beside the code that is checked.
"""

from collections import defaultdict

from .sums import CENT, UNIT, rows


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


def allowance_is_booked(env):
    """The allowance account holds what the write-downs that stand add up to."""
    account = env.company.returns_allowance_account_id
    booked = -rows(
        env,
        """
        SELECT coalesce(sum(balance), 0) FROM account_move_line
         WHERE account_id = %s AND parent_state = 'posted'
        """,
        account.id,
    )[0][0]
    groups = env["returns.write.down"]._read_group(
        [], ["state"], ["__count", "amount_left:sum"]
    )
    stands = sum(left for state, _count, left in groups if state == "posted")
    counts = ", ".join(f"{count} {state}" for state, count, _left in groups)
    wrong = []
    if abs(float(booked) - stands) > CENT / 2:
        wrong.append(f"{booked:,.2f} on {account.code}, {stands:,.2f} by write-downs")
    if "to_post" in {state for state, _count, _left in groups}:
        wrong.append(f"some were not posted: {counts}")
    return f"allowance {stands:,.2f}; {counts or 'none'}", wrong


def statement_ties(env):
    """Each figure of the ledger is explained to the cent."""
    statement = env["returns.statement"].search([], limit=1)
    sections = statement.section_ids
    return f"{len(sections)} figures explained, {statement.gap_count} gaps listed", [
        f"{section.display_name}: {section.difference:+.2f} unexplained"
        for section in sections
        if section.difference
    ] + ([] if sections else ["nothing was compared"])
