from odoo import api, fields, models

from ..const import RESOLUTIONS, YES_NO


class ReturnsAddWizardLine(models.TransientModel):
    """A delivered order line, and how much of it comes back."""

    _name = "returns.add.wizard.line"
    _description = "Order line to return"
    _inherit = ["inventory.typed"]

    dialog_id = fields.Many2one("returns.add.wizard", required=True, ondelete="cascade")
    sale_line_id = fields.Many2one("sale.order.line", "Order line", required=True)
    sale_order_id = fields.Many2one(related="sale_line_id.order_id", string="Order")
    product_id = fields.Many2one(related="sale_line_id.product_id")
    uom_id = fields.Many2one(related="sale_line_id.product_uom_id", string="Unit")
    delivered = fields.Float(digits="Product Unit", readonly=True)
    returnable = fields.Float("Can come back", digits="Product Unit", readonly=True)
    quantity = fields.Float("Comes back", digits="Product Unit")
    reason_id = fields.Many2one("returns.reason", "Reason")
    resolution = fields.Selection(
        RESOLUTIONS, "Customer wants", default="refund", required=True
    )
    exchange_product_id = fields.Many2one(
        "product.product",
        "In exchange",
        domain="[('type', '=', 'consu'), ('sale_ok', '=', True)]",
        help="Empty: the same product again.",
    )
    credit_consent = fields.Boolean("Agreed to store credit")
    offered = fields.Char(compute="_compute_offered", compute_sudo=True)
    sealed = fields.Selection(YES_NO, "Still sealed")
    comment = fields.Text("Customer says")

    @api.depends("reason_id", "quantity", "sealed", "sale_line_id")
    def _compute_offered(self):
        """What the policy in force offers for the line, of what is built."""
        for line in self:
            line.offered = ""
        known = self.filtered("sale_line_id")
        Channel, Line = self.env["returns.channel"], self.env["returns.order.line"]
        groups = known.grouped(
            lambda line: (
                line.sale_order_id.company_id,
                line.sale_order_id.returns_channel_id or Channel.search([], limit=1),
            )
        )
        for (company, channel), lines in groups.items():
            version = self.env["returns.policy"]._for_return(
                company._origin, channel._origin
            )
            if not version:
                continue
            specs = [line._spec(company, channel) for line in lines]
            for line, decision in zip(lines, version._decide(specs), strict=True):
                line.offered = Line._offered(decision)

    def _spec(self, company, channel):
        """What returns.facts needs to know of the line as it stands on the screen."""
        order = self.sale_order_id
        return {
            "sale_line": self.sale_line_id._origin,
            "quantity": self.quantity or self.returnable,
            "reason": self.reason_id._origin,
            "resolution": None,
            "sealed": self.sealed,
            "withdrawal": False,
            "evidence": None,
            "channel": channel._origin,
            "company": company._origin,
            "partner": order.partner_id._origin,
            "node": order.warehouse_id._origin,
            "now": fields.Datetime.now(),
        }
