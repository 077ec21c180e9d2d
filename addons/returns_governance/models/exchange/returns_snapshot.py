from odoo import fields, models

from ...const import SENT
from ..intake.returns_snapshot import TRANSFERS

SALES = "odoo/action-sale.action_orders"
INVOICES = "odoo/action-account.action_move_out_invoice_type"


class ReturnsSnapshot(models.AbstractModel):
    """What is sent for a line, and what of it stays with the customer."""

    _inherit = "returns.snapshot"

    def _line(self, line):
        told = super()._line(line)
        told["kept"] = line.quantity_kept
        told["exchange"] = self._exchange(line) if line.resolution in SENT else False
        if line.quantity_kept:
            told["dispositions"]["keep_with_customer"] = line.quantity_kept
            told["quantity"]["disposed"] += line.quantity_kept
        return told

    def _exchange(self, line):
        """The goods that go out for a line; ``False`` where none are promised."""
        rows = line.exchange_ids
        if not rows:
            return False
        last = rows[-1:]
        promised = sum(row.quantity - row.quantity_freed for row in rows)
        sent = sum(rows.mapped("quantity_sent"))
        return {
            "order_ref": last.sale_order_id.name,
            "sku": last.product_id.default_code or last.product_id.barcode or False,
            "quantity": promised,
            "released": sent + sum(row._quantity_may_leave() for row in rows),
            "sent": sent,
            "state": last.state,
            "advance": last._is_ahead(),
            "back_by": fields.Date.to_string(last.back_by) or False,
            "charged": sum(rows.mapped("quantity_charged")),
        }

    def _documents(self, order):
        """The orders, transfers and invoices of what is sent, after the others."""
        told = super()._documents(order)
        if not any(line.resolution in SENT for line in order.line_ids):
            return told
        base, rows = order.get_base_url(), order.exchange_ids
        bought = rows.filtered(lambda row: row.kind == "exchange").sale_line_id
        bills = bought.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        kinds = (
            ("exchange_order", SALES, bought.order_id),
            ("transfer", TRANSFERS, rows.move_ids.picking_id),
            ("invoice", INVOICES, bills | rows.charge_move_id),
        )
        return told + [
            {
                "kind": kind,
                "name": record.name or "/",
                "url": f"{base}/{place}/{record.id}",
            }
            for kind, place, records in kinds
            for record in records.sorted("id")
        ]
