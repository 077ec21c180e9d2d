from odoo import fields, models


class ResCompany(models.Model):
    """Where write-downs of returned goods are booked."""

    _inherit = "res.company"

    returns_write_down_journal_id = fields.Many2one(
        "account.journal",
        "Journal of write-downs",
        check_company=True,
        domain=[("type", "=", "general")],
    )
    returns_write_down_account_id = fields.Many2one(
        "account.account",
        "Expense of write-downs",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_direct_cost"))],
    )
    returns_allowance_account_id = fields.Many2one(
        "account.account",
        "Allowance on returned goods",
        check_company=True,
        domain=[("account_type", "=", "asset_current")],
        help="Stands against the stock valuation account, and must be another one: the "
        "closing of the stock would take back what is written down there.",
    )

    returns_measure_monthly = fields.Boolean(
        "Measure write-downs again each month",
        help="For the last day of the month: the allowances follow what the goods cost "
        "and bring by then.",
    )

    def _returns_fill_write_down_accounts(self):
        """Take what is missing from the company's chart; what is set stays.

        The journal is that of the stock. The accounts are new ones beside those of the
        stock and its variation: what was written down is disclosed by itself (IAS 2
        paragraph 36), and the closing of the stock sweeps its own accounts. Where the
        chart has no stock accounts the gap stays open.
        """
        for company in self:
            company = company.with_company(company)
            stock = company.account_stock_valuation_id
            variation = stock.account_stock_variation_id or company.expense_account_id
            if not company.returns_write_down_journal_id:
                company.returns_write_down_journal_id = company.account_stock_journal_id
            if variation and not company.returns_write_down_account_id:
                company.returns_write_down_account_id = company._returns_make_account(
                    self.env._("Write-downs of returned goods"), variation
                )
            if stock and not company.returns_allowance_account_id:
                company.returns_allowance_account_id = company._returns_make_account(
                    self.env._("Allowance on returned goods"), stock
                )

    def _returns_make_account(self, name, beside):
        """An account of the same type, with the next free code."""
        accounts = self.env["account.account"]
        return accounts.create(
            {
                "name": name,
                "code": accounts._search_new_account_code(beside.code),
                "account_type": beside.account_type,
                "company_ids": [fields.Command.set(self.ids)],
            }
        )

    def _returns_write_down_accounts(self):
        """(journal, expense, allowance) of the company, or None where one is missing
        or the allowance would stand on the stock's own account."""
        found = (
            self.returns_write_down_journal_id,
            self.returns_write_down_account_id,
            self.returns_allowance_account_id,
        )
        wrong = self.returns_allowance_account_id == self.account_stock_valuation_id
        return None if wrong or not all(found) else found
