from odoo.tests import tagged

from .api_common import ApiCase


@tagged("post_install", "-at_install")
class TestApiContract(ApiCase):
    """What a program elsewhere counts on, sentence by sentence of docs/api.md."""

    # --- money ------------------------------------------------------------------------
    def test_a_price_with_the_tax_inside_comes_back_whole(self):
        self.tax.price_include_override = "tax_included"
        odd = self._make_product("Odd", 9.99, 4.0)
        order = self._sell([(odd, 4.0)])
        for number in range(4):
            snapshot = self._submitted(order, ("ODD", 1), reference=f"ODD-{number}")
            self.assertEqual(snapshot["money"]["due"], 9.99)
