from odoo import Command, fields, models

START_CODES = {"liability_current": "211000", "expense": "611000"}


class ResCompany(models.Model):
    """With what a company gives store credit, and where it is booked."""

    _inherit = "res.company"

    returns_credit_program_id = fields.Many2one(
        "loyalty.program",
        "Store credit",
        domain="[('program_type', 'in', ('ewallet', 'gift_card')), "
        "('company_id', 'in', (id, False))]",
        help="A wallet collects what a customer is credited; a gift card is a new card "
        "for each refund.",
    )
    returns_credit_account_id = fields.Many2one(
        "account.account",
        "Owed as store credit",
        check_company=True,
        domain="[('account_type', 'in', ('liability_current', 'liability_payable'))]",
        help="What customers can still spend. The discount product of the wallet is "
        "booked here, too, so that spending lowers it.",
    )
    returns_bonus_account_id = fields.Many2one(
        "account.account",
        "Bonus on store credit",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'income', 'expense_direct_cost'))]",
        help="Booked when the credit is given.",
    )
    returns_credit_journal_id = fields.Many2one(
        "account.journal",
        "Journal of store credit",
        check_company=True,
        domain="[('type', '=', 'general')]",
    )

    def _gives_store_credit(self):
        """Whether all is there that store credit needs."""
        return bool(
            self.returns_credit_program_id
            and self.returns_credit_account_id
            and self.returns_bonus_account_id
            and self.returns_credit_journal_id
        )

    # --- set-up -----------------------------------------------------------------------
    def _returns_set_up_credit(self):
        """Make what is missing; what was chosen stays.

        A wallet, an account for what is owed, one for the bonus, and the company's
        first journal for other entries.
        """
        self.ensure_one()
        made = self.with_company(self)
        # sudo: set-up of the company, by its manager or by the installation
        made = made.sudo().with_context(allowed_company_ids=self.ids)
        if not made.returns_credit_account_id:
            made.returns_credit_account_id = made._returns_new_account(
                "liability_current", self.env._("Store credit owed to customers")
            )
        if not made.returns_bonus_account_id:
            made.returns_bonus_account_id = made._returns_new_account(
                "expense", self.env._("Bonus on store credit")
            )
        if not made.returns_credit_journal_id:
            journals = self.env["account.journal"].sudo()  # as above
            made.returns_credit_journal_id = journals.search(
                [("company_id", "=", self.id), ("type", "=", "general")], limit=1
            )
        if not made.returns_credit_program_id:
            made.returns_credit_program_id = made._returns_new_program()
        made._returns_book_spending()

    def _returns_new_account(self, account_type, name):
        accounts = self.env["account.account"]
        code = accounts._search_new_account_code(START_CODES[account_type])
        return accounts.create(
            {
                "name": name,
                "code": code,
                "account_type": account_type,
                "company_ids": [Command.set(self.ids)],
            }
        )

    def _returns_new_program(self):
        programs = self.env["loyalty.program"]
        values = programs._program_type_default_values()["ewallet"]
        return programs.create(
            {
                **values,
                "name": self.env._("Store credit"),
                "program_type": "ewallet",
                "company_id": self.id,
            }
        )

    def _returns_book_spending(self):
        """Have what is spent lower what is owed."""
        product = self.returns_credit_program_id.payment_program_discount_product_id
        if product and not product.property_account_income_id:
            product.property_account_income_id = self.returns_credit_account_id
