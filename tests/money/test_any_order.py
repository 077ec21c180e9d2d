"""Over any order and any sequence of partial returns, never a cent too much.

And when everything has come back, exactly what was billed is credited, net and tax by
tax, less the fees of the policy with their own tax; and all money that came in is to be
paid back, whatever of it was billed, less those fees.
"""

from collections import defaultdict

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.common import ReturnsCommon

# The same examples in every run: a test that fails now and then helps nobody.
# None is made smaller after a failure: each takes a second.
QUIET = {
    "derandomize": True,
    "deadline": None,
    "database": None,
    "phases": [Phase.generate],
}
TAXES = {
    "20": {"amount": 20.0, "amount_type": "percent"},
    "7 included": {
        "amount": 7.0,
        "amount_type": "percent",
        "price_include_override": "tax_included",
    },
    "19": {"amount": 19.0, "amount_type": "percent"},
    "0.35 each": {"amount": 0.35, "amount_type": "fixed"},
    "0.10 before 5": {
        "amount": 0.1,
        "amount_type": "fixed",
        "include_base_amount": True,
        "sequence": 0,
    },
    "5 included": {
        "amount": 5.0,
        "amount_type": "percent",
        "price_include_override": "tax_included",
    },
}
# of each return: (kind, amount or percent, mode)
FEES = {
    "percent": (("restocking", 12.5, "percent"),),
    "both": (("restocking", 7.0, "percent"), ("return_shipping", 1.99, "fixed")),
    "greedy": (("handling", 30.0, "fixed"),),
}
LINE = st.fixed_dictionaries(
    {
        "quantity": st.integers(1, 5),
        # below what waits for an approval
        "cents": st.integers(1, 2_300),
        "discount": st.sampled_from([0.0, 0.0, 10.0, 12.5, 33.33]),
        "taxes": st.sampled_from(
            [
                (),
                ("20",),
                ("7 included",),
                ("19", "0.35 each"),
                ("20", "19"),
                ("0.10 before 5", "5 included"),
            ]
        ),
    }
)
ORDER = st.fixed_dictionaries(
    {
        "lines": st.lists(LINE, min_size=1, max_size=3),
        "rounding": st.sampled_from(["round_per_line", "round_globally"]),
        "paid": st.booleans(),
        "way": st.sampled_from(
            [
                "plain",
                "plain",
                "order discount",
                "two invoices",
                "down payment",
                "abroad",
                "billed abroad",
                "billed abroad",
                "combo",
                "early discount",
                "write-off",
                "prepaid",
                "prepaid and down payment",
                "pack",
                "early discount, down payment, order discount, two invoices",
                "abroad, early discount",
            ]
        ),
        # rounding to five cents: by a line, in the biggest tax, or not
        "coins": st.sampled_from([None, None, "add_invoice_line", "biggest_tax"]),
        "fees": st.sampled_from([None, None, *FEES]),
        # the sizes in which it comes back, in turn
        "parts": st.lists(st.integers(1, 4), min_size=1, max_size=4),
    }
)


