from odoo import api, fields, models
from odoo.tools import SQL


class ReturnsProfitSource(models.AbstractModel):
    """What vendors credit for goods that a return brought and that went to them.

    Only where it is known which units went: by their serial number, or by the row of
    the write-down that they left. A vendor's credit is spread evenly over the units
    that were sent back on its purchase line.
    """

    _inherit = "returns.profit.source"

    @api.model
    def _sources(self):
        return super()._sources() | {
            24: self._credited_by_serial(),
            25: self._credited_by_write_down(),
        }

    def _vendor_credit(self):
        """What is credited of a unit of the move ``v`` to a vendor: ``credit.unit``,
        and its last document."""
        return SQL(
            """
              JOIN LATERAL (
                SELECT sum(-i.balance)::numeric AS amount, max(m.date) AS date,
                    max(m.id) AS move_id
                  FROM account_move_line i
                  JOIN account_move m ON m.id = i.move_id
                 WHERE i.purchase_line_id = v.purchase_line_id
                   AND i.display_type = 'product' AND m.state = 'posted'
                   AND m.move_type = 'in_refund') paid ON paid.amount <> 0
              JOIN LATERAL (
                SELECT paid.amount / sum(b.quantity_product_uom)::numeric AS unit
                  FROM stock_move sent
                  JOIN stock_move_line b ON b.move_id = sent.id
                  JOIN stock_location d ON d.id = sent.location_dest_id
                 WHERE sent.purchase_line_id = v.purchase_line_id
                   AND sent.state = 'done' AND d.usage = 'supplier'
                HAVING sum(b.quantity_product_uom) > 0) credit ON TRUE
              JOIN LATERAL (
                SELECT abs(v.value)::numeric / NULLIF(sum(b.quantity_product_uom), 0)
                    ::numeric AS unit
                  FROM stock_move_line b WHERE b.move_id = v.id) cost ON TRUE"""
        )

    def _credited_by_serial(self):
        """Of a unit with a serial number: the first way to a vendor after it came."""
        return SQL(
            """
            SELECT r.id, r.line_id, r.order_id, 'vendor', paid.date, 0,
                credit.unit - cost.unit, 'account.move', paid.move_id
              FROM returns_receipt r
              JOIN product_product p ON p.id = r.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
               AND t.tracking = %(serial)s
              JOIN LATERAL (
                SELECT ml.move_id FROM stock_move_line ml
                  JOIN stock_location d ON d.id = ml.location_dest_id
                 WHERE ml.lot_id = r.lot_id AND ml.state = 'done'
                   AND d.usage IN ('supplier', 'customer')
                   AND ml.date > r.occurred_at
                 ORDER BY ml.date, ml.id LIMIT 1) gone ON TRUE
              JOIN stock_move v ON v.id = gone.move_id
              %(credit)s
             WHERE r.quantity > 0 AND r.line_id IS NOT NULL
               AND NOT EXISTS (
                   SELECT FROM returns_receipt x WHERE x.reverses_id = r.id)""",
            serial="serial",
            credit=self._vendor_credit(),
        )

    def _credited_by_write_down(self):
        """Of other goods: those that left a write-down for a vendor."""
        return SQL(
            """
            SELECT x.id, r.line_id, x.order_id, 'vendor', paid.date, 0,
                x.quantity * (credit.unit - cost.unit), 'account.move', paid.move_id
              FROM returns_write_down_release x
              JOIN returns_write_down w ON w.id = x.write_down_id
              JOIN returns_routing r ON r.id = w.routing_id
              JOIN product_product p ON p.id = r.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
               AND t.tracking <> %(serial)s
              JOIN inventory_state_change c ON c.id = x.change_id
              JOIN stock_move_line ml ON ml.id = c.move_line_id
              JOIN stock_move v ON v.id = ml.move_id
              %(credit)s
             WHERE x.kind = 'vendor' AND x.quantity > 0
               AND NOT EXISTS (
                   SELECT FROM returns_write_down_release back
                    WHERE back.reverses_id = x.id)""",
            serial="serial",
            credit=self._vendor_credit(),
        )


class ReturnsProfit(models.Model):
    """What cannot be told of a return is said where it would stand."""

    _inherit = "returns.profit"

    note = fields.Char("Note", compute="_compute_note")

    @api.depends("kind", "product_id")
    @api.depends_context("lang")
    def _compute_note(self):
        unknown = self.env._(
            "Sold again: unknown, no serial number tells which unit it was."
        )
        for row in self:
            tracking = row.product_id.tracking
            untold = row.kind == "goods" and tracking and tracking != "serial"
            row.note = unknown if untold else False
