from odoo import api, fields, models


class ReturnsAutomation(models.Model):
    """A step that runs by itself; an administrator reads it and can switch it off.

    The flow asks ``_is_on(code)`` before it runs an automatic step. Switched off, the
    step waits for a person's button.
    """

    _name = "returns.automation"
    _description = "Automatic action of returns"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean("Switched on", default=True)
    description = fields.Text(
        "What it does",
        translate=True,
        readonly=True,
        help="When it acts, on what, and what happens when it is switched off.",
    )

    _code_uniq = models.Constraint("unique (code)", "This automatic action exists.")

    @api.model
    def _switched_on(self):
        """Return the set of codes that are on; one query per step."""
        return set(self.sudo().search([]).mapped("code"))  # reading a setting, no data
