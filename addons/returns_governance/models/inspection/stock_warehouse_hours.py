from odoo import api, fields, models


class StockWarehouse(models.Model):
    """How long goods may wait at a node, and when it works."""

    _inherit = "stock.warehouse"

    returns_calendar_id = fields.Many2one(
        "resource.calendar",
        "Working hours for returns",
        check_company=True,
        help="What is due here is counted in these hours; without, in the company's.",
    )
    returns_inspection_hours = fields.Integer(
        "Hours to inspect",
        help="Received goods that wait here for more working hours raise the "
        "exception 'inspection overdue'. With zero the company's hours count.",
    )
    _returns_hours_positive = models.Constraint(
        "CHECK (returns_inspection_hours >= 0)",
        "Goods cannot wait for less than no time.",
    )

    @api.model
    def _returns_inspect_by(self, company, since):
        """When goods that came ``since`` then have to be inspected; False for never.

        ``self`` is the node or none.
        """
        hours = (
            self.sudo().returns_inspection_hours  # sudo: no secret to who returns
            or company.sudo().returns_inspection_hours
        )
        if not since or not hours:
            return False
        return self.env["returns.working.time"]._after(self, company, since, hours)
