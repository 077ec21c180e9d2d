from odoo import models

from ...guard import refuse


class AccountMove(models.Model):
    """Which document a posted one reverses is no note: sums are counted by it."""

    _inherit = "account.move"

    def _write_checked(self, vals):
        # env.su: only server code
        if "reversed_entry_id" in vals and not self.env.su:
            typed = vals["reversed_entry_id"] or False
            for move in self:
                if (
                    move.state == "posted"
                    and move.is_sale_document(include_receipts=True)
                    and move.reversed_entry_id.id != typed
                    and self.env["returns.gate"]._is_in_scope(move.sudo())  # as there
                ):
                    refuse(
                        "GUARDED_FIELD",
                        self.env._(
                            "%(move)s is posted: which document it reverses stays. "
                            "Reset it to draft, or put it right by another document.",
                            move=move.name,
                        ),
                    )
        return super()._write_checked(vals)
