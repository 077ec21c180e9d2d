from odoo import api, fields, models

from ..const import SELLABLE


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    state_location_ids = fields.Many2many(
        "stock.location",
        string="Places of the States",
        compute="_compute_state_location_ids",
    )

    @api.depends("view_location_id.child_ids.state_id")
    def _compute_state_location_ids(self):
        locations = self._state_locations()
        for warehouse in self:
            ids = [
                place.id
                for (wh_id, _code), place in locations.items()
                if wh_id == warehouse.id
            ]
            warehouse.state_location_ids = [(6, 0, ids)]

    @api.model_create_multi
    def create(self, vals_list):
        """Give new warehouses the places of the states."""
        warehouses = super().create(vals_list)
        # sudo: whoever may make a warehouse has it complete
        warehouses.sudo()._create_state_locations()
        return warehouses

    def _create_state_locations(self):
        """Make the missing places of the stored states, beside *Stock*.

        They lie directly under the warehouse's view location, so that reservations
        and reordering rules, which look below *Stock*, pass them by. It can be
        called again at any time and makes only what is missing.

        :return: the new ``stock.location`` records
        """
        states = self.env["inventory.state"]._get_placed()
        existing = self._state_locations()
        vals_list = [
            {
                "name": state.name,
                "usage": "internal",
                "location_id": warehouse.view_location_id.id,
                "company_id": warehouse.company_id.id,
                "state_id": state.id,
                "replenish_location": False,
                "active": warehouse.active,
            }
            for warehouse in self
            for state in states
            if (warehouse.id, state.code) not in existing
        ]
        return self.env["stock.location"].create(vals_list)

    def _state_locations(self):
        """The places of the states of these warehouses, in one query.

        :return: by warehouse id and code of the state; *sellable* is *Stock* itself
        :rtype: dict[tuple[int, str], stock.location]
        """
        # sudo: the place of a state is known to all who may use the warehouse
        warehouses = self.sudo()
        by_view = {wh.view_location_id.id: wh for wh in warehouses}
        places = warehouses.env["stock.location"].with_context(active_test=False)
        found = places.search(
            [("location_id", "in", list(by_view)), ("state_id", "!=", False)],
            order="active desc, id",
        )
        result = {(wh.id, SELLABLE): wh.lot_stock_id for wh in warehouses}
        for place in found:
            key = (by_view[place.location_id.id].id, place.state_id.code)
            result.setdefault(key, place)
        Location = self.env["stock.location"]
        return {key: Location.browse(place.id) for key, place in result.items()}

    def _get_state_location(self, code):
        """The place of one state in this warehouse.

        :param str code: code of a stored state, such as ``inspection``
        :return: ``stock.location``, empty if the warehouse has no such place
        """
        self.ensure_one()
        places = self._state_locations()
        return places.get((self.id, code), self.env["stock.location"])
