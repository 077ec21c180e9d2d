from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..flow.goods import HELD
from ..models.logistics.stock_quant import Held
from .common import ReturnsCommon
from .test_policy_versions import PolicyCommon


@tagged("post_install", "-at_install")
class TestBatches(ReturnsCommon):
    """What is asked once for a batch has the effects that core's own way has."""

    def test_numbers_of_many_transfers_follow_one_another(self):
        sequence = self.warehouse.in_type_id.sequence_id
        for kind in ("standard", "no_gap"):
            sequence.implementation = kind
            before = int(sequence.next_by_id().rpartition("/")[2])
            numbers = [int(n.rpartition("/")[2]) for n in sequence._next_many(3)]
            self.assertEqual(numbers, [before + 1, before + 2, before + 3], kind)
            self.assertEqual(
                int(sequence.next_by_id().rpartition("/")[2]), before + 4, kind
            )

    def test_each_parcel_has_a_transfer_with_a_number_of_its_own(self):
        orders = [self._sell([(self.shirt, 1.0)]) for _number in range(3)]
        backs = self._submit(*[self._request(order) for order in orders])
        self._step("receive", "inspector")._run(
            backs.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": self.shirt,
                        "quantity": 1.0,
                        "lot_name": False,
                        "warehouse": self.warehouse,
                    }
                ]
                for back in backs
            },
        )
        transfers = backs.receipt_ids.move_id.picking_id
        self.assertEqual(len(set(transfers.mapped("name"))), 3)
        self.assertEqual(set(transfers.mapped("state")), {"done"})
        self.assertEqual([back.receipt_ids.quantity for back in backs], [1.0] * 3)

    def test_a_reordering_rule_is_told_of_moves_of_its_product(self):
        rule = self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.shirt.id, "product_min_qty": 5, "product_max_qty": 9}
        )
        field = rule._fields["qty_to_order_computed"]
        moves = self._sell([(self.shirt, 1.0), (self.belt, 1.0)]).order_line.move_ids
        self.env.flush_all()
        self.assertFalse(self.env.records_to_compute(field) & rule)
        moves._update_orderpoints()
        self.assertIn(rule, self.env.records_to_compute(field))

    def test_a_place_of_a_warehouse_is_in_the_house_and_others_are_as_core_says(self):
        between = self.env.ref("stock.stock_location_inter_company")
        customer = self.env.ref("stock.stock_location_customers")
        supplier = self.env.ref("stock.stock_location_suppliers")
        self.assertFalse(self.warehouse.lot_stock_id._is_outgoing())
        self.assertFalse(supplier._is_outgoing())
        self.assertTrue(customer._is_outgoing())
        self.assertTrue(between._is_outgoing())

    def test_goods_of_another_company_are_refused_after_the_first_look_too(self):
        other = self.env["res.company"].create({"name": "Other"})
        moves = self._sell([(self.shirt, 1.0)]).order_line.move_ids
        known = self.env["returns.goods"]._known_context(self.env["stock.quant"])
        moves = moves.with_context(**known)
        moves._check_company()
        self.shirt.product_tmpl_id.sudo().company_id = False
        place = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        self.env.cr.execute(
            "UPDATE stock_move SET location_id = %s WHERE id = ANY(%s)",
            [place.lot_stock_id.id, moves.ids],
        )
        moves.invalidate_recordset(["location_id"])
        with self.assertRaises(UserError):
            moves._check_company()

    def test_only_quants_that_are_held_are_taken_as_locked(self):
        quants = self.env["stock.quant"].search([], limit=2)
        self.assertEqual(len(quants), 2)
        held = quants.with_context(**{HELD: Held(quants[:1].ids)})
        before = self.env.cr.sql_log_count
        self.assertEqual(held[:1].try_lock_for_update(allow_referencing=True), held[:1])
        self.assertEqual(self.env.cr.sql_log_count, before)
        self.assertEqual(held.try_lock_for_update(allow_referencing=True), held)
        self.assertGreater(self.env.cr.sql_log_count, before)
        # No list that a caller may put there counts.
        forged = quants.with_context(**{HELD: quants.ids})
        before = self.env.cr.sql_log_count
        forged.try_lock_for_update(allow_referencing=True)
        self.assertGreater(self.env.cr.sql_log_count, before)


@tagged("post_install", "-at_install")
class TestRuleSentences(PolicyCommon):
    """A decision quotes its rule as the rule reads."""

    def test_a_published_rule_is_quoted_as_it_reads(self):
        version = self._publish({"code": "all", "window": "days", "window_days": 10})
        self.assertEqual(version._rule_sentence("all"), version.rule_ids.sentence)
        self.assertEqual(version._rule_sentence("none"), "")

    def test_a_draft_is_quoted_as_it_reads_now(self):
        draft = self._draft({"code": "all", "window": "days", "window_days": 10})
        before = draft._rule_sentence("all")
        draft.rule_ids = [Command.update(draft.rule_ids.id, {"window_days": 77})]
        self.assertNotEqual(draft._rule_sentence("all"), before)
        self.assertEqual(draft._rule_sentence("all"), draft.rule_ids.sentence)
