from odoo import fields, models
from odoo.tools import SQL

from ..const import DEROGATIONS, DESTROYING_KINDS, DISCARD_TREATMENTS, UNSOLD_KINDS

# Kinds of dispositions that the report names; any other is plain "written off".
NAMED = (*DESTROYING_KINDS, "donate")


class ReturnsDestructionReport(models.Model):
    """Goods discarded, by number, weight, category, reason and treatment.

    For the yearly disclosure of Art 24 of Regulation (EU) 2024/1781. Each row is a row
    of the stock ledger (``inventory.state.change``): what came to a place where goods
    are discarded counts, what was taken back from it counts below zero, and what leaves
    the house from there was counted when it came. So the sums are the ledger's own.
    """

    _name = "returns.destruction.report"
    _description = "Discarded goods"
    _auto = False
    _order = "date desc, id"
    _rec_name = "product_id"
    _depends = {
        "inventory.state.change": [
            "date",
            "product_id",
            "quantity",
            "location_id",
            "location_dest_id",
            "state_id",
            "state_dest_id",
            "move_line_id",
        ],
        "stock.location": ["returns_disposition_id", "usage"],
        "stock.move.line": ["returns_destruction_id"],
        "stock.move": ["scrap_id"],
        "product.product": ["weight"],
        "product.template": ["categ_id", "returns_unsold_kind"],
        "returns.destruction": ["derogation"],
        "returns.disposition": ["kind"],
    }

    change_id = fields.Many2one("inventory.state.change", "Ledger row", readonly=True)
    date = fields.Datetime(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", "Category", readonly=True)
    unsold_kind = fields.Selection(UNSOLD_KINDS, "Under the ban", readonly=True)
    treatment = fields.Selection(DISCARD_TREATMENTS, readonly=True)
    derogation = fields.Selection(DEROGATIONS, "Reason (derogation)", readonly=True)
    destruction_id = fields.Many2one("returns.destruction", "Permission", readonly=True)
    reason = fields.Char(readonly=True)
    quantity = fields.Float("Units", digits="Product Unit", readonly=True)
    weight = fields.Float("Weight (kg)", digits="Stock Weight", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT c.id * 2 + part.sign_bit AS id, c.id AS change_id, c.date,
                c.company_id, c.product_id, t.categ_id,
                t.returns_unsold_kind AS unsold_kind, part.treatment,
                permission.derogation, line.returns_destruction_id AS destruction_id,
                c.reason, part.sign * c.quantity AS quantity,
                part.sign * c.quantity * coalesce(p.weight, 0) AS weight,
                part.warehouse_id
            FROM inventory_state_change c
            JOIN product_product p ON p.id = c.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id
            LEFT JOIN stock_move_line line ON line.id = c.move_line_id
            LEFT JOIN stock_move move ON move.id = line.move_id
            LEFT JOIN stock_move_line undone ON undone.id = line.state_reversed_line_id
            LEFT JOIN stock_move undone_move ON undone_move.id = undone.move_id
            LEFT JOIN returns_destruction permission ON permission.id
                = coalesce(line.returns_destruction_id, undone.returns_destruction_id)
            LEFT JOIN stock_location source ON source.id = c.location_id
            LEFT JOIN stock_location dest ON dest.id = c.location_dest_id
            LEFT JOIN returns_disposition left_to ON left_to.id
                = source.returns_disposition_id
            LEFT JOIN returns_disposition sent_to ON sent_to.id
                = dest.returns_disposition_id
            CROSS JOIN LATERAL (
                SELECT %(source_treatment)s AS source, %(dest_treatment)s AS dest
            ) place
            CROSS JOIN LATERAL (
                VALUES (0, 1, place.dest, c.warehouse_dest_id),
                    (1, -1, place.source, c.warehouse_id)
            ) part (sign_bit, sign, treatment, warehouse_id)
            WHERE part.treatment IS NOT NULL
                -- what leaves the house was counted when it was discarded
                AND NOT (part.sign < 0 AND place.source != 'scrap'
                    AND coalesce(dest.usage, '') != 'internal')
                AND NOT (part.sign > 0 AND place.dest != 'scrap'
                    AND coalesce(source.usage, '') != 'internal')
                AND NOT (part.treatment = 'scrap' AND part.sign > 0
                    AND place.source IS NOT NULL)
                AND c.location_id IS NOT NULL
            """,
            source_treatment=self._treatment("state_id", "source", "left_to",
                                             "undone_move"),
            dest_treatment=self._treatment("state_dest_id", "dest", "sent_to", "move"),
        )  # fmt: skip

    def _treatment(self, state, place, disposition, move):
        """How goods at a place are discarded, as ``stock.move.line`` says it."""
        return SQL(
            """
            CASE
                WHEN c.%(state)s = (
                    SELECT id FROM inventory_state WHERE code = 'write_off')
                    THEN CASE WHEN %(disposition)s.kind = ANY(%(named)s)
                        THEN %(disposition)s.kind ELSE 'write_off' END
                WHEN %(place)s.usage = 'inventory' AND %(move)s.scrap_id IS NOT NULL
                    THEN 'scrap'
            END
            """,
            state=SQL.identifier(state),
            place=SQL.identifier(place),
            disposition=SQL.identifier(disposition),
            move=SQL.identifier(move),
            named=list(NAMED),
        )
