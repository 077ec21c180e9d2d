from odoo import api, fields, models

from ..const import TENDERS
from ..models.settlement import bank_file


class ReturnsPayWizardLine(models.TransientModel):
    """What goes back to one customer, in one way."""

    _name = "returns.pay.wizard.line"
    _description = "Refund to pay by hand"
    _inherit = ["inventory.typed"]

    dialog_id = fields.Many2one("returns.pay.wizard", required=True, ondelete="cascade")
    chosen = fields.Boolean("Pay", default=True)
    settlement_id = fields.Many2one("returns.settlement", required=True, readonly=True)
    order_id = fields.Many2one(related="settlement_id.order_id", string="Return")
    partner_id = fields.Many2one(related="settlement_id.partner_id", string="Customer")
    credit_name = fields.Char(related="settlement_id.credit_name")
    due_date = fields.Date(related="settlement_id.due_date")
    company_id = fields.Many2one(related="settlement_id.company_id")
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    amount = fields.Monetary(required=True)
    tender = fields.Selection(TENDERS, "By", required=True)
    tender_before = fields.Selection(TENDERS, "Was paid by", readonly=True)
    source_move_id = fields.Many2one("account.move", "Payment", readonly=True)
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', 'in', ('bank', 'cash', 'credit')), "
        "('company_id', 'parent_of', company_id)]",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner", compute="_compute_commercial_partner_id"
    )
    account_id = fields.Many2one(
        "res.partner.bank",
        "Bank account",
        domain="[('partner_id', '=', commercial_partner_id)]",
    )
    agreed = fields.Char(
        help="Why it goes another way than the customer had paid: who agreed, when.",
    )
    needs_account = fields.Boolean(compute="_compute_needs")
    needs_agreed = fields.Boolean(compute="_compute_needs")

    @api.depends("settlement_id")
    def _compute_commercial_partner_id(self):
        for line in self:
            row = line.settlement_id
            partner = row.move_id.commercial_partner_id or row.partner_id
            line.commercial_partner_id = partner.commercial_partner_id

    @api.depends("tender", "tender_before", "source_move_id", "account_id", "agreed")
    def _compute_needs(self):
        for line in self:
            line.needs_account = line.tender == "bank" and not line.account_id
            line.needs_agreed = bool(
                line.source_move_id
                and line.tender != line.tender_before
                and not (line.agreed or "").strip()
            )

    def _lacks_iban(self):
        """Whether the bank's file, which is SEPA here, cannot name the account."""
        return (
            self.currency_id.name == "EUR"
            and bank_file.is_iban(self.journal_id.bank_account_id.acc_number)
            and not bank_file.is_sepa(self.account_id.acc_number)
        )

    @api.onchange("tender")
    def _onchange_tender(self):
        """Another way leaves by another journal."""
        kinds = {"cash": ("cash",), "bank": ("bank",)}.get(self.tender)
        if kinds and self.journal_id.type not in kinds:
            # sudo: which journals there are is no secret to who pays
            hand = self.env["returns.payout.hand"].sudo()
            self.journal_id = hand._usual_journal(self.company_id, kinds)

    @api.model
    def _proposed(self, settlement):
        """The lines of one refund: to each payment what it took."""
        # sudo: the entries and transactions behind a refund that the user can read
        known = settlement.sudo()
        parts = self.env["returns.payout.hand"].sudo()._split(known, known.hand_amount)
        return [
            {
                "settlement_id": settlement.id,
                "amount": part["amount"],
                "tender": part["tender"],
                "tender_before": part["tender"] if part["source"] else False,
                "source_move_id": part["source"].id,
                "journal_id": part["journal"].id,
                "account_id": known.payee_bank_id.id
                if part["tender"] == "bank"
                else False,
            }
            for part in parts
        ]

    def _share(self):
        """As ``returns.payout._pay_by_hand`` takes it."""
        return {
            "settlement": self.settlement_id,
            "amount": self.amount,
            "tender": self.tender,
            "journal": self.journal_id,
            "account": self.account_id if self.tender == "bank" else False,
            "source": self.source_move_id,
            "agreed": self.agreed,
        }
