"""Orders that are paid before an invoice, of which some is in another currency."""

from odoo import models

from ..const import BILLS


class ReturnsPrepaid(models.AbstractModel):
    """What is billed of an order in another currency is what the order says for it.

    A down payment in another currency is left to a person: Odoo itself takes it off
    the last invoice as if it were in the order's.
    """

    _inherit = "returns.prepaid"

    def _billed(self, item):
        line = item.sale_line_ids[:1]
        if item.currency_id == line.currency_id:
            return super()._billed(item)
        quantity = item.product_uom_id._compute_quantity(
            item.quantity, line.product_uom_id, round=False
        )
        if not line.product_uom_qty:
            return line.price_reduce_taxinc * quantity
        return line.price_total * quantity / line.product_uom_qty

    def _left_to_pay(self, sale):
        """What is open on the order's bills of goods, in its currency."""
        lines = sale.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )
        left = 0.0
        for bill, items in lines.invoice_lines.grouped("move_id").items():
            if bill.state != "posted" or bill.move_type not in BILLS:
                continue
            if bill.currency_id == sale.currency_id:
                left += bill.amount_residual
            elif bill.amount_total:
                worth = sum(self._billed(item) for item in items)
                left += worth * bill.amount_residual / bill.amount_total
        return left

    def _plan(self, row, sale, wanted, taken, vals_list, notes):
        result = super()._plan(row, sale, wanted, taken, vals_list, notes)
        if bills := sale._returns_foreign_down_payments():
            self.env["returns.exception"]._raise(
                [
                    {
                        "code": "posting_failed",
                        "order_id": row.order_id.id,
                        "move_id": bills[:1].id,
                        "company_id": row.company_id.id,
                        "cause": f"down payment {sale.id}",
                        "note": self.env._(
                            "%(bills)s bills a down payment in %(theirs)s, and order "
                            "%(order)s is in %(ours)s: what of it goes back for goods "
                            "that are not billed is for a person to say. Reverse that "
                            "invoice, and bill in %(ours)s what the order keeps.",
                            bills=", ".join(bills.mapped("name")),
                            theirs=", ".join(bills.currency_id.mapped("name")),
                            order=sale.name,
                            ours=sale.currency_id.name,
                        ),
                    }
                ]
            )
        return result
