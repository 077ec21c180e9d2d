from odoo.tests import tagged

from ..const import INSPECTION, QUARANTINE
from .common import InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestPerformance(InventoryStatesCommon):
    """The ledger costs the same number of queries for one line and for fifty."""

    def _count_queries(self, size, guarded=True):
        moves = self.env["stock.move"].create(
            [
                self._prepare_move(self._place(INSPECTION), self._place(QUARANTINE))
                for _i in range(size)
            ]
        )
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        moves._action_done()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def _count_without_ledger(self, size):
        lines = self.env.registry["stock.move.line"]
        changes = self.env.registry["inventory.state.change"]
        transitions = self.env.registry["inventory.state.transition"]
        with (
            self._switched_off(lines, "_check_state_changes"),
            self._switched_off(changes, "_record"),
            self._switched_off(transitions, "_check_changes"),
        ):
            return self._count_queries(size)

    def _switched_off(self, model, name):
        from unittest.mock import patch

        return patch.object(model, name, lambda *args, **kwargs: None)

    def test_guard_and_ledger_add_two_queries_to_a_call(self):
        self._stock(INSPECTION, 500.0)
        self._count_queries(1)
        for size in (1, 10, 50):
            with self.subTest(size=size):
                plain = self._count_without_ledger(size)
                guarded = self._count_queries(size)
                self.assertLessEqual(guarded - plain, 2)

    def test_a_reversal_of_fifty_grows_by_few_queries_each(self):
        self._stock(INSPECTION, 500.0)

        def _count(size):
            moves = self.env["stock.move"].create(
                [
                    self._prepare_move(self._place(INSPECTION), self._place(QUARANTINE))
                    for _i in range(size)
                ]
            )
            moves._action_done()
            self.env.flush_all()
            start = self.env.cr.sql_log_count
            moves.move_line_ids._reverse_state_changes("Wrong batch")
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        _count(1)
        small, large = _count(10), _count(50)
        self.assertLessEqual((large - small) / 40, 8)
