from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.exceptions import UserError

from ..const import (
    DISPOSAL_USAGES,
    ERROR_TABLE,
    ERROR_TRANSITION,
    IN_TRANSIT,
    KEY_PERMIT,
    OUTSIDE,
    SELLABLE,
)
from ..ledger import Permit


class Rule(NamedTuple):
    """One row of the table, as the guard keeps it in memory."""

    id: int | bool
    needs_reason: bool
    needs_approval: bool
    group_ids: frozenset


class Change(NamedTuple):
    """A change that the guard is asked about: a line, and the two places."""

    line: models.BaseModel
    source: models.BaseModel
    dest: models.BaseModel


FREE = Rule(False, False, False, frozenset())
WITH_REASON = Rule(False, True, False, frozenset())


class InventoryStateTransition(models.Model):
    """An allowed change from one state to another, and who may make it.

    What is not in this table is refused, on every path on which stock can move:
    the guard on ``stock.move.line`` asks ``_check_changes``.
    """

    _name = "inventory.state.transition"
    _description = "Allowed State Change"
    _inherit = ["inventory.state.table.row"]
    _order = "sequence, id"
    _rec_name = "state_id"

    state_id = fields.Many2one(
        "inventory.state", "From", required=True, ondelete="cascade", index=True
    )
    state_dest_id = fields.Many2one(
        "inventory.state", "To", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    group_ids = fields.Many2many(
        "res.groups",
        string="Who May",
        help="Members of any of these groups. Empty: everybody who may move stock.",
    )
    needs_reason = fields.Boolean("Reason Needed")
    needs_approval = fields.Boolean("Approval Needed")

    _pair_uniq = models.Constraint(
        "unique (state_id, state_dest_id)", "This change is in the table already."
    )
    _pair_differs = models.Constraint(
        "check (state_id != state_dest_id)",
        "A move within one state is always allowed and needs no row.",
    )

    @api.depends("state_id.name", "state_dest_id.name")
    def _compute_display_name(self):
        for transition in self:
            transition.display_name = self.env._(
                "%(origin)s to %(dest)s",
                origin=transition.state_id.name,
                dest=transition.state_dest_id.name,
            )

    # The rows change by publishing an edition of the table (`inventory.state.table`).

    @api.model_create_multi
    def create(self, vals_list):
        """Take rows from an edition, or from an addon that is installed."""
        return super(InventoryStateTransition, self._editable()).create(vals_list)

    def write(self, vals):
        """Take changes from an edition, or from an addon that is installed."""
        return super(InventoryStateTransition, self._editable()).write(vals)

    def unlink(self):
        """Let rows go with the addon that brought them."""
        return super(InventoryStateTransition, self._editable()).unlink()

    def _editable(self):
        """The rows, forgotten by the cache, where they may be changed now.

        :raise UserError: with ``[TABLE_IMMUTABLE]`` for everybody, on every path
        """
        registry = self.env.registry
        permitted = Permit._take(self.env, "transition")
        if not permitted and (registry.ready or self.env.uid != SUPERUSER_ID):
            raise UserError(
                self.env._(
                    "[%(code)s] The table of allowed changes is changed as a whole: "
                    "open Allowed Changes, press Change the Table, change the draft, "
                    "and publish it.",
                    code=ERROR_TABLE,
                )
            )
        if not permitted:
            registry._state_table_touched = True
        registry.clear_cache()
        return self.with_context(**{KEY_PERMIT: False})

    def _permitted(self):
        """The rows with a permit for one change."""
        return self.with_context(**{KEY_PERMIT: Permit("transition")})

    # ------------------------------------------------------------------ guard

    @api.model
    @tools.ormcache()
    def _get_rules(self):
        """The active table, by the ids of both states.

        :rtype: dict[tuple[int, int], Rule]
        """
        # sudo: everybody who moves stock is judged by the same table
        return {
            (row.state_id.id, row.state_dest_id.id): Rule(
                row.id,
                row.needs_reason,
                row.needs_approval,
                frozenset(row.group_ids.ids),
            )
            for row in self.sudo().search([])
        }

    @api.model
    def _check_changes(self, changes, reserving=False):
        """Refuse the first change that the table does not allow.

        :param list[Change] changes: what is about to be booked
        :param bool reserving: the goods are only reserved for it: who may, reason
            and approval are asked when it is booked
        :raise UserError: with ``[STATE_TRANSITION]``, the pair, the rule and who may
        """
        to_approve = {}
        for change in changes:
            rule = self._find_rule(change)
            if rule is FREE or reserving:
                continue
            self._check_who(change, rule)
            if rule.needs_reason and not change.line._get_state_reason():
                self._refuse(change, rule, self.env._("a reason is missing"))
            if rule.needs_approval:
                to_approve.setdefault(rule, []).append(change)
        for rule, waiting in to_approve.items():
            self._check_approved(rule, waiting)

    def _find_rule(self, change):
        """The rule under which this change is allowed, else refuse it.

        :rtype: Rule
        """
        line = change.line
        if line.state_reversed_line_id:
            return self._find_reversal_rule(change)
        rule, why = self._match(
            line.move_id, change.source, change.dest, line._is_customer_owned()
        )
        if why:
            self._refuse(change, None, why)
        return rule

    def _find_reversal_rule(self, change):
        """A reversing line takes its own pair back, by those who may make it."""
        if not change.line._is_valid_reversal():
            self._refuse(
                change, None, self.env._("it does not match the line that it reverses")
            )
        source, dest = self._get_pair(change.source, change.dest)
        return self._get_rules().get((dest.id, source.id)) or FREE

    @api.model
    def _match(self, move, source_place, dest_place, owned):
        """Find the rule for a change between two places.

        :param move: the ``stock.move`` that makes it
        :param bool owned: the goods belong to the customer who gets them
        :return: the rule and False, or None and why there is none
        :rtype: tuple[Rule | None, str | bool]
        """
        source, dest = self._get_pair(source_place, dest_place)
        if source == dest:
            return FREE, False
        if IN_TRANSIT in (source.code, dest.code):
            if {source.code, dest.code} == {IN_TRANSIT, SELLABLE}:
                return FREE, False
            return None, self.env._(
                "only sellable stock goes into transit and comes out of it"
            )
        rule = self._get_rules().get((source.id, dest.id))
        if not rule and self._is_adjustment(move, source_place, dest_place):
            rule = WITH_REASON
        if not rule:
            return None, self.env._("this change is not in the table")
        if (
            dest.code == OUTSIDE
            and not source.available
            and dest_place.usage not in DISPOSAL_USAGES
            and not owned
        ):
            return None, self.env._(
                "stock that is not available leaves only to a vendor or a loss place, "
                "unless the customer owns it"
            )
        return rule, False

    @api.model
    def _get_pair(self, source_place, dest_place):
        """Both states of a change; a place without a state counts as sellable."""
        sellable = self.env["inventory.state"]._get_by_code(SELLABLE)
        return (
            source_place.effective_state_id or sellable,
            dest_place.effective_state_id or sellable,
        )

    @api.model
    def _is_adjustment(self, move, source_place, dest_place):
        """Whether an inventory adjustment may make this change with a reason."""
        if not move.is_inventory:
            return False
        places = source_place | dest_place
        loss = places.filtered(lambda place: place.usage == "inventory")
        return bool(loss) and any(
            place.effective_state_id.adjust_with_reason for place in places - loss
        )

    def _check_who(self, change, rule):
        """Refuse when the user is in none of the groups of the rule."""
        user = self.env.user
        if not rule.group_ids or user._is_superuser():
            return
        if rule.group_ids.isdisjoint(user._get_group_ids()):
            self._refuse(change, rule, self.env._("you may not make this change"))

    def _check_approved(self, rule, changes):
        """Ask the approval role about all lines of one rule."""
        lines = self.env["stock.move.line"].union(*(c.line for c in changes))
        # sudo: the table is readable to stock users, the role may serve others
        transition = self.sudo().browse(rule.id)
        if not self.env["inventory.role.approval"]._is_approved(lines, transition):
            self._refuse(changes[0], rule, self.env._("an approval is missing"))

    def _refuse(self, change, rule, why):
        """Raise the refusal: what, from where to where, by which rule, who may."""
        source, dest = self._get_pair(change.source, change.dest)
        raise UserError(
            self.env._(
                "[%(code)s] %(product)s cannot go from %(origin)s (%(origin_place)s) "
                "to %(dest)s (%(dest_place)s): %(why)s. From %(origin)s it may go to: "
                "%(allowed)s. Who may: %(who)s.",
                code=ERROR_TRANSITION,
                product=change.line.product_id.display_name,
                origin=source.name,
                origin_place=change.source.display_name,
                dest=dest.name,
                dest_place=change.dest.display_name,
                why=why,
                allowed=self._describe_allowed(source),
                who=self._describe_who(rule),
            )
        )

    def _describe_allowed(self, source):
        """Names of the states that the table allows from ``source``."""
        ids = [pair[1] for pair in self._get_rules() if pair[0] == source.id]
        # sudo: as in _get_rules
        names = self.env["inventory.state"].sudo().browse(ids).mapped("name")
        return ", ".join(names) or self.env._("no other state")

    def _describe_who(self, rule):
        """Names of those who may make a change, for the refusal."""
        if rule is None:
            return self.env._("nobody")
        # sudo: names of groups are not readable to everybody
        groups = self.env["res.groups"].sudo().browse(rule.group_ids)
        names = ", ".join(groups.mapped("full_name"))
        if rule.needs_approval:
            names = names or self.env._("everybody who may move stock")
            return self.env._("%(who)s, with an approval", who=names)
        return names or self.env._("everybody who may move stock")
