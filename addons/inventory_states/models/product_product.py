from odoo import api, models
from odoo.fields import Domain
from odoo.tools import OrderedSet, Query

from ..const import KEY_AVAILABLE

#: Fields of quants and moves that name a place in core's domains.
LOCATION_FIELDS = ("location_id", "location_dest_id", "location_final_id")


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.depends_context(KEY_AVAILABLE)
    def _compute_quantities(self):
        """Keep the quantities of available places apart in the cache."""
        return super()._compute_quantities()

    def _compute_quantities_dict(
        self, lot_id, owner_id, package_id, from_date=False, to_date=False
    ):
        """Promise only what is available.

        Physical on hand counts every state. Free, forecast, incoming and outgoing
        quantities of a warehouse or a company count the available places only. Who
        names a location in the context sees what lies there.
        """
        res = super()._compute_quantities_dict(
            lot_id, owner_id, package_id, from_date, to_date
        )
        context = self.env.context
        if (
            context.get(KEY_AVAILABLE)
            or context.get("location")
            or context.get("search_location")
        ):
            return res
        # kits keep their own dictionary of components in the context
        narrow = {KEY_AVAILABLE: True, "mrp_compute_quantities": {}}
        available = super(
            ProductProduct, self.with_context(**narrow)
        )._compute_quantities_dict(lot_id, owner_id, package_id, from_date, to_date)
        for product_id, quantities in res.items():
            on_hand = quantities["qty_available"]
            quantities.update(available.get(product_id, {}), qty_available=on_hand)
        return res

    def _get_domain_locations_new(self, location_ids):
        """Narrow core's three domains to available places when the context says so."""
        domains = super()._get_domain_locations_new(location_ids)
        if not self.env.context.get(KEY_AVAILABLE):
            return domains
        return tuple(
            Domain(domain).map_conditions(self._narrow_to_available)
            for domain in domains
        )

    def _narrow_to_available(self, condition):
        """Take the places that are not available out of one condition."""
        if condition.field_expr not in LOCATION_FIELDS or not isinstance(
            condition.value, (Query, list, tuple, OrderedSet, frozenset)
        ):
            return condition
        unavailable = self.env["inventory.state"]._get_unavailable_ids()
        # sudo: core's own query of places ignores record rules as well
        locations = self.env["stock.location"].sudo().with_context(active_test=False)
        value = condition.value
        places = locations._search(
            Domain("id", "in", value if isinstance(value, Query) else list(value))
            & Domain("effective_state_id", "not in", list(unavailable))
        )
        return Domain(condition.field_expr, condition.operator, places)

    def action_change_state(self):
        """Open the dialog that brings stock of these products into another state."""
        quants = self.env["stock.quant"]._gather_for_state_change(
            [("product_id", "in", self.ids)]
        )
        return self.env["inventory.state.change.wizard"]._open_for(quants)

    def action_open_states(self):
        """Show in which states the stock of these products is."""
        self.check_access("read")
        self.env["inventory.state.balance"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "inventory_states.inventory_state_balance_action"
        )
        action["domain"] = [("product_id", "in", self.ids)]
        return action
