"""No test of Odoo's about returns, refunds, reversals or value is forgotten."""

import ast
import re
from pathlib import Path

import pytest

import odoo.addons

from .taken import WORDS

#: Modules of Odoo whose work ours change.
ADDONS = (
    "account purchase purchase_stock sale sale_stock stock stock_account "
    "stock_landed_costs"
).split()
DRAFTS = "what drafts compute: nothing of ours takes part"
VENDORS = "bills of vendors, which no return of a customer touches"
SKIPPED = "Odoo skips all of it since it values stock anew"
#: Files with such tests that are not run here, and why.
LEFT_OUT = {
    "account/test_account_bank_statement": "bank lines, which pay and post nothing",
    "account/test_account_bill_deductibility": VENDORS,
    "account/test_account_move_date_algorithm": DRAFTS,
    "account/test_account_move_in_invoice": VENDORS,
    "account/test_account_move_in_refund": VENDORS,
    "account/test_early_payment_discount": DRAFTS,
    "account/test_taxes_computation": "taxes, which stay Odoo's own",
    "account/test_taxes_dispatching_base_lines": "taxes, which stay Odoo's own",
    "account/test_taxes_downpayment": "taxes, which stay Odoo's own",
    "account/test_taxes_tax_totals_summary": "taxes, which stay Odoo's own",
    "purchase/test_accrued_purchase_orders": VENDORS,
    "sale/test_taxes_downpayment": "taxes, which stay Odoo's own",
    "sale/test_taxes_tax_totals_summary": "taxes, which stay Odoo's own",
    "stock_landed_costs/test_stock_landed_costs_purchase": SKIPPED,
    "stock_landed_costs/test_stockvaluationlayer": SKIPPED,
}


def _about_returns():
    """Files of Odoo's tests with such a test, as ``addon/file``."""
    pattern = re.compile(rf"def test_\w*(?:{WORDS.replace(' ', '|')})")
    found = set()
    for addon in ADDONS:
        for root in odoo.addons.__path__:
            for path in Path(root, addon, "tests").glob("test_*.py"):
                if pattern.search(path.read_text(encoding="utf-8")):
                    found.add(f"{addon}/{path.stem}")
    return found


def _run_here():
    """Files of Odoo's tests that are run here."""
    found = set()
    for path in Path(__file__).parent.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.endswith(".tests"):
                addon = node.module.split(".")[-2]
                found |= {f"{addon}/{name.name}" for name in node.names}
    return found


def test_each_file_is_run_or_left_out_for_a_reason():
    wanted, run = _about_returns(), _run_here()
    assert wanted - run == set(LEFT_OUT)


@pytest.mark.parametrize("name", [n for n, why in LEFT_OUT.items() if why == SKIPPED])
def test_what_odoo_skips_it_still_skips(name):
    """As soon as Odoo runs them again, they belong here."""
    addon, stem = name.split("/")
    for root in odoo.addons.__path__:
        path = Path(root, addon, "tests", f"{stem}.py")
        if path.exists():
            assert "@skip(" in path.read_text(encoding="utf-8")
            return
    raise AssertionError(f"{name} is no more")
