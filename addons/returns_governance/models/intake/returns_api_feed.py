import base64
import re
import time

from odoo import fields, models
from odoo.tools import email_normalize

from ...guard import refuse
from .api_call import read
from .api_requests import CURSOR, FILTER, LIMIT
from .returns_snapshot import iso

# Seconds between two looks at a feed that is held back; half a second in all.
PAUSES = (0.02, 0.05, 0.1, 0.33)
POSITION = re.compile(r"(\d{1,20}),(\d{1,10})", re.ASCII)


class ReturnsApiFeed(models.AbstractModel):
    """Returns as they are, and what happened to them, page by page."""

    _name = "returns.api.feed"
    _description = "Public API of returns: reading"

    # --- api_get ---------------------------------------------------------------------
    def _answer_get(self, asked):
        orders = [self._one(ref) for ref in self._with_found(asked)]
        unique = self.env["returns.order"].union(*orders)
        snapshots = dict(
            zip(unique.ids, self.env["returns.snapshot"]._of(unique), strict=True)
        )
        return [snapshots[order.id] for order in orders]

    def _with_found(self, asked):
        """Pairs of a reference and the returns that have it; two queries in all."""
        Order = self.env["returns.order"]
        for ref in asked:
            if ("external_ref" in ref) != ("channel" in ref):
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "A return is named by its name, or by channel and external_ref."
                    ),
                )
        names = [ref["name"] for ref in asked if "name" in ref]
        refs = [ref["external_ref"] for ref in asked if "external_ref" in ref]
        found = {}
        for order in Order.search([("name", "in", names), ("name", "!=", "/")]):
            found[order.name] = order
        for order in Order.search([("external_ref", "in", refs), ("name", "!=", "/")]):
            key = (order.channel_id.code, order.external_ref)
            found[key] = found.get(key, Order) | order
        return [
            (ref, found.get(ref.get("name") or (ref["channel"], ref["external_ref"])))
            for ref in asked
        ]

    def _one(self, pair):
        ref, orders = pair
        name = ref.get("name") or ref["external_ref"]
        if not orders:
            self.env["returns.api.lookup"]._refuse_return(name)
        if len(orders) > 1:
            refuse(
                "ORDER_AMBIGUOUS",
                self.env._(
                    "%(ref)s names %(names)s, of several companies. Use the name.",
                    ref=name,
                    names=", ".join(orders.mapped("name")),
                ),
            )
        return orders

    # --- api_search ------------------------------------------------------------------
    def _answer_search(self, wanted, cursor, limit):
        wanted = read(self.env, FILTER, {} if wanted is False else wanted, "filter")
        limit = read(self.env, LIMIT, limit, "limit")
        seconds, last = self._position("search", cursor)
        domain = [("name", "!=", "/"), *self._domain(wanted)]
        if last:
            moment = fields.Datetime.to_string(self._from_seconds(seconds))
            domain += [
                "|",
                ("changed_at", ">", moment),
                "&",
                ("changed_at", "=", moment),
                ("id", ">", last),
            ]
        orders = self.env["returns.order"].search(
            domain, order="changed_at, id", limit=limit
        )
        if orders:
            seconds = self._to_seconds(orders[-1].changed_at)
            last = orders[-1].id
        return {
            "returns": self.env["returns.snapshot"]._of(orders),
            "cursor": self._cursor("search", seconds, last),
        }

    def _domain(self, wanted):
        domain = [
            (name, "=", wanted[name])
            for name in ("case_state", "goods_state", "money_state")
            if name in wanted
        ]
        if "channel" in wanted:
            channel = self.env["returns.api.lookup"]._channel(wanted["channel"])
            domain.append(("channel_id", "=", channel.id))
        if "order_ref" in wanted:
            domain += [
                "|",
                ("line_ids.sale_order_id.name", "=", wanted["order_ref"]),
                ("line_ids.sale_order_id.client_order_ref", "=", wanted["order_ref"]),
            ]
        if "customer_email" in wanted:
            given = wanted["customer_email"]
            email = email_normalize(given) or given.strip().lower()
            domain += [
                "|",
                ("partner_id.email_normalized", "=", email),
                ("partner_id.commercial_partner_id.email_normalized", "=", email),
            ]
        if "tracking_ref" in wanted:
            domain.append(("parcel_ids.tracking_ref", "=", wanted["tracking_ref"]))
        if "since" in wanted:
            domain.append(("changed_at", ">=", wanted["since"].replace(microsecond=0)))
        return domain

    def _to_seconds(self, moment):
        return int((moment - fields.Datetime.to_datetime("1970-01-01")).total_seconds())

    def _from_seconds(self, seconds):
        return fields.Datetime.add(
            fields.Datetime.to_datetime("1970-01-01"), seconds=seconds
        )

    # --- api_changes -----------------------------------------------------------------
    def _answer_changes(self, _wanted, cursor, limit):
        limit = read(self.env, LIMIT, limit, "limit")
        events = self.env["returns.event"]
        xid, last = self._position("changes", cursor)
        if xid >= events._feed_future():
            self._refuse_cursor()
        found = self._read_patiently(xid, last, limit)
        if found:
            xid, last = found[-1]["xid"], found[-1]["id"]
        return {
            "events": [
                {
                    "id": row["id"],
                    "at": iso(row["at"]),
                    "return": row["return"],
                    "what": row["what"],
                    "who": row["who"],
                    "data": plain(row["data"] or {}),
                }
                for row in found
            ],
            "cursor": self._cursor("changes", xid, last),
        }

    def _read_patiently(self, xid, last, limit):
        """Read the feed; where events are there and held back by a transaction that is
        still open or has just ended, look again for a moment."""
        events = self.env["returns.event"]
        for pause in PAUSES:
            found = events._read_feed(xid, last, limit)
            if len(found) == limit or not self._is_held_back():
                return found
            self.env.cr.rollback()  # nothing was written: only to see what is new
            self.env.transaction.reset()
            time.sleep(pause)
        return events._read_feed(xid, last, limit)

    def _is_held_back(self):
        """Whether committed events wait for an older transaction to end."""
        self.env.cr.execute(
            "SELECT pg_current_xact_id_if_assigned() IS NULL AND EXISTS ("
            " SELECT FROM returns_event WHERE xid >= %s::text::xid8)",
            [self.env["returns.event"]._feed_horizon()],
        )
        return self.env.cr.fetchone()[0]

    # --- cursors ---------------------------------------------------------------------
    def _cursor(self, kind, first, second):
        """A position as text that nobody is tempted to read."""
        text = f"{kind}:{first},{second}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _position(self, kind, cursor):
        """The two numbers of a cursor of this kind; zeros for the beginning."""
        if cursor is False:
            return 0, 0
        text = read(self.env, CURSOR, cursor, "cursor")
        try:
            padded = text + "=" * (-len(text) % 4)
            plain_text = base64.b64decode(
                padded, altchars=b"-_", validate=True
            ).decode()
        except ValueError:
            self._refuse_cursor()
        given, _colon, numbers = plain_text.partition(":")
        found = POSITION.fullmatch(numbers)
        if given != kind or not found:
            self._refuse_cursor()
        first, second = (int(number) for number in found.groups())
        if first >= 2**63 or second >= 2**31 or (kind == "search" and first >= 2**33):
            self._refuse_cursor()
        return first, second

    def _refuse_cursor(self):
        refuse(
            "CURSOR_INVALID",
            self.env._(
                "This is no cursor of this method. Send one that it gave, or false to "
                "begin."
            ),
        )


def plain(value):
    """A JSON value without null, which XML-RPC cannot carry."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return False if value is None else value
