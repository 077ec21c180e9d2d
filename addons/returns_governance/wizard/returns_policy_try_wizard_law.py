from odoo import models


class ReturnsPolicyTryWizard(models.TransientModel):
    """What is tried is judged under the laws that hold where it plays."""

    _inherit = "returns.policy.try.wizard"

    def _facts(self, book):
        line = self.sale_line_id._origin
        return self.env["returns.law"]._judging(
            super()._facts(book),
            self._company(),
            self.product_id._origin or line.product_id,
            self.reason_id._origin,
        )
