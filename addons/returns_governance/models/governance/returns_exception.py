import json

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.inventory_states.patience import patient

from ...const import (
    EXCEPTION_CODES,
    EXCEPTION_ENDED,
    EXCEPTION_SEVERITY,
    EXCEPTION_STATE,
    HOLDING_EXCEPTIONS,
)
from ...guard import deny, refuse

LEAD = "returns_governance.group_warehouse_lead"
AGENT = "returns_governance.group_agent"
FINANCE = "returns_governance.group_finance"
MANAGER = "returns_governance.group_manager"

# With what a type begins (returns.exception.type, which the manager edits): who looks
# at it, and within how many hours of the clock; 24 are a working day.
OWNERS = {
    "not_authorised": (LEAD, 24),
    "overpaid_by_channel": (FINANCE, 72),
    "over_receipt": (LEAD, 24),
    "short_receipt": (AGENT, 72),
    "wrong_item": (AGENT, 48),
    "serial_mismatch": (LEAD, 24),
    "unmatched_parcel": (LEAD, 24),
    "weight_mismatch": (LEAD, 24),
    "parcel_lost": (AGENT, 48),
    "inspection_overdue": (LEAD, 24),
    "refund_overdue": (FINANCE, 24),
    "gate_breached": (FINANCE, 24),
    "unexplained_credit": (FINANCE, 72),
    "posting_failed": (FINANCE, 24),
    "payout_failed": (FINANCE, 24),
    "payout_unknown": (FINANCE, 8),
    "message_failed": (MANAGER, 24),
    "approval_overdue": (MANAGER, 24),
    "refund_due_soon": (FINANCE, 24),
    "under_recall": (LEAD, 24),
    "withdrawal_unmatched": (AGENT, 24),
    "unreturned_exchange": (AGENT, 72),
    "store_credit_spent": (FINANCE, 72),
    "repair_overdue": (LEAD, 72),
}
# Released money that nobody paid for so many days is overdue.
REFUND_DAYS = 14


