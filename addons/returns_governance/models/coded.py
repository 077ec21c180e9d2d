from odoo import fields, models


class ReturnsCoded(models.AbstractModel):
    """Base of master data that policies, decisions and other systems name by a code.

    Published rules are kept compiled, with the codes in them; a new code makes every
    worker compile them again.
    """

    _name = "returns.coded"
    _description = "Master data with a code"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        index=True,
        help="The short name that policies, imports and other systems use.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    def write(self, vals):
        if "code" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)
