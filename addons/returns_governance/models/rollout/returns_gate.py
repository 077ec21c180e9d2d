from odoo import models


class ReturnsGate(models.AbstractModel):
    """The gate holds for what is governed; all else passes as in bare Odoo.

    Nothing of it is relaxed for a line that has a return, whatever phase is open.
    """

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        result = super()._check_posted(moves)
        # sudo: as the gate itself
        self.env["returns.shadow"]._credits(moves.sudo())
        return result

    def _gives_credit(self, move):
        return super()._gives_credit(move) and self._is_in_scope(move)

    def _is_in_scope(self, move):
        """Whether a document touches a governed line, or its customer has any."""
        rollout = self.env["returns.rollout"]
        if not rollout._plan(move.company_id.id):
            return True
        items = (move | move.reversed_entry_id).line_ids
        sold = items.sale_line_ids.filtered(lambda line: not line.is_downpayment)
        if sold:
            return bool(rollout._governed(sold))
        return rollout._is_partner_governed(move.partner_id, move.company_id)

    def _credit_items(self, move):
        governed = self.env["returns.rollout"]._governed
        items = super()._credit_items(move)
        return items.filtered(lambda item: governed(item.sale_line_ids))

    def _sold(self, moves):
        return self.env["returns.rollout"]._governed(super()._sold(moves))

    def _check_edited(self, items):
        # sudo: as the gate itself
        governed = self.env["returns.rollout"]._governed
        loose = items.filtered(lambda item: not item.sudo().sale_line_ids)
        bound = (items - loose).filtered(lambda i: governed(i.sudo().sale_line_ids))
        loose = loose.filtered(lambda item: self._is_in_scope(item.sudo().move_id))
        return super()._check_edited(bound | loose)

    def _check_lowered(self, sale_lines):
        return super()._check_lowered(self.env["returns.rollout"]._governed(sale_lines))

    def _recount(self, sale_lines):
        return super()._recount(self.env["returns.rollout"]._governed(sale_lines))
