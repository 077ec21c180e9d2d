from odoo import api, fields, models


class InventoryStateTableLine(models.Model):
    """A row of one edition: an allowed change, and who may make it."""

    _name = "inventory.state.table.line"
    _description = "Allowed State Change of an Edition"
    _inherit = ["inventory.state.table.row"]
    _order = "table_id, sequence, id"

    table_id = fields.Many2one(
        "inventory.state.table", required=True, ondelete="cascade", index=True
    )
    state_id = fields.Many2one(
        "inventory.state", "From", required=True, ondelete="restrict"
    )
    state_dest_id = fields.Many2one(
        "inventory.state", "To", required=True, ondelete="restrict"
    )
    sequence = fields.Integer(default=10)
    group_ids = fields.Many2many(
        "res.groups",
        "inventory_state_table_group_rel",
        string="Who May",
        ondelete="restrict",
        help="Members of any of these groups. Empty: everybody who may move stock.",
    )
    needs_reason = fields.Boolean("Reason Needed")
    needs_approval = fields.Boolean("Approval Needed")

    _pair_uniq = models.Constraint(
        "unique (table_id, state_id, state_dest_id)",
        "This change is in the table already.",
    )
    _pair_differs = models.Constraint(
        "check (state_id != state_dest_id)",
        "A move within one state is always allowed and needs no row.",
    )

    @api.depends("state_id.name", "state_dest_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._in_words()

    @api.model_create_multi
    def create(self, vals_list):
        """In drafts only."""
        # First by the values, so that no constraint speaks before; then as they are.
        self._check_target({vals.get("table_id") for vals in vals_list})
        lines = super().create(vals_list)
        lines.table_id._check_is_draft()
        lines.table_id._note_author()
        return lines

    def write(self, vals):
        """In drafts only; nothing moves out of a published edition or into one."""
        before = self.table_id
        before._check_is_draft()
        self._check_target({vals.get("table_id")})
        result = super().write(vals)
        (before | self.table_id)._check_is_draft()
        (before | self.table_id)._note_author()
        return result

    def _check_target(self, ids):
        tables = self.env["inventory.state.table"]
        tables.browse(i for i in ids if isinstance(i, int))._check_is_draft()

    @api.ondelete(at_uninstall=False)
    def _unlink_only_from_drafts(self):
        self.table_id._check_is_draft()
        self.table_id._note_author()
