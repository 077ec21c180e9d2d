"""What the costs of a batch of products go on from, read for all of them at once."""

from collections import namedtuple

from odoo.fields import Domain

KEY = "avco_forward_ahead"
MOVE_FIELDS = (
    "date",
    "is_dropship",
    "is_in",
    "is_out",
    "location_dest_id",
    "location_id",
    "move_line_ids",
    "picked",
    "product_id",
    "value",
)
LINE_FIELDS = (
    "company_id",
    "location_id",
    "location_dest_id",
    "owner_id",
    "picked",
    "quantity_product_uom",
)
# What decides which moves are read: written by then, since the ids are asked by SQL.
CHOSEN_BY = (
    "company_id",
    "date",
    "is_dropship",
    "is_in",
    "is_out",
    "product_id",
)
#: Of one product: its mark (or None), the moves after it, the costs given after it.
Known = namedtuple("Known", "mark moves prices")


class Ahead:
    """In a context: products whose costs are written one after the other.

    What is known of all is read when the first is asked for; each is given out once,
    and whoever asks again reads anew. An object, which no call can carry.
    """

    __slots__ = ("_known", "_products")

    def __init__(self, products):
        self._products = products
        self._known = None

    def take(self, product):
        """:class:`Known` of ``product``."""
        if self._known is None:
            products = self._products.filtered(lambda p: p.cost_method == "average")
            self._known = read((products | product).with_env(product.env))
        return self._known.pop(product.id, None) or read(product)[product.id]


def read(products):
    """Read the marks of products, with the moves and the given costs after them.

    :return: dict of :class:`Known` by the product's id, moves in core's order
    """
    marks = products.env["stock.avco.mark"]._read_marks(products)
    moves = _moves(products, marks).grouped("product_id")
    prices = _prices(products, marks).grouped("product_id")
    no_moves, no_prices = products.env["stock.move"], products.env["product.value"]
    known = {}
    for product in products:
        mark = marks.get(product.id)
        given = prices.get(product, no_prices)
        if mark:
            given = given.filtered(lambda price, m=mark: price.date > m["date"])
        known[product.id] = Known(mark, moves.get(product, no_moves), given)
    return known


def _moves(products, marks):
    """Valued moves after the marks, in core's order, with what is read of them."""
    Move = products.env["stock.move"]
    Move.flush_model(CHOSEN_BY)
    places = [marks.get(product.id) or {} for product in products]
    products.env.cr.execute(
        """
        SELECT move.id
          FROM unnest(%s, %s::timestamp[], %s::int[]) AS mark (product_id, date, id)
          JOIN stock_move move ON move.product_id = mark.product_id
           AND move.date >= coalesce(mark.date, '-infinity')
         WHERE move.company_id = %s AND (move.is_in OR move.is_out OR move.is_dropship)
           AND (mark.date IS NULL OR (move.date, move.id) > (mark.date, mark.id))
        """,
        [
            products.ids,
            [place.get("date") for place in places],
            [place.get("move_ref") for place in places],
            products.env.company.id,
        ],
    )
    ids = [row[0] for row in products.env.cr.fetchall()]
    # Searched once more, for what the user may see of them, as core does.
    moves = Move.search_fetch([("id", "in", ids)], MOVE_FIELDS, order="date, id")
    moves.move_line_ids.fetch(LINE_FIELDS)
    return moves


def _prices(products, marks):
    """Costs that a person gave after the marks; of all companies, as core reads."""
    domain = Domain("product_id", "in", products.ids)
    domain &= Domain("move_id", "=", False) & Domain("lot_id", "=", False)
    dates = [marks[id_]["date"] for id_ in products.ids if id_ in marks]
    if len(dates) == len(products):
        domain &= Domain("date", ">", min(dates))
    # sudo: core reads them so; only their figures are used
    return products.env["product.value"].sudo().search(domain, order="date, id")
