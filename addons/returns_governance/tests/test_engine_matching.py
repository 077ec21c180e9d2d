import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.returns_governance.engine.errors import EngineError
from odoo.addons.returns_governance.engine.matching import (
    ExpectedLine,
    ParcelFacts,
    ReturnFacts,
    ScannedLine,
    match_receipt,
    rank_candidates,
    shortages,
)


@tagged("post_install", "-at_install")
class TestEngineMatching(BaseCase):
    def test_two_of_three_and_a_wrong_one_are_three_outcomes(self):
        line = ExpectedLine(1, "A", open_quantity=3, authorised=3)
        right = match_receipt((line,), ScannedLine("A", quantity=2))
        self.assertEqual(right.allocations, ((1, Decimal(2)),))
        self.assertEqual(right.codes, ())
        wrong = match_receipt((line,), ScannedLine("B", quantity=1))
        self.assertEqual((wrong.allocations, wrong.wrong_item), ((), True))
        left = ExpectedLine(1, "A", open_quantity=1, authorised=3)
        self.assertEqual(shortages((left,)), ((1, Decimal(1)),))

    def test_what_a_clerk_calls_unexpected_is_a_wrong_item(self):
        line = ExpectedLine(1, "A", open_quantity=1)
        self.assertTrue(match_receipt((line,), ScannedLine("A", unexpected=True)).codes)

    def test_a_barcode_and_a_key_name_a_line(self):
        lines = (
            ExpectedLine(1, "A", ("400",), open_quantity=1),
            ExpectedLine(2, "A", ("400",), open_quantity=1),
        )
        both = match_receipt(lines, ScannedLine("400", quantity=2))
        self.assertEqual([key for key, _quantity in both.allocations], [1, 2])
        one = match_receipt(lines, ScannedLine(key=2, quantity=2))
        self.assertEqual(one.allocations, ((2, Decimal(1)),))
        self.assertEqual((one.over, one.over_key), (1, 2))

    def test_a_foreign_or_missing_serial_is_a_mismatch(self):
        lines = (
            ExpectedLine(1, "A", lots=("S1",), open_quantity=1),
            ExpectedLine(2, "A", lots=("S2",), open_quantity=1),
        )
        for lot, key, mismatch in (("S2", 2, False), ("S9", 1, True), (None, 1, True)):
            with self.subTest(lot=lot):
                verdict = match_receipt(lines, ScannedLine("A", lot=lot))
                self.assertEqual(verdict.allocations, ((key, Decimal(1)),))
                self.assertIs(verdict.serial_mismatch, mismatch)

    def test_nothing_is_lost_and_nothing_is_doubled(self):
        for seed in range(200):
            rnd = random.Random(seed)
            lines = tuple(
                ExpectedLine(i, rnd.choice("AB"), open_quantity=rnd.randint(-1, 4))
                for i in range(rnd.randint(1, 5))
            )
            quantity = rnd.randint(1, 12)
            verdict = match_receipt(lines, ScannedLine("A", quantity=quantity))
            given = sum(part for _key, part in verdict.allocations)
            if verdict.wrong_item:
                self.assertEqual(given, 0)
                continue
            self.assertEqual(given + verdict.over, quantity, seed)
            opened = {line.key: line.open_quantity for line in lines}
            for key, part in verdict.allocations:
                self.assertTrue(0 < part <= opened[key], seed)

    def test_nothing_scanned_is_refused(self):
        with self.assertRaises(EngineError):
            match_receipt((), ScannedLine("A", quantity=0))

    def test_candidates_are_ranked_by_the_sum_of_their_reasons(self):
        returns = (
            ReturnFacts("R1", names=("RET/001",), skus=("A",)),
            ReturnFacts("R2", skus=("A", "B"), customer="Jane  Doe", postcode="10115"),
            ReturnFacts("R3", skus=("C",)),
            ReturnFacts("R4", skus=("B",), weight_kg=1, lots=("S1",)),
        )
        parcel = ParcelFacts(
            texts=("slip ret/001",),
            skus=("A", "B"),
            sender="jane doe",
            weight_kg=Decimal("1.05"),
        )
        found = rank_candidates(parcel, returns)
        self.assertEqual([c.key for c in found], ["R1", "R2", "R4"])
        self.assertEqual([c.score for c in found], [115, 70, 25])
        self.assertEqual(found, rank_candidates(parcel, returns[::-1]))
        self.assertEqual(rank_candidates(ParcelFacts(), returns), ())
