from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..engine.outcomes import OUTCOMES
from ..models.policy.rule_fields import CONDITION_FIELDS, OUTCOME_FIELDS
from .test_policy_versions import PolicyCommon


@tagged("post_install", "-at_install")
class TestPolicyRules(PolicyCommon):
    """Typed fields become the engine's rules, and one sentence for people."""

    def _rules(self, *rules):
        return self._draft(*rules).rule_ids

    def test_each_condition_becomes_the_engines_condition(self):
        germany = self.env.ref("base.de")
        apparel = self.env["product.category"].create({"name": "Apparel"})
        rule = self._rules(
            {
                "code": "r",
                "channel_ids": [Command.set(self.web.ids)],
                "country_ids": [Command.set(germany.ids)],
                "category_ids": [Command.set(apparel.ids)],
                "withdrawal": "no",
                "reason_class": "carrier",
                "value_min": 10.0,
                "value_max": 20.0,
                "order_value_max": 100.0,
                "cost_min": 5.0,
                "days_max": 3,
                "order_date_from": "2026-01-01",
            }
        )
        asked = {(c.fact, c.op): c.values for c in rule._to_engine()[0].conditions}
        plain = {key: [str(v) for v in values] for key, values in asked.items()}
        self.assertEqual(
            plain,
            {
                ("channel", "in"): ["test_web"],
                ("country", "in"): ["DE"],
                ("categories", "under"): [str(apparel.id)],
                ("withdrawal", "is"): ["False"],
                ("reason_class", "in"): ["carrier"],
                ("value", "between"): ["10.0", "20.0"],
                ("order_value", "le"): ["100.0"],
                ("cost", "ge"): ["5.0"],
                ("days_since_delivery", "le"): ["3"],
                ("order_date", "ge"): ["2026-01-01"],
            },
        )

    def test_an_empty_rule_asks_and_sets_nothing(self):
        engine = self._rules({"code": "empty"})._to_engine()[0]
        self.assertEqual((engine.conditions, engine.outcomes), ((), ()))

    def test_each_outcome_becomes_the_engines_outcome(self):
        rule = self._rules(
            {
                "code": "r",
                "eligible": "no",
                "window": "unlimited",
                "release": "carrier_scan",
                "approval": "above",
                "approval_above": 0.0,
                "evidence": "images",
                "evidence_images": 2,
                "refund_shipping": "always",
                "route_by_human": "yes",
                "expiry": "never",
            }
        )
        outcomes = dict(rule._to_engine()[0].outcomes)
        self.assertEqual(
            outcomes,
            {
                "eligible": False,
                "window_days": None,
                "release": "carrier_scan",
                "approval_above": 0,
                "approval_levels": (),
                "evidence": (("image", 2, None),),
                "refund_shipping": "always",
                "route_by_human": True,
                "expire_days": None,
            },
        )
        self.assertLessEqual(set(outcomes), set(OUTCOMES))

    def test_what_makes_no_sense_is_not_saved(self):
        for values in (
            {"value_min": 20.0, "value_max": 10.0},
            {"order_date_from": "2026-02-01", "order_date_to": "2026-01-01"},
            {"window": "days", "window_days": -1},
            {"approval": "above", "approval_above": -5.0},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "Rule bad cannot work"),
            ):
                self._rules({"code": "bad", **values})

    def test_rules_stand_in_the_order_in_which_they_win(self):
        top = self.env["product.category"].create({"name": "Apparel"})
        deep = self.env["product.category"].create(
            {"name": "Shirts", "parent_id": top.id}
        )
        product = self.env["product.product"].create({"name": "Shirt"})
        rules = self._rules(
            {"code": "all"},
            {"code": "range", "value_min": 10.0},
            {"code": "web", "channel_ids": [Command.set(self.web.ids)]},
            {
                "code": "web_first",
                "channel_ids": [Command.set(self.web.ids)],
                "priority": 5,
            },
            {"code": "top", "category_ids": [Command.set(top.ids)]},
            {"code": "deep", "category_ids": [Command.set(deep.ids)]},
            {"code": "product", "product_ids": [Command.set(product.ids)]},
        )
        ordered = self.env["returns.policy.rule"].search([("id", "in", rules.ids)])
        self.assertEqual(
            ordered.mapped("code"),
            ["product", "deep", "top", "web_first", "web", "range", "all"],
        )
        by_engine = sorted(rules._to_engine(), key=lambda rule: rule.rank(None))
        flat = [r.code for r in by_engine if r.code not in ("deep", "top")]
        self.assertEqual(flat, ["product", "web_first", "web", "range", "all"])

    def test_a_code_stands_once_in_a_version(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self._rules({"code": "twice"}, {"code": "twice"})

    # --- words ------------------------------------------------------------------------
    def test_a_rule_reads_as_one_sentence(self):
        apparel = self.env["product.category"].create({"name": "Apparel"})
        changed = self.env.ref("returns_governance.reason_changed_mind")
        rule = self._rules(
            {
                "code": "apparel",
                "category_ids": [Command.set(apparel.ids)],
                "country_ids": [Command.set(self.env.ref("base.de").ids)],
                "reason_ids": [Command.set(changed.ids)],
                "window": "days",
                "window_days": 30,
                "release": "carrier_scan",
            }
        )
        self.assertEqual(
            rule.sentence,
            "Apparel from Germany, Changed mind: 30 days, refund on carrier scan",
        )

    def test_refusal_and_ranges_are_said(self):
        rule = self._rules(
            {"code": "old", "days_min": 10, "on_sale": "yes", "eligible": "no"}
        )
        self.assertEqual(
            rule.sentence,
            "Sold at a discount, at least 10 days after delivery: may not come back",
        )

    def test_every_field_of_a_rule_changes_its_sentence(self):
        """What a rule does can be read on it: no condition is silent."""
        samples = {
            "many2many": lambda field: [
                Command.set(self.env[field.comodel_name].search([], limit=1).ids)
            ],
            "selection": lambda field: field.get_values(self.env)[0],
            "float": lambda field: 7.0,
            "integer": lambda field: 7,
            "date": lambda field: "2026-07-07",
        }
        self.env["product.tag"].create({"name": "Tag"})
        self.env["res.partner.category"].create({"name": "VIP"})
        silent = {"eligible": "yes"}  # said by saying nothing against it
        lists = {
            "levels": {"level_ids": [Command.create({"above": 9, "role": "manager"})]},
            "files": {"evidence_ids": [Command.create({"kind": "pdf"})]},
            "charged": {"fee_ids": [Command.create({"amount": 5})]},
        }
        for name in CONDITION_FIELDS:
            field = self.env["returns.policy.rule"]._fields[name]
            values = {name: samples[field.type](field)}
            with self.subTest(name):
                rule = self._rules({"code": "r", **values})
                self.assertNotEqual(rule.sentence, "Everything: sets nothing")
                self.assertFalse(rule.sentence.startswith("Everything: "))
                self.assertEqual(len(rule._to_engine()[0].conditions), 1)
        for name in OUTCOME_FIELDS:
            field = self.env["returns.policy.rule"]._fields[name]
            if field.type != "selection":
                continue
            for value in field.get_values(self.env):
                if silent.get(name) == value or (name, value) == (
                    "route_by_human",
                    "no",
                ):
                    continue
                with self.subTest(name, value=value):
                    values = {name: value, **lists.get(value, {})}
                    rule = self._rules({"code": "r", **values})
                    self.assertNotEqual(rule.sentence, "Everything: sets nothing")
                    self.assertTrue(rule._outcomes())
