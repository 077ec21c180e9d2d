from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import (
    ERROR_TRANSITION,
    IN_TRANSIT,
    OUTSIDE,
    OUTSIDE_USAGES,
    SELLABLE,
    STORED,
)


class StockLocation(models.Model):
    _inherit = "stock.location"

    state_id = fields.Many2one(
        "inventory.state",
        "Inventory State",
        domain=[("kind", "=", "stored")],
        ondelete="restrict",
        index="btree_not_null",
        help="State of what lies here and in the places below. Empty: as the place "
        "above; sellable where no place above has a state.",
    )
    effective_state_id = fields.Many2one(
        "inventory.state",
        "State of the Stock",
        compute="_compute_effective_state_id",
        store=True,
        recursive=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    state_capacity = fields.Float(
        "Capacity",
        digits="Product Unit",
        help="How many units this place and the places below can take. 0: no limit.",
    )
    state_quantity = fields.Float(
        "Units Here", compute="_compute_state_quantity", digits="Product Unit"
    )
    state_overflow = fields.Float(
        "Over Capacity",
        compute="_compute_state_quantity",
        digits="Product Unit",
        help="Units that are here beyond the capacity.",
    )

    @api.depends("usage", "state_id", "location_id.effective_state_id")
    def _compute_effective_state_id(self):
        ids = self.env["inventory.state"]._get_ids_by_code()
        outside, transit = ids.get(OUTSIDE), ids.get(IN_TRANSIT)
        for location in self:
            parent = location.location_id.effective_state_id
            if location.usage in OUTSIDE_USAGES:
                location.effective_state_id = outside
            elif location.usage == "transit":
                location.effective_state_id = transit
            elif location.state_id:
                location.effective_state_id = location.state_id
            elif parent.kind == STORED:
                location.effective_state_id = parent
            else:
                location.effective_state_id = ids.get(SELLABLE)

    @api.depends("quant_ids.quantity", "state_capacity")
    def _compute_state_quantity(self):
        quantities = self._get_state_quantities()
        for location in self:
            quantity = quantities.get(location._origin.id, 0.0)
            location.state_quantity = quantity
            over = quantity - location.state_capacity
            location.state_overflow = max(over, 0) if location.state_capacity else 0.0

    def _get_state_quantities(self):
        """Units in each place and the places below it.

        :rtype: dict[int, float]
        """
        rows = self.env["stock.quant"]._read_group(
            [("location_id", "child_of", self._origin.ids)],
            ["location_id"],
            ["quantity:sum"],
        )
        totals = dict.fromkeys(self._origin.ids, 0.0)
        for place, quantity in rows:
            for location_id in place.parent_path.split("/")[:-1]:
                if int(location_id) in totals:
                    totals[int(location_id)] += quantity
        return totals

    @api.constrains("state_id", "usage")
    def _check_state_kind(self):
        for location in self.filtered("state_id"):
            if location.usage not in ("internal", "view"):
                raise ValidationError(
                    self.env._(
                        "[%(code)s] Only a place inside the company can have a state; "
                        "%(place)s lies outside or is a transit place.",
                        code=ERROR_TRANSITION,
                        place=location.display_name,
                    )
                )
            if location.state_id.kind != STORED:
                raise ValidationError(
                    self.env._(
                        "[%(code)s] The state %(state)s is not stored anywhere, so "
                        "%(place)s cannot have it.",
                        code=ERROR_TRANSITION,
                        state=location.state_id.name,
                        place=location.display_name,
                    )
                )

    @api.constrains("state_id", "location_id", "replenish_location", "usage")
    def _check_state_below_replenished(self):
        """What is not available must not count in a place that is replenished."""
        unavailable = self.env["inventory.state"]._get_unavailable_ids()
        # sudo: a parent may belong to nobody or to another company's user
        places = self.sudo().search(
            [
                ("id", "child_of", self.ids),
                ("usage", "in", ("internal", "view")),
                ("effective_state_id", "in", unavailable),
            ]
        )
        for place in places:
            ids = [int(x) for x in place.parent_path.split("/")[:-1]]
            above = self.sudo().browse(ids).filtered("replenish_location")
            if above:
                raise ValidationError(
                    self.env._(
                        "[%(code)s] %(place)s (%(state)s) cannot lie below "
                        "%(above)s, which is replenished: its stock would count as "
                        "available there. Put it beside that place.",
                        code=ERROR_TRANSITION,
                        place=place.display_name,
                        state=place.effective_state_id.name,
                        above=above[0].display_name,
                    )
                )

    def write(self, vals):
        """Let a place change its state, parent or use only while it is empty."""
        if {"state_id", "location_id", "usage"} & vals.keys():
            self._filter_state_changes(vals)._check_empty_for_state()
        return super().write(vals)

    def _filter_state_changes(self, vals):
        """The places whose state, parent or use really changes by ``vals``."""
        names = {"state_id", "location_id"} & vals.keys()
        return self.filtered(
            lambda place: (
                ("usage" in vals and place.usage != vals["usage"])
                or any(place[name].id != (vals[name] or False) for name in names)
            )
        )

    def _check_empty_for_state(self):
        """Refuse when anything lies in these places or below them."""
        if not self:
            return
        # sudo: stock that the user cannot see also makes a place non-empty
        quants = self.env["stock.quant"].sudo().with_context(active_test=False)
        found = quants.search(
            [("location_id", "child_of", self.ids), ("quantity", "!=", 0)], limit=1
        )
        if found:
            raise UserError(
                self.env._(
                    "[%(code)s] %(place)s is not empty (%(product)s lies there). The "
                    "state, the use or the parent of a place can change only while "
                    "nothing lies in it: move the stock out first.",
                    code=ERROR_TRANSITION,
                    place=found.location_id.display_name,
                    product=found.product_id.display_name,
                )
            )

    def _filter_available(self):
        """The places among these whose stock can be promised."""
        unavailable = self.env["inventory.state"]._get_unavailable_ids()
        return self.filtered(lambda p: p.effective_state_id.id not in unavailable)
