from odoo import api, fields, models
from odoo.tools import SQL


class ReturnsFactTodo(models.Model):
    """Order lines whose facts have to be read again, noted where they changed.

    Deliveries and the master data behind a slice (category, vendor, country, carrier,
    node, channel) have no change feed; whoever changes them leaves a note in the same
    transaction. Notes are taken by ``returns.fact.refresh``.
    """

    _name = "returns.fact.todo"
    _description = "Figures to be read again"
    _log_access = False

    sale_line_id = fields.Integer(
        "Order line", required=True, readonly=True, help="May be gone by now."
    )

    @api.model
    def _note(self, sale_lines):
        """Note order lines, as a query that gives their ids."""
        self.env.cr.execute(
            SQL("INSERT INTO returns_fact_todo (sale_line_id) %s", sale_lines)
        )

    @api.model
    def _note_ids(self, ids):
        """Note order lines by id."""
        if ids:
            self._note(SQL("SELECT unnest(%s)", list(ids)))

    @api.model
    def _note_products(self, templates):
        """Note what was sold or taken back of ``templates``."""
        if templates:
            self._note(
                SQL(
                    """
                SELECT s.sale_line_id FROM returns_fact_sold s
                  JOIN product_product p ON p.id = s.product_id
                 WHERE p.product_tmpl_id = ANY(%(ids)s)
                 UNION
                SELECT f.sale_line_id FROM returns_order_line f
                  JOIN product_product p ON p.id = f.product_id
                 WHERE p.product_tmpl_id = ANY(%(ids)s)""",
                    ids=list(templates.ids),
                )
            )

    @api.model
    def _note_orders(self, orders):
        """Note the lines of sale orders (a query that gives their ids)."""
        self._note(
            SQL(
                """
            SELECT l.id FROM sale_order_line l
             WHERE l.order_id IN (%s) AND (
                   EXISTS (SELECT FROM returns_fact_sold s WHERE s.sale_line_id = l.id)
                OR EXISTS (
                    SELECT FROM returns_order_line r WHERE r.sale_line_id = l.id))""",
                orders,
            )
        )
