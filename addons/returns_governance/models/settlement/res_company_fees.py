from odoo import api, fields, models

from ...const import FEE_KINDS


class ResCompany(models.Model):
    """The product that each kind of fee is booked with: its account and its taxes."""

    _inherit = "res.company"

    returns_fee_return_shipping_id = fields.Many2one(
        "product.product",
        "Return shipping",
        domain="[('type', '=', 'service')]",
        default=lambda self: self._returns_default_fee("return_shipping"),
    )
    returns_fee_restocking_id = fields.Many2one(
        "product.product",
        "Restocking",
        domain="[('type', '=', 'service')]",
        default=lambda self: self._returns_default_fee("restocking"),
    )
    returns_fee_inspection_id = fields.Many2one(
        "product.product",
        "Inspection",
        domain="[('type', '=', 'service')]",
        default=lambda self: self._returns_default_fee("inspection"),
    )
    returns_fee_repackaging_id = fields.Many2one(
        "product.product",
        "Repackaging",
        domain="[('type', '=', 'service')]",
        default=lambda self: self._returns_default_fee("repackaging"),
    )
    returns_fee_handling_id = fields.Many2one(
        "product.product",
        "Handling",
        domain="[('type', '=', 'service')]",
        default=lambda self: self._returns_default_fee("handling"),
    )

    def _returns_default_fee(self, kind):
        """The product that is installed for a kind; none where it was deleted."""
        return self.env.ref(f"returns_governance.product_fee_{kind}", False)

    @api.model
    def _set_returns_fee_products(self):
        """Give the companies that were there before the installed products."""
        for kind, _label in FEE_KINDS:
            name = f"returns_fee_{kind}_id"
            # sudo: at installation, for all companies
            companies = self.sudo().search([(name, "=", False)])
            companies.write({name: self._returns_default_fee(kind)})

    def _returns_fee_product(self, kind):
        """The product of a kind of fee; empty: the kind cannot be charged.

        :param str kind: one of const.FEE_KINDS
        """
        self.ensure_one()
        name = f"returns_fee_{kind}_id"
        empty = self.env["product.product"]
        return self[name] if name in self._fields else empty


class ResConfigSettings(models.TransientModel):
    """The products of fees among the settings of the app."""

    _inherit = "res.config.settings"

    returns_fee_return_shipping_id = fields.Many2one(
        related="company_id.returns_fee_return_shipping_id", readonly=False
    )
    returns_fee_restocking_id = fields.Many2one(
        related="company_id.returns_fee_restocking_id", readonly=False
    )
    returns_fee_inspection_id = fields.Many2one(
        related="company_id.returns_fee_inspection_id", readonly=False
    )
    returns_fee_repackaging_id = fields.Many2one(
        related="company_id.returns_fee_repackaging_id", readonly=False
    )
    returns_fee_handling_id = fields.Many2one(
        related="company_id.returns_fee_handling_id", readonly=False
    )
