from odoo import fields, models


class ReturnsEventSeal(models.Model):
    """The heads and counts of the chains as they were one day.

    A chain alone does not show that its end was cut off; the seals of the days before
    do, and the seals themselves are chained.
    """

    _name = "returns.event.seal"
    _description = "Seal of the audit trail"
    _inherit = ["returns.guarded"]
    _append_only = True
    _log_access = False
    _order = "id desc"

    sealed_at = fields.Datetime(required=True)
    return_count = fields.Integer("Returns", required=True)
    event_count = fields.Integer("Events", required=True)
    heads = fields.Json(required=True, help="{return id: [events, hash of the last]}")
    previous_hash = fields.Char()
    hash = fields.Char(required=True)
