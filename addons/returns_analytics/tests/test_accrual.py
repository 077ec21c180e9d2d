import doctest

from dateutil.relativedelta import relativedelta
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.returns_governance.tests.kept_common import KeptCommon
from odoo.addons.returns_governance.tests.repair_common import RepairCommon

from ..engine import completion, statement
from .accrual_common import AccrualCommon


@tagged("post_install", "-at_install")
class TestAccrual(KeptCommon, AccrualCommon, RepairCommon):
    """IFRS 15: what is still to come back is a liability and an asset at each month
    end, and no more once it has come."""

    def _balance(self, account, date):
        """What the ledger shows on an account at the end of a day."""
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", date),
                ("move_id.ref", "like", "still to come"),
            ]
        )
        return sum(items.mapped("balance"))

    def test_refund_liability_and_return_asset_at_the_expected_rate(self):
        accrual = self._accrual()
        line = accrual.line_ids
        self.assertEqual((line.cohort, line.sold), (self.end.replace(day=1), 100.0))
        self.assertEqual((line.returned, line.known), (10.0, 0.0), "came and credited")
        # Each month brought 10 at once and 5 a month later.
        self.assertEqual((line.expected, line.rate), (5.0, 15.0))
        self.assertEqual((accrual.amount_liability, accrual.amount_asset), (100, 40))
        self.assertEqual(accrual.test_error, 0.0)
        self.assertEqual((accrual.test_expected, accrual.test_came), (5.0, 5.0))
        accrual.action_post()
        company = self.company
        for name, balance in (
            ("liability", -100.0),
            ("revenue", 100.0),
            ("asset", 40.0),
            ("cost", -40.0),
        ):
            account = company[f"returns_{name}_account_id"]
            with self.subTest(name):
                self.assertEqual(self._balance(account, self.end), balance)
                after = self.end + relativedelta(days=1)
                self.assertEqual(self._balance(account, after), 0.0, "reversed")
        self.assertTrue(
            all("Apparel" in item.name for item in accrual.move_id.line_ids)
        )
        self.assertEqual(accrual.reversal_id.reversed_entry_id, accrual.move_id)

    def test_what_has_come_back_is_no_liability_any_more(self):
        back = self._create_return(
            self.orders[-1], [(self.orders[-1].order_line, 5.0)], until="requested"
        )
        self._take_in(back)
        this_month = fields.Date.end_of(self.end + relativedelta(days=1), "month")
        accrual = self._accrual(this_month)
        self.assertEqual((accrual.line_ids.known, accrual.units), (5.0, 5.0))
        self.assertEqual((accrual.amount_liability, accrual.amount_asset), (100, 40))
        # Before the month is over the reversal is posted, too: no draft can get lost.
        accrual.action_post()
        self.assertEqual(accrual.sudo().reversal_id.state, "posted")
        accrual.action_cancel()
        accrual = self._accrual(this_month)
        self._receive(back)
        self._inspect(back)
        self._take_in(back)
        accrual.action_count()
        self.assertEqual((accrual.amount_liability, accrual.amount_asset), (0, 0))
        with self.assertRaisesRegex(UserError, "nothing to book"):
            accrual.action_post()
        # Half of their value is lost: the asset is smaller, the liability is not.
        self.company.returns_recovery_percent = 50.0
        last = self._accrual()
        self.assertEqual((last.amount_liability, last.amount_asset), (100, 20))

    def test_what_comes_for_repair_is_no_liability(self):
        back = self._for_repair(self.orders[-1], 5.0)
        self._end(back, quantity=2.0)
        self._ship(back)
        self._take_in(back)
        this_month = fields.Date.end_of(self.end + relativedelta(days=1), "month")
        accrual = self._accrual(this_month)
        self.assertEqual((accrual.line_ids.known, accrual.units), (0.0, 0.0))
        self._switch(back)
        self._take_in(back)
        accrual.action_count()
        self.assertEqual(accrual.line_ids.known, 0.0, "credited, or back with them")

    def test_a_month_is_booked_once_and_in_an_open_period(self):
        accrual = self._accrual()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self._accrual()
        self.env["returns.accrual"]._cron_prepare()
        found = self.env["returns.accrual"].search([("date", "=", self.end)])
        self.assertEqual(found, accrual.sudo())
        with self.assertRaisesRegex(UserError, "not the last day"):
            self._accrual(self.end.replace(day=1))
        with self.assertRaisesRegex(UserError, r"\[GUARDED_FIELD\]"):
            accrual.write({"state": "posted"})
        for role in ("manager", "auditor"):
            with self.subTest(role), self.assertRaises(AccessError):
                accrual.with_user(self.users[role]).action_post()
        self.company.fiscalyear_lock_date = self.end
        with self.assertRaisesRegex(UserError, "is closed.*exception from the lock"):
            accrual.action_post()
        self.company.fiscalyear_lock_date = False
        accrual.action_post()
        with self.assertRaisesRegex(UserError, "was confirmed"):
            accrual.action_post()
        for move in (accrual.sudo().move_id, accrual.sudo().reversal_id):
            self._assert_kept(move, "still to come.*Take back")
        accrual.action_cancel()
        moves = accrual.move_id | accrual.reversal_id
        self.assertEqual(set(moves.sudo().mapped("state")), {"cancel"})
        self._accrual().action_post()

    def test_accounts_that_are_missing_are_named_and_reported(self):
        accrual = self._accrual()
        self.company.returns_asset_account_id = False
        with self.assertRaisesRegex(UserError, "Right to recover goods"):
            accrual.action_post()
        self.env["returns.labour"].create({"step": "inspect", "minutes": 4.0})
        gaps = self.env["returns.setup.gap"].search(
            [
                ("company_id", "=", self.company.id),
                ("code", "in", ("accrual_account", "accrual_journal", "labour_none")),
            ]
        )
        self.assertEqual(
            sorted((gap.code, gap.detail or "") for gap in gaps),
            [("accrual_account", "Right to recover goods"), ("labour_none", "")],
        )
        self.assertTrue(all(gaps.mapped("way")))
        self.assertEqual(gaps[0].action_mend()["res_model"], "res.config.settings")
        self.company._returns_propose()
        self.assertEqual(
            self.company.returns_asset_account_id.account_type, "asset_current"
        )
        self.assertNotEqual(
            self.company.returns_asset_account_id,
            self.company.account_stock_valuation_id,
        )
        accrual.action_post()

    def test_the_examples_in_the_engine_hold(self):
        for module in (completion, statement):
            with self.subTest(module.__name__):
                self.assertEqual(doctest.testmod(module).failed, 0)
