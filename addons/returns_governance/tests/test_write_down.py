"""Goods that bring less than they cost: an allowance that goes with them."""

from odoo.tests import tagged

from .kept_common import KeptCommon
from .valuation_common import ValuationCommon
from .write_down_common import WriteDownCommon


@tagged("post_install", "-at_install")
class TestWriteDown(KeptCommon, WriteDownCommon):
    """An allowance on what was routed, and its way back."""

    # --- measured and booked ----------------------------------------------------------
    def test_used_goods_are_written_down_to_what_they_bring(self):
        product = self._stocked(40.0)
        before = (product.standard_price, product.total_value)
        back = self._found(product, 3.0)
        [row] = self._downs(back)
        self.assertEqual(
            (row.carrying_value, row.net_value, row.amount, row.state),
            (120.0, 75.0, 45.0, "posted"),
        )
        self.assertIn("30 % of the sales price less", row.sentence)
        self.assertEqual(row.location_id, self._place(self.refurbish))
        self.assertEqual(self._books(product), (45.0, -45.0))
        self.assertEqual(row.move_id.journal_id, self.company.account_stock_journal_id)
        self.assertIn(back.name, row.move_id.ref)
        self.assertEqual(row.action_view_entries()["domain"][0][2], row.move_id.ids)
        # Good units of the same product keep their cost, and the stock its value.
        self.assertEqual((product.standard_price, product.total_value), before)
        told = back.event_ids.filtered(lambda e: e.what == "written_down")
        self.assertIn("45.00", told.sentence)
        self.assertNotEqual(self.allowance, self.company.account_stock_valuation_id)

    def test_the_closing_of_the_stock_leaves_the_allowance_alone(self):
        product = self._stocked(40.0, valuation="periodic")
        self._found(product, 3.0)
        self.company.action_close_stock_valuation(auto_post=True)
        self.assertEqual(self._books(product), (45.0, -45.0))

    def test_nothing_is_written_down_that_brings_more_or_is_sold_as_new(self):
        product = self._stocked(20.0)
        self.assertFalse(self._downs(self._found(product, 1.0)))
        dear = self._stocked(60.0)
        self.Rule.create({"condition_id": self.grade_a.id, "percent": 1.0})
        self.assertFalse(self._downs(self._found(dear, 1.0, self.grade_a)))
        self.assertEqual(self._books(dear), (0.0, 0.0))

    def test_the_closest_row_counts_and_a_price_with_tax_counts_without(self):
        self.tax.price_include_override = "tax_included"
        product = self._stocked(80.0, list_price=120.0)
        self.rule.write({"percent": 50.0, "selling_cost": 0.0})
        back = self._found(product, 1.0)
        self.assertEqual(self._downs(back).net_value, 50.0)
        self.Rule.create({"categ_id": product.categ_id.id, "basis": "cost"})
        self.assertEqual(self._downs(self._found(product, 1.0)).net_value, 40.0)
        fixed = {"product_id": product.id, "basis": "fixed", "amount": 7.0}
        self.Rule.create(fixed)
        self.assertEqual(self._downs(self._found(product, 1.0)).net_value, 7.0)

    def test_fifo_and_lots_are_carried_at_their_own_cost(self):
        product = self._costed("fifo")
        self._bought(product, 1.0, 30.0)
        self._bought(product, 5.0, 90.0)
        self.assertEqual(self._downs(self._found(product, 1.0)).carrying_value, 30.0)
        lotted = self._costed("average", tracking="lot", lot_valuated=True)
        cheap, dear = self._lot(lotted, "CHEAP"), self._lot(lotted, "DEAR")
        self._bought(lotted, 2.0, 30.0, cheap)
        self._bought(lotted, 2.0, 70.0, dear)
        order = self._sell_parts(lotted, (cheap, 2.0), (dear, 2.0))
        back = self._create_return(order)
        self._receive(back, {back.line_ids: 1.0}, lot_name="DEAR")
        self._inspect(back, self.grade_c, lot_name="DEAR")
        [row] = self._downs(back)
        self.assertEqual((row.carrying_value, row.amount), (70.0, 45.0))
        # Another lot of the product leaves the place: nothing of this one goes.
        self._move(
            lotted, self.customer_place, self._place(self.quarantine), 1.0, cheap
        )
        self._move(
            lotted,
            self._place(self.quarantine),
            self._place(self.refurbish),
            1.0,
            cheap,
        )
        self._move(lotted, self._place(self.refurbish), self.shelf, 1.0, cheap)
        self.assertEqual(row.quantity_left, 1.0)
        self._move(lotted, self._place(self.refurbish), self.shelf, 1.0, dear)
        self.assertEqual((row.quantity_left, row.amount_left), (0.0, 0.0))

    # --- approval ---------------------------------------------------------------------
    def test_above_the_limit_nothing_is_booked_before_the_approval(self):
        product = self._stocked(100.0)
        back = self._found(product, 2.0)
        [row] = self._downs(back)
        self.assertEqual((row.amount, row.state), (150.0, "waiting"))
        self.assertEqual(self._books(product), (0.0, 0.0))
        self.assertFalse(row.move_id)
        approval = row.approval_id
        self.assertEqual((approval.kind, approval.role), ("write_down", "finance"))
        self.assertIn("Write down 2 ×", approval.question)
        with self._denied():
            approval.with_user(self.users["inspector"]).action_approve()
        # The goods are where they belong meanwhile, and the money went its way.
        self.assertEqual(back.goods_state, "disposed")
        approval.with_user(self.users["finance"]).action_approve()
        self.assertEqual(row.state, "posted")
        self.assertEqual(self._books(product), (150.0, -150.0))

    def test_unit_by_unit_it_is_asked_about_all_the_same(self):
        product = self._stocked(100.0)
        back = self._create_return(self._sell([(product, 3.0)]))
        self._receive(back)
        for _unit in range(3):
            self._inspect(back, self.grade_c, {back.line_ids: 1.0})
        first, second, third = self._downs(back)
        # 75 each, and 100 may be written down without a question.
        self.assertEqual((first.state, first.amount), ("posted", 75.0))
        self.assertEqual((second.state, third.state), ("waiting", "waiting"))
        self.assertEqual(second.approval_id.amount, 150.0)
        self.assertEqual(self._books(product), (75.0, -75.0))

    def test_a_refused_write_down_is_never_booked(self):
        product = self._stocked(100.0)
        [row] = self._downs(self._found(product, 2.0))
        row.approval_id.with_user(self.users["finance"]).action_refuse("Sell it new")
        self.assertEqual(row.state, "refused")
        self._move(product, row.location_id, self.shelf, 2.0)
        self.assertEqual(self._books(product), (0.0, 0.0))
        self.assertFalse(row.release_ids)

    def test_what_leaves_before_the_answer_is_not_booked(self):
        product = self._stocked(100.0)
        part, whole = (self._downs(self._found(product, 2.0)) for _back in range(2))
        self._move(product, part.location_id, self.shelf, 3.0)
        self.assertEqual((part.state, whole.state), ("reversed", "waiting"))
        self.assertEqual(part.approval_id.state, "withdrawn")
        self.assertEqual(whole.quantity_left, 1.0)
        whole.approval_id.with_user(self.users["finance"]).action_approve()
        self.assertEqual(self._books(product), (75.0, -75.0))

    # --- and back ---------------------------------------------------------------------
    def test_what_leaves_takes_its_share_and_the_last_one_the_rest(self):
        self.rule.write({"basis": "fixed", "amount": 20.0, "selling_cost": 0.0})
        self.rule.condition_id = self.grade_d
        product = self._stocked(26.67)
        back = self._found(product, 3.0, self.grade_d)
        [row] = self._downs(back)
        self.assertEqual(row.amount, 20.01)
        row.company_id.returns_write_down_account_id = self.expense
        self._move(product, row.location_id, self.supplier_place, 1.0)
        self.assertEqual(self._books(product), (13.34, -13.34))
        self._move(product, row.location_id, self.loss_place, 1.0)
        self.assertEqual(self._books(product), (6.67, -6.67))
        self._move(product, row.location_id, self._place(self.refurbish), 1.0)
        follower = self._downs(back) - row
        self.assertEqual(row.state, "reversed")
        self.assertEqual(
            (follower.state, follower.amount, follower.move_id),
            ("posted", 6.67, row.move_id),
        )
        self.assertEqual(self._books(product), (6.67, -6.67))
        self._move(product, follower.location_id, self.shelf, 1.0)
        self.assertEqual(self._books(product), (0.0, 0.0))
        self.assertEqual(
            row.release_ids.sorted("id").mapped("kind"), ["vendor", "scrapped", "moved"]
        )
        self.assertEqual(follower.release_ids.kind, "restocked")
        self.assertEqual(row.entry_count, 3)

    def test_goods_of_the_same_product_leave_the_shelf_without_it(self):
        product = self._stocked(40.0)
        [row] = self._downs(self._found(product, 1.0))
        self._move(product, self.shelf, self.loss_place, 1.0)
        self._sell([(product, 1.0)])
        self.assertEqual(row.quantity_left, 1.0)
        self.assertEqual(self._books(product), (15.0, -15.0))

    def test_a_written_down_unit_is_sold_from_a_place_of_its_own(self):
        outlet = self.env["inventory.state"].create(
            {"name": "Outlet", "code": "outlet", "available": True}
        )
        place = self.env["stock.location"].create(
            {
                "name": "Outlet",
                "location_id": self.warehouse.view_location_id.id,
                "state_id": outlet.id,
            }
        )
        refurbish = self.refurbish.state_id
        outside = self.customer_place.effective_state_id
        for source, dest in ((refurbish, outlet), (outlet, outside)):
            self.env["inventory.state.transition"]._permitted().create(
                {"state_id": source.id, "state_dest_id": dest.id}
            )
        product = self._stocked(40.0)
        back = self._found(product, 1.0)
        [row] = self._downs(back)
        self._move(product, row.location_id, place, 1.0)
        follower = self._downs(back) - row
        self.assertEqual(self._books(product), (15.0, -15.0))
        self._move(product, place, self.customer_place, 1.0)
        self.assertEqual(follower.release_ids.kind, "sold")
        self.assertEqual(self._books(product), (0.0, 0.0))

    def test_another_disposition_is_measured_anew(self):
        self.Rule.create(
            {"disposition_id": self.destroy.id, "basis": "fixed", "sequence": 1}
        )
        product = self._stocked(40.0)
        back = self._found(product, 2.0)
        [row] = self._downs(back)
        self._step("route", "warehouse_lead")._route_on(
            back.with_user(self.users["warehouse_lead"]),
            {
                back.id: [
                    {
                        "routing": back.routing_ids,
                        "quantity": 1.0,
                        "disposition": self.destroy,
                        "reason": "Beyond repair",
                    }
                ]
            },
        )
        self.assertEqual(row.release_ids.kind, "rerouted")
        new = self._downs(back) - row
        # Where goods go counts more than how they were found: this one brings nothing.
        self.assertEqual(
            (new.amount, new.location_id), (40.0, self._place(self.destroy))
        )
        self.assertEqual(self._books(product), (55.0, -55.0))
        self._step("route", "warehouse_lead")._reverse(
            new.routing_id.with_user(self.users["warehouse_lead"]), "Not this one"
        )
        self.assertEqual((new.state, row.quantity_left), ("reversed", 2.0))
        self.assertEqual(self._books(product), (30.0, -30.0))
        self._step("route", "warehouse_lead")._reverse(
            row.routing_id.with_user(self.users["warehouse_lead"]), "Not used at all"
        )
        self.assertEqual((row.state, self._books(product)), ("reversed", (0.0, 0.0)))

    def test_undoing_a_move_brings_the_allowance_back(self):
        product = self._stocked(40.0)
        self.rule.condition_id = self.grade_d
        [row] = self._downs(self._found(product, 2.0, self.grade_d))
        self.loss_place.valuation_account_id = self.company.expense_account_id
        gone = self._move(product, row.location_id, self.loss_place, 2.0)
        self.assertEqual(row.state, "reversed")
        gone.move_line_ids._reverse_state_changes("Found again")
        self.assertEqual((row.state, row.amount_left), ("posted", 30.0))
        self.assertEqual(self._books(product), (30.0, -30.0))

    # --- what is missing, and when ----------------------------------------------------
    def test_a_missing_account_stops_no_goods_and_is_posted_later(self):
        self.company.returns_allowance_account_id = False
        product = self._stocked(40.0)
        back = self._found(product, 1.0)
        [row] = self._downs(back)
        self.assertEqual((back.goods_state, row.state), ("disposed", "to_post"))
        self.assertIn("allowance account", row.problem)
        failed = back.exception_ids.filtered(lambda e: e.code == "posting_failed")
        self.assertEqual(failed.state, "open")
        gaps = self.env["returns.setup.gap"].search(
            [("code", "=", "write_down_account")]
        )
        self.assertEqual(gaps.company_id, self.company)
        with self._refused("BAD_REQUEST"), self.env.cr.savepoint():
            row.with_user(self.users["finance"]).action_post()
        self.company.returns_allowance_account_id = self.allowance
        row.with_user(self.users["finance"]).action_post()
        self.assertEqual((row.state, failed.state), ("posted", "closed"))
        self.assertEqual(self._books(product), (15.0, -15.0))
        with self._refused("RETURN_STATE"), self.env.cr.savepoint():
            row.with_user(self.users["finance"]).action_post()
        with self._denied(), self.env.cr.savepoint():
            row.with_user(self.users["agent"]).env[
                "returns.step.write_down"
            ]._post_by_hand(row.with_user(self.users["agent"]))

    def test_it_is_posted_in_the_background_or_by_hand_as_refunds_are(self):
        for way in ("queue", "draft"):
            with self.subTest(way=way):
                self.company.returns_posting = way
                product = self._stocked(40.0)
                [row] = self._downs(self._found(product, 2.0))
                self._move(product, row.location_id, self.shelf, 1.0)
                self.assertEqual((row.state, row.amount_left), ("to_post", 15.0))
                self.env["returns.step.write_down"]._book_due()
                if way == "draft":
                    self.assertEqual(row.state, "to_post")
                    row.with_user(self.users["finance"]).action_post()
                self.assertEqual(row.state, "posted")
                self.assertEqual(self._books(product), (15.0, -15.0))
                self._move(product, row.location_id, self.shelf, 1.0)
                self.assertEqual(self._books(product), (15.0, -15.0))
                self.env["returns.step.write_down"]._book_due()
                if way == "draft":
                    row.with_user(self.users["finance"]).action_post()
                self.assertEqual(self._books(product), (0.0, 0.0))

    def test_a_closed_period_books_it_on_the_next_open_day(self):
        self.company.returns_posting = "draft"
        [row] = self._downs(self._found(self._stocked(40.0), 1.0))
        self.env.flush_all()
        self.company.fiscalyear_lock_date = "2099-01-31"
        row.with_user(self.users["finance"]).action_post()
        self.assertEqual(row.state, "posted")
        self.assertGreater(str(row.move_id.date), "2099-01-31")
        # So does what takes it back; both say so.
        self.company.fiscalyear_lock_date = "2099-02-28"
        self._move(row.product_id, row.location_id, self.shelf, 1.0)
        row.with_user(self.users["finance"]).action_post()
        back = row.release_ids.move_id
        self.assertEqual(str(back.date), "2099-03-01")
        told = row.order_id.event_ids.filtered(lambda e: e.what == "redated")
        self.assertEqual(
            [event.data["move"] for event in told.sorted("id")],
            [row.move_id.id, back.id],
        )
        self.assertIn("closed period", back.message_ids[:1].body)

    def test_without_a_table_nothing_is_looked_up(self):
        self.rule.unlink()
        back = self._found(self._stocked(40.0), 1.0)
        self.assertFalse(self._downs(back))
        step = self.env["returns.step.write_down"]
        step._assess(back.routing_ids)
        with self.assertQueryCount(0):
            step._assess(back.routing_ids)

    # --- who may ----------------------------------------------------------------------
    def test_its_entries_stay_in_the_books_as_long_as_it_stands(self):
        [row] = self._downs(self._found(self._stocked(40.0), 2.0))
        self._move(row.product_id, row.location_id, self.shelf, 1.0)
        name = row.order_id.name
        self._assert_kept(row.move_id, f"{name}.*Correct.*{name}")
        self._assert_kept(row.release_ids.move_id, f"{name}.*Measure again")
        self.assertEqual(self._books(row.product_id), (15.0, -15.0))
        self._move(row.product_id, row.location_id, self.shelf, 1.0)
        self.assertEqual(self._books(row.product_id), (0.0, 0.0))

    def test_nobody_writes_it_by_hand(self):
        [row] = self._downs(self._found(self._stocked(40.0), 2.0))
        self._move(row.product_id, row.location_id, self.shelf, 1.0)
        boss = self.boss
        for record in (row, row.release_ids):
            with self.subTest(model=record._name):
                for work in (
                    lambda r=record: r.with_user(boss).sudo().write({"amount": 1.0}),
                    lambda r=record: r.sudo().copy(),
                    lambda r=record: r.sudo().unlink(),
                ):
                    with self._refused("APPEND_ONLY"), self.env.cr.savepoint():
                        work()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = self._colleague(
            "stranger", "finance", company_id=other.id, company_ids=other.ids
        )
        for model in (row._name, row.release_ids._name, self.rule._name):
            self.assertFalse(self.env[model].with_user(stranger).search([]))
        north = self.env["stock.warehouse"].create({"name": "North", "code": "NORTH"})
        bounds = {
            "returns_node_ids": north,
            "returns_channel_ids": self.env.ref("returns_governance.channel_store"),
        }
        for name, there in bounds.items():
            user = self._colleague(f"bound_{name}", "finance")
            seen = self.env[row._name].with_user(user)
            self.assertTrue(seen.search([("id", "=", row.id)]))
            user[name] = there
            self.env.flush_all()
            self.assertFalse(seen.search([("id", "=", row.id)]), name)
            self.assertFalse(self.env[row.release_ids._name].with_user(user).search([]))


