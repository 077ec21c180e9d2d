from odoo import api, fields, models


class ReturnsKitPart(models.Model):
    """A part of the kits of a return, as it was when the return was decided.

    What a kit is made of and what each part's share of its price is are kept here, so
    that a later change of the bill of materials moves no return that is open.
    """

    _name = "returns.kit.part"
    _description = "Part of a kit that comes back"
    _inherit = ["returns.guarded"]
    _order = "line_id, sequence, id"
    _rec_name = "product_id"
    _machine_fields = frozenset(
        {
            "line_id",
            "sequence",
            "bom_line_id",
            "product_id",
            "per_kit",
            "share",
            "quantity_given_up",
        }
    )

    line_id = fields.Many2one(
        "returns.order.line",
        "Line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    order_id = fields.Many2one(
        "returns.order", related="line_id.order_id", store=True, index=True
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    kit_id = fields.Many2one(related="line_id.product_id", string="Kit")
    sequence = fields.Integer(readonly=True)
    bom_line_id = fields.Many2one(
        "mrp.bom.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    product_id = fields.Many2one(
        "product.product", "Part", required=True, readonly=True, ondelete="restrict"
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    per_kit = fields.Float("In a kit", digits=(16, 6), readonly=True)
    share = fields.Float(
        "Share (%)",
        digits=(7, 4),
        readonly=True,
        help="Of the kit's price; taken off the refund of a kit without this part.",
    )
    quantity_given_up = fields.Float(
        "Given up",
        digits="Product Unit",
        readonly=True,
        help="Units that will not come any more.",
    )
    # Sums of the rows of the line, in the part's unit.
    quantity_expected = fields.Float(
        "Expected", digits="Product Unit", compute="_compute_quantities"
    )
    quantity_received = fields.Float(
        "Received", digits="Product Unit", compute="_compute_quantities"
    )
    quantity_inspected = fields.Float(
        "Inspected", digits="Product Unit", compute="_compute_quantities"
    )
    quantity_missing = fields.Float(
        "Missing",
        digits="Product Unit",
        compute="_compute_quantities",
        help="Of kits that came without this part.",
    )
    words = fields.Char("Note", compute="_compute_words")

    @api.depends(
        "per_kit",
        "line_id.quantity_authorised",
        "line_id.quantity_cancelled",
        "line_id.receipt_ids.quantity",
        "line_id.inspection_ids.quantity",
    )
    def _compute_quantities(self):
        for line, parts in self.grouped("line_id").items():
            pieces = {piece.key: piece for piece in line._kit_pieces()}
            came = line._kits_touched()
            kits = line._kits(line.quantity_authorised - line.quantity_cancelled)
            for part in parts:
                piece = pieces[part]
                part.quantity_expected = part.per_kit * max(kits, came)
                part.quantity_received = float(piece.received)
                part.quantity_inspected = float(
                    sum(units for units, off in piece.units if off is not None)
                )
                part.quantity_missing = float(piece.missing(came))

    @api.depends(
        "quantity_missing", "quantity_given_up", "line_id.order_id.parcel_ids.received"
    )
    @api.depends_context("lang")
    def _compute_words(self):
        for part in self:
            part.words = part._say()

    def _say(self):
        """What is wrong with the part, for people."""
        unit, number = self.uom_id, self.env["returns.words"]._number
        if unit.compare(self.quantity_missing, 0.0) <= 0:
            return False
        if self.line_id._kit_is_awaited() and not self.quantity_given_up:
            return self.env._("%(units)s to come", units=number(self.quantity_missing))
        kits = self.quantity_missing / (self.per_kit or 1.0)
        return self.env._(
            "%(units)s missing: %(share)s %% of a kit less",
            units=number(self.quantity_missing),
            share=number(round(self.share * kits, 2)),
        )


class ReturnsOrder(models.Model):
    """The parts that a return waits for."""

    _inherit = "returns.order"

    kit_part_ids = fields.One2many(
        "returns.kit.part", "order_id", "Parts of kits", readonly=True
    )
