from odoo import fields, models


class AccountMoveLine(models.Model):
    """What a credit note of kits relieves of the cost of goods sold."""

    _inherit = "account.move.line"

    returns_late_part = fields.Boolean(
        "Part that came late",
        readonly=True,
        copy=False,
        help="Gives back the share of parts of a kit that was credited before without "
        "them. It counts against what was paid, and is no further kit.",
    )

    def _returns_signed_quantity(self, sale_line):
        """What core has taken off what is invoiced of the order line (or added)."""
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, sale_line.product_uom_id
        )
        return quantity * self.move_id.direction_sign

    def _returns_cost_relieved(self):
        """A kit costs what its parts did: those that are back are relieved, the rest
        when they come."""
        line = self._returns_kit_line()
        if not line:
            return super()._returns_cost_relieved()
        rows = line.settlement_line_ids._standing()
        credited = sum(rows.mapped("quantity"))
        came = line._from_kits(line._kits_touched())
        if not came or not credited:
            return super()._returns_cost_relieved()
        # sudo: who posts a credit note need not read the goods behind it
        moves = line.receipt_ids._standing().sudo().move_id
        worth = sum(moves.mapped("value")) * min(1.0, credited / came)
        before = rows.settlement_id.move_id - self.move_id
        done = before.line_ids.filtered(
            lambda item: (
                item.display_type == "cogs"
                and item.product_id == self.product_id
                and item.balance > 0
            )
        )
        return (worth - sum(done.mapped("balance"))) / self._returns_units()

    def _returns_kit_line(self):
        """The line of kits of the return that this credit note is of, if any."""
        # sudo: as above
        order = self.move_id.returns_order_id.sudo()
        return order.line_ids.filtered(
            lambda line: (
                line.kits_per_unit and line.sale_line_id in self.sale_line_ids
            )
        )[:1]
