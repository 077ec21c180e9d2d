from odoo import api, fields, models
from odoo.tools import SQL

from ..sql import UNITS_MOVED


class ReturnsProfitSource(models.AbstractModel):
    """What goods brought that went on: to the next buyer, to another company of the
    owner, or to their vendor; what they had cost is told in a row of its own, so that
    each row is what its entry or move says.

    A next buyer's price is known of units with a serial number. A vendor's credit is
    known where it is known which units went: by their serial number, or by the row of
    the write-down that they left. It is spread evenly over the units that were sent
    back on its purchase line.
    """

    _inherit = "returns.profit.source"

    @api.model
    def _sources(self):
        return super()._sources() | {
            11: self._sold_again(self._price_again()),
            12: self._handed_over(),
            18: self._sold_again(self._cost_again()),
            19: self._cost_handed_over(),
            24: self._gone_by_serial(self._vendor_credit()),
            25: self._gone_by_write_down(self._vendor_credit()),
            26: self._gone_by_serial(self._vendor_cost()),
            27: self._gone_by_write_down(self._vendor_cost()),
        }

    # --- sold again -------------------------------------------------------------------
    def _sold_again(self, told):
        """Of a unit with a serial number that the next buyer got.

        :param SQL told: joins ``told`` (id, date, amount, res_model, res_id) of a unit
            of move ``v`` and sale line ``sl``
        """
        return SQL(
            """
            SELECT r.id, r.line_id, r.order_id, 'recovery', told.date, 0,
                told.amount, told.res_model, told.res_id
              %(went)s
              JOIN sale_order_line sl ON sl.id = v.sale_line_id
              JOIN sale_order so ON so.id = sl.order_id
              %(told)s
             WHERE %(stands)s""",
            went=self._serial_went(
                SQL("d.usage = 'customer' AND m.sale_line_id IS NOT NULL")
            ),
            told=told,
            stands=self._receipt_stands(),
        )

    def _serial_went(self, where):
        """Receipts ``r`` of units with a serial number, product template ``t``, and the
        move ``v`` by which each first left after it came.

        :param SQL where: which ways count, of a move ``m`` to a place ``d``
        """
        return SQL(
            """FROM returns_receipt r
              JOIN product_product p ON p.id = r.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
               AND t.tracking = 'serial'
              JOIN LATERAL (
                SELECT ml.move_id FROM stock_move_line ml
                  JOIN stock_location d ON d.id = ml.location_dest_id
                  JOIN stock_move m ON m.id = ml.move_id
                 WHERE ml.lot_id = r.lot_id AND ml.state = 'done'
                   AND %s AND ml.date > r.occurred_at
                 ORDER BY ml.date, ml.id LIMIT 1) went ON TRUE
              JOIN stock_move v ON v.id = went.move_id""",
            where,
        )

    def _receipt_stands(self):
        return SQL(
            """r.quantity > 0 AND r.line_id IS NOT NULL
               AND NOT EXISTS (
                   SELECT FROM returns_receipt x WHERE x.reverses_id = r.id)"""
        )

    def _price_again(self):
        """As its invoice says it; until there is one, as the order does."""
        return SQL(
            """
              LEFT JOIN LATERAL (
                SELECT m.date, i.id,
                    -i.balance / NULLIF(i.quantity * unit.factor / own.factor, 0)
                        AS amount
                  FROM sale_order_line_invoice_rel rel
                  JOIN account_move_line i ON i.id = rel.invoice_line_id
                   AND i.display_type = 'product'
                  JOIN uom_uom unit ON unit.id = i.product_uom_id
                  JOIN uom_uom own ON own.id = t.uom_id
                  JOIN account_move m ON m.id = i.move_id AND m.state = 'posted'
                   AND m.move_type = 'out_invoice'
                 WHERE rel.order_line_id = sl.id
                 ORDER BY m.id DESC LIMIT 1) billed ON TRUE
              JOIN LATERAL (
                SELECT COALESCE(billed.date, v.date) AS date,
                    COALESCE(billed.amount::numeric,
                        (sl.price_subtotal / NULLIF(sl.product_uom_qty, 0)
                         / COALESCE(NULLIF(so.currency_rate, 0), 1))::numeric)
                        AS amount,
                    CASE WHEN billed.id IS NULL THEN 'stock.move'
                         ELSE 'account.move.line' END AS res_model,
                    COALESCE(billed.id, v.id) AS res_id) told ON TRUE"""
        )

    def _cost_again(self):
        return SQL(
            """
              JOIN LATERAL (
                SELECT v.date, -abs(v.value)::numeric / %s AS amount,
                    'stock.move' AS res_model, v.id AS res_id) told ON TRUE""",
            UNITS_MOVED,
        )

    # --- handed over to another company -----------------------------------------------
    def _handed_over(self):
        """The transfer price, as the invoice between the companies has it."""
        return SQL(
            """
            SELECT i.id, r.line_id, r.order_id, 'recovery', m.date, 0,
                -i.balance, 'account.move.line', i.id
              FROM returns_handover_line h
              JOIN returns_routing r ON r.id = h.routing_id
              JOIN account_move_line i ON i.returns_handover_line_id = h.id
               AND i.display_type = %s AND i.company_id = h.company_id
              JOIN account_move m ON m.id = i.move_id AND m.state = 'posted'""",
            "product",
        )

    def _cost_handed_over(self):
        return SQL(
            """
            SELECT h.id, r.line_id, r.order_id, 'recovery', v.date, 0,
                -abs(v.value)::numeric, 'stock.move', v.id
              FROM returns_handover_line h
              JOIN returns_routing r ON r.id = h.routing_id
              JOIN stock_move v ON v.id = h.out_move_id
             WHERE v.state = %s AND h.back_in_move_id IS NULL""",
            "done",
        )

    # --- sent to the vendor -----------------------------------------------------------
    def _vendor_credit(self):
        """What is credited of a unit of the move ``v`` to a vendor, document by
        document; empty before one is posted."""
        return SQL(
            """
              JOIN LATERAL (
                SELECT i.id, m.date, -i.balance::numeric AS amount,
                    'account.move.line' AS res_model
                  FROM account_move_line i
                  JOIN account_move m ON m.id = i.move_id
                 WHERE i.purchase_line_id = v.purchase_line_id
                   AND i.display_type = 'product' AND m.state = 'posted'
                   AND m.move_type = 'in_refund') doc ON doc.amount <> 0
              JOIN LATERAL (
                SELECT sum(b.quantity_product_uom)::numeric AS units
                  FROM stock_move sent
                  JOIN stock_move_line b ON b.move_id = sent.id
                  JOIN stock_location d ON d.id = sent.location_dest_id
                 WHERE sent.purchase_line_id = v.purchase_line_id
                   AND sent.state = 'done' AND d.usage = 'supplier'
                HAVING sum(b.quantity_product_uom) > 0) part ON TRUE"""
        )

    def _vendor_cost(self):
        """What a unit of the move ``v`` had cost, once it is credited."""
        return SQL(
            """
              JOIN LATERAL (
                SELECT v.id, max(m.date) AS date, -abs(v.value)::numeric AS amount,
                    'stock.move' AS res_model
                  FROM account_move_line i
                  JOIN account_move m ON m.id = i.move_id
                 WHERE i.purchase_line_id = v.purchase_line_id
                   AND i.display_type = 'product' AND m.state = 'posted'
                   AND m.move_type = 'in_refund'
                HAVING sum(i.balance) <> 0) doc ON TRUE
              JOIN LATERAL (
                SELECT sum(b.quantity_product_uom)::numeric AS units
                  FROM stock_move_line b WHERE b.move_id = v.id
                HAVING sum(b.quantity_product_uom) > 0) part ON TRUE"""
        )

    def _gone_by_serial(self, told):
        """Of a unit with a serial number: the first way to a vendor after it came."""
        return SQL(
            """
            SELECT r.id::bigint * 1000000 + doc.id %% 1000000, r.line_id, r.order_id,
                'vendor', doc.date, 0, doc.amount / part.units, doc.res_model, doc.id
              %(went)s
              %(told)s
             WHERE %(stands)s""",
            went=self._serial_went(SQL("d.usage IN ('supplier', 'customer')")),
            told=told,
            stands=self._receipt_stands(),
        )

    def _gone_by_write_down(self, told):
        """Of other goods: those that left a write-down for a vendor."""
        return SQL(
            """
            SELECT x.id::bigint * 1000000 + doc.id %% 1000000, r.line_id, x.order_id,
                'vendor', doc.date, 0, x.quantity * doc.amount / part.units,
                doc.res_model, doc.id
              FROM returns_write_down_release x
              JOIN returns_write_down w ON w.id = x.write_down_id
              JOIN returns_routing r ON r.id = w.routing_id
              JOIN product_product p ON p.id = r.product_id
              JOIN product_template t ON t.id = p.product_tmpl_id
               AND t.tracking <> %(serial)s
              JOIN inventory_state_change c ON c.id = x.change_id
              JOIN stock_move_line ml ON ml.id = c.move_line_id
              JOIN stock_move v ON v.id = ml.move_id
              %(told)s
             WHERE x.kind = 'vendor' AND x.quantity > 0
               AND NOT EXISTS (
                   SELECT FROM returns_write_down_release back
                    WHERE back.reverses_id = x.id)""",
            serial="serial",
            told=told,
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
