from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..const import DAMAGED, INSPECTION, KEY_AS_OF, QUARANTINE, SELLABLE
from .common import INSIDE, InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestReports(InventoryStatesCommon):
    def setUp(self):
        super().setUp()
        for code in INSIDE:
            self._stock(code, 4.0)
        self.mine = [("product_id", "=", self.product.id)]

    def _shift(self, rows, days):
        """Date rows back, as if they had been booked earlier."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE inventory_state_change SET date = date - make_interval(days => %s)"
            " WHERE id = ANY(%s)",
            [days, rows.ids],
        )
        self.env.invalidate_all()

    def test_the_eight_columns_add_up_to_the_stock_and_its_value(self):
        transit = self.env["stock.location"].create(
            {"name": "Road", "usage": "transit", "company_id": self.company.id}
        )
        self._stock(SELLABLE, 3.0)
        self._move(self._place(SELLABLE), transit, 3.0)
        picking = self._create_picking(self._place(SELLABLE), self.customer, 1.0)
        picking.action_confirm()
        self.env.flush_all()
        rows = self.env["inventory.state.balance"].search(self.mine)
        home = rows.filtered("warehouse_id")
        self.assertRecordValues(
            home,
            [
                {
                    "warehouse_id": self.warehouse.id,
                    "sellable": 3.0,
                    "reserved": 1.0,
                    "inspection": 4.0,
                    "refurbish": 4.0,
                    "damaged": 4.0,
                    "quarantine": 4.0,
                    "write_off": 4.0,
                    "in_transit": 0.0,
                    "total": 24.0,
                    "value": 240.0,
                }
            ],
        )
        self.assertEqual((rows - home).in_transit, 3)

    def test_the_analysis_has_one_state_per_row_and_the_same_sum(self):
        picking = self._create_picking(self._place(SELLABLE), self.customer, 1.0)
        picking.action_confirm()
        self.env.flush_all()
        groups = self.env["inventory.state.report"]._read_group(
            self.mine, ["state_id"], ["quantity:sum", "value:sum"]
        )
        found = {state.code: (quantity, value) for state, quantity, value in groups}
        expected = {code: (4.0, 40.0) for code in INSIDE}
        expected |= {SELLABLE: (3.0, 30.0), "reserved": (1.0, 10.0)}
        self.assertEqual(found, expected)
        self.assertEqual(
            self.env["inventory.state.report"]
            .search([*self.mine, ("available", "=", True)])
            .state_id.code,
            SELLABLE,
        )

    def test_what_others_own_has_no_value(self):
        self._stock(INSPECTION, 5.0, owner_id=self.partner.id)
        self.env.flush_all()
        rows = self.env["inventory.state.report"].search(
            [*self.mine, ("owner_id", "=", self.partner.id)]
        )
        self.assertEqual(rows.value, 0)
        self.assertEqual(rows.quantity, 5)

    def test_as_of_a_past_moment_equals_the_ledger_until_then(self):
        rows = self.env["inventory.state.change"].search(self.mine)
        self._shift(rows, 10)
        self._move(self._place(QUARANTINE), self._place(DAMAGED), 3.0)
        self._move(self._place(SELLABLE), self.customer, 2.0)
        moment = fields.Datetime.now() - timedelta(days=5)
        totals = self.env["inventory.state.change"]._get_quantities_at(
            moment, self.mine
        )
        past = self.env["inventory.state.balance"].with_context(
            **{KEY_AS_OF: fields.Datetime.to_string(moment)}
        )
        row = past.search(self.mine)
        for code in INSIDE:
            state = self.env["inventory.state"]._get_by_code(code)
            self.assertEqual(totals[self.product, self.warehouse, state], 4)
            self.assertEqual(row[code], 4, code)
        before = fields.Datetime.now() - timedelta(days=20)
        self.assertFalse(
            self.env["inventory.state.change"]._get_quantities_at(before, self.mine)
        )
        now = self.env["inventory.state.balance"].search(self.mine)
        self.assertEqual((now.damaged, now.quarantine, now.sellable), (7, 1, 2))

    def test_as_of_now_equals_the_quants(self):
        self.env.flush_all()
        now = fields.Datetime.to_string(fields.Datetime.now())
        Balance = self.env["inventory.state.balance"]
        names = [*INSIDE, "total", "value"]
        present = Balance.search(self.mine).read(names)[0]
        past = Balance.with_context(**{KEY_AS_OF: now}).search(self.mine)
        past = past.read(names)[0]
        self.assertEqual(
            {name: present[name] for name in names},
            {name: past[name] for name in names},
        )

    def test_the_screen_tells_the_sums_then_and_now_and_that_the_ledger_agrees(self):
        Balance = self.env["inventory.state.balance"].with_user(self.user)
        rows = self.env["inventory.state.change"].search([])
        self._shift(rows, 10)
        self._move(self._place(QUARANTINE), self._place(DAMAGED), 3.0)
        self.env.flush_all()
        moment = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=5))
        page = Balance.retrieve_as_of(moment)
        found = {row["code"]: (row["then"], row["now"]) for row in page["states"]}
        then, now = found[QUARANTINE]
        self.assertEqual(then - now, 3.0)
        then, now = found[DAMAGED]
        self.assertEqual(now - then, 3.0)
        self.assertEqual(page["ledger_rows"], len(rows))
        self.assertTrue(page["agree"])
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = quantity + 1 WHERE location_id = %s",
            [self._place(DAMAGED).id],
        )
        self.env.invalidate_all()
        page = Balance.retrieve_as_of()
        self.assertFalse(page["agree"])
        self.assertIn("NOT", page["words"])
        with self.assertRaises(UserError):
            Balance.retrieve_as_of("last Tuesday")

    def test_a_line_opens_the_ledger_that_it_is_made_of(self):
        rows = self.env["inventory.state.change"].search(self.mine)
        self._shift(rows, 10)
        later = self._move(self._place(QUARANTINE), self._place(DAMAGED), 3.0)
        moment = fields.Datetime.to_string(fields.Datetime.now() - timedelta(days=5))
        line = (
            self.env["inventory.state.balance"]
            .with_context(**{KEY_AS_OF: moment})
            .search(self.mine)
        )
        opened = self.env["inventory.state.change"].search(
            line.action_open_ledger()["domain"]
        )
        self.assertEqual(opened, rows)
        self.assertFalse(opened & later.move_line_ids.state_change_ids)

    def test_the_age_counts_from_the_arrival_in_the_state_first_in_first_out(self):
        old = self.env["inventory.state.change"].search(
            [*self.mine, ("state_dest_id.code", "=", QUARANTINE)]
        )
        self._shift(old, 10)
        self._stock(QUARANTINE, 2.0)
        self._move(self._place(QUARANTINE), self._place(DAMAGED), 1.0)
        self.env.flush_all()
        rows = self.env["inventory.state.age"].search(
            [*self.mine, ("state_id.code", "=", QUARANTINE)]
        )
        self.assertEqual(
            [(row.age_days, row.quantity, row.age_band) for row in rows],
            [(10, 3.0, "08"), (0, 2.0, "00")],
        )
        self.assertEqual(rows.warehouse_id, self.warehouse)

    def test_a_move_within_a_state_keeps_the_age(self):
        rows = self.env["inventory.state.change"].search(self.mine)
        self._shift(rows, 6)
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self._place(QUARANTINE).id}
        )
        self._move(self._place(QUARANTINE), shelf, 4.0)
        self.env.flush_all()
        row = self.env["inventory.state.age"].search(
            [*self.mine, ("state_id.code", "=", QUARANTINE)]
        )
        self.assertEqual((row.age_days, row.quantity), (6, 4))

    def test_the_age_of_all_states_adds_up_to_the_stock(self):
        self.env.flush_all()
        groups = self.env["inventory.state.age"]._read_group(
            self.mine, ["state_id"], ["quantity:sum"]
        )
        found = {state.code: quantity for state, quantity in groups}
        self.assertEqual(found, dict.fromkeys(INSIDE, 4.0))

    def test_figures_open_their_goods(self):
        self.env.flush_all()
        row = self.env["inventory.state.balance"].search(self.mine)
        action = row.with_user(self.user).action_open_quants()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(sum(rows.mapped("quantity")), 24)
        action = self.product.product_tmpl_id.action_open_states()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), row)
