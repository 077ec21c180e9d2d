from odoo import api, fields, models

from ...const import EVENTS


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

    order_id = fields.Many2one(
        "returns.order", "Return", required=True, ondelete="restrict", index=True,
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    number = fields.Integer(required=True, help="Position in the chain of the return.")
    what = fields.Selection(EVENTS, required=True)
    at = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", "Who", required=True)
    data = fields.Json(help="Ids, codes, quantities and sums; no personal data.")
    why = fields.Char(help="The person's own words; personal, can be erased.")
    salt = fields.Char(help="Of the digest of `why`.")
    why_digest = fields.Char()
    previous_hash = fields.Char()
    hash = fields.Char(required=True)

    @api.model
    def _log(self, rows):
        """Append events, many at once, each to the chain of its own return.

        :param list[dict] rows: ``order`` (record), ``what`` (const.EVENTS), and any of
            ``data`` (plain JSON), ``why`` (text of a person), ``at`` (UTC datetime)
        :return: the events
        """
        raise NotImplementedError
