from odoo import models


class AccountMoveLine(models.Model):
    """Where nothing comes back, no cost of goods sold is taken back.

    Goodwill is credit without goods, and what the policy lets the customer keep stays
    sold: core would put their cost on the stock account, and the shelf is empty.
    """

    _inherit = "account.move.line"

    def _get_cogs_value(self):
        share = self._returns_share_back()
        return super()._get_cogs_value() * share if share else 0.0

    def _returns_share_back(self):
        """Which part of the goods that a line credits comes back: 0.0 to 1.0.

        A document that takes a credit note back costs again what that had relieved.
        """
        move = self.move_id
        if move.move_type == "out_refund":
            return self._returns_share_credited(move)
        origin = move.reversed_entry_id
        if origin.move_type == "out_refund" and origin.returns_credit_kind in (
            "goodwill",
            "return",
        ):
            relieved = origin.line_ids.filtered(
                lambda item: (
                    item.display_type == "cogs" and item.product_id == self.product_id
                )
            )
            return 1.0 if relieved else 0.0
        return 1.0

    def _returns_share_credited(self, move):
        if move.returns_credit_kind == "goodwill":
            return 0.0
        # sudo: who posts a credit note need not read the return behind it
        lines = move.returns_order_id.sudo().line_ids.filtered(
            lambda line: line.quantity_kept and line.sale_line_id in self.sale_line_ids
        )
        if not lines:
            return 1.0
        return 1.0 - min(1.0, self._returns_part_kept(lines))

    def _returns_part_kept(self, lines):
        """Share of what the return credits of these order lines that stays there."""
        same = lines.order_id.line_ids.filtered(
            lambda line: line.sale_line_id in self.sale_line_ids
        )
        credited = sum(line.quantity_authorised for line in same)
        kept = sum(max(0.0, x.quantity_kept - x.quantity_received) for x in lines)
        return kept / credited if credited else 0.0
