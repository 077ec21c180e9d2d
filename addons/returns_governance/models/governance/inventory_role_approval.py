from odoo import api, models

from ...guard import refuse
from .returns_approval import QUIET


class InventoryRoleApproval(models.AbstractModel):
    """Plays the approval of state changes: a second person approves a stock move.

    ``returns.approval`` holds the question: this move, product, quantity, transition
    and destination. What differs from it is not approved.
    """

    _inherit = "inventory.role.approval"

    @api.model
    def _is_approved(self, move_lines, transition):
        """Approved are the lines of moves that have a fitting approval each."""
        # sudo: who moves the stock need not see the approval that lets it pass
        approvals = {
            approval.stock_move_id: approval
            for approval in self.env["returns.approval"]
            .sudo()
            .search(
                [
                    ("kind", "=", "state_change"),
                    ("state", "=", "approved"),
                    ("stock_move_id", "in", move_lines.move_id.ids),
                    ("transition_id", "=", transition.id),
                ],
                order="id",
            )
        }
        known = self.env["stock.move.line"]
        for move, lines in move_lines.grouped("move_id").items():
            approval = approvals.get(move.sudo())
            if approval and self._fits(approval, lines):
                known |= lines
        return super()._is_approved(move_lines - known, transition)

    def _fits(self, approval, lines):
        """Whether the lines move no more, and nowhere else, than was approved."""
        product = approval.product_id
        within = all(
            line.product_id == product
            and line.location_dest_id._child_of(approval.location_dest_id)
            for line in lines
        )
        quantity = sum(lines.mapped("quantity_product_uom"))
        return within and product.uom_id.compare(quantity, approval.quantity) <= 0

    @api.model
    def _ask(self, moves):
        """Open an approval for each of the moves that needs one and has none.

        :param moves: ``stock.move`` records that are not done, readable to the user
        :return: the approvals that were opened
        """
        # sudo: the machine asks; the moves were read as the user
        Approval = self.env["returns.approval"].sudo().with_context(**QUIET)
        asked = Approval.search(
            [("stock_move_id", "in", moves.ids), ("state", "in", ("open", "approved"))]
        ).stock_move_id
        rows = [
            self._question(move, rule)
            for move in moves.sudo() - asked
            if (rule := self._rule(move)) and rule.needs_approval
        ]
        if not rows:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "Nothing here waits for an approval: the changes need none, or "
                    "were asked for already."
                ),
            )
        return Approval._ask(rows)

    def _rule(self, move):
        """The row of the transition table that the move would go by, if any."""
        Transition = self.env["inventory.state.transition"]
        source, dest = Transition._get_pair(move.location_id, move.location_dest_id)
        return Transition._get_rules().get((source.id, dest.id))

    def _worth(self, move, quantity):
        """What the books will lose if the goods of a move leave the company: nothing
        where they are another's, and by lot where they are valued so."""
        company, product = move.company_id, move.product_id
        lines = move.move_line_ids
        if lines and all(line._should_exclude_for_valuation() for line in lines):
            return 0.0
        if not (product.lot_valuated and lines.lot_id):
            return product._returns_carrying(company, quantity, lines.lot_id[:0])
        return sum(
            product._returns_carrying(company, line.quantity_product_uom, line.lot_id)
            for line in lines
            if not line._should_exclude_for_valuation()
        )

    def _question(self, move, rule):
        """What a move asks for. Of no return: its refund does not wait for what
        becomes of the goods."""
        company, product = move.company_id, move.product_id
        quantity = move.product_uom._compute_quantity(
            move.product_uom_qty, product.uom_id
        )
        worth = company.currency_id.round(self._worth(move, quantity))
        return {
            "kind": "state_change",
            "company": company,
            "key": f"state_change {move.id}",
            "amount": worth,
            "levels": self.env["returns.authority"]._needed(
                "state_change", company, worth
            ),
            "why": move.state_reason or False,
            "values": {
                "warehouse_id": move.location_id.warehouse_id.id,
                "stock_move_id": move.id,
                "transition_id": rule.id,
                "product_id": product.id,
                "quantity": quantity,
                "location_dest_id": move.location_dest_id.id,
            },
        }
