"""The worked example of docs/accounting.md, to the cent."""

from golden.shop import Clock

from odoo.tests import TransactionCase, tagged

from accounting import document, more, run
from accounting.offers import OWED
from accounting.whole import STEPS


@tagged("post_install", "-at_install")
class TestAccounting(TransactionCase):
    """The page says what a run gives, and the run is right."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.clock = Clock()
        cls.addClassCleanup(cls.clock.stop)
        cls.told = {way: run.tell(cls.env, cls.clock, way) for way in document.WAYS}

    def test_the_page_tells_what_a_run_gives(self):
        self.assertEqual(
            document.DOCUMENT.read_text(encoding="utf-8"),
            document.render({**self.told, "landed": run.landed()}),
            "docs/accounting.md is out of date: run bin/accounting, and look at what "
            "changed",
        )

    def test_the_books_agree_with_the_shelf_in_the_end(self):
        end = {
            # 6 shirts and 23 hats
            "goods": 180.0 + 230.0,
            "stock account": 410.0,
            "allowance": 0.0,
            "invoices": 0.0,
            "credit notes": 0.0,
            "store credit": 198.0,
        }
        for way, told in self.told.items():
            with self.subTest(valuation=way):
                self.assertEqual(told[-1]["stands"], end)

    def test_perpetual_valuation_is_what_lies_on_the_shelf_after_each_return(self):
        """From the month on in which each event is a return by itself."""
        apart = {
            step.title: told["stands"]["goods"] - told["stands"]["stock account"]
            for step, told in zip(STEPS, self.told["real_time"], strict=True)
            if step in more.STEPS
        }
        # The goods are with the vendor, his credit comes with the next event.
        self.assertEqual(apart.pop("Refunded, and sent to the vendor"), -10.0)
        self.assertEqual(set(apart.values()), {0.0})

    def test_each_event_balances(self):
        for way, told in self.told.items():
            for step, one in zip(STEPS, told, strict=True):
                with self.subTest(valuation=way, event=step.title):
                    debit = sum(pair[0] for pair in one["items"].values())
                    credit = sum(pair[1] for pair in one["items"].values())
                    self.assertAlmostEqual(debit, credit)

    def test_both_kinds_of_valuation_come_to_the_same_result(self):
        """Revenue less cost, written down and written off: worked out by hand.

        300 and 60 sold, 300 taken back; 2 shirts at 30 are gone. 300 sold, 300 taken
        back; a fee of 5, a bonus of 12; a coat sold for 150 that cost 40. 200 sold, 80
        taken back and owed again; a replacement whose old shirt came: 2 more are gone.
        450 and 100 sold; 100 back for a hat; 6 hats are gone (in exchange, charged,
        kept, scratched, repaired, credited by mistake); 50 back for what was kept,
        paid by the channel, not repaired, faulty, and handed over; 10 of goodwill; 45
        of a fallen euro; a fee of 5 and a bonus of 6 of what was never billed.
        """
        result = {way: self._result(told) for way, told in self.told.items()}
        by_hand = 60.0 - 2 * 30.0 + 5.0 - 12.0 + 150.0 - 40.0
        by_hand += 200.0 - 80.0 + 80.0 - 2 * 30.0
        by_hand += 450.0 + 100.0 - 100.0 + 50.0 - 6 * 10.0 - 5 * 50.0 - 10.0 + 45.0
        by_hand += 5.0 - 6.0
        self.assertEqual(result, dict.fromkeys(self.told, by_hand))

    def test_an_exchange_leaves_the_difference_open_on_one_document(self):
        number = [step.title for step in STEPS].index("Exchange for dearer goods")
        for way, told in self.told.items():
            with self.subTest(valuation=way):
                stands = told[number]["stands"]
                self.assertEqual(
                    (stands["invoices"], stands["credit notes"]), (60.0, 0.0)
                )

    def test_what_a_channel_has_paid_is_never_paid_again(self):
        for way in self.told:
            with self.subTest(valuation=way):
                paid = self._told(way, "Paid by the channel itself")
                self.assertEqual(paid["stands"]["credit notes"], 60.0)
                self.assertNotIn("Payment / Account Receivable", paid["items"])
                report = self._told(way, "The channel's report is booked")
                self.assertEqual(report["stands"]["credit notes"], 0.0)

    def test_goods_that_go_over_to_another_company_come_back_without_a_trace(self):
        for way in self.told:
            with self.subTest(valuation=way):
                over = self._told(way, "Refunded, and handed over to another company")
                back = self._told(way, "Taken back from the other company")
                self.assertEqual(over["items"]["B: Bill / B: payable"], [0.0, 12.0])
                sums = {}
                for key, (debit, credit) in [
                    *over["items"].items(),
                    *back["items"].items(),
                ]:
                    document, account = key.split(" / ")
                    if document.startswith("B: "):
                        sums[account] = sums.get(account, 0.0) + debit - credit
                self.assertEqual(set(sums.values()), {0.0})
                self.assertEqual(back["stands"]["invoices"], 0.0)

    def test_a_tax_on_payment_and_a_gift_card_end_where_they_began(self):
        for way in self.told:
            with self.subTest(valuation=way):
                pairs = (
                    ("Tax waiting", "Sold with a tax that is due on payment"),
                    ("Tax waiting", "Refund of a tax that is due on payment"),
                )
                for account, title in pairs:
                    items = self._told(way, title)["items"]
                    left = sum(
                        debit - credit
                        for key, (debit, credit) in items.items()
                        if key.endswith(account)
                    )
                    self.assertEqual(left, 0.0)
                split = self._told(way, "Split refund")["items"]
                self.assertEqual(split["Back on card / Gift cards owed"], [0.0, 20.0])
                self.assertEqual(split["Payment / Outstanding payments"], [0.0, 40.0])

    def _told(self, way, title):
        number = [step.title for step in STEPS].index(title)
        return self.told[way][number]

    def test_a_month_end_leaves_nothing_behind(self):
        for way in self.told:
            with self.subTest(valuation=way):
                items = self._told(way, "Month end with a return on its way")["items"]
                sums = {}
                for key, (debit, credit) in items.items():
                    document, account = key.split(" / ")
                    sums.setdefault(document, {})[account] = debit - credit
                self.assertEqual(
                    sorted(sums["Accrual"].values()), [-100.0, -30.0, 30.0, 100.0]
                )
                turned = {name: -amount for name, amount in sums["Accrual"].items()}
                self.assertEqual(sums["Reversal"], turned)

    def test_a_deduction_stays_revenue_and_taking_back_undoes_it_to_the_cent(self):
        for way in self.told:
            with self.subTest(valuation=way):
                given = self._told(way, "Refund less a deduction by condition")["items"]
                self.assertEqual(given["Credit note / Product Sales"], [80.0, 0.0])
                self.assertEqual(given["Payment / Outstanding payments"], [0.0, 96.0])
                back = self._told(way, "Refund taken back")["items"]
                self.assertEqual(
                    {key.split(" / ")[1]: pair for key, pair in back.items()},
                    {
                        key.split(" / ")[1]: pair[::-1]
                        for key, pair in given.items()
                        if key.startswith("Credit note")
                    },
                )

    def test_a_replacement_costs_what_left_until_the_old_goods_come(self):
        for way, cost in (("real_time", 30.0), ("periodic", 0.0)):
            sent = self._told(way, "Replacement sent ahead")
            come = self._told(way, "The replaced goods come after all")
            for one, pair in ((sent, [cost, 0.0]), (come, [0.0, cost])):
                with self.subTest(valuation=way):
                    found = one["items"].get("Replacement / Expenses", [0.0, 0.0])
                    self.assertEqual(found, pair)
            if cost:
                stands = sent["stands"]
                self.assertEqual(stands["goods"], stands["stock account"])

    def _result(self, told):
        """Credits less debits on all that is no account of the balance sheet."""
        kept = {
            account.name
            for account in self.env["account.account"].search([])
            if account.internal_group in ("asset", "liability", "equity")
        } | {"Outstanding payments", "Allowance on returned goods", *OWED}
        return round(
            sum(
                credit - debit
                for one in told
                for key, (debit, credit) in one["items"].items()
                if key.split(" / ")[1] not in kept and not key.startswith("B: ")
            ),
            2,
        )
