"""What a batch of returns left behind, in words that all engines share."""


def reader(engine, lines):
    """Make the function that :func:`measure.take` calls before and after.

    :return: function of (env, what it said before or None)
    """

    def look(env, before):
        sold = env["sale.order.line"].browse(lines)
        if before is None:
            return _baseline(env)
        return {
            "moves": _moves(env, sold),
            "quants": _difference(_quants(env, engine), before["quants"]),
            "quantities": {line.id: _quantities(line) for line in sold},
            "refunds": {line.id: _refunds(line) for line in sold},
            "ledger": _difference(_ledger(env, False), before["ledger"]),
            "goods": _difference(_ledger(env, True), before["goods"]),
            "cost": _costs(sold.product_id),
            "wrong": sum(_wrong(line) for line in sold),
        }

    def _baseline(env):
        return {
            "quants": _quants(env, engine),
            "ledger": _ledger(env, False),
            "goods": _ledger(env, True),
        }

    return look


#: What bare Odoo is known to do otherwise: its refund is not linked to the invoice,
#: so that the cost of goods is taken back at today's cost and not as it was booked.
EXCUSED = {("native", "goods")}


def differences(figures):
    """Where engines disagree with ours: ``{(engine, what): (theirs, ours)}``.

    :param dict figures: {engine: Figure}, all of the same order lines
    """
    ours = _as_list(figures["ours"].state)
    found = {}
    for name, figure in figures.items():
        for mine, theirs in zip(ours, _as_list(figure.state), strict=True):
            for what in mine:
                if mine[what] != theirs[what] and (name, what) not in EXCUSED:
                    found.setdefault((name, what), (theirs[what], mine[what]))
    return found


def wrong(figure):
    """How many credit notes were reconciled with another order's invoice, or none."""
    return sum(state["wrong"] for state in _as_list(figure.state))


def _as_list(state):
    return state if isinstance(state, list) else [state]


def _moves(env, sold):
    """Done moves from the customer, as (order line, product, quantity)."""
    moves = sold.move_ids.filtered(
        lambda move: move.state == "done" and move.location_id.usage == "customer"
    )
    return sorted((m.sale_line_id.id, m.product_id.id, m.quantity) for m in moves)


def _quants(env, engine):
    """{(product, where): quantity} at the customers' and where goods come in."""
    place = engine.place(env)
    env.flush_all()
    env.cr.execute(
        "SELECT q.product_id, CASE WHEN l.usage = 'customer' THEN 'customer' "
        "ELSE 'place' END, sum(q.quantity) FROM stock_quant q "
        "JOIN stock_location l ON l.id = q.location_id "
        "WHERE l.usage = 'customer' OR l.id = %s GROUP BY 1, 2",
        [place.id],
    )
    return {row[:2]: float(row[2]) for row in env.cr.fetchall()}


def _ledger(env, goods):
    """{(account, type of document): balance} of what is posted.

    :param bool goods: of the cost of goods alone, or of all the rest
    """
    env.flush_all()
    env.cr.execute(
        "SELECT l.account_id, m.move_type, sum(l.balance) FROM account_move_line l "
        "JOIN account_move m ON m.id = l.move_id WHERE m.state = 'posted' "
        "AND (l.display_type = 'cogs') = %s GROUP BY 1, 2",
        [goods],
    )
    return {row[:2]: round(float(row[2]), 2) for row in env.cr.fetchall()}


def _difference(after, before):
    """What was added, without what cancels out."""
    changed = {key: after[key] - before.get(key, 0.0) for key in after}
    return {key: round(v, 2) for key, v in changed.items() if round(v, 2)}


def _quantities(line):
    return line.qty_delivered, line.qty_invoiced, line.qty_to_invoice


def _refunds(line):
    """Credit notes of an order line: posted total, open rest, rest of its invoice."""
    credits, invoice = _documents(line)
    return (
        credits.mapped("state"),
        round(sum(credits.mapped("amount_total")), 2),
        round(sum(credits.mapped("amount_residual")), 2),
        round(invoice.amount_residual, 2),
    )


def _documents(line):
    moves = line.invoice_lines.move_id
    credits = moves.filtered(lambda move: move.move_type == "out_refund")
    return credits, (moves - credits)[:1]


def _wrong(line):
    """1 where a credit note is not reconciled with just the invoice of its order."""
    credits, invoice = _documents(line)
    partials = credits.line_ids.matched_debit_ids | credits.line_ids.matched_credit_ids
    others = (partials.debit_move_id | partials.credit_move_id).move_id - credits
    return int(others != invoice or not credits)


def _costs(products):
    """The average cost of each product, to the cent."""
    return {product.id: round(product.standard_price, 2) for product in products}
