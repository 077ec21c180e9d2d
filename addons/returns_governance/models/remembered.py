from odoo import api, models


class ReturnsRemembered(models.AbstractModel):
    """Base of what is read at each step and changes seldom, so that it is kept.

    A change makes every worker forget it (``tools.ormcache``): after it was made, since
    what is asked meanwhile would be kept as it was.
    """

    _name = "returns.remembered"
    _description = "Kept in memory"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env.registry.clear_cache()
        return records

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
