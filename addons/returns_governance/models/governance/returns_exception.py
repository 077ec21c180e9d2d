from odoo import api, fields, models

from ...const import EXCEPTION_CODES


class ReturnsException(models.Model):
    """Something that a person has to look at; exactly one open per cause."""

    _name = "returns.exception"
    _description = "Exception of a return"
    _inherit = ["returns.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "due_at, id"
    _append_only = True

    code = fields.Selection(EXCEPTION_CODES, required=True, index=True)
    order_id = fields.Many2one("returns.order", "Return", ondelete="cascade", index=True)
    line_id = fields.Many2one("returns.order.line", ondelete="cascade")
    receipt_ref = fields.Char("Receipt", index=True)
    move_id = fields.Many2one("account.move", "Document", ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, index=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node")
    cause = fields.Char(required=True, help="Names the one cause, e.g. 'line 42'.")
    note = fields.Char("What happened")
    payload = fields.Json(help="Of an unmatched receipt: what was scanned.")
    state = fields.Selection(
        [("open", "Open"), ("closed", "Cleared")], default="open", required=True,
        index=True,
    )
    owner_group_id = fields.Many2one("res.groups", "Owner role")
    user_id = fields.Many2one("res.users", "Owner")
    since = fields.Datetime(default=fields.Datetime.now, required=True)
    due_at = fields.Datetime("Due")
    closed_at = fields.Datetime(readonly=True)
    closed_by_id = fields.Many2one("res.users", readonly=True)
    closed_because = fields.Char(readonly=True)

    _one_open_per_cause = models.UniqueIndex(
        "(company_id, code, cause) WHERE state = 'open'",
        "This exception is open already.",
    )

    @api.model
    def _raise(self, rows):
        """Open exceptions; a cause that is open already is left as it is.

        :param list[dict] rows: ``code`` and ``cause``, with any of ``order_id``,
            ``line_id``, ``receipt_ref``, ``move_id``, ``company_id``, ``warehouse_id``,
            ``note``, ``payload`` (ids, not records)
        :return: the exceptions that were opened now
        """
        raise NotImplementedError

    @api.model
    def _clear(self, code, causes, because):
        """Close the open exceptions ``code`` with one of ``causes``.

        :param str because: what cleared it, for people
        """
        raise NotImplementedError
