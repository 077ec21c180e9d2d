from odoo import fields, models

from ...const import TENDER_AGES, TENDER_ORDERS


class ResCompany(models.Model):
    """In which order the payments of a customer give money back."""

    _inherit = "res.company"

    returns_tender_order = fields.Selection(
        TENDER_ORDERS,
        "Order of tenders",
        default="provider,voucher,hand",
        required=True,
        help="Where an order was paid in several ways, a refund goes back to them in "
        "this order, to each at most what it took.",
    )
    returns_tender_age = fields.Selection(
        TENDER_AGES,
        "Of several payments of a kind",
        default="oldest",
        required=True,
    )


class ResConfigSettings(models.TransientModel):
    """The same in the settings of the app."""

    _inherit = "res.config.settings"

    returns_tender_order = fields.Selection(
        related="company_id.returns_tender_order", readonly=False
    )
    returns_tender_age = fields.Selection(
        related="company_id.returns_tender_age", readonly=False
    )


class AccountMove(models.Model):
    """The entry of a customer's payment, and what was given back of it by hand."""

    _inherit = "account.move"

    returns_paid_back_ids = fields.One2many(
        "returns.settlement",
        "source_move_id",
        "Given back",
        copy=False,
        groups="returns_governance.group_reader",
    )
