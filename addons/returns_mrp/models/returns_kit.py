"""What the kits of sold lines are made of."""

from collections import namedtuple

from odoo import models

from ..engine.kits import percents

# Kits in one unit of the order line, and the values of its parts (returns.kit.part).
Kit = namedtuple("Kit", "size parts")


class ReturnsKit(models.AbstractModel):
    """Reads the parts of sold kits from what left, with their shares of the price."""

    _name = "returns.kit"
    _description = "Parts of sold kits"

    def _of(self, sale_lines):
        """{sale line: Kit} of those that are kits; the others are left out."""
        Bom = self.env["mrp.bom"]
        if not sale_lines or not Bom._returns_any_kit():
            return {}
        # sudo: who handles a return need not read transfers and bills of materials
        moves = self.env["stock.move"].sudo()
        moves = moves.search(
            [
                ("sale_line_id", "in", sale_lines.ids),
                ("bom_line_id.bom_id.type", "=", "phantom"),
                ("location_dest_id.usage", "=", "customer"),
                ("origin_returned_move_id", "=", False),
            ]
        )
        return {
            line.with_env(sale_lines.env): self._read(line, group)
            for line, group in moves.grouped("sale_line_id").items()
        }

    def _read(self, sale_line, moves):
        """The Kit of one sold line, of which ``moves`` left."""
        product = sale_line.product_id
        boms = moves.bom_line_id.bom_id
        # As core looks for the bill by which it counts what was delivered.
        bom = boms.filtered(
            lambda b: (
                b.product_id == product
                or (not b.product_id and b.product_tmpl_id == product.product_tmpl_id)
            )
        )[:1]
        if not bom:
            bom = boms._bom_find(
                product, company_id=sale_line.company_id.id, bom_type="phantom"
            )[product]
        unit = bom.product_uom_id or product.uom_id
        size = sale_line.product_uom_id._compute_quantity(1.0, unit, round=False)
        sold = size * sale_line.product_uom_qty or 1.0
        each = self._per_kit(bom, sale_line, sold, moves)
        lines = self.env["mrp.bom.line"].sudo().union(*each)  # as in _of
        shares = self._shares(bom, product, lines, each)
        return Kit(
            size,
            [
                {
                    "sequence": place,
                    "bom_line_id": line.id,
                    "product_id": line.product_id.id,
                    "per_kit": each[line],
                    "share": float(share),
                }
                for place, (line, share) in enumerate(
                    zip(lines, shares, strict=True), 1
                )
            ],
        )

    # --- how many ---------------------------------------------------------------------
    def _per_kit(self, bom, sale_line, sold, moves):
        """{bill's line: units of the part in one kit}.

        By the bill, where it explains what was to leave; it may have been changed since
        the order, and then what was to leave says it.
        """
        asked = {}
        for line, group in moves.grouped("bom_line_id").items():
            asked[line] = sum(group.mapped("product_qty")) / sold
        by_bill = self._exploded(bom, sale_line, sold) if bom else {}
        fits = by_bill.keys() == asked.keys() and all(
            line.product_id.uom_id.compare(by_bill[line] * sold, asked[line] * sold)
            == 0
            for line in asked
        )
        return by_bill if fits else asked

    def _exploded(self, bom, sale_line, sold):
        """The same by the bill of today, in the way in which core counts."""
        never = sale_line.product_no_variant_attribute_value_ids
        _boms, lines = bom.explode(
            sale_line.product_id,
            sold / bom.product_qty,
            never_attribute_values=never,
        )
        found = {}
        for line, data in lines:
            part = line.product_id
            if part.type == "service" or line.product_uom_id.is_zero(data["qty"]):
                continue
            units = line.product_uom_id._compute_quantity(
                data["qty"] / data["original_qty"] / bom.product_qty,
                part.uom_id,
                round=False,
            )
            found[line] = found.get(line, 0.0) + units
        return found

    # --- how much ---------------------------------------------------------------------
    def _shares(self, bom, product, lines, each):
        """Percents of the kit's price, one for each of ``lines``, 100 in all."""
        company = bom.company_id or self.env.company
        weights = self._down(bom.with_company(company), product, 1.0) if bom else {}
        if not all(line in weights for line in lines):
            # The bill was changed: as if it were made of what left.
            weights = dict(zip(lines, self._plain_weights(lines, each), strict=True))
        return percents([round(weights[line], 8) for line in lines])

    def _plain_weights(self, lines, each):
        prices = [line.product_id.lst_price for line in lines]
        if not all(price > 0 for price in prices):
            prices = [1.0] * len(prices)
        return [each[line] * price for line, price in zip(lines, prices, strict=True)]

    def _down(self, bom, product, share):
        """{bill's line: its share}, down through the kits in the kit."""
        lines = bom.bom_line_ids.filtered(lambda line: not line._skip_bom_line(product))
        inner = bom._bom_find(
            lines.product_id, company_id=bom.company_id.id, bom_type="phantom"
        )
        found = {}
        for line, percent in bom._returns_shares(lines).items():
            part = share * percent / 100.0
            if below := inner[line.product_id]:
                for leaf, value in self._down(below, line.product_id, part).items():
                    found[leaf] = found.get(leaf, 0.0) + value
            else:
                found[line] = found.get(line, 0.0) + part
        return found
