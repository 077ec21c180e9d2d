from odoo.tests import tagged

from .common import KitCommon


@tagged("post_install", "-at_install")
class TestKits(KitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body = cls._make_product("Body", 60.0, 30.0)
        cls.cable = cls._make_product("Cable", 20.0, 5.0)
        cls.kit = cls._make_kit("Camera kit", 90.0, [(cls.body, 1), (cls.cable, 2)])

    def test_a_missing_part(self):
        order = self._sell([(self.kit, 1.0)])
        back = self._create_return(order)
        line = back.line_ids
        self.assertEqual(line.kit_part_ids.mapped("share"), [60.0, 40.0])
        self.assertEqual(line.amount_due, 108.0)
        self._come(back, {self.body: 1, self.cable: 1})
        self.assertEqual(line.quantity_received, 1.0)
        self.assertEqual(order.order_line.qty_delivered, 0.0)
        self._grade(back, {(self.body, self.grade_a): 1, (self.cable, self.grade_a): 1})


        self.assertEqual(line.amount_settled, 86.4)
        self._come(back, {self.cable: 1})
        self._grade(back, {(self.cable, self.grade_a): 1})
        self.assertEqual(line.amount_settled, 108.0)



