from odoo import models

from ...guard import refuse

WHOSE = ("partner_id", "account_id")


class AccountMoveLine(models.Model):
    """Whose money it is stays as it was posted.

    Core lets customer and account of a posted item be written. On the customer's item
    of an invoice, a credit note or a payment, that would hand the credit to another,
    or hide a payment from what was paid.
    """

    _inherit = "account.move.line"

    def write(self, vals):
        # env.su: only server code
        if not self.env.su and any(name in vals for name in WHOSE):
            self.filtered(
                lambda item: (
                    item.parent_state == "posted"
                    and item.account_type == "asset_receivable"
                    and item._is_customers_document()
                    and any(
                        name in vals and item[name].id != (vals[name] or False)
                        for name in WHOSE
                    )
                )
            )[:1]._refuse_whose()
        return super().write(vals)

    def _is_customers_document(self):
        move = self.move_id.sudo()  # as in the gate
        if move.is_sale_document(include_receipts=True):
            return self.env["returns.gate"]._is_in_scope(move)
        return bool(move.origin_payment_id) and self.env[
            "returns.rollout"
        ]._is_partner_governed(move.partner_id, move.company_id)

    def _refuse_whose(self):
        for item in self:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s is posted: customer and account of what %(partner)s owes "
                    "or is owed stay. Reset the document to draft, or put it right by "
                    "another one.",
                    move=item.move_id.name,
                    partner=item.partner_id.display_name,
                ),
            )
