from odoo.tests import tagged

from ..const import (
    DAMAGED,
    INSPECTION,
    OUTSIDE,
    QUARANTINE,
    REFURBISH,
    SELLABLE,
    WRITE_OFF,
)
from .common import ALLOWED, APPROVED_ONLY, INSIDE, InventoryStatesCommon


@tagged("post_install", "-at_install")
class TestGuard(InventoryStatesCommon):
    """The rules, one by one; the paths are in ``test_guard_paths``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for code in INSIDE:
            cls._stock(code, 20.0)

    def _vendor_place(self, code):
        return self.supplier if code == OUTSIDE else self._place(code)

    def test_every_pair_of_the_table_passes_and_every_other_is_refused(self):
        codes = (*INSIDE, OUTSIDE)
        for source in codes:
            for dest in codes:
                places = self._vendor_place(source), self._vendor_place(dest)
                pair = (source, dest)
                with self.subTest(pair=pair):
                    if source == dest or (
                        dest in ALLOWED[source] and pair not in APPROVED_ONLY
                    ):
                        self._move(*places, user=self.user)
                    else:
                        with self.assertRefused():
                            self._move(*places, user=self.user)
        self.assertLedger(self.product)

    def test_a_refusal_names_product_pair_rule_and_who_may(self):
        with self.assertRefused(
            "STATE_TRANSITION",
            "Shirt",
            "Quarantine",
            "Sellable",
            "not in the table",
            "Who may: nobody",
        ):
            self._move(self._place(QUARANTINE), self._place(SELLABLE))
        with self.assertRefused("STATE_TRANSITION", "approval", "with an approval"):
            self._move(
                self._place(WRITE_OFF), self._place(QUARANTINE), state_reason="found"
            )

    def test_unavailable_goods_never_go_to_a_customer_or_into_production(self):
        production = self.env["stock.location"].search(
            [("usage", "=", "production")], limit=1
        )
        for code in (INSPECTION, REFURBISH, DAMAGED, QUARANTINE, WRITE_OFF):
            for place in (self.customer, production):
                with self.subTest(code=code, place=place.name), self.assertRefused():
                    self._move(self._place(code), place, state_reason="why not")

    def test_unavailable_goods_go_to_a_vendor_and_to_a_loss_place(self):
        for code in (INSPECTION, DAMAGED, QUARANTINE):
            self._move(self._place(code), self.supplier, user=self.user)
            self._move(self._place(code), self.loss, user=self.user)

    def test_a_customer_gets_own_goods_back_from_inspection(self):
        place = self._place(INSPECTION)
        self._move(self.customer, place, owner_id=self.partner.id)
        other = self.env["res.partner"].create({"name": "Somebody else"})
        with self.assertRefused():
            self._move(
                place, self.customer, owner_id=self.partner.id, partner_id=other.id
            )
        self._move(
            place, self.customer, owner_id=self.partner.id, partner_id=self.partner.id
        )

    def test_the_company_itself_is_no_customer_who_owns_goods(self):
        place = self._place(INSPECTION)
        owner = self.company.partner_id
        self._move(self.supplier, place, owner_id=owner.id)
        with self.assertRefused():
            self._move(place, self.customer, owner_id=owner.id)

    def test_only_sellable_goods_go_into_transit_and_come_out(self):
        transit = self.env["stock.location"].create(
            {"name": "Road", "usage": "transit", "company_id": self.company.id}
        )
        self._move(self._place(SELLABLE), transit, 2.0, user=self.user)
        for code in set(INSIDE) - {SELLABLE}:
            with self.subTest(code=code):
                with self.assertRefused():
                    self._move(self._place(code), transit)
                with self.assertRefused():
                    self._move(transit, self._place(code))
        with self.assertRefused():
            self._move(transit, self.customer)
        self._move(transit, self._place(SELLABLE, self.warehouse_2), 2.0)

    def test_other_states_change_warehouse_directly(self):
        self._move(self._place(QUARANTINE), self._place(QUARANTINE, self.warehouse_2))
        self.assertEqual(self._quantity(QUARANTINE, warehouse=self.warehouse_2), 1)

    def test_a_reason_is_asked_where_the_table_says_so(self):
        self._change_table(SELLABLE, QUARANTINE, needs_reason=True)
        places = self._place(SELLABLE), self._place(QUARANTINE)
        with self.assertRefused("STATE_TRANSITION", "reason"):
            self._move(*places, user=self.user)
        move = self._move(*places, user=self.user, state_reason="Stains")
        self.assertEqual(move.move_line_ids.state_change_ids.reason, "Stains")

    def test_only_the_named_groups_may_make_a_change(self):
        group = self.env.ref("stock.group_stock_manager")
        self._change_table(INSPECTION, WRITE_OFF, group_ids=group.ids)
        places = self._place(INSPECTION), self._place(WRITE_OFF)
        with self.assertRefused("STATE_TRANSITION", "you may not", group.full_name):
            self._move(*places, user=self.user)
        self._move(*places, user=self.manager)

    def test_the_user_is_judged_also_when_code_runs_with_all_rights(self):
        group = self.env.ref("stock.group_stock_manager")
        self._change_table(INSPECTION, WRITE_OFF, group_ids=group.ids)
        Move = self.env["stock.move"].with_user(self.user).sudo()
        move = Move.create(
            self._prepare_move(self._place(INSPECTION), self._place(WRITE_OFF))
        )
        with self.assertRefused("STATE_TRANSITION", "you may not"):
            move._action_done()

    def test_a_row_that_an_edition_leaves_out_allows_nothing(self):
        self._change_table(SELLABLE, DAMAGED, allowed=False)
        with self.assertRefused():
            self._move(self._place(SELLABLE), self._place(DAMAGED))

    def test_an_own_row_allows_a_change(self):
        self._change_table(QUARANTINE, SELLABLE)
        self._move(self._place(QUARANTINE), self._place(SELLABLE), user=self.user)

    def test_goods_that_are_not_stored_have_no_state(self):
        gadget = self._create_product("Voucher", is_storable=False)
        self._move(self._place(QUARANTINE), self.customer, product=gadget)
