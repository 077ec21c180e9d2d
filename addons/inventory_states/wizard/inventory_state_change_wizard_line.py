from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..patience import lock


class InventoryStateChangeWizardLine(models.TransientModel):
    """One heap of goods in the dialog, and how much of it changes."""

    _name = "inventory.state.change.wizard.line"
    _description = "Line of a Change of State"
    _inherit = ["inventory.typed"]

    wizard_id = fields.Many2one(
        "inventory.state.change.wizard", required=True, ondelete="cascade"
    )
    quant_id = fields.Many2one(
        "stock.quant", required=True, readonly=True, ondelete="cascade"
    )
    product_id = fields.Many2one(related="quant_id.product_id")
    product_uom_id = fields.Many2one(related="quant_id.product_uom_id")
    lot_id = fields.Many2one(related="quant_id.lot_id")
    package_id = fields.Many2one(related="quant_id.package_id")
    owner_id = fields.Many2one(related="quant_id.owner_id")
    location_id = fields.Many2one(related="quant_id.location_id")
    state_id = fields.Many2one(related="location_id.effective_state_id")
    available_quantity = fields.Float(
        "Free", related="quant_id.available_quantity", digits="Product Unit"
    )
    quantity = fields.Float("To Change", digits="Product Unit")

    def _lock_goods(self):
        """Let one caller at a time take from these heaps.

        Core writes a second quant, or a negative one, rather than wait: of twenty who
        saw the last unit several would get it.
        """
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "in", self.product_id.ids),
                ("location_id", "in", self.location_id.ids),
            ]
        )
        lock(self.env, quants._table, quants.ids)

    def _check_quantity(self):
        """Refuse to take what is reserved for others, or less than nothing."""
        for line in self:
            uom = line.product_id.uom_id
            if line.quantity > 0 and (
                uom.compare(line.quantity, line.available_quantity) <= 0
            ):
                continue
            raise UserError(
                self.env._(
                    "%(quantity)s of %(product)s cannot change: %(free)s are free in "
                    "%(place)s, the rest is reserved for transfers.",
                    quantity=line.quantity,
                    product=line.product_id.display_name,
                    free=line.available_quantity,
                    place=line.location_id.display_name,
                )
            )

    def _get_destinations(self):
        """Where each line goes: its warehouse's place of the new state.

        :rtype: dict[inventory.state.change.wizard.line, stock.location]
        """
        places = self.location_id.warehouse_id._state_locations()
        result = {}
        for line in self:
            state = line.wizard_id.state_dest_id
            warehouse = line.location_id.warehouse_id
            place = places.get((warehouse.id, state.code))
            if not place:
                raise UserError(
                    self.env._(
                        "The warehouse of %(place)s has no place for the state "
                        "%(state)s.",
                        place=line.location_id.display_name,
                        state=state.name,
                    )
                )
            result[line] = place._get_putaway_strategy(
                line.product_id, line.quantity, line.package_id
            )
        return result

    def _prepare_move_vals_list(self):
        """Values of the stock moves, one for each line."""
        places = self._get_destinations()
        return [line._prepare_move_vals(places[line]) for line in self]

    def _prepare_move_vals(self, place):
        """Values of the stock move that brings this line to ``place``."""
        self.ensure_one()
        vals = {
            "product_id": self.product_id.id,
            "location_id": self.location_id.id,
            "location_dest_id": place.id,
            "company_id": self.quant_id.company_id.id,
        }
        whole = self.product_id.uom_id.compare(self.quantity, self.quant_id.quantity)
        line_vals = {
            **vals,
            "product_uom_id": self.product_uom_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
            "owner_id": self.owner_id.id,
            "package_id": self.package_id.id,
            "result_package_id": self._is_package_whole(whole) and self.package_id.id,
        }
        return {
            **vals,
            "origin": self.env._("Change of state"),
            "state": "confirmed",
            "picked": True,
            "product_uom": self.product_uom_id.id,
            "product_uom_qty": self.quantity,
            "state_reason": self.wizard_id.reason,
            "move_line_ids": [Command.create(line_vals)],
        }

    def _is_package_whole(self, compared):
        """Whether the goods stay in their package: it goes as a whole."""
        return compared == 0 and self.package_id.quant_ids == self.quant_id
