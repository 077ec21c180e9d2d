from odoo.tests import TransactionCase, tagged

from ..const import CAUSE_CLASSES

STATES = {
    "restock": "sellable",
    "refurbish": "refurbish",
    "liquidate": "damaged",
    "return_to_vendor": "quarantine",
    "quarantine": "quarantine",
    "donate": "write_off",
    "recycle": "write_off",
    "destroy": "write_off",
    "keep_with_customer": False,
    "return_to_customer": "inspection",
}
AUTOMATIONS = {
    "refund_on_request",
    "refund_on_carrier_scan",
    "refund_on_receipt",
    "refund_on_inspection",
    "refund_by_hand",
    "route_after_inspection",
    "expire",
}


@tagged("post_install", "-at_install")
class TestInstalledData(TransactionCase):
    """What others can count on (docs/api.md, installed data)."""

    def _installed(self, model):
        data = self.env["ir.model.data"].search(
            [("module", "=", "returns_governance"), ("model", "=", model)]
        )
        return (
            self.env[model]
            .with_context(active_test=False)
            .browse(data.mapped("res_id"))
        )

    def test_reasons_and_their_root_causes(self):
        reasons = self._installed("returns.reason")
        self.assertEqual(
            set(reasons.mapped("code")),
            {
                "defective",
                "damaged_in_transit",
                "wrong_item",
                "not_as_described",
                "size_fit",
                "changed_mind",
                "late_delivery",
                "missing_parts",
                "suspected_fraud",
            },
        )
        self.assertEqual(
            set(reasons.mapped("cause_class")), {code for code, _l in CAUSE_CLASSES}
        )

    def test_conditions(self):
        conditions = self._installed("returns.condition")
        self.assertEqual(conditions.sorted().mapped("code"), ["A", "B", "C", "D", "X"])

    def test_channels_and_whom_to_trust_with_the_time(self):
        channels = self._installed("returns.channel")
        self.assertEqual(
            {channel.code: channel.trusted_time for channel in channels},
            {"web": True, "marketplace": True, "store": False, "b2b": False},
        )

    def test_dispositions_and_the_states_of_their_places(self):
        dispositions = self._installed("returns.disposition")
        self.assertEqual({d.code: d.state_id.code for d in dispositions}, STATES)
        self.assertEqual(dispositions.filtered("put_away").mapped("code"), ["restock"])

    def test_automatic_actions_are_named_described_and_on(self):
        automations = self._installed("returns.automation")
        self.assertEqual(set(automations.mapped("code")), AUTOMATIONS)
        for automation in automations:
            with self.subTest(automation.code):
                self.assertTrue(automation.active)
                for word in ("When:", "What:", "Switched off:"):
                    self.assertIn(word, automation.description)

    def test_the_standard_policy_is_published_as_version_1(self):
        version = self.env.ref("returns_governance.policy_standard_v1")
        self.assertEqual((version.state, version.number), ("published", 1))
        self.assertEqual(version.policy_id.code, "standard")
        self.assertFalse(version._changed_behind_our_back())
        rule = version.rule_ids
        self.assertEqual(len(rule), 1)
        self.assertFalse(rule._conditions())
        outcomes = dict(rule._to_engine()[0].outcomes)
        self.assertEqual(outcomes["window_days"], 30)
        self.assertEqual(outcomes["release"], "inspection")
        self.assertEqual(outcomes["approval_above"], 500)
        self.assertEqual(outcomes["refund_shipping"], "withdrawal")
        self.assertEqual(outcomes["evidence"], ())
        self.assertEqual(outcomes["expire_days"], 30)
        self.assertNotIn("fees", outcomes)
        self.assertEqual(
            dict(outcomes["dispositions"]),
            {
                "A": "restock",
                "B": "restock",
                "C": "refurbish",
                "D": "quarantine",
                "X": "quarantine",
            },
        )

    def test_returns_are_numbered_by_year(self):
        number = self.env["ir.sequence"].next_by_code("returns.order")
        self.assertRegex(number, r"^RET/\d{4}/\d{5}$")
