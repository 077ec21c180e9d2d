from odoo import api, fields, models

from ...const import CARRIER_HAS_IT, CARRIER_STATUSES, LABEL_MODES


class ReturnsParcel(models.Model):
    """What a carrier moves; it may carry lines of several returns."""

    _name = "returns.parcel"
    _description = "Parcel of a return"
    _inherit = ["returns.guarded"]
    _machine_fields = frozenset(
        {
            "status",
            "status_at",
            "accepted_at",
            "in_carrier_hands",
            "received",
            "label_mode",
        }
    )
    _rec_name = "tracking_ref"
    _order = "id desc"

    tracking_ref = fields.Char("Tracking number", required=True, index=True)
    carrier = fields.Char()
    label_url = fields.Char()
    label_mode = fields.Selection(
        LABEL_MODES,
        "Label",
        readonly=True,
        help="How the customer sends it, as the policy says.",
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    order_ids = fields.Many2many(
        "returns.order",
        "returns_parcel_order_rel",
        "parcel_id",
        "order_id",
        string="Returns",
    )
    own_number = fields.Boolean(
        help="Stands for a parcel whose carrier's number is not known yet.",
    )
    status = fields.Selection(CARRIER_STATUSES, default="label_created", readonly=True)
    status_at = fields.Datetime(readonly=True)
    accepted_at = fields.Datetime(
        "Accepted by the carrier",
        readonly=True,
        help="First scan that proves that the carrier has the parcel.",
    )
    eta = fields.Datetime("Expected")
    weight = fields.Float("Weight (kg)")
    received = fields.Boolean(readonly=True, help="The dock has a receipt of it.")
    receipt_ids = fields.One2many("returns.receipt", "parcel_id", "Receipts")
    in_carrier_hands = fields.Boolean(compute="_compute_in_carrier_hands", store=True)

    _tracking_uniq = models.UniqueIndex(
        "(company_id, tracking_ref)",
        "A parcel with this tracking number exists.",
    )

    @api.depends("status", "accepted_at")
    def _compute_in_carrier_hands(self):
        for parcel in self:
            parcel.in_carrier_hands = parcel.status in CARRIER_HAS_IT or bool(
                parcel.accepted_at
            )

    def _of_return(self, order):
        """The parcels whose scans speak for ``order``.

        A carrier uses its numbers again: one that was received without anything of
        this return proves nothing for it.
        """
        arrived = order.receipt_ids.parcel_id
        return self.filtered(lambda p: not p.received or p in arrived)
