from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..const import INSPECTION, QUARANTINE
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestSecurity(InventoryStatesCommon):
    """Who may see and do what: each action allowed to one and refused to another."""

    def assertForbidden(self, function, *args, **kwargs):
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            function(*args, **kwargs)

    def test_states_are_read_by_all_and_changed_by_managers(self):
        state = self.env["inventory.state"]._get_by_code(INSPECTION)
        self.assertTrue(state.with_user(self.outsider).name)
        self.assertForbidden(state.with_user(self.user).write, {"name": "Look"})
        state.with_user(self.manager).name = "Look"

    def test_the_table_is_read_by_stock_users_and_changed_by_managers(self):
        row = self.env["inventory.state.transition"].search([], limit=1)
        self.assertForbidden(row.with_user(self.outsider).read, ["state_id"])
        self.assertTrue(row.with_user(self.user).state_id)
        table = self.env["inventory.state.table"].with_user(self.user)
        self.assertForbidden(table._make_draft)
        draft = table.with_user(self.manager)._make_draft()
        self.assertForbidden(draft.with_user(self.user).write, {"note": "X"})
        self.assertForbidden(draft.with_user(self.user).action_publish)
        # another one, for where four eyes are asked for
        draft.with_user(self.manager.copy({"login": "second"})).action_publish()
        self.assertTrue(draft.with_user(self.user).line_ids.mapped("state_id.name"))
        self.assertForbidden(draft.with_user(self.outsider).read, ["number"])

    def test_the_ledger_is_read_by_stock_users(self):
        self._stock(QUARANTINE)
        row = self.env["inventory.state.change"].search([], limit=1)
        self.assertForbidden(row.with_user(self.outsider).read, ["quantity"])
        self.assertTrue(row.with_user(self.user).quantity)

    def test_reports_are_read_by_stock_users_and_values_by_managers(self):
        self._stock(QUARANTINE)
        self.env.flush_all()
        for name in ("balance", "report", "age"):
            Report = self.env[f"inventory.state.{name}"]
            self.assertForbidden(Report.with_user(self.outsider).search, [])
            rows = Report.with_user(self.user).search([])
            self.assertTrue(rows)
            if "value" in rows._fields:
                self.assertForbidden(rows.read, ["value"])
                self.assertTrue(rows.with_user(self.manager).read(["value"]))

    def test_a_place_gets_its_state_from_a_manager(self):
        place = self.env["stock.location"].create(
            {"name": "Room", "location_id": self.warehouse.view_location_id.id}
        )
        state = self.env["inventory.state"]._get_by_code(INSPECTION)
        self.assertForbidden(place.with_user(self.user).write, {"state_id": state.id})
        place.with_user(self.manager).state_id = state

    def test_a_change_is_made_and_taken_back_by_stock_users(self):
        move = self._stock(INSPECTION)
        quant = self.env["stock.quant"].search(
            [("location_id", "=", self._place(INSPECTION).id)], limit=1
        )
        self.assertForbidden(quant.with_user(self.outsider).action_change_state)
        self.assertTrue(quant.with_user(self.user).action_change_state())
        change = move.move_line_ids.state_change_ids
        Wizard = self.env["inventory.state.reversal.wizard"]
        vals = {"change_id": change.id, "reason": "No"}
        self.assertForbidden(Wizard.with_user(self.outsider).create, vals)
        Wizard.with_user(self.user).create(vals).action_apply()

    def test_the_past_is_shown_to_stock_users(self):
        Balance = self.env["inventory.state.balance"]
        self.assertForbidden(Balance.with_user(self.outsider).retrieve_as_of)
        self.assertTrue(Balance.with_user(self.user).retrieve_as_of()["states"])

    def test_another_company_sees_neither_ledger_nor_stock(self):
        self._stock(QUARANTINE)
        self.env.flush_all()
        company = self.env["res.company"].create({"name": "Daughter"})
        stranger = new_test_user(
            self.env,
            "states_stranger",
            groups="base.group_user,stock.group_stock_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        mine = [("product_id", "=", self.product.id)]
        for name in ("change", "balance", "report", "age"):
            Model = self.env[f"inventory.state.{name}"]
            self.assertTrue(Model.with_user(self.manager).search(mine), name)
            self.assertFalse(Model.with_user(stranger).search(mine), name)

    def test_a_user_without_stock_rights_can_still_trigger_a_judged_move(self):
        """Sales and the shop move stock with all rights; the guard knows them."""
        self._stock(INSPECTION, 2.0)
        Move = self.env["stock.move"].with_user(self.outsider).sudo()
        move = Move.create(
            self._prepare_move(self._place(INSPECTION), self._place(QUARANTINE))
        )
        move._action_done()
        self.assertEqual(move.move_line_ids.state_change_ids.user_id, self.outsider)