@tagged("post_install", "-at_install")
class TestAnyOrder(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = {
            name: cls.env["account.tax"].create(
                {"name": f"Tax {name}", "type_tax_use": "sale", **values}
            )
            for name, values in TAXES.items()
        }
        usd = cls.env.ref("base.USD")
        usd.active = True
        cls.other = usd if usd != cls.company.currency_id else cls.env.ref("base.EUR")
        cls.other.active = True
        cls.env["res.currency.rate"].create(
            {"currency_id": cls.other.id, "name": "2020-01-01", "rate": 1.37}
        )
        cls.abroad = cls.env["product.pricelist"].create(
            {"name": "Abroad", "currency_id": cls.other.id}
        )
        cls.company.returns_payment_proof = "booked"
        cls.things = [
            cls._make_product(f"Thing {number}", 1.0, 0.5) for number in range(3)
        ]
        cls._set_up_combo()
        cls._set_up_coins()
        cls._set_up_fees()
        cls._set_up_discounts()
        cls.pack = cls.env.ref("uom.product_uom_pack_6")
        for thing in cls.things:
            thing.uom_ids = [Command.link(cls.pack.id)]
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )

    @classmethod
    def _set_up_discounts(cls):
        cls.loss = cls.env["account.account"].create(
            {"name": "Discounts", "code": "DISC", "account_type": "expense"}
        )
        cls.company.account_journal_early_pay_discount_loss_account_id = cls.loss
        cls.term = cls.env["account.payment.term"].create(
            {
                "name": "2/10",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": "included",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )

    @classmethod
    def _set_up_combo(cls):
        combos = cls.env["product.combo"].create(
            [
                {
                    "name": thing.name,
                    "combo_item_ids": [Command.create({"product_id": thing.id})],
                }
                for thing in cls.things
            ]
        )
        cls.combo = cls.env["product.product"].create(
            {
                "name": "Combo",
                "type": "combo",
                "combo_ids": [Command.set(combos.ids)],
                "taxes_id": [Command.clear()],
            }
        )

    @classmethod
    def _set_up_coins(cls):
        account = cls.env["account.account"].create(
            {"name": "Coins", "code": "COINS", "account_type": "expense"}
        )
        cls.coins = {
            strategy: cls.env["account.cash.rounding"].create(
                {
                    "name": strategy,
                    "rounding": 0.05,
                    "strategy": strategy,
                    "profit_account_id": account.id,
                    "loss_account_id": account.id,
                    "rounding_method": "HALF-UP",
                }
            )
            for strategy in ("add_invoice_line", "biggest_tax")
        }

    @classmethod
    def _set_up_fees(cls):
        tax = cls.tax.copy({"name": "Fees 10%", "amount": 10.0})
        for kind in ("restocking", "return_shipping", "handling"):
            cls.company._returns_fee_product(kind).taxes_id = tax
        cls.channels = {None: cls.web}
        for name, fees in FEES.items():
            channel = cls.env["returns.channel"].create(
                {"code": f"fees_{name}", "name": name}
            )
            policy = cls.env["returns.policy"].create(
                {
                    "code": f"fees_{name}",
                    "name": name,
                    "channel_ids": [Command.set(channel.ids)],
                }
            )
            rows = [
                Command.create({"kind": kind, "amount": amount, "mode": mode})
                for kind, amount, mode in fees
            ]
            cls.env["returns.policy.version"].create(
                {
                    "policy_id": policy.id,
                    "rule_ids": [
                        Command.create(
                            {"code": "all", "fee": "charged", "fee_ids": rows}
                        )
                    ],
                }
            ).action_publish()
            cls.channels[name] = channel

    def _order(self, plan):
        """An order as planned: sold, delivered, billed and perhaps paid."""
        self.company.tax_calculation_rounding_method = plan["rounding"]
        if plan["way"] == "combo":
            order = self._order_of_combo(plan)
        else:
            order = self._order_of_lines(plan)
        if "order discount" in plan["way"]:
            self._discount(order, 0.1)
        if "down payment" in plan["way"]:
            self._bill(order, "percentage", amount=30)
        self._deliver(order)
        if "two invoices" in plan["way"]:
            self._bill_one_of_each(order)
        if order.invoice_status == "to invoice" and "prepaid" not in plan["way"]:
            abroad = plan["way"] == "billed abroad"
            self._bill(order, "delivered", coins=plan["coins"], abroad=abroad)
        if plan["paid"]:
            self._pay_as_planned(order, plan["way"])
        return order

    def _pay_as_planned(self, order, way):
        invoices = order.invoice_ids.filtered("amount_residual")
        if way == "write-off":
            for invoice in invoices:
                self._register(
                    invoice,
                    amount=order.currency_id.round(invoice.amount_residual * 0.7),
                    payment_difference_handling="reconcile",
                    writeoff_account_id=self.loss.id,
                )
        else:
            self._pay(invoices)
        if "prepaid" in way:
            rest = order.amount_total - sum(invoices.mapped("amount_total"))
            self._receive_money(order, rest)

    def _register(self, invoice, **values):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create(values)._create_payments()

    def _receive_money(self, order, amount):
        """The customer pays before anything is billed."""
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": order.partner_id.id,
                "amount": amount,
                "journal_id": self.bank.id,
            }
        ).action_post()

    def _came_in(self, order):
        payments = self.env["account.payment"].search(
            [("partner_id", "=", order.partner_id.id), ("id", ">", self.last_payment)]
        )
        return sum(payments.mapped("amount"))

    def _order_of_lines(self, plan):
        more = {}
        # *Billed abroad* is an order at home, of which the bill alone is abroad.
        if "abroad" in plan["way"] and plan["way"] != "billed abroad":
            more["pricelist_id"] = self.abroad.id
        if "early discount" in plan["way"]:
            more["payment_term_id"] = self.term.id
        pack = plan["way"] == "pack"
        return self._sell(
            [
                (
                    product,
                    1.0 if pack else line["quantity"],
                    {
                        **({"product_uom_id": self.pack.id} if pack else {}),
                        "price_unit": line["cents"] / 100,
                        "discount": line["discount"],
                        "tax_ids": self._tax_command(line),
                    },
                )
                for product, line in zip(self.things, plan["lines"], strict=False)
            ],
            until="confirmed",
            **more,
        )

    def _order_of_combo(self, plan):
        """One combo of the three things, its price shared among them by Odoo."""
        first = plan["lines"][0]
        self.combo.list_price = first["cents"] / 100
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.combo.id,
                            "product_uom_qty": first["quantity"],
                        }
                    )
                ],
            }
        )
        parent = order.order_line
        order.order_line = [
            Command.create(
                {
                    "product_id": combo.combo_item_ids.product_id.id,
                    "product_uom_qty": first["quantity"],
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": parent.id,
                    "tax_ids": self._tax_command(line),
                }
            )
            for combo, line in zip(
                self.combo.combo_ids, (plan["lines"] * 3)[:3], strict=True
            )
        ]
        order.action_confirm()
        return order

    def _tax_command(self, line):
        return [Command.set([self.taxes[tax].id for tax in line["taxes"]])]

    def _bill(self, order, method, coins=None, abroad=False, **values):
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": method,
                **values,
            }
        ).create_invoices()
        drafts = order.invoice_ids.filtered(lambda move: move.state == "draft")
        if abroad:
            # In another currency than the order, at a rate of the shop's own.
            drafts.currency_id = self.other
            for item in drafts.invoice_line_ids:
                item.price_unit = round(item.price_unit * 1.19, 2)
        if coins:
            drafts.invoice_cash_rounding_id = self.coins[coins]
        drafts.action_post()

    def _bill_one_of_each(self, order):
        """The first invoice of two, for one unit of each line."""
        invoice = order._create_invoices()
        for item in invoice.invoice_line_ids:
            item.quantity = 1.0
        invoice.action_post()

    def _come_back_in_units(self, order, sizes, channel):
        """Packs come back as one return, unit by unit in these sizes."""
        lines = [
            (line, 1.0) for line in order.order_line if line.product_id.is_storable
        ]
        back = self._create_return(order, lines, channel=channel)
        left = [line for line in back.line_ids for _unit in range(6)]
        turn = 0
        while left:
            size = sizes[turn % len(sizes)]
            now, left = left[:size], left[size:]
            turn += 1
            counts = defaultdict(float)
            for line in now:
                counts[line] += 1.0
            self._receive(back, counts)
            self._inspect(back, quantities=counts)
            yield back

    def _come_back(self, order, sizes, channel):
        """Return the order in parts of these sizes, to the last unit."""
        left = [
            line
            for line in order.order_line
            if line.product_id.is_storable
            for _unit in range(int(line.product_uom_qty))
        ]
        turn = 0
        while left:
            size = sizes[turn % len(sizes)]
            now, left = left[:size], left[size:]
            turn += 1
            counts = defaultdict(float)
            for line in now:
                counts[line] += 1.0
            yield self._create_return(
                order, list(counts.items()), until="inspected", channel=channel
            )

    def _sums(self, moves):
        """What documents bill or credit: {net, total, or a tax: amount}."""
        sums = defaultdict(float)
        for move in moves:
            for item in move.line_ids:
                amount = item.amount_currency * move.direction_sign
                if item.tax_line_id:
                    sums[f"tax {item.tax_line_id.name}"] += amount
                elif item.display_type in ("product", "rounding"):
                    sums["net"] += amount
            sums["total"] += move.amount_total
        return sums

    def _in_order(self, rows):
        """What returns say of these settlements in the currency of the order, with
        the fees that were taken off."""
        fees = rows.fee_ids._sum_in_order()
        return fees + sum(row._in_order() for row in rows)

    @settings(max_examples=40, **QUIET)
    @given(ORDER)
    def test_in_whatever_parts_it_comes_back(self, plan):
        with self.env.cr.savepoint() as savepoint:
            self._check(plan)
            savepoint.rollback()
        self.env.invalidate_all()

    def _check(self, plan):
        newest = self.env["account.payment"].search([], order="id desc", limit=1)
        self.last_payment = newest.id or 0
        order = self._order(plan)
        bills = order.invoice_ids
        billed = self._sums(bills)
        currency = bills.currency_id or order.currency_id
        billed["net"] += 0.0  # also where nothing was billed
        billed["total"] += 0.0
        credited, fees = {}, self.env["returns.settlement.fee"]
        came, rows = self._came_in(order), self.env["returns.settlement"]
        channel = self.channels[plan["fees"]]
        come_back = self._come_back
        if plan["way"] == "pack":
            come_back = self._come_back_in_units
        for back in come_back(order, plan["parts"], channel):
            fees |= back.fee_ids
            rows |= back.settlement_ids
            out = sum(rows.mapped("open_amount"))
            self.assertLessEqual(currency.compare_amounts(out, came), 0, plan)
            for row in back.settlement_ids:
                self.assertGreaterEqual(row.amount, 0.0, plan)
            credited = self._sums(
                order.invoice_ids.filtered(
                    lambda move: (
                        move.move_type == "out_refund" and move.state == "posted"
                    )
                )
            )
            for what, amount in credited.items():
                self.assertLessEqual(
                    currency.compare_amounts(amount, billed.get(what, 0.0)),
                    0,
                    (what, plan),
                )
            if plan["way"] == "billed abroad":
                left = order.amount_total - self._in_order(rows)
                self.assertGreaterEqual(order.currency_id.round(left), 0.0, plan)
        if plan["way"] == "billed abroad":
            self.assertEqual(
                order.currency_id.round(self._in_order(rows)),
                order.amount_total,
                plan,
            )
        if not plan["fees"]:
            self.assertFalse(fees)
        out = sum(rows.mapped("open_amount"))
        if plan["paid"] and not fees:
            self.assertEqual(currency.compare_amounts(out, came), 0, (out, came, plan))
        # Fees of goods that were never billed are the order's to bill, once.
        with_order = fees.filtered("sale_line_id")
        self.assertAlmostEqual(
            sum(with_order.sale_line_id.mapped("price_total")),
            sum(with_order.mapped("amount")),
            delta=currency.rounding,
            msg=plan,
        )
        fees -= with_order
        credited["net"] += sum(fees.mapped("amount_net"))
        credited["total"] += sum(fees.mapped("amount"))
        credited.pop("tax Fees 10%", None)
        if with_order and plan["way"] == "prepaid and down payment":
            # The down payment stays as far as the order has still to bill the fees.
            kept = billed["total"] - credited["total"]
            self.assertGreaterEqual(currency.compare_amounts(kept, 0.0), 0, plan)
            most = sum(with_order.mapped("amount")) + currency.rounding
            self.assertLessEqual(currency.compare_amounts(kept, most), 0, plan)
            return
        self.assertEqual(
            {what: currency.round(amount) for what, amount in credited.items()},
            {what: currency.round(amount) for what, amount in billed.items()},
            plan,
        )
