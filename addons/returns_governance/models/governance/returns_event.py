import json
import logging
import secrets

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import EVENTS
from . import chain

_logger = logging.getLogger(__name__)


class ReturnsEvent(models.Model):
    """What happened to a return: append-only, chained by hash, in order.

    ``_log`` is the only door. See ``_check_chain`` for what tampering it finds.
    """

    _name = "returns.event"
    _description = "Event of a return"
    _inherit = ["returns.guarded"]
    _append_only = True
    _log_access = False
    _order = "id"
    _rec_name = "what"

    order_id = fields.Many2one(
        "returns.order",
        "Return",
        required=True,
        ondelete="restrict",  # found by the index of the positions
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    number = fields.Integer(required=True, help="Position in the chain of the return.")
    what = fields.Selection(EVENTS, required=True)
    at = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", "Who", required=True)
    data = fields.Json(help="Ids, codes, quantities and sums; no personal data.")
    why = fields.Char(help="The person's own words; personal, can be erased.")
    salt = fields.Char(help="Of the digest of `why`.", groups="base.group_system")
    why_digest = fields.Char(groups="base.group_system")
    previous_hash = fields.Char(groups="base.group_system")
    hash = fields.Char(required=True)

    _position_uniq = models.UniqueIndex(
        "(order_id, number)",
        "A return has one event at each position of its chain.",
    )

    def init(self):
        """Add the id of the writing transaction, by which the feed is ordered.

        It is no field: only the database can fill it, and only with the transaction
        that really writes the row.
        """
        self.env.cr.execute(
            "ALTER TABLE returns_event ADD COLUMN IF NOT EXISTS "
            "xid xid8 NOT NULL DEFAULT pg_current_xact_id()"
        )
        self.env.cr.execute(
            "CREATE INDEX IF NOT EXISTS returns_event_feed ON returns_event (xid, id)"
        )
        self._rebase_feed()

    # --- append-only for everybody, server code included ---------------------------
    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        """Refused to all: events come from ``_log`` alone."""
        if vals_list:
            self._refuse_append_only()
        return self.browse()

    def write(self, vals):  # pylint: disable=method-required-super
        """Refused to all."""
        if self and vals:
            self._refuse_append_only()
        return True

    def unlink(self):  # pylint: disable=method-required-super
        """Refused to all; the flag of an uninstall in a context opens nothing."""
        if self:
            self._refuse_append_only()
        return True

    def _write_multi(self, vals_list):  # pylint: disable=method-required-super
        """What a flush would write past ``write``: refused to all."""
        self._refuse_append_only()

    # --- log -----------------------------------------------------------------------
    @api.model
    def _log(self, rows):
        """Append events, many at once, each to the chain of its own return.

        Three queries, however many returns: lock the heads, move them, insert.

        :param list[dict] rows: ``order`` (record), ``what`` (const.EVENTS), and any of
            ``data`` (plain JSON), ``why`` (text of a person), ``at`` (UTC datetime)
        :return: the events
        """
        if not rows:
            return self.browse()
        orders = self.env["returns.order"].union(*(row["order"] for row in rows))
        heads = self._lock_heads(orders)
        now = fields.Datetime.now()
        links = [self._link(heads, row, now) for row in rows]
        self._move_heads(orders, heads, now)
        return self._insert(links, orders)

    def _lock_heads(self, orders):
        """Return {order id: [company, count, head]}, locked in id order.

        Who comes second fails to serialise and is run again; two batches that meet in
        different orders do not lock each other out.
        """
        self.env.cr.execute(
            "SELECT id, company_id, COALESCE(event_count, 0), COALESCE(event_head, '')"
            " FROM returns_order WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [sorted(orders.ids)],
            log_exceptions=False,
        )
        return {row[0]: list(row[1:]) for row in self.env.cr.fetchall()}

    def _link(self, heads, row, now):
        """Make the next event of the row's return, and move its head in ``heads``."""
        head = heads[row["order"].id]
        head[1] += 1
        why = (row.get("why") or "").replace("\x00", "") or None
        salt = secrets.token_hex(16) if why else None
        at = fields.Datetime.to_datetime(row.get("at")) or now
        link = {
            "id": 0,
            "order_id": row["order"].id,
            "company_id": head[0],
            "number": head[1],
            "what": row["what"],
            "at": at.replace(microsecond=0),
            "user_id": self.env.uid,
            "data": chain.plain(row.get("data") or {}),
            "why": why,
            "salt": salt,
            "why_digest": chain.words_digest(salt, why) if why else None,
            "previous_hash": head[2] or None,
            "hash": "",
        }
        link["hash"] = head[2] = chain.digest(chain.Row(**link))
        return link

    def _move_heads(self, orders, heads, now):
        """Write head, count, revision and time of change in one statement."""
        self.env.cr.execute(
            SQL(
                "UPDATE returns_order o SET event_count = v.count, event_head = v.head,"
                " revision = COALESCE(o.revision, 0) + 1, changed_at = %s"
                " FROM (VALUES %s) AS v (id, count, head) WHERE o.id = v.id"
                " RETURNING o.id, o.revision",
                now,
                SQL(", ").join(
                    SQL("(%s, %s, %s)", order_id, count, head)
                    for order_id, (_company, count, head) in sorted(heads.items())
                ),
            ),
            log_exceptions=False,
        )
        Order = orders._fields
        for order_id, revision in self.env.cr.fetchall():
            order = orders.browse(order_id)
            _company, count, head = heads[order_id]
            # The cache is told what the statement wrote; nothing is left to flush.
            for name, value in (
                ("event_count", count),
                ("event_head", head),
                ("revision", revision),
                ("changed_at", now),
            ):
                Order[name]._update_cache(order, value)

    def _insert(self, links, orders):
        """Insert by one statement; ``create`` is shut, and takes one per hundred."""
        names = [name for name in chain.Row.__slots__ if name != "id"]
        self.env.cr.execute(
            SQL(
                "INSERT INTO returns_event (%s) VALUES %s RETURNING id",
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    SQL(
                        "(%s)",
                        SQL(", ").join(
                            SQL(
                                "%s",
                                json.dumps(link[name])
                                if name == "data"
                                else link[name],
                            )
                            for name in names
                        ),
                    )
                    for link in links
                ),
            )
        )
        ids = [event_id for (event_id,) in self.env.cr.fetchall()]
        orders._fields["event_ids"]._invalidate_cache(self.env, orders._ids)
        return self.browse(ids)

    # --- personal data -------------------------------------------------------------
    @api.model
    def _erase_personal(self, orders):
        """Erase the persons' words in the events of ``orders``; the chain stays whole.

        The digests stay and, without their salts, say nothing. Comments, messages and
        files go too. An event tells which words were erased, so that erasing by stealth
        is found.
        """
        beside = self._erase_beside(orders)
        self.env.cr.execute(
            "UPDATE returns_event SET why = NULL, salt = NULL"
            " WHERE order_id = ANY(%s) AND why IS NOT NULL RETURNING order_id, number",
            [orders.ids],
        )
        numbers = {}
        for order_id, number in self.env.cr.fetchall():
            numbers.setdefault(order_id, []).append(number)
        for name in ("why", "salt"):
            self._fields[name]._invalidate_cache(self.env)
        self._log(
            [
                {
                    "order": order,
                    "what": "erased",
                    "data": {
                        "numbers": sorted(numbers.get(order.id, ())),
                        **beside.get(order.id, {}),
                    },
                }
                for order in orders
                if order.id in numbers or beside.get(order.id)
            ]
        )

    def _erase_beside(self, orders):
        """Erase what persons said elsewhere in the returns; extended by others.

        :return: {order id: {what: how many were erased}}
        """
        return {}

    # --- change feed ---------------------------------------------------------------
    @api.model
    def _read_feed(self, after_xid, after_id, limit, domain=()):
        """Read the next events for a poller, in a stable order, none lost, none twice.

        Only transactions below the oldest one still open are shown: no event can come
        later with a lower position. Narrowed by the record rules to the companies,
        channels and nodes of the user.

        :param int after_xid: transaction of the last event read, 0 for the beginning
        :param int after_id: its id
        :param int limit: at most so many events
        :param domain: narrows further
        :return: list of dicts ``xid``, ``id``, ``at``, ``return``, ``what``, ``who``,
            ``data``
        """
        query = self._search(domain)
        table = SQL.identifier(query.table)
        query.add_where(
            SQL(
                "(%(t)s.xid, %(t)s.id) > (%(xid)s::text::xid8, %(id)s)"
                " AND %(t)s.xid < %(horizon)s::text::xid8",
                t=table,
                horizon=self._feed_horizon(),
                xid=str(after_xid),
                id=after_id,
            )
        )
        query.order = SQL("%(t)s.xid, %(t)s.id", t=table)
        query.limit = limit
        places = self.env.execute_query(
            query.select(SQL("%s.xid::text", table), SQL("%s.id", table))
        )
        # sudo: the rules have chosen the events; the names of return and user go along.
        events = self.sudo().browse(event_id for _xid, event_id in places)
        return [
            {
                "xid": int(xid),
                "id": event.id,
                "at": event.at,
                "return": event.order_id.name,
                "what": event.what,
                "who": event.user_id.name,
                "data": event.data,
            }
            for (xid, _id), event in zip(places, events, strict=True)
        ]

    @api.model
    def _feed_horizon(self):
        """The oldest transaction that may still commit events, as text.

        Transaction ids are the cluster's. One that is open in another database holds
        nothing back, as far as the server says whose it is; what cannot be known
        (ended since the snapshot, prepared, of a role that hides it) counts as ours.
        """
        self.env.cr.execute(
            """
            SELECT LEAST(
                pg_snapshot_xmax(snap)::text::numeric,
                pg_current_xact_id_if_assigned()::text::numeric,
                (SELECT MIN(xid) FROM (
                    SELECT pg_snapshot_xip(snap)::text::numeric AS xid) AS running
                  WHERE NOT EXISTS (
                    SELECT FROM pg_stat_activity
                     WHERE datname <> current_database()
                       AND backend_xid::text::numeric = mod(xid, 2 ^ 32::numeric)))
            )::text FROM (SELECT pg_current_snapshot() AS snap) AS now
            """
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _feed_future(self):
        """The first transaction id not given yet; a cursor beyond it is foreign."""
        self.env.cr.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        return int(self.env.cr.fetchone()[0])

    @api.model
    def _rebase_feed(self):
        """After a restore into another cluster, whose transaction ids may be lower:
        put the old events below every new one, in their old order."""
        self.env.cr.execute(
            "UPDATE returns_event SET xid = '1'::xid8 WHERE EXISTS (SELECT FROM"
            " returns_event WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())"
            " AND xid <> pg_current_xact_id())"
        )
        if self.env.cr.rowcount:
            _logger.info(
                "The change feed begins anew: %s events.", self.env.cr.rowcount
            )

    # --- check ---------------------------------------------------------------------
    @api.model
    def _check_chain(self, orders=None):
        """Find what was changed, removed, inserted or cut off behind the ORM's back.

        :param orders: returns to check; all of them where it is None
        :return: list of dicts ``kind`` (const.FINDING_KINDS), ``order_id``,
            ``return`` (name), ``number``, ``event_id``, ``company_id``
        """
        return self.env["returns.event.scan"]._findings(orders)
