"""Entries that nobody can take out of the books past the record behind them."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user


class KeptCommon:
    """Mixed into a test class whose records have entries."""

    @classmethod
    def _billing_clerk(cls):
        """A person who may post and reset whatever Odoo lets him."""
        known = cls.env["res.users"].search([("login", "=", "billing_clerk")])
        return known or new_test_user(
            cls.env,
            login="billing_clerk",
            groups="base.group_user,account.group_account_invoice,"
            "returns_governance.group_reader",
            company_ids=cls.env["res.company"].search([]).ids,
            company_id=cls.env.company.id,
        )

    def _reverse_by_hand(self, move):
        wizard = self.env["account.move.reversal"].with_user(move.env.user)
        wizard = wizard.with_context(active_model=move._name, active_ids=move.ids)
        wizard.create(
            {
                "journal_id": move.journal_id.id,
                "reason": "Wrong",
                "move_ids": [Command.set(move.ids)],
            }
        ).refund_moves()

    def _assert_kept(self, move, words, reverse=True):
        """Every door to take an entry out of the books is shut, and says why.

        :param str words: part of what the refusal says: the record, the button
        """
        move = move.with_user(self._billing_clerk())
        doors = {
            "reset": move.button_draft,
            "cancel": lambda: move.write({"state": "cancel"}),
            "delete": lambda: move.with_context(force_delete=True).unlink(),
        }
        if reverse:
            doors["reverse"] = lambda: self._reverse_by_hand(move)
        for door, work in doors.items():
            with self.subTest(door=door, move=move.name):
                with self.assertRaisesRegex(UserError, rf"\[RE[A-Z_]+\].*{words}"):
                    with self.env.cr.savepoint():
                        work()
                self.env.invalidate_all()
        self.assertEqual(move.state, "posted")
