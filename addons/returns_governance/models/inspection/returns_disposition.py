from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...const import DISPOSITION_KINDS, DISPOSITION_REFUND_EFFECT
from ...engine.disposition import DispositionSpec, check_matrix


class ReturnsDisposition(models.Model):
    """What becomes of an inspected unit.

    One code fixes the physical move (the state and place it goes to) and the effect on
    the refund. ``restock`` uses the warehouse's Stock itself, with put-away; each
    other disposition has its own place inside its state's place.
    """

    _name = "returns.disposition"
    _description = "Disposition"
    _inherit = ["returns.coded"]
    _order = "sequence, id"

    kind = fields.Selection(
        DISPOSITION_KINDS,
        "What it does",
        required=True,
        default="quarantine",
        help="Set-ups that contradict it are refused.",
    )
    state_id = fields.Many2one(
        "inventory.state",
        "State of the goods",
        ondelete="restrict",
        domain=[("kind", "=", "stored")],
        help="Empty: the goods stay with the customer and nothing moves.",
    )
    put_away = fields.Boolean(
        "Back to Stock",
        help="Goes to the warehouse's Stock by its put-away rules.",
    )
    refund_effect = fields.Selection(
        DISPOSITION_REFUND_EFFECT,
        default="full",
        required=True,
        string="Effect on the refund",
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Who may choose it",
        help="Empty: whoever may override a disposition.",
    )
    place_ids = fields.One2many(
        "stock.location",
        "returns_disposition_id",
        "Places",
        readonly=True,
    )

    _code_uniq = models.Constraint(
        "unique (code)",
        "Another disposition has this code already.",
    )

    @api.constrains("kind", "state_id", "put_away", "refund_effect", "code")
    def _check_matrix(self):
        """Refuse set-ups that contradict themselves (engine.disposition)."""
        for record in self:
            record._check_put_away()
            for problem in check_matrix([record._to_engine()]):
                raise ValidationError(record._explain(problem))

    def _check_put_away(self):
        available = bool(self.state_id.available)
        if self.put_away and not available:
            raise ValidationError(
                self.env._(
                    "%(name)s goes back to Stock, so its state must be one that can be "
                    "sold. Choose such a state, or untick 'Back to Stock'.",
                    name=self.name,
                )
            )
        if available and not self.put_away:
            raise ValidationError(
                self.env._(
                    "%(name)s makes goods available for sale, so they must go back to "
                    "Stock. Tick 'Back to Stock', or choose another state.",
                    name=self.name,
                )
            )

    def _to_engine(self):
        """This row of the matrix as the engine checks it."""
        return DispositionSpec(
            self.code,
            kind=self.kind,
            state=self.state_id.code or None,
            available=bool(self.state_id.available),
            moves=self.kind != "keep_with_customer" or bool(self.state_id),
            value="write_off" if self.state_id.code == "write_off" else "keep",
            refund_percent=100 if self.refund_effect == "full" else 0,
        )

    def _explain(self, problem):
        """A contradiction and its way out, for people."""
        name = self.name
        texts = {
            "restock_not_available": self.env._(
                "%(name)s restocks goods, but its state cannot be sold. Choose a state "
                "that can be sold, or say that it does something else.",
                name=name,
            ),
            "gone_but_available": self.env._(
                "%(name)s takes goods out of business, but leaves them for sale. "
                "Choose a state that cannot be sold.",
                name=name,
            ),
            "held_but_available": self.env._(
                "%(name)s keeps goods from customers, but its state can be sold. "
                "Choose another state.",
                name=name,
            ),
            "kept_but_moved": self.env._(
                "%(name)s leaves the goods with the customer, so they have no state "
                "here. Empty the state.",
                name=name,
            ),
            "moved_nowhere": self.env._(
                "%(name)s moves goods, but does not say into which state. Choose one.",
                name=name,
            ),
            "gone_with_value": self.env._(
                "%(name)s takes goods out of business, but keeps their value. Choose "
                "the state for writing off.",
                name=name,
            ),
        }
        return texts.get(problem.code, problem.text)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._make_places()
        return records

    def write(self, vals):
        result = super().write(vals)
        if {"state_id", "put_away"} & vals.keys():
            self._move_places()
        if {"state_id", "put_away", "active"} & vals.keys():
            self.filtered("active")._make_places()
        return result

    def _make_places(self):
        """Give every warehouse of every company the places that are missing."""
        # sudo: a disposition is shared, so all companies' warehouses have its place
        warehouses = self.env["stock.warehouse"].sudo().with_context(active_test=False)
        warehouses.search([])._create_disposition_places(self)

    def _move_places(self):
        """Let the places follow the state; refused by inventory_states while goods lie
        in them."""
        # sudo: places belong to the set-up of warehouses, whoever may change the
        # disposition
        places = self.sudo().with_context(active_test=False).place_ids
        for place in places:
            disposition = place.returns_disposition_id
            if disposition.put_away or not disposition.state_id:
                place._check_empty_for_state()
                place.active = False
                continue
            parent = place.warehouse_id._get_state_location(disposition.state_id.code)
            if parent and place.location_id != parent:
                place.location_id = parent
            place.active = True
