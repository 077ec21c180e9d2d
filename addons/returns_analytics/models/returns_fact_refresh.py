import logging

from psycopg2 import errors

from odoo import api, fields, models
from odoo.tools import SQL

from .returns_fact_source import (
    FACT_COLUMNS,
    SOLD_COLUMNS,
    among,
    between,
    columns,
)

_logger = logging.getLogger(__name__)

BATCH = 1000
REBUILD_BATCH = 20000


class ReturnsFactRefresh(models.Model):
    """Keeps the facts: reads again what changed since it last looked, and no more.

    What happens to returns comes from their change feed, in the order of its
    transactions, so that nothing is missed under parallel writers; the row of this
    model holds how far it was read. Deliveries and master data leave notes
    (``returns.fact.todo``).
    """

    _name = "returns.fact.refresh"
    _description = "How far the figures are"
    _rec_name = "refreshed_at"

    feed_xid = fields.Char(default="0", required=True, readonly=True)
    feed_event = fields.Integer(readonly=True)
    refreshed_at = fields.Datetime("Figures of", readonly=True)

    # --- bit by bit -------------------------------------------------------------------
    @api.model
    def _cron_refresh(self):
        """Take in what changed, batch by batch; called by the cron of that name."""
        cron = self.env["ir.cron"]
        while True:
            done, more = self._catch_up()
            left = cron._commit_progress(done, remaining=BATCH if more else 0)
            if not more or not left:
                return

    @api.model
    def _catch_up(self):
        """Take in one batch of what changed.

        :return: (how many changes it took, whether more may wait)
        :rtype: tuple[int, bool]
        """
        # sudo: the figures are kept for all, whoever asks for them to be brought up
        self = self.sudo()
        place = self._lock_place()
        if not place:
            return 0, False
        events = self.env["returns.event"]._read_feed(
            int(place.feed_xid), place.feed_event, BATCH
        )
        notes = self._take_notes()
        changed = self.env["returns.event"].browse(event["id"] for event in events)
        orders = changed.order_id
        self._read_again(orders, notes)
        values = {"refreshed_at": fields.Datetime.now()}
        if events:
            values["feed_xid"] = str(events[-1]["xid"])
            values["feed_event"] = events[-1]["id"]
        place.write(values)
        full = BATCH in (len(events), len(notes))
        return len(events) + len(notes), full

    @api.model
    def _read_again(self, orders, sale_line_ids=()):
        """Read the facts and gaps of these returns, and of these order lines, again."""
        self.env.flush_all()
        related = self.env["returns.order.line"].search(
            [("sale_line_id", "in", list(sale_line_ids))]
        )
        if sale_line_ids:
            self._replace_sold(among(set(sale_line_ids)))
        if lines := orders.line_ids | related:
            self._replace_facts(among(lines.ids))
        self.env["returns.gap"]._find(orders | related.order_id)
        self._forget_caches()

    def _forget_caches(self):
        """What was written by statements is read anew."""
        for model in ("returns.fact", "returns.fact.sold", "returns.fact.summary"):
            self.env[model].invalidate_model()

    @api.model
    def _lock_place(self):
        """The row that says how far the figures are, held by this transaction.

        :return: nothing where another refresh has it, or has moved it since this
            transaction began: what there was to do is then done
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    "SELECT id FROM returns_fact_refresh ORDER BY id LIMIT 1"
                    " FOR NO KEY UPDATE SKIP LOCKED",
                    log_exceptions=False,
                )
                found = self.env.cr.fetchall()
        except errors.SerializationFailure:
            found = []
        return self.browse(place for (place,) in found)

    @api.model
    def _take_notes(self):
        """Take a batch of notes away and give the ids of their order lines."""
        self.env.cr.execute(
            "DELETE FROM returns_fact_todo WHERE id IN ("
            " SELECT id FROM returns_fact_todo ORDER BY id LIMIT %s"
            " FOR UPDATE SKIP LOCKED) RETURNING sale_line_id",
            [BATCH],
        )
        return [sale_line for (sale_line,) in self.env.cr.fetchall()]

    # --- from nothing -----------------------------------------------------------------
    @api.model
    def _rebuild(self):
        """Build all figures anew from the returns and deliveries."""
        # sudo: as in _catch_up
        self = self.sudo()
        self.env.flush_all()
        # What commits from here on comes by the feed.
        horizon = int(self.env["returns.event"]._feed_horizon())
        place = self.search([], limit=1) or self.create([{}])
        place.write(
            {
                "feed_xid": str(horizon - 1),
                "feed_event": 2**31 - 1,
                "refreshed_at": fields.Datetime.now(),
            }
        )
        self.env.flush_all()  # a refresh that runs beside waits, or is refused
        for table in ("fact", "fact_sold", "fact_summary", "fact_todo"):
            self.env.cr.execute(
                SQL("DELETE FROM %s", SQL.identifier(f"returns_{table}"))
            )
        for batch in self._batches("sale_order_line"):
            self.env.cr.execute(self._insert_sold_sql(batch))
        count = 0
        for batch in self._batches("returns_order_line"):
            self.env.cr.execute(self._insert_facts_sql(batch))
            count += self.env.cr.rowcount
        self.env["returns.fact.summary"]._build()
        self.env["returns.fact.summary"]._drop_empty()
        self._forget_caches()
        self.env["returns.gap"]._find_all()
        _logger.info("Figures of returns: built anew, %s rows.", count)

    @api.model
    def _batches(self, table, size=REBUILD_BATCH):
        """Choices of all rows of a table, in batches by range of id."""
        self.env.cr.execute(
            SQL("SELECT min(id), max(id) FROM %s", SQL.identifier(table))
        )
        first, last = self.env.cr.fetchone()
        for start in range(first or 0, (last or -1) + 1, size):
            yield between(start, start + size)

    # --- rows and their sums ----------------------------------------------------------
    def _replace_sold(self, chosen):
        """Read what was sold on order lines again."""
        old = self._take_away("returns_fact_sold", chosen)
        insert = self._insert_sold_sql(chosen)
        self.env.cr.execute(self.env["returns.fact.summary"]._add_sold_sql(insert, old))

    def _replace_facts(self, chosen):
        """Read the facts of return lines again."""
        old = self._take_away("returns_fact", chosen)
        insert = self._insert_facts_sql(chosen)
        self.env.cr.execute(
            self.env["returns.fact.summary"]._add_returned_sql(insert, old)
        )

    def _insert_sold_sql(self, chosen):
        return SQL(
            "INSERT INTO returns_fact_sold (%s) %s",
            columns(SOLD_COLUMNS),
            self.env["returns.fact.source"]._sold_sql(chosen),
        )

    def _insert_facts_sql(self, chosen):
        return SQL(
            "INSERT INTO returns_fact (%s) SELECT * FROM (%s) AS source",
            columns(FACT_COLUMNS),
            self.env["returns.fact.source"]._facts_sql(chosen),
        )

    def _take_away(self, table, chosen):
        """Delete rows of facts and give them as JSON, their numbers untouched."""
        key = {"returns_fact": "line_id", "returns_fact_sold": "sale_line_id"}[table]
        self.env.cr.execute(
            SQL(
                "WITH gone AS (DELETE FROM %s WHERE %s RETURNING *)"
                " SELECT COALESCE(json_agg(gone), '[]')::text FROM gone",
                SQL.identifier(table),
                chosen(key),
            )
        )
        return self.env.cr.fetchone()[0]
