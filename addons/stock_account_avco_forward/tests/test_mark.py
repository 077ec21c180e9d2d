from datetime import timedelta

from odoo.tests import tagged

from .common import AvcoCommon


@tagged("post_install", "-at_install")
class TestMark(AvcoCommon):
    """What is known is kept, used, and forgotten when the past changes."""

    def setUp(self):
        super().setUp()
        self.product = self._make_products(1)
        self._remember_soon()

    def _history(self, count=10):
        """Receipts and deliveries in turn, some hours ago."""
        for number in range(count):
            with self._at(minutes=30):
                self._receive(self.product, 10.0, 50.0 + number)
                self._deliver(self.product, 4.0)

    def _take_back(self):
        """A customer sends a unit back, two hours later."""
        with self._at(hours=2):
            move = self._do([self._move(self.product, 1.0, self.customer, self.stock)])
            self.env.flush_all()
        return move

    def _assert_as_core(self):
        self.env.flush_all()
        self.assertEqual(self.product._run_avco(), self._by_core(self.product))

    def _moves_read(self):
        """Ids of the moves of which the replay has read what it needs."""
        field = self.env["stock.move"]._fields["is_out"]
        return set(field._get_cache(self.env))

    def test_a_return_replays_no_old_moves(self):
        self._history()
        self._take_back()
        known = self._mark(self.product)
        old = self.env["stock.move"].search([("date", "<=", known["date"])])
        self.env.flush_all()
        self.env.invalidate_all()
        with self._at(hours=2):
            back = self._do([self._move(self.product, 1.0, self.customer, self.stock)])
        self.assertEqual(len(old & self.product.stock_move_ids), 20)
        self.env.invalidate_all()
        with self._at(hours=2):
            self.product._update_standard_price()
        self.assertFalse(self._moves_read() & set(old.ids))
        self.assertIn(back.id, self._moves_read())
        self._assert_as_core()

    def test_the_number_of_queries_and_rows_does_not_grow_with_the_past(self):
        counts = []
        for length in (5, 5, 40):  # the first reads what is read once
            self.product = self._make_products(1)
            self._history(length)
            self._take_back()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.product._run_avco()
            counts.append((self.env.cr.sql_log_count - before, len(self._moves_read())))
        self.assertEqual(counts[1], counts[2])

    def test_the_cost_is_known_up_to_what_no_transaction_can_precede(self):
        self._history(4)
        with self._at(minutes=1):
            self.product._update_standard_price()
        self.assertLess(self._mark(self.product)["date"], self.now - timedelta(hours=1))

    def test_newer_moves_are_replayed_each_time(self):
        self._history()
        with self._at(minutes=1):
            self._receive(self.product, 10.0, 500.0)
        self.assertTrue(self._mark(self.product))
        self._assert_as_core()

    def test_a_changed_past_is_replayed_from_the_beginning(self):
        changes = {
            "the value of a receipt": lambda: self._first().write({"value": 77.0}),
            "a manual value": lambda: self._first().write({"value_manual": 88.0}),
            "a quantity": lambda: self._first().move_line_ids.write({"quantity": 7.0}),
            "a date": lambda: self._last().write({"date": self._first().date}),
            "a cost that was given for the past": lambda: self._give_cost(-3),
            "a place's use": lambda: self.supplier.write({"usage": "supplier"}),
        }
        for what, change in changes.items():
            with self.subTest(what=what):
                self.product = self._make_products(1)
                self._history()
                self._take_back()
                known = self._mark(self.product)
                self.assertTrue(known)
                with self._at(hours=2):
                    change()
                # Forgotten, or known anew where core asked for the cost at once.
                self.assertNotEqual(self._mark(self.product), known)
                self._assert_as_core()

    def _first(self):
        return self.product.stock_move_ids.sorted("id")[0]

    def _last(self):
        return self.product.stock_move_ids.sorted("id")[-1]

    def _give_cost(self, hours):
        self.env["product.value"].create(
            {
                "product_id": self.product.id,
                "value": 4.5,
                "company_id": self.company.id,
                "date": self.now + timedelta(hours=hours),
            }
        )

    def test_a_cost_that_a_person_gives_holds_until_the_next_receipt(self):
        self._history()
        with self._at(hours=2):
            self.product.standard_price = 3.21
        self.assertEqual(self.product._run_avco()[0], 3.21)
        self._assert_as_core()
        with self._at(hours=2):
            self._deliver(self.product, 2.0)
            self.product._update_standard_price()
        with self._at(hours=2):
            self._deliver(self.product, 2.0)
            self.product._update_standard_price()
            self._assert_as_core()
        self._take_back()
        self._assert_as_core()

    def test_goods_that_never_were_in_the_house_are_left_to_core(self):
        self._history(3)
        with self._at(hours=2):
            drop = self._do(
                [self._move(self.product, 2.0, self.supplier, self.customer)]
            )
        self.assertTrue(drop.is_dropship)
        for _number in range(3):
            self._take_back()
        self.assertLess(self._mark(self.product)["date"], drop.date)
        self._assert_as_core()

    def test_only_administrators_read_the_marks_and_nobody_writes_them(self):
        access = self.env["ir.model.access"].search(
            [("model_id.model", "=", "stock.avco.mark")]
        )
        self.assertEqual(access.group_id, self.env.ref("base.group_system"))
        self.assertFalse(access.perm_write or access.perm_create)
