"""Paying refunds by hand: what no provider can give back."""

from odoo import Command, models

from odoo.addons.inventory_states.patience import lock

from ..guard import deny, refuse
from .settle_payout import HAND


class ReturnsPayout(models.AbstractModel):
    """Makes the payments that finance ticks off, tied to the credit notes they pay."""

    _inherit = "returns.payout"

    def _pay_by_hand(self, shares, date):
        """Register payments to customers, as the user, and reconcile them.

        They meet the gate of payments like any other payment. What another person has
        to approve (table of authority) is made as a draft and goes on by itself then.

        :param list[dict] shares: ``settlement``, ``amount``, ``tender``, ``journal``,
            ``account`` (the customer's, for transfers), ``source`` (the entry of the
            payment that is given back) and ``agreed`` (why it goes another way)
        :return: the payments
        """
        if not self.env.user.has_group("returns_governance.group_finance"):
            deny(self.env._("Paying by hand needs the role finance controller."))
        settlements = self.env["returns.settlement"].union(
            *(share["settlement"] for share in shares)
        )
        settlements.check_access("read")
        # sudo: the machine's rows, after the right was checked; the user stays the same
        self._lock_credits(settlements.sudo())
        for share in shares:
            self._check_share(share)
        self._check_sums(shares)
        self._check_ground(shares)
        payments = self.env["account.payment"].create(
            [self._payment_vals(share, date) for share in shares]
        )
        rows = self._payout_rows(shares, payments)
        payments.action_post()
        self._settle_payments(payments)
        self._log_by_hand(rows)
        return payments

    def _lock_credits(self, settlements):
        """Of two who pay one credit note the second waits here, and runs again."""
        settlements.order_id.line_ids.sold_line_id._lock()
        self.env.flush_all()
        lock(self.env, "account_move", settlements.move_id.ids)
        payouts = settlements.outbox_ids.filtered(lambda box: box.kind == "payout")
        lock(self.env, payouts._table, payouts.ids)

    def _check_share(self, share):
        settlement = share["settlement"].sudo()  # as above
        if settlement.currency_id.compare_amounts(share["amount"], 0.0) <= 0:
            self._refuse_share(settlement, self.env._("nothing of it is to be paid"))
        if not share["journal"]:
            why = self.env._("choose the journal that it leaves by")
            self._refuse_share(settlement, why)
        if share["tender"] == "bank" and not share["account"]:
            self._refuse_share(
                settlement,
                self.env._(
                    "the customer has no bank account here. Ask for it, and write it "
                    "on the contact"
                ),
            )
        if self._goes_another_way(share) and not (share["agreed"] or "").strip():
            self._refuse_share(
                settlement,
                self.env._(
                    "it goes another way than the customer had paid. Write down how "
                    "the customer agreed to that"
                ),
            )

    def _goes_another_way(self, share):
        """Whether the customer had paid in another way than they are paid now."""
        source, settlement = share["source"].sudo(), share["settlement"].sudo()
        if not source:
            return False
        items = settlement.invoice_id.line_ids
        if source not in items.matched_credit_ids.credit_move_id.move_id:
            self._refuse_share(
                settlement, self.env._("its invoice was not paid by this payment")
            )
        return share["tender"] != self.env[HAND].sudo()._tender(source)

    def _check_sums(self, shares):
        """Never more than is left to be paid by hand."""
        sums = {}
        for share in shares:
            sums.setdefault(share["settlement"], []).append(share["amount"])
        for settlement, amounts in sums.items():
            left = settlement.sudo().hand_amount
            currency = settlement.currency_id
            if currency.compare_amounts(sum(amounts), left) > 0:
                self._refuse_share(
                    settlement,
                    self.env._(
                        "%(left)s of it is left to be paid by hand",
                        left=currency.format(left),
                    ),
                )

    def _check_ground(self, shares):
        """Never more than is open for the customer in all: a payment that stands, and
        is tied to nothing, may have paid it."""
        gate, sums = self.env["returns.gate.payment"].sudo(), {}  # as above
        for share in shares:
            row = share["settlement"].sudo()  # as above
            if row.move_id:
                whose = (
                    row.move_id.commercial_partner_id,
                    row.move_id.company_id,
                    row.currency_id,
                )
                sums.setdefault(whose, []).append(share)
        for (partner, company, currency), group in sums.items():
            owed = gate._open_credit(partner, company, currency)
            if currency.compare_amounts(sum(s["amount"] for s in group), owed) > 0:
                self._refuse_share(
                    group[0]["settlement"],
                    self.env._(
                        "%(owed)s is open for %(partner)s in all, payments that are "
                        "tied to nothing taken off. Tie those to what they have paid",
                        owed=currency.format(max(0.0, owed)),
                        partner=partner.display_name,
                    ),
                )

    def _refuse_share(self, settlement, why):
        refuse(
            "RETURN_STATE",
            self.env._(
                "%(return)s, %(credit)s: %(why)s.",
                credit=settlement.sudo().credit_name,
                why=why,
                **{"return": settlement.order_id.name},
            ),
        )

    def _payment_vals(self, share, date):
        settlement = share["settlement"].sudo()  # as above
        credit = settlement.move_id
        receivable = credit.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable"
        ).account_id[:1]
        return {
            "payment_type": "outbound",
            "partner_type": "customer",
            "partner_id": credit.commercial_partner_id.id,
            "company_id": credit.company_id.id,
            "amount": share["amount"],
            "currency_id": settlement.currency_id.id,
            "date": date,
            "journal_id": share["journal"].id,
            "payment_method_line_id": self._method(share["journal"]).id,
            "partner_bank_id": share["account"].id if share["account"] else False,
            "destination_account_id": receivable.id,
            "memo": credit.name,
            "invoice_ids": [Command.set(credit.ids)],
        }

    def _method(self, journal):
        """Odoo's way of paying that asks nothing of the outside."""
        lines = journal.outbound_payment_method_line_ids
        return lines.filtered(lambda line: line.code == "manual")[:1] or lines[:1]

    def _payout_rows(self, shares, payments):
        """What the return keeps of each payment."""
        # sudo: rows of the machine
        return (
            self.env["returns.settlement"]
            .sudo()
            ._machine_create(
                [
                    {
                        "order_id": share["settlement"].order_id.id,
                        "currency_id": share["settlement"].currency_id.id,
                        "kind": "payout",
                        "tender": share["tender"],
                        "amount": share["amount"],
                        "credit_id": share["settlement"].id,
                        "payment_id": payment.id,
                        "source_move_id": share["source"].id,
                        "agreed": (share["agreed"] or "").strip() or False,
                        "user_id": self.env.uid,
                    }
                    for share, payment in zip(shares, payments, strict=True)
                ]
            )
        )

    def _settle_payments(self, payments):
        """Reconcile what was posted with its credit notes, in one plan."""
        plan = []
        posted = payments.filtered(lambda pay: pay.move_id.state == "posted")
        for credit, group in posted.grouped("invoice_ids").items():
            items = (group.move_id | credit).line_ids.filtered(
                lambda item: (
                    item.account_id.account_type == "asset_receivable"
                    and not item.reconciled
                )
            )
            plan += [
                some
                for some in items.grouped("account_id").values()
                if len(some.move_id) > 1
            ]
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    def _log_by_hand(self, rows):
        self.env["returns.event"]._log(
            [
                {
                    "order": row.order_id,
                    "what": "paid_by_hand",
                    "why": row.agreed,
                    "data": {
                        "settlement": row.id,
                        "amount": row.amount,
                        "tender": row.tender,
                        "waits": row.state == "to_pay",
                    },
                }
                for row in rows
            ]
        )
