from odoo import Command
from odoo.tests import tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestSettleTaxes(ReturnsCommon):
    """Whatever taxes and roundings an invoice has, what was paid goes back."""

    def _rounding(self, strategy, **values):
        account = self.env["account.account"].create(
            {
                "name": "Rounding",
                "code": f"ROUND{strategy[:3].upper()}",
                "account_type": "expense",
            }
        )
        return self.env["account.cash.rounding"].create(
            {
                "name": "To five cents",
                "rounding": 0.05,
                "strategy": strategy,
                "profit_account_id": account.id,
                "loss_account_id": account.id,
                "rounding_method": "HALF-UP",
                **values,
            }
        )

    def _sold_rounded(self, rounding, price):
        """Three belts and a shirt on an invoice that is rounded to coins."""
        order = self._sell(
            [(self.belt, 3.0, {"price_unit": price}), (self.shirt, 1.0)],
            until="delivered",
        )
        invoice = order._create_invoices()
        invoice.invoice_cash_rounding_id = rounding
        invoice.action_post()
        self._pay(invoice)
        return order, invoice

    def _taxes(self, moves):
        return {
            tax: sum(items.mapped("amount_currency"))
            for tax, items in moves.line_ids.filtered("tax_line_id")
            .grouped("tax_line_id")
            .items()
        }

    def test_cash_rounding_goes_back_with_the_goods(self):
        # rounded down, and up
        for strategy, prices in (
            ("add_invoice_line", (3.338, 3.343)),
            ("biggest_tax", (3.343,)),
        ):
            rounding = self._rounding(strategy)
            for price in prices:
                with self.subTest(strategy=strategy, price=price):
                    order, invoice = self._sold_rounded(rounding, price)
                    exact = sum(invoice.invoice_line_ids.mapped("price_total"))
                    self.assertNotAlmostEqual(invoice.amount_total, exact, 3)
                    belts, shirt = order.order_line
                    for line, quantity in ((belts, 1.0), (shirt, 1.0), (belts, 2.0)):
                        self._create_return(
                            order, [(line, quantity)], until="inspected"
                        )
                        credits = order.invoice_ids - invoice
                        given = sum(credits.mapped("amount_total"))
                        self.assertLessEqual(
                            invoice.currency_id.compare_amounts(
                                given, invoice.amount_total
                            ),
                            0,
                        )
                    self.assertEqual(set(credits.mapped("state")), {"posted"})
                    self.assertAlmostEqual(given, invoice.amount_total, 2)
                    taxes = self._taxes(credits)
                    for tax, amount in self._taxes(invoice).items():
                        self.assertAlmostEqual(taxes[tax], -amount, 2)
                    # Nothing stays on the account of the rounding either.
                    account = rounding.profit_account_id
                    left = (invoice | credits).line_ids.filtered(
                        lambda item, account=account: item.account_id == account
                    )
                    self.assertAlmostEqual(sum(left.mapped("balance")), 0.0, 2)
                    self.assertEqual(order.invoice_status, "invoiced")
                    self.assertFalse(
                        self.env["returns.exception"].search(
                            [("move_id", "in", credits.ids)]
                        )
                    )

    def test_cash_rounding_beside_a_down_payment_goes_with_the_goods(self):
        rounding = self._rounding("biggest_tax")
        order = self._sell([(self.belt, 5.0, {"price_unit": 16.02})], until="confirmed")
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": 30,
            }
        ).create_invoices()
        order.invoice_ids.action_post()
        self._deliver(order)
        final = order._create_invoices(final=True)
        final.invoice_cash_rounding_id = rounding
        final.action_post()
        bills = order.invoice_ids
        self._pay(bills)
        belts = order.order_line.filtered("product_id.is_storable")
        for quantity in (2.0, 1.0, 2.0):
            self._create_return(order, [(belts, quantity)], until="inspected")
        credits = order.invoice_ids - bills
        self.assertAlmostEqual(
            sum(credits.mapped("amount_total")), sum(bills.mapped("amount_total")), 2
        )
        credited, billed = self._taxes(credits), self._taxes(bills)
        self.assertAlmostEqual(credited[self.tax], -billed[self.tax], 2)

    def _on_payment(self):
        """A tax that is due when the invoice is paid."""
        self.company.tax_exigibility = True
        Account = self.env["account.account"]
        waiting, due = (
            Account.create(
                {
                    "name": name,
                    "code": code,
                    "account_type": "liability_current",
                    "reconcile": True,
                }
            )
            for name, code in (("Tax waiting", "CABAW"), ("Tax due", "CABAD"))
        )
        tax = self.tax.copy(
            {
                "name": "On payment 20%",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": waiting.id,
            }
        )
        for lines in (
            tax.invoice_repartition_line_ids,
            tax.refund_repartition_line_ids,
        ):
            lines.filtered(lambda row: row.repartition_type == "tax").account_id = due
        return tax, waiting, due

    def test_a_cash_basis_tax_ends_where_it_began(self):
        tax, waiting, due = self._on_payment()
        for until in ("invoiced", "paid"):
            with self.subTest(until=until):
                order = self._sell(
                    [(self.shirt, 2.0, {"tax_ids": [Command.set(tax.ids)]})],
                    until=until,
                )
                invoice = order.invoice_ids
                for quantity in (1.0, 1.0):
                    back = self._create_return(
                        order, [(order.order_line, quantity)], until="inspected"
                    )
                    credit = back.settlement_ids.move_id
                    self.assertAlmostEqual(credit.amount_tax, 10.0, 2)
                    self.assertEqual(credit.invoice_line_ids.tax_ids, tax)
                    if until == "paid":
                        self._pay(credit)
                moves = order.invoice_ids
                moves |= self.env["account.move"].search(
                    [("tax_cash_basis_origin_move_id", "in", moves.ids)]
                )
                for move in moves:
                    self.assertAlmostEqual(sum(move.line_ids.mapped("balance")), 0.0)
                for account in (waiting, due):
                    items = moves.line_ids.filtered(
                        lambda item, account=account: item.account_id == account
                    )
                    self.assertTrue(items)
                    self.assertAlmostEqual(sum(items.mapped("balance")), 0.0, 2)
                self.assertAlmostEqual(invoice.amount_residual, 0.0, 2)

    def test_a_tax_on_a_tax_and_a_fixed_one_go_back_to_the_cent(self):
        """A fee per piece in the price, a tax on both, and one beside it."""
        base = {"type_tax_use": "sale", "company_id": self.company.id}
        recycling, duty, city = self.env["account.tax"].create(
            [
                {
                    **base,
                    "name": "Recycling",
                    "amount_type": "fixed",
                    "amount": 0.35,
                    "include_base_amount": True,
                    "sequence": 1,
                },
                {
                    **base,
                    "name": "Duty 19% included",
                    "amount_type": "percent",
                    "amount": 19.0,
                    "price_include_override": "tax_included",
                    "sequence": 2,
                },
                {
                    **base,
                    "name": "City 1.5%",
                    "amount_type": "percent",
                    "amount": 1.5,
                    "sequence": 3,
                },
            ]
        )
        taxes = recycling | duty | city
        order = self._sell(
            [
                (self.belt, 3.0, {"tax_ids": [Command.set(taxes.ids)]}),
                (self.shirt, 2.0, {"discount": 12.5}),
            ]
        )
        invoice = order.invoice_ids
        belts, shirts = order.order_line
        for line, quantity in (
            (belts, 2.0),
            (shirts, 1.0),
            (belts, 1.0),
            (shirts, 1.0),
        ):
            self._create_return(order, [(line, quantity)], until="inspected")
        credits = order.invoice_ids - invoice
        self.assertAlmostEqual(
            sum(credits.mapped("amount_total")), invoice.amount_total, 2
        )
        found = self._taxes(credits)
        for tax, amount in self._taxes(invoice).items():
            self.assertAlmostEqual(found[tax], -amount, 2, tax.name)

    def test_a_discount_is_taken_from_the_goods_with_its_taxes(self):
        """A discount on goods with one tax does not touch those with another."""
        recycling = self.env["account.tax"].create(
            {
                "name": "Recycling",
                "type_tax_use": "sale",
                "amount_type": "fixed",
                "amount": 0.35,
            }
        )
        reduced = self.tax.copy({"name": "Reduced 7%", "amount": 7.0})
        order = self._sell(
            [
                (self.belt, 2.0, {"tax_ids": [Command.set((reduced | recycling).ids)]}),
                (self.shirt, 1.0),
            ],
            until="confirmed",
        )
        self._discount(order, 0.1)
        self._deliver(order)
        invoice = self._invoice(order)
        back = self._create_return(
            order, [(order.order_line[1], 1.0)], until="inspected"
        )
        credit = back.settlement_ids.move_id
        self.assertAlmostEqual(credit.amount_untaxed, 45.0, 2)
        self.assertAlmostEqual(credit.amount_tax, 9.0, 2)
        self._create_return(order, [(order.order_line[0], 2.0)], until="inspected")
        credits = order.invoice_ids - invoice
        found = self._taxes(credits)
        for tax, amount in self._taxes(invoice).items():
            self.assertAlmostEqual(found[tax], -amount, 2, tax.name)

    def test_the_items_of_a_combo_have_their_share_of_its_price(self):
        combos = self.env["product.combo"].create(
            [
                {
                    "name": name,
                    "combo_item_ids": [
                        Command.create({"product_id": product.id, "extra_price": extra})
                    ],
                }
                for name, product, extra in (
                    ("Top", self.shirt, 0.0),
                    ("Waist", self.belt, 3.0),
                )
            ]
        )
        outfit = self.env["product.product"].create(
            {
                "name": "Outfit",
                "type": "combo",
                "list_price": 70.0,
                "combo_ids": [Command.set(combos.ids)],
                "taxes_id": False,
            }
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "returns_channel_id": self.web.id,
                "order_line": [Command.create({"product_id": outfit.id})],
            }
        )
        parent = order.order_line
        order.order_line = [
            Command.create(
                {
                    "product_id": combo.combo_item_ids.product_id.id,
                    "product_uom_qty": 1.0,
                    "combo_item_id": combo.combo_item_ids.id,
                    "linked_line_id": parent.id,
                }
            )
            for combo in combos
        ]
        order.action_confirm()
        self._deliver(order)
        invoice = self._invoice(order)
        self.assertAlmostEqual(invoice.amount_untaxed, 73.0, 2)
        items = order.order_line - parent
        back = self._create_return(order, [(items[0], 1.0)], until="inspected")
        share = invoice.invoice_line_ids.filtered(
            lambda item: items[0] in item.sale_line_ids
        )
        self.assertAlmostEqual(back.amount_settled, share.price_total, 2)
        self._create_return(order, [(items[1], 1.0)], until="inspected")
        credits = order.invoice_ids - invoice
        self.assertAlmostEqual(
            sum(credits.mapped("amount_total")), invoice.amount_total, 2
        )
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0.0] * 3)
