from odoo import Command
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestPolicyPinning(ReturnsCommon):
    """A return keeps the version that decided it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A channel of its own, so that no other policy is narrower.
        cls.web = cls.env["returns.channel"].create({"code": "pin", "name": "Pin"})
        cls.policy = cls.env["returns.policy"].create(
            {
                "code": "pinned",
                "name": "Pinned",
                "channel_ids": [Command.set(cls.web.ids)],
            }
        )
        cls.first = cls._version("restock")

    @classmethod
    def _version(cls, disposition, **values):
        """A published version that sends A to ``disposition``."""
        target = cls.env.ref(f"returns_governance.disposition_{disposition}")
        row = {"condition_id": cls.grade_a.id, "disposition_id": target.id}
        version = cls.env["returns.policy.version"].create(
            {
                "policy_id": cls.policy.id,
                "rule_ids": [
                    Command.create(
                        {
                            "code": disposition,
                            "release": "inspection",
                            "disposition_ids": [Command.create(row)],
                            **values,
                        }
                    )
                ],
            }
        )
        version.action_publish()
        return version

    def test_version_2_published_mid_flight_leaves_open_returns_with_version_1(self):
        going_on = self._create_return(until="received")
        self.assertEqual(going_on.policy_version_id, self.first)
        second = self._version("quarantine")
        new = self._create_return(until="received")
        self.assertEqual(new.policy_version_id, second)
        for back in (going_on, new):
            self._inspect(back)
        self.assertEqual(going_on.policy_version_id, self.first)
        self.assertEqual(going_on.routing_ids.disposition_id.code, "restock")
        self.assertEqual(new.routing_ids.disposition_id.code, "quarantine")
        self.assertEqual(going_on.decision_ids.version_id, self.first)

    def test_a_retired_version_still_decides_its_returns(self):
        back = self._create_return(until="received")
        self.first.action_retire()
        self._inspect(back)
        self.assertEqual(back.routing_ids.disposition_id.code, "restock")

    def test_the_decision_of_a_refused_return_names_rule_and_version(self):
        self._version("donate", eligible="no")
        back = self._create_return()
        self.assertEqual(back.case_state, "rejected")
        decision = back.decision_ids
        self.assertEqual(decision.rule, "donate")
        self.assertEqual(decision.codes, ["RETURN_NOT_ELIGIBLE", "EXCLUDED"])
        self.assertIn("Pinned, version 2", decision.sentence)
        self.assertIn("may not come back", decision.sentence)
