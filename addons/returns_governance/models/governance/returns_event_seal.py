import hashlib
import json
import logging

from odoo import api, fields, models

from ...guard import deny

_logger = logging.getLogger(__name__)

READERS = ("returns_governance.group_auditor", "returns_governance.group_manager")
EXPORT = "/returns_governance/seals.json"


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

    _previous_uniq = models.UniqueIndex(
        "((COALESCE(previous_hash, '')))",
        "Two seals were made at once. Press the button again.",
    )

    def unlink(self):  # pylint: disable=method-required-super
        """Refused to all; the flag of an uninstall in a context opens nothing."""
        if self:
            self._refuse_append_only()
        return True

    def _write_multi(self, vals_list):  # pylint: disable=method-required-super
        """What a flush would write past ``write``: refused to all."""
        self._refuse_append_only()

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

    # --- check ---------------------------------------------------------------------
    @api.model
    def _check_seals(self):
        """Find seals that were changed, or miss their neighbour.

        :return: findings as of ``returns.event._check_chain``, without a return
        """
        findings, previous = [], ""
        for seal in self._stream():
            findings += self._check_row(seal, previous)
            previous = seal["hash"]
        return findings

    @api.model
    def _check_row(self, seal, previous):
        """What is wrong with one seal (a row of ``_next_row``) after the one before.

        :param str previous: the hash of the seal before it
        """
        if seal["hash"] != self._digest(seal):
            return [self._finding("changed", seal["id"])]
        if (seal["previous_hash"] or "") != previous:
            return [self._finding("removed", seal["id"])]
        return []

    def _finding(self, kind, seal_id):
        return {
            "kind": kind,
            "order_id": False,
            "event_id": None,
            "company_id": False,
            "number": seal_id,
            "return": self.env._("seal %s, or the one before it", seal_id),
        }

    def _stream(self):
        """Yield the seals as dicts, oldest first, one in memory at a time."""
        last = 0
        while row := self._next_row(last):
            yield row
            last = row["id"]

    @api.model
    def _next_row(self, after):
        """The seal after one with this id, as a dict; None after the last."""
        self.env.cr.execute(
            "SELECT id, sealed_at, return_count, event_count, heads, watermark,"
            " previous_hash, hash FROM returns_event_seal WHERE id > %s"
            " ORDER BY id LIMIT 1",
            [after],
        )
        return self.env.cr.dictfetchone()

    # --- for people ----------------------------------------------------------------
    @api.model
    def action_check(self):
        """Check the whole trail and open what was found.

        :return: the action of a ``returns.event.check`` record
        :raise AccessError: for whoever is neither auditor nor manager
        """
        if not self._may_read_trail():
            deny(self.env._("Only auditors and managers check the audit trail."))
        return self.env["returns.event.check"]._run()

    def action_export(self):
        """Seal what happened since the last seal, and hand out the file of all seals.

        All of them, whichever were selected: one alone proves nothing.

        :return: the action that downloads it (controllers/audit.py)
        :raise AccessError: for whoever is neither auditor nor manager
        """
        if not self._may_read_trail():
            deny(self.env._("Only auditors and managers export the seals."))
        # sudo: sealing is the system's work; the role was checked above
        self.sudo()._seal()
        return {"type": "ir.actions.act_url", "url": EXPORT, "target": "self"}

    @api.model
    def _may_read_trail(self):
        """Whether the user is an auditor or a manager."""
        return any(self.env.user.has_group(group) for group in READERS)

    @api.model
    def _export(self):
        """Yield the text of the file that ``bin/check-seals`` reads, seal by seal."""
        head = {"kind": "returns seals", "version": 1}
        head["exported_at"] = fields.Datetime.to_string(fields.Datetime.now())
        yield json.dumps(head)[:-1] + ', "seals": ['
        comma = "\n"
        for seal in self._stream():
            at = fields.Datetime.to_string(seal["sealed_at"])
            yield comma + json.dumps({**seal, "sealed_at": at})
            comma = ",\n"
        yield "\n]}\n"

    # --- crons ---------------------------------------------------------------------
    @api.model
    def _cron_seal(self):
        """Daily: seal what happened."""
        self._seal()

    @api.model
    def _cron_check(self):
        """Nightly, and woken by the button: go on with a check, or begin one."""
        self.env["returns.event.check"]._work_off()
