from odoo import fields, models

from odoo.addons.stock_account.models.stock_move import VALUATION_DICT

VALUED_BY_HAND = "returns_valued_by_hand"
CHECKED = "returns_checked_companies"


class ByHand:
    """In a context: which moves of a batch nobody valued by hand.

    An object, which no call from outside can carry. Other moves are not known.
    """

    __slots__ = ("untouched",)

    def __init__(self, moves, by_hand):
        self.untouched = frozenset(moves.ids) - frozenset(by_hand.ids)


class Checked:
    """In a context: moves of a batch whose companies were compared, and with what.

    An object, which no call from outside can carry.
    """

    __slots__ = ("known",)

    def __init__(self):
        self.known = {}


class StockMove(models.Model):
    """The return that a stock move belongs to, and what returned goods are worth."""

    _inherit = "stock.move"

    returns_line_id = fields.Many2one(
        "returns.order.line",
        "Return line",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )

    def _push_apply(self):
        """Hook of core, which searches for push rules twice per move: returned goods
        that nothing waits for need none where no rule starts from their place."""
        return super(StockMove, self - self._without_push())._push_apply()

    def _without_push(self):
        """Moves of returns from whose place, or one above it, no push rule starts."""
        moves = self.filtered(
            lambda move: move.returns_line_id and not move.move_dest_ids
        )
        if not moves:
            return moves
        # sudo: a rule that the user cannot see is a reason to ask core, too
        rules = self.env["stock.rule"].sudo()
        places = moves.location_dest_id
        starts = rules.search(
            [
                ("location_src_id", "parent_of", places.ids),
                ("action", "in", ("push", "pull_push")),
            ]
        ).location_src_id
        pushed = places.filtered(
            lambda place: any(place._child_of(start) for start in starts)
        )
        return moves.filtered(lambda move: move.location_dest_id not in pushed)

    def _prepare_state_reversal_vals(self, reason, quantities):
        """A counter-move belongs to the same return, and undoes what it delivered."""
        vals = super()._prepare_state_reversal_vals(reason, quantities)
        if self.returns_line_id or self.sale_line_id:
            incoming = self.location_id.usage == "customer"
            vals.update(
                {
                    "returns_line_id": self.returns_line_id.id,
                    "sale_line_id": self.sale_line_id.id if incoming else False,
                    "origin_returned_move_id": self.id if incoming else False,
                    "to_refund": incoming,
                }
            )
        return vals

    # --- batches ------------------------------------------------------------------
    def _check_company(self, fnames=None):
        """Core compares the companies of a move's records when it is confirmed and
        again when it is done: once is enough where nothing changed in between."""
        checked = self.env.context.get(CHECKED)
        if fnames is not None or not isinstance(checked, Checked):
            super()._check_company(fnames)
            return
        names = ["company_id"]
        names += [
            name
            for name, field in self._fields.items()
            if field.relational and field.check_company
        ]
        now = {
            move.id: [self.env.company, *(move[name] for name in names)]
            for move in self.sudo()  # sudo: as core reads them to compare
        }
        new = self.filtered(lambda move: checked.known.get(move.id) != now[move.id])
        super(StockMove, new)._check_company()
        checked.known.update(now)

    def _set_references(self):
        """Core writes each move anew, though its transfer refers to nothing."""
        referring = self.filtered(lambda move: move.picking_id.reference_ids)
        return super(StockMove, referring)._set_references()

    def _update_orderpoints(self):
        """Core asks for each move and its warehouses; where no reordering rule is
        about any of their products, there is none to be computed again."""
        if len(self) > 1:
            # sudo: as core does, for moves of whoever may not see the rules
            rules = self.env["stock.warehouse.orderpoint"].sudo()
            known = rules.search([("product_id", "in", self.product_id.ids)]).product_id
            self = self.filtered(lambda move: move.product_id in known)
        return super()._update_orderpoints()

    # --- value --------------------------------------------------------------------
    def _set_value(self, correction_quantity=None):
        """Keep what each lot cost when it left: core keeps the sum of a move alone.

        And look once for what was valued by hand, where core looks for each move.
        """
        valued = self._valued_by_hand()
        result = super(StockMove, valued)._set_value(correction_quantity)
        if not correction_quantity:
            leaving = self.filtered(lambda m: m.product_id.lot_valuated and m._is_out())
            leaving._get_out_move_lines()._keep_lot_costs()
        return result

    def _valued_by_hand(self):
        """The same moves, knowing which of them somebody valued by hand."""
        if len(self) < 2:
            return self
        # sudo: as core does, whose values no stock user reads
        values = self.env["product.value"].sudo()
        by_hand = values.search([("move_id", "in", self.ids)]).move_id
        return self.with_context(**{VALUED_BY_HAND: ByHand(self, by_hand)})

    def _get_manual_value(self, quantity, at_date=None):
        known = self.env.context.get(VALUED_BY_HAND)
        if isinstance(known, ByHand) and self.id in known.untouched:
            return dict(VALUATION_DICT)
        return super()._get_manual_value(quantity, at_date)

    def _get_value_from_returns(self, quantity, at_date=None):
        """Goods valued by lot come back at the value with which their lots left.

        Core spreads the value of a move that took several lots evenly over its units.
        """
        data = super()._get_value_from_returns(quantity, at_date)
        origin = self.origin_returned_move_id
        if not data["quantity"] or not self.product_id.lot_valuated:
            return data
        left, back = origin._get_out_move_lines(), self._get_in_move_lines()
        if len(left.lot_id) < 2 or back.lot_id - left.lot_id:
            return data
        costs = left._lot_costs()
        whole = sum(costs[line.lot_id] * line.quantity_product_uom for line in left)
        part = sum(costs[line.lot_id] * line.quantity_product_uom for line in back)
        valued = sum(back.mapped("quantity_product_uom"))
        if whole and valued:
            data["value"] = origin.value * part / whole * quantity / valued
        return data

    def _get_cogs_price_unit(self, quantity=0):
        """First in, first out: what came back is no more cost of the goods sold.

        Goods valued by lot cost what their lots did, too; core takes the average of
        the product, which is not what left.
        """
        back = self.filtered("is_in")
        by_lot = self.product_id.lot_valuated
        if not by_lot and (not back or self.product_id.cost_method != "fifo"):
            return super()._get_cogs_price_unit(quantity)
        gone = self - back
        kept = sum(m._get_valued_qty() for m in gone)
        kept -= sum(m._get_valued_qty() for m in back)
        if self.product_id.uom_id.compare(kept, 0.0) <= 0:
            return super()._get_cogs_price_unit(quantity)
        return (sum(gone.mapped("value")) - sum(back.mapped("value"))) / kept

    def _stands(self):
        """The moves that were not taken back by a counter-move."""
        if not self:
            return self
        # sudo: who posts a credit note need not see the ledger behind the goods
        undone = (
            self.sudo()
            .move_line_ids.filtered(
                lambda line: "done" in line.state_reversal_line_ids.mapped("state")
            )
            .move_id
        )
        return self.filtered(lambda move: move not in undone)
