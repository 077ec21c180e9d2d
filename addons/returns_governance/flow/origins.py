from collections import defaultdict

from odoo import fields, models

TRACKED = ("lot", "serial")


class ReturnsOrigins(models.AbstractModel):
    """Where received units came from: the lots and deliveries with which they left.

    Works on the specs of ``returns.step.receive``, in batches.
    """

    _name = "returns.origins"
    _description = "Origins of returned goods"

    def _goods(self, lines):
        """(line, product) of what comes back for lines."""
        return [(line, line.product_id) for line in lines]

    def _delivered_lots(self, lines):
        """{(line, product): names of the lots that left with its order line}."""
        tracked = [
            pair for pair in self._goods(lines) if pair[1].tracking in TRACKED
        ]
        found = defaultdict(set)
        if tracked:
            sale_lines = [line.sale_line_id.id for line, _product in tracked]
            rows = self.env["stock.move.line"]._read_group(
                [
                    ("move_id.sale_line_id", "in", sale_lines),
                    ("state", "=", "done"),
                    ("lot_id", "!=", False),
                    ("location_dest_id.usage", "=", "customer"),
                ],
                ["move_id", "lot_id"],
            )
            by_sale_line = defaultdict(set)
            for move, lot in rows:
                by_sale_line[move.sale_line_id, lot.product_id].add(lot.name)
            for line, product in tracked:
                found[line, product] = by_sale_line[line.sale_line_id, product]
        return found

    def _serials_back(self, lines):
        """{order line: (product, serial) of it that came back, not corrected}."""
        serials = [
            line.sale_line_id.id
            for line, product in self._goods(lines)
            if product.tracking == "serial"
        ]
        found = defaultdict(set)
        if serials:
            receipts = self.env["returns.receipt"].search(
                [
                    ("line_id.sale_line_id", "in", serials),
                    ("lot_id", "!=", False),
                ]
            )
            for receipt in receipts._standing():
                known = found[receipt.line_id.sale_line_id]
                known.add((receipt.product_id, receipt.lot_id.name))
        return found

    def _find_lots(self, specs):
        """Put the lot into each spec, making what is not known yet.

        A unit without a readable number, or with the serial of a unit that stands in
        the house already, gets a number of its own, since stock of a tracked product
        cannot move without; the exception ``serial_mismatch`` says so.
        """
        for spec in specs:
            spec["lot"] = self.env["stock.lot"]
        tracked = [spec for spec in specs if spec["product"].tracking != "none"]
        if not tracked:
            return
        lots = self._known_lots(tracked)
        wanted = {}
        for number, spec in enumerate(tracked, 1):
            key = (spec["product"], spec["entry"].get("lot_name"))
            taken = self._is_taken(key, lots, wanted)
            if taken:
                spec["serial_ok"] = False
            if taken or not key[1]:
                key = (spec["product"], self._unknown_number(spec, number))
            wanted.setdefault(key, []).append(spec)
        missing = [key for key in wanted if key not in lots]
        made = self.env["stock.lot"].create(
            [{"product_id": product.id, "name": name} for product, name in missing]
        )
        lots.update(zip(missing, made, strict=True))
        for key, group in wanted.items():
            for spec in group:
                spec["lot"] = lots[key]

    def _known_lots(self, specs):
        """{(product, name): lot} of the numbers that were scanned."""
        names = {spec["entry"].get("lot_name") for spec in specs} - {None, False, ""}
        lots = self.env["stock.lot"].search(
            [
                ("product_id", "in", [spec["product"].id for spec in specs]),
                ("name", "in", list(names)),
            ]
        )
        return {(lot.product_id, lot.name): lot for lot in lots}

    def _is_taken(self, key, lots, wanted):
        """Whether a serial belongs to a unit in the house, or was scanned just now."""
        product, _name = key
        if product.tracking != "serial":
            return False
        return key in wanted or (key in lots and lots[key].product_qty > 0)

    def _unknown_number(self, spec, number):
        return self.env._(
            "%(name)s unknown %(number)s",
            name=spec["order"].name,
            number=f"{fields.Datetime.now():%y%m%d%H%M%S}{number}",
        )

    def _find_origin_moves(self, specs):
        """Put the move with which the units left into each spec.

        It gives the value at which they come back. Where one delivery does not cover
        the quantity, the spec is split.
        """
        left = self._still_out(specs)
        split = []
        for spec in specs:
            moves = spec["line"].sale_line_id.move_ids.filtered(
                lambda m, p=spec["product"]: m in left and m.product_id == p
            )
            if spec["lot"]:
                with_lot = moves.filtered(
                    lambda m, lot=spec["lot"]: lot in m.move_line_ids.lot_id
                )
                moves = with_lot or moves
            split += self._split(spec, moves, left)
        specs[:] = split

    def _still_out(self, specs):
        """{move: units that it took to the customer and that are still there}, in the
        product's unit, whatever the transfer counts in; where lots come back, also
        {(move, lot): units}, since of a lot that was sent twice another delivery may
        still be out."""
        lines = [spec["line"].sale_line_id for spec in specs]
        moves = self.env["sale.order.line"].union(*lines).move_ids
        sent = moves.filtered(
            lambda m: m.state == "done" and m.location_dest_id.usage == "customer"
        )
        # A receipt that was taken back is no delivery.
        reversals = sent.move_line_ids.filtered("state_reversed_line_id").move_id
        sent -= reversals
        back = sent.returned_move_ids.filtered(lambda m: m.state == "done")._stands()
        left = {move: self._units(move) for move in sent}
        for move in back:
            left[move.origin_returned_move_id] -= self._units(move)
        if any(spec["lot"] for spec in specs):
            left |= self._lots_still_out(sent, back)
        return left

    def _lots_still_out(self, sent, back):
        found = defaultdict(float)
        for item in sent.move_line_ids:
            found[item.move_id, item.lot_id] += item.quantity_product_uom
        for item in back.move_line_ids:
            origin = item.move_id.origin_returned_move_id
            if (origin, item.lot_id) in found:
                found[origin, item.lot_id] -= item.quantity_product_uom
        return found

    def _units(self, move):
        unit = move.product_id.uom_id
        return move.product_uom._compute_quantity(move.quantity, unit, round=False)

    def _split(self, spec, moves, left):
        """Split a spec over the deliveries ``moves`` that still have units out."""
        unit = spec["product"].uom_id
        open_quantity, parts = spec["quantity"], []
        for move in moves:
            lot_key = (move, spec["lot"])
            take = min(open_quantity, left[move], left.get(lot_key, left[move]))
            if unit.compare(take, 0.0) > 0:
                left[move] -= take
                if lot_key in left:
                    left[lot_key] -= take
                open_quantity -= take
                parts.append({**spec, "origin_move": move, "quantity": take})
        if unit.compare(open_quantity, 0.0) > 0:
            # More than ever left: the value comes from the last delivery, if any.
            parts.append({**spec, "origin_move": moves[-1:], "quantity": open_quantity})
        return parts
