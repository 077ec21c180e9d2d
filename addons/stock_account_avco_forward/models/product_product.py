from odoo import models

from .. import core
from ..ahead import KEY, Ahead, read
from .stock_avco_mark import STEP, Fold


class ProductProduct(models.Model):
    """Average cost that goes on from a mark (``stock.avco.mark``)."""

    _inherit = "product.product"

    def _update_standard_price(self, *args, **kwargs):
        """Hook of core: the marks may be moved on here, where core writes anyway, and
        are read once for all of the products."""
        writing = self.with_context(**{KEY: Ahead(self)})
        return super(ProductProduct, writing)._update_standard_price(*args, **kwargs)

    def _run_avco(self, at_date=None, lot=None, method="realtime"):
        """Hook of core: replay only the moves after the mark.

        The past of a date, of one lot, and another method are core's own business.
        """
        if at_date or lot or method != "realtime" or not self._avco_is_forward():
            return super()._run_avco(at_date=at_date, lot=lot, method=method)
        self.ensure_one()
        ahead = self.env.context.get(KEY)
        writes = isinstance(ahead, Ahead)
        if not writes and not self.env["stock.avco.mark"]._read_marks(self):
            return super()._run_avco(at_date=at_date, lot=lot, method=method)
        known = ahead.take(self) if writes else read(self)[self.id]
        return self._avco_go_on(known, writes)

    def _avco_is_forward(self):
        """Whether core still replays, and nobody in between values otherwise."""
        return core.replays() and core.is_next(self, "_run_avco", __name__)

    def _avco_go_on(self, known, writes):
        """Replay what came after the mark, and move it on where that pays.

        :param Known known: see ``ahead.py``; without a mark: from the beginning
        :param bool writes: whether the mark may be moved
        :return: (cost per unit, value of all)
        """
        mark, moves, prices = known
        ins = moves.filtered(lambda move: move.is_in or move.is_dropship)
        last_in = ins[-1:].date or (mark and mark["last_in"])
        given = self._avco_given(mark, prices)
        if given and not (last_in and given[0] <= last_in):
            # A person gave the cost after the last receipt: it holds as it is.
            quantity = self._with_valuation_context().with_context(
                to_date=None, lot_id=None, warehouse_id=False
            )
            return given[1], given[1] * quantity.qty_available
        marks = self.env["stock.avco.mark"]
        horizon = marks._horizon() if writes and len(moves) >= STEP else None
        fold, place, count = self._avco_replay(mark, moves, prices, horizon)
        if count >= STEP:
            marks._write_mark(self, place)
        return fold.cost, fold.value

    def _avco_replay(self, mark, moves, prices, horizon):
        """The same as core, on these moves.

        :param datetime horizon: a mark may stand on moves before it; None: on none
        :return: (Fold at the end, the last mark that may be kept, moves up to it)
        """
        fold = mark["fold"].twin() if mark else Fold()
        known, count, settled = None, 0, bool(horizon)
        place = (
            dict(mark) if mark else dict.fromkeys(("last_in", "price_date", "price"))
        )
        waiting = list(prices)
        for number, move in enumerate(moves, 1):
            while waiting and move.date >= waiting[0].date:
                price = waiting.pop(0)
                fold.price(price.value)
                place.update(price_date=price.date, price=price.value)
            self._avco_move(fold, move)
            if move.is_in or move.is_dropship:
                place["last_in"] = move.date
            # The worth of a dropshipped unit follows its documents without a trace.
            settled = settled and not move.is_dropship and move.date < horizon
            if settled:
                count = number
                place.update(date=move.date, move_ref=move.id)
                known = {**place, "fold": fold.twin()}
        return fold, known, count

    def _avco_move(self, fold, move):
        """Let one move in, out, or through."""
        if move.is_in or move.is_dropship:
            value = move._get_value() if move.is_dropship else move.value
            fold.enter(move._get_valued_qty(), value)
        if move.is_out or move.is_dropship:
            fold.leave(move._get_valued_qty())

    def _avco_given(self, mark, prices):
        """(date, cost) of the last cost that a person gave, if any."""
        if prices:
            return prices[-1].date, prices[-1].value
        if mark and mark["price_date"]:
            return mark["price_date"], mark["price"]
        return None
