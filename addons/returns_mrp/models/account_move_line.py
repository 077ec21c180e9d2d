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

    def _get_cogs_value(self):
        """A kit costs what its parts did: those that are back are relieved, the others
        when they come."""
        value = super()._get_cogs_value()
        if not self._returns_share_back():
            return 0.0  # whatever kits and their bills of materials say
        line = self._returns_kit_line()
        came = line and line._from_kits(line._kits_touched())
        if not came:
            return value
        rows = line.settlement_line_ids._standing()
        credited = sum(rows.mapped("quantity"))
        back = min(credited, came) * self._returns_kit_back(line)
        # Kits that were refunded before they came are relieved like any other goods.
        back += max(0.0, credited - came)
        relieved = value * line.uom_id._compute_quantity(
            back, self.product_id.uom_id, round=False
        )
        before = (rows.settlement_id.move_id - self.move_id).line_ids.filtered(
            lambda item: (
                item.display_type == "cogs"
                and item.product_id == self.product_id
                and item.balance > 0
            )
        )
        left = relieved - sum(before.mapped("balance"))
        return max(0.0, left) / (self._returns_units() or 1.0)

    def _returns_kit_back(self, line):
        """Which part of the cost of the kits that came is back with what came."""
        kits, there, whole = line._kits_touched(), 0.0, 0.0
        # sudo: as in _returns_kit_line
        out = line.sale_line_id.sudo().move_ids.filtered(
            lambda move: move.state == "done" and move._is_out()
        )
        for piece in line._kit_pieces():
            part = piece.key
            moves = out.filtered(lambda m, p=part: m.product_id == p.product_id)
            units = sum(move._get_valued_qty() for move in moves)
            cost = sum(moves.mapped("value")) / units if units else 0.0
            there += cost * min(float(piece.received), part.per_kit * kits)
            whole += cost * part.per_kit * kits
        return there / whole if whole else 1.0

    def _returns_kit_line(self):
        """The line of kits of the return that this credit note is of, if any."""
        # sudo: who posts a credit note need not read the return behind it
        order = self.move_id.returns_order_id.sudo()
        if self.move_id.move_type != "out_refund":
            order = order.browse()
        return order.line_ids.filtered(
            lambda line: line.kits_per_unit and line.sale_line_id in self.sale_line_ids
        )[:1]
