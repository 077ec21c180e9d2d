from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine.kits import HUNDREDTH, percents

ANY_KIT = "returns_any_kit"


class MrpBom(models.Model):
    """Of a kit: which share of its price each part has when it does not come back."""

    _inherit = "mrp.bom"

    returns_own_shares = fields.Boolean(
        "Own refund shares",
        help="Type in what share of the kit's price is taken off a refund for each "
        "part that does not come back. Otherwise it follows the parts' sales prices; "
        "their costs, where a part has no price; their quantities, where one has no "
        "cost.",
    )

    # --- is there any? ----------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        self.env.cr.cache.pop(ANY_KIT, None)
        return super().create(vals_list)

    def write(self, vals):
        if "type" in vals:
            self.env.cr.cache.pop(ANY_KIT, None)
        return super().write(vals)

    @api.model
    def _returns_any_kit(self):
        """Whether there is any kit, asked once in a transaction: without one nobody
        has to look for the parts of what is delivered or comes back."""
        known = self.env.cr.cache
        if ANY_KIT not in known:
            # sudo: of all companies, archived ones too
            boms = self.sudo().with_context(active_test=False)
            known[ANY_KIT] = bool(boms.search_count([("type", "=", "phantom")], 1))
        return known[ANY_KIT]

    @api.model
    def _bom_find(self, products, picking_type=None, company_id=False, bom_type=False):
        """Hook of Odoo, which looks for the kit of each line and each stock move."""
        if bom_type == "phantom" and not self._returns_any_kit():
            return defaultdict(self.env["mrp.bom"].browse)
        return super()._bom_find(products, picking_type, company_id, bom_type)

    # --- shares -----------------------------------------------------------------------
    @api.onchange("bom_line_ids", "product_qty", "product_id", "product_tmpl_id")
    def onchange_bom_structure(self):
        """Hook of Odoo, which warns of a bill that was used: a share is no part of its
        structure, and returns that are open keep theirs."""
        if self._origin and self._returns_structure() == (
            self._origin._returns_structure()
        ):
            return None
        return super().onchange_bom_structure()

    def _returns_structure(self):
        return (
            self.product_qty,
            self.product_id._origin.id,
            self.product_tmpl_id._origin.id,
            [
                (line._origin.id, line.product_id._origin.id, line.product_qty)
                for line in self.bom_line_ids
            ],
        )

    @api.onchange("returns_own_shares")
    def _onchange_returns_own_shares(self):
        """Begin with what would hold otherwise."""
        if self.returns_own_shares and not any(
            self.bom_line_ids.mapped("returns_share")
        ):
            lines = self._returns_share_lines()
            shares = percents(lines._returns_weights(), HUNDREDTH) if lines else ()
            for line, share in zip(lines, shares, strict=True):
                line.returns_share = float(share)

    @api.constrains("returns_own_shares", "bom_line_ids", "type")
    def _check_returns_shares(self):
        for bom in self:
            if not bom.returns_own_shares or bom.type != "phantom":
                continue
            lines = bom._returns_share_lines()
            total = sum(lines.mapped("returns_share"))
            some = lines.bom_product_template_attribute_value_ids
            if any(line.returns_share < 0 for line in lines) or (
                round(total, 2) != 100.0 and not some
            ):
                raise ValidationError(
                    self.env._(
                        "%(kit)s: the refund shares of its parts sum up to %(total)g %%"
                        ", and have to be 100 %%. Put them right, or switch off *Own "
                        "refund shares*.",
                        kit=bom.display_name,
                        total=total,
                    )
                )

    def _returns_share_lines(self):
        """The parts that leave with the kit; a service never comes back."""
        return self.bom_line_ids.filtered(
            lambda line: line.product_id.type != "service" and line.product_qty
        )

    def _returns_shares(self, lines):
        """{line: percent as float} of parts of this bill, by the rule that it has."""
        self.ensure_one()
        lines &= self._returns_share_lines()
        if not lines:
            return {}
        shares = percents(
            [max(0.0, line.returns_share) for line in lines]
            if self.returns_own_shares
            else lines._returns_weights()
        )
        return {line: float(share) for line, share in zip(lines, shares, strict=True)}


class MrpBomLine(models.Model):
    """A part of a kit, and its share of the price."""

    _inherit = "mrp.bom.line"

    returns_share = fields.Float(
        "Own refund share (%)",
        digits=(5, 2),
        help="Taken off the refund of a kit where this part, all units of it, does not "
        "come back. The parts of a kit sum up to 100 %.",
    )
    returns_share_now = fields.Float(
        "Share (%)",
        digits=(5, 2),
        compute="_compute_returns_share_now",
        help="Taken off the refund of a kit where this part does not come back.",
    )

    @api.depends(
        "product_id",
        "product_qty",
        "product_uom_id",
        "returns_share",
        "bom_id.type",
        "bom_id.returns_own_shares",
        "bom_id.bom_line_ids.product_qty",
    )
    @api.depends_context("company")
    def _compute_returns_share_now(self):
        for bom, lines in self.grouped("bom_id").items():
            shares = {}
            if bom.type == "phantom":
                shares = bom._returns_shares(bom.bom_line_ids)
            for line in lines:
                line.returns_share_now = shares.get(line, 0.0)

    def _returns_weights(self):
        """What the parts weigh against each other: by price, cost or quantity."""
        units = [
            line.product_uom_id._compute_quantity(
                line.product_qty, line.product_id.uom_id, round=False
            )
            if line.product_id and line.product_uom_id
            else line.product_qty
            for line in self
        ]
        # sudo: a share is told to who sees the kit, costs are not
        products = [line.product_id.sudo() for line in self]
        prices = [product.lst_price for product in products]
        costs = [product.standard_price for product in products]
        for values in (prices, costs):
            if all(value > 0 for value in values):
                return [u * value for u, value in zip(units, values, strict=True)]
        return units
