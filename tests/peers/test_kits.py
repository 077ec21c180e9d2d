"""OCA `rma_sale_mrp`: its scenarios of kits, answered by ours."""

from odoo import Command
from odoo.tests import tagged

from peers.peer import PeerCase


@tagged("post_install", "-at_install")
class TestOcaKits(PeerCase):
    """One RMA per part of a kit there; one line of whole kits here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parts = [cls._make_product(f"Part {n}", 1.0, n) for n in (3.0, 5.0)]
        cls.kit = cls.env["product.product"].create(
            {
                "name": "Kit",
                "default_code": "KIT",
                "list_price": 100.0,
                "taxes_id": [Command.clear()],
                "invoice_policy": "delivery",
            }
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": each})
                    for part, each in zip(cls.parts, (2, 4), strict=True)
                ],
            }
        )

    def test_kits_are_asked_back_twice_and_not_a_third_time(self):
        """rma_sale_mrp, an order of kits confirmed: 4 of 5 back, then the last."""
        order = self._sell([(self.kit, 5.0)])
        sold = order.order_line
        back = self._create_return(order, [(sold, 4.0)])
        self.assertEqual((sold.qty_delivered, self._returnable(order)), (5.0, 1.0))
        self.assertEqual(back.line_ids.quantity_authorised, 4.0)
        self.assertRefused(
            "QUANTITY_EXCEEDS_RETURNABLE",
            lambda: self._create_return(order, [(sold, 2.0)]),
        )
        self._create_return(order, [(sold, 1.0)])
        self.assertEqual(self._returnable(order), 0.0)
        self.assertRefused(
            "QUANTITY_EXCEEDS_RETURNABLE",
            lambda: self._create_return(order, [(sold, 1.0)]),
        )

    def test_a_kit_is_received_and_refunded_as_one_thing(self):
        """rma#307, an error at the confirmation of a kit's RMA; the delivered quantity
        of the order falls by whole kits (rma_sale_mrp, kit quantity of the refund)."""
        order = self._sell([(self.kit, 2.0)], "invoiced")
        back = self._create_return(order, [(order.order_line, 1.0)], until="inspected")
        self.assertEqual(order.order_line.qty_delivered, 1.0)
        self.assertEqual(
            {row.product_id: row.quantity for row in back.receipt_ids},
            dict(zip(self.parts, (2.0, 4.0), strict=True)),
        )
        self.assertEqual(self._credit(back).invoice_line_ids.quantity, 1.0)
        self.assertEqual(self._credit(back).amount_total, 100.0)
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        self.assertEqual(back.case_state, "closed")

    def test_the_figures_count_kits_and_find_no_gap(self):
        """A receipt is of parts: a kit is one unit all the same, in each figure."""
        order = self._sell([(self.kit, 3.0)], "invoiced")
        back = self._create_return(order, [(order.order_line, 2.0)])
        own = {
            "line": back.line_ids,
            "lot_name": False,
            "warehouse": self.warehouse,
            "parcel": back.parcel_ids,
        }
        step = self._step("receive", "inspector")
        step._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {**own, "product": part, "quantity": units}
                    for part, units in zip(self.parts, (4.0, 7.0), strict=True)
                ]
            },
        )
        self._inspect(back, quantities={back.line_ids: 2.0})
        # One of four: a twelfth of the kit by price, all parts at one each.
        self.assertEqual(self._credit(back).amount_total, 183.33)
        self.env.flush_all()
        refresh = self.env["returns.fact.refresh"]
        refresh._read_again(back)
        while refresh._catch_up()[1]:
            pass
        facts = self.env["returns.fact"].search([("line_id", "=", back.line_ids.id)])
        self.assertEqual(sum(facts.mapped("quantity")), 2.0)
        self.assertEqual(sum(facts.mapped("quantity_received")), 2.0)
        self.env.flush_all()
        self.env["returns.gap"]._find_all()
        gaps = self.env["returns.gap"].search([("order_id", "=", back.id)])
        self.assertFalse(gaps.mapped("kind"))
