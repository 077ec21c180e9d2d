from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import KitCommon


@tagged("post_install", "-at_install")
class TestKitShares(KitCommon):
    """What share of the price each part has, who says so, and until when it holds."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body = cls._make_product("Body", 60.0, 30.0)
        cls.cable = cls._make_product("Cable", 20.0, 5.0)
        cls.kit = cls._make_kit("Camera kit", 90.0, [(cls.body, 1), (cls.cable, 2)])
        cls.bom = cls.kit.bom_ids
        cls.workshop = new_test_user(
            cls.env, login="workshop", groups="base.group_user,mrp.group_mrp_user"
        )
        cls.works_manager = new_test_user(
            cls.env,
            login="works_manager",
            groups="base.group_user,mrp.group_mrp_manager",
        )

    def _now(self):
        self.bom.invalidate_recordset()
        self.bom.bom_line_ids.invalidate_recordset()
        return self.bom.bom_line_ids.mapped("returns_share_now")

    def test_by_price_else_by_cost_else_by_quantity(self):
        self.assertEqual(self._now(), [60.0, 40.0])
        self.cable.list_price = 0.0
        self.assertEqual(self._now(), [75.0, 25.0])
        self.body.standard_price = 0.0
        self.assertAlmostEqual(self._now()[0], 33.33, 2)
        self.assertAlmostEqual(sum(self._now()), 100.0, 2)

    def test_own_shares_are_a_managers_and_sum_up_to_a_hundred(self):
        form = Form(self.bom.with_user(self.works_manager))
        form.returns_own_shares = True
        with form.bom_line_ids.edit(0) as line:
            self.assertEqual(line.returns_share, 60.0, "begins with what would hold")
            line.returns_share = 90.0
        with self.assertRaisesRegex(ValidationError, "sum up to 130 %"):
            form.save()
        with form.bom_line_ids.edit(1) as line:
            line.returns_share = 10.0
        form.save()
        self.assertEqual(self._now(), [90.0, 10.0])
        lines = self.bom.bom_line_ids.with_user(self.workshop)
        with self.assertRaises(AccessError):
            lines[0].returns_share = 50.0
        with self.assertRaises(AccessError):
            self.bom.with_user(self.workshop).returns_own_shares = False
        with self.assertRaisesRegex(ValidationError, "have to be 100 %"):
            self.bom.bom_line_ids = [Command.delete(self.bom.bom_line_ids[1].id)]

    def test_a_change_of_the_bill_moves_no_return_that_is_open(self):
        orders = [self._sell([(self.kit, 1.0)], "invoiced") for _n in range(2)]
        old = self._create_return(orders[0])
        self.bom.write(
            {
                "returns_own_shares": True,
                "bom_line_ids": [
                    Command.update(line.id, {"returns_share": share})
                    for line, share in zip(
                        self.bom.bom_line_ids, (90.0, 10.0), strict=True
                    )
                ],
            }
        )
        new = self._create_return(orders[1])
        for back, due in ((old, 64.8), (new, 97.2)):
            self._come(back, {self.body: 1})
            self._all_a(back)
            self.assertEqual(self._credits(back), [due])
        # Nor does a bill that has other parts by now: what left is what comes back.
        order = self._sell([(self.kit, 1.0)], "invoiced")
        self.bom.bom_line_ids[1].product_qty = 3.0
        parts = self._create_return(order).line_ids.kit_part_ids
        self.assertEqual(parts.mapped("per_kit"), [1.0, 2.0])

    def test_returns_from_before_are_kept_at_the_installation(self):
        from ..hooks import post_init_hook

        back = self._create_return(self._sell([(self.kit, 1.0)]))
        line = back.line_ids
        line.kit_part_ids.sudo().unlink()
        line._machine_write({"kits_per_unit": 0.0})
        post_init_hook(self.env)
        self.assertEqual(line.kits_per_unit, 1.0)
        self.assertEqual(line.kit_part_ids.product_id, self.body | self.cable)

    def test_a_credit_note_relieves_the_cost_of_what_is_back(self):
        category = self.env["product.category"].create(
            {
                "name": "Perpetual",
                "property_cost_method": "fifo",
                "property_valuation": "real_time",
            }
        )
        (self.kit | self.body | self.cable).categ_id = category
        self.kit.is_storable = True
        order = self._sell([(self.kit, 1.0)], "invoiced")

        def cost(moves):
            items = moves.line_ids.filtered(lambda item: item.display_type == "cogs")
            return [item.balance for item in items if item.balance > 0]

        # Odoo counts a part of which a kit has two twice: it cost 40.
        self.assertEqual(cost(order.invoice_ids), [50.0])
        back = self._create_return(order)
        self._come(back, {self.body: 1})
        self._all_a(back)
        self._come(back, {self.cable: 2})
        self._all_a(back)
        first, second = back.settlement_ids.move_id.sorted("id")
        self.assertEqual((cost(first), cost(second)), ([37.5], [12.5]))
