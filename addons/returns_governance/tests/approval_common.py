"""What the tests of approvals share: dear returns, a table of authority, colleagues."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .governance_common import GovernanceCommon


class ApprovalCommon(GovernanceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._colleague("boss", "manager")
        cls.chief = cls._colleague("chief", "manager")

    @classmethod
    def _colleague(cls, login, *roles, **values):
        return new_test_user(
            cls.env,
            login=login,
            name=login.replace("_", " ").title(),
            email=f"{login}@example.com",
            password=login,
            groups=",".join(
                ["base.group_user", *(f"returns_governance.group_{r}" for r in roles)]
            ),
            **values,
        )

    def _authority(self, step, **values):
        return self.env["returns.authority"].create({"step": step, **values})

    def _dear_return(self, user="agent", units=12.0):
        """A return above the policy's limit of 500: it waits for an approval."""
        order = self._sell([(self.shirt, units)])
        return self._submit(self._request(order), user=user)

    def _delegate(self, giver, to, **values):
        today = fields.Date.today()
        return self.env["returns.delegation"].create(
            {
                "from_user_id": giver.id,
                "to_user_id": to.id,
                "date_from": today,
                "date_to": today,
                "reason": "On leave",
                **values,
            }
        )

    def _remind(self):
        self.env["returns.approval"]._remind()

    def _refused(self, code):
        return self.assertRaisesRegex(UserError, rf"^\[{code}\]")

    def _denied(self):
        return self.assertRaisesRegex(AccessError, r"^\[ACCESS_DENIED\]")
