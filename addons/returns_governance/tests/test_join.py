"""Odoo's own buttons on a governed order: a return, or why there is none."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .common import ReturnsCommon


class JoinCommon(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls.users["warehouse_lead"]
        cls.finance = cls.users["finance"]
        cls.reason = cls.env.ref("returns_governance.reason_size_fit")
        cls.place = cls.warehouse._get_state_location("inspection")

    def _assert_refused(self, code, attempt, *words):
        with self.assertRaises(UserError) as caught:
            with self.env.cr.savepoint():
                attempt()
        self.assertIn(f"[{code}]", str(caught.exception))
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.env.invalidate_all()

    def _make_old(self, order):
        """Let the window of an order have passed."""
        order.picking_ids.date_done = fields.Datetime.now() - timedelta(days=90)
        self.env.flush_all()

    def _returns_of(self, order):
        return order.order_line.returns_line_ids.order_id


@tagged("post_install", "-at_install")
class TestReturnButton(JoinCommon):
    """*Return* on a delivery."""

    def _dialog(self, order, quantities=None, user=None, reason=True, **values):
        """The dialog as a person fills it in; all of the order without quantities."""
        picking = order.picking_ids.filtered(
            lambda p: p.picking_type_code == "outgoing" and p.state == "done"
        )
        wizards = self.env["stock.return.picking"].with_user(user or self.lead)
        form = Form(
            wizards.with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
        )
        for place, quantity in enumerate(
            quantities or order.order_line.mapped("product_uom_qty")
        ):
            with form.product_return_moves.edit(place) as row:
                row.quantity = quantity
        if reason:
            form.returns_reason_id = self.reason
        for name, value in values.items():
            form[name] = value
        return form.save()

    def _press(self, *args, **kwargs):
        action = self._dialog(*args, **kwargs).action_create_returns()
        return self.env["stock.picking"].browse(action["res_id"])

    def _validate(self, picking, quantities=None, user=None, lot=None):
        """Press *Validate*; ``quantities`` per move, else all that was asked for."""
        for place, move in enumerate(picking.move_ids):
            move.quantity = quantities[place] if quantities else move.product_uom_qty
            move.picked = True
        answer = picking.with_user(user or self.lead).button_validate()
        if isinstance(answer, dict):
            dialog = Form.from_action(
                self.env(user=user or self.lead), answer
            ).save()
            dialog.process()
        self.env.invalidate_all()

    def test_it_makes_a_return_and_its_transfer_is_the_receipt(self):
        order = self._sell([(self.shirt, 3.0), (self.belt, 2.0)])
        picking = self._press(order, [2.0, 0.0])
        back = self._returns_of(order)
        self.assertEqual(
            (back.case_state, back.channel_id, back.user_id),
            ("authorised", self.web, self.lead),
        )
        self.assertEqual(
            back.line_ids.mapped(lambda l: (l.product_id, l.quantity, l.reason_id)),
            [(self.shirt, 2.0, self.reason)],
        )
        self.assertEqual(picking.location_dest_id, self.place)
        self.assertEqual(picking.move_ids.location_dest_id, self.place)
        self.assertEqual(picking.returns_order_ids, back)
        self.assertIn(back.name, "".join(picking.message_ids.mapped("body")))
        self._validate(picking)
        self.assertEqual(back.goods_state, "received")
        receipt = back.receipt_ids
        self.assertEqual(
            (receipt.kind, receipt.quantity, receipt.picking_id, receipt.move_id),
            ("expected", 2.0, picking, picking.move_ids),
        )
        self.assertEqual(order.order_line[0].qty_delivered, 1.0)
        self._inspect(back)
        self.assertEqual(back.goods_state, "disposed")
        self.assertAlmostEqual(back.amount_settled, 120.0, 2)
        self.assertEqual(
            order.order_line.mapped("qty_to_invoice"),
            [0.0, 0.0],
        )

    def test_it_joins_the_return_that_waits_for_the_goods(self):
        order = self._sell([(self.shirt, 5.0)])
        first = self._create_return(order, [(order.order_line, 2.0)])
        picking = self._press(order, [3.0])
        self.assertEqual(len(picking.move_ids), 2)
        second = self._returns_of(order) - first
        self.assertEqual(second.line_ids.quantity, 1.0)
        # What is on its way is not waited for a second time.
        third = self._press(order, [1.0])
        new = self._returns_of(order) - first - second
        self.assertEqual(third.move_ids.returns_line_id.order_id, new)
        self.assertEqual(len(new), 1)
        self._validate(picking)
        self.assertEqual(
            (first | second).mapped("goods_state"), ["received", "received"]
        )
        self._assert_refused(
            "QUANTITY_EXCEEDS_RETURNABLE",
            lambda: self._press(order, [2.0]),
            order.name,
        )

    def test_what_comes_in_parts_belongs_to_the_same_return(self):
        order = self._sell([(self.shirt, 3.0)])
        picking = self._press(order)
        self._validate(picking, [2.0])
        back = self._returns_of(order)
        self.assertEqual(back.goods_state, "partly_received")
        self.assertFalse(back.exception_ids)
        rest = picking.backorder_ids
        self.assertEqual(rest.move_ids.returns_line_id, back.line_ids)
        self._validate(rest)
        self.assertEqual(back.receipt_ids.mapped("quantity"), [2.0, 1.0])
        self.assertEqual(back.goods_state, "received")

    def test_more_than_was_asked_for_is_an_exception(self):
        order = self._sell([(self.shirt, 3.0)])
        picking = self._press(order, [1.0])
        self._validate(picking, [2.0])
        back = self._returns_of(order)
        self.assertEqual(
            back.receipt_ids.mapped(lambda r: (r.kind, r.quantity)),
            [("expected", 1.0), ("over", 1.0)],
        )
        self.assertIn("over_receipt", back.exception_ids.mapped("code"))
        # One move brought both: they are taken back together.
        self._step("receive", "warehouse_lead")._reverse(
            back.receipt_ids[:1].with_user(self.lead), "Somebody else's"
        )
        self.assertEqual(back.line_ids.quantity_received, 0.0)
        self.assertFalse(back.receipt_ids._standing())

    def test_lots_are_received_one_by_one(self):
        product = self._make_product("Watch", 80.0, 30.0, tracking="lot")
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": product.id} for name in ("W1", "W2")]
        )
        for lot in lots:
            self._stock(product, 1.0, lot)
        order = self._sell([(product, 2.0)])
        picking = self._press(order)
        picking.move_ids.move_line_ids.unlink()
        for lot in lots:
            self.env["stock.move.line"].create(
                {
                    "move_id": picking.move_ids.id,
                    "picking_id": picking.id,
                    "lot_id": lot.id,
                    "quantity": 1.0,
                    "picked": True,
                    "location_id": picking.move_ids.location_id.id,
                    "location_dest_id": self.place.id,
                    "product_id": product.id,
                    "product_uom_id": product.uom_id.id,
                }
            )
        picking.with_user(self.lead).button_validate()
        back = self._returns_of(order)
        self.assertEqual(
            back.receipt_ids.mapped(lambda r: (r.lot_id, r.quantity, r.serial_ok)),
            [(lots[0], 1.0, True), (lots[1], 1.0, True)],
        )

    def test_what_the_policy_refuses_is_refused_and_a_manager_lets_it_in(self):
        order = self._sell()
        self._make_old(order)
        self._assert_refused(
            "RETURN_NOT_ELIGIBLE",
            lambda: self._press(order),
            order.name,
            "WINDOW_PASSED",
            "30 days",
            "manager",
        )
        self.assertFalse(self._returns_of(order))
        self.assertEqual(len(order.picking_ids), 1)
        because = {"returns_because": "A loyal customer"}
        with self.assertRaises(AssertionError):
            self._press(order, **because)  # the field is the manager's
        wizard = self._dialog(order)
        wizard.returns_because = "A loyal customer"
        self._assert_refused("ACCESS_DENIED", wizard.action_create_returns)
        picking = self._press(order, user=self.users["manager"], **because)
        back = self._returns_of(order)
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(picking.returns_order_ids, back)
        told = back.event_ids.filtered(lambda event: event.what == "overridden")
        self.assertEqual(told.why, "A loyal customer")

    def test_who_has_no_part_in_returns_hears_whom_to_ask(self):
        order = self._sell()
        clerk = new_test_user(
            self.env, login="test_stock", groups="stock.group_stock_user"
        )
        wizard = self._dialog(order, user=clerk, reason=False)
        self._assert_refused(
            "ACCESS_DENIED", wizard.action_create_returns, "Agent", "Warehouse lead"
        )
        wizard = self._dialog(order)
        wizard.returns_reason_id = False
        self._assert_refused("REASON_UNKNOWN", wizard.action_create_returns, order.name)
        picking = self._press(order)
        self._assert_refused(
            "ACCESS_DENIED", lambda: self._validate(picking, user=clerk)
        )

    def test_goods_go_to_inspection_and_nowhere_else(self):
        order = self._sell()
        picking = self._press(order)
        stock = self.warehouse.lot_stock_id
        picking.move_ids.move_line_ids.location_dest_id = stock
        self._assert_refused(
            "STATE_TRANSITION", lambda: self._validate(picking), stock.display_name
        )
        picking.move_ids.move_line_ids.location_dest_id = self.place
        self._validate(picking)
        self.assertEqual(self._returns_of(order).goods_state, "received")

    def test_an_exchange_is_asked_for_on_the_return(self):
        order = self._sell()
        wizard = self._dialog(order)
        self._assert_refused(
            "RESOLUTION_NOT_ALLOWED", wizard.action_create_exchanges, order.name
        )
        self.assertEqual(len(order.picking_ids), 1)
        self.assertFalse(self._returns_of(order))

    def test_outside_of_governance_it_is_odoos_own(self):
        order = self._sell([(self.shirt, 3.0)])
        wizard = self._dialog(order, [1.0])
        wizard.product_return_moves.to_refund = False
        action = wizard.action_create_returns()
        picking = self.env["stock.picking"].browse(action["res_id"])
        self.assertFalse(picking.move_ids.returns_line_id)
        self.assertEqual(picking.location_dest_id, self.warehouse.lot_stock_id)
        store = self.env.ref("returns_governance.channel_store")
        phases = self.env["returns.rollout.phase"].with_user(self.users["manager"])
        phases.create(
            {"name": "Stores", "channel_ids": [Command.set(store.ids)]}
        ).action_start()
        picking = self._press(order, [1.0], reason=False)
        self.assertFalse(self._returns_of(order))
        self.assertEqual(picking.location_dest_id, self.warehouse.lot_stock_id)


@tagged("post_install", "-at_install")
class TestCreditNoteButton(JoinCommon):
    """*Credit Note* on an invoice."""

    def _invoice_of(self, order):
        return order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")

    def _dialog(self, order, user=None, reason=True, **values):
        """The dialog as it opens at the button, filled in."""
        user = user or self.finance
        invoice = self._invoice_of(order).with_user(user)
        action = invoice.action_reverse()
        context = action["context"] if isinstance(action["context"], dict) else {}
        form = Form.from_action(
            self.env(user=user),
            {
                **action,
                "context": {
                    **context,
                    "active_model": "account.move",
                    "active_ids": invoice.ids,
                    "active_id": invoice.id,
                },
            },
        )
        if values.get("returns_choice", "return") == "return" and reason:
            form.returns_reason_id = self.reason
        for name, value in values.items():
            form[name] = value
        return form.save()

    def test_it_asks_for_a_return_of_what_can_come_back(self):
        order = self._sell([(self.shirt, 3.0), (self.belt, 1.0)])
        first = self._create_return(
            order, [(order.order_line[0], 1.0)], until="inspected"
        )
        action = self._dialog(order).refund_moves()
        back = self._returns_of(order) - first
        self.assertEqual((action["res_model"], action["res_id"]), (back._name, back.id))
        self.assertEqual(back.line_ids.mapped("quantity"), [2.0, 1.0])
        self.assertEqual(back.case_state, "authorised")
        self.assertFalse(back.credit_move_ids)
        invoice = self._invoice_of(order)
        self.assertIn(back.name, "".join(invoice.message_ids.mapped("body")))
        # Pressed again, it opens the one that is open.
        self.assertEqual(self._dialog(order).refund_moves()["res_id"], back.id)
        self._receive(back)
        self._inspect(back)
        self.assertAlmostEqual(
            first.amount_settled + back.amount_settled, invoice.amount_total, 2
        )
        self._assert_refused(
            "QUANTITY_EXCEEDS_RETURNABLE", self._dialog(order).refund_moves, "goodwill"
        )

    def test_the_policy_decides_here_too(self):
        order = self._sell()
        self._make_old(order)
        self._assert_refused(
            "RETURN_NOT_ELIGIBLE", self._dialog(order).refund_moves, "WINDOW_PASSED"
        )
        wizard = self._dialog(order, reason=True)
        wizard.returns_reason_id = False
        self._assert_refused("REASON_UNKNOWN", wizard.refund_moves)

    def test_goodwill_and_drafts_stay_possible(self):
        order = self._sell()
        credit = self.env["account.move"].browse(
            self._dialog(order, returns_choice="goodwill").refund_moves()["res_id"]
        )
        self.assertEqual(credit.state, "draft")
        self.assertEqual(credit.returns_credit_kind, "goodwill")
        credit.with_user(self.finance).action_post()
        self.assertEqual(credit.state, "posted")
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        order = self._sell()
        draft = self.env["account.move"].browse(
            self._dialog(order, returns_choice="document").refund_moves()["res_id"]
        )
        self._assert_refused(
            "REFUND_GATE", draft.with_user(self.finance).action_post, order.name
        )

    def test_an_accountant_corrects_and_gives_nothing(self):
        accountant = new_test_user(
            self.env,
            login="test_accountant",
            groups="account.group_account_invoice,base.group_user",
        )
        order = self._sell(until="invoiced")
        wizard = self._dialog(order, accountant, returns_choice="return", reason=False)
        self._assert_refused("ACCESS_DENIED", wizard.refund_moves, "Agent")
        wizard = self._dialog(order, accountant, returns_choice="goodwill")
        self._assert_refused("GUARDED_FIELD", wizard.refund_moves)
        wizard = self._dialog(order, accountant, returns_choice="document")
        anew = self.env["account.move"].browse(wizard.modify_moves()["res_id"])
        self.assertEqual((anew.move_type, anew.state), ("out_invoice", "draft"))
        anew.invoice_line_ids.price_unit = 45.0
        anew.with_user(accountant).action_post()
        back = self._create_return(order, until="inspected")
        self.assertAlmostEqual(back.amount_settled, 3 * 45.0 * 1.2, 2)
