import doctest
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from .. import core, fold
from .common import AvcoCommon


@tagged("post_install", "-at_install")
class TestCore(AvcoCommon):
    """The addon acts only where Odoo still replays all old moves."""

    def test_this_odoo_replays(self):
        self.assertTrue(
            core.replays(),
            "Odoo's code has changed. See whether it still replays all moves; if so, "
            "and if the property test passes with it, add the new digest: "
            f"{core.digest(*core.methods())}",
        )

    def test_a_mended_core_is_left_alone(self):
        product = self._make_products(1)
        self._remember_soon()
        with self._at(hours=1):
            self._receive(product, 10.0, 40.0)
        core.replays.cache_clear()
        self.addCleanup(core.replays.cache_clear)
        with patch.object(core, "KNOWN", {"something else"}), self._at(hours=3):
            self._receive(product, 10.0, 60.0)
            self.assertEqual(product._run_avco(), self._by_core(product))
        self.assertFalse(self._mark(product))

    def test_an_addon_in_between_is_asked(self):
        product = self._make_products(1)
        here = "odoo.addons.stock_account_avco_forward.models.product_product"
        self.assertTrue(core.is_next(product, "_run_avco", here))
        self.assertFalse(core.is_next(product, "_run_avco", core.product.__name__))


@tagged("post_install", "-at_install")
class TestDigest(TransactionCase):
    """What counts is what the code does, not how it is told."""

    def test_the_example_of_the_arithmetic_holds(self):
        self.assertEqual(doctest.testmod(fold).failed, 0)

    def test_words_make_no_difference(self):
        self.assertEqual(core.digest(_plain), core.digest(_told()))
        self.assertNotEqual(core.digest(_plain), core.digest(_other))


def _plain(number):
    """Say it once."""
    return number + 1


def _told():
    """The same function, with other words."""

    def _plain(number):
        """Say it otherwise."""
        return number + 1  # and why

    return _plain


def _other(number):
    return number + 2
