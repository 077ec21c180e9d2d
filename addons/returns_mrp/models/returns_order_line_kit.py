from dataclasses import replace
from decimal import Decimal

from odoo import models

from ..engine.kits import HUNDRED, ZERO, Piece, offs, touched, whole

# Release rules for which goods count before anybody has looked at them.
UNSEEN_COUNT = ("request", "carrier_scan", "receipt")


class ReturnsOrderLine(models.Model):
    """What is there of the kits of a line, for the engine."""

    _inherit = "returns.order.line"

    # --- kits and units of the order line ---------------------------------------------
    def _kits(self, quantity):
        """Whole kits in a quantity of the line; a dozenth is a rounded figure."""
        return round(quantity * self.kits_per_unit)

    def _from_kits(self, kits):
        """Kits in the unit of the order line."""
        return kits / self.kits_per_unit

    # --- rows -------------------------------------------------------------------------
    def _kit_units(self, rows, field="quantity"):
        """{part: units in ``rows``}, in the part's unit."""
        found = dict.fromkeys(self.kit_part_ids, 0.0)
        for row in rows:
            if part := self._kit_part_of(row):
                found[part] += row[field]
        return found

    def _kit_part_of(self, row):
        """The part that a receipt, a finding or a routing is of.

        Two parts may be of one product, a screw of the kit and of a kit in it: then the
        stock move says which.
        """
        receipt = row._kit_receipt()
        parts = self.kit_part_ids.filtered(
            lambda part: part.product_id == receipt.product_id
        )
        if len(parts) < 2:
            return parts
        # sudo: who handles goods need not read the bills of materials
        line = receipt.sudo().move_id.bom_line_id
        return parts.filtered(lambda part: part.sudo().bom_line_id == line) or parts[:1]

    def _kit_pieces(self, percents=None):
        """The parts with what came of each, as the engine takes them.

        First what was inspected, by condition, in the order in which each was first
        found; then what nobody has looked at.

        :param dict percents: what is taken off for each condition
        """
        percents = percents or {}
        came = self._kit_units(self.receipt_ids)
        found = {part: {} for part in self.kit_part_ids}
        for row in self.inspection_ids:
            if part := self._kit_part_of(row):
                known = found[part].setdefault(row.condition_id, [0.0, 0.0])
                known[0] += row.quantity
                known[1] += sum(
                    routing.quantity
                    for routing in row.routing_ids
                    if routing.disposition_id.refund_effect == "none"
                )
        pieces = []
        for part, grades in found.items():
            units = []
            for condition, (quantity, unpaid) in grades.items():
                off = Decimal(str(percents.get(condition.code) or 0))
                units += [(unpaid, HUNDRED), (quantity - unpaid, off)]
            seen = sum(quantity for quantity, _unpaid in grades.values())
            units.append((came[part] - seen, None))
            pieces.append(
                Piece(
                    part,
                    part.per_kit,
                    part.share,
                    tuple(unit for unit in units if unit[0] > 0.0),
                    part.quantity_given_up,
                )
            )
        return tuple(pieces)

    # --- counts -----------------------------------------------------------------------
    def _kits_touched(self, units=None):
        """Kits of which anything came."""
        if units is None:
            units = self._kit_units(self.receipt_ids)
        return touched(
            [
                Piece(part, part.per_kit, part.share, ((units[part], None),))
                for part in self.kit_part_ids
            ]
        )

    def _kits_back(self):
        """Kits of one sold line, in its unit, of which anything came by any of these
        lines: half a kit of one return and half of another are one."""
        each, units = {}, {}
        for line in self:
            for part, quantity in line._kit_units(line.receipt_ids).items():
                key = part.bom_line_id or part.product_id
                each[key] = part.per_kit
                units[key] = units.get(key, 0.0) + quantity
        pieces = [Piece(key, each[key], ZERO, ((units[key], None),)) for key in each]
        return self[:1]._from_kits(touched(pieces))

    def _kits_whole(self):
        """Kits of which nothing is waited for any more."""
        units = self._kit_units(self.receipt_ids)
        return whole(
            [
                Piece(
                    part,
                    part.per_kit,
                    part.share,
                    ((units[part], None),),
                    part.quantity_given_up,
                )
                for part in self.kit_part_ids
            ]
        )

    def _kits_unpaid(self):
        """Kits of which every part that came went where nothing is paid for."""
        unpaid = self.routing_ids.disposition_id.filtered(
            lambda disposition: disposition.refund_effect == "none"
        )
        return sum(self._kit_is_unpaid(self._kit_pieces())) if unpaid else 0

    def _kit_is_unpaid(self, pieces):
        """Of each kit, whether everything of it that came is unpaid."""
        lost = offs([replace(p, given_up=ZERO) for p in pieces], self._kits_touched())
        return [off >= HUNDRED for off in lost]

    def _kit_is_awaited(self):
        """Whether parts that are not here may still be in a parcel on its way."""
        return not all(self.order_id.parcel_ids.mapped("received"))

    def _kit_parts_awaited(self):
        """{(line, product): units that are open to receive, in the part's unit}."""
        kits = self._kits(
            self.quantity_authorised - self.quantity_cancelled - self.quantity_kept
        )
        units = self._kit_units(self.receipt_ids)
        found = {}
        for part in self.kit_part_ids:
            key = (self, part.product_id)
            left = part.per_kit * kits - units[part] - part.quantity_given_up
            found[key] = found.get(key, 0.0) + max(0.0, left)
        return found

    # --- money ------------------------------------------------------------------------
    def _kit_offs(self, percents, settled=False):
        """Percent that each kit of which anything came is worth less; kits of which
        nothing is paid for are left out.

        :param dict percents: what is taken off for each condition
        :param bool settled: of kits that were refunded: what is missing is missing, and
            what came late counts when the release rule has let it
        """
        kits = self._kits_touched()
        missing, unseen = HUNDRED, ZERO
        if settled:
            rule = self.decision_id._terms().get("release") or "inspection"
            unseen = ZERO if rule in UNSEEN_COUNT else HUNDRED
        elif self._kit_is_awaited():
            missing = ZERO
        found = offs(self._kit_pieces(percents), kits, missing, unseen)
        unpaid = self._kit_is_unpaid(self._kit_pieces())
        return [off for off, lost in zip(found, unpaid, strict=True) if not lost]

    def _kit_words(self):
        """What the kits of the line lack, for the documents; empty where nothing."""
        number = self.env["returns.words"]._number
        came, found = self._kits_touched(), []
        if not self._kits_lack():
            return ""
        for piece in self._kit_pieces():
            part, missing = piece.key, float(piece.missing(came))
            if part.uom_id.compare(missing, 0.0) > 0:
                found.append(
                    self.env._(
                        "%(units)s %(part)s (%(share)s %% of a kit)",
                        units=number(missing),
                        part=part.product_id.display_name,
                        share=number(round(part.share * missing / part.per_kit, 2)),
                    )
                )
        return found and self.env._("Missing: %(parts)s", parts=", ".join(found)) or ""

    def _kits_lack(self):
        return any(part.quantity_missing > 0 for part in self.kit_part_ids)


class ReturnsReceipt(models.Model):
    _inherit = "returns.receipt"

    def _kit_receipt(self):
        """The receipt of the units of this row."""
        return self


class ReturnsInspection(models.Model):
    _inherit = "returns.inspection"

    def _kit_receipt(self):
        """The receipt of the units of this row."""
        return self.receipt_id


class ReturnsRouting(models.Model):
    _inherit = "returns.routing"

    def _kit_receipt(self):
        """The receipt of the units of this row."""
        return self.inspection_id.receipt_id
