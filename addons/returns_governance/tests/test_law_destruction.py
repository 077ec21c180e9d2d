"""The ban of destroying unsold goods, and the report that ties to the ledger."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install")
class TestDestructionBan(LawCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.de")
        cls.apparel = cls.env["product.category"].create(
            {"name": "Apparel", "returns_unsold_kind": "apparel"}
        )
        cls.shirts = cls.env["product.category"].create(
            {"name": "Shirts", "parent_id": cls.apparel.id}
        )
        cls.shirt.categ_id = cls.shirts
        cls.shirt.weight = 0.25
        cls.destroy = cls.env.ref("returns_governance.disposition_destroy")
        cls.donate = cls.env.ref("returns_governance.disposition_donate")
        cls.recycle = cls.env.ref("returns_governance.disposition_recycle")
        cls.other_manager = new_test_user(
            cls.env,
            "ban_manager",
            groups="base.group_user,returns_governance.group_manager",
        )

    def _permission(self, quantity=5.0, approve=True, **values):
        lead = self.users["warehouse_lead"]
        permission = (
            self.env["returns.destruction"]
            .with_user(lead)
            .create(
                {
                    "product_id": self.shirt.id,
                    "quantity": quantity,
                    "derogation": "a",
                    "note": "Mould found on the whole lot",
                    "evidence_ids": [Command.set(self._file("mould.pdf", lead).ids)],
                    **values,
                }
            )
        )
        if approve:
            permission.action_ask()
            permission.approval_ids.with_user(self.other_manager).action_approve("Seen")
        return permission.with_env(self.env)

    def _place(self, disposition):
        places = self.warehouse._get_disposition_places(disposition)
        return places[self.warehouse, disposition]

    def _to_inspection(self, quantity, product=None):
        place = self._state_place("inspection")
        product = product or self.shirt
        self._move(product, quantity, self.warehouse.lot_stock_id, place)
        return place

    def _inspected(self, quantity=2.0):
        """A return whose goods wait for a person to route them."""
        self.env["returns.automation"].search(
            [("code", "=", "route_after_inspection")]
        ).active = False
        order = self._sell([(self.shirt, quantity)])
        return self._create_return(order, until="inspected", grade=self.grade_x)

    def _route(self, back, disposition, reason="No other use"):
        step = self._step("route", "warehouse_lead")
        inspection = back.inspection_ids
        step._run(
            back.with_user(self.users["warehouse_lead"]),
            {
                back.id: [
                    {
                        "inspection": inspection,
                        "quantity": inspection.quantity,
                        "disposition": disposition,
                        "reason": reason,
                    }
                ]
            },
        )

    # --- what is covered --------------------------------------------------------------
    def test_goods_are_covered_by_category_or_by_commodity_code(self):
        self.assertEqual(self.shirt.returns_unsold_kind, "apparel")
        for code, kind in (
            ("6403 99 98", "footwear"),
            ("620520", "apparel"),
            ("4203.10", "accessories"),
            ("8471", False),
        ):
            self.belt.hs_code = code
            with self.subTest(code):
                self.assertEqual(self.belt.returns_unsold_kind, kind)

    def test_the_ban_holds_for_large_firms_of_the_union(self):
        ban = self.env["returns.destruction"]
        self.assertTrue(ban._is_banned(self.shirt, self.company))
        self.assertFalse(ban._is_banned(self.belt, self.company))
        for size in ("small", "medium"):
            self.company.returns_company_size = size
            self.assertFalse(ban._is_banned(self.shirt, self.company), size)
        self.company.returns_company_size = "large"
        self.company.country_id = self.env.ref("base.us")
        self.assertFalse(ban._is_banned(self.shirt, self.company))

    # --- refused without derogation, evidence and approver ----------------------------
    def test_sending_a_covered_product_to_destroy_is_refused(self):
        back = self._inspected()
        for disposition in (self.destroy, self.recycle):
            with self.subTest(disposition.code), self._refused("DESTRUCTION_BANNED"):
                self._route(back, disposition)
        self._route(back, self.donate)
        self.assertEqual(back.routing_ids.disposition_id, self.donate)

    def test_derogation_evidence_and_approver_let_it_through_and_are_used_up(self):
        permission = self._permission(quantity=2.0)
        self._route(self._inspected(), self.destroy)
        self.assertEqual(permission.quantity_used, 2.0)
        self.assertEqual(permission.move_line_ids.quantity, 2.0)
        self.assertEqual(permission.approved_by_id, self.other_manager)
        evidence = permission.evidence_ids.with_user(self.users["manager"])
        self.assertEqual(evidence.name, "mould.pdf")
        with self._refused("DESTRUCTION_BANNED"):
            self._route(self._inspected(), self.destroy)

    def test_without_evidence_nothing_is_asked(self):
        permission = self._permission(approve=False, evidence_ids=False)
        with self._refused("BAD_REQUEST"):
            permission.action_ask()
        self.assertEqual(permission.state, "draft")

    def test_nobody_approves_their_own_permission(self):
        torn = self._file("torn.jpg", self.other_manager)
        permission = (
            self.env["returns.destruction"]
            .with_user(self.other_manager)
            .create(
                {
                    "product_id": self.shirt.id,
                    "derogation": "b",
                    "note": "Torn",
                    "evidence_ids": [Command.set(torn.ids)],
                }
            )
        )
        permission.action_ask()
        with self._refused("SELF_APPROVAL"):
            permission.approval_ids.action_approve("Mine")
        permission.approval_ids.with_user(self.users["manager"]).action_refuse("No")
        self.assertEqual(permission.state, "refused")
        with self._refused("DESTRUCTION_BANNED"):
            self._route(self._inspected(1.0), self.destroy)

    def test_what_was_asked_cannot_be_changed(self):
        permission = self._permission()
        with self._refused("RETURN_STATE"):
            permission.quantity = 500.0
        with self._refused("GUARDED_FIELD"):
            permission.quantity_used = 0.0
        with self._refused("RETURN_STATE"):
            permission.unlink()

    def test_no_other_path_goes_round_the_ban(self):
        source = self._to_inspection(4.0)
        with self._refused("DESTRUCTION_BANNED"):
            self._move(self.shirt, 1.0, source, self._state_place("write_off"))
        with self._refused("DESTRUCTION_BANNED"):
            self._move(self.shirt, 1.0, source, self._place(self.destroy))
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.shirt.id,
                "scrap_qty": 1.0,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        with self._refused("DESTRUCTION_BANNED"):
            scrap.do_scrap()
        self._move(self.shirt, 1.0, source, self._place(self.donate))
        with self._refused("DESTRUCTION_BANNED"):
            self._move(
                self.shirt, 1.0, self._place(self.donate), self._place(self.destroy)
            )

    def test_a_policy_that_destroys_leaves_it_to_a_person(self):
        self._publish(self._restocking("X", "destroy"))
        order = self._sell([(self.shirt, 1.0)])
        back = self._create_return(order, until="inspected", grade=self.grade_x)
        self.assertFalse(back.routing_ids)
        self._permission(quantity=1.0)
        order = self._sell([(self.shirt, 1.0)])
        back = self._create_return(order, until="inspected", grade=self.grade_x)
        self.assertEqual(back.routing_ids.disposition_id, self.destroy)

    def test_what_was_destroyed_by_mistake_gives_the_permission_back(self):
        permission = self._permission(quantity=2.0)
        back = self._inspected()
        self._route(back, self.destroy)
        self._step("route", "warehouse_lead")._reverse(
            back.routing_ids.with_user(self.users["warehouse_lead"]), "Wrong box"
        )
        self.assertEqual(permission.quantity_used, 0.0)

    # --- the report -------------------------------------------------------------------
    def _reported(self, *groups):
        self.env.flush_all()
        rows = self.env["returns.destruction.report"]._read_group(
            [("product_id", "in", (self.shirt | self.belt).ids)],
            [*groups],
            ["quantity:sum", "weight:sum"],
        )
        return {row[:-2]: row[-2:] for row in rows if row[-2]}

    def test_the_report_gives_numbers_and_weights_by_category_reason_treatment(self):
        self._permission(quantity=3.0)
        source = self._to_inspection(9.0)
        self._move(self.shirt, 3.0, source, self._place(self.destroy))
        self._move(self.shirt, 2.0, source, self._place(self.donate))
        self._to_inspection(1.0, self.belt)
        self._move(self.belt, 1.0, source, self._place(self.recycle))
        found = self._reported("categ_id", "derogation", "treatment")
        self.assertEqual(found[self.shirts, "a", "destroy"], (3.0, 0.75))
        self.assertEqual(found[self.shirts, False, "donate"], (2.0, 0.5))
        self.assertEqual(found[self.belt.categ_id, False, "recycle"][0], 1.0)

    def test_the_report_ties_to_the_ledger_of_states_exactly(self):
        self._permission(quantity=9.0)
        source = self._to_inspection(9.0)
        gone = self._move(self.shirt, 3.0, source, self._place(self.destroy))
        self._move(self.shirt, 2.0, source, self._place(self.destroy))
        self._move(self.shirt, 1.0, source, self._place(self.donate))
        self._move(self.shirt, 1.0, self._place(self.donate), self._place(self.recycle))
        gone.move_line_ids._reverse_state_changes("Wrong box")
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.shirt.id,
                "scrap_qty": 2.0,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        scrap.do_scrap()
        self.env.flush_all()
        found = {key[0]: sums[0] for key, sums in self._reported("treatment").items()}
        self.assertEqual(found, {"destroy": 2.0, "recycle": 1.0, "scrap": 2.0})
        write_off = self.env.ref("inventory_states.state_write_off")
        rows = self.env["inventory.state.change"].search(
            [("product_id", "=", self.shirt.id)]
        )
        into = rows.filtered(lambda r: r.state_dest_id == write_off)
        out_of = rows.filtered(lambda r: r.state_id == write_off)
        scrapped = rows.filtered("move_id.scrap_id")
        ledger = sum(into.mapped("quantity")) - sum(out_of.mapped("quantity"))
        ledger += sum(scrapped.mapped("quantity"))
        self.assertEqual(sum(found.values()), ledger)
        self.assertEqual(self._here(self.shirt, self._state_place("write_off")), 3.0)
