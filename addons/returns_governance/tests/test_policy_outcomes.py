from decimal import Decimal

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..engine.outcomes import OUTCOMES
from ..models.policy.rule_fields import GIVEN, OFFERS, OUTCOME_FIELDS, PARTS
from .test_policy_versions import PolicyCommon


@tagged("post_install", "-at_install")
class TestPolicyOutcomes(PolicyCommon):
    """All that a rule can give: as the engine's outcome, and in its sentence."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = cls.env.ref
        cls.as_new = ref("returns_governance.condition_a")
        cls.used = ref("returns_governance.condition_c")
        cls.restock = ref("returns_governance.disposition_restock")
        cls.recycle = ref("returns_governance.disposition_recycle")
        cls.node = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )

    def _rule(self, **values):
        return self._draft({"code": "r", **values}).rule_ids

    def _whole(self):
        """A rule with a value in every field, and a row in every list."""
        row = Command.create
        return self._rule(
            eligible="yes",
            window="days",
            window_days=30,
            release="carrier_scan",
            approval="levels",
            level_ids=[
                row({"above": 100, "role": "finance"}),
                row({"above": 50, "role": "agent"}),
            ],
            evidence="files",
            evidence_ids=[row({"kind": "image", "count": 2, "megabytes": 5})],
            offer_refund=True,
            offer_exchange=True,
            fee="charged",
            fee_ids=[
                row({"kind": "restocking", "mode": "percent", "amount": 12.5}),
                row({"kind": "return_shipping", "mode": "per_parcel", "amount": 4}),
            ],
            deduction_ids=[row({"condition_id": self.used.id, "percent": 30})],
            refund_shipping="never",
            label_mode="qr",
            destination_id=self.node.id,
            route_by_human="yes",
            disposition_ids=[
                row(
                    {
                        "condition_id": self.as_new.id,
                        "disposition_id": self.recycle.id,
                        "value_below": 20,
                    }
                ),
                row(
                    {
                        "condition_id": self.as_new.id,
                        "disposition_id": self.restock.id,
                        "value_min": 20,
                    }
                ),
            ],
            returnless="yes",
            returnless_limit=15,
            returnless_per_month=2,
            returnless_month_value=40,
            advance="charge",
            advance_days=10,
            exchange_bonus="percent",
            exchange_percent=5,
            credit_bonus="percent",
            credit_percent=10,
            supplier_reason="DOA",
            expiry="days",
            expire_days=21,
        )

    def test_a_rule_can_set_every_outcome_of_the_engine(self):
        outcomes = dict(self._whole()._to_engine()[0].outcomes)
        self.assertEqual(set(outcomes), set(OUTCOMES))
        self.assertEqual(
            outcomes["approval_levels"],
            ((Decimal("50.0"), "agent"), (Decimal("100.0"), "finance")),
        )
        self.assertEqual(outcomes["approval_above"], 50)
        self.assertEqual(outcomes["evidence"], (("image", 2, 5 * 1024 * 1024),))
        self.assertEqual(outcomes["resolutions"], ("refund", "exchange"))
        self.assertEqual(
            outcomes["fees"],
            (
                ("restocking", Decimal("12.5"), "percent"),
                ("return_shipping", Decimal("4.0"), "per_parcel"),
            ),
        )
        self.assertEqual(dict(outcomes["deductions"]), {"C": 30})
        self.assertEqual(outcomes["destination"], str(self.node.id))
        self.assertEqual(
            outcomes["dispositions"],
            (("A", ((None, 20, "recycle"), (20, None, "restock"))),),
        )
        self.assertEqual(
            (outcomes["returnless_limit"], outcomes["credit_bonus"]), (15, 10)
        )

    def test_the_sentence_says_all_of_it(self):
        sentence = self._whole().sentence
        for words in (
            "30 days",
            "offered: Refund or Exchange",
            "refund on carrier scan",
            "fee: Restocking 12.50 % + Return shipping",
            "for each parcel",
            "30 % off for",
            "by Agent",
            "by Finance controller",
            "2 Photos of at most 5 MB",
            "delivery not refunded",
            "5 % more on an exchange",
            "10 % more on store credit",
            "refund without the goods up to",
            "2 times a month for a customer",
            "a month in all",
            "charged if nothing comes back in 10 days",
            "with a code for the counter",
            f"sent to {self.node.name}",
            "a person chooses where goods go",
            "worth less than",
            "worth at least",
            "told to the supplier as DOA",
            "expires after 21 days",
        ):
            self.assertIn(words, sentence)

    def test_no_fee_is_said_too(self):
        rule = self._rule(window="days", window_days=30, fee="none")
        self.assertEqual(rule.sentence, "Everything: 30 days, no fee")
        self.assertEqual(dict(rule._to_engine()[0].outcomes)["fees"], ())

    def test_the_tables_name_every_field_of_a_rule(self):
        """So that the fingerprint, the sentence and a file of rules forget none."""
        fields = self.env["returns.policy.rule"]._fields
        for name in (*OUTCOME_FIELDS, *PARTS, *OFFERS):
            self.assertIn(name, fields)
        self.assertEqual(
            {given.key for given in GIVEN}
            | {"approval_levels", "returnless_limit", "returnless_per_month"}
            | {"returnless_month_value", "advance_days"},
            set(OUTCOMES),
        )
        for name, columns in PARTS.items():
            row = self.env[fields[name].comodel_name]
            self.assertEqual(row._part, name)
            self.assertLessEqual(set(columns), set(row._fields))

    def test_every_value_and_every_row_changes_the_fingerprint(self):
        version = self._whole().version_id
        rule, seen = version.rule_ids, {version._content_digest()}
        for name in OUTCOME_FIELDS:
            if rule._fields[name].type == "float":
                rule[name] += 1
                digest = version._content_digest()
                self.assertNotIn(digest, seen, name)
                seen.add(digest)
        for name in PARTS:
            rule[name][:1].unlink()
            digest = version._content_digest()
            self.assertNotIn(digest, seen, name)
            seen.add(digest)

    def test_lists_that_make_no_sense_are_not_saved(self):
        row = Command.create
        band = {"condition_id": self.as_new.id, "disposition_id": self.restock.id}
        for values in (
            {"approval": "levels"},
            {"fee": "charged"},
            {"evidence": "files"},
            {"deduction_ids": [row({"condition_id": self.used.id, "percent": 130})]},
            {"fee": "charged", "fee_ids": [row({"mode": "percent", "amount": 101})]},
            {"disposition_ids": [row(band), row(band)]},
            {
                "disposition_ids": [
                    row({**band, "value_below": 20}),
                    row({**band, "value_min": 10}),
                ]
            },
            {"disposition_ids": [row({**band, "value_min": 9, "value_below": 5})]},
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, "Rule r cannot work"),
            ):
                self._rule(**values)

    def test_a_row_alone_cannot_make_its_rule_senseless(self):
        rule = self._rule(
            deduction_ids=[Command.create({"condition_id": self.used.id, "percent": 5})]
        )
        with self.assertRaisesRegex(ValidationError, "Rule r cannot work"):
            rule.deduction_ids.percent = 500

    def test_rows_of_a_published_version_never_change(self):
        version = self._whole().version_id
        version.with_user(self.manager).action_publish()
        for name in PARTS:
            rows = version.rule_ids[name]
            column = PARTS[name][-1]
            with self.subTest(name):
                with self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"):
                    rows[0].write({column: rows[0][column]})
                with self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"):
                    rows[0].unlink()
                with self.assertRaisesRegex(UserError, "POLICY_IMMUTABLE"):
                    rows[0].copy()

    def test_a_new_version_has_the_rows_too(self):
        rule = self._whole()
        copy = rule.version_id.copy().rule_ids
        self.assertEqual(copy._to_engine()[0].outcomes, rule._to_engine()[0].outcomes)

    def test_compiled_rules_follow_a_code_that_is_renamed(self):
        """Also the code of a country's state, which is not ours."""
        state = self.env["res.country.state"].create(
            {"name": "T", "code": "T1", "country_id": self.env.ref("base.de").id}
        )
        reason = self.env["returns.reason"].create(
            {"code": "t1", "name": "T", "cause_class": "packaging"}
        )
        version = self._publish(
            {
                "code": "r",
                "country_state_ids": [Command.set(state.ids)],
                "reason_ids": [Command.set(reason.ids)],
                "window": "unlimited",
            }
        )

        def asked():
            conditions = version._rulebook().rules[0].conditions
            return {condition.fact: condition.values for condition in conditions}

        self.assertEqual(asked(), {"country_state": ("DE-T1",), "reason": ("t1",)})
        reason.active = False
        reason.code = "t2"
        state.code = "T2"
        self.assertEqual(asked(), {"country_state": ("DE-T2",), "reason": ("t2",)})
