"""Another company of the same owner, with just the books that a hand-over needs.

A whole chart of accounts takes seconds to load.
"""

from odoo import Command

ACCOUNTS = {
    "receivable": "asset_receivable",
    "payable": "liability_payable",
    "stock": "asset_current",
    "expense": "expense",
    "income": "income",
}


def make_sister(env, name):
    """Make a company that can buy, and its warehouse.

    :return: (company, warehouse)
    """
    company = env["res.company"].create(
        {"name": name, "currency_id": env.company.currency_id.id}
    )
    accounts = env["account.account"].create(
        [
            {
                "name": f"{name}: {key}",
                "code": f"S{number}",
                "account_type": account_type,
                "reconcile": key in ("receivable", "payable"),
                "company_ids": [Command.set(company.ids)],
            }
            for number, (key, account_type) in enumerate(ACCOUNTS.items())
        ]
    )
    by_part = dict(zip(ACCOUNTS, accounts, strict=True))
    env["account.journal"].create(
        {
            "name": "Bills",
            "code": "BILLS",
            "type": "purchase",
            "company_id": company.id,
            "default_account_id": by_part["expense"].id,
        }
    )
    company.write(
        {
            "account_stock_valuation_id": by_part["stock"].id,
            "expense_account_id": by_part["expense"].id,
            "income_account_id": by_part["income"].id,
        }
    )
    for part in ("receivable", "payable"):
        env["ir.default"].set(
            "res.partner",
            f"property_account_{part}_id",
            by_part[part].id,
            company_id=company.id,
        )
    nodes = env["stock.warehouse"]
    node = nodes.search([("company_id", "=", company.id)], limit=1) or nodes.create(
        {"name": name, "code": name[:3].upper(), "company_id": company.id}
    )
    return company, node
