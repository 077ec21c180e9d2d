from odoo import api, models


class ReturnsOrderLine(models.Model):
    """Store credit can be asked for where it is set up."""

    _inherit = "returns.order.line"

    @api.model
    def _resolutions_built(self, company=None):
        built = super()._resolutions_built(company)
        # sudo: whether it is set up is no secret, the accounts behind it are not read
        if company and not company.sudo()._gives_store_credit():
            return built
        return (*built, "store_credit")
