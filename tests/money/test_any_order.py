"""Over any order and any sequence of partial returns, never a cent too much.

And when everything has come back, exactly what was billed is credited, net and tax by
tax.
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
}
LINE = st.fixed_dictionaries(
    {
        "quantity": st.integers(1, 5),
        # below what waits for an approval
        "cents": st.integers(1, 2_300),
        "discount": st.sampled_from([0.0, 0.0, 10.0, 12.5, 33.33]),
        "taxes": st.sampled_from(
            [(), ("20",), ("7 included",), ("19", "0.35 each"), ("20", "19")]
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
            ]
        ),
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
        cls.things = [
            cls._make_product(f"Thing {number}", 1.0, 0.5) for number in range(3)
        ]

    def _order(self, plan):
        """An order as planned: sold, delivered, billed and perhaps paid."""
        self.company.tax_calculation_rounding_method = plan["rounding"]
        order = self._sell(
            [
                (
                    product,
                    line["quantity"],
                    {
                        "price_unit": line["cents"] / 100,
                        "discount": line["discount"],
                        "tax_ids": [
                            Command.set([self.taxes[tax].id for tax in line["taxes"]])
                        ],
                    },
                )
                for product, line in zip(self.things, plan["lines"], strict=False)
            ],
            until="confirmed",
            **({"pricelist_id": self.abroad.id} if plan["way"] == "abroad" else {}),
        )
        if plan["way"] == "order discount":
            self.env["sale.order.discount"].create(
                {
                    "sale_order_id": order.id,
                    "discount_type": "so_discount",
                    "discount_percentage": 0.1,
                }
            ).action_apply_discount()
        if plan["way"] == "down payment":
            self._bill(order, "percentage", amount=30)
        self._deliver(order)
        if plan["way"] == "two invoices":
            self._bill_one_of_each(order)
        if order.invoice_status == "to invoice":
            self._bill(order, "delivered")
        if plan["paid"]:
            self._pay(order.invoice_ids.filtered("amount_residual"))
        return order

    def _bill(self, order, method, **values):
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": method,
                **values,
            }
        ).create_invoices()
        order.invoice_ids.filtered(lambda move: move.state == "draft").action_post()

    def _bill_one_of_each(self, order):
        """The first invoice of two, for one unit of each line."""
        invoice = order._create_invoices()
        for item in invoice.invoice_line_ids:
            item.quantity = 1.0
        invoice.action_post()

    def _come_back(self, order, sizes):
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
            yield self._create_return(order, list(counts.items()), until="inspected")

    def _sums(self, moves):
        """What documents bill or credit: {net, total, or a tax: amount}."""
        sums = defaultdict(float)
        for move in moves:
            for item in move.line_ids:
                amount = item.amount_currency * move.direction_sign
                if item.tax_line_id:
                    sums[f"tax {item.tax_line_id.name}"] += amount
                elif item.display_type == "product":
                    sums["net"] += amount
            sums["total"] += move.amount_total
        return sums

    @settings(max_examples=40, **QUIET)
    @given(ORDER)
    def test_in_whatever_parts_it_comes_back(self, plan):
        with self.env.cr.savepoint() as savepoint:
            self._check(plan)
            savepoint.rollback()
        self.env.invalidate_all()

    def _check(self, plan):
        order = self._order(plan)
        bills = order.invoice_ids
        billed = self._sums(bills)
        currency = order.currency_id
        credited = {}
        for _back in self._come_back(order, plan["parts"]):
            credited = self._sums(
                order.invoice_ids.filtered(
                    lambda move: (
                        move.move_type == "out_refund" and move.state == "posted"
                    )
                )
            )
            for what, amount in credited.items():
                self.assertLessEqual(
                    currency.compare_amounts(amount, billed[what]), 0, (what, plan)
                )
        self.assertEqual(
            {what: currency.round(amount) for what, amount in credited.items()},
            {what: currency.round(amount) for what, amount in billed.items()},
        )
