from odoo import api, fields, models

from ...const import RESOLUTIONS
from ..intake.returns_order_line import ReturnsOrderLine as Line
from .returns_routing import BACK

SWITCHING = "returns_switching"
REPAIR = "repair"


class Switching:
    """Says in a context that the flow gives a line another resolution.

    An object, which no call from outside can carry.
    """


class ReturnsOrderLine(models.Model):
    """Goods that come for repair: the customer's own until another resolution is given.

    They are not valued, nothing is credited for them, and their order line stays
    delivered as it was. A unit that was sent back can be returned again.
    """

    _inherit = "returns.order.line"
    _machine_fields = Line._machine_fields | {
        "quantity_sent_back",
        "quantity_not_ours",
        "resolution_asked",
        "switched_at",
    }

    quantity_sent_back = fields.Float(
        "Sent back",
        compute="_compute_sent_back",
        store=True,
        digits="Product Unit",
        help="The customer's own units that have left for the customer again.",
    )
    quantity_not_ours = fields.Float(
        "Customer's own",
        compute="_compute_not_ours",
        store=True,
        digits="Product Unit",
        help="Received units that are, or were to the end, the customer's own: the "
        "order line counts them as delivered all the time.",
    )
    resolution_asked = fields.Selection(
        RESOLUTIONS,
        "Wanted at first",
        readonly=True,
        help="What was asked for, where something else was given instead.",
    )
    switched_at = fields.Datetime("Given instead on", readonly=True)

    # --- sums -------------------------------------------------------------------------
    def _is_repair(self):
        return self.resolution == REPAIR

    def _was_repair(self):
        """Came for repair, whatever is given by now."""
        return REPAIR in (self.resolution, self.resolution_asked)

    @api.depends("routing_ids.quantity_sent_back")
    def _compute_sent_back(self):
        # Without a read where nothing goes back.
        going = self.filtered(lambda line: line._was_repair())
        (self - going).quantity_sent_back = 0.0
        for line in going:
            line.quantity_sent_back = line._sum_rows(
                line.routing_ids, "quantity_sent_back"
            )

    @api.depends("resolution", "quantity_received", "quantity_sent_back")
    def _compute_not_ours(self):
        for line in self:
            line.quantity_not_ours = (
                line.quantity_received
                if line._is_repair()
                else line.quantity_sent_back
            )

    @api.depends("quantity_sent_back")
    def _compute_quantity_claimed(self):
        res = super()._compute_quantity_claimed()
        for line in self.filtered("quantity_sent_back"):
            line.quantity_claimed = max(
                0.0, line.uom_id.round(line.quantity_claimed - line.quantity_sent_back)
            )
        return res

    def _units_asked(self):
        """What was sent back was asked for as well, though it claims nothing now."""
        return super()._units_asked() + sum(self.mapped("quantity_sent_back"))

    def _quantity_in_repair(self):
        """The customer's own units that are in the house, in the line's unit."""
        if not self._is_repair():
            return 0.0
        return self.uom_id.round(self.quantity_received - self.quantity_sent_back)

    def _repair_routings(self):
        """Rows that have units waiting for the end of their repair."""
        return self.routing_ids.filtered(
            lambda row: not row._is_back() and row._quantity_here() > 0
        )

    def _send_back_routings(self):
        """Rows whose units wait for their delivery to the customer."""
        return self.routing_ids.filtered(
            lambda row: (
                row.disposition_id.kind == BACK and row._quantity_to_send_back() > 0
            )
        )

    # --- what was asked ---------------------------------------------------------------
    def _check_draft(self):
        """What was asked stays, unless the flow gives something else instead."""
        if isinstance(self.env.context.get(SWITCHING), Switching):
            return
        super()._check_draft()

    # --- words ------------------------------------------------------------------------
    @api.depends("resolution", "quantity_sent_back")
    def _compute_where_now(self):
        return super()._compute_where_now()

    def _places_now(self):
        """Goods that go back wait in no place of the company's, or have left."""
        places = super()._places_now()
        if not self._was_repair():
            return places
        places, sums = list(places)[:3], {}
        for row in self.routing_ids:
            if row.disposition_id.kind == BACK:
                continue
            here = row.disposition_id
            name = (
                self.env._("In repair")
                if self._is_repair() and here.kind == "refurbish"
                else here.state_id.name or here.name
            )
            sums[name] = sums.get(name, 0.0) + self._sum_rows(row)
        back = self._sum_rows(
            self.routing_ids.filtered(lambda row: row.disposition_id.kind == BACK)
        )
        return [
            *places,
            *sums.items(),
            (self.env._("To be sent back"), back - self.quantity_sent_back),
            (self.env._("Back with the customer"), self.quantity_sent_back),
        ]

    @api.depends("resolution", "quantity_received", "quantity_sent_back")
    def _compute_refund_words(self):
        return super()._compute_refund_words()

    def _refund_state(self):
        """No money: the repair, as far as it is."""
        if not self._is_repair() or not self.decision_id.eligible:
            return super()._refund_state()
        left = self._quantity_in_repair()
        if self.uom_id.compare(left, 0.0) > 0:
            return self.env._("For repair"), "info"
        if self.quantity_sent_back:
            return self.env._("Sent back"), "success"
        return "", "muted"
