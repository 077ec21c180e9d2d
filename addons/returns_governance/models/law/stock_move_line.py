from odoo import fields, models

from ...const import DESTROYING_KINDS
from ...guard import refuse

WRITE_OFF = "write_off"
BANNED_TREATMENTS = (*DESTROYING_KINDS, WRITE_OFF, "scrap")


class StockMoveLine(models.Model):
    """The guard asks the law, too: recalls, and the ban of destroying unsold goods.

    It stands where stock is booked, so that no path goes round it: the steps of a
    return, a transfer, scrapping, an import.
    """

    _inherit = "stock.move.line"

    returns_destruction_id = fields.Many2one(
        "returns.destruction",
        "Permission to destroy",
        index="btree_not_null",
        copy=False,
        readonly=True,
        ondelete="restrict",
    )

    def _check_state_changes(self):
        result = super()._check_state_changes()
        # sudo: the law holds whoever moves the goods; the user stays the same
        booked = self.sudo().filtered(
            lambda line: line.quantity > 0 and line.product_id.is_storable
        )
        booked._check_recalls()
        booked._check_destruction()
        return result

    # --- recall -----------------------------------------------------------------------
    def _check_recalls(self):
        """Refuse to sell or to restock what is under recall."""
        recalls = self.env["returns.recall"]._active()
        if not recalls:
            return
        for line in self.filtered(lambda row: not row.state_reversed_line_id):
            lots = recalls.get((line.company_id.id, line.product_id.id), ())
            if lots is not None and line.lot_id.id not in lots:
                continue
            if line._goes_to_customers():
                self._refuse_recalled(line)

    def _goes_to_customers(self):
        """Whether goods of the house are sold, or become fit to be sold, by it."""
        source, dest = self.location_id, self.location_dest_id
        if source.usage != "internal":
            return False
        if dest.usage == "customer":
            return True
        unavailable = self.env["inventory.state"]._get_unavailable_ids()
        return (
            dest.usage == "internal"
            and source.effective_state_id.id in unavailable
            and dest.effective_state_id.id not in unavailable
        )

    def _refuse_recalled(self, line):
        recall = self.env["returns.recall"]._of(line.company_id, line.product_id)
        refuse(
            "UNDER_RECALL",
            self.env._(
                "%(product)s is under recall (%(recall)s: %(reason)s), so it is "
                "neither sold nor put back to stock. Leave it in quarantine until the "
                "recall is lifted.",
                product=" ".join(
                    filter(None, (line.product_id.display_name, line.lot_id.name))
                ),
                recall=recall[:1].name,
                reason=recall[:1].reason,
            ),
        )

    # --- destruction ------------------------------------------------------------------
    def _check_destruction(self):
        """Refuse to destroy goods under the ban without an approved derogation."""
        undone = self.state_reversed_line_id.returns_destruction_id
        if undone:
            undone._recount(self)
        banned = self.filtered(lambda line: line._discards_banned_goods())
        if banned:
            self.env["returns.destruction"]._take(banned)

    def _discards_banned_goods(self):
        if self.state_reversed_line_id:
            return False
        if self._discard_treatment(self.location_dest_id) not in BANNED_TREATMENTS:
            return False
        if self._discard_treatment(self.location_id) in BANNED_TREATMENTS:
            return False  # discarded already
        return self.env["returns.destruction"]._is_banned(
            self.product_id, self.company_id
        )

    def _discard_treatment(self, place):
        """How goods at a place are discarded; False where they are not.

        The report of destroyed goods says the same in SQL
        (report/returns_destruction_report.py).
        """
        if place.effective_state_id.code == WRITE_OFF:
            return place.returns_disposition_id.kind or WRITE_OFF
        is_scrap = place.usage == "inventory" and self.move_id.scrap_id
        return "scrap" if is_scrap else False
