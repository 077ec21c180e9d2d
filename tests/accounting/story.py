"""The story behind ``docs/accounting.md``: a shirt is sold, comes back, and goes on.

A step is an event: its title, what is told of it, and what a clerk does. To show what
another event books, add a step to ``STEPS`` and run ``bin/accounting``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from odoo.exceptions import UserError

from accounting.books import Books, BooksWay, Told

COST, PRICE = 30.0, 100.0


@dataclass(frozen=True)
class Step:
    """An event of the story."""

    title: str
    words: str
    tell: Callable


class Story:
    """A company on its way through the steps, in one kind of valuation."""

    def __init__(self, env, clock, valuation):
        self.env = env
        self.shop = Books(env, clock, valuation)
        self.way = BooksWay(self.shop)
        self.shirt = self.shop.product()
        self._set_up_value()
        self._set_up_outlet()
        self.line = self.back = self.second = None
        self.shop.begin()

    def _set_up_value(self):
        """Used goods bring 30 % of the price less 12, those to be destroyed nothing."""
        refer = self.env.ref
        env = self.env["returns.write.down.rule"]
        env.create(
            [
                {
                    "condition_id": refer("returns_governance.condition_c").id,
                    "percent": 30.0,
                    "selling_cost": 12.0,
                },
                {
                    "disposition_id": refer(
                        "returns_governance.disposition_destroy"
                    ).id,
                    "basis": "fixed",
                },
            ]
        )
        self.loss = self.env["stock.location"].search(
            [
                ("usage", "=", "inventory"),
                ("company_id", "=", self.shop.company.id),
            ],
            limit=1,
        )
        self.loss.valuation_account_id = self.env["account.account"].create(
            {"name": "Losses of stock", "code": "619900", "account_type": "expense"}
        )
        self.tax = self.env["account.tax"].create(
            {"name": "Tax 20 %", "amount": 20.0, "type_tax_use": "sale"}
        )
        received = self.env["account.account"].search(
            [("name", "=", "Tax Received")], limit=1
        )
        for lines in (
            self.tax.invoice_repartition_line_ids,
            self.tax.refund_repartition_line_ids,
        ):
            lines.filtered(lambda x: x.repartition_type == "tax").account_id = received

    def _set_up_outlet(self):
        """A place of its own, from which goods that were written down are sold."""
        states = self.env["inventory.state"]
        outlet = states.create({"name": "Outlet", "code": "outlet", "available": True})
        self.outlet = self.env["stock.location"].create(
            {
                "name": "Outlet",
                "location_id": self.shop.warehouse.view_location_id.id,
                "state_id": outlet.id,
            }
        )
        pairs = (
            (states._get_by_code("refurbish"), outlet),
            (outlet, states._get_by_code("outside")),
        )
        for source, dest in pairs:
            self.env["inventory.state.transition"]._permitted().create(
                {"state_id": source.id, "state_dest_id": dest.id}
            )

    def tell(self):
        """All steps; what each of them booked.

        :rtype: list[Told]
        """
        told = []
        for step in STEPS:
            self.shop.clock.tick()
            step.tell(self)
            items = self.shop.booked()
            told.append(Told(step.title, items, self.shop.stands(self.shirt)))
        return told

    # --- what a clerk does ----------------------------------------------------------
    def move(self, place, dest, quantity=1.0):
        """A transfer by hand; not done where it waits for an approval."""
        move = self.env["stock.move"].create(
            {
                "product_id": self.shirt.id,
                "product_uom_qty": quantity,
                "location_id": place.id,
                "location_dest_id": dest.id,
                "state_reason": "The story",
                "origin": "The story",
                "picked": True,
                "move_line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.shirt.id,
                            "quantity": quantity,
                            "location_id": place.id,
                            "location_dest_id": dest.id,
                            "picked": True,
                        },
                    )
                ],
            }
        )
        return move

    def place_of(self, disposition):
        """Where the warehouse keeps goods of a disposition."""
        kind = self.env.ref(f"returns_governance.disposition_{disposition}")
        warehouse = self.shop.warehouse
        return warehouse._get_disposition_places(kind)[warehouse, kind]

    def buy(self):
        """10 at 30, with the vendor's bill."""
        self.shop.buy(self.shirt, 10, COST)
        self.shop.clock.tick()
        order = (
            self.env["purchase.order.line"]
            .search([("product_id", "=", self.shirt.id)])
            .order_id
        )
        order.action_create_invoice()
        order.invoice_ids.invoice_date = self.shop.today()
        order.invoice_ids.action_post()

    def sell(self):
        """3 of them."""
        self.line = self.shop.sell(
            self.shirt, 3, price_unit=PRICE, tax_ids=self.tax.ids
        )
        self.shop.deliver(self.line)

    def bill_customer(self):
        """The invoice."""
        self.shop.invoice(self.line)

    def customer_pays(self):
        """All of it."""
        self.shop.pay(self.line.invoice_lines.move_id)

    def close(self):
        """The closing of the stock; in order already where nothing is missing."""
        self.shop.clock.tick()
        try:
            with self.env.cr.savepoint():
                self.shop.company.action_close_stock_valuation(auto_post=True)
        except UserError as error:
            assert "correctly closed" in str(error), error

    def request(self):
        """All three."""
        self.back = self.way.announce(self.line, 3)

    def receive(self):
        """They arrive."""
        self.way.arrive(self.back)

    def inspect(self):
        """One as new, one used, one beyond repair; the refund is released."""
        self.shop.company.returns_posting = "draft"
        self.way.find(self.back, [(1, "A", None), (1, "C", None), (1, "D", "destroy")])

    def write_down(self):
        """Finance posts what was found to bring less than it cost."""
        rows = self.env["returns.write.down"].search(
            [("order_id", "=", self.back.record.id)]
        )
        rows.with_user(self.way.orders.env.user).action_post()
        self.shop.company.returns_posting = "call"

    def credit(self):
        """The credit note is posted."""
        credit = self.back.record.settlement_ids.move_id
        credit.with_user(self.way.orders.env.user).action_post()

    def pay_out(self):
        """The money goes back."""
        self.shop.pay(self.back.record.settlement_ids.move_id)

    def to_outlet(self):
        """The used one goes to the outlet."""
        self.move(self.place_of("refurbish"), self.outlet)._action_done()

    def sell_outlet(self):
        """And is sold there for 60."""
        self.second = self.shop.sell(
            self.shirt, 1, price_unit=60.0, tax_ids=self.tax.ids
        )
        move = self.second.move_ids
        move.move_line_ids.unlink()
        move.location_id = self.outlet
        self.shop.deliver(self.second)
        self.shop.invoice(self.second)

    def write_off(self):
        """The burnt one is taken out of the house, after a second person said yes."""
        move = self.move(self.place_of("destroy"), self.loss)
        self.env["inventory.role.approval"]._ask(move)
        approval = self.env["returns.approval"].search(
            [("stock_move_id", "=", move.id)]
        )
        approval.with_user(self.way.orders.env.user).action_approve()
        self.shop.clock.tick()
        move._action_done()


