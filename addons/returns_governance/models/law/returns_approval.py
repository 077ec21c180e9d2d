from odoo import api, fields, models


class ReturnsApproval(models.Model):
    """Also decides whether goods under the ban of destruction may be destroyed."""

    _inherit = "returns.approval"

    destruction_id = fields.Many2one(
        "returns.destruction",
        "Permission to destroy",
        ondelete="cascade",
        index="btree_not_null",
    )

    _one_open_per_destruction = models.UniqueIndex(
        "(destruction_id) WHERE state = 'open'",
        "This permission waits for an approval already.",
    )

    @api.depends("destruction_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for approval in self.filtered("destruction_id"):
            approval.display_name = self.env._(
                "Destroy %(quantity)g × %(product)s",
                quantity=approval.quantity,
                product=approval.product_id.display_name or "",
            )
        return result

    def _involved(self):
        # sudo: who wrote it counts, whatever of it the user can see
        permission = self.sudo().destruction_id
        return super()._involved() | permission.create_uid
