from odoo.tests import HttpCase, new_test_user, tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestPolicyTours(ReturnsCommon, HttpCase):
    """A policy from the first rule to its publishing, in the browser alone."""

    def test_one_manager_writes_and_tries_and_another_publishes(self):
        new_test_user(
            self.env,
            login="test_second",
            password="test_second",
            groups="base.group_user,returns_governance.group_manager",
        )
        policy = self.env.ref("returns_governance.policy_standard")
        old = policy.current_version_id
        self.start_tour(
            f"/odoo/return-policies/{policy.id}",
            "returns_tour_policy_write",
            login="test_manager",
        )
        draft = policy.version_ids.filtered(lambda v: v.state == "draft")
        self.assertEqual(draft.author_ids, self.users["manager"])
        self.assertEqual(draft.proposed_by, self.users["manager"])
        self.assertEqual(policy.current_version_id, old)
        self.start_tour(
            f"/odoo/return-policy-versions/{draft.id}",
            "returns_tour_policy_publish",
            login="test_second",
        )
        self.env.invalidate_all()
        self.assertEqual(policy.current_version_id, draft)
        self.assertEqual(draft.published_by.login, "test_second")
