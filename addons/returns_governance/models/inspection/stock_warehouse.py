from odoo import api, models


class StockWarehouse(models.Model):
    """Each warehouse has a place for each disposition that needs one."""

    _inherit = "stock.warehouse"

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        # sudo: whoever may make a warehouse has it complete
        warehouses.sudo()._create_disposition_places(
            self.env["returns.disposition"].sudo().search([])
        )
        return warehouses

    def _create_disposition_places(self, dispositions):
        """Make the missing places, inside the place of the disposition's state.

        It can be called again at any time and makes only what is missing.

        :return: the new ``stock.location`` records
        """
        dispositions = dispositions.filtered(lambda d: d.state_id and not d.put_away)
        # Places belong to the set-up of a warehouse, whoever triggers it.
        Location = self.env["stock.location"].sudo()
        have = {
            (place.warehouse_id.id, place.returns_disposition_id.id)
            for place in Location.with_context(active_test=False).search(
                [
                    ("returns_disposition_id", "in", dispositions.ids),
                    ("warehouse_id", "in", self.ids),
                ]
            )
        }
        parents = self._state_locations()
        return Location.create(
            [
                {
                    "name": disposition.name,
                    "location_id": parents[
                        (warehouse.id, disposition.state_id.code)
                    ].id,
                    "usage": "internal",
                    "company_id": warehouse.company_id.id,
                    "returns_disposition_id": disposition.id,
                    "replenish_location": False,
                    "active": warehouse.active,
                }
                for warehouse in self
                for disposition in dispositions
                if (warehouse.id, disposition.id) not in have
                and (warehouse.id, disposition.state_id.code) in parents
            ]
        )

    def _get_disposition_places(self, dispositions):
        """Return {(warehouse, disposition): place} for goods given a disposition."""
        places = self.env["stock.location"].search(
            [
                ("returns_disposition_id", "in", dispositions.ids),
                ("warehouse_id", "in", self.ids),
                ("usage", "=", "internal"),
            ]
        )
        found = {(p.warehouse_id, p.returns_disposition_id): p for p in places}
        for warehouse in self:
            for disposition in dispositions.filtered("put_away"):
                found[(warehouse, disposition)] = warehouse.lot_stock_id
        return found
