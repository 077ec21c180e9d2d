from odoo import api, models

HELD = "returns_held_quants"


class Held:
    """In a context: the quants that this transaction has locked or made.

    An object, which no call from outside can carry.
    """

    __slots__ = ("ids",)

    def __init__(self, ids):
        self.ids = set(ids)


class StockQuant(models.Model):
    """Quants that a whole batch of returned goods is booked on."""

    _inherit = "stock.quant"

    @api.model_create_multi
    def create(self, vals_list):
        """Hook of the ORM: nobody else sees what was made here, or can lock it."""
        quants = super().create(vals_list)
        held = self.env.context.get(HELD)
        if isinstance(held, Held):
            held.ids.update(quants.ids)
        return quants

    @api.private
    def try_lock_for_update(self, *, allow_referencing=False, limit=None):
        """Hook of the ORM: core locks one quant after the other; what this
        transaction holds already in the same way needs no second lock."""
        held = self.env.context.get(HELD)
        if allow_referencing and isinstance(held, Held) and held.ids >= set(self.ids):
            return self[:limit]
        return super().try_lock_for_update(
            allow_referencing=allow_referencing, limit=limit
        )

    @api.model
    def _hold(self, product_ids, place_ids):
        """Lock the quants of a batch in id order, and read them at once.

        Core reads and locks them one by one; receipts of one product wait for each
        other here instead of failing half-way.

        :return: all quants of these products in these places
        """
        self.flush_model()
        self.env.cr.execute(
            "SELECT id FROM stock_quant WHERE product_id = ANY(%s) "
            "AND location_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(product_ids), list(place_ids)],
            log_exceptions=False,
        )
        # sudo: as core books them, whoever moves the goods
        quants = self.sudo().browse([row[0] for row in self.env.cr.fetchall()])
        quants.mapped("quantity")
        return quants
