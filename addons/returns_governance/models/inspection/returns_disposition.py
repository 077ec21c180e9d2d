from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ReturnsDisposition(models.Model):
    """What becomes of an inspected unit.

    One code fixes the physical move (the state and place it goes to) and the effect on
    the refund. ``restock`` uses the warehouse's Stock itself, with put-away; each
    other disposition has its own place inside its state's place.
    """

    _name = "returns.disposition"
    _description = "Disposition"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    state_id = fields.Many2one(
        "inventory.state", "State of the goods", ondelete="restrict",
        help="Empty: the goods stay with the customer and nothing moves.",
    )
    put_away = fields.Boolean(
        "Back to Stock", help="Goes to the warehouse's Stock by its put-away rules.",
    )
    refund_effect = fields.Selection(
        [("full", "Refund as owed"), ("none", "No refund")],
        default="full", required=True, string="Effect on the refund",
    )
    group_ids = fields.Many2many(
        "res.groups", string="Who may choose it",
        help="Empty: whoever may override a disposition.",
    )

    _code_uniq = models.Constraint(
        "unique (code)", "Another disposition has this code already.",
    )

    @api.constrains("state_id", "put_away", "code")
    def _check_matrix(self):
        """Refuse set-ups that contradict themselves (FEATURES row 28)."""
        for record in self:
            if record.put_away and not (record.state_id and record.state_id.available):
                raise ValidationError(self.env._(
                    "%(name)s goes back to Stock, so its state must be one that can be "
                    "sold. Choose such a state, or untick 'Back to Stock'.",
                    name=record.name))
            if record.state_id and record.state_id.available and not record.put_away:
                raise ValidationError(self.env._(
                    "%(name)s makes goods available for sale, so they must go back to "
                    "Stock. Tick 'Back to Stock', or choose another state.",
                    name=record.name))

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self.env["stock.warehouse"].search([])._create_disposition_places(records)
        return records
