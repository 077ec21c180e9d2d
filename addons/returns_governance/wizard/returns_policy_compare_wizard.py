from odoo import api, fields, models


class ReturnsPolicyCompareWizard(models.TransientModel):
    """Two versions side by side: what the newer one says otherwise."""

    _name = "returns.policy.compare.wizard"
    _description = "Comparison of two versions of a policy"

    old_version_id = fields.Many2one(
        "returns.policy.version", "Compare", required=True, ondelete="cascade"
    )
    new_version_id = fields.Many2one(
        "returns.policy.version", "With", required=True, ondelete="cascade"
    )
    difference = fields.Html(compute="_compute_difference", sanitize=False)
    difference_text = fields.Text("As text", compute="_compute_difference")

    @api.depends("old_version_id", "new_version_id")
    def _compute_difference(self):
        diff = self.env["returns.policy.diff"]
        for dialog in self:
            pair = (dialog.old_version_id, dialog.new_version_id)
            whole = all(pair)
            dialog.difference = whole and diff._as_html(*pair)
            dialog.difference_text = whole and diff._as_text(*pair)

    @api.model
    def default_get(self, fields_list):
        """The chosen versions; one alone with the version in force, or before it."""
        values = super().default_get(fields_list)
        Version = self.env["returns.policy.version"]
        ids = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") != Version._name:
            return values
        chosen = Version.browse(i for i in ids if type(i) is int).exists()
        if len(chosen) > 1:
            # a draft is the newest of all
            chosen = chosen.sorted(lambda v: (v.state == "draft", v.number, v.id))
            old, new = chosen[-2], chosen[-1]
        else:
            new, old = chosen, chosen._compared_with()
        return {**values, "old_version_id": old.id, "new_version_id": new.id}


class ReturnsPolicyVersion(models.Model):
    """The button that compares a version."""

    _inherit = "returns.policy.version"

    def action_compare(self):
        """Open the comparison with the version in force, or with the one before."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare versions"),
            "res_model": "returns.policy.compare.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def _compared_with(self):
        """What a reader wants to see this version against."""
        current = self.policy_id.current_version_id
        if current and current != self:
            return current
        others = self.policy_id.version_ids - self
        earlier = others.filtered(
            lambda v: 0 < v.number < (self.number or v.number + 1)
        )
        return (earlier or others)[:1]
