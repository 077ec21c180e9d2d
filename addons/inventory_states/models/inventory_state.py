from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ..const import DERIVED, ERROR_GUARDED, EXTERNAL, STORED


class InventoryState(models.Model):
    """A named state in which stock can be: sellable, in quarantine, written off...

    A *stored* state has a place in each warehouse, a *derived* one is read from
    quants and moves, and *outside* stands for all that is not in the house.
    """

    _name = "inventory.state"
    _description = "Inventory State"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short technical name, used by imports and other programs."
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            (STORED, "Has a place in each warehouse"),
            (DERIVED, "Read from reservations and transfers"),
            (EXTERNAL, "Outside the company"),
        ],
        required=True,
        default=STORED,
    )
    available = fields.Boolean(
        default=False,
        help="Stock in this state can be promised to customers and reserved for "
        "them. Stock in other states is in the house and has its value, and "
        "nothing more.",
    )
    adjust_with_reason = fields.Boolean(
        "Adjust With Reason",
        help="Inventory adjustments into and out of this state are allowed when "
        "they give a reason, even where the allowed changes do not name them.",
    )
    color = fields.Integer()
    icon = fields.Char(help="Name of the Font Awesome picture, such as fa-search.")
    description = fields.Text(translate=True)
    location_ids = fields.One2many("stock.location", "state_id", "Places")
    location_count = fields.Integer(compute="_compute_location_count")
    transition_from_ids = fields.One2many(
        "inventory.state.transition", "state_id", "Goods May Go To"
    )
    transition_to_ids = fields.One2many(
        "inventory.state.transition", "state_dest_id", "Goods May Come From"
    )

    _code_uniq = models.Constraint(
        "unique (code)", "Another state has this code already."
    )
    _available_stored = models.Constraint(
        "check (NOT available OR kind = 'stored')",
        "Only a state with a place can be available.",
    )

    @api.depends("location_ids")
    def _compute_location_count(self):
        groups = self.env["stock.location"]._read_group(
            [("state_id", "in", self.ids)], ["state_id"], ["__count"]
        )
        counts = dict(groups)
        for state in self:
            state.location_count = counts.get(state, 0)

    @api.model_create_multi
    def create(self, vals_list):
        """Make the places of new stored states in every warehouse."""
        states = super().create(vals_list)
        self.env.registry.clear_cache()
        # sudo: any user who may make a state makes its places in all companies
        warehouses = self.env["stock.warehouse"].sudo()
        warehouses.with_context(active_test=False).search([])._create_state_locations()
        return states

    def write(self, vals):
        """Refuse to change what a state means while goods are in it."""
        if {"code", "kind", "available"} & vals.keys():
            self._check_unused(vals)
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    def unlink(self):
        """Forget the cached codes together with the states."""
        res = super().unlink()
        self.env.registry.clear_cache()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_installed(self):
        if self._filter_installed():
            raise UserError(
                self.env._(
                    "[%(code)s] The states that came with the addon cannot be "
                    "deleted. Archive those that you do not use.",
                    code=ERROR_GUARDED,
                )
            )

    def _filter_installed(self):
        """The states of this addon's own data."""
        xmlids = self._get_external_ids()
        return self.filtered(
            lambda s: any(x.startswith("inventory_states.") for x in xmlids[s.id])
        )

    def _check_unused(self, vals):
        """Refuse a change of meaning for installed states and states with stock."""
        names = {"code", "kind", "available"} & vals.keys()
        changed = self.filtered(lambda s: any(s[name] != vals[name] for name in names))
        fixed = changed._filter_installed() if {"code", "kind"} & names else self
        if {"code", "kind"} & names and fixed:
            raise UserError(
                self.env._(
                    "[%(code)s] The code and the kind of the state %(state)s are "
                    "fixed, since other programs rely on them.",
                    code=ERROR_GUARDED,
                    state=", ".join(fixed.mapped("name")),
                )
            )
        locations = self.env["stock.location"].with_context(active_test=False)
        locations.search(
            [("effective_state_id", "in", changed.ids)]
        )._check_empty_for_state()

    @api.model
    @tools.ormcache()
    def _get_ids_by_code(self):
        """Ids of all states, archived ones included, by their code.

        :rtype: dict[str, int]
        """
        # sudo: the codes are no secret, and whoever moves stock needs them
        states = self.sudo().with_context(active_test=False).search([])
        return {state.code: state.id for state in states}

    @api.model
    @tools.ormcache()
    def _get_unavailable_ids(self):
        """Ids of the states whose stock is not promised to anybody.

        :rtype: tuple[int]
        """
        # sudo: as in _get_ids_by_code
        states = self.sudo().with_context(active_test=False)
        return tuple(states.search([("available", "=", False)]).ids)

    @api.model
    def _get_by_code(self, code):
        """The state with this code, or an empty recordset.

        :param str code: such as ``const.QUARANTINE``
        """
        return self.browse(self._get_ids_by_code().get(code, []))

    @api.model
    def _get_placed(self):
        """The active stored states that have places of their own beside *Stock*."""
        # sudo: as in _get_ids_by_code
        return self.sudo().search([("kind", "=", STORED), ("available", "=", False)])
