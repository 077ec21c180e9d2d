from odoo import models

from ...const import REPAIR_STATES
from ...guard import refuse


class StockMoveLine(models.Model):
    """The guard asks whose the goods are: a customer's goods in repair go back.

    They are never put to Stock, sold off, given away, scrapped or held for somebody
    else, on whatever path. Asked about goods of others alone, of which most houses
    have none.
    """

    _inherit = "stock.move.line"

    def _check_state_changes(self):
        result = super()._check_state_changes()
        self._check_repairs()
        return result

    def _check_reservation(self):
        result = super()._check_reservation()
        self.filtered(lambda row: row.state not in ("done", "cancel"))._check_repairs()
        return result

    def _check_repairs(self):
        """Refuse what would take goods in repair away from their owner."""
        # sudo: the goods stay the customer's, whoever moves them
        suspects = self.sudo().filtered(
            lambda row: row.owner_id and row.quantity > 0 and row._leaves_repair()
        )
        if not suspects:
            return
        lines = self.env["returns.order.line"].sudo()  # as above
        lines = lines.search(
            [
                ("resolution", "=", "repair"),
                ("product_id", "in", suspects.product_id.ids),
                (
                    "order_id.partner_id.commercial_partner_id",
                    "in",
                    suspects.owner_id.commercial_partner_id.ids,
                ),
                ("quantity_received", ">", 0),
            ]
        )
        for item in suspects:
            found = lines.filtered(
                lambda line, item=item: (
                    line.product_id == item.product_id
                    and line.order_id.partner_id.commercial_partner_id
                    == item.owner_id.commercial_partner_id
                    and line.uom_id.compare(line._quantity_in_repair(), 0.0) > 0
                )
            )
            if found:
                item._refuse_repair(found.order_id)

    def _leaves_repair(self):
        """Whether goods of somebody else leave the places in which repairs lie, other
        than by a step of their return."""
        source, dest = self.location_id, self.location_dest_id
        if (
            self.owner_id == self.company_id.partner_id
            or self.state_reversed_line_id
            or source.effective_state_id.code not in REPAIR_STATES
            or not self.product_id.is_storable
        ):
            return False
        if dest.effective_state_id.code in REPAIR_STATES:
            return False
        move = self.move_id
        by_return = move.returns_send_back_id or move.returns_passed_receipt_id
        return not (by_return and dest.usage == "customer")

    def _refuse_repair(self, orders):
        refuse(
            "UNDER_REPAIR",
            self.env._(
                "%(product)s is the property of %(customer)s and came for repair "
                "(%(returns)s): it cannot go to %(place)s. Say on the return how the "
                "repair ended, which sends it back, or give another resolution, which "
                "makes it the company's.",
                product=self.product_id.display_name,
                customer=self.owner_id.display_name,
                returns=", ".join(orders.mapped("name")),
                place=self.location_dest_id.display_name,
            ),
        )
