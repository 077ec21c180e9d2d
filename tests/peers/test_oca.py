"""OCA `rma` and `rma_sale`: their scenarios, answered by ours."""

from odoo import Command, fields
from odoo.tests import tagged

from peers.peer import PeerCase


@tagged("post_install", "-at_install")
class TestOcaRma(PeerCase):
    """One RMA per product there; one return with lines and rows here."""

    def test_nine_of_ten_arrive_and_the_last_one_later(self):
        """rma, confirm and receive: a receipt of 9 of 10 is an error there."""
        back = self._create_return(self._sell([(self.belt, 10.0)]))
        self._receive(back, {back.line_ids: 9.0})
        self.assertEqual(back.goods_state, "partly_received")
        self.assertEqual(back.line_ids._open_to_receive()[back.line_ids], 1.0)
        self._receive(back, {back.line_ids: 1.0})
        self.assertEqual(back.goods_state, "received")
        self.assertFalse(self._open_exceptions(back))

    def test_a_return_is_cancelled_before_the_goods_and_not_after(self):
        """rma, cancel: from draft and confirmed, never from received."""
        order = self._sell([(self.shirt, 2.0)])
        back = self._create_return(order)
        self._cancel(back)
        self.assertEqual(back.case_state, "cancelled")
        again = self._create_return(order, until="received")
        self.assertRefused("RETURN_STATE", lambda: self._cancel(again))
        self.assertEqual(again.case_state, "authorised")
        self.assertEqual(again.line_ids.quantity_received, 2.0)

    def test_a_refund_of_less_or_more_than_came_is_not_posted(self):
        """rma, action refund: posting 9 of 10 is an error there; and so is 11 here."""
        self.company.returns_posting = "draft"
        back = self._create_return(self._sell([(self.belt, 10.0)]), until="inspected")
        credit = self._credit(back).with_user(self.users["finance"])
        self.assertEqual(credit.invoice_line_ids.quantity, 10.0)
        for wrong in (9.0, 11.0):
            credit.invoice_line_ids.quantity = wrong
            self.assertRefused("REFUND_GATE|REFUND_EXCEEDS_PAID", credit.action_post)
        credit.invoice_line_ids.quantity = 10.0
        credit.action_post()
        self.assertEqual(back.line_ids.quantity_refunded, 10.0)
        self.assertFalse(credit.invoice_payment_term_id)

    def test_refunds_of_many_customers_in_one_go(self):
        """rma, mass refund: one credit note per customer there; here one per return
        and invoice, each reconciled with its own."""
        self.company.returns_posting = "queue"
        other = self.partner.copy({"name": "Otto", "email": "otto@example.com"})
        orders = [
            self._sell([(product, quantity)], "invoiced", partner)
            for product, quantity, partner in (
                (self.shirt, 4.0, self.partner),
                (self.shirt, 5.0, self.partner),
                (self.belt, 6.0, self.partner),
                (self.shirt, 7.0, other),
            )
        ]
        backs = self.env["returns.order"].union(
            *(self._create_return(order, until="inspected") for order in orders)
        )
        self.env["returns.posting"]._post(backs.settlement_ids)
        self.assertEqual(set(self._credit(backs).mapped("state")), {"posted"})
        for order, back in zip(orders, backs, strict=True):
            invoice = self._invoice_of(order)
            self.assertEqual(self._credit(back).reversed_entry_id, invoice)
            self.assertEqual(self._credit(back).partner_id, order.partner_id)
            self.assertEqual(invoice.amount_residual, 0.0)

    def test_what_was_received_is_on_hand_and_not_for_sale(self):
        """rma, quantities on hand: none there; here they are valued and not sold."""
        stock = self.shirt.qty_available, self.shirt.free_qty
        order = self._sell([(self.shirt, 3.0)])
        self._create_return(order, until="received")
        self.assertEqual(self.shirt.qty_available, stock[0])
        self.assertEqual(self.shirt.free_qty, stock[1] - 3.0)

    def test_a_part_is_decided_now_and_the_rest_another_day(self):
        """rma, split: 4 of 10 are dealt with, the other 6 become an RMA of their own;
        here they are rows of one return."""
        order = self._sell([(self.belt, 10.0)], until="invoiced")
        back = self._create_return(order, until="received")
        self._inspect(back, quantities={back.line_ids: 4.0})
        self.assertEqual(back.line_ids.quantity_refunded, 4.0)
        self.assertEqual(back.money_state, "partly_settled")
        self._inspect(back, self.grade_c, {back.line_ids: 6.0})
        self.assertEqual(back.line_ids.quantity_refunded, 10.0)
        routed = {row.disposition_id.code: row.quantity for row in back.routing_ids}
        self.assertEqual(routed, {"restock": 4.0, "refurbish": 6.0})

    def test_a_deleted_refund_does_not_lose_the_return(self):
        """rma, to receive on delete invoice: back to received there; here the document
        stays, can be cancelled, and is made anew."""
        self.company.returns_posting = "draft"
        back = self._create_return(until="inspected")
        first = self._credit(back).with_user(self.users["finance"])
        self.assertRefused("REFUND_GATE", first.unlink)
        first.button_cancel()
        self.assertEqual(back.money_state, "due")
        self.env["returns.step.advance"]._after(back)
        self.assertEqual(len(self._credit(back)), 2)
        self.assertEqual(self._credit(back)[-1].state, "draft")

    def test_the_rest_is_given_up_and_the_return_ends(self):
        """rma, finish: an RMA is closed without more."""
        back = self._create_return(self._sell([(self.shirt, 3.0)], "invoiced"))
        self._receive(back, {back.line_ids: 2.0})
        self._inspect(back, quantities={back.line_ids: 2.0})
        self.assertEqual(back.case_state, "authorised")
        self._cancel(back)
        self.assertEqual(back.case_state, "closed")
        self.assertEqual(back.amount_settled, 120.0)


