from odoo import fields, models


class ReturnsReceipt(models.Model):
    """Goods that came as the customer's own, and may have become the company's."""

    _inherit = "returns.receipt"

    passed_move_ids = fields.One2many(
        "stock.move", "returns_passed_receipt_id", "Became the company's with"
    )

    def _passed_in(self):
        """The moves with which units of these became the company's."""
        if not any(line.resolution_asked for line in self.line_id):
            return self.env["stock.move"]  # without a read where nothing could pass
        return self.passed_move_ids.filtered(
            lambda move: (
                move.state == "done" and move.location_dest_id.usage == "internal"
            )
        )

    def _goods_move(self):
        """The move that says where the goods of a row came in, and whose they are."""
        return self._passed_in()[:1] or self.move_id

    def _goods_moves(self):
        """All moves with which goods of these came in as the company's own."""
        return self.move_id | self._passed_in()
