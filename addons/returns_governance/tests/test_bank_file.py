"""The bank's file in a company of the euro payments area."""

import doctest
from datetime import timedelta
from xml.etree import ElementTree

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.settlement import bank_file
from .payout_common import PayoutCommon

PAIN = {"p": bank_file.NAMESPACE}


@tagged("post_install", "-at_install")
class TestBankFile(PayoutCommon):
    """Refunds by transfer, from the return to the file that the bank takes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        cls.company.currency_id = cls.euro
        cls.env["product.pricelist"].search([]).currency_id = cls.euro
        cls.bank.bank_account_id = cls.env["res.partner.bank"].create(
            {
                "partner_id": cls.company.partner_id.id,
                "acc_number": "BE68 5390 0754 7034",
                "bank_id": cls.env["res.bank"]
                .create({"name": "Kredbank", "bic": "krebbebb"})
                .id,
            }
        )

    def _payee(self, name, number, **values):
        """A customer, and the account that they are paid to."""
        partner = self.env["res.partner"].create({"name": name})
        if number:
            self.env["res.partner.bank"].create(
                {
                    "partner_id": partner.id,
                    "acc_number": number,
                    "allow_out_payment": True,
                    **values,
                }
            )
        return partner

    def _paid(self, *partners, quantity=3.0, **values):
        """The dialog after refunds to these customers were ticked off."""
        rows = self.env["returns.settlement"]
        for partner in partners:
            order = self._sell(partner=partner, **values)
            back = self._create_return(
                order, [(order.order_line, quantity)], until="inspected"
            )
            rows |= self._credit(back)
        dialog = self._dialog(rows)
        dialog.action_confirm()
        return dialog

    def _file(self, payments):
        action = payments.with_user(self.finance).action_returns_bank_file()
        number = action["url"].rpartition("/")[2].partition("?")[0]
        attachment = self.env["ir.attachment"].browse(int(number))
        return attachment.name, attachment.raw

    def _texts(self, content, path):
        root = ElementTree.fromstring(content)
        return [node.text for node in root.findall(f".//p:{path}", PAIN)]

    def test_examples_in_the_docstrings_hold(self):
        self.assertEqual(doctest.testmod(bank_file).failed, 0)

    def test_refunds_in_euro_are_a_credit_transfer(self):
        first = self._payee("Müller & Søn, Größe", "DE89 3704 0044 0532 0130 00")
        second = self._payee("Bea", "nl91abna0417164300", acc_holder_name="B. de Vries")
        dialog = self._paid(first, second)
        self.assertEqual((dialog.missing, dialog.untrusted, dialog.no_iban), (0, 0, 0))
        payments = dialog.payment_ids
        self.assertEqual(payments.currency_id, self.euro)
        payments[0].date -= timedelta(days=3)
        name, content = self._file(payments)
        self.assertTrue(name.endswith(".xml"))
        self.assertEqual(self._texts(content, "CtrlSum"), ["360.00", "360.00"])
        self.assertEqual(self._texts(content, "NbOfTxs"), ["2", "2"])
        self.assertEqual(self._texts(content, "InstdAmt"), ["180.00", "180.00"])
        self.assertEqual(
            self._texts(content, "IBAN"),
            ["BE68539007547034", "DE89370400440532013000", "NL91ABNA0417164300"],
        )
        self.assertEqual(
            self._texts(content, "Cdtr/p:Nm"), ["Muller . Son, Grosse", "B. de Vries"]
        )
        self.assertEqual(self._texts(content, "EndToEndId"), payments.mapped("name"))
        self.assertEqual(
            self._texts(content, "RmtInf/p:Ustrd"), payments.mapped("memo")
        )
        today = fields.Date.to_string(fields.Date.today())
        self.assertEqual(self._texts(content, "ReqdExctnDt/p:Dt"), [today])
        self.assertEqual(self._texts(content, "BICFI"), ["KREBBEBB"])
        again = self._file(payments[0])[1]
        numbers = [self._texts(c, "MsgId")[0] for c in (content, again)]
        self.assertTrue(all(len(number) <= 35 for number in numbers))

    def test_one_bad_number_is_named_and_the_others_are_not_lost(self):
        bad = self._payee("Bob", "DE88370400440532013000")
        far = self._payee("Cem", "TR330006100519786457841326")
        good = self._payee("Dora", "AT611904300234573201")
        dialog = self._paid(bad, far, good)
        self.assertEqual(dialog.no_iban, 2)
        payments = dialog.payment_ids
        with self.assertRaisesRegex(UserError, r"DE883.*Bob.*TR330.*Cem"):
            self._file(payments)
        self.assertFalse(any(payments.mapped("is_sent")))
        fine = payments.filtered(lambda pay: pay.partner_id == good)
        self.assertEqual(self._texts(self._file(fine)[1], "CtrlSum")[0], "180.00")

    def test_only_accounts_that_somebody_has_checked_are_in_a_file(self):
        new = self._payee("Eve", "ES9121000418450200051332", allow_out_payment=False)
        dialog = self._paid(new)
        self.assertEqual(dialog.untrusted, 1)
        with self.assertRaisesRegex(UserError, "Send Money.*ES91.*Eve"):
            dialog.with_user(self.finance).action_bank_file()
        new.bank_ids.allow_out_payment = True
        self.assertTrue(self._file(dialog.payment_ids)[0].endswith(".xml"))

    def test_without_a_number_of_ones_own_there_is_no_file(self):
        dialog = self._paid(self._payee("Finn", "FI2112345600000785"))
        account, self.bank.bank_account_id = self.bank.bank_account_id, False
        with self.assertRaisesRegex(UserError, "no account number to charge"):
            self._file(dialog.payment_ids)
        # A bank outside of the area is given a list.
        account.acc_number = "123-456-789"
        self.bank.bank_account_id = account
        name, content = self._file(dialog.payment_ids)
        self.assertTrue(name.endswith(".csv"))
        self.assertIn("Finn,FI2112345600000785,,180.00,EUR", content.decode())

    def test_another_currency_has_a_file_of_its_own(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        prices = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id}
        )
        partner = self._payee("Gus", "FR1420041010050500013M02606")
        euro = self._paid(partner).payment_ids
        other = self._paid(partner, pricelist_id=prices.id).payment_ids
        self.assertEqual(other.currency_id, dollar)
        with self.assertRaisesRegex(UserError, "one currency.*EUR"):
            self._file(euro | other)
        name, content = self._file(other)
        self.assertTrue(name.endswith(".csv"))
        self.assertIn(f",{other.amount:.2f},USD,", content.decode())
        self.assertTrue(self._file(euro)[0].endswith(".xml"))
