from odoo import fields, models


class ReturnsSettlement(models.Model):
    """Store credit that was given for a credit note, or taken back.

    A row of kind *store_credit* names the credit note's row (``credit_id``), the card,
    and the entry that settles the credit note against what is owed to the customer.
    """

    _inherit = "returns.settlement"

    card_id = fields.Many2one(
        "loyalty.card", "Card", index="btree_not_null", ondelete="restrict"
    )
    bonus = fields.Monetary(help="On top of the credit.")
    entry_id = fields.Many2one(
        "account.move", "Entry", index="btree_not_null", ondelete="restrict"
    )

    def _store_credits(self):
        """The store credit that stands for credit notes: given, less taken back."""
        return self.paid_by_ids.filtered(lambda row: row.kind == "store_credit")
