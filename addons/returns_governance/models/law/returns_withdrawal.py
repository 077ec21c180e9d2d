import hashlib

from odoo import api, fields, models

from ...engine.facts import LineFacts, calendar_days
from ...engine.law import withdrawal_days
from .returns_facts import INFORMED


class ReturnsWithdrawal(models.Model):
    """A statement by which a consumer withdraws from a contract, and its proof.

    Directive 2011/83/EU Art 11a: taken down as it was made, acknowledged at once by
    e-mail with its content, date and time, and kept with its fingerprint. It demands no
    reason and waits for nobody. ``flow/withdraw.py`` takes it and makes the return.
    """

    _name = "returns.withdrawal"
    _description = "Withdrawal statement"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id desc"

    name = fields.Char("Number", required=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    customer = fields.Char("Consumer", required=True)
    contract = fields.Char("Contract", required=True, help="As the consumer named it.")
    email = fields.Char("Acknowledged to", required=True)
    text = fields.Text("Statement")
    received_at = fields.Datetime("Received", required=True)
    content = fields.Text(help="What was acknowledged, word by word.")
    content_sha256 = fields.Char("Fingerprint", help="SHA-256 of the file's bytes.")
    attachment_id = fields.Many2one("ir.attachment", "Kept as", ondelete="restrict")
    intact = fields.Boolean(
        "Unchanged",
        compute="_compute_intact",
        help="The file that is kept has the fingerprint that was noted.",
    )
    mail_id = fields.Many2one("mail.mail", "Acknowledgement", ondelete="set null")
    sale_order_id = fields.Many2one("sale.order", "Order", index="btree_not_null")
    order_id = fields.Many2one("returns.order", "Return", index="btree_not_null")

    def _compute_intact(self):
        for row in self:
            # sudo: the file is compared, and not shown
            file = row.sudo().attachment_id.with_context(bin_size=False)
            raw = file.raw or b""
            row.intact = hashlib.sha256(raw).hexdigest() == row.content_sha256

    # --- for the page of the shop -----------------------------------------------------
    @api.model
    def _can_withdraw(self, sale_order, now=None):
        """Whether the function has to be offered for an order at a moment.

        From the contract on, through the whole period and not after it (Art 11a(1)).

        :param datetime now: UTC; None: now
        """
        # sudo: a page without an account asks
        order = sale_order.sudo()
        now = now or fields.Datetime.now()
        buyer = order.partner_id
        if buyer.commercial_partner_id.is_company or order.state != "sale":
            return False
        address = order.partner_shipping_id or buyer
        laws = self.env["returns.law"]._holding(
            order.company_id,
            address.country_id.code,
            order.date_order.date(),
            now.date(),
        )
        if not {"eu_withdrawal", "eu_withdrawal_function"} <= set(laws):
            return False
        zone = buyer.tz or buyer.commercial_partner_id.tz or "UTC"
        last = order._returns_last_delivery()[order]
        days = calendar_days(last, now, zone)
        told = (
            order.returns_withdrawal_informed
            or order.returns_channel_id.withdrawal_informed
        )
        facts = LineFacts(withdrawal_informed=INFORMED.get(told))
        return days is None or days <= withdrawal_days(facts)
