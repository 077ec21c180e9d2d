from odoo import models

from odoo.addons.returns_governance.guard import refuse


class AccountMove(models.Model):
    """A credit note that was paid with store credit or to a card stays in the books,
    and so does the entry that did it."""

    _inherit = "account.move"

    def _returns_keepers(self):
        return [*super()._returns_keepers(), ("returns.settlement", "entry_id")]

    def _check_not_paid_out(self):
        super()._check_not_paid_out()
        if not self:
            return
        # sudo: the accountant need not read settlements
        given = (
            self.env["returns.settlement"]
            .sudo()
            .search(
                [
                    "|",
                    ("entry_id", "in", self.ids),
                    "&",
                    ("kind", "=", "store_credit"),
                    ("credit_id.move_id", "in", self.ids),
                ],
                limit=1,
            )
        )
        if given:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s was paid with store credit or to a card. Reverse the "
                    "settlement on return %(return)s instead: that takes it back.",
                    move=given.credit_id.move_id.name,
                    **{"return": given.order_id.name},
                ),
            )