@tagged("post_install", "-at_install")
class TestWriteOff(ValuationCommon):
    """What is written off leaves the books with an approval, at what it cost."""

    def _to_destroy(self, product, quantity, lot=None):
        """Come back, found damaged, and to be destroyed."""
        destroy = self.env.ref("returns_governance.disposition_destroy")
        parts = [(lot, quantity)]
        back = self._create_return(self._sell_parts(product, *parts))
        name = lot.name if lot else False
        self._receive(back, lot_name=name)
        lead = self.users["warehouse_lead"]
        self._step("inspect", "warehouse_lead")._run(
            back.with_user(lead),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": product,
                        "quantity": quantity,
                        "lot_name": name,
                        "condition": self.grade_d,
                        "disposition": destroy,
                        "reason": "Burnt",
                    }
                ]
            },
        )
        return back

    def _scrap(self, back):
        """The move out of the house that was not approved yet."""
        routing = back.routing_ids
        return self._prepared(
            routing.product_id,
            routing.move_id.location_dest_id,
            self.loss_place,
            routing.quantity,
            routing.lot_id,
        )

    def test_it_is_booked_after_the_approval_at_what_the_goods_cost(self):
        self.loss_place.valuation_account_id = self.company.expense_account_id
        valuation = self.company.account_stock_valuation_id
        lotted = self._costed("average", tracking="lot", lot_valuated=True)
        lot = self._lot(lotted, "ASH")
        self._bought(lotted, 2.0, 70.0, lot)
        self._bought(lotted, 2.0, 30.0, self._lot(lotted, "OTHER"))
        fifo = self._costed("fifo")
        for cost in (10.0, 10.0, 25.0, 25.0):
            self._bought(fifo, 1.0, cost)
        average = self._costed("average")
        self._bought(average, 2.0, 10.0)
        self._bought(average, 2.0, 20.0)
        cases = [(lotted, lot, 140.0), (fifo, None, 50.0), (average, None, 30.0)]
        self._authority("write_off")
        for product, lot, worth in cases:
            with self.subTest(method=product.cost_method, lot=lot and lot.name):
                back = self._to_destroy(product, 2.0, lot)
                asked = back.approval_ids.filtered(lambda a: a.kind == "write_off")
                came = back.receipt_ids.move_id.value
                self.assertEqual((asked.amount, back.routing_ids.ids), (came, []))
                asked.with_user(self.boss).action_approve()
                before = self._balance(valuation, product)
                scrap = self._scrap(back)
                with self._refused("STATE_TRANSITION"), self.env.cr.savepoint():
                    scrap._action_done()
                self.assertEqual(self._balance(valuation, product), before)
                self.env["inventory.role.approval"]._ask(scrap)
                approval = self.env["returns.approval"].search(
                    [("stock_move_id", "=", scrap.id)]
                )
                self.assertEqual(approval.amount, worth)
                approval.with_user(self.boss).action_approve()
                scrap._action_done()
                self.assertEqual(scrap.value, worth)
                self.assertEqual(self._balance(valuation, product), before - worth)

    def test_periodic_goods_leave_the_books_at_the_closing(self):
        account = self.company.expense_account_id
        self.loss_place.valuation_account_id = account
        product = self._costed("average", valuation="periodic")
        self._bought(product, 4.0, 15.0)
        back = self._to_destroy(product, 2.0)
        self.company.action_close_stock_valuation(auto_post=True)
        scrap = self._scrap(back)
        self.env["inventory.role.approval"]._ask(scrap)
        self.env["returns.approval"].search(
            [("stock_move_id", "=", scrap.id)]
        ).with_user(self.boss).action_approve()
        scrap._action_done()
        self.assertFalse(scrap.account_move_id)
        closing = self.company.action_close_stock_valuation(auto_post=True)
        entry = self.env["account.move"].browse(closing["res_id"])
        self.assertEqual(
            sum(
                entry.line_ids.filtered(lambda x: x.account_id == account).mapped(
                    "balance"
                )
            ),
            30.0,
        )
