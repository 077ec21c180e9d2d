"""The floor: the rows that our way writes, written again by plain SQL.

The rows of one batch are read before it is rolled back, those it made and those it
changed. Then they are written anew, 50 in a statement, with foreign keys and triggers
off: nothing that stores the same can be faster.
"""

from psycopg2.extras import execute_values

from bench import measure

PAGE = 50
TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relpersistence = 'p'
    ORDER BY 1
"""
COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
    AND a.attgenerated = '' ORDER BY a.attnum
"""
# Rows of this transaction and of its savepoints, whose numbers are higher.
OURS = "xmin::text::bigint >= (pg_current_xact_id()::text::bigint & 4294967295)"


class Rows:
    """What one transaction wrote: per table its columns, new and changed rows."""

    def __init__(self):
        self.tables = {}
        self.tops = {}

    def remember_tops(self, cr):
        """Note the highest id of each table, to tell new rows from changed ones."""
        cr.execute(TABLES)
        for (table,) in cr.fetchall():
            cr.execute(COLUMNS, [f'"{table}"'])
            columns = dict(cr.fetchall())
            top = None
            if "id" in columns:
                cr.execute(f'SELECT coalesce(max(id), 0) FROM "{table}"')
                top = cr.fetchone()[0]
            self.tops[table] = columns, top

    def read(self, cr):
        """Read what the transaction wrote since."""
        for table, (columns, top) in self.tops.items():
            names = ", ".join(f'"{name}"::text' for name in columns)
            cr.execute(f'SELECT {names} FROM "{table}" WHERE {OURS}')
            if not (rows := cr.fetchall()):
                continue
            place = list(columns).index("id") if top is not None else None
            new = [r for r in rows if place is None or int(r[place]) > top]
            old = [r for r in rows if place is not None and int(r[place]) <= top]
            self.tables[table] = columns, new, old

    def write(self, cr):
        """Write them anew."""
        for table, (columns, new, old) in self.tables.items():
            names = [f'"{name}"' for name in columns]
            if new:
                statement = f'INSERT INTO "{table}" ({", ".join(names)}) VALUES %s'
                execute_values(cr._obj, statement, new, page_size=PAGE)
            if old:
                values = [f"v.{n}::{columns[n[1:-1]]}" for n in names]
                pairs = ", ".join(
                    f"{n} = {v}" for n, v in zip(names, values, strict=True)
                )
                statement = (
                    f'UPDATE "{table}" AS t SET {pairs} FROM (VALUES %s) '
                    f"AS v ({', '.join(names)}) WHERE t.id = v.id::int"
                )
                execute_values(cr._obj, statement, old, page_size=PAGE)

    def count(self):
        """(new rows, changed rows) of all tables."""
        return (
            sum(len(new) for _columns, new, _old in self.tables.values()),
            sum(len(old) for _columns, _new, old in self.tables.values()),
        )


def record(engine, database, lines):
    """Let an engine take a batch back, and keep what it wrote."""
    rows = Rows()
    with measure.transaction(database) as env:
        rows.remember_tops(env.cr)
        for part in (engine.receive, engine.refund):
            part(env, env["sale.order.line"].browse(lines))
            env.cr.flush()
        rows.read(env.cr)
    return rows


def take(rows, database):
    """Milliseconds that plain SQL takes for these rows, in all."""
    with measure.transaction(database) as env:
        env.cr.execute("SET LOCAL session_replication_role = replica")
        clock = measure.Clock(env.cr)
        start = clock()
        rows.write(env.cr)
        return 1000.0 * (clock() - start)
