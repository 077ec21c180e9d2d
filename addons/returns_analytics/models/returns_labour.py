from odoo import fields, models

from ..const import LABOUR_STEPS


class ReturnsLabour(models.Model):
    """How long one step of a return takes, in a company or in one of its warehouses.

    The time of a warehouse goes before the one of its company. What the hour costs is
    the company's (``returns_hour_cost``), or the row's own.
    """

    _name = "returns.labour"
    _description = "Labour of a step"
    _order = "company_id, step, warehouse_id, id"
    _rec_name = "step"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Node",
        check_company=True,
        ondelete="cascade",
        help="Empty: all nodes that have no time of their own.",
    )
    step = fields.Selection(LABOUR_STEPS, required=True)
    minutes = fields.Float(
        required=True,
        digits=(16, 2),
        help="For each unit; to ask for and to settle, for each return.",
    )
    hour_cost = fields.Monetary(
        "Own cost of an hour", help="Zero: the hour of the company's settings."
    )

    _minutes_positive = models.Constraint(
        "check (minutes >= 0 AND hour_cost >= 0)", "Time and cost are not below zero."
    )
    _step_uniq = models.UniqueIndex(
        "(company_id, step, COALESCE(warehouse_id, 0))",
        "This step has a time here already. Change that one.",
    )