STEPS = (
    Step(
        "Bought",
        "Ten shirts come in at 30.00, and the vendor's bill is posted.",
        Story.buy,
    ),
    Step(
        "Sold and delivered",
        "Three leave. A delivery books nothing in either kind of valuation; the value "
        "of the move (3 x 30.00) is what comes back later.",
        Story.sell,
    ),
    Step(
        "Invoiced",
        "3 x 100.00 and 20 % tax. Perpetual valuation books the cost of the goods with "
        "the invoice.",
        Story.bill_customer,
    ),
    Step("Paid", "The customer pays.", Story.customer_pays),
    Step(
        "Closing of the first month",
        "Periodic valuation brings the stock account to what lies on the shelf. "
        "Perpetual valuation has nothing to correct.",
        Story.close,
    ),
    Step(
        "Return requested and authorised",
        "A permission is no event of the books.",
        Story.request,
    ),
    Step(
        "Received",
        "The shirts are under inspection: not for sale, and the company's again, at "
        "the 30.00 at which each left. The shelf is worth more at once, the books "
        "follow with the credit note, or with the closing.",
        Story.receive,
    ),
    Step(
        "Inspected and routed",
        "One is as new and restocked, one was used and is to be refurbished, one is "
        "beyond repair and to be destroyed. Goods that change their state inside the "
        "company change no value.",
        Story.inspect,
    ),
    Step(
        "Written down",
        "By the table *What goods bring* the used one brings 30 % of 100.00 less 12.00 "
        "to sell, so 12.00 are written down; the one to be destroyed brings nothing: "
        "30.00. The allowance is an account of its own, so that the good shirts keep "
        "their cost and the closing finds nothing to correct. Above the limit of the "
        "table of authority a second person approves first.",
        Story.write_down,
    ),
    Step(
        "Credit note",
        "At the rate of the invoice, and reconciled with it. Perpetual valuation takes "
        "back the cost of just the goods that came back.",
        Story.credit,
    ),
    Step("Paid out", "The money goes back.", Story.pay_out),
    Step(
        "Moved to the outlet",
        "The used shirt goes to a place of its own from which it is sold. Its "
        "allowance goes along, without an entry.",
        Story.to_outlet,
    ),
    Step(
        "Sale of the written-down unit",
        "For 60.00 and tax. It leaves at its full cost, and its allowance is reversed: "
        "together they are the 18.00 that it was carried at.",
        Story.sell_outlet,
    ),
    Step(
        "Write-off",
        "The shirt that is beyond repair leaves the house, after a second person has "
        "approved it. The allowance is reversed. Perpetual valuation books the loss "
        "with the move, on the account of the place it goes to; periodic valuation "
        "with the closing.",
        Story.write_off,
    ),
    Step(
        "Closing of the second month",
        "Eight shirts are left: 8 x 30.00 on the shelf and on the stock account, and "
        "no allowance.",
        Story.close,
    ),
)