@tagged("post_install", "-at_install")
class TestOcaRmaSale(PeerCase):
    """Returns of sale orders."""

    def test_the_order_follows_goods_and_refund(self):
        """rma_sale, create from an order: delivered 0, invoiced -5 after the refund of
        an unbilled order there; here nothing is left, and nothing is billed again."""
        order = self._sell([(self.shirt, 5.0)])
        line = order.order_line
        back = self._create_return(order, until="inspected")
        self.assertEqual(self._credit(back).invoice_line_ids.sale_line_ids, line)
        self.assertEqual(line.qty_delivered, 0.0)
        self.assertEqual(line.qty_invoiced, 0.0)
        self.assertEqual(line.qty_to_invoice, 0.0)
        self.assertEqual(order.invoice_status, "invoiced")
        self.assertEqual(
            back.receipt_ids.move_id.origin_returned_move_id,
            order.picking_ids.move_ids.filtered(
                lambda m: m.location_dest_id.usage == "customer"
            ),
        )

    def test_what_was_sent_again_can_come_back_again(self):
        """rma_sale, recurrent RMA: nothing is offered while it is here, and all of it
        once it was sent again."""
        order = self._sell([(self.shirt, 5.0)])
        back = self._create_return(order, until="inspected")
        self.assertEqual(self._returnable(order), 0.0)
        again = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.out_type_id.id,
                "partner_id": self.partner.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.partner.property_stock_customer.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.shirt.id,
                            "product_uom_qty": 5.0,
                            "location_id": self.warehouse.lot_stock_id.id,
                            "location_dest_id": (
                                self.partner.property_stock_customer.id
                            ),
                            "sale_line_id": order.order_line.id,
                            "origin_returned_move_id": back.receipt_ids.move_id.id,
                            "to_refund": True,
                        }
                    )
                ],
            }
        )
        again.action_confirm()
        again.move_ids.write({"quantity": 5.0, "picked": True})
        again._action_done()
        self.assertEqual(self._returnable(order), 5.0)
        second = self._create_return(order, until="received")
        self.assertEqual(second.line_ids.quantity_received, 5.0)
        self.assertEqual(self._returnable(order), 0.0)

    def test_another_product_in_the_box_is_no_return_of_the_line(self):
        """rma_sale, return of a different product: it is taken, the order's delivered
        quantity stays, and nothing is refunded for it."""
        order = self._sell([(self.shirt, 5.0)])
        back = self._create_return(order)
        self._step("receive", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": self.env["returns.order.line"],
                        "product": self.belt,
                        "quantity": 5.0,
                        "lot_name": False,
                        "warehouse": self.warehouse,
                    }
                ]
            },
        )
        self.assertEqual(order.order_line.qty_delivered, 5.0)
        self.assertIn("wrong_item", self._open_exceptions(back))
        self.assertFalse(self._credit(back))

    def test_the_refund_says_what_was_invoiced(self):
        """rma_sale, refund from the invoice: taxes, account and journal are those of
        the invoice, whatever product and settings would give today."""
        order = self._sell([(self.shirt, 5.0)], until="delivered")
        invoice = order._create_invoices()
        journal = invoice.journal_id.copy({"name": "Other sales", "code": "OTHER"})
        account = invoice.invoice_line_ids.account_id.copy({"code": "998877"})
        invoice.journal_id = journal
        invoice.invoice_line_ids.write(
            {"tax_ids": [Command.clear()], "account_id": account.id}
        )
        invoice.action_post()
        back = self._create_return(order, [(order.order_line, 2.0)], until="inspected")
        credit = self._credit(back)
        self.assertEqual(credit.journal_id, journal)
        self.assertEqual(credit.invoice_line_ids.account_id, account)
        self.assertFalse(credit.invoice_line_ids.tax_ids)
        self.assertEqual(credit.invoice_line_ids.quantity, 2.0)
        self.assertEqual(credit.amount_total, 100.0)
        self.assertEqual(credit.reversed_entry_id, invoice)

    def test_units_of_two_invoices_are_credited_to_each(self):
        """rma_sale, no single origin invoice: it falls back to the order's price there;
        here each invoice gets its own credit note."""
        order = self._sell([(self.shirt, 4.0)], until="confirmed")
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 2.0, "picked": True})
        picking._action_done()
        first = self._invoice(order)
        rest = order.picking_ids - picking
        rest.move_ids.write({"quantity": 2.0, "picked": True})
        rest._action_done()
        order.order_line.price_unit = 40.0
        second = self._invoice(order)
        back = self._create_return(order, [(order.order_line, 3.0)], until="inspected")
        found = {
            credit.reversed_entry_id: credit.amount_untaxed
            for credit in self._credit(back)
        }
        self.assertEqual(found, {first: 100.0, second: 40.0})

    def test_what_never_left_is_not_offered(self):
        """rma_sale, allowed quantity: what was delivered counts, not what was asked
        for; and only once."""
        order = self._sell([(self.shirt, 5.0)], until="confirmed")
        order.picking_ids.move_ids.write({"quantity": 3.0, "picked": True})
        order.picking_ids._action_done()
        self.assertEqual(self._returnable(order), 3.0)
        line = order.order_line
        self.assertRefused(
            "QUANTITY_EXCEEDS_RETURNABLE",
            lambda: self._create_return(order, [(line, 4.0)]),
        )
        self._create_return(order, [(line, 2.0)])
        self.assertEqual(self._returnable(order), 1.0)

    def test_units_of_another_measure_come_back_as_what_they_are(self):
        """rma, onchange with a unit of ten: 15 tens stay 15 tens."""
        ten = self.env["uom.uom"].create(
            {
                "name": "Ten",
                "relative_factor": 10.0,
                "relative_uom_id": self.shirt.uom_id.id,
            }
        )
        values = {"product_uom_id": ten.id, "price_unit": 100.0}
        order = self._sell([(self.shirt, 3.0, values)])
        back = self._create_return(order, [(order.order_line, 2.0)])
        self._receive(back, {back.line_ids: 20.0})
        self.assertEqual(back.line_ids.quantity_received, 2.0)
        self._inspect(back, quantities={back.line_ids: 20.0})
        credit = self._credit(back).invoice_line_ids
        self.assertEqual((credit.quantity, credit.product_uom_id), (2.0, ten))
        self.assertEqual(credit.price_subtotal, 200.0)

    def test_the_refund_is_of_today_and_names_its_invoice(self):
        """rma, refund: its date, reference and origin are for who reads the books."""
        order = self._sell()
        credit = self._credit(self._create_return(order, until="inspected"))
        self.assertEqual(credit.invoice_date, fields.Date.context_today(credit))
        self.assertEqual(credit.invoice_origin, order.name)
        self.assertIn(self._invoice_of(order).name, credit.ref)
