from decimal import Decimal

from odoo import fields, models

from odoo.addons.inventory_states.patience import patient

from ...guard import deny, refuse
from . import bank_file

MOST = 5000
NAMED = 10


class AccountPayment(models.Model):
    """The file with which the bank pays what finance has ticked off."""

    _inherit = "account.payment"

    @patient
    def action_returns_bank_file(self):
        """Make the bank's file of these payments, and download it.

        In euro, from an IBAN to IBANs: a SEPA credit transfer (pain.001.001.09), one
        file for each of the company's accounts. In any other currency a list (CSV).
        Only to accounts that somebody has marked as trusted, as core wants it of files
        that move money. Each payment notes in its chatter that it is in a file, so that
        nobody sends it to the bank a second time unawares.

        :return: an action
        """
        if not self.env.user.has_group("returns_governance.group_finance"):
            deny(self.env._("A file for the bank needs the role finance controller."))
        self.check_access("write")
        self._check_for_bank()
        [(name, content)] = self._bank_files()
        attachment = self.env["ir.attachment"].create({"name": name, "raw": content})
        again = self.filtered("is_sent")
        for payment in self:
            payment.message_post(
                body=self.env._("In the bank's file %s, once more", name)
                if payment in again
                else self.env._("In the bank's file %s", name)
            )
        self.mark_as_sent()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def _check_for_bank(self):
        """Only transfers that are posted, from one account."""
        for payment in self:
            if (
                payment.payment_type != "outbound"
                or payment.state not in ("in_process", "paid")
                or not payment.partner_bank_id
            ):
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s is no posted transfer to a bank account. Leave it "
                        "out of the file.",
                        name=payment.display_name,
                    ),
                )
        if len(self.journal_id) != 1 or len(self) > MOST:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "A file charges one account, by at most %(most)s payments. Choose "
                    "the payments of one journal.",
                    most=MOST,
                ),
            )
        if len(self.currency_id) != 1:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "A file is in one currency, and these are in %(currencies)s. "
                    "Choose the payments of one.",
                    currencies=", ".join(self.currency_id.mapped("name")),
                ),
            )
        self._refuse_for_bank(
            self.filtered(lambda pay: not pay.partner_bank_id.allow_out_payment),
            self.env._(
                "Nobody has checked these accounts yet. Open each on its contact, ask "
                "the customer whether it is right, and switch Send Money on, or leave "
                "its payment out"
            ),
        )
        if self.currency_id.name == "EUR":
            self._check_for_sepa()

    def _check_for_sepa(self):
        """In euro the bank takes a SEPA file, which one bad number makes worthless."""
        journal = self.journal_id
        if not journal.bank_account_id:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(journal)s has no account number to charge. Write its IBAN on "
                    "the journal.",
                    journal=journal.display_name,
                ),
            )
        if not bank_file.is_iban(journal.bank_account_id.acc_number):
            return  # a bank outside of the area: it gets a list
        self._refuse_for_bank(
            self.filtered(
                lambda pay: not bank_file.is_sepa(pay.partner_bank_id.acc_number)
            ),
            self.env._(
                "These are no valid IBANs of the euro payments area. Put them right on "
                "the contact, or leave their payments out and pay them another way"
            ),
        )

    def _refuse_for_bank(self, payments, why):
        """Refuse the file for some payments, which are named with their accounts."""
        if not payments:
            return
        some = payments[:NAMED].mapped(
            lambda pay: f"{pay.partner_bank_id.acc_number} ({pay.partner_id.name})"
        )
        if len(payments) > NAMED:
            some.append(self.env._("and %s more", len(payments) - NAMED))
        refuse(
            "BAD_REQUEST",
            self.env._("%(why)s: %(some)s.", why=why, some=", ".join(some)),
        )

    def _bank_files(self):
        """[(file name, content)] of the payments of one journal."""
        transfers = [payment._transfer() for payment in self]
        stamp = fields.Datetime.now()
        name = f"refunds-{stamp:%Y%m%d-%H%M%S}"
        payer = self._payer()
        if self._is_sepa(payer, transfers):
            # Banks refuse a number that they had, also of the same second.
            number = f"RET{stamp:%Y%m%d%H%M%S}-{min(self.ids)}"
            content = bank_file.sepa(number, stamp, payer, transfers)
            return [(f"{name}.xml", content)]
        return [(f"{name}.csv", bank_file.table(transfers))]

    def _is_sepa(self, payer, transfers):
        accounts = [payer.account, *(transfer.account for transfer in transfers)]
        return all(map(bank_file.is_iban, accounts)) and all(
            transfer.currency == "EUR" for transfer in transfers
        )

    def _payer(self):
        company, account = self.company_id, self.journal_id.bank_account_id
        return bank_file.Payer(
            account.acc_holder_name or company.name,
            account.acc_number or "",
            account.bank_bic or "",
        )

    def _transfer(self):
        account = self.partner_bank_id
        return bank_file.Transfer(
            reference=self.name or str(self.id),
            name=account.acc_holder_name or self.partner_id.name or "",
            account=account.acc_number or "",
            bic=account.bank_bic or "",
            amount=Decimal(f"{self.amount:.{self.currency_id.decimal_places}f}"),
            currency=self.currency_id.name,
            memo=self.memo or "",
            # Banks refuse a day that is past.
            date=max(self.date, fields.Date.context_today(self)),
        )
