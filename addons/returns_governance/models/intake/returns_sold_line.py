from odoo import api, fields, models

from odoo.addons.inventory_states.patience import lock


class ReturnsSoldLine(models.Model):
    """One row per sold line of any source: what was sold, claimed back and credited.

    It is the row that two callers fight over: every step that claims or refunds locks
    it (``_lock``) and writes its running totals, so that at REPEATABLE READ the second
    caller fails to serialise instead of summing an old snapshot.
    """

    _name = "returns.sold.line"
    _description = "Sold line under returns governance"
    _inherit = ["returns.guarded"]
    _machine_fields = frozenset(
        {
            "sale_line_id",
            "quantity_claimed",
            "quantity_received",
            "quantity_refunded",
            "amount_credited",
        }
    )

    sale_line_id = fields.Many2one(
        "sale.order.line",
        required=True,
        ondelete="restrict",
        index=True,
    )
    sale_order_id = fields.Many2one(
        related="sale_line_id.order_id", store=True, index=True
    )
    company_id = fields.Many2one(
        related="sale_line_id.company_id", store=True, index=True
    )
    product_id = fields.Many2one(
        related="sale_line_id.product_id", store=True, index=True
    )
    uom_id = fields.Many2one(related="sale_line_id.product_uom_id")
    currency_id = fields.Many2one(related="sale_line_id.currency_id")
    # Running totals, written under the lock, in the unit of the order line.
    quantity_claimed = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Asked for by returns that are alive, less what was cancelled.",
    )
    quantity_received = fields.Float(digits="Product Unit", readonly=True)
    quantity_refunded = fields.Float(
        digits="Product Unit",
        readonly=True,
        help="Settled: credited, or taken off what is still to be invoiced.",
    )
    amount_credited = fields.Monetary(
        readonly=True,
        help="Posted credits of all kinds, with tax.",
    )
    line_ids = fields.One2many("returns.order.line", "sold_line_id")

    _sale_line_uniq = models.Constraint(
        "unique (sale_line_id)",
        "This order line is governed already.",
    )

    @api.model
    def _for_sale_lines(self, sale_lines):
        """Return the governed rows of ``sale_lines``, in id order, making missing ones.

        Inserted by SQL: two callers may meet here, and a unique violation would be an
        error without a re-run.
        """
        if not sale_lines:
            return self.browse()
        known = self.search([("sale_line_id", "in", sale_lines.ids)], order="id")
        if len(known) == len(sale_lines):
            return known
        sale_lines.flush_recordset()
        self.env.cr.execute(
            """
            INSERT INTO returns_sold_line (
                sale_line_id, sale_order_id, company_id, product_id, quantity_claimed,
                quantity_received, quantity_refunded, amount_credited,
                create_uid, create_date, write_uid, write_date)
            SELECT l.id, l.order_id, l.company_id, l.product_id, 0, 0, 0, 0,
                   %(uid)s, now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
              FROM sale_order_line l
             WHERE l.id = ANY(%(ids)s)
               AND NOT EXISTS (
                   SELECT FROM returns_sold_line s WHERE s.sale_line_id = l.id)
          ORDER BY l.id
       ON CONFLICT DO NOTHING
            """,
            {"uid": self.env.uid, "ids": list(sale_lines.ids)},
            # whoever meets another caller here is run again: no fault to report
            log_exceptions=False,
        )
        return self.search([("sale_line_id", "in", sale_lines.ids)], order="id")

    def _lock(self):
        """Lock the rows in id order; raises SerializationFailure where another call
        wrote them after this transaction began (the API wrapper runs it again)."""
        if self.ids:
            lock(self.env, self._table, self.ids)
            self.invalidate_recordset()
        return self

    def _touch(self):
        """Write the locked rows as they are, so that callers who read what stood
        before fail to serialise on them."""
        if self.ids:
            self.env.cr.execute(
                "UPDATE returns_sold_line SET write_date = write_date "
                "WHERE id = ANY(%s)",
                [list(self.ids)],
            )

    def _quantity_delivered(self):
        """Return {row: delivered quantity before governed receipts lowered it}.

        Core lowers ``qty_delivered`` for each return move; what governed receipts took
        off is added again, so that the sum of claims is held against what went out.
        """
        return {
            row: row.sale_line_id.qty_delivered + row.quantity_received for row in self
        }

    def _quantity_returnable(self):
        """Return {row: units that can still be claimed, in the order line's unit}."""
        delivered = self._quantity_delivered()
        return {
            row: max(0.0, row.uom_id.round(delivered[row] - row.quantity_claimed))
            for row in self
        }

    def _recount(self):
        """Write the running totals anew from the lines' own sums (under the lock)."""
        self.line_ids.flush_recordset()
        self.env.cr.execute(
            """
            SELECT s.id,
                   COALESCE(SUM(GREATEST(l.quantity_claimed, 0)), 0),
                   COALESCE(SUM(l.quantity_received
                       - COALESCE(l.quantity_not_ours, 0)), 0),
                   COALESCE(SUM(l.quantity_refunded), 0)
              FROM returns_sold_line s
         LEFT JOIN returns_order_line l ON l.sold_line_id = s.id
             WHERE s.id = ANY(%s)
          GROUP BY s.id ORDER BY s.id
            """,
            [list(self.ids)],
        )
        by_totals = {}
        for row_id, *totals in self.env.cr.fetchall():
            by_totals.setdefault(tuple(totals), []).append(row_id)
        names = ("quantity_claimed", "quantity_received", "quantity_refunded")
        for totals, ids in by_totals.items():
            # Rows of equal totals in one write; also those that have them already,
            # since the next caller has to fail on each.
            self.browse(ids)._machine_write(dict(zip(names, totals, strict=True)))
