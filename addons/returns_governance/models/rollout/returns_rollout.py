from typing import NamedTuple

from odoo import api, fields, models, tools

OPEN, SHADOW, OUTSIDE = "open", "shadow", "outside"
#: Cases that bind a sold line to governance, whatever becomes of the phase.
BINDING = ("requested", "to_approve", "authorised", "closed", "expired")


class Phase(NamedTuple):
    """What is asked of a phase for each line; empty sets stand for all."""

    id: int
    state: str
    warehouses: frozenset
    channels: frozenset
    categories: frozenset
    date_from: object
    date_to: object


class ReturnsRollout(models.AbstractModel):
    """Which sold lines are governed, where a company goes over step by step.

    A company without any phase is governed as a whole, and nothing is looked up. Where
    there are phases, a line is governed in an open one, and for good once it has a
    return. All else is bare Odoo.
    """

    _name = "returns.rollout"
    _description = "Scope of the rollout"

    @api.model
    @tools.ormcache("company_id")
    def _plan(self, company_id):
        """The phases of a company, kept by every worker until one changes."""
        # sudo: whatever the reader sees of phases, they hold
        phases = self.env["returns.rollout.phase"].sudo()
        return tuple(
            Phase(
                phase.id,
                phase.state,
                frozenset(phase.warehouse_ids.ids),
                frozenset(phase.channel_ids.ids),
                frozenset(phase.categ_ids.ids),
                phase.date_from,
                phase.date_to,
            )
            # named here: the plan is kept, whatever the context of who asks first
            for phase in phases.search(
                [("company_id", "=", company_id), ("active", "=", True)]
            )
        )

    @api.model
    def _find(self, sale_line, channel=None):
        """(state, phase id) of a sold line: open, shadow or outside.

        :param recordset channel: of a request, where the order names none
        """
        plan = self._plan(sale_line.company_id.id)
        if not plan:
            return OPEN, False
        found = (OUTSIDE, False)
        order = sale_line.order_id
        channel_id = (order.returns_channel_id or channel or order.browse()).id
        path = sale_line.product_id.categ_id.parent_path or ""
        categories = {int(part) for part in path.split("/") if part}
        for phase in plan:
            if phase.state not in (OPEN, SHADOW) or not self._is_on(phase):
                continue
            if (
                (phase.warehouses and order.warehouse_id.id not in phase.warehouses)
                or (phase.channels and channel_id not in phase.channels)
                or (phase.categories and not phase.categories & categories)
            ):
                continue
            if phase.state == OPEN:
                return OPEN, phase.id
            found = (SHADOW, phase.id)
        return found

    def _is_on(self, phase):
        today = fields.Date.context_today(self)
        begun = not phase.date_from or phase.date_from <= today
        return begun and not (phase.date_to and phase.date_to < today)

    @api.model
    def _is_governed(self, sale_line, channel=None):
        """Whether the house's rules hold for a sold line."""
        if not self._plan(sale_line.company_id.id):
            return True
        if self._find(sale_line, channel)[0] == OPEN:
            return True
        # sudo: a return that the caller cannot see binds the line as well
        return any(
            line.case_state in BINDING for line in sale_line.sudo().returns_line_ids
        )

    @api.model
    def _governed(self, sale_lines):
        """Those of the sold lines for which the rules hold."""
        return sale_lines.filtered(self._is_governed)

    @api.model
    def _is_partner_governed(self, partner, company):
        """Whether a customer has bought anything that is governed."""
        if not self._plan(company.id):
            return True
        # sudo: whoever pays meets the whole truth
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search(
                [
                    ("order_partner_id", "child_of", partner.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                    ("state", "=", "sale"),
                    ("display_type", "=", False),
                ]
            )
        )
        return any(self._is_governed(line) for line in lines)
