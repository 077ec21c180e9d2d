"""The story behind ``docs/accounting.md``: a shirt is sold, comes back, and goes on.

A step is an event: its title, what is told of it, and what a clerk does. To show what
another event books, add a step to ``STEPS`` here, or in ``more.py`` for a return by
itself, and run ``bin/accounting``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from odoo import fields
from odoo.exceptions import UserError

from accounting.books import Books, BooksWay, Told
from accounting.offers import Offers

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
        self.offers = Offers(self.shop, self.tax)
        self.coat = self.shop.product(list_price=150.0, taxes_id=self.tax.ids)
        self.goods = self.shirt | self.coat
        self.later = []
        self.line = self.back = self.second = None
        self.worn = self.kept = None
        self._set_up_sister()
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

    def _set_up_sister(self):
        """Another company of the same owner, B."""
        # Addons can be imported when Odoo has started.
        from odoo.addons.returns_governance.tests.sister import make_sister

        self.sister, self.there = make_sister(self.env, "B")
        self.shop.companies |= self.sister

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

    def tell(self, steps):
        """These steps; what each of them booked.

        :rtype: list[Told]
        """
        told = []
        for step in steps:
            self.shop.clock.tick()
            step.tell(self)
            items = self.shop.booked()
            told.append(Told(step.title, items, self.shop.stands(self.goods)))
        return told

    # --- what a clerk does ----------------------------------------------------------
    def move(self, place, dest, quantity=1.0, product=None):
        """A transfer by hand; not done where it waits for an approval."""
        product = product or self.shirt
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
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
                            "product_id": product.id,
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
        self._buy(self.shirt, 10, COST)

    def _buy(self, product, quantity, cost):
        self.shop.buy(product, quantity, cost)
        self.shop.clock.tick()
        order = (
            self.env["purchase.order.line"]
            .search([("product_id", "=", product.id)])
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

    def measure_lower(self):
        """Used goods bring less now: the allowances follow."""
        self._measure(24.0)

    def measure_higher(self):
        """And more again."""
        self._measure(30.0)

    def _measure(self, percent):
        rules = self.env["returns.write.down.rule"]
        rules.search([("condition_id.code", "=", "C")]).percent = percent
        rows = self.env["returns.write.down"].search(
            [("order_id", "=", self.back.record.id)]
        )
        rows.with_user(self.way.orders.env.user).action_measure_again()

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
        """And is sold there for 60, and paid."""
        self.second = self.shop.sell(
            self.shirt, 1, price_unit=60.0, tax_ids=self.tax.ids
        )
        move = self.second.move_ids
        move.move_line_ids.unlink()
        move.location_id = self.outlet
        self.shop.ship(self.second)

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

    def sell_more(self):
        """Three orders of a shirt, paid; and a coat to offer for one of them."""
        self._buy(self.coat, 1, 40.0)
        for _number in range(3):
            line = self.shop.sell(self.shirt, 1, price_unit=PRICE, tax_ids=self.tax.ids)
            self.shop.ship(line)
            self.later.append(line)

    def bring_back(self, condition="A", **wish):
        """One of them comes back, and what the customer wants is released."""
        back = self.way.ask(self.later.pop(), self.offers.channel, **wish)
        self.way.arrive(back)
        self.way.find(back, [(1, condition, None)])
        return back.record

    def refund_less_fee(self):
        """The customer pays for the label; the rest goes back."""
        self.offers.publish_fee()
        self.shop.pay(self.bring_back().settlement_ids.move_id)

    def give_credit(self):
        """The customer takes store credit."""
        self.offers.publish_credit()
        self.bring_back(resolution="store_credit")

    def spend_credit(self):
        """The customer buys one more shirt, and the wallet pays for it."""
        line = self.shop.sell(self.shirt, 1, price_unit=PRICE, tax_ids=self.tax.ids)
        program = self.shop.company.returns_credit_program_id
        card = self.env["loyalty.card"].search([("program_id", "=", program.id)])
        line.order_id._apply_program_reward(program.reward_ids, card)
        self.shop.deliver(line)
        self.shop.invoice(line)
        self.later.append(line)

    def give_back_credit(self):
        """It comes back; the wallet that paid for it gets its payment back."""
        self.send_to_card(self.bring_back())

    def send_to_card(self, record):
        """What waits to go back on a card."""
        payout = record.outbox_ids.filtered("card_line_id")
        # As the cron sends it, without its commits.
        payouts, role = self.env["returns.payout"], self.env["returns.payout.voucher"]
        payout._machine_write({"state": "sending"})
        outcome, _message = role._try(payout)
        payouts._finish(payout, outcome)
        role._book(payout)

    def exchange(self):
        """The customer takes the coat, which is sent."""
        self.offers.publish_exchange()
        record = self.bring_back(
            resolution="exchange", exchange_sku=self.coat.default_code
        )
        self.shop.deliver(record.exchange_ids.sale_line_id)

    def pay_difference(self):
        """What the coat costs more."""
        self.shop.pay(
            self.env["sale.order"]
            .search([("order_line.product_id", "=", self.coat.id)])
            .invoice_ids
        )

    def sell_last(self):
        """Two orders of a shirt, paid, for the last events."""
        for _number in range(2):
            line = self.shop.sell(self.shirt, 1, price_unit=PRICE, tax_ids=self.tax.ids)
            self.shop.ship(line)
            self.later.append(line)

    def accrue(self):
        """A shirt that was asked back is still on its way at the month's end."""
        self.offers.publish_deduction()
        self.worn = self.way.ask(self.later.pop(), self.offers.channel)
        self.env.flush_all()
        self.env["returns.fact.refresh"]._rebuild()  # as each night
        accrual = self.env["returns.accrual"].with_user(self.way.orders.env.user)
        end = fields.Date.end_of(fields.Date.to_date(self.shop.today()), "month")
        accrual.create({"date": end}).action_post()

    def deduct(self):
        """It comes back worn, the policy takes 20 % off, the rest is paid out."""
        self.way.arrive(self.worn)
        self.way.find(self.worn, [(1, "B", None)])
        self.shop.pay(self.worn.record.settlement_ids.move_id)

    def take_back(self):
        """Finance takes the refund back."""
        rows = self.worn.record.settlement_ids
        user = self.way.orders.env.user
        step = self.env["returns.step.settle"].with_user(user)
        rows = rows.filtered(lambda row: row.kind == "credit_note").with_user(user)
        step._reverse(rows, "Worn for months, it goes back")

    def send_back(self):
        """The customer pays what he had got, and has his shirt again."""
        rows = self.worn.record.settlement_ids
        self.shop.pay(rows.filtered(lambda row: row.amount < 0).move_id)
        there = self.env.ref("stock.stock_location_customers")
        self.move(self.shop.warehouse.lot_stock_id, there)._action_done()

    def replace(self):
        """A shirt is sent ahead for one that is still with the customer."""
        self.offers.publish_replacement()
        line = self.later.pop()
        self.kept = self.way.ask(line, self.offers.channel, resolution="replacement")
        self.shop.deliver(line)

    def replaced_comes(self):
        """It comes after all."""
        self.way.arrive(self.kept)


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
        "Measured again: they bring less",
        "At a later month end the table says 24 % instead of 30 %: the used one brings "
        "12.00 now. The allowance follows, whether it is the price or the cost that "
        "has changed, with *Measure again* on the list of write-downs or by itself for "
        "the last day of each month.",
        Story.measure_lower,
    ),
    Step(
        "Measured again: they bring more",
        "30 % again: 6.00 are taken back. Never more than was written down (IAS 2 "
        "paragraph 33): goods that bring more than they cost have no allowance left.",
        Story.measure_higher,
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
        "For 60.00 and tax, paid at once. It leaves at its full cost, and its "
        "allowance is reversed: together they are the 18.00 that it was carried at.",
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
        "Three more sold and paid",
        "Three shirts are sold for 100.00 and tax each, in three orders. A coat comes "
        "in at 40.00; it sells for 150.00 and tax. Each of the three shirts comes back "
        "as new in one of the next events.",
        Story.sell_more,
    ),
    Step(
        "Refund with a fee",
        "The policy charges 5.00 for the way back. The fee is a line of the credit "
        "note, with the account and the tax (here 10 %) of its product: 120.00 less "
        "5.50 are paid out.",
        Story.refund_less_fee,
    ),
    Step(
        "Store credit with a bonus",
        "The credit note is the same as for money. An entry of its own pays it: what "
        "was open to the customer is owed as store credit from now on, with the bonus "
        "of 10 % on top, which is an expense of this day. Needs *Returns Loyalty*; "
        "spending the credit lowers what is owed.",
        Story.give_credit,
    ),
    Step(
        "Store credit spent",
        "One more shirt is sold, and the wallet pays for all of it: a line of the "
        "invoice lowers what is owed as store credit. The goods and their tax are "
        "billed in full. A gift card does the same, on the account of its own product.",
        Story.spend_credit,
    ),
    Step(
        "Given back to the wallet",
        "It comes back as new. The credit note is for the goods in full; an entry of "
        "its own pays it: what the wallet had paid is owed to the customer again, on "
        "the account where the invoice had taken it from. No money leaves.",
        Story.give_back_credit,
    ),
    Step(
        "Exchange for dearer goods",
        "Two documents: the credit note for the shirt, and an invoice for the coat. "
        "They are reconciled with each other, without an entry of money: the credit "
        "note is used up, and the difference, 180.00 less 120.00, is open on the "
        "invoice alone. For cheaper goods it is open on the credit note, and paid out.",
        Story.exchange,
    ),
    Step("Difference paid", "The customer pays the rest.", Story.pay_difference),
    Step(
        "Two more sold and paid",
        "Two shirts for 100.00 and tax each, in two orders, for the last events.",
        Story.sell_last,
    ),
    Step(
        "Month end with a return on its way",
        "One of them was asked back and has not come. With the accounts of *Returns "
        "still to come* (IFRS 15, here of Odoo's chart) a person of finance confirms "
        "what is expected: a refund of 100.00 and a shirt that had cost 30.00. The "
        "reversal is posted at once for the first day of the next month, and both "
        "entries stand or leave together. A longer history adds what customers will "
        "ask back by experience.",
        Story.accrue,
    ),
    Step(
        "Refund less a deduction by condition",
        "It comes back worn. The policy takes 20 % off for that condition: 80.00 and "
        "its tax are credited and paid out, the rest stays revenue. The cost is taken "
        "back whole, since the whole shirt is here.",
        Story.deduct,
    ),
    Step(
        "Refund taken back",
        "Finance finds that nothing was owed, and takes the settlement back. The "
        "counter-document has the credit note's lines the other way round, to the "
        "cent of each tax, and books the cost once more: the shirt is the customer's "
        "again. Until it is sent to him the shelf has 30.00 more than the books.",
        Story.take_back,
    ),
    Step(
        "Paid again and sent back",
        "The customer pays the 96.00 that he had got, and has his shirt again. A "
        "delivery books nothing.",
        Story.send_back,
    ),
    Step(
        "Replacement sent ahead",
        "A shirt is sent for another that is still with the customer. No invoice will "
        "ever book its cost: with perpetual valuation it is booked as the shirt "
        "leaves, and stays where nothing comes back. With periodic valuation the "
        "closing finds it.",
        Story.replace,
    ),
    Step(
        "The replaced goods come after all",
        "They come in at the 30.00 at which they had left, and the cost is taken back. "
        "At another cost than the replacement's the difference stays.",
        Story.replaced_comes,
    ),
    Step(
        "Closing of the second month",
        "Six shirts are left: 6 x 30.00 on the shelf and on the stock account, and "
        "no allowance. Nothing is open, and the store credit can be spent.",
        Story.close,
    ),
)
