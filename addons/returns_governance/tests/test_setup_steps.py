"""The first set-up: a fresh company comes to its first return by the checklist."""

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import ReturnsCommon


class SetupCommon(ReturnsCommon):
    def _fresh_company(self):
        """A company in which nothing was set up."""
        company = self.env["res.company"].create(
            {"name": "Fresh Ltd", "country_id": self.env.ref("base.fo").id}
        )
        # Core makes one in tests alone.
        made = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        made.write({"active": False, "name": "Of the test", "code": "TEST"})
        for role in ("agent", "inspector", "finance"):
            self.users[role].company_ids |= company
        self.env.user.company_ids |= company
        manager = self.users["manager"]
        manager.write({"company_ids": company.ids, "company_id": company.id})
        manager.group_ids |= self.env.ref("base.group_system")
        return company

    def _steps(self, company):
        steps = self.env["returns.setup.step"].with_user(self.users["manager"])
        steps = steps.with_context(allowed_company_ids=company.ids)
        return steps.search([("company_id", "=", company.id)])

    def _ticks(self, company):
        self.env.invalidate_all()
        return {step.step: step.done for step in self._steps(company)}


@tagged("post_install", "-at_install")
class TestSetupSteps(SetupCommon):
    def test_the_buttons_lead_a_fresh_company_to_its_first_return(self):
        company = self._fresh_company()
        ticks = self._ticks(company)
        self.assertEqual(
            [step for step, done in ticks.items() if not done],
            ["warehouse", "accounts", "trial_order", "trial_return"],
        )
        for name in ("warehouse", "accounts", "trial_order"):
            step = self._steps(company).filtered(lambda s, n=name: s.step == n)
            step.action_open()
            self.assertTrue(self._ticks(company)[name], name)
        step = self._steps(company).filtered(lambda s: s.step == "trial_return")
        back = self.env["returns.order"].browse(step.action_open()["res_id"])
        self.assertEqual(back.line_ids.quantity, 3.0)
        back.with_user(self.users["manager"]).action_submit()
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.case_state, "closed")
        self.assertTrue(all(self._ticks(company).values()))

    def test_the_test_order_leaves_no_trace_in_the_books(self):
        company = self._fresh_company()
        steps = self._steps(company)
        for name in ("warehouse", "accounts", "trial_order"):
            steps.filtered(lambda s, n=name: s.step == n).action_open()
        product = self.env["product.product"].search(
            [("default_code", "=", "RETURNS-TEST"), ("company_id", "=", company.id)]
        )
        product = product.with_company(company)
        moves = self.env["account.move"].search([("company_id", "=", company.id)])
        self.assertFalse(moves)
        self.assertEqual(product.total_value, 0.0)
        self.assertEqual(product.qty_available, 0.0)

    def test_a_step_says_what_is_missing(self):
        company = self._fresh_company()
        step = self._steps(company).filtered(lambda s: s.step == "warehouse")
        self.assertEqual(step.missing, "Company without a warehouse")

    def test_only_a_manager_sets_up_and_sees_own_companies(self):
        company = self._fresh_company()
        with self.assertRaises(AccessError):
            self._steps(company)[0].with_user(self.users["agent"]).action_open()
        self.assertEqual(self._steps(company).company_id, company)
        other = self.env["returns.setup.step"].with_user(self.users["manager"])
        self.assertFalse(other.search([("company_id", "=", self.company.id)]))


@tagged("post_install", "-at_install")
class TestSetupTour(SetupCommon, HttpCase):
    def test_a_manager_takes_the_first_return_in_a_fresh_company(self):
        company = self._fresh_company()
        self.start_tour(
            "/odoo/returns-set-up", "returns_tour_first_return", login="test_manager"
        )
        back = self.env["returns.order"].search([("company_id", "=", company.id)])
        self.assertEqual(back.goods_state, "received")
        self.assertEqual(sum(back.receipt_ids.mapped("quantity")), 3.0)
