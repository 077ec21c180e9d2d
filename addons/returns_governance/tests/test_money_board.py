"""The controller's page says what its lists hold, and to nobody else."""

from odoo import Command
from odoo.tests import tagged

from ..models.settlement.returns_money_board import WORTH
from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestMoneyBoard(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shop = cls()  # the helpers of the stage, before any test
        cls.waiting = shop._create_return()
        cls.received = shop._create_return(until="received")
        cls.paid_by_hand = shop._create_return(until="inspected")
        cls.withdrawn = shop._create_return(withdrawal=True)
        cls.company.returns_posting = "draft"
        cls.draft = shop._create_return(until="inspected")

    def _panels(self, role="finance"):
        board = self.env["returns.money.board"].with_user(self.users[role])
        return {panel["key"]: panel for panel in board.retrieve_money_board()["panels"]}

    def _part(self, panel, label):
        return next(part for part in panel["parts"] if part["label"] == label)

    def _records(self, figure):
        action = figure["action"]
        found = self.env[action["res_model"]].with_user(self.users["finance"])
        return found.search(action["domain"])

    def test_every_figure_is_the_sum_of_the_records_that_it_opens(self):
        figures = [
            (figure, panel["key"])
            for panel in self._panels().values()
            for figure in (panel, *panel["parts"], *panel["ages"])
            if figure["action"]
        ]
        self.assertGreater(len(figures), 20)
        board = self.env["returns.money.board"]
        for figure, key in figures:
            records = self._records(figure)
            self.assertEqual(len(records), figure["count"], figure)
            if records._name not in WORTH:
                continue  # a panel of an addon above
            by_hand = key == "hand" and records._name == "returns.settlement"
            fields = (("hand_amount", 1),) if by_hand else WORTH[records._name]
            worth = sum(
                board._in_own_currency(record.currency_id, sign * record[field])
                for record in records
                for field, sign in fields
            )
            self.assertEqual(figure["value"], board._money(worth), figure["label"])

    def test_parts_and_ages_split_a_panel_without_rest(self):
        for key, panel in self._panels().items():
            if panel["action"]:
                for split in ("parts", "ages"):
                    if panel[split]:
                        counted = sum(part["count"] for part in panel[split])
                        self.assertEqual(counted, panel["count"], (key, split))

    def test_held_money_says_what_it_waits_for(self):
        held = self._panels()["held"]
        waits = self._records(self._part(held, "Wait for the parcel"))
        self.assertIn(self.waiting, waits)
        self.assertNotIn(self.received, waits)
        self.assertIn(self.received, self._records(self._part(held, "Inspect")))
        self.assertNotIn(self.paid_by_hand, self._records(held))

    def test_an_exception_that_holds_money_comes_before_the_step(self):
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "serial_mismatch",
                    "order_id": self.received.id,
                    "company_id": self.company.id,
                    "cause": "test",
                    "note": "Another serial",
                }
            ]
        )
        held = self._panels()["held"]
        cleared = self._part(held, "An exception has to be cleared")
        self.assertIn(self.received, self._records(cleared))
        inspect = [part for part in held["parts"] if part["label"] == "Inspect"]
        for part in inspect:
            self.assertNotIn(self.received, self._records(part))

    def test_money_to_post_and_to_pay_by_hand(self):
        panels = self._panels()
        drafts = self._records(self._part(panels["post"], "Wait to be posted"))
        self.assertEqual(drafts.order_id & self.draft, self.draft)
        by_hand = self._records(panels["hand"])
        settlement = by_hand.filtered(lambda row: row.order_id == self.paid_by_hand)
        self.assertEqual(settlement.hand_amount, 180.0)
        self.assertNotIn(self.draft, by_hand.order_id)

    def test_a_withdrawal_is_due_by_law(self):
        law = self._panels()["law"]
        self.assertIn(self.withdrawn, self._records(law).order_id)
        self.assertNotIn(self.waiting, self._records(law).order_id)

    def test_only_the_money_roles_see_it(self):
        for role in ("manager", "auditor"):
            self.assertIn("held", self._panels(role), role)
        for role in ("agent", "inspector", "warehouse_lead", "planner"):
            with self.assertRaisesRegex(Exception, "ACCESS_DENIED"):
                self._panels(role)

    def test_amounts_of_another_currency_are_converted(self):
        before = self._panels()["held"]["value"]
        currency = self.env["res.currency"].create(
            {
                "name": "TST",
                "symbol": "T",
                "rate_ids": [Command.create({"name": "2020-01-01", "rate": 2.0})],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Test", "currency_id": currency.id}
        )
        order = self._sell(pricelist_id=pricelist.id)
        back = self._create_return(order)
        self.assertEqual(back.currency_id, currency)
        expected = self.env["returns.money.board"]._in_own_currency(currency, 100.0)
        self.assertEqual(expected, 50.0)
        self.assertNotEqual(self._panels()["held"]["value"], before)
