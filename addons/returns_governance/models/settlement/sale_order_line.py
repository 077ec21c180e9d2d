from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patiently


class SaleOrderLine(models.Model):
    """After a refund an order line has nothing left to invoice.

    Core bills it again: a credit note lowers what is invoiced, and what was ordered
    (or delivered, until the goods are back) stays. Here what returns and goodwill gave
    back counts as done, and what a return took off before the invoice is not billed.
    """

    _inherit = "sale.order.line"

    returns_line_ids = fields.One2many(
        "returns.order.line", "sale_line_id", "Returned in"
    )
    returns_quantity_back = fields.Float(
        compute="_compute_returns_quantities",
        help="Came back through returns; core lowers the delivered quantity by it.",
    )
    returns_quantity_pending = fields.Float(
        compute="_compute_returns_quantities",
        help="Came back, will be refunded, and is not yet.",
    )
    returns_settlement_line_ids = fields.One2many(
        "returns.settlement.line", "sale_line_id"
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if linked := [v for v in vals_list if v.get("invoice_lines")]:
            lines[: len(linked)]._meet_gate(lines.invoice_lines)
        return lines

    def write(self, vals):
        if "invoice_lines" not in vals:
            return super().write(vals)
        return patiently(self.env, lambda: self._tie_documents(dict(vals)))

    def _tie_documents(self, vals):
        self.env["returns.gate"]._lock_lines(self)
        before = self.invoice_lines
        # pylint: disable-next=super-method-mismatch  # a part of it, run again
        result = super().write(vals)
        self._meet_gate(before | self.invoice_lines)
        return result

    def _meet_gate(self, items):
        """Documents were tied to the order, or untied, from the order's side."""
        # sudo: the gate looks at documents that a seller may not read
        moves = items.sudo().move_id.filtered(lambda move: move.state == "posted")
        if moves:
            self.env["returns.gate"]._check_posted(moves)
            self.env["returns.gate"]._check_lowered(self | items.sale_line_ids)

    def _prepare_qty_delivered(self):
        """Of what came back in parts, round the sum and not each part.

        Core turns each move into the unit of the order line and rounds it: a dozen that
        comes back in thirds would leave a hundredth to bill and to return.
        """
        delivered = super()._prepare_qty_delivered()
        for line in self:
            unit = line.product_id.uom_id
            # sudo: whether something came back is no secret to who sees the order
            if unit == line.product_uom_id or not line.sudo().returns_line_ids:
                continue
            outgoing, incoming = line._get_outgoing_incoming_moves()
            done = (outgoing | incoming).filtered(lambda move: move.state == "done")
            if done.product_id != line.product_id:
                continue  # the parts of a kit, which are counted in their own way
            total = sum(
                move.product_uom._compute_quantity(move.quantity, unit, round=False)
                * (1 if move in outgoing else -1)
                for move in done
            )
            delivered[line] = unit._compute_quantity(
                total, line.product_uom_id, rounding_method="HALF-UP"
            )
        return delivered

    def _returns_exact_quantity(self, quantity):
        """A quantity in the line's unit, as the whole units of the product that it
        stands for: 0.17 of a pack of six is one of them, a sixth of the pack."""
        unit, own = self.product_id.uom_id, self.product_uom_id
        if not unit or unit == own:
            return own.round(quantity)
        units = own._compute_quantity(quantity, unit, round=False)
        exact = unit._compute_quantity(float(round(units)), own, round=False)
        return own.round(quantity) if own.compare(exact, quantity) else exact

    @api.depends(
        "returns_line_ids.quantity_received",
        "returns_line_ids.quantity_owed",
        "returns_line_ids.quantity_refunded",
    )
    def _compute_returns_quantities(self):
        for line in self:
            # sudo: a seller sees what is left to invoice, not the returns behind it
            returned = line.sudo().returns_line_ids
            line.returns_quantity_back = sum(returned.mapped("quantity_received"))
            line.returns_quantity_pending = sum(
                max(
                    0.0, min(r.quantity_received, r.quantity_owed) - r.quantity_refunded
                )
                for r in returned
            )

    def _returns_counted_items(self):
        """The lines of documents whose quantity is one of this line."""
        return self.invoice_lines

    def _returns_given_back(self):
        """(credited for good, taken off before the invoice), in the line's unit.

        Credits that correct an invoice are billed again and do not count.
        """
        credited = 0.0
        for item in self._returns_counted_items():
            move = item.move_id
            if move.state == "cancel" or move.returns_credit_kind == "correction":
                continue
            quantity = item.product_uom_id._compute_quantity(
                item.quantity, self.product_uom_id, round=False
            )
            if move.move_type == "out_refund":
                credited += quantity
            elif move.returns_credit_kind == "return" or self._takes_back(move):
                credited -= quantity
        # sudo: as above
        rows = self.sudo().returns_settlement_line_ids.filtered(
            lambda row: (
                row.settlement_id.kind == "less_to_invoice"
                or (
                    row.settlement_id.kind == "channel_paid" and not row.invoice_line_id
                )
            )
        )
        return credited, sum(rows.mapped("quantity"))

    def _takes_back(self, move):
        """Whether a bill only takes back a credit that was given for good."""
        credit = move.reversed_entry_id
        return (
            credit.move_type == "out_refund"
            and credit.returns_credit_kind != "correction"
        )

    @api.depends(
        "returns_line_ids.quantity_received",
        "returns_line_ids.quantity_owed",
        "returns_line_ids.quantity_refunded",
        "invoice_lines.move_id.returns_credit_kind",
        "returns_settlement_line_ids.quantity",
    )
    def _compute_qty_to_invoice(self):
        res = super()._compute_qty_to_invoice()
        for line in self:
            if line.state != "sale" or line.display_type or line.is_downpayment:
                continue
            credited, less = line._returns_given_back()
            if credited or less or line.returns_quantity_back:
                line.qty_to_invoice = line._returns_to_invoice(
                    line.qty_invoiced, credited, less
                )
        return res

    def _returns_to_invoice(self, invoiced, credited, less):
        """What is left to bill of a line that something came back of.

        :param float invoiced: net of credit notes, as core counts it
        """
        waiting = 0.0
        if self.product_id.invoice_policy == "delivery":
            other = self._returns_back_otherwise()
            whole = self.qty_delivered + self.returns_quantity_back + other
            # sudo: as above
            by_returns = sum(self.sudo().returns_line_ids.mapped("quantity_refunded"))
            waiting = max(0.0, other - max(0.0, credited - by_returns))
        else:
            whole = self.product_uom_qty
        left = whole - credited - less - invoiced - waiting
        if left > 0:
            # What came back and waits for its refund is not billed any more.
            left = max(0.0, left - self.returns_quantity_pending)
        return self.product_uom_id.round(left)

    def _returns_back_otherwise(self):
        """What came back to be refunded by Odoo's own transfer, without a return."""
        if self.qty_delivered_method != "stock_move":
            return 0.0
        _outgoing, incoming = self._get_outgoing_incoming_moves()
        return sum(
            move.product_uom._compute_quantity(
                move.quantity, self.product_uom_id, round=False
            )
            for move in incoming
            if move.state == "done" and not move.returns_line_id
        )

    def _compute_invoice_status(self):
        res = super()._compute_invoice_status()
        for line in self:
            if line.invoice_status != "no" or line.state != "sale":
                continue
            if line.display_type:
                continue
            credited, less = line._returns_given_back()
            if (credited or less) and self._is_nothing_left(line):
                line.invoice_status = "invoiced"
        return res

    def _is_nothing_left(self, line):
        return line.product_uom_id.is_zero(line.qty_to_invoice)

    @api.depends("qty_to_invoice")
    def _compute_untaxed_amount_to_invoice(self):
        res = super()._compute_untaxed_amount_to_invoice()
        for line in self:
            if any(line._returns_given_back()):
                line.untaxed_amount_to_invoice = (
                    line.price_reduce_taxexcl * line.qty_to_invoice
                )
        return res

    @api.depends("qty_to_invoice")
    def _compute_amount_to_invoice(self):
        res = super()._compute_amount_to_invoice()
        for line in self:
            if any(line._returns_given_back()):
                line.amount_to_invoice = line.price_reduce_taxinc * line.qty_to_invoice
        return res
