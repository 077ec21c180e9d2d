from odoo import fields, models


class ReturnsDecision(models.Model):
    """Keeps what the line stands on in law, and whether a person has to decide."""

    _inherit = "returns.decision"

    guarantee_right = fields.Boolean(
        help="A defect claimed within the legal guarantee (engine/law.py)."
    )
    list_review = fields.Boolean(
        "A person decides",
        help="The customer is on a block list, and the law does not give this.",
    )

    def _is_statutory(self):
        """Whether the customer asks for what the law gives, and no policy does."""
        return self.withdrawal_right or self.guarantee_right
