import hashlib
import json
import logging

from odoo import api, fields, models
from odoo.tools import SQL

from ...guard import deny

_logger = logging.getLogger(__name__)

READERS = ("returns_governance.group_auditor", "returns_governance.group_manager")


class ReturnsEventSeal(models.Model):
    """The heads and counts of the chains as they were one day.

    A chain alone does not show that its end was cut off together with its head; the
    seals of the days before do. Each seal holds the returns that changed since the one
    before it, and the seals themselves are chained. Their hash goes to the server's
    log, so that a copy of the log shows when all of them were made anew.
    """

    _name = "returns.event.seal"
    _description = "Seal of the audit trail"
    _inherit = ["returns.guarded"]
    _append_only = True
    _log_access = False
    _order = "id desc"
    _rec_name = "sealed_at"

    sealed_at = fields.Datetime(required=True)
    return_count = fields.Integer("Returns", required=True)
    event_count = fields.Integer("Events", required=True)
    heads = fields.Json(required=True, help="{return id: [events, hash of the last]}")
    watermark = fields.Char(
        required=True,
        help="Events of later transactions are in the next seal.",
    )
    previous_hash = fields.Char()
    hash = fields.Char(required=True)

    @api.model
    def _seal(self):
        """Seal the chains that grew since the last seal.

        :return: the new seal; empty where nothing happened since
        """
        self.env.flush_all()
        last = self.search([], limit=1)
        heads, watermark = self._new_heads(last)
        if not heads:
            return self.browse()
        vals = {
            "sealed_at": fields.Datetime.now(),
            "return_count": len(heads),
            "event_count": sum(count for count, _head in heads.values()),
            "heads": heads,
            "watermark": watermark,
            "previous_hash": last.hash,
        }
        seal = self._machine_create([dict(vals, hash=self._digest(vals))])
        _logger.info(
            "Sealed the audit trail of %s returns (seal %s): %s",
            len(heads),
            seal.id,
            seal.hash,
        )
        return seal

    def _new_heads(self, last):
        """({return id: [count, head]} of chains that grew, watermark for next time)."""
        self.env.cr.execute(
            "SELECT pg_snapshot_xmin(pg_current_snapshot())::text,"
            " pg_snapshot_xmax(pg_current_snapshot())::text"
        )
        watermark, future = self.env.cr.fetchone()
        # A watermark of another cluster (before a restore) says nothing here.
        since = last.watermark if last and int(last.watermark) <= int(future) else "0"
        self.env.cr.execute(
            "SELECT o.id, o.event_count, o.event_head FROM returns_order o"
            " WHERE o.event_count > 0 AND o.id IN (SELECT order_id FROM returns_event"
            " WHERE xid >= %s::text::xid8) ORDER BY o.id",
            [since],
        )
        return {str(row[0]): list(row[1:]) for row in self.env.cr.fetchall()}, watermark

    @api.model
    def _digest(self, vals):
        content = json.dumps(
            [
                fields.Datetime.to_string(vals["sealed_at"]),
                vals["return_count"],
                vals["event_count"],
                vals["heads"],
                vals["watermark"],
                vals["previous_hash"] or "",
            ],
            sort_keys=True,
            separators=(",", ":"),
        )
        return hashlib.sha256(content.encode()).hexdigest()

    @api.model
    def _check_seals(self):
        """Find seals that were changed, or miss their neighbour.

        :return: findings as of ``returns.event._check_chain``, without a return
        """
        findings, previous = [], ""
        for seal in self._stream():
            linked = (seal["previous_hash"] or "") == previous
            if seal["hash"] != self._digest(seal):
                findings.append(self._finding("changed", seal["id"]))
            elif not linked:
                findings.append(self._finding("removed", seal["id"]))
            previous = seal["hash"]
        return findings

    def _finding(self, kind, seal_id):
        return {
            "kind": kind,
            "order_id": False,
            "event_id": None,
            "number": seal_id,
            "return": self.env._("seal %s, or the one before it", seal_id),
        }

    @api.model
    def _sealed_heads(self, order_ids=None):
        """Return {return id: {count: head}} of all seals, or of some returns."""
        wanted = None if order_ids is None else set(order_ids)
        sealed = {}
        for seal in self._stream():
            for key, (count, head) in seal["heads"].items():
                if wanted is None or int(key) in wanted:
                    sealed.setdefault(int(key), {})[count] = head
        return sealed

    def _stream(self):
        """Yield the seals as dicts, oldest first, one in memory at a time."""
        last = 0
        while True:
            self.env.cr.execute(
                SQL(
                    "SELECT id, sealed_at, return_count, event_count, heads, watermark,"
                    " previous_hash, hash FROM returns_event_seal WHERE id > %s"
                    " ORDER BY id LIMIT 1",
                    last,
                )
            )
            row = self.env.cr.dictfetchone()
            if not row:
                return
            yield row
            last = row["id"]

    # --- for people ----------------------------------------------------------------
    @api.model
    def action_check(self):
        """Check the whole trail and open what was found.

        :return: the action of a ``returns.event.check`` record
        :raise AccessError: for whoever is neither auditor nor manager
        """
        if not any(self.env.user.has_group(group) for group in READERS):
            deny(self.env._("Only auditors and managers check the audit trail."))
        return self.env["returns.event.check"]._run()

    # --- crons ---------------------------------------------------------------------
    @api.model
    def _cron_seal(self):
        """Daily: seal what happened."""
        self._seal()

    @api.model
    def _cron_check(self):
        """Weekly: check everything, and tell the auditors when it is not whole."""
        findings = self.env["returns.event"]._check_chain()
        if not findings:
            _logger.info("The audit trail of returns is whole.")
            return
        check = self.env["returns.event.check"]
        text = check._in_words(findings)
        _logger.error("The audit trail of returns is not whole.\n%s", text)
        self._tell_auditors(text)

    def _tell_auditors(self, text):
        """Leave a message in the inbox of auditors and managers."""
        users = self.env["res.users"].union(
            *(self.env.ref(group).all_user_ids for group in READERS)
        )
        self.env["mail.thread"].message_notify(
            partner_ids=users.partner_id.ids,
            subject=self.env._("The audit trail of returns is not whole"),
            body=text,
        )
