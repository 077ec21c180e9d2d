"""The same rows many times over, by SQL: a large past from a small one."""

# What a return stands on, and its own rows; the goods' moves are left out.
TABLES = (
    "sale_order",
    "sale_order_line",
    "account_move",
    "account_move_line",
    "returns_sold_line",
    "returns_order",
    "returns_order_line",
    "returns_decision",
    "returns_receipt",
    "returns_inspection",
    "returns_routing",
    "returns_settlement",
    "returns_settlement_line",
)
RELATIONS = ("sale_order_line_invoice_rel", "account_move_line_account_tax_rel")
# Names that have to differ.
NAMES = {
    "sale_order": "name",
    "account_move": "name",
    "returns_order": "name",
}


def multiply(cr, times, more=()):
    """Copy all rows of ``TABLES``, with what points from one to the other.

    :param more: further tables
    """
    tables = (*TABLES, *more)
    cr.execute("SET session_replication_role = replica")  # no triggers, no keys
    offsets = {table: _highest(cr, table) for table in tables}
    for table in (*tables, *RELATIONS):
        _copy(cr, table, times, offsets)
    for table in tables:
        cr.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"
            f" (SELECT MAX(id) FROM {table}))"
        )
    cr.execute("SET session_replication_role = DEFAULT")
    cr.execute("ANALYZE")


def _highest(cr, table):
    cr.execute(f"SELECT COALESCE(MAX(id), 0) FROM {table}")
    return cr.fetchone()[0]


def _copy(cr, table, times, offsets):
    """One statement for a table: each of its rows, ``times`` over."""
    keys = _keys(cr, table)
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = 'public' AND is_generated = 'NEVER'",
        [table],
    )
    columns, values = [], []
    for (column,) in cr.fetchall():
        columns.append(f'"{column}"')
        target = table if column == "id" else keys.get(column)
        if target in offsets:
            values.append(f't."{column}" + n * {offsets[target]}')
        elif column == NAMES.get(table):
            values.append(f"t.\"{column}\" || '-' || n")
        else:
            values.append(f't."{column}"')
    cr.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM {table} t CROSS JOIN generate_series(1, {int(times)}) n"
    )


def _keys(cr, table):
    """{column: table that it points at}."""
    cr.execute(
        "SELECT a.attname, c.confrelid::regclass::text FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND c.conrelid = %s::regclass",
        [table],
    )
    return dict(cr.fetchall())
