"""Which law holds for whom and when, and what it does to a decision."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..engine.facts import DEFAULT_LAWS
from ..engine.law import LAWS, lawful_deductions, withdrawal_right
from .law_common import LawCommon


@tagged("post_install", "-at_install")
class TestWhereLawsHold(LawCommon):
    def setUp(self):
        super().setUp()
        self.today = fields.Date.to_date("2026-11-25")
        self.company.country_id = self.env.ref("base.de")

    def _holding(self, country, day=None, company=None):
        day = fields.Date.to_date(day) if day else self.today
        return set(
            self.env["returns.law"]._holding(company or self.company, country, day, day)
        )

    def _law(self, code):
        return self.env.ref(f"returns_governance.law_{code}")

    def test_each_law_names_its_source_its_edition_and_its_limits(self):
        laws = self.env["returns.law"].search([])
        self.assertEqual(len(laws), 7)
        for law in laws:
            with self.subTest(law.code):
                for name in ("source", "text_version", "does", "not_covered", "url"):
                    self.assertTrue(law[name], name)
                self.assertTrue(law.scope_ids.filtered("date_from"))
        self.assertLessEqual(set(LAWS), set(laws.mapped("code")))

    def test_the_european_laws_hold_in_the_eea_and_not_in_the_united_states(self):
        for country in ("DE", "FR", "IE", "NO", "IS"):
            with self.subTest(country):
                self.assertLessEqual(set(DEFAULT_LAWS), self._holding(country))
        for country in ("US", "CH", "GB"):
            with self.subTest(country):
                self.assertFalse({*DEFAULT_LAWS, "eu_repair"} & self._holding(country))

    def test_a_customer_without_a_country_is_judged_as_the_company(self):
        self.assertLessEqual(set(DEFAULT_LAWS), self._holding(None))
        self.company.country_id = self.env.ref("base.us")
        self.assertFalse(set(DEFAULT_LAWS) & self._holding(None))
        self.assertIn("eu_withdrawal", self._holding("DE"))

    def test_a_law_holds_from_its_day_on(self):
        for code, before, day in (
            ("eu_withdrawal_function", "2026-06-18", "2026-06-19"),
            ("eu_repair", "2026-07-30", "2026-07-31"),
            ("eu_destruction", "2026-07-18", "2026-07-19"),
            ("eu_conformity", "2021-12-31", "2022-01-01"),
        ):
            with self.subTest(code):
                self.assertNotIn(code, self._holding("DE", before))
                self.assertIn(code, self._holding("DE", day))

    def test_a_law_ends_on_its_last_day(self):
        scope = self._law("eu_withdrawal").scope_ids
        scope.date_to = self.today
        self.assertIn("eu_withdrawal", self._holding("DE"))
        later = self.today + timedelta(days=1)
        self.assertNotIn("eu_withdrawal", self._holding("DE", later))

    def test_the_narrowest_row_switches_a_law_off_and_on(self):
        other = self.env["res.company"].create({"name": "Other"})
        law = self._law("eu_withdrawal")
        off = {"law_id": law.id, "switch": "off"}
        rows = self.env["returns.law.scope"]
        row = rows.create({**off, "company_id": self.company.id})
        self.assertNotIn("eu_withdrawal", self._holding("DE"))
        self.assertIn("eu_withdrawal", self._holding("DE", company=other))
        rows.create(
            {
                "law_id": law.id,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.fr").id,
            }
        )
        self.assertIn("eu_withdrawal", self._holding("FR"))
        row.unlink()
        self.assertIn("eu_withdrawal", self._holding("DE"))

    def test_no_return_costs_a_query_for_its_laws(self):
        self._holding("DE")
        with self.assertQueryCount(0):
            for _number in range(50):
                self._holding("DE")


@tagged("post_install", "-at_install")
class TestLawOfALine(LawCommon):
    """The facts that a pack gives, and the decisions that follow."""

    def _spec(self, line, **values):
        return {
            "sale_line": line,
            "quantity": line.product_uom_qty,
            "reason": self._reason("changed_mind"),
            "resolution": "refund",
            "withdrawal": False,
            "evidence": (),
            "channel": self.web,
            "company": self.company,
            "partner": line.order_id.partner_id,
            "now": fields.Datetime.now(),
            **values,
        }

    def _facts(self, line, **values):
        return self.env["returns.facts"]._of([self._spec(line, **values)])[0]

    def _back(self, order, reason="changed_mind", **values):
        more = {"reason": self._reason(reason)}
        lines = [(line, line.product_uom_qty, more) for line in order.order_line]
        return self._create_return(order, lines, **values)

    def test_withdrawal_in_germany_passes_the_policy_and_in_the_states_does_not(self):
        self._publish({"code": "final", "eligible": "no"})
        self.assertEqual(self._create_return(withdrawal=True).case_state, "authorised")
        self.partner.country_id = self.env.ref("base.us")
        back = self._create_return(withdrawal=True)
        self.assertEqual(back.case_state, "rejected")
        because = [
            entry["because"]
            for entry in back.line_ids.decision_id.trace
            if entry["step"] == "law"
        ]
        self.assertEqual(because, ["the law does not hold for this line"])

    def test_row_7_final_sale_is_refused_citing_the_rule_and_a_defect_still_heard(self):
        tag = self.env["product.tag"].create({"name": "Cosmetics"})
        cream = self._make_product("Cream", 30.0, 5.0)
        cream.product_tag_ids = tag
        self._publish(
            {"code": "standard", "release": "inspection"},
            {
                "code": "hygiene",
                "name": "Cosmetics once opened",
                "tag_ids": [Command.set(tag.ids)],
                "eligible": "no",
            },
        )
        order = self._sell([(cream, 2.0)])
        line = order.order_line
        refused = self._create_return(order, [(line, 1.0)])
        self.assertEqual(refused.case_state, "rejected")
        self.assertEqual(refused.line_ids.decision_id.rule, "hygiene")
        self.assertIn("may not come back", refused.line_ids.decision_id.sentence)
        claim = {"reason": self._reason("defective")}
        heard = self._create_return(order, [(line, 1.0, claim)])
        self.assertEqual(heard.case_state, "authorised")
        decision = heard.line_ids.decision_id
        self.assertTrue(decision.guarantee_right)
        changed = {
            entry["key"]: entry for entry in decision.trace if entry["step"] == "law"
        }
        self.assertIn("2019/771", changed["eligible"]["source"])
        self.assertEqual(changed["eligible"]["rule"], "hygiene")

    def test_a_business_has_no_legal_guarantee_of_consumers(self):
        self._publish({"code": "final", "eligible": "no"})
        firm = self.env["res.partner"].create(
            {
                "name": "Firm",
                "is_company": True,
                "country_id": self.env.ref("base.de").id,
            }
        )
        back = self._back(self._sell(partner=firm), "defective")
        self.assertEqual(back.case_state, "rejected")

    def test_legal_exclusions_count_with_a_reason_and_evidence_only(self):
        self._publish({"code": "final", "eligible": "no"})
        template = self.shirt.product_tmpl_id
        template.returns_article16 = "c"
        order = self._sell()
        self.assertIsNone(self._facts(order.order_line).article16)
        template.returns_article16_note = "Made to the customer's measures"
        self.assertIsNone(self._facts(order.order_line).article16)
        template.returns_article16_evidence_ids = self._file("measures.pdf")
        self.assertEqual(self._facts(order.order_line).article16, "c")
        back = self._create_return(order, withdrawal=True)
        self.assertEqual(back.case_state, "rejected")
        self.assertIn("Art 16(c)", str(back.line_ids.decision_id.trace))

    def test_an_excluded_product_is_still_claimed_when_defective(self):
        self._publish({"code": "final", "eligible": "no"})
        template = self.shirt.product_tmpl_id
        template.write(
            {
                "returns_article16": "c",
                "returns_article16_note": "Made to measure",
                "returns_article16_evidence_ids": [Command.set(self._file().ids)],
            }
        )
        self.assertEqual(self._back(self._sell(), "defective").case_state, "authorised")

    def test_who_was_not_told_of_the_right_may_withdraw_for_a_year_more(self):
        self._publish({"code": "short", "window": "days", "window_days": 3})
        order = self._sell()
        self._delivered(order, 200)
        self.assertEqual(
            self._create_return(order, withdrawal=True).case_state, "rejected"
        )
        self.web.withdrawal_informed = "no"
        order = self._sell()
        self._delivered(order, 200)
        self.assertEqual(
            self._create_return(order, withdrawal=True).case_state, "authorised"
        )
        order = self._sell(returns_withdrawal_informed="yes")
        self._delivered(order, 200)
        self.assertEqual(
            self._create_return(order, withdrawal=True).case_state, "rejected"
        )

    def test_a_deduction_is_blocked_without_excess_handling_and_the_information(self):
        order = self._sell()
        for told, grade, kept in (
            ("yes", self.grade_c, True),
            ("no", self.grade_c, False),
            (False, self.grade_c, False),
            ("yes", self.grade_b, False),
        ):
            self.web.withdrawal_informed = told
            facts = self._facts(order.order_line, withdrawal=True, condition=grade)
            with self.subTest(told=told, grade=grade.code):
                self.assertTrue(withdrawal_right(facts))
                left = lawful_deductions({"B": 30, "C": 30}, facts)
                self.assertIs(bool(left), kept)
