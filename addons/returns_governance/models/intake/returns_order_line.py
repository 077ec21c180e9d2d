from odoo import api, fields, models

from ...const import DEAD_CASE_STATES, RESOLUTIONS
from ...guard import refuse

FINEST = 6  # digits; finer than any unit, coarser than the noise of floats


class ReturnsOrderLine(models.Model):
    """One sold line that a customer wants to return, with its quantities.

    Requested, reason and wish are asked; every other quantity is the sum of the rows
    that the steps appended. All quantities are in the unit of the order line.
    """

    _name = "returns.order.line"
    _description = "Line of a return"
    _inherit = ["returns.edited", "returns.guarded"]
    _order = "order_id, sequence, id"
    _machine_fields = frozenset(
        {
            "quantity_authorised",
            "quantity_cancelled",
            "quantity_claimed",
            "quantity_received",
            "quantity_inspected",
            "quantity_disposed",
            "quantity_refunded",
            "quantity_exchanged",
            "quantity_released",
            "quantity_released_by_hand",
            "amount_due",
            "amount_tax",
            "amount_fees",
            "amount_paid",
            "amount_settled",
            "decision_id",
        }
    )
    _rec_name = "product_id"

    order_id = fields.Many2one(
        "returns.order",
        string="Return",
        required=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    case_state = fields.Selection(related="order_id.case_state", string="Case")
    sold_line_id = fields.Many2one(
        "returns.sold.line",
        required=True,
        ondelete="restrict",
        index=True,
    )
    sale_line_id = fields.Many2one(
        related="sold_line_id.sale_line_id",
        store=True,
        index=True,
        string="Order line",
    )
    sale_order_id = fields.Many2one(
        related="sold_line_id.sale_order_id",
        store=True,
        index=True,
        string="Order",
    )
    product_id = fields.Many2one(
        related="sold_line_id.product_id",
        store=True,
        index=True,
    )
    uom_id = fields.Many2one(related="sold_line_id.uom_id", string="Unit")
    reason_id = fields.Many2one("returns.reason", index=True)
    resolution = fields.Selection(RESOLUTIONS, default="refund", required=True)
    comment = fields.Text()
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "returns_order_line_evidence_rel",
        "line_id",
        "attachment_id",
        string="Evidence",
        bypass_search_access=True,
    )
    decision_id = fields.Many2one("returns.decision", readonly=True, string="Decision")

    quantity = fields.Float("Requested", digits="Product Unit", required=True)
    quantity_authorised = fields.Float(
        "Authorised", digits="Product Unit", readonly=True
    )
    quantity_cancelled = fields.Float(
        "Cancelled",
        digits="Product Unit",
        readonly=True,
        help="Authorised once and given up again.",
    )
    quantity_released_by_hand = fields.Float(readonly=True)
    quantity_claimed = fields.Float(
        compute="_compute_quantity_claimed",
        store=True,
        digits="Product Unit",
        help="Units that no other return can claim.",
    )
    receipt_ids = fields.One2many("returns.receipt", "line_id", string="Receipts")
    inspection_ids = fields.One2many("returns.inspection", "line_id", string="Findings")
    routing_ids = fields.One2many("returns.routing", "line_id", string="Routings")
    settlement_line_ids = fields.One2many("returns.settlement.line", "line_id")

    # Not rounded to the unit of the order line: one of a pack of six is a sixth of its
    # price, and not 0.17 of it.
    quantity_received = fields.Float(
        "Received",
        compute="_compute_received",
        store=True,
    )
    quantity_inspected = fields.Float(
        "Inspected",
        compute="_compute_inspected",
        store=True,
    )
    quantity_disposed = fields.Float(
        "Disposed",
        compute="_compute_disposed",
        store=True,
    )
    quantity_refunded = fields.Float(
        "Refunded",
        compute="_compute_settled",
        store=True,
    )
    quantity_exchanged = fields.Float(
        "Exchanged",
        digits="Product Unit",
        readonly=True,
    )
    quantity_released = fields.Float(
        "Released",
        readonly=True,
        help="The release rule is met for this many units (engine/release.py).",
    )
    # Money of the line in the order's currency, with tax; the engine's own figures.
    amount_paid = fields.Monetary(
        "Paid",
        readonly=True,
        help="Paid for the requested quantity, with tax.",
    )
    amount_due = fields.Monetary(
        "Refund",
        readonly=True,
        help="Credit owed for this line in all, with tax.",
    )
    amount_tax = fields.Monetary("Tax in refund", readonly=True)
    amount_fees = fields.Monetary("Fees", readonly=True)
    amount_settled = fields.Monetary(
        "Settled",
        compute="_compute_settled",
        store=True,
    )

    _quantity_positive = models.Constraint(
        "check (quantity > 0)",
        "The quantity to return must be above zero.",
    )

    @api.depends(
        "quantity",
        "quantity_authorised",
        "quantity_cancelled",
        "quantity_received",
        "order_id.case_state",
        "decision_id",
    )
    def _compute_quantity_claimed(self):
        for line in self:
            state = line.order_id.case_state
            if state in DEAD_CASE_STATES or state == "draft":
                # Goods that came in spite of it stay claimed: they are in the house.
                line.quantity_claimed = line.quantity_received
            elif line.decision_id:
                line.quantity_claimed = (
                    line.quantity_authorised - line.quantity_cancelled
                )
            else:
                line.quantity_claimed = line.quantity - line.quantity_cancelled

    def _sum_rows(self, rows, field="quantity"):
        """Sum rows (in the product's unit) into the unit of the order line."""
        total = sum(rows.mapped(field))
        unit = self.product_id.uom_id
        if self.uom_id and unit != self.uom_id:
            return unit._compute_quantity(total, self.uom_id, round=False)
        return total

    @api.depends("receipt_ids.quantity")
    def _compute_received(self):
        for line in self:
            line.quantity_received = line._sum_rows(line.receipt_ids)

    @api.depends("inspection_ids.quantity")
    def _compute_inspected(self):
        for line in self:
            line.quantity_inspected = line._sum_rows(line.inspection_ids)

    @api.depends("routing_ids.quantity")
    def _compute_disposed(self):
        for line in self:
            line.quantity_disposed = line._sum_rows(line.routing_ids)

    @api.depends(
        "settlement_line_ids.quantity",
        "settlement_line_ids.amount",
        "settlement_line_ids.counts",
    )
    def _compute_settled(self):
        for line in self:
            rows = line.settlement_line_ids.filtered("counts")
            line.quantity_refunded = sum(rows.mapped("quantity"))
            line.amount_settled = rows._sum_in_order()

    @api.ondelete(at_uninstall=False)
    def _unlink_only_while_draft(self):
        self._check_draft()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        asked = {"quantity", "sold_line_id", "reason_id", "resolution"} & vals.keys()
        if asked or any(
            line.order_id.id != vals["order_id"] for line in self if "order_id" in vals
        ):
            self._check_draft()
        return super().write(vals)

    def _edited_orders(self):
        return self.order_id

    def _check_draft(self):
        """What was asked stays as it was asked; a change is a new row or return."""
        for line in self:
            if line.order_id.case_state != "draft":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s was submitted: its lines cannot be changed any more. "
                        "Cancel quantities, or make a new return.",
                        name=line.order_id.name,
                    ),
                )

    def _open_to_receive(self):
        """Return {line: units authorised and not yet received, in the line's unit}."""
        return {
            line: max(
                0.0,
                round(
                    line.quantity_authorised
                    - line.quantity_cancelled
                    - line._received_exactly(),
                    FINEST,
                ),
            )
            for line in self
        }

    def _missing_words(self, quantity):
        """What is missing of the line, for people."""
        return f"{quantity:g} {self.product_id.display_name}"

    def _received_exactly(self):
        """Units received in the line's unit, not rounded to it: a dozen of which four
        came waits for eight, and not for 0.67 of a dozen."""
        if self.uom_id == self.product_id.uom_id:
            return self.quantity_received
        return self._sum_rows(self.receipt_ids)
