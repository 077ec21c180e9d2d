"""Pieces of SQL that several queries share."""

from odoo.tools import SQL

# The quantity of stock move ``v`` in the product's unit, which its value is for: the
# move itself can count packs (Odoo's ``stock.propagate_uom``).
UNITS_MOVED = SQL(
    "NULLIF((SELECT sum(u.quantity_product_uom) FROM stock_move_line u"
    " WHERE u.move_id = v.id), 0)"
)
