from odoo import api, fields, models

from odoo.addons.returns_governance.guard import refuse

#: Which account plays which part: the field, and how one is found in a chart.
ACCOUNTS = {
    "liability": "returns_liability_account_id",
    "asset": "returns_asset_account_id",
    "revenue": "returns_revenue_account_id",
    "cost": "returns_cost_account_id",
    "journal": "returns_accrual_journal_id",
}


class ResCompany(models.Model):
    """Where a company books what is still to come back, and what its labour costs."""

    _inherit = "res.company"

    returns_liability_account_id = fields.Many2one(
        "account.account",
        "Refund liability",
        check_company=True,
        domain=[("account_type", "=", "liability_current")],
        help="Refunds that are still to be given for goods that were sold (IFRS 15).",
    )
    returns_asset_account_id = fields.Many2one(
        "account.account",
        "Right to recover goods",
        check_company=True,
        domain=[("account_type", "=", "asset_current")],
        help="Goods that are still to come back, at cost (IFRS 15).",
    )
    returns_revenue_account_id = fields.Many2one(
        "account.account",
        "Revenue of expected returns",
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other"))],
        help="Lowered by the refunds that are still to be given.",
    )
    returns_cost_account_id = fields.Many2one(
        "account.account",
        "Cost of expected returns",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_direct_cost"))],
        help="Lowered by the cost of the goods that are still to come back.",
    )
    returns_accrual_journal_id = fields.Many2one(
        "account.journal",
        "Journal of expected returns",
        check_company=True,
        domain=[("type", "=", "general")],
    )
    returns_recovery_percent = fields.Float(
        "Value kept by what comes back (%)",
        default=100.0,
        help="Share of their cost that returned goods keep, after what recovering them "
        "costs (IFRS 15, B25).",
    )
    returns_hour_cost = fields.Monetary(
        "Cost of an hour",
        help="What an hour of work on returns costs, with all that belongs to it.",
    )
    returns_label_cost = fields.Monetary(
        "Cost of a label", help="Where the parcel does not say what its label cost."
    )

    _recovery_percent = models.Constraint(
        "check (returns_recovery_percent BETWEEN 0 AND 100)",
        "What comes back keeps between nothing and all of its value.",
    )

    # --- what is missing --------------------------------------------------------------
    def _returns_accounts_missing(self):
        """The fields of the accrual that are empty."""
        return [name for name in ACCOUNTS.values() if not self[name]]

    def _returns_accrual_accounts(self):
        """{part: account or journal}, or a refusal that names what is missing."""
        missing = self._returns_accounts_missing()
        if missing:
            names = self.fields_get(missing, ["string"])
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(company)s has none of: %(names)s. Choose them under Returns > "
                    "Configuration > Settings > Accounts of returns.",
                    company=self.name,
                    names=", ".join(names[name]["string"] for name in missing),
                ),
            )
        return {part: self[name] for part, name in ACCOUNTS.items()}

    # --- how goods are valued ---------------------------------------------------------
    def _returns_perpetual_ids(self):
        """Ids of the categories whose goods are valued with each invoice; 0 stands for
        goods without a category."""
        self.ensure_one()
        # sudo: how goods are valued is no secret to who may read the amounts
        company = self.sudo()
        default = company.inventory_valuation
        categories = company.env["product.category"].with_company(company).search([])
        found = categories.filtered(
            lambda category: (category.property_valuation or default) == "real_time"
        ).ids
        return [*found, 0] if default == "real_time" else found

    # --- proposals from the chart -----------------------------------------------------
    @api.model
    def _returns_propose_all(self):
        """Propose accounts to all companies that have a chart."""
        # sudo: run by the installation
        companies = self.sudo().search([("chart_template", "!=", False)])
        companies._returns_propose()

    def _returns_propose(self):
        """Fill what is empty from the chart of accounts, by type and use.

        No code of an account is known here: of the accounts of the right type that
        nothing else is booked on by itself, the first.
        """
        for company in self:
            proposed = {
                name: record.id
                for name, record in company._returns_proposals().items()
                if record and not company[name]
            }
            if proposed:
                company.write(proposed)

    def _returns_proposals(self):
        """{field: account or journal} as the chart offers them."""
        journal = self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self),
                ("type", "=", "general"),
                (
                    "id",
                    "not in",
                    (
                        self.account_stock_journal_id
                        | self.currency_exchange_journal_id
                        | self.tax_cash_basis_journal_id
                    ).ids,
                ),
            ],
            limit=1,
        )
        return {
            "returns_liability_account_id": self._returns_free("liability_current"),
            "returns_asset_account_id": self._returns_free("asset_current"),
            "returns_revenue_account_id": self.income_account_id
            or self._returns_free("income"),
            "returns_cost_account_id": self._returns_free("expense_direct_cost")
            or self.expense_account_id,
            "returns_accrual_journal_id": journal,
        }

    def _returns_free(self, account_type):
        """The first account of a type that is no tax, stock or clearing account."""
        Account = self.env["account.account"].with_company(self)
        found = Account.search(
            [
                *Account._check_company_domain(self),
                ("account_type", "=", account_type),
                ("reconcile", "=", False),
            ],
            order="code",
        )
        return (found - self._returns_used())[:1]

    def _returns_used(self):
        """Accounts on which Odoo itself books something else."""
        taxes = self.env["account.tax.repartition.line"].search(
            [("company_id", "=", self.id), ("account_id", "!=", False)]
        )
        own = [
            self[name]
            for name, field in self._fields.items()
            if field.comodel_name == "account.account"
            and field.type == "many2one"
            and name not in ACCOUNTS.values()
        ]
        journals = self.env["account.journal"].search([("company_id", "=", self.id)])
        return (
            taxes.account_id
            | self.env["account.account"].union(*own)
            | journals.default_account_id
            | journals.suspense_account_id
        )
