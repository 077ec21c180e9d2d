from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import ReturnsCommon


class FeesCommon(ReturnsCommon):
    """A channel whose policy charges fees; fees bear 10 % tax, goods 20 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fee_tax = cls.tax.copy({"name": "Fees 10%", "amount": 10.0})
        for kind in ("return_shipping", "restocking", "inspection"):
            product = cls.company._returns_fee_product(kind)
            product.taxes_id = cls.fee_tax
        cls.channel = cls.env["returns.channel"].create(
            {"code": "test_fees", "name": "Fees"}
        )
        cls.policy = cls.env["returns.policy"].create(
            {
                "code": "test_fees",
                "name": "Fees",
                "channel_ids": [Command.set(cls.channel.ids)],
            }
        )

    def _charge(self, *fees, **rule):
        """Publish a policy with these fees: (kind, amount[, mode]) each."""
        version = self.env["returns.policy.version"].create(
            {
                "policy_id": self.policy.id,
                "rule_ids": [
                    Command.create(
                        {
                            "code": "all",
                            "fee": "charged",
                            "disposition_ids": [
                                Command.create(
                                    {
                                        "condition_id": grade.id,
                                        "disposition_id": self.env.ref(
                                            "returns_governance.disposition_restock"
                                        ).id,
                                    }
                                )
                                for grade in (self.grade_a, self.grade_b)
                            ],
                            "fee_ids": [
                                Command.create(
                                    {
                                        "kind": kind,
                                        "amount": amount,
                                        "mode": mode[0] if mode else "fixed",
                                    }
                                )
                                for kind, amount, *mode in fees
                            ],
                            **rule,
                        }
                    )
                ],
            }
        )
        version.action_publish()
        return version

    def _back(self, order=None, lines=None, until="inspected", **values):
        values.setdefault("channel", self.channel)
        return self._create_return(order, lines, until=until, **values)

    def _fee_lines(self, move):
        return move.invoice_line_ids.filtered(lambda item: not item.sale_line_ids)


@tagged("post_install", "-at_install")
class TestSettleFees(FeesCommon):
    """Fees stand on the credit note of the goods, once, with their own tax."""

    def test_one_document_with_the_right_tax_on_fee_and_goods(self):
        self._charge(("restocking", 10.0, "percent"), ("return_shipping", 4.9))
        order = self._sell([(self.shirt, 2.0)])
        invoice = order.invoice_ids
        back = self._back(order)
        credit = back.settlement_ids.move_id
        self.assertEqual(len(credit), 1)
        self.assertEqual(credit.state, "posted")
        goods = credit.invoice_line_ids.filtered("sale_line_ids")
        restocking, postage = self._fee_lines(credit).sorted("price_subtotal")
        self.assertAlmostEqual(goods.price_subtotal, 100.0, 2)
        self.assertEqual(goods.tax_ids, self.tax)
        self.assertAlmostEqual(restocking.price_subtotal, -10.0, 2)
        self.assertAlmostEqual(postage.price_subtotal, -4.9, 2)
        self.assertEqual(restocking.tax_ids | postage.tax_ids, self.fee_tax)
        self.assertEqual(
            postage.product_id, self.company.returns_fee_return_shipping_id
        )
        taxes = {
            item.tax_line_id: item.amount_currency
            for item in credit.line_ids.filtered("tax_line_id")
        }
        self.assertAlmostEqual(taxes[self.tax], 20.0, 2)
        self.assertAlmostEqual(taxes[self.fee_tax], -1.49, 2)
        self.assertAlmostEqual(credit.amount_total, 120.0 - 11.0 - 5.39, 2)
        self.assertAlmostEqual(sum(credit.line_ids.mapped("balance")), 0.0, 2)
        # What the customer is told is what is booked.
        self.assertAlmostEqual(back.amount_due, credit.amount_total, 2)
        self.assertAlmostEqual(back.amount_tax, credit.amount_tax, 2)
        self.assertAlmostEqual(back.amount_fees, 16.39, 2)
        self.assertAlmostEqual(back.line_ids.amount_fees, 16.39, 2)
        self.assertAlmostEqual(back.line_ids.amount_due, credit.amount_total, 2)
        self.assertAlmostEqual(back.line_ids.amount_settled, credit.amount_total, 2)
        self.assertAlmostEqual(back.amount_paid, invoice.amount_total, 2)
        row = back.settlement_ids
        self.assertAlmostEqual(row.amount_fees, 16.39, 2)
        self.assertAlmostEqual(row.open_amount, credit.amount_total, 2)
        # The goods alone count: nothing is billed again, nothing is left to credit.
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        self.assertEqual(order.invoice_status, "invoiced")
        sold = back.line_ids.sold_line_id
        self.assertAlmostEqual(sold.amount_credited, invoice.amount_total, 2)
        self._pay(credit)
        self.assertEqual((back.money_state, back.case_state), ("settled", "closed"))

    def test_a_fee_is_charged_once_however_the_refund_is_split(self):
        self._charge(("restocking", 7.5, "percent"), ("return_shipping", 5.0))
        order = self._sell([(self.belt, 3.0), (self.shirt, 1.0)])
        whole = self._back(
            self._sell([(self.belt, 3.0), (self.shirt, 1.0)])
        ).settlement_ids
        back = self._back(order, until="received")
        belts, shirt = back.line_ids
        promised = back.amount_due
        for line, quantity in ((belts, 1.0), (shirt, 1.0), (belts, 2.0)):
            self._inspect(back, quantities={line: quantity})
            self.assertAlmostEqual(back.amount_due, promised, 2)
        first, *later = back.settlement_ids
        kinds = [row.fee_ids.mapped("kind") for row in later]
        self.assertIn("return_shipping", first.fee_ids.mapped("kind"))
        self.assertEqual(kinds, [["restocking"], ["restocking"]])
        self.assertAlmostEqual(sum(back.settlement_ids.mapped("amount")), promised, 2)
        self.assertAlmostEqual(promised, whole.amount, 2)
        self.assertAlmostEqual(
            sum(back.fee_ids.mapped("amount_net")), 0.075 * 139.97 + 5.0, 2
        )
        self.assertAlmostEqual(
            sum(back.line_ids.mapped("amount_settled")), back.amount_settled, 2
        )

    def test_a_fee_never_takes_more_than_the_goods(self):
        self._charge(("return_shipping", 40.0), ("restocking", 20.0))
        order = self._sell([(self.belt, 1.0)])
        back = self._back(order)
        credit = back.settlement_ids.move_id
        self.assertAlmostEqual(sum(back.fee_ids.mapped("amount_net")), 29.99, 2)
        self.assertAlmostEqual(credit.amount_untaxed, 0.0, 2)
        self.assertGreaterEqual(credit.amount_total, 0.0)
        # The fee bears a tax and the goods do not: the document stays above zero.
        self.belt.taxes_id = False
        back = self._back(self._sell([(self.belt, 1.0)]))
        credit = back.settlement_ids.move_id
        self.assertGreaterEqual(credit.amount_total, 0.0)
        self.assertLess(credit.amount_total, 0.02)
        self.assertEqual(back.goods_state, "disposed")

    def test_per_parcel_and_for_goods_of_two_invoices(self):
        self._charge(("return_shipping", 3.0, "per_parcel"), ("inspection", 12.0))
        order = self._sell([(self.belt, 2.0)], until="delivered")
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 1.0
        invoice.action_post()
        self._invoice(order)
        parcels = [{"tracking_ref": "FEE-1"}, {"tracking_ref": "FEE-2"}]
        back = self._back(order, parcels=parcels)
        rows = back.settlement_ids
        self.assertEqual(len(rows.move_id), 2, "one credit note per invoice")
        self.assertAlmostEqual(sum(back.fee_ids.mapped("amount_net")), 18.0, 2)
        self.assertAlmostEqual(
            sum(rows.move_id.mapped("amount_total")), back.amount_due, 2
        )

    def test_the_preview_is_what_is_charged(self):
        self._charge(("restocking", 12.5, "percent"), ("return_shipping", 4.9))
        order = self._sell([(self.shirt, 2.0), (self.belt, 1.0)])
        request = self._request(
            order, channel=self.channel, requested_at=fields.Datetime.now()
        )
        told = self.env["returns.api.preview"]._of(request)
        back = self._submit(request)
        self.assertAlmostEqual(told["money"]["due"], back.amount_due, 2)
        self.assertAlmostEqual(told["money"]["fees"], back.amount_fees, 2)
        self.assertGreater(back.amount_fees, 0.0)
        for line, words in zip(back.line_ids, told["lines"], strict=True):
            self.assertAlmostEqual(words["refund"]["fees"], line.amount_fees, 2)
            self.assertAlmostEqual(words["refund"]["due"], line.amount_due, 2)
            self.assertAlmostEqual(words["refund"]["tax"], line.amount_tax, 2)
        self._receive(back)
        self._inspect(back)
        snapshot = self.env["returns.snapshot"]._of(back)[0]
        self.assertAlmostEqual(snapshot["money"]["fees"], told["money"]["fees"], 2)
        self.assertAlmostEqual(snapshot["money"]["settled"], told["money"]["due"], 2)
        dialog = self.env["returns.refund.preview"].create(
            {"order_ids": [Command.set(back.ids)]}
        )
        self.assertIn("Fees taken off", dialog.summary)

    def _draft(self, order, *lines, **values):
        """A draft as an agent makes it: (sale line, quantity[, values]) each."""
        reason = self.env.ref("returns_governance.reason_changed_mind")
        draft = self.env["returns.order"].with_user(self.users["agent"])
        sold = self.env["returns.sold.line"]._for_sale_lines(order.order_line)
        sold = {row.sale_line_id: row.id for row in sold}
        return draft.create(
            {
                "partner_id": order.partner_id.id,
                "channel_id": self.channel.id,
                "warehouse_id": self.warehouse.id,
                "line_ids": [
                    Command.create(
                        {
                            "sold_line_id": sold[line],
                            "quantity": quantity,
                            "reason_id": reason.id,
                            **(more[0] if more else {}),
                        }
                    )
                    for line, quantity, *more in lines
                ],
                **values,
            }
        )

    def test_a_draft_says_what_it_will_come_to(self):
        """Fees of each kind, withdrawals, replacements, refused lines, delivery."""
        self.channel.costs_informed = "yes"  # who withdraws bears the postage alone
        withdrawn = {"withdrawal": True}
        both = {"offer_refund": True, "offer_replacement": True}
        replaced = {"resolution": "replacement"}
        cases = [
            ([("restocking", 10.0, "percent"), ("return_shipping", 4.9)], {}, {}, {}),
            ([("restocking", 30.0)], both, replaced, {}),
            ([("restocking", 12.0), ("inspection", 3.0)], both, {}, {}),
            ([("restocking", 12.0), ("return_shipping", 4.9)], {}, {}, withdrawn),
            ([("restocking", 90.0)], {"eligible": "no"}, {}, {}),
            ([("restocking", 9.0)], {"refund_shipping": "always"}, {}, {}),
        ]
        for fees, rule, belt, values in cases:
            with self.subTest(fees=fees, rule=rule, belt=belt, values=values):
                self._charge(*fees, **rule)
                order = self._sell([(self.shirt, 2.0), (self.belt, 1.0)])
                shirts, belts = order.order_line
                draft = self._draft(order, (shirts, 2.0), (belts, 1.0, belt), **values)
                dialog = self.env["returns.refund.preview"].with_user(
                    self.users["agent"]
                )
                dialog = dialog.create({"order_ids": [Command.set(draft.ids)]})
                told, words = dialog._told(draft), dialog.summary
                draft.action_submit()
                after = dialog._told(draft)
                for key in ("due", "fees", "delivery"):
                    self.assertAlmostEqual(told[key], after[key], 2)
                for line, figures in after["lines"].items():
                    for before, then in zip(
                        told["lines"][line][1:4], figures[1:4], strict=True
                    ):
                        self.assertAlmostEqual(before, then, 2)
                refused = draft.case_state == "rejected"
                self.assertIn("Refused" if refused else "Fees taken off", words)
                if values:
                    self.assertAlmostEqual(after["fees"], 4.9 * 1.1, 2)

    def test_a_refund_that_is_taken_back_gives_its_fees_back(self):
        self._charge(("restocking", 10.0, "percent"), ("return_shipping", 4.9))
        order = self._sell([(self.shirt, 2.0)], until="invoiced")
        invoice = order.invoice_ids
        back = self._back(order)
        row = back.settlement_ids
        counter = self._step("settle", "finance")._reverse(
            row.with_user(self.users["finance"]), "A mistake"
        )
        self.assertAlmostEqual(counter.move_id.amount_total, row.amount, 2)
        self.assertAlmostEqual(counter.amount, -row.amount, 2)
        self.assertAlmostEqual(sum(back.fee_ids.mapped("amount")), 0.0, 2)
        self.assertAlmostEqual(invoice.amount_residual, row.amount_fees, 2)
        self.assertEqual(back.amount_settled, 0.0)
        self.assertAlmostEqual(back.amount_due, row.amount, 2)
        back.with_user(self.users["finance"]).action_release("It was right")
        self.assertAlmostEqual(back.amount_settled, row.amount, 2)
        self.assertAlmostEqual(sum(back.fee_ids.mapped("amount")), row.amount_fees, 2)

    def test_a_part_that_is_taken_back_takes_its_part_of_the_fee(self):
        self._charge(("restocking", 10.0, "percent"))
        order = self._sell([(self.shirt, 3.0)], until="invoiced")
        back = self._back(order, until="received")
        line = back.line_ids
        self._inspect(back, self.grade_a, {line: 2.0})
        self._inspect(back, self.grade_b, {line: 1.0})
        wrong = back.inspection_ids.filtered(lambda r: r.condition_id == self.grade_b)
        self._step("inspect", "warehouse_lead")._reverse(
            wrong.with_user(self.users["warehouse_lead"]), "Not seen"
        )
        self.assertEqual(line.quantity_refunded, 2.0)
        self.assertAlmostEqual(sum(back.fee_ids.mapped("amount_net")), 10.0, 2)
        self._inspect(back, self.grade_a, {line: 1.0})
        self.assertAlmostEqual(sum(back.fee_ids.mapped("amount_net")), 15.0, 2)
        self.assertAlmostEqual(back.amount_settled, back.amount_due, 2)

    def test_the_credit_note_stays_as_it_is_owed(self):
        """Taking the fee line out by hand, or raising it, meets the gate."""
        self._charge(("return_shipping", 4.9))
        self.company.returns_posting = "draft"
        back = self._back()
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.state, "draft")
        fee = self._fee_lines(credit)
        with self.assertRaisesRegex(UserError, "REFUND_GATE"), self.env.cr.savepoint():
            fee.unlink()
            credit.action_post()
        credit.action_post()
        self.assertAlmostEqual(back.amount_settled, credit.amount_total, 2)
        self.assertFalse(
            self.env["returns.exception"].search([("move_id", "=", credit.id)])
        )

    def test_in_the_currency_of_the_order_and_by_its_fiscal_position(self):
        reduced = self.fee_tax.copy({"name": "Fees 5%", "amount": 5.0})
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        reduced.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.fee_tax.ids)],
            }
        )
        currency = self.env.ref("base.CHF")
        currency.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": currency.id, "name": "2020-01-01", "rate": 2.0}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "CHF", "currency_id": currency.id}
        )
        self._charge(("return_shipping", 5.0))
        order = self._sell(
            [(self.shirt, 1.0, {"tax_ids": [Command.set(self.tax.ids)]})],
            pricelist_id=pricelist.id,
            fiscal_position_id=position.id,
        )
        credit = self._back(order).settlement_ids.move_id
        fee = self._fee_lines(credit)
        self.assertEqual(fee.tax_ids, reduced)
        self.assertAlmostEqual(fee.price_subtotal, -10.0, 2)
        self.assertAlmostEqual(abs(fee.balance), 5.0, 2)
        self.assertAlmostEqual(fee.price_total, -10.5, 2)

    def test_a_price_included_tax_of_a_fee_leaves_the_net_as_the_policy_says(self):
        included = self.tax.copy({"name": "Fees 19% included", "amount": 19.0})
        included.price_include_override = "tax_included"
        self.company.returns_fee_restocking_id.taxes_id = included
        self._charge(("restocking", 10.0))
        credit = self._back().settlement_ids.move_id
        fee = self._fee_lines(credit)
        self.assertAlmostEqual(fee.price_subtotal, -10.0, 2)
        self.assertAlmostEqual(fee.price_total, -11.9, 2)
        self.assertAlmostEqual(fee.price_unit, -11.9, 2)

    def test_what_a_channel_has_paid_is_the_goods_less_their_fees(self):
        self._charge(("return_shipping", 5.0))
        self.env["returns.automation"].search(
            [("code", "=", "refund_on_inspection")]
        ).active = False
        for paid, left in ((54.5, 0.0), (60.0, 5.5), (20.0, 0.0)):
            with self.subTest(paid=paid):
                back = self._back(self._sell([(self.shirt, 1.0)]))
                self.assertAlmostEqual(back.amount_due, 54.5, 2)
                self._step("settle", "finance")._book_channel_payment(
                    back.with_user(self.users["finance"]),
                    {
                        "settlement_ref": f"FEE-{paid}",
                        "amount": paid,
                        "currency": back.currency_id,
                        "tender": "card",
                        "occurred_at": False,
                    },
                )
                credit = back.settlement_ids.move_id
                self.assertAlmostEqual(credit.amount_total, paid - left, 2)
                self.assertAlmostEqual(sum(back.fee_ids.mapped("amount")), 5.5, 2)
                codes = back.exception_ids.mapped("code")
                self.assertEqual("overpaid_by_channel" in codes, bool(left))

    def test_fees_of_goods_that_were_never_invoiced_are_billed_with_the_order(self):
        self._charge(("restocking", 10.0, "percent"), ("return_shipping", 5.0))
        order = self._sell([(self.shirt, 3.0)], until="delivered")
        goods = order.order_line
        back = self._back(order, [(goods, 1.0)])
        less = back.settlement_ids
        # 50 net: 5 to restock, and 5 of postage, with the fees' own tax of 10%.
        self.assertEqual((less.kind, less.amount), ("less_to_invoice", 49.0))
        self.assertEqual((back.amount_fees, back.amount_due), (11.0, 49.0))
        self.assertEqual((back.amount_settled, back.money_state), (49.0, "settled"))
        fees = order.order_line - goods
        self.assertEqual(fees.mapped("price_total"), [5.5, 5.5])
        self.assertEqual(fees.mapped("qty_to_invoice"), [1.0, 1.0])
        self.assertEqual(back.fee_ids.sale_line_id, fees)
        self.assertIn(back.name, fees[0].name)
        # Nobody can send a fee back.
        self.assertEqual(fees.mapped("returns_is_fee"), [True, True])
        bill = self._invoice(order)
        self.assertEqual(bill.amount_total, 120.0 + 11.0)
        # Postage is charged once for each return; of another one a new line.
        again = self._back(order, [(goods, 1.0)])
        self.assertEqual(again.settlement_ids.kind, "credit_note")
        self.assertEqual(again.amount_fees, 11.0)
        self.assertEqual(len(order.order_line), 3, "they are on the credit note")

    def test_fees_on_an_order_grow_and_are_given_back_with_their_goods(self):
        self._charge(("restocking", 10.0, "percent"))
        order = self._sell([(self.belt, 2.0)], until="delivered")
        goods = order.order_line
        back = self._back(order, until="received")
        self._inspect(back, quantities={back.line_ids: 1.0})
        fee = order.order_line - goods
        self.assertEqual(fee.price_unit, 3.0)
        self._inspect(back, quantities={back.line_ids: 1.0})
        self.assertEqual(order.order_line - goods, fee, "it grows until it is billed")
        whole = sum(back.fee_ids.mapped("amount"))
        self.assertEqual((fee.price_unit, fee.price_total, whole), (6.0, 6.6, 6.6))
        order.action_lock()
        first, second = back.settlement_ids
        step = self._step("settle", "finance")
        step._reverse(second.with_user(self.users["finance"]), "It was another's")
        self.assertEqual((fee.price_unit, order.locked), (3.0, True))
        bill = order._create_invoices()
        step._reverse(first.with_user(self.users["finance"]), "It was another's, too")
        self.assertEqual((fee.qty_to_invoice, fee.price_total), (0.0, 0.0))
        self.assertEqual(back.amount_settled, 0.0)
        item = bill.invoice_line_ids & fee.invoice_lines
        self.assertEqual(item.price_total, 0.0)
        # Released once more, all is billed at once, and never twice.
        back.with_user(self.users["finance"]).action_release("It was this one")
        lines = order.order_line - goods
        self.assertAlmostEqual(sum(lines.mapped("price_total")), 6.6, 2)

    def test_a_fee_that_was_billed_is_given_back_on_the_next_bill(self):
        self._charge(("restocking", 10.0, "percent"))
        lines = [(self.shirt, 3.0), (self.belt, 1.0)]
        order = self._sell(lines, until="confirmed")
        goods = order.order_line
        picking = order.picking_ids
        picking.move_ids.filtered(lambda m: m.product_id == self.shirt).write(
            {"quantity": 3.0, "picked": True}
        )
        picking._action_done()
        back = self._back(order, [(goods[0], 1.0)])
        self.assertEqual(self._invoice(order).amount_total, 120.0 + 5.5)
        self._step("settle", "finance")._reverse(
            back.settlement_ids.with_user(self.users["finance"]), "It was another's"
        )
        self.assertEqual(back.amount_settled, 0.0)
        self.assertEqual(sum(back.fee_ids.mapped("amount")), 0.0)
        self.assertEqual(sum((order.order_line - goods).mapped("price_total")), 0.0)
        rest = order.picking_ids.filtered(lambda known: known.state != "done")
        rest.move_ids.write({"quantity": 1.0, "picked": True})
        rest._action_done()
        bill = order._create_invoices()
        self.assertAlmostEqual(bill.amount_total, 35.99 - 5.5, 2)
        clerk = new_test_user(
            self.env, "fee_clerk", "base.group_user,account.group_account_invoice"
        )
        bill.with_user(clerk).action_post()
        self.assertEqual(bill.state, "posted")

    def test_what_was_paid_in_advance_goes_back_less_the_fee_that_is_billed(self):
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "False")
        self.company.returns_payment_proof = "booked"
        self._charge(("return_shipping", 5.0))
        order = self._sell([(self.shirt, 1.0)], until="delivered")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": 60.0,
            }
        )
        payment.action_post()
        back = self._back(order)
        row = back.settlement_ids.filtered(lambda known: known.kind == "prepaid")
        self.assertEqual((row.amount, back.amount_settled), (54.5, 54.5))
        bill = self._invoice(order)
        self.assertEqual(bill.amount_total, 5.5)
        (bill | payment.move_id).line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        ).reconcile()
        self.assertEqual((bill.payment_state, row.open_amount), ("paid", 54.5))

    def test_a_fee_without_a_product_is_told_and_not_charged(self):
        version = self._charge(("handling", 5.0))
        self.assertFalse(version.told_only)
        self.company.returns_fee_handling_id = False
        back = self._back()
        self.assertEqual((back.amount_fees, back.fee_ids.ids), (0.0, []))
        gaps = self.env["returns.setup.gap"].search(
            [("code", "=", "fee_product"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual(gaps.detail, "Handling")
        self.assertIn("until then the fee is not charged", gaps.way)
        product = self.env.ref("returns_governance.product_fee_handling")
        self.company.returns_fee_handling_id = product
        product.taxes_id = False
        self.company.account_sale_tax_id = self.tax
        self.env.invalidate_all()
        codes = self.env["returns.setup.gap"].search(
            [("kind", "=", "finance"), ("res_id", "=", product.id)]
        )
        self.assertEqual(codes.mapped("code"), ["fee_tax"])

    def test_rows_of_fees_are_the_flows_alone(self):
        self._charge(("return_shipping", 5.0))
        fee = self._back().fee_ids
        self.assertTrue(fee.with_user(self.users["auditor"]).read(["amount"]))
        for user in (self.users["finance"], self.env.user):
            with self.assertRaisesRegex(UserError, "APPEND_ONLY"):
                fee.with_user(user).write({"amount": 0.0})
        self.assertEqual(
            fee.with_user(self.users["agent"]).search([("id", "=", fee.id)]), fee
        )
        other = self.env["returns.channel"].create({"code": "x", "name": "X"})
        self.users["agent"].returns_channel_ids = other
        self.assertFalse(
            fee.with_user(self.users["agent"]).search([("id", "=", fee.id)])
        )
