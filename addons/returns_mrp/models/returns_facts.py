from odoo import models


class ReturnsFacts(models.AbstractModel):
    """What a rule asks of goods is asked of the part that came."""

    _inherit = "returns.facts"

    def _product(self, spec):
        return spec.get("part") or super()._product(spec)
