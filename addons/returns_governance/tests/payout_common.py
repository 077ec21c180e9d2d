"""The stage of payouts: a provider that can refund, and orders paid in several ways."""

from odoo import Command
from odoo.tests import new_test_user

from .common import ReturnsCommon


class PayoutCommon(ReturnsCommon):
    """Orders of three shirts at 60 with tax, paid as ``_pay_by`` is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finance = cls.users["finance"]
        cls.clerk = new_test_user(
            cls.env,
            login="test_clerk",
            groups="base.group_user,account.group_account_invoice",
        )
        # A provider that can refund is a part of the test: no skipping without it.
        cls.provider = cls.env.ref("payment.payment_provider_demo")
        cls.method = cls.env.ref("payment_demo.payment_method_demo")
        cls.provider.write({"state": "test", "is_published": True})
        cls.method.write({"active": True, "support_refund": "partial"})
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.cash = cls.env["account.journal"].create(
            {"name": "Till", "code": "TILL", "type": "cash"}
        )
        cls.provider.journal_id = cls.bank

    def _invoice_of(self, order):
        return order.invoice_ids.filtered(lambda move: move.move_type == "out_invoice")

    def _online(self, order, amount=None, reference="paid"):
        """The order is paid with the demo provider."""
        invoice = self._invoice_of(order)
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name}-{reference}",
                "amount": amount or invoice.amount_total,
                "currency_id": (invoice or order).currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "invoice_ids": [Command.set(invoice.ids)],
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        transaction._set_done()
        transaction._post_process()
        return transaction

    def _plainly(self, order, amount, journal):
        """A part of the order is paid by transfer or in cash."""
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self._invoice_of(order).ids
        ).create({"amount": amount, "journal_id": journal.id})._create_payments()

    def _receipt(self, amount, user=None, **values):
        """A transfer of the customer that says nothing of what it is for."""
        payments = self.env["account.payment"].with_user(user or self.env.user)
        payment = payments.create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": amount,
                "journal_id": self.bank.id,
                **values,
            }
        )
        payment.action_post()
        return payment

    def _pay_by(self, *tenders):
        """An order paid by ``(how, amount)`` each, and the cards' transactions."""
        order, cards = self._sell(until="invoiced"), []
        for number, (how, amount) in enumerate(tenders):
            if how == "card":
                cards.append(self._online(order, amount, f"card{number}"))
            else:
                self._plainly(order, amount, getattr(self, how))
        return order, cards

    def _down_payment(self, order, percent, pay=True):
        self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "percentage",
                "amount": percent,
            }
        ).create_invoices()
        invoice = order.invoice_ids.filtered(lambda move: move.state == "draft")
        invoice.action_post()
        if pay:
            self._pay(invoice)
        return invoice

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("returns_governance.ir_cron_pay").method_direct_trigger()
        self.env.invalidate_all()

    def _refunds(self, transactions):
        return self.env["payment.transaction"].search(
            [
                ("source_transaction_id", "in", transactions.ids),
                ("operation", "=", "refund"),
            ]
        )

    def _credit(self, back):
        return back.settlement_ids.filtered(lambda row: row.kind == "credit_note")

    def _unknown(self, back):
        """The process died while this payout was being sent."""
        payout = back.outbox_ids
        self.env["returns.payout.provider"]._prepare(payout)
        payout._machine_write({"state": "sending"})
        self._run_cron()
        self.assertEqual(payout.state, "unknown")
        return payout

    def _notice(self, refund, state="done"):
        """The provider tells of a refund."""
        refund._process(
            "demo", {"reference": refund.reference, "simulated_state": state}
        )

    def _account(self, partner=None, number="DE89370400440532013000"):
        return self.env["res.partner.bank"].create(
            {"partner_id": (partner or self.partner).id, "acc_number": number}
        )

    def _dialog(self, rows, user=None):
        """The dialog that pays these by hand."""
        return (
            self.env["returns.pay.wizard"]
            .with_user(user or self.finance)
            .with_context(active_model=rows._name, active_ids=rows.ids)
            .create({})
        )

    def _say(self, kind, payouts, reason="Looked at its page", user=None):
        """The dialog that says what became of payouts."""
        dialog = (
            self.env["returns.reason.wizard"]
            .with_user(user or self.finance)
            .with_context(
                active_model=payouts._name, active_ids=payouts.ids, default_kind=kind
            )
            .create({"reason": reason})
        )
        self.assertTrue(dialog.question)
        return dialog.action_confirm()

    def _open_exceptions(self, back):
        return sorted(
            row.code for row in back.exception_ids if row.state == "open"
        )
