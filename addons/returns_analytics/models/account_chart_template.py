from odoo import models


class AccountChartTemplate(models.AbstractModel):
    """A chart that is loaded offers the accounts of returns at once."""

    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        result = super()._post_load_data(template_code, company, template_data)
        (company or self.env.company)._returns_propose()
        return result