class ReturnsException(models.Model):
    """Something that a person has to look at; exactly one open per cause."""

    _name = "returns.exception"
    _description = "Exception of a return"
    _inherit = ["returns.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "due_at, id"
    _rec_name = "code"
    _append_only = True
    # Notes are for everybody who looks at it.
    _mail_post_access = "read"

    code = fields.Selection(EXCEPTION_CODES, required=True, index=True)
    order_id = fields.Many2one(
        "returns.order", "Return", ondelete="cascade", index=True
    )
    line_id = fields.Many2one("returns.order.line", ondelete="cascade")
    receipt_ref = fields.Char("Receipt", index=True)
    move_id = fields.Many2one("account.move", "Document", ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, index=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", index=True)
    cause = fields.Char(required=True, help="Names the one cause, e.g. 'line 42'.")
    note = fields.Char("What happened")
    payload = fields.Json(help="Of an unmatched receipt: what was scanned.")
    fingerprint = fields.Char(
        help="What the cause looks like; one that was accepted by hand is raised again "
        "when it looks different."
    )
    state = fields.Selection(
        EXCEPTION_STATE,
        default="open",
        required=True,
        index=True,
    )
    severity = fields.Selection(EXCEPTION_SEVERITY, default="medium", readonly=True)
    by_law = fields.Boolean(
        "Day set by law", readonly=True, help="Putting it off does not stop its clock."
    )
    owner_group_id = fields.Many2one("res.groups", "Owner role")
    user_id = fields.Many2one("res.users", "Owner")
    since = fields.Datetime(default=fields.Datetime.now, required=True)
    due_at = fields.Datetime("Due")
    closed_at = fields.Datetime(readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    closed_because = fields.Char(readonly=True)
    ended = fields.Selection(EXCEPTION_ENDED, "How it ended", readonly=True)
    can_close = fields.Boolean(compute="_compute_can_close")

    _one_open_per_cause = models.UniqueIndex(
        "(company_id, code, cause) WHERE state = 'open'",
        "This exception is open already.",
    )
    _accepted = models.Index("(company_id, code, cause) WHERE ended = 'accepted'")

    @api.depends("state", "owner_group_id")
    @api.depends_context("uid")
    def _compute_can_close(self):
        for exception in self:
            exception.can_close = exception.state == "open" and exception._is_owner()

    def _is_owner(self):
        """Whether the user has the owner's role, or is the manager."""
        user = self.env.user
        # sudo: the name of a role is no secret, its record is not readable to all
        group = self.sudo()._owner_groups()
        return bool(group & user.all_group_ids) or user.has_group(MANAGER)

    def _owner_groups(self):
        """The roles that may work on it."""
        return self.owner_group_id

    # --- raise and clear, by the steps ----------------------------------------------
    @api.model
    def _raise(self, rows):
        """Open exceptions; a cause that is open already is left as it is.

        One statement, so that of many who see the same cause exactly one opens it.

        :param list[dict] rows: ``code`` and ``cause``, with any of ``order_id``,
            ``line_id``, ``receipt_ref``, ``move_id``, ``company_id``, ``warehouse_id``,
            ``note``, ``payload``, ``due_at`` (ids, not records); ``fingerprint``: what
            the cause looks like, where it is found again and again; a person who
            accepted it by hand is not asked again before it looks different
        :return: the exceptions that were opened now
        """
        rows = self._not_accepted(rows)
        if not rows:
            return self.browse()
        # sudo: the machine raises, whoever's step it was
        orders = self.env["returns.order"].sudo()
        orders = orders.browse({row["order_id"] for row in rows if row.get("order_id")})
        by_id = {order.id: order for order in orders}
        vals_list = [
            self._opening_vals(row, by_id.get(row.get("order_id"), orders.browse()))
            for row in rows
        ]
        self._set_due(vals_list)
        names = list(vals_list[0])
        # The rows that these point at have to be there.
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "INSERT INTO returns_exception (%s) VALUES %s"
                " ON CONFLICT (company_id, code, cause) WHERE state = 'open'"
                " DO NOTHING RETURNING id",
                SQL(", ").join(map(SQL.identifier, names)),
                SQL(", ").join(
                    SQL("(%s)", SQL(", ").join(SQL("%s", v) for v in vals.values()))
                    for vals in vals_list
                ),
            ),
            log_exceptions=False,
        )
        # sudo: as above
        raised = self.sudo().browse(row[0] for row in self.env.cr.fetchall())
        raised._tell("exception_raised", names)
        return raised.with_env(self.env)

    def _opening_vals(self, row, order):
        """All columns of a new exception, in one order."""
        given = self.env["returns.exception.type"]._given(row["code"])
        now = fields.Datetime.now()
        company = row.get("company_id") or order.company_id.id or self.env.company.id
        return {
            "code": row["code"],
            "order_id": order.id or None,
            "line_id": row.get("line_id") or None,
            "receipt_ref": row.get("receipt_ref") or None,
            "move_id": row.get("move_id") or None,
            "company_id": company,
            "warehouse_id": row.get("warehouse_id") or order.warehouse_id.id or None,
            "cause": row["cause"],
            "note": row.get("note") or None,
            "payload": json.dumps(row["payload"]) if row.get("payload") else None,
            "fingerprint": row.get("fingerprint") or None,
            "state": "open",
            "severity": given["severity"],
            "by_law": given["by_law"],
            "owner_group_id": given["owner"],
            "since": now,
            "due_at": row.get("due_at") or None,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }

    def _tell(self, what, names, why=None, **more):
        """Let caches, computes and the timeline of the returns know."""
        if not self:
            return
        orders = self.order_id
        orders._fields["exception_ids"]._invalidate_cache(self.env, orders._ids)
        self.modified(names)
        self.env["returns.event"]._log(
            [
                {
                    "order": exception.order_id,
                    "what": what,
                    "why": why or exception.closed_because,
                    "data": {
                        "exception": exception.id,
                        "code": exception.code,
                        "cause": exception.cause,
                        **more,
                    },
                }
                for exception in self
                if exception.order_id
            ]
        )

    @api.model
    def _clear(self, code, causes, because):
        """Close the open exceptions ``code`` with one of ``causes``.

        :param str because: what cleared it, for people
        """
        # sudo: as in _raise
        self.sudo().search(
            [("state", "=", "open"), ("code", "=", code), ("cause", "in", causes)]
        )._close(because)

    def _close(self, because, ended="gone"):
        if not self:
            return
        self._machine_write(
            {
                "state": "closed",
                "ended": ended,
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "closed_because": because,
            }
        )
        self._tell("exception_cleared", ["state"])

    # --- by people ------------------------------------------------------------------
    @patient
    def action_close(self, reason=None):
        """Clear by hand, as the owner's role, with a reason.

        :param str reason: why it is settled; may also come as ``returns_reason`` in
            the context, from a dialog
        :return: True
        """
        self.check_access("read")
        reason = (reason or self.env.context.get("returns_reason") or "").strip()
        if not reason:
            refuse(
                "BAD_REQUEST",
                self.env._("Say why this is settled: a reason is needed to clear it."),
            )
        still_open = self.filtered(lambda exception: exception.state == "open")
        for exception in still_open:
            if not exception._is_owner():
                deny(
                    self.env._(
                        "%(code)s is for the role %(role)s to clear.",
                        code=exception._in_words(),
                        role=exception.sudo().owner_group_id.name,
                    )
                )
        # sudo: the owner's role was checked; machine fields and events follow
        still_open.sudo()._close_by_hand(reason)
        held = still_open.filtered(lambda e: e.code in HOLDING_EXCEPTIONS)
        if held.order_id:
            self.env["returns.step.advance"]._after(held.order_id)
        return True

    def _in_words(self):
        return dict(EXCEPTION_CODES)[self.code]

    # --- found by time --------------------------------------------------------------
    @api.model
    def _find_overdue(self):
        """Cron: raise what is late, clear what no longer is, wake and escalate."""
        self.env.flush_all()
        for code, late, because in self._overdue():
            rows = {row["cause"]: row for row in late}
            known = self.search([("state", "=", "open"), ("code", "=", code)])
            known.filtered(lambda e, rows=rows: e.cause not in rows)._close(because)
            for cause in known.mapped("cause"):
                rows.pop(cause, None)
            self._raise([dict(row, code=code) for row in rows.values()])
        self._tend()

    def _overdue(self):
        """(code, rows of what is late, why it is not any more) of each kind."""
        return [
            ("inspection_overdue", self._late_inspections(), self.env._("Inspected")),
            ("refund_overdue", self._late_refunds(), self.env._("Settled")),
            ("approval_overdue", self._late_approvals(), self.env._("Decided")),
        ]

    def _late_inspections(self, orders=None):
        """Returns with goods that wait longer than their node allows.

        The hours of the clock are asked for in SQL; whoever passes there is held
        against the working hours of the node, which are never fewer.

        :param orders: look at these returns only
        """
        self.env.cr.execute(
            SQL(
                """
            SELECT o.id, o.company_id, r.warehouse_id, MIN(r.occurred_at), MAX(r.id)
              FROM returns_order o
              JOIN returns_receipt r ON r.order_id = o.id AND r.reverses_id IS NULL
              JOIN res_company c ON c.id = o.company_id
              LEFT JOIN stock_warehouse w ON w.id = r.warehouse_id
             WHERE o.goods_state IN ('partly_received', 'received') %s
               AND r.occurred_at < (now() AT TIME ZONE 'UTC') - interval '1 hour'
                   * COALESCE(NULLIF(w.returns_inspection_hours, 0),
                              c.returns_inspection_hours)
               AND r.quantity > COALESCE((
                   SELECT SUM(i.quantity) FROM returns_inspection i
                    WHERE i.receipt_id = r.id), 0) - COALESCE((
                   SELECT SUM(b.quantity) FROM returns_receipt b
                    WHERE b.reverses_id = r.id), 0)
             GROUP BY o.id, o.company_id, r.warehouse_id
             ORDER BY o.id, MIN(r.occurred_at)
            """,
                self._only(orders, "o", "id"),
            )
        )
        return self._past_working_time(self.env.cr.fetchall())

    def _late_refunds(self, orders=None):
        """Refunds whose day by law has passed, or that wait since their release."""
        self.env.cr.execute(
            SQL(
                """
            SELECT o.id, 'order ' || o.id, o.company_id,
                   COALESCE(o.refund_due_date::text, 'released')
              FROM returns_order o
             WHERE (o.money_state IN ('held', 'due', 'partly_settled')
               AND o.refund_due_date < CURRENT_DATE
                OR o.money_state = 'due' AND (
                   SELECT MAX(e.at) FROM returns_event e
                    WHERE e.order_id = o.id AND e.what = 'due'
                ) < (now() AT TIME ZONE 'UTC') - %s * interval '1 day') %s
            """,
                REFUND_DAYS,
                self._only(orders, "o", "id"),
            )
        )
        return self._late_rows()

    def _late_approvals(self, orders=None):
        """Questions that nobody has answered in time."""
        self.env.cr.execute(
            SQL(
                "SELECT order_id, 'approval ' || id, company_id, due_at::text"
                " FROM returns_approval"
                " WHERE state = 'open' AND due_at < (now() AT TIME ZONE 'UTC') %s",
                self._only(orders, "returns_approval", "order_id"),
            )
        )
        return self._late_rows()

    def _late_rows(self):
        return [
            {
                "order_id": order_id,
                "cause": cause,
                "company_id": company_id,
                "fingerprint": fingerprint,
            }
            for order_id, cause, company_id, fingerprint in self.env.cr.fetchall()
        ]
