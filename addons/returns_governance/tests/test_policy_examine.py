from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestPolicyExamine(ReturnsCommon):
    """Mistakes in the rules, in words; and a version that is tried."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["returns.policy"].create({"code": "test", "name": "Test"})
        cls.germany = cls.env.ref("base.de")

    def _draft(self, *rules):
        return self.env["returns.policy.version"].create(
            {
                "policy_id": self.policy.id,
                "rule_ids": [Command.create(rule) for rule in rules],
            }
        )

    def _whole(self, **values):
        """A rule for every case that must be decided."""
        grades = self.env["returns.condition"].search([])
        restock = self.env.ref("returns_governance.disposition_quarantine")
        return {
            "code": "all",
            "name": "General",
            "eligible": "yes",
            "window": "days",
            "window_days": 30,
            "release": "inspection",
            "disposition_ids": [
                Command.create({"condition_id": g.id, "disposition_id": restock.id})
                for g in grades
            ],
            **values,
        }

    def _read(self, version, user="planner"):
        dialog = (
            self.env["returns.policy.examine.wizard"]
            .with_user(self.users[user])
            .create({"version_id": version.id})
        )
        return html2plaintext(dialog.findings), dialog.findings

    def test_sound_rules_are_told_so(self):
        text, _html = self._read(self._draft(self._whole()))
        self.assertIn("Every rule can win", text)
        standard = self.env.ref("returns_governance.policy_standard_v1")
        self.assertIn("Every rule can win", self._read(standard)[0])

    def test_what_no_rule_decides_is_told_with_an_example(self):
        version = self._draft(
            {
                "code": "de",
                "country_ids": [Command.set(self.germany.ids)],
                "window": "days",
                "window_days": 30,
            }
        )
        text, _html = self._read(version)
        self.assertIn("No rule decides the window here", text)
        self.assertIn("Country: any other", text)
        self.assertIn("No rule decides when money goes here", text)

    def test_rules_that_contradict_each_other_are_told(self):
        values = {"country_ids": [Command.set(self.germany.ids)], "window": "days"}
        version = self._draft(
            self._whole(),
            {"code": "a", "name": "Short", "window_days": 14, **values},
            {"code": "b", "name": "Long", "window_days": 60, **values},
        )
        text, html = self._read(version)
        self.assertIn("Short", text)
        self.assertIn("contradict each other on the window", text)
        self.assertIn("Country: Germany", text)
        for rule in version.rule_ids.filtered("name")[1:]:
            self.assertIn(f'href="/odoo/return-policy-rules/{rule.id}"', html)
        version.rule_ids.filtered(lambda r: r.code == "b").priority = 1
        text, _html = self._read(version)
        self.assertNotIn("contradict", text)
        self.assertIn("Short", text)
        self.assertIn("can never win", text)
        self.assertIn("Here it is Long", " ".join(text.split()))

    def test_a_rule_for_a_product_in_a_foreign_category_never_fits(self):
        other = self.env["product.category"].create({"name": "Other"})
        version = self._draft(
            self._whole(),
            {
                "code": "never",
                "product_ids": [Command.set(self.shirt.ids)],
                "category_ids": [Command.set(other.ids)],
                "window": "unlimited",
            },
        )
        self.assertIn("never never fits", self._read(version)[0])

    def test_only_those_who_write_policies_look_for_mistakes(self):
        version = self._draft(self._whole())
        for user in ("agent", "inspector", "integration"):
            with self.subTest(user), self.assertRaises(AccessError):
                self._read(version, user)

    def test_examining_writes_nothing(self):
        version = self._draft(self._whole())
        self.env.flush_all()
        dialog = self.env["returns.policy.examine.wizard"].new(
            {"version_id": version.id}
        )
        seen = []
        execute = type(self.env.cr).execute

        def watch(cursor, query, *args, **kwargs):
            seen.append(str(query).lstrip().split(" ", 1)[0].upper())
            return execute(cursor, query, *args, **kwargs)

        self.patch(type(self.env.cr), "execute", watch)
        self.assertTrue(dialog.findings)
        self.assertFalse({"INSERT", "UPDATE", "DELETE"} & set(seen))

    # --- why here ---------------------------------------------------------------------
    def test_each_rule_says_why_it_stands_where_it_stands(self):
        top = self.env["product.category"].create({"name": "Apparel"})
        version = self._draft(
            {"code": "all"},
            {
                "code": "shirts",
                "category_ids": [Command.set(top.ids)],
                "country_ids": [Command.set(self.germany.ids)],
                "value_min": 10.0,
                "priority": 5,
            },
        )
        why = {rule.code: rule.why_here for rule in version.rule_ids}
        self.assertEqual(
            why["shirts"],
            "names a category of level 1, conditions that name values: 1, ranges: 1, "
            "priority 5",
        )
        self.assertIn("asks for nothing", why["all"])

    # --- try it -----------------------------------------------------------------------
    def _try(self, version):
        Wizard = self.env["returns.policy.try.wizard"].with_user(self.users["planner"])
        return Form(Wizard.with_context(active_id=version.id))

    def test_invented_facts_give_winner_and_losers_at_once(self):
        version = self._draft(
            self._whole(),
            {
                "code": "de",
                "name": "Germany",
                "country_ids": [Command.set(self.germany.ids)],
                "window": "days",
                "window_days": 60,
            },
        )
        form = self._try(version)
        form.days_since_delivery = "45"
        self.assertIn("Refused", form.result)
        form.country_id = self.germany
        text = html2plaintext(form.result)
        self.assertIn("Taken back", text)
        self.assertIn("gives way to Germany, which is more specific", text)
        form.condition_id = self.grade_c
        self.assertIn("Quarantine", html2plaintext(form.result))
        form.days_since_delivery = "soon"
        self.assertIn("are numbers", form.result)

    def test_an_order_line_can_be_tried_and_bent(self):
        version = self._draft(
            self._whole(), {"code": "dear", "value_min": 1000.0, "eligible": "no"}
        )
        line = self._sell().order_line
        form = self._try(version)
        form.sale_line_id = line
        self.assertIn("Taken back", form.result)
        form.value = "2000"
        self.assertIn("Refused", form.result)
        self.assertFalse(
            self.env["returns.decision"].search([("version_id", "=", version.id)])
        )
