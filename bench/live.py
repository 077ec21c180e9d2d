"""The questions of the dashboard, put to the tables of returns and deliveries.

Each joins only what it needs, so that it is the fastest that SQL gives without sums
kept beside.
"""

from odoo.tools import SQL

#: What a slice is cut by: (what joins it to an order line, its column).
CUTS = {
    "product": ("", "sl.product_id"),
    "category": (
        " JOIN product_product pp ON pp.id = sl.product_id"
        " JOIN product_template pt ON pt.id = pp.product_tmpl_id",
        "pt.categ_id",
    ),
    "channel": ("", None),
    "country": (
        " JOIN res_partner buyer ON buyer.id = so.partner_shipping_id",
        "buyer.country_id",
    ),
    "supplier": (
        " JOIN product_product pp ON pp.id = sl.product_id"
        " LEFT JOIN (SELECT DISTINCT ON (product_tmpl_id) product_tmpl_id, partner_id"
        " FROM product_supplierinfo ORDER BY product_tmpl_id, sequence, id) vendor"
        " ON vendor.product_tmpl_id = pp.product_tmpl_id",
        "vendor.partner_id",
    ),
    "carrier": ("", "so.carrier_id"),
    "node": ("", "so.warehouse_id"),
}
KINDS = {"reason": "l.reason_id", "disposition": "r.disposition_id"}
START, END = "2010-12-01", "2012-01-01"
RETURNED = """
    SELECT {columns}, sum(COALESCE(r.quantity, l.quantity_claimed))
      FROM returns_order_line l
      JOIN returns_order o ON o.id = l.order_id
      JOIN sale_order_line sl ON sl.id = l.sale_line_id
      JOIN sale_order so ON so.id = sl.order_id {join}
      {routing}
     WHERE o.case_state <> 'draft' AND o.requested_at >= %s AND o.requested_at < %s
     GROUP BY {columns}"""
ROUTING = "LEFT JOIN returns_routing r ON r.line_id = l.id"
NO_ROUTING = "CROSS JOIN (SELECT NULL::numeric AS quantity) r"
SOLD = """
    SELECT {columns}, sum(m.quantity)
      FROM stock_move m
      JOIN sale_order_line sl ON sl.id = m.sale_line_id
      JOIN sale_order so ON so.id = sl.order_id {join}
     WHERE m.state = 'done' AND m.date >= %s AND m.date < %s
     GROUP BY {columns}"""
MONTH = "date_trunc('month', {})::date"


def rates(dimension):
    """Sold and returned units by month, or by a cut."""

    def read(env):
        answer = {}
        for place, (text, column) in enumerate(_sides(dimension)):
            join = CUTS[dimension][0] if dimension else ""
            text = text.format(columns=column, join=join, routing=NO_ROUTING)
            for key, units in _rows(env, text):
                name = (key or 0,) if dimension else (key,)
                answer.setdefault(name, [0.0, 0.0])[place] += float(units)
        return {key: tuple(row) for key, row in answer.items()}

    return read


def _sides(dimension):
    if not dimension:
        yield SOLD, MONTH.format("m.date")
        yield RETURNED, MONTH.format("o.requested_at")
        return
    column = CUTS[dimension][1]
    yield SOLD, column or "so.returns_channel_id"
    yield RETURNED, column or "o.channel_id"


def mix(dimension, kind):
    """Returned units by reason or disposition, in all, by month or by a cut."""

    def read(env):
        join, column = CUTS.get(dimension, ("", MONTH.format("o.requested_at")))
        columns = [column or "o.channel_id"] if dimension else []
        columns.append(KINDS[kind])
        text = RETURNED.format(
            columns=", ".join(columns),
            join=join,
            routing=ROUTING if kind == "disposition" else NO_ROUTING,
        )
        return {
            tuple(part or 0 for part in key): (0.0, float(units))
            for *key, units in _rows(env, text)
        }

    return read


def _rows(env, text):
    env.cr.execute(SQL(text, START, END))
    return env.cr.fetchall()
