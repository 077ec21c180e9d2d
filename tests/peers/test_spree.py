"""Spree: `CustomerReturn`, `ReturnItem` and `Reimbursement`, answered by ours."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from peers.peer import PeerCase


@tagged("post_install", "-at_install")
class TestSpree(PeerCase):
    """Authorisation, customer return, item and reimbursement there; one return here."""

    def test_goods_without_an_authorisation_are_taken_and_looked_at(self):
        """CustomerReturn must have a return authorization: it is invalid there."""
        order = self._sell([(self.shirt, 1.0)])
        back = self._create_return(order)
        self._cancel(back)
        self._receive(back, {back.line_ids: 1.0})
        self.assertEqual(self._open_exceptions(back), ["not_authorised"])
        self.assertEqual(back.receipt_ids.kind, "not_authorised")
        self.assertFalse(self._credit(back))

    def test_items_of_two_orders_come_in_one_return(self):
        """CustomerReturn, items of different orders: invalid there; here each order's
        invoice gets its credit note."""
        first, second = self._sell([(self.shirt, 1.0)]), self._sell([(self.belt, 1.0)])
        lines = [(line, 1.0) for line in (first | second).order_line]
        back = self._create_return(first, lines, until="inspected")
        self.assertEqual(
            self._credit(back).reversed_entry_id,
            self._invoice_of(first) | self._invoice_of(second),
        )

    def test_goods_go_to_the_place_where_they_were_received(self):
        """CustomerReturn to another stock location: counts there rise, and those of
        the place that shipped do not."""
        north = self.env["stock.warehouse"].create({"name": "North", "code": "NORTH"})
        order = self._sell([(self.shirt, 2.0)])
        own = self.shirt.with_context(warehouse_id=self.warehouse.id).qty_available
        back = self._create_return(order)
        self._receive(back, warehouse=north)
        self._inspect(back)
        shirt = self.shirt.with_context(warehouse_id=north.id)
        self.assertEqual((shirt.qty_available, shirt.free_qty), (2.0, 2.0))
        shirt = self.shirt.with_context(warehouse_id=self.warehouse.id)
        self.assertEqual(shirt.qty_available, own)

    def test_a_unit_is_asked_back_once_at_a_time(self):
        """ReturnItem, inventory unit uniqueness: a received unit is taken; one that
        was cancelled is free. There the newer request cancels the older one."""
        order = self._sell([(self.shirt, 1.0)])
        first = self._create_return(order)
        self.assertRefused(
            "QUANTITY_EXCEEDS_RETURNABLE", lambda: self._create_return(order)
        )
        self._cancel(first)
        second = self._create_return(order, until="received")
        self.assertEqual(second.line_ids.quantity_received, 1.0)
        self.assertRefused(
            "QUANTITY_EXCEEDS_RETURNABLE", lambda: self._create_return(order)
        )

    def test_a_unit_is_received_once(self):
        """ReturnItem, receive: only from *awaiting*; a second unit is a surplus."""
        back = self._create_return(self._sell([(self.shirt, 1.0)]), until="received")
        self._receive(back, {back.line_ids: 1.0})
        self.assertEqual(back.receipt_ids.mapped("kind"), ["expected", "over"])
        self.assertEqual(self._open_exceptions(back), ["over_receipt"])
        self._inspect(back, quantities={back.line_ids: 2.0})
        self.assertEqual(back.line_ids.quantity_refunded, 1.0)

    def test_tax_on_top_and_tax_in_the_price_come_back_as_paid(self):
        """Reimbursement with additional and with included tax: the total is what was
        paid."""
        included = self.tax.copy({"name": "Test 10% in", "amount": 10.0})
        included.price_include_override = "tax_included"
        for tax, total in ((self.tax, 12.0), (included, 10.0)):
            with self.subTest(tax.name):
                values = {"price_unit": 10.0, "tax_ids": [Command.set(tax.ids)]}
                order = self._sell([(self.shirt, 1.0, values)])
                back = self._create_return(order, until="inspected")
                self.assertEqual(self._credit(back).amount_total, total)
                self.assertEqual(
                    self._credit(back).amount_tax, self._invoice_of(order).amount_tax
                )

    def test_what_was_given_before_is_not_given_twice(self):
        """Reimbursement that cannot be fully performed: an earlier refund of 1 is an
        error there; here the rest is paid."""
        order = self._sell([(self.shirt, 1.0)])
        gift = (
            self.env["account.move"]
            .with_user(self.users["finance"])
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_date": fields.Date.today(),
                    "returns_credit_kind": "goodwill",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.shirt.id,
                                "price_unit": 1.0,
                                "tax_ids": [Command.set(self.tax.ids)],
                                "sale_line_ids": [Command.set(order.order_line.ids)],
                            }
                        )
                    ],
                }
            )
        )
        gift.action_post()
        back = self._create_return(order, until="inspected")
        self.assertEqual(self._credit(back).amount_total, 60.0 - 1.2)

    def test_parts_that_round_never_sum_up_to_more(self):
        """Reimbursement, calculated total: two items of 10.003 are 20."""
        values = {"price_unit": 10.003, "tax_ids": [Command.clear()]}
        order = self._sell([(self.shirt, 3.0, values)])
        credits = self.env["account.move"]
        for _unit in range(3):
            credits |= self._credit(
                self._create_return(order, [(order.order_line, 1.0)], until="inspected")
            )
        paid = self._invoice_of(order).amount_total
        self.assertAlmostEqual(sum(credits.mapped("amount_total")), paid, 2)

    def test_only_items_that_were_found_are_paid(self):
        """Reimbursement from a customer return: of five items in five states only the
        accepted one is reimbursed."""
        order = self._sell(
            [(self.shirt, 1.0), (self.belt, 1.0), (self.shirt, 1.0)], until="invoiced"
        )
        back = self._create_return(order)
        found, received, awaited = back.line_ids
        self._receive(back, {found: 1.0, received: 1.0})
        self._inspect(back, quantities={found: 1.0})
        self.assertEqual(
            [line.quantity_refunded for line in (found, received, awaited)],
            [1.0, 0.0, 0.0],
        )
        self.assertEqual(self._credit(back).amount_untaxed, 50.0)
        self.assertEqual(back.money_state, "partly_settled")

    def test_a_return_ends_when_everything_is_decided_and_paid(self):
        """CustomerReturn, fully reimbursed: not while an item is undecided; nor while
        an accepted one waits for its money."""
        order = self._sell([(self.shirt, 2.0)], until="invoiced")
        self.company.returns_posting = "draft"
        back = self._create_return(order, until="received")
        self._inspect(back, quantities={back.line_ids: 1.0})
        self.assertEqual(back.case_state, "authorised")
        self._inspect(back, quantities={back.line_ids: 1.0})
        self.assertEqual((back.case_state, back.money_state), ("authorised", "due"))
        for credit in self._credit(back):
            credit.with_user(self.users["finance"]).action_post()
        self.assertEqual((back.case_state, back.money_state), ("closed", "settled"))

    def test_an_exchange_is_shipped_and_pays_nothing_out(self):
        """Reimbursement types, exchange: the new goods leave, no money does; what
        nobody can make is refused by a code."""
        order = self._sell()
        request = [(order.order_line, 1.0, {"resolution": "exchange"})]
        back = self._create_return(order, request, until="inspected")
        self.assertEqual(back.exchange_ids.state, "released")
        self.assertEqual(back.settlement_ids.mapped("open_amount"), [0.0])
        request = [(order.order_line, 1.0, {"resolution": "repair"})]
        self.assertRefused(
            "RESOLUTION_NOT_ALLOWED", lambda: self._create_return(order, request)
        )

    def test_the_time_that_has_passed_decides(self):
        """Eligibility by time since the purchase: 30 days are in, 31 are not, and the
        refusal says which rule it was."""
        for days, state in ((30, "authorised"), (31, "rejected")):
            with self.subTest(days=days):
                order = self._sell()
                order.picking_ids.date_done -= timedelta(days=days)
                back = self._create_return(order)
                self.assertEqual(back.case_state, state)
                codes = back.line_ids.decision_id.codes or []
                self.assertEqual("WINDOW_PASSED" in codes, state == "rejected")
