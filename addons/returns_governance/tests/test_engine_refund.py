import random
from dataclasses import replace
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance.engine.errors import EngineError
from odoo.addons.returns_governance.engine.facts import LineFacts
from odoo.addons.returns_governance.engine.refund import (
    PaidLine,
    RefundLine,
    RefundRequest,
    Shipping,
    allocate,
    owed,
    share,
    spread,
)


def booked(paid, part, goodwill=Decimal(0), withheld=Decimal(0)):
    """The paid line after this share was credited, less what was withheld."""
    before = dict(paid.refunded_taxes)
    taxes = tuple((key, before.get(key, 0) + amount) for key, amount in part.taxes)
    return replace(
        paid,
        refunded_quantity=paid.refunded_quantity + part.quantity,
        refunded_net=paid.refunded_net + part.net - withheld + goodwill,
        refunded_taxes=taxes,
        withheld_net=paid.withheld_net + withheld,
    )


@tagged("post_install", "-at_install")
class TestEngineShares(BaseCase):
    def _paid(self, rnd, digits):
        unit = Decimal(1).scaleb(-digits)
        return PaidLine(
            "line",
            rnd.randint(1, 30),
            rnd.randint(0, 100000) * unit,
            (("vat", rnd.randint(0, 20000) * unit), ("eco", rnd.randint(0, 9) * unit)),
        )

    def _partition(self, rnd, quantity):
        while quantity:
            part = rnd.randint(1, int(quantity))
            quantity -= part
            yield part

    def test_partials_in_any_order_sum_up_to_what_was_paid(self):
        for seed in range(600):
            rnd = random.Random(seed)
            digits = rnd.choice((0, 2, 3))
            paid = start = self._paid(rnd, digits)
            for quantity in self._partition(rnd, start.quantity):
                part = share(paid, quantity, digits)
                self.assertGreaterEqual(part.net, 0, seed)
                paid = booked(paid, part)
                self.assertLessEqual(paid.refunded_net, start.net, seed)
            self.assertEqual(paid.refunded_net, start.net, seed)
            self.assertEqual(paid.refunded_taxes, start.taxes, seed)

    def test_each_share_is_near_its_proportion(self):
        for seed in range(200):
            rnd = random.Random(seed)
            paid = start = self._paid(rnd, 2)
            for quantity in self._partition(rnd, start.quantity):
                part = share(paid, quantity)
                exact = start.net * quantity / start.quantity
                self.assertLessEqual(abs(part.net - exact), Decimal("0.01"), seed)
                paid = booked(paid, part)

    def test_goodwill_before_and_between_never_passes_what_was_paid(self):
        for seed in range(300):
            rnd = random.Random(seed)
            paid = start = self._paid(rnd, 2)
            for quantity in self._partition(rnd, start.quantity):
                rest = start.net - paid.refunded_net
                goodwill = Decimal(rnd.randint(0, int(rest * 100))) / 100
                if rnd.random() < 0.4:
                    paid = replace(paid, refunded_net=paid.refunded_net + goodwill)
                part = share(paid, quantity)
                self.assertGreaterEqual(part.net, 0, seed)
                paid = booked(paid, part)
                self.assertLessEqual(paid.refunded_net, start.net, seed)
            self.assertEqual(paid.refunded_net, start.net, seed)

    def test_goodwill_lowers_the_price_of_every_unit_that_is_left(self):
        paid = PaidLine("line", 10, 100, refunded_net=5)
        self.assertEqual(share(paid, 1).net, Decimal("9.50"))

    def test_what_was_withheld_is_not_given_back_later(self):
        paid = PaidLine("line", 2, 100)
        paid = booked(paid, share(paid, 1), withheld=Decimal(15))
        self.assertEqual(paid.refunded_net, 35)
        self.assertEqual(share(paid, 1).net, 50)
        terms = {"refunded_quantity": 1, "refunded_net": 50, "withheld_net": 0}
        taxed = PaidLine("line", 2, 100, (("vat", 20),), **terms)
        taxed = replace(
            taxed, refunded_taxes=(("vat", 7),), withheld_taxes=(("vat", 3),)
        )
        self.assertEqual(share(taxed, 1).taxes, (("vat", 10),))

    def test_a_line_credited_in_full_gives_nothing(self):
        paid = PaidLine("line", 2, 100, (("vat", 20),), 0, 120, (("vat", 20),))
        part = share(paid, 2)
        self.assertEqual((part.net, part.tax), (0, 0))

    def test_a_negative_line_of_a_discount_is_shared_too(self):
        paid = PaidLine("coupon", 3, -10, (("vat", "-1.90"),))
        nets = []
        for _unit in range(3):
            part = share(paid, 1)
            nets.append(part.net)
            paid = booked(paid, part)
        self.assertEqual(sum(nets), -10)
        self.assertEqual(paid.refunded_taxes, (("vat", Decimal("-1.90")),))

    def test_more_than_is_left_is_refused_and_noise_is_not(self):
        paid = PaidLine("line", "0.3", 3, refunded_quantity=0)
        self.assertEqual(share(paid, 0.1 + 0.2).net, 3)
        for quantity, code in ((1, "QUANTITY_EXCEEDS_RETURNABLE"), (-1, None)):
            with self.subTest(quantity=quantity):
                with self.assertRaises(EngineError) as caught:
                    share(paid, quantity)
                self.assertEqual(caught.exception.code, code or "QUANTITY_INVALID")
        with self.assertRaises(EngineError):
            allocate((paid,), 1)

    def test_a_coupon_is_spread_so_that_three_for_two_gives_back_what_was_paid(self):
        goods = (("a", 30), ("b", 30), ("c", "29.99"))
        parts = dict(spread(Decimal("-30.01"), goods))
        paid = sum(Decimal(net) + parts[key] for key, net in goods)
        self.assertEqual(paid, Decimal("59.98"))
        given = Decimal(0)
        for key, net in goods:
            line = PaidLine(key, 1, Decimal(net) + parts[key])
            given += share(line, 1).net
        self.assertEqual(given, paid)

    def test_spreading_sums_up_in_every_currency(self):
        for seed in range(200):
            rnd = random.Random(seed)
            digits = rnd.choice((0, 2, 3))
            amount = Decimal(rnd.randint(-9999, 9999)).scaleb(-digits)
            weights = [(i, rnd.randint(0, 50)) for i in range(rnd.randint(1, 9))]
            found = spread(amount, weights, digits)
            self.assertEqual(sum(part for _key, part in found), amount, seed)

    def test_rounding_to_a_coin(self):
        paid = PaidLine("line", 3, 1)
        self.assertEqual(share(paid, 1, rounding="0.05").net, Decimal("0.35"))

    def test_the_last_takes_the_rest_even_of_half_a_coin(self):
        paid = PaidLine("line", 3, "1.03", refunded_quantity=1, refunded_net="0.35")
        self.assertEqual(share(paid, 2, rounding="0.05").net, Decimal("0.68"))


