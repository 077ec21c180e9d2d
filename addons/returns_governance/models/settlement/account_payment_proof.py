from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

from ...const import PAYMENT_PROOFS
from ...guard import deny, redeem, refuse, with_pass
from .account_payment import POSTED, TELLING
from .account_payment_undone import UNDONE

PROVED = "returns_proved_by_id"
# Odoo's provider that tells of no money: the customer pays by transfer.
TELLS_NOTHING = "custom"


class ResCompany(models.Model):
    """When a payment that a person booked is money that came in."""

    _inherit = "res.company"

    returns_payment_proof = fields.Selection(
        PAYMENT_PROOFS,
        "Money that came in",
        default="four_eyes",
        required=True,
        help="What a customer paid can be paid back without a credit note where no "
        "bill has used it. Of a payment that a provider has confirmed or that is "
        "matched with a line of the bank's statement it is known that it came in; this "
        "says what of the others.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "returns_payment_proof" in vals:
            # sudo: what waits for it follows, whoever changes the setting
            rows = self.env["returns.settlement"].sudo()
            rows = rows.search(
                [
                    ("kind", "=", "prepaid"),
                    ("state", "=", "to_pay"),
                    ("company_id", "in", self.ids),
                ]
            )
            rows._recount_prepaid()
        return result


class ResConfigSettings(models.TransientModel):
    """The same in the settings of the app."""

    _inherit = "res.config.settings"

    returns_payment_proof = fields.Selection(
        related="company_id.returns_payment_proof", readonly=False
    )


class AccountPayment(models.Model):
    """Whether a customer's payment is money that really came in.

    Anybody who may bill can register a payment. Before money leaves on the ground of
    one, the bank, the provider or a second person has to have seen it.
    """

    _inherit = "account.payment"

    returns_proved_by_id = fields.Many2one(
        "res.users",
        "Came in, as confirmed by",
        readonly=True,
        copy=False,
        help="Who has looked that this money came in; never who made the payment.",
    )
    returns_doubt = fields.Monetary(
        "Not known to have come in",
        compute="_compute_returns_doubt",
        compute_sudo=True,
        help="What of this payment is neither matched with the bank nor confirmed.",
    )

    @api.depends(
        "amount",
        "state",
        "payment_type",
        "is_matched",
        PROVED,
        "company_id.returns_payment_proof",
    )
    def _compute_returns_doubt(self):
        for payment in self:
            known = payment.payment_type != "inbound" or payment.state not in POSTED
            payment.returns_doubt = 0.0 if known else payment._returns_unproved()

    def _returns_unproved(self):
        """What of an inbound payment nobody but its maker says that it came in."""
        if self[PROVED] or self.company_id.returns_payment_proof == "booked":
            return 0.0
        transaction = self.payment_transaction_id
        if (
            transaction.state == "done"
            and transaction.payment_id == self  # what the payment names can be typed
            and transaction.provider_code != TELLS_NOTHING
            and transaction.currency_id == self.currency_id
        ):
            return max(0.0, self.amount - abs(transaction.amount))
        if not self.move_id:
            return self.amount
        items = self._seek_for_lines()[0]
        met = items.matched_credit_ids.filtered(
            lambda part: part.credit_move_id.move_id.statement_line_id
        )
        seen = sum(met.mapped("debit_amount_currency"))
        return max(0.0, self.currency_id.round(self.amount - seen))

    # --- who says so --------------------------------------------------------------
    @patient
    def action_returns_came_in(self):
        """Confirm that the money of these payments came in; for finance.

        Not by who made the payment. What waits for it to be paid back goes on.

        :return: True
        """
        self._check_may_confirm()
        self.check_access("read")
        for payment in self:
            payment._check_confirmable()
        # sudo: checked above; the user stays the same
        payments = self.sudo()
        with_pass(payments, "write").write({PROVED: self.env.uid})
        for payment in payments:
            payment.message_post(
                body=self.env._("%s has confirmed that it came in", self.env.user.name)
            )
        payments._returns_go_on()
        return True

    @api.model
    def _check_may_confirm(self):
        if not self.env.user.has_group("returns_governance.group_finance"):
            deny(
                self.env._(
                    "That money came in is confirmed by the role finance controller."
                )
            )

    def _check_confirmable(self):
        if self.payment_type != "inbound" or self.state not in POSTED:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(payment)s is no posted payment of a customer. Confirm those "
                    "that are.",
                    payment=self.display_name,
                ),
            )
        if self.sudo().create_uid == self.env.user:  # sudo: who made it
            refuse(
                "SELF_APPROVAL",
                self.env._(
                    "You have made %(payment)s yourself. Match it with the bank's "
                    "statement, or have another controller confirm that it came in.",
                    payment=self.display_name,
                ),
            )

    def _returns_go_on(self):
        """What is paid back of these payments waits no longer."""
        # sudo: whoever confirms a payment need not read every return
        rows = self.env["returns.settlement"].sudo()
        rows = rows.search(
            [
                ("kind", "=", "prepaid"),
                ("state", "=", "to_pay"),
                ("received_id", "in", self.ids),
            ]
        )
        self.env["returns.event"].sudo()._log(
            [
                {
                    "order": row.order_id,
                    "what": "came_in",
                    "data": {"settlement": row.id, "payment": row.received_id.id},
                }
                for row in rows
            ]
        )
        self.env["returns.payout"].sudo()._prepare(rows)

    # --- who may say so -----------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        if any(payment[PROVED] for payment in payments):
            payments._refuse_proof()
        return payments

    def write(self, vals):
        self, machine = redeem(self, "write", vals)
        if machine:
            return super().write(vals)
        if PROVED in vals:
            self._refuse_proof()
        # Another payment than the one that was looked at.
        if TELLING & vals.keys() or vals.get("state") in UNDONE:
            if self.filtered(PROVED):
                vals = {**vals, PROVED: False}
        return super().write(vals)

    def _refuse_proof(self):
        refuse(
            "GUARDED_FIELD",
            self.env._(
                "That money came in is confirmed with the button The money came in, by "
                "another controller than who made the payment."
            ),
        )
