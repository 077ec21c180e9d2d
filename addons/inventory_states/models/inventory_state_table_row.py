from odoo import Command, api, models
from odoo.exceptions import ValidationError

from ..const import DERIVED


class InventoryStateTableRow(models.AbstractModel):
    """What a row of the guard and a row of an edition have in common."""

    _name = "inventory.state.table.row"
    _description = "Row of the Table of State Changes"

    @api.constrains("state_id", "state_dest_id")
    def _check_kinds(self):
        for row in self:
            states = row.state_id | row.state_dest_id
            if DERIVED in states.mapped("kind"):
                raise ValidationError(
                    self.env._(
                        "Reserved and in transit are read from the stock and cannot "
                        "be in the table: goods go there through sellable."
                    )
                )

    def _pair(self):
        return self.state_id.id, self.state_dest_id.id

    def _said(self):
        """The row as values for another one."""
        self.ensure_one()
        return {
            "state_id": self.state_id.id,
            "state_dest_id": self.state_dest_id.id,
            "group_ids": [Command.set(sorted(self.group_ids.ids))],
            "needs_reason": self.needs_reason,
            "needs_approval": self.needs_approval,
            "sequence": self.sequence,
        }

    def _content(self):
        """What the row allows, for the fingerprint; its place says nothing."""
        return [
            *self._pair(),
            sorted(self.group_ids.ids),
            bool(self.needs_reason),
            bool(self.needs_approval),
        ]

    def _in_words(self):
        """ "Inspection to Damaged (reason needed; Inventory / Administrator)"."""
        said = []
        if self.needs_reason:
            said.append(self.env._("reason needed"))
        if self.needs_approval:
            said.append(self.env._("approval needed"))
        # sudo: names of groups are not readable to everybody
        said += self.group_ids.sudo().mapped("full_name")
        pair = self.env._(
            "%(origin)s to %(dest)s",
            origin=self.state_id.name,
            dest=self.state_dest_id.name,
        )
        return f"{pair} ({'; '.join(said)})" if said else pair
