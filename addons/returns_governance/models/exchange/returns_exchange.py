from odoo import api, fields, models

from ...const import ADVANCE_RULES, EXCHANGE_KINDS, EXCHANGE_STATES
from ...guard import refuse

OPEN_STATES = ("authorised", "closed")


class ReturnsExchange(models.Model):
    """Goods that go out for what comes back: held for the customer from the request on.

    An *exchange* is sold by an order of its own and billed with the credit of what it
    replaces; a *replacement* is delivered once more on the order line that was sold,
    free of charge. The delivery reserves the stock at once, and cannot be done before
    the release rule of the line is met; one that is sent in *advance* waits for
    nothing.
    Quantities count units of the line of the return.
    """

    _name = "returns.exchange"
    _description = "Goods sent for a return"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id"

    order_id = fields.Many2one(
        "returns.order", "Return", required=True, ondelete="cascade", index=True
    )
    line_id = fields.Many2one(
        "returns.order.line", "Line", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    kind = fields.Selection(EXCHANGE_KINDS, required=True)
    product_id = fields.Many2one("product.product", required=True, index=True)
    uom_id = fields.Many2one("uom.uom", "Unit", required=True)
    quantity = fields.Float(digits="Product Unit", required=True)
    quantity_freed = fields.Float(
        "Freed", digits="Product Unit", help="Held once and given up again."
    )
    even = fields.Boolean(help="At the price that was paid: nothing is owed for it.")
    sale_line_id = fields.Many2one(
        "sale.order.line", "Delivered on", required=True, index=True
    )
    sale_order_id = fields.Many2one(
        related="sale_line_id.order_id", store=True, index=True, string="Order"
    )
    move_ids = fields.One2many("stock.move", "returns_exchange_id", "Stock moves")

    # --- sent before the old goods are back -------------------------------------------
    advance = fields.Selection(
        ADVANCE_RULES,
        "Is sent",
        help="What the policy says of sending, as the decision pinned it.",
    )
    advance_days = fields.Integer("Days to send back")
    called_at = fields.Datetime(
        "Charged or told on", help="Once: nothing had come back in time."
    )
    quantity_charged = fields.Float("Charged", digits="Product Unit")
    charge_move_id = fields.Many2one(
        "account.move", "Charged with", index="btree_not_null", ondelete="restrict"
    )

    # --- read off the transfers -------------------------------------------------------
    quantity_sent = fields.Float(
        "Sent", compute="_compute_sent", store=True, digits="Product Unit"
    )
    sent_at = fields.Datetime("Sent on", compute="_compute_sent", store=True)
    back_by = fields.Date("Send back by", compute="_compute_back_by", compute_sudo=True)
    state = fields.Selection(
        EXCHANGE_STATES, compute="_compute_state", compute_sudo=True
    )

    @api.depends("order_id.name", "product_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "%(name)s: %(product)s in exchange",
                name=row.order_id.name or "",
                product=row.product_id.display_name or "",
            )

    def _kept_way(self):
        return self.env._(
            "Where it was wrong to send them, reverse the settlement on return "
            "%(name)s; a wrong bill is put right by *Reverse and create invoice*.",
            name=self.order_id.name,
        )

    @api.depends("move_ids.state", "move_ids.quantity")
    def _compute_sent(self):
        for row in self:
            done = row._leaving_moves().filtered(lambda move: move.state == "done")
            row.quantity_sent = row._in_units(done)
            row.sent_at = min(done.mapped("date"), default=False)

    @api.depends("sent_at", "advance", "advance_days")
    def _compute_back_by(self):
        for row in self:
            row.back_by = (
                row.sent_at
                and row._is_ahead()
                and fields.Date.add(row.sent_at.date(), days=row.advance_days)
            )

    @api.depends(
        "quantity",
        "quantity_freed",
        "quantity_sent",
        "line_id.quantity_released",
        "line_id.case_state",
        "order_id.refund_on_hold",
        "move_ids.state",
    )
    def _compute_state(self):
        for row in self:
            row.state = row._derive_state()

    def _derive_state(self):
        left = self._quantity_left()
        if self.uom_id.compare(left, 0.0) <= 0:
            return "sent" if self.quantity_sent else "freed"
        states = self.move_ids.mapped("state")
        if "confirmed" in states or "partially_available" in states:
            return "waiting"
        return "released" if self._quantity_may_leave() > 0 else "held"

    # --- quantities -------------------------------------------------------------------
    def _leaving_moves(self):
        """The moves that hand the goods to the customer, done or not."""
        return self.move_ids.filtered(
            lambda move: (
                move.location_dest_id.usage == "customer" and move.state != "cancel"
            )
        )

    def _in_units(self, moves):
        """What moves take, in the unit of this row."""
        return sum(
            move.product_uom._compute_quantity(move.quantity, self.uom_id, round=False)
            for move in moves
        )

    def _quantity_left(self):
        """Units that are promised and were not sent."""
        return self.quantity - self.quantity_freed - self.quantity_sent

    def _is_ahead(self):
        return self.advance in ("charge", "escalate")

    def _quantity_may_leave(self):
        """Units that may be sent now: released, and not sent before.

        Several rows of one line share what its rule has let go, in their order.
        """
        if self.order_id.case_state not in OPEN_STATES:
            return 0.0
        left = self._quantity_left()
        if self._is_ahead():
            return left
        if self.order_id.refund_on_hold:
            return 0.0  # its credit was taken back: a person decides
        rows = self.line_id.exchange_ids
        before = sum(
            row.quantity - row.quantity_freed for row in rows if row.id < self.id
        )
        released = self.line_id.quantity_released - before - self.quantity_sent
        return max(0.0, min(left, released))

    def _quantity_billed(self):
        """Units on invoices of an exchange, drafts included, less credit notes."""
        billed = 0.0
        for item in self.sale_line_id.invoice_lines:
            if item.parent_state == "cancel":
                continue
            sign = -1 if item.move_id.move_type == "out_refund" else 1
            # A credit for a return of these goods makes room for no second bill.
            if sign < 0 and item.move_id.returns_credit_kind != "correction":
                continue
            billed += sign * item.product_uom_id._compute_quantity(
                item.quantity, self.uom_id, round=False
            )
        return billed

    # --- the hold ---------------------------------------------------------------------
    def _check_may_leave(self, moves):
        """Refuse to hand over what is still held.

        :param recordset moves: that are about to be done
        """
        # sudo: who ships need not see the return behind the goods
        for row in self.sudo():
            going = moves.sudo().filtered(
                lambda move, row=row: move.returns_exchange_id == row
            )
            asked, allowed = row._in_units(going), row._quantity_may_leave()
            if row.uom_id.compare(asked, allowed) > 0:
                refuse(
                    "EXCHANGE_HELD",
                    self.env._(
                        "%(product)s is held for return %(name)s: %(allowed)g of "
                        "%(asked)g may be sent now (waits for: %(why)s). Send the "
                        "others without it, or let finance release it on the return.",
                        product=row.product_id.display_name,
                        name=row.order_id.name,
                        allowed=allowed,
                        asked=asked,
                        why=row._hold_words(),
                    ),
                )

    def _hold_words(self):
        """What the goods wait for, for people."""
        order = self.order_id
        if order.case_state == "to_approve":
            return self.env._("the approval of the return")
        if order.case_state not in OPEN_STATES:
            return self.env._("a return that is authorised")
        if self.order_id.refund_on_hold:
            return self.env._("a release by hand, since its credit was taken back")
        words = {
            "request": self.env._("the authorisation"),
            "carrier_scan": self.env._("the carrier's scan"),
            "receipt": self.env._("the receipt of the old goods"),
            "inspection": self.env._("the inspection of the old goods"),
            "manual": self.env._("a release by hand"),
        }
        rule = self.line_id.decision_id._terms().get("release")
        return words.get(rule, words["inspection"])

    def _is_given_up(self):
        """Nothing of it is promised any more, and nothing was sent."""
        return self.uom_id.compare(self.quantity, self.quantity_freed) <= 0

    @api.model
    def _cron_unreturned(self):
        """Charge or tell what was sent ahead and not sent back; a cron of that name."""
        self.env["returns.unreturned"]._call_due()
        self.env["returns.replacement.cost"]._retry()
