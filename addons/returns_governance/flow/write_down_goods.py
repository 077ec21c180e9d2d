"""What becomes of a write-down as its goods move: the stock ledger tells."""

from collections import defaultdict
from decimal import Decimal

from odoo import models

from ..engine.net_value import share

REROUTED = "returns_rerouted"


class Rerouted:
    """In a context: from which routings goods are given another disposition now.

    An object, which no call from outside can carry.
    """

    __slots__ = ("routings",)

    def __init__(self, routings):
        self.routings = frozenset(routings.ids)


class ReturnsStepWriteDown(models.AbstractModel):
    """Units that leave take their share of the allowance back, at once and on every
    path; units that go to another place that is not for sale take it along.

    Of several write-downs of one product and lot at a place the oldest goes first.
    """

    _inherit = "returns.step.write_down"

    def _goods_moved(self, changes):
        """Follow the goods.

        :param recordset changes: new rows of the stock ledger
        """
        moved = changes.filtered(lambda row: row.location_id != row.location_dest_id)
        undone = moved.filtered(
            lambda row: row.reversed_id and self._is_held(row.location_dest_id)
        )
        leaving = moved.filtered(lambda row: self._is_held(row.location_id))
        releases = self._take_back(undone) | self._take(leaving)
        if releases:
            self._restate(releases)

    def _is_held(self, place):
        """Whether goods can lie here written down: in the house, and not sellable."""
        state = place.effective_state_id
        return place.usage == "internal" and state.code != "sellable"

    # --- goods leave ------------------------------------------------------------------
    def _take(self, changes):
        """Rows for the units that leave, from the write-downs at their places."""
        Release = self.env["returns.write.down.release"]
        if not changes:
            return Release
        rows = self.env["returns.write.down"]._standing_at(changes)
        if not rows:
            return Release
        rows._hold()
        left = {row: (row.quantity_left, row.amount_left) for row in rows}
        vals_list = []
        for change in changes:
            need = change.quantity
            for row in self._in_turn(rows, change):
                taken = min(need, left[row][0])
                if row.uom_id.compare(taken, 0.0) <= 0:
                    continue
                need -= taken
                vals, left[row] = self._taken_vals(row, change, taken, *left[row])
                vals_list.append(vals)
        self._let_follow(vals_list, changes)
        return Release._machine_create(vals_list)

    def _in_turn(self, rows, change):
        """The write-downs that a row of the ledger may take, the first one first."""
        lots = (change.lot_id | change.lot_dest_id).ids
        own = rows.filtered(
            lambda row: (
                row.product_id == change.product_id
                and row.location_id == change.location_id
                and (not row.lot_id or row.lot_id.id in lots)
            )
        )
        named = self._rerouted()
        return own.sorted(lambda row: (row.routing_id.id not in named, row.id))

    def _rerouted(self):
        known = self.env.context.get(REROUTED)
        return known.routings if isinstance(known, Rerouted) else frozenset()

    def _taken_vals(self, row, change, taken, quantity, amount):
        """Values of a row for ``taken`` units, and what is left after it."""
        part = self._part(row, amount, taken, quantity)
        kind = self._kind(row, change)
        vals = {
            "write_down_id": row.id,
            "kind": kind,
            "quantity": taken,
            "amount": part,
            "change_id": change.id,
            "to_post": row.state == "posted" and kind != "moved",
            "user_id": self.env.uid,
        }
        return vals, (quantity - taken, amount - part)

    def _part(self, row, amount, taken, whole):
        """The share of an amount that a part of the units takes along."""
        step = Decimal(str(row.currency_id.rounding))
        numbers = [
            Decimal(str(row.currency_id.round(amount))),
            Decimal(str(row.uom_id.round(taken))),
            Decimal(str(row.uom_id.round(whole))),
        ]
        return float(share(*numbers, step))

    def _kind(self, row, change):
        """What becomes of units that leave."""
        dest = change.location_dest_id
        if self._rerouted():
            return "rerouted"
        undone = change.reversed_id.move_line_id.move_id
        if undone and undone == row.routing_id.move_id:
            return "corrected"
        if dest.usage == "internal" and dest.company_id == row.company_id:
            return "moved" if self._is_held(dest) else "restocked"
        kinds = {"customer": "sold", "inventory": "scrapped", "supplier": "vendor"}
        return kinds.get(dest.usage, "left")

    def _let_follow(self, vals_list, changes):
        """Make the write-downs of units that were moved to another place."""
        moved = [vals for vals in vals_list if vals["kind"] == "moved"]
        if not moved:
            return
        Row = self.env["returns.write.down"]
        places = {change.id: change.location_dest_id for change in changes}
        new = Row._machine_create(
            [
                Row.browse(vals["write_down_id"])._follow_up_vals(
                    vals["quantity"],
                    self._amounts(Row.browse(vals["write_down_id"]), vals),
                    places[vals["change_id"]],
                )
                for vals in moved
            ]
        )
        for vals, row in zip(moved, new, strict=True):
            vals["next_id"] = row.id

    def _amounts(self, row, vals):
        """Carrying value, what they bring, and the write-down of moved units."""
        units, *worth = row._worth_told()
        carrying, net = (
            self._part(row, value, vals["quantity"], units) for value in worth
        )
        return carrying, net, vals["amount"]

    # --- goods come back --------------------------------------------------------------
    def _take_back(self, changes):
        """Rows that bring units back whose leaving is undone."""
        Release = self.env["returns.write.down.release"]
        if not changes:
            return Release
        known = Release.search(
            [
                ("change_id", "in", changes.reversed_id.ids),
                ("next_id", "=", False),
                ("reverses_id", "=", False),
            ]
        )
        known.write_down_id._hold()
        by_change = defaultdict(Release.browse)
        for row in known:
            by_change[row.change_id] |= row
        vals_list = []
        for change in changes:
            need = change.quantity
            for row in by_change[change.reversed_id]:
                out = row._quantity_out()
                taken = min(need, out)
                if row.product_id.uom_id.compare(taken, 0.0) <= 0:
                    continue
                need -= taken
                vals_list.append(self._back_vals(row, change, taken, out))
        return Release._machine_create(vals_list)

    def _back_vals(self, release, change, taken, out):
        row = release.write_down_id
        return {
            "write_down_id": row.id,
            "kind": release.kind,
            "quantity": -taken,
            "amount": -self._part(row, release._amount_out(), taken, out),
            "change_id": change.id,
            "reverses_id": release.id,
            "to_post": bool(release.move_id or release.to_post),
            "user_id": self.env.uid,
        }

    # --- and their write-downs --------------------------------------------------------
    def _restate(self, releases):
        """Write where the write-downs stand now, and book what is to be booked."""
        rows = releases.write_down_id
        gone = rows.filtered(lambda row: row.uom_id.is_zero(row.quantity_left))
        gone._machine_write({"state": "reversed"})
        self._withdraw(gone)
        back = (rows - gone).filtered(lambda row: row.state == "reversed")
        booked = back.filtered("move_id")
        booked._machine_write({"state": "posted"})
        again = back - booked
        again._machine_write({"state": "to_post", "approval_id": False})
        self._ask_or_post(again)
        self._book_or_queue(rows.filtered(lambda row: any(self._open(row))))

    def _open(self, row):
        return row.release_ids.mapped("to_post")

    def _withdraw(self, gone):
        """Nobody has to answer about goods that are gone."""
        asked = gone.approval_id.filtered(lambda approval: approval.state == "open")
        still = self.env["returns.write.down"].search(
            [("approval_id", "in", asked.ids), ("state", "=", "waiting")]
        )
        (asked - still.approval_id)._finish("withdrawn", self.env._("The goods left"))
