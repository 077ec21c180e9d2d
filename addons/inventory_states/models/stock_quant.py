from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import ERROR_GUARDED, STORED
from ..ledger import Collector, StockKey

#: Fields that say which goods a quant is about.
KEY_FIELDS = ("product_id", "location_id", "lot_id", "package_id", "owner_id")


class StockQuant(models.Model):
    _inherit = "stock.quant"

    state_id = fields.Many2one(
        "inventory.state", "State", related="location_id.effective_state_id"
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Take a quantity from move lines only, and tell the ledger about it."""
        collector = Collector._of(self.env)
        for vals in vals_list:
            if (
                not {"inventory_quantity", "inventory_quantity_auto_apply"}
                & vals.keys()
            ):
                # given, so that no default of a context or a user steps in
                vals.setdefault("quantity", 0.0)
            if vals.get("quantity") and not collector:
                self._refuse_direct_change(vals.get("product_id"))
        quants = super().create(vals_list)
        if collector:
            for quant in quants:
                collector.add(quant._get_state_key(), quant.quantity)
        return quants

    def write(self, vals):
        """Take a quantity from move lines only, and tell the ledger about it."""
        if not {"quantity", *KEY_FIELDS} & vals.keys():
            return super().write(vals)
        collector = Collector._of(self.env)
        if not collector:
            self._check_direct_change(vals)
            return super().write(vals)
        before = [(quant._get_state_key(), quant.quantity) for quant in self]
        res = super().write(vals)
        for quant, (key, quantity) in zip(self, before, strict=True):
            if quant._get_state_key() == key:
                collector.add(key, quant.quantity - quantity)
            else:
                collector.add(key, -quantity)
                collector.add(quant._get_state_key(), quant.quantity)
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_stock(self):
        """A manager's deletion is an inventory adjustment; the machine has none."""
        if self.env.is_superuser():
            for quant in self.filtered("quantity"):
                self._refuse_direct_change(quant.product_id.id)

    def _get_state_key(self):
        """What tells this heap of goods from another."""
        return StockKey(
            self.product_id.id,
            self.location_id.id,
            self.lot_id.id,
            self.package_id.id,
            self.owner_id.id,
        )

    def _check_direct_change(self, vals):
        """Refuse to change what lies where without a move line."""
        for quant in self:
            uom = quant.product_id.uom_id
            quantity = vals.get("quantity", quant.quantity) or 0.0
            moved = quant.quantity and any(
                name in vals and quant[name].id != (vals[name] or False)
                for name in KEY_FIELDS
            )
            if moved or uom.compare(quantity, quant.quantity) != 0:
                self._refuse_direct_change(quant.product_id.id)

    def _refuse_direct_change(self, product_id):
        """Say that quantities change by stock moves only."""
        product = self.env["product.product"].browse(product_id or [])
        raise UserError(
            self.env._(
                "[%(code)s] The stock of %(product)s changes only by a stock move: use "
                "a transfer, an inventory adjustment (counted quantity) or a change "
                "of state.",
                code=ERROR_GUARDED,
                product=product.display_name or self.env._("this product"),
            )
        )

    def _get_gather_domain(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        """Let a reservation find only goods of the state that it asks at.

        A search from an available place (also from the warehouse itself) finds
        available goods; a search from any other place finds goods of its state.
        A strict search is left alone: quants are updated by it.
        """
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        state = location_id.effective_state_id
        if strict or state.kind != STORED:
            return domain
        if not state.available:
            return domain & Domain("location_id.effective_state_id", "=", state.id)
        unavailable = self.env["inventory.state"]._get_unavailable_ids()
        return domain & Domain(
            "location_id.effective_state_id", "not in", list(unavailable)
        )

    @api.model
    def _gather_for_state_change(self, domain):
        """The goods in the house that a change of state can be about.

        :param list domain: which ones
        """
        return self.search(
            [
                *domain,
                ("location_id.usage", "=", "internal"),
                ("quantity", ">", 0),
                ("company_id", "in", self.env.companies.ids),
            ],
            order="product_id, location_id, id",
        )

    def action_change_state(self):
        """Open the dialog that brings these goods into another state."""
        return self.env["inventory.state.change.wizard"]._open_for(self, fill=True)