@tagged("post_install", "-at_install")
class TestEngineOwed(BaseCase):
    LINE = PaidLine("shirt", 2, 100, (("vat", 19),))
    WITHDRAWAL = LineFacts(withdrawal=True, days_since_delivery=3)

    def _owed(self, conditions=(), line=LINE, quantity=2, handled=None, **terms):
        refund = RefundLine(line, quantity, conditions, handled)
        return owed(RefundRequest((refund,), **terms))

    def test_a_grade_is_deducted_with_its_tax(self):
        found = self._owed((("A", 1), ("C", 1)), deductions={"C": 30})
        self.assertEqual((found.net, found.tax), (85, Decimal("16.15")))
        self.assertEqual(found.deductions[0].percent, 30)
        self.assertEqual(found.total, found.net + found.tax)

    def test_fees_and_deductions_never_go_below_zero(self):
        found = self._owed(
            (("X", 2),),
            deductions={"X": 100},
            fees=(("restocking", 10, "fixed"), ("label", 5, "per_parcel")),
            parcels=3,
        )
        self.assertEqual((found.net, found.tax, found.fees), (0, 0, ()))
        found = self._owed(fees=(("a", 80, "fixed"), ("b", 50, "percent")))
        self.assertEqual(found.fees, (("a", 80), ("b", 20)))
        self.assertEqual(found.net, 0)

    def test_random_terms_stay_between_zero_and_paid(self):
        for seed in range(300):
            rnd = random.Random(seed)
            quantity = rnd.randint(1, 9)
            line = PaidLine(
                "x", quantity, rnd.randint(0, 9999), (("vat", rnd.randint(0, 999)),)
            )
            found = self._owed(
                tuple((code, rnd.randint(0, 4)) for code in "ABCD"),
                line,
                rnd.randint(0, quantity),
                deductions={code: rnd.randint(0, 100) for code in "BCD"},
                fees=(("f", rnd.randint(0, 99), "percent"), ("g", 30, "fixed")),
            )
            self.assertTrue(0 <= found.net <= line.net, seed)
            self.assertTrue(0 <= found.tax <= 999, seed)

    def test_a_withdrawal_is_deducted_only_with_a_finding_and_the_information(self):
        terms = {"deductions": {"C": 30}, "fees": (("restocking", 10, "fixed"),)}
        told = replace(self.WITHDRAWAL, withdrawal_informed=True)
        cases = [
            (self.WITHDRAWAL, None, 100),
            (self.WITHDRAWAL, True, 100),
            (told, None, 100),
            (told, False, 100),
            (told, True, 70),
        ]
        for facts, handled, net in cases:
            with self.subTest(facts=facts, handled=handled):
                found = self._owed((("C", 2),), handled=handled, facts=facts, **terms)
                self.assertEqual(found.net, net)
                self.assertIn("fee_dropped_by_law", found.reasons)
                blocked = "deduction_blocked_by_law" in found.reasons
                self.assertIs(blocked, net == 100)

    def test_a_withdrawal_of_everything_gives_back_the_standard_delivery_only(self):
        express = Shipping(PaidLine("ship", 1, 20, (("vat", "3.80"),)), 5)
        found = self._owed(shipping=express, complete=True, facts=self.WITHDRAWAL)
        self.assertEqual(found.shipping.net, 5)
        self.assertEqual(found.shipping.tax, Decimal("0.95"))
        self.assertEqual(found.net, 105)
        self.assertEqual(found.reasons, ("standard_delivery_only",))

    def test_who_gets_the_delivery_back(self):
        shipping = Shipping(PaidLine("ship", 1, 5))
        late = replace(self.WITHDRAWAL, days_since_delivery=20)
        cases = [
            ("never", LineFacts(), True, False),
            ("withdrawal", LineFacts(), True, False),
            ("always", LineFacts(), True, True),
            ("always", LineFacts(), False, False),
            ("withdrawal", self.WITHDRAWAL, True, True),
            ("withdrawal", self.WITHDRAWAL, False, False),
            ("never", self.WITHDRAWAL, True, True),
            ("never", late, True, False),
            ("withdrawal", late, True, True),
        ]
        for rule, facts, complete, given in cases:
            with self.subTest(rule=rule, facts=facts, complete=complete):
                found = self._owed(
                    shipping=shipping,
                    refund_shipping=rule,
                    facts=facts,
                    complete=complete,
                )
                self.assertIs(found.shipping is not None, given)
