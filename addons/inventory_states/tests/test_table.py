from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..const import DAMAGED, INSPECTION, QUARANTINE, SELLABLE, WRITE_OFF
from .common import ALLOWED, InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestTable(InventoryStatesCommon):
    """The table of allowed changes has editions, and the ledger names them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Table = cls.env["inventory.state.table"]
        cls.current = cls.Table.browse(cls.Table._current_id())

    def test_the_installed_table_is_the_first_edition(self):
        self.assertEqual(self.current.state, "published")
        pairs = {}
        for line in self.current.line_ids:
            pairs.setdefault(line.state_id.code, set()).add(line.state_dest_id.code)
        self.assertEqual(pairs, ALLOWED)
        self.assertEqual(self.Table._audit_findings(), [])

    def test_the_ledger_names_the_edition_that_allowed_a_change(self):
        before = self._move(self._place(SELLABLE), self._place(QUARANTINE))
        table = self._change_table(QUARANTINE, SELLABLE)
        after = self._move(self._place(QUARANTINE), self._place(SELLABLE))
        named = (before.move_line_ids | after.move_line_ids).state_change_ids.table_id
        self.assertEqual(named, self.current | table)
        self.assertEqual(table.number, self.current.number + 1)
        self.assertEqual(self.current.state, "retired")

    def test_a_draft_decides_nothing(self):
        table = self.Table._make_draft()
        table.line_ids.unlink()
        self._move(self._place(SELLABLE), self._place(QUARANTINE))

    def test_what_was_in_force_can_be_read_for_ever(self):
        words = self.current.line_ids.mapped("display_name")
        self._change_table(INSPECTION, WRITE_OFF, allowed=False)
        self._change_table(INSPECTION, DAMAGED, needs_reason=True)
        self.assertEqual(self.current.line_ids.mapped("display_name"), words)
        self.assertIn("Inspection to Write-Off", words)

    def test_an_edition_says_what_it_changes(self):
        group = self.env.ref("stock.group_stock_manager")
        self._change_table(INSPECTION, DAMAGED, needs_reason=True)
        table = self.Table._make_draft()
        self.assertFalse(table.difference)
        rows = {line._pair(): line for line in table.line_ids}
        state = self.env["inventory.state"]._get_by_code
        rows[state(INSPECTION).id, state(DAMAGED).id].group_ids = group
        rows[state(INSPECTION).id, state(WRITE_OFF).id].unlink()
        table.line_ids.create(
            {
                "table_id": table.id,
                "state_id": state(QUARANTINE).id,
                "state_dest_id": state(SELLABLE).id,
            }
        )
        lines = set(table.difference.split("\n"))
        self.assertEqual(
            lines,
            {
                "New: Quarantine to Sellable",
                "No longer allowed: Inspection to Write-Off",
                "Changed: Inspection to Damaged (reason needed) \u2192 Inspection to "
                f"Damaged (reason needed; {group.full_name})",
            },
        )

    def test_the_rows_of_the_guard_change_in_no_other_way(self):
        row = self.env["inventory.state.transition"].search([], limit=1)
        state = self.env["inventory.state"]._get_by_code(QUARANTINE)
        admin = self.env.ref("base.user_admin")
        values = {"state_id": state.id, "state_dest_id": row.state_id.id}
        for what, call in {
            "write": lambda: row.with_user(self.manager).write({"needs_reason": 1}),
            "the administrator": lambda: row.with_user(admin).write({"active": 0}),
            "all rights": lambda: row.sudo().write({"needs_approval": True}),
            "archive": row.action_archive,
            "delete": row.unlink,
            "create": lambda: row.create(values),
            "copy": lambda: row.copy({"state_dest_id": state.id}),
            "by the state": lambda: state.write(
                {"transition_from_ids": [Command.clear()]}
            ),
            "a flag in the context": lambda: row.with_context(
                inventory_state_permit=True, install_mode=True
            ).write({"needs_reason": True}),
        }.items():
            with (
                self.subTest(what),
                self.assertRaisesRegex(UserError, "TABLE_IMMUTABLE"),
                self.env.cr.savepoint(),
            ):
                call()
        result = row.with_user(admin).load(
            [".id", "needs_reason"], [[str(row.id), "True"]]
        )
        self.assertIn("TABLE_IMMUTABLE", result["messages"][0]["message"])

    def test_a_published_edition_never_changes(self):
        table, line = self.current, self.current.line_ids[0]
        draft = self.Table._make_draft()
        values = {"table_id": table.id, **draft.line_ids[0]._said()}
        for what, call in {
            "note": lambda: table.write({"note": "X"}),
            "row": lambda: line.write({"needs_reason": True}),
            "groups": lambda: line.write({"group_ids": [Command.clear()]}),
            "delete a row": line.unlink,
            "move a row out": lambda: line.write({"table_id": draft.id}),
            "move a row in": lambda: draft.line_ids[0].write({"table_id": table.id}),
            "by its list": lambda: table.write({"line_ids": [Command.clear()]}),
            "delete": table.unlink,
            "publish again": table.action_publish,
        }.items():
            with (
                self.subTest(what),
                self.assertRaisesRegex(UserError, "TABLE_IMMUTABLE"),
                self.env.cr.savepoint(),
            ):
                call()
        draft.line_ids[0].unlink()
        with self.assertRaisesRegex(UserError, "TABLE_IMMUTABLE"):
            line.create(values)

    def test_state_and_number_are_not_typed(self):
        draft = self.Table._make_draft()
        for values in ({"state": "published"}, {"number": 9}, {"digest": "x"}):
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                draft.write(values)
            with self.assertRaisesRegex(UserError, "GUARDED_FIELD"):
                self.Table.create(values)
        typed = self.Table.with_context(default_state="published", default_number=99)
        table = typed.create({})
        self.assertEqual((table.state, table.number), ("draft", 0))

    def test_where_four_eyes_are_asked_who_wrote_it_cannot_publish_it(self):
        second = self.manager.copy({"login": "second_manager"})
        draft = self.Table.with_user(self.manager)._make_draft()
        self.assertEqual(draft.author_ids, self.manager)

        def _asks_four_eyes(table):
            return True

        self.patch(
            self.env.registry["inventory.state.table"],
            "_asks_four_eyes",
            _asks_four_eyes,
        )
        with self.assertRaisesRegex(AccessError, "somebody else"):
            draft.action_publish()
        draft.with_user(second).action_publish()
        self.assertEqual(draft.published_by, second)

    def test_a_change_by_sql_is_found(self):
        line = self.current.line_ids[0]
        for what, query, key in (
            (
                "an edition",
                "UPDATE inventory_state_table_line SET needs_reason = true "
                "WHERE id = %s",
                line.id,
            ),
            (
                "the guard's rows",
                "DELETE FROM inventory_state_transition WHERE id = %s",
                self.env["inventory.state.transition"].search([], limit=1).id,
            ),
        ):
            with self.subTest(what), self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(query, [key])
                self.env.invalidate_all()
                found = self.Table._audit_findings()
                self.assertTrue(found)
                self.assertEqual(found[0]["table"], self.current.id)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertEqual(self.Table._audit_findings(), [])

    def test_a_row_keeps_its_identity_over_editions(self):
        """Approvals that were asked for name the row."""
        state = self.env["inventory.state"]._get_by_code
        Row = self.env["inventory.state.transition"].with_context(active_test=False)
        pair = [
            ("state_id", "=", state(WRITE_OFF).id),
            ("state_dest_id", "=", state(QUARANTINE).id),
        ]
        row = Row.search(pair)
        self._change_table(WRITE_OFF, QUARANTINE, allowed=False)
        self.assertFalse(row.active)
        self._change_table(WRITE_OFF, QUARANTINE, needs_approval=True)
        self.assertEqual(Row.search(pair), row)
        self.assertTrue(row.active)

    def test_derived_states_are_in_no_edition(self):
        table = self.Table._make_draft()
        state = self.env["inventory.state"]._get_by_code
        with self.assertRaisesRegex(UserError, "cannot be in the table"):
            table.line_ids.create(
                {
                    "table_id": table.id,
                    "state_id": state("reserved").id,
                    "state_dest_id": state(QUARANTINE).id,
                }
            )
