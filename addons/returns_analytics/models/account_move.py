from odoo import models


class AccountMove(models.Model):
    """The entry of an accrual and its reversal stand and leave together."""

    _inherit = "account.move"

    def _returns_keepers(self):
        return [
            *super()._returns_keepers(),
            ("returns.accrual", "move_id"),
            ("returns.accrual", "reversal_id"),
        ]
