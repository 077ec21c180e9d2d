"""Gaps and what is still to come, on the controller's page."""

from odoo import fields
from odoo.tests import tagged

from .gaps_common import GapsCommon


@tagged("post_install", "-at_install")
class TestMoneyBoard(GapsCommon):
    def _panel(self, key):
        board = self.env["returns.money.board"].with_user(self.users["finance"])
        panels = board.retrieve_money_board()["panels"]
        return next(panel for panel in panels if panel["key"] == key)

    def _records(self, figure):
        action = figure["action"]
        found = self.env[action["res_model"]].with_user(self.users["finance"])
        return found.search(action["domain"])

    def test_gaps_that_count_are_there_by_kind(self):
        before = self._panel("gaps")["count"]
        back = self._create_return(until="received")
        self._move_back("returns_receipt", "occurred_at", back.receipt_ids, 60)
        self.env.flush_all()
        self.env.invalidate_all()
        self.Gap._find_all()
        panel = self._panel("gaps")
        self.assertGreater(panel["count"], before)
        self.assertEqual(sum(part["count"] for part in panel["parts"]), panel["count"])
        self.assertIn(back, self._records(panel).order_id)
        for part in panel["parts"]:
            self.assertEqual(len(self._records(part)), part["count"])

    def test_the_liability_of_last_month_waits_to_be_confirmed(self):
        finance = self.env["returns.accrual"].with_user(self.users["finance"])
        accrual = finance.search([("state", "=", "draft")]) or finance.create(
            {"date": finance._last_month_end()}
        )
        panel = self._panel("to_come")
        self.assertEqual(self._records(panel), accrual)
        self.assertEqual([part["label"] for part in panel["parts"]], ["To confirm"])
        liability = self.env.company.currency_id.format(accrual.amount_liability)
        self.assertEqual(panel["value"], liability)
        self.assertEqual(accrual.date, fields.Date.to_date(finance._last_month_end()))
