from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once

MOST = 500


class ReturnsPayWizard(models.TransientModel):
    """Tick off many refunds that are paid by hand.

    One line for each payment of the customer that gives money back. What cannot be paid
    is named line by line, and the rest is paid.
    """

    _name = "returns.pay.wizard"
    _description = "Pay refunds by hand"
    _inherit = ["returns.dialog"]

    date = fields.Date(
        "Paid on", required=True, default=lambda self: fields.Date.context_today(self)
    )
    line_ids = fields.One2many("returns.pay.wizard.line", "dialog_id", "To pay")
    summary = fields.Text(readonly=True)
    payment_ids = fields.Many2many("account.payment", string="Payments", readonly=True)
    has_transfers = fields.Boolean(compute="_compute_has_transfers")
    missing = fields.Integer("Without a bank account", compute="_compute_missing")
    untrusted = fields.Integer("To unchecked accounts", compute="_compute_missing")
    no_iban = fields.Integer("To no valid IBAN", compute="_compute_missing")

    @api.depends("payment_ids")
    def _compute_has_transfers(self):
        for dialog in self:
            dialog.has_transfers = bool(dialog._transfers())

    @api.depends("line_ids.tender", "line_ids.account_id", "line_ids.chosen")
    def _compute_missing(self):
        for dialog in self:
            dialog.missing = len(dialog.line_ids.filtered("needs_account"))
            to_bank = dialog.line_ids.filtered(
                lambda line: line.chosen and line.tender == "bank" and line.account_id
            )
            dialog.untrusted = len(
                to_bank.filtered(lambda line: not line.account_id.allow_out_payment)
            )
            dialog.no_iban = len(to_bank.filtered(lambda line: line._lacks_iban()))

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        rows = self.env["returns.settlement"]
        if self.env.context.get("active_model") == rows._name:
            rows = rows.browse(self._context_ids()).exists()
        rows = rows.filtered(lambda row: row.hand_amount > 0)
        if not rows:
            raise UserError(self.env._("Nothing of this has to be paid by hand."))
        if len(rows) > MOST:
            raise UserError(self.env._("Choose at most %s refunds at once.", MOST))
        values["line_ids"] = [
            fields.Command.create(vals)
            for row in rows.sorted(lambda row: (row.due_date or row.create_date.date()))
            for vals in self.env["returns.pay.wizard.line"]._proposed(row)
        ]
        return values

    # --- go on ------------------------------------------------------------------------
    @once
    def action_confirm(self):
        """Register the payments; the dialog says what became of each."""
        lines = self.line_ids.filtered("chosen")
        if not lines:
            raise UserError(self.env._("Choose at least one line."))
        settlements = lines.settlement_id
        made = []

        def pay(some):
            shares = [
                line._share() for line in lines if line.settlement_id in some
            ]
            made.append(self.env["returns.payout"]._pay_by_hand(shares, self.date))

        results = self.env["returns.bulk"]._run(settlements, pay)
        # Payments of a batch that was undone are not there any more.
        self.payment_ids = self.env["account.payment"].union(*made).exists()
        self.summary = self._summarise(results)
        self._end()
        return self._reopen(self.env._("Paid by hand"))

    def _summarise(self, results):
        """How many were paid, wait for an approval, or were refused and why."""
        waiting = self.payment_ids.filtered(lambda pay: pay.state == "draft")
        paid = self.payment_ids - waiting
        told = [self.env._("Payments registered: %s.", len(paid))]
        if waiting:
            told.append(
                self.env._(
                    "Payments that wait for the approval of another person, and go on "
                    "by themselves then: %s.",
                    len(waiting),
                )
            )
        for row, why in results.items():
            if why and row.order_id.name not in why:
                why = f"{row.order_id.name}: {why}"
            told += [why] if why else []
        return "\n".join(told)

    def _transfers(self):
        """The payments that a bank can be told to make."""
        return self.payment_ids.filtered(
            lambda pay: pay.partner_bank_id and pay.state in ("in_process", "paid")
        )

    def action_bank_file(self):
        """Download the bank's file of what was registered just now."""
        self.ensure_one()
        return self._transfers().action_returns_bank_file()
