from odoo import models


class StockMove(models.Model):
    """What taking a place over means for a transfer that is open, in words."""

    _inherit = "stock.move"

    def _get_adoption_name(self):
        """How people know this transfer: its number and its order."""
        self.ensure_one()
        name = self.picking_id.name or self.reference or self.origin
        order = self.origin or self.picking_id.origin
        if order and order != name:
            return self.env._("%(transfer)s for %(order)s", transfer=name, order=order)
        return name or self.product_id.display_name

    def _describe_reserved(self, lines):
        """Say what is not reserved any more, of one move."""
        return self.env._(
            "%(transfer)s: %(quantity)g %(unit)s of %(product)s are unreserved; it "
            "takes other goods if there are any.",
            transfer=self._get_adoption_name(),
            quantity=sum(lines.mapped("quantity_product_uom")),
            unit=self.product_id.uom_id.name,
            product=self.product_id.display_name,
        )

    def _describe_outgoing(self, target, tree):
        """Say what a person must do with a move that starts in the place."""
        dest = target if self.location_dest_id in tree else self.location_dest_id
        why = self._get_adoption_refusal(target, dest)
        if not why:
            return self.env._(
                "%(transfer)s starts here and goes on.",
                transfer=self._get_adoption_name(),
            )
        return self.env._(
            "%(transfer)s starts here and cannot be done any more (%(why)s). Cancel "
            "it, or let it start elsewhere.",
            transfer=self._get_adoption_name(),
            why=why,
        )

    def _describe_incoming(self, target):
        """Say what becomes of a move that ends in the place."""
        why = self._get_adoption_refusal(self.location_id, target)
        if not why:
            return self.env._(
                "%(transfer)s still ends here; its goods become %(state)s.",
                transfer=self._get_adoption_name(),
                state=target.effective_state_id.name,
            )
        return self.env._(
            "%(transfer)s ends here and would be refused (%(why)s). Give it another "
            "destination.",
            transfer=self._get_adoption_name(),
            why=why,
        )

    def _get_adoption_refusal(self, source, dest):
        """Why the guard would refuse this move between two places."""
        transitions = self.env["inventory.state.transition"]
        return transitions._match(self, source, dest, owned=False)[1]

    def _describe_short(self):
        """Say, of moves that lost their reservation, which stay short.

        :rtype: list[str]
        """
        return [
            self.env._(
                "%(transfer)s: %(quantity)g %(unit)s of %(product)s.",
                transfer=move._get_adoption_name(),
                quantity=move.product_uom_qty - move.quantity,
                unit=move.product_uom.name,
                product=move.product_id.display_name,
            )
            for move in self
            if move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
        ]
