"""The law on the money of a withdrawal, named by its articles; no legal advice."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .law_common import LawCommon


@tagged("post_install", "-at_install")
class TestLawMoney(LawCommon):
    """Directive 2011/83/EU, Arts 13 and 14, on what is paid back and what is kept."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.carrier = cls.env["delivery.carrier"].create(
            {
                "name": "Express",
                "fixed_price": 20.0,
                "product_id": cls.env["product.product"]
                .create(
                    {
                        "name": "Express delivery",
                        "type": "service",
                        "taxes_id": [Command.set(cls.tax.ids)],
                        "invoice_policy": "order",
                    }
                )
                .id,
            }
        )

    def _terms(self, informed="yes", costs="yes", **rule):
        """Used goods lose 30 %, opened ones 10 %; sending back costs 4.90."""
        self._publish(
            {
                "code": "rule",
                "release": "inspection",
                "fee": "charged",
                "fee_ids": [
                    Command.create({"kind": "return_shipping", "amount": 4.9}),
                    Command.create({"kind": "restocking", "amount": 10.0}),
                ],
                "deduction_ids": [
                    Command.create({"condition_id": self.grade_b.id, "percent": 10}),
                    Command.create({"condition_id": self.grade_c.id, "percent": 30}),
                ],
                **rule,
            }
        )
        self.web.write({"withdrawal_informed": informed, "costs_informed": costs})

    def _withdraw(self, order=None, until="inspected", grade=None, **values):
        values.setdefault("withdrawal", True)
        order = order or self._sell([(self.shirt, 2.0)])
        goods = order.order_line.filtered(lambda line: not line.is_delivery)
        lines = [(line, line.product_uom_qty) for line in goods]
        return self._create_return(order, lines, until=until, grade=grade, **values)

    def _by_express(self):
        """An order that went by express, for 20 net."""
        order = self._sell([(self.shirt, 2.0)], until="confirmed")
        order.set_delivery_line(self.carrier, 20.0)
        self._deliver(order)
        self._invoice(order)
        return order

    # --- Art 13: everything, in time, the standard delivery -------------------------
    def test_art_13_1_due_fourteen_days_after_the_notice(self):
        notice = fields.Datetime.now() - timedelta(days=2)
        back = self._withdraw(until="requested", requested_at=notice)
        self.assertEqual(back.refund_due_date, notice.date() + timedelta(days=14))

    def test_art_13_2_an_express_surcharge_is_not_refunded(self):
        self.carrier.write({"returns_express": True, "returns_standard_price": 5.0})
        back = self._withdraw(self._by_express())
        self.assertAlmostEqual(back.amount_delivery, 6.0, 2)
        self.assertAlmostEqual(back.amount_settled, 126.0, 2)
        delivery = back.settlement_ids.line_ids.filtered(lambda row: not row.line_id)
        self.assertAlmostEqual(delivery.amount_net, 5.0, 2)
        # The surcharge is neither billed again nor given back later.
        line = delivery.sale_line_id
        self.assertEqual((line.qty_to_invoice, line.invoice_status), (0.0, "invoiced"))
        self.assertFalse(back.credit_move_ids.filtered(lambda m: m.state != "posted"))

    def test_art_13_2_the_whole_standard_delivery_is_refunded(self):
        back = self._withdraw(self._by_express())
        self.assertAlmostEqual(back.amount_delivery, 24.0, 2)

    def test_art_13_2_free_standard_delivery_leaves_nothing_of_the_express(self):
        self.carrier.write({"returns_express": True, "returns_standard_price": 0.0})
        order = self._by_express()
        request = self._request(
            order,
            [(order.order_line[0], 2.0)],
            withdrawal=True,
            requested_at=fields.Datetime.now(),
        )
        told = self.env["returns.api.preview"]._of(request)["money"]["due"]
        back = self._withdraw(order)
        self.assertAlmostEqual(back.amount_settled, 120.0, 2)
        self.assertAlmostEqual(told, 120.0, 2)

    def test_art_13_3_a_carrier_scan_ends_the_right_to_wait(self):
        back = self._withdraw(until="requested")
        self.assertEqual(back.money_state, "held")
        self._step("label", "agent")._scan(
            back.parcel_ids.with_user(self.users["agent"]),
            {"status": "accepted", "occurred_at": fields.Datetime.now()},
        )
        self.assertAlmostEqual(back.amount_released, 120.0, 2)

    # --- Art 14: the value that is lost, the cost of sending back -------------------
    def test_art_14_2_a_deduction_needs_excess_handling_and_the_information(self):
        self._terms(costs="no")
        for told, grade, expected in (
            ("yes", self.grade_c, 84.0),  # used, and told
            ("yes", self.grade_b, 120.0),  # opened only: it may be looked at
            ("no", self.grade_c, 120.0),
            (False, self.grade_c, 120.0),
        ):
            with self.subTest(told=told, grade=grade.code):
                self.web.withdrawal_informed = told
                back = self._withdraw(grade=grade)
                self.assertAlmostEqual(back.amount_due, expected, 2)
                self.assertAlmostEqual(back.amount_settled, expected, 2)
                credit = back.settlement_ids.move_id
                self.assertAlmostEqual(credit.amount_total, expected, 2)
                self.assertFalse(back.line_ids.decision_id.outcomes["deductions"])

    def test_art_14_2_units_of_one_line_are_judged_one_by_one(self):
        self._terms(costs="no")
        back = self._withdraw(until="received")
        line = back.line_ids
        self._inspect(back, self.grade_c, {line: 1.0})
        self._inspect(back, self.grade_b, {line: 1.0})
        self.assertAlmostEqual(back.amount_settled, 60.0 * 0.7 + 60.0, 2)

    def test_art_14_2_what_is_no_withdrawal_is_deducted_as_the_policy_says(self):
        self._terms(fee="none", fee_ids=[])
        back = self._withdraw(withdrawal=False, grade=self.grade_b)
        self.assertAlmostEqual(back.amount_settled, 108.0, 2)

    def test_art_14_2_the_goods_may_be_looked_at_but_not_beyond_the_due_day(self):
        self._terms(costs="no")
        back = self._withdraw(until="received")
        self.assertEqual(back.money_state, "held")
        held = self.env["returns.step.settle"]._held_because(back)[back]
        self.assertEqual(held, ["awaiting_inspection"])
        late = self._withdraw(
            self._delivered_before(20),
            until="received",
            requested_at=fields.Datetime.now() - timedelta(days=14),
        )
        self.assertAlmostEqual(late.amount_settled, 120.0, 2)

    def test_art_14_2_what_waited_is_paid_on_the_due_day(self):
        self._terms(costs="no")
        back = self._withdraw(until="received")
        self.assertFalse(back.settlement_ids)
        back._machine_write({"refund_due_date": fields.Date.today()})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE returns_order SET requested_at = requested_at - interval '14 days'"
            " WHERE id = %s",
            [back.id],
        )
        self.env.invalidate_all()
        self.env["returns.exception"]._find_overdue()
        self.assertAlmostEqual(back.amount_settled, 120.0, 2)

    def test_art_14_1_sending_back_costs_only_who_was_told(self):
        self._terms()
        for costs, fees in (("yes", 4.9), ("no", 0.0), (False, 0.0)):
            with self.subTest(costs=costs):
                self.web.costs_informed = costs
                back = self._withdraw()
                self.assertAlmostEqual(
                    sum(back.fee_ids.mapped("amount_net")), fees, 2
                )
                # Art 14(5): no other fee, whatever the policy has.
                self.assertFalse(
                    back.fee_ids.filtered(lambda row: row.kind != "return_shipping")
                )

    def test_art_14_1_2019_771_a_defect_costs_no_fee(self):
        self._terms()
        order = self._sell([(self.shirt, 2.0)])
        lines = [(order.order_line, 2.0, {"reason": self._reason("defective")})]
        back = self._create_return(order, lines, until="inspected")
        self.assertFalse(back.fee_ids)
        self.assertAlmostEqual(back.amount_settled, 120.0, 2)

    def _delivered_before(self, days):
        order = self._sell([(self.shirt, 2.0)])
        self._delivered(order, days)
        return order

    # --- VAT ------------------------------------------------------------------------
    def test_vat_directive_art_90_the_rate_of_the_sale_is_credited(self):
        """The credit note keeps rate and country of the sale, and names the invoice.

        Sold to France under the one-stop shop at 20 %; the rate has changed since, and
        so have the fiscal position and the product's tax.
        """
        france = self.tax.copy({"name": "FR 20%", "amount": 20.0})
        home = self.tax.copy({"name": "DE 19%", "amount": 19.0})
        position = self.env["account.fiscal.position"].create({"name": "OSS France"})
        france.write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(home.ids)],
            }
        )
        self.shirt.taxes_id = home
        order = self._sell([(self.shirt, 2.0)], fiscal_position_id=position.id)
        invoice = order.invoice_ids
        self.assertEqual(invoice.invoice_line_ids.tax_ids, france)
        france.amount = 21.0
        self.shirt.taxes_id = self.tax
        order.fiscal_position_id = False
        back = self._create_return(
            order, [(order.order_line, 1.0)], until="inspected", withdrawal=True
        )
        credit = back.settlement_ids.move_id
        self.assertEqual(credit.fiscal_position_id, position)
        self.assertEqual(credit.invoice_line_ids.tax_ids, france)
        self.assertAlmostEqual(credit.amount_tax, 10.0, 2)
        self.assertEqual(credit.reversed_entry_id, invoice)
        self.assertIn(invoice.name, credit.ref)
