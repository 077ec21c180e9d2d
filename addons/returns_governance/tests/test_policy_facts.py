from datetime import datetime, timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestPolicyFacts(ReturnsCommon):
    """What is known of a line, and what the policy makes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standard = cls.env.ref("returns_governance.policy_standard_v1")
        cls.reason = cls.env.ref("returns_governance.reason_changed_mind")

    def _spec(self, line, **values):
        return {
            "sale_line": line,
            "quantity": line.product_uom_qty,
            "reason": self.reason,
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

    def _delivered_at(self, order, *moments):
        for picking, moment in zip(order.picking_ids, moments, strict=True):
            picking.date_done = moment

    def test_facts_are_named_as_rules_name_them(self):
        top = self.env["product.category"].create({"name": "Apparel"})
        categ = self.env["product.category"].create(
            {"name": "Shirts", "parent_id": top.id}
        )
        tag = self.env["product.tag"].create({"name": "Hygiene"})
        vip = self.env["res.partner.category"].create({"name": "VIP"})
        self.shirt.categ_id = categ
        self.shirt.product_tag_ids = tag
        self.partner.category_id = vip
        order = self._sell([(self.shirt, 4.0, {"discount": 50.0})])
        facts = self._facts(order.order_line, quantity=1.0)
        self.assertEqual(facts.channel, "web")
        self.assertEqual(facts.country, "DE")
        self.assertEqual(facts.categories, (str(categ.id), str(top.id)))
        self.assertEqual(facts.tags, (str(tag.id),))
        self.assertEqual(facts.segment, (str(vip.id),))
        self.assertEqual(facts.reason_class, "customer_behaviour")
        self.assertEqual(facts.product, self.shirt.id)
        self.assertEqual(float(facts.cost), 20.0)
        self.assertEqual(float(facts.value), 30.0)
        self.assertEqual(float(facts.order_value), 120.0)
        self.assertTrue(facts.on_sale)
        self.assertEqual(facts.node, self.warehouse.id)
        self.assertEqual(facts.days_since_delivery, 0)

    def test_a_rule_meets_the_facts_it_was_made_for(self):
        """Each list condition, with the line's own record, holds; with another, not."""
        tag, other_tag = self.env["product.tag"].create(
            [{"name": "Hygiene"}, {"name": "Other"}]
        )
        vip, other_vip = self.env["res.partner.category"].create(
            [{"name": "VIP"}, {"name": "Other"}]
        )
        state, other_state = self.env["res.country.state"].create(
            [
                {"name": n, "code": n, "country_id": self.env.ref("base.de").id}
                for n in ("T1", "T2")
            ]
        )
        shirts, other_categ = self.env["product.category"].create(
            [{"name": "Shirts"}, {"name": "Other"}]
        )
        self.shirt.write(
            {"categ_id": shirts.id, "product_tag_ids": [Command.set(tag.ids)]}
        )
        self.partner.write(
            {"category_id": [Command.set(vip.ids)], "state_id": state.id}
        )
        line = self._sell().order_line
        facts = self._facts(line, condition=self.grade_c)
        store = self.env.ref("returns_governance.channel_store")
        late = self.env.ref("returns_governance.reason_late_delivery")
        company = self.env["res.company"].create({"name": "Other"})
        node = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        version = self.env["returns.policy.version"].create(
            {
                "policy_id": self.standard.policy_id.id,
            }
        )
        for field, mine, others in (
            ("channel_ids", self.web, store),
            ("company_ids", self.company, company),
            ("country_ids", self.env.ref("base.de"), self.env.ref("base.fr")),
            ("country_state_ids", state, other_state),
            ("product_ids", self.shirt, self.belt),
            ("category_ids", shirts, other_categ),
            ("tag_ids", tag, other_tag),
            ("segment_ids", vip, other_vip),
            ("reason_ids", self.reason, late),
            ("condition_ids", self.grade_c, self.grade_d),
            ("node_ids", self.warehouse, node),
        ):
            for records, holds in ((mine, True), (others, False)):
                rule = self.env["returns.policy.rule"].create(
                    {
                        "version_id": version.id,
                        "code": f"{field} {holds}",
                        field: [Command.set(records.ids)],
                    }
                )
                with self.subTest(field, holds=holds):
                    self.assertIs(rule._to_engine()[0].matches(facts), holds)

    # --- the window -------------------------------------------------------------------
    def test_day_30_is_in_and_day_31_is_refused_naming_the_rule(self):
        order = self._sell()
        now = datetime(2026, 6, 30, 12, 0)
        for days, eligible in ((29, True), (30, True), (31, False)):
            self._delivered_at(order, now - timedelta(days=days))
            decision = self.standard._decide([self._spec(order.order_line, now=now)])[0]
            with self.subTest(days=days):
                self.assertIs(decision.eligible, eligible)
                self.assertEqual(decision.rule, "standard")
        self.assertEqual(decision.codes, ("RETURN_NOT_ELIGIBLE", "WINDOW_PASSED"))

    def test_days_are_counted_in_the_customers_calendar(self):
        order = self._sell()
        # 23:30 UTC is the next day in Berlin: delivered on 2 March, not on the 1st.
        self._delivered_at(order, datetime(2026, 3, 1, 23, 30))
        now = datetime(2026, 4, 1, 12, 0)
        facts = self._facts(order.order_line, now=now)
        self.assertEqual(str(facts.delivered_date), "2026-03-02")
        self.assertEqual(facts.days_since_delivery, 30)
        self.partner.tz = "UTC"
        self.assertEqual(self._facts(order.order_line, now=now).days_since_delivery, 31)
        self.partner.tz = False
        self.company.partner_id.tz = "Europe/Berlin"
        self.assertEqual(self._facts(order.order_line, now=now).days_since_delivery, 30)

    def test_the_clock_starts_with_the_last_parcel(self):
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        first = order.picking_ids
        first.move_ids.write({"quantity": 1.0, "picked": True})
        first._action_done()
        last = order.picking_ids - first
        last.move_ids.write({"quantity": 1.0, "picked": True})
        last._action_done()
        first.date_done = datetime(2026, 3, 1, 12, 0)
        last.date_done = datetime(2026, 3, 5, 12, 0)
        facts = self._facts(order.order_line, now=datetime(2026, 3, 31, 12, 0))
        self.assertEqual(str(facts.delivered_date), "2026-03-05")
        self.assertEqual(facts.days_since_delivery, 26)

    def test_a_withdrawal_is_heard_whatever_the_policy_excludes(self):
        version = self.env["returns.policy.version"].create(
            {
                "policy_id": self.standard.policy_id.id,
                "rule_ids": [Command.create({"code": "no", "eligible": "no"})],
            }
        )
        line = self._sell().order_line
        refused = version._decide([self._spec(line)])[0]
        self.assertEqual(refused.codes, ("RETURN_NOT_ELIGIBLE", "EXCLUDED"))
        self.assertTrue(
            version._decide([self._spec(line, withdrawal=True)])[0].eligible
        )

    # --- goods ------------------------------------------------------------------------
    def test_the_standard_policy_disposes_by_condition(self):
        line = self._sell().order_line
        for grade, code in (
            (self.grade_a, "restock"),
            (self.grade_b, "restock"),
            (self.grade_c, "refurbish"),
            (self.grade_d, "quarantine"),
            (self.grade_x, "quarantine"),
        ):
            verdict = self.standard._dispose([self._spec(line, condition=grade)])[0]
            with self.subTest(grade.code):
                self.assertEqual((verdict.code, verdict.rule), (code, "standard"))
                self.assertFalse(verdict.needs_human)

    def test_outcomes_can_be_kept_as_json(self):
        decision = self.standard._decide([self._spec(self._sell().order_line)])[0]
        outcomes = self.standard._plain_outcomes(decision)
        self.assertEqual(float(outcomes["approval_above"]), 500.0)
        self.assertEqual(outcomes["window_days"], 30)
        self.assertEqual(outcomes["release"], "inspection")
        self.assertEqual(outcomes["dispositions"]["C"], "refurbish")

    def test_evidence_counts_photos_and_names_what_is_missing(self):
        version = self.env["returns.policy.version"].create(
            {
                "policy_id": self.standard.policy_id.id,
                "rule_ids": [Command.create({"code": "photo", "evidence": "images"})],
            }
        )
        line = self._sell().order_line
        gif = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
        asked = version._decide([self._spec(line)])[0]
        self.assertEqual(asked.mendable, ("EVIDENCE_REQUIRED",))
        given = self._spec(line, evidence=[("box.gif", gif)])
        self.assertTrue(version._decide([given])[0].eligible)
        note = self._spec(line, evidence=[("box.txt", b"no picture")])
        self.assertFalse(version._decide([note])[0].eligible)

    # --- speed ------------------------------------------------------------------------
    def test_the_number_of_queries_does_not_grow_with_the_lines(self):
        lines = self.env["sale.order.line"].union(
            *(self._sell().order_line for _n in range(6))
        )
        self.env.flush_all()

        def count(lines):
            self.env.invalidate_all()
            self.standard._rulebook()
            before = self.env.cr.sql_log_count
            self.standard._decide([self._spec(line) for line in lines])
            return self.env.cr.sql_log_count - before

        count(lines)
        self.assertLessEqual(count(lines), count(lines[:1]) + 1)
