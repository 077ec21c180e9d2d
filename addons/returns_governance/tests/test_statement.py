"""The statement that a customer gets of a return."""

import io
import re

from pypdf import PdfReader

from odoo.tests import HttpCase, tagged

from .test_settle_fees import FeesCommon


@tagged("post_install", "-at_install")
class TestStatement(FeesCommon, HttpCase):
    def _words(self, back, role="agent"):
        statement = self.env["returns.statement.pdf"].with_user(self.users[role])
        pdf = statement._render(back)
        pages = PdfReader(io.BytesIO(pdf)).pages
        return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))

    def test_it_says_what_came_back_and_what_it_comes_to(self):
        order = self._sell([(self.shirt, 3.0), (self.belt, 1.0)])
        back = self._create_return(order, until="received")
        self._inspect(back, self.grade_b)
        words = self._words(back)
        self.assertIn(f"Statement of return {back.name}", words)
        self.assertIn("Anna Schmidt", words)
        self.assertIn(order.name, words)
        self.assertIn(order.invoice_ids[0].name, words)
        self.assertIn(f"3 × {self.grade_b.name}", words)
        # 3 x 50 and 29.99, with 20 % tax on each
        self.assertIn("$ 179.99", words)
        self.assertIn("$ 36.00", words)
        self.assertIn("$ 215.99", words)
        self.assertIn(back.settlement_ids.move_id.name, words)
        self.assertIn("$ 215.99 is still to be refunded", words)

    def test_a_fee_has_a_row_of_its_own(self):
        self._charge(("restocking", 5.0))
        words = self._words(self._back())
        # 3 x 50 with 20 %, less 5 with 10 %
        self.assertIn("$ -5.00 $ -0.50 $ -5.50", words)
        self.assertIn("Refund in all $ 145.00 $ 29.50 $ 174.50", words)
        self.assertIn("$ 174.50 is still to be refunded", words)

    def test_after_the_payout_nothing_is_open(self):
        back = self._create_return(until="inspected")
        self._pay(back.settlement_ids.move_id)
        self.assertIn("Nothing is open", self._words(back))

    def test_a_withdrawal_names_the_day_of_the_law(self):
        back = self._create_return(withdrawal=True)
        day = self.env["returns.words"]._day(back.refund_due_date)
        self.assertIn(f"by law until {day}", self._words(back))

    def test_it_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.partner.lang = "de_DE"
        back = self._create_return(until="inspected")
        # German writes the amount before the sign of the currency, with a comma.
        self.assertIn("180,00", self._words(back))

    def test_whoever_may_not_read_the_return_finds_no_file(self):
        back = self._create_return(until="inspected")
        url = f"/returns/statement/{back.id}"
        self.authenticate("test_agent", "test_agent")
        answer = self.url_open(url)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF-"))
        self.assertEqual(self.url_open("/returns/statement/0").status_code, 404)
        self.users["agent"].returns_channel_ids = self.env.ref(
            "returns_governance.channel_b2b"
        )
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        self.assertNotIn(b"%PDF-", self.url_open(url).content)
