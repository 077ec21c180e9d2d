from odoo import fields, models

from ..const import CASE_STATES

MONEY_GROUPS = (
    "returns_governance.group_finance,returns_governance.group_manager,"
    "returns_governance.group_auditor"
)


class ReturnsFact(models.Model):
    """What is known of the units of a return line that share one disposition.

    A line has one row, or one for each disposition that its units were given and one
    for those that wait for theirs; so every slice adds up to the same total. Rows are
    written by ``returns.fact.refresh`` alone, and can be built anew at any time.
    """

    _name = "returns.fact"
    _description = "Returned units"
    _log_access = False
    _order = "requested_on desc, id desc"
    _rec_name = "product_id"

    line_id = fields.Many2one(
        "returns.order.line", "Line", required=True, readonly=True, ondelete="cascade"
    )
    order_id = fields.Many2one(
        "returns.order",
        "Return",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="order_id.partner_id")
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    channel_id = fields.Many2one("returns.channel", "Channel", readonly=True)
    country_id = fields.Many2one(
        "res.country", "Country", readonly=True, help="Where the goods were sent to."
    )
    supplier_id = fields.Many2one(
        "res.partner", "Supplier", readonly=True, help="First vendor of the product."
    )
    carrier_id = fields.Many2one(
        "delivery.carrier",
        "Carrier",
        readonly=True,
        help="Delivery method by which the goods went out.",
    )
    return_carrier = fields.Char(
        "Carrier back", readonly=True, help="Carrier of the parcel that came back."
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", "Sent from", readonly=True, help="Node that sold the goods."
    )
    return_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Comes back to",
        readonly=True,
        help="Node at which the goods are expected.",
    )
    reason_id = fields.Many2one("returns.reason", "Reason", readonly=True)
    disposition_id = fields.Many2one(
        "returns.disposition",
        "Disposition",
        readonly=True,
        help="Empty: not decided yet.",
    )
    case_state = fields.Selection(CASE_STATES, "Case", readonly=True)
    requested_on = fields.Date("Asked on", readonly=True)
    shipped_on = fields.Date("Sent on", readonly=True)
    lines = fields.Integer("Return lines", readonly=True, help="1 on one row per line.")
    quantity = fields.Float(
        "Returned units",
        readonly=True,
        digits="Product Unit",
        help="Asked for and neither refused, cancelled nor expired; or received all "
        "the same. In the product's unit.",
    )
    quantity_received = fields.Float(
        "Received units", readonly=True, digits="Product Unit"
    )
    amount_due = fields.Monetary(
        "Refund",
        readonly=True,
        groups=MONEY_GROUPS,
        help="Owed with tax, in the company's currency at the rate of the order.",
    )
    amount_settled = fields.Monetary("Refunded", readonly=True, groups=MONEY_GROUPS)

    _part_uniq = models.UniqueIndex(
        "(line_id, COALESCE(disposition_id, 0))",
        "These units are counted already.",
    )
    # One for each way in from a panel: by month of request, month of shipping, product.
    _requested_idx = models.Index("(requested_on)")
    _shipped_idx = models.Index("(shipped_on)")
    _product_idx = models.Index("(product_id)")

    def action_open_return(self):
        """Open the return behind the figure."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "returns.order",
            "res_id": self.order_id.id,
            "views": [(False, "form")],
        }
