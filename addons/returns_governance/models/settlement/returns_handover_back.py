from odoo import fields, models

from odoo.addons.inventory_states.patience import lock, patient

from ...guard import deny, refuse
from .returns_handover import FINANCE

OWED = ("asset_receivable", "liability_payable")


class ReturnsHandover(models.Model):
    """What went over to another company comes back, at the price at which it went.

    The goods leave the other company's stock and lie at the node again, at what they
    had cost there; the invoice gets a credit note, and the bill a refund.
    """

    _inherit = "returns.handover"
    _machine_fields = frozenset({"credit_id", "refund_id"})

    credit_id = fields.Many2one(
        "account.move",
        "Credit note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    refund_id = fields.Many2one(
        "account.move",
        "Refund of the other company",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    def _kept_way(self):
        if self.state == "reversed":
            return self.env._("Hand the goods over once more where that was wrong.")
        return self.env._(
            "Press *Take back* there: goods and documents of both companies come back "
            "together."
        )

    @patient
    def action_reverse(self):
        """Take it back, goods and documents, all or nothing.

        :raises UserError: RETURN_STATE where it did not go over, or goods have left
        """
        self.check_access("write")
        if not self.env.user.has_group(FINANCE):
            deny(self.env._("Only a finance controller takes goods back."))
        lock(self.env, self._table, self.ids)
        for handover in self:
            # sudo: the right is checked; what is written in the other company are the
            # move and the refund of just these goods
            handover.sudo()._take_back()

    def _take_back(self):
        if self.state != "done":
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(name)s is not with the other company: there is nothing to take "
                    "back.",
                    name=self.display_name,
                ),
            )
        lines = self.line_ids
        lines._check_still_there()
        between = self.env.ref("stock.stock_location_inter_company")
        ways = [(line._place_there(), between) for line in lines]
        lines._move("back_out_move_id", ways)
        lines._move("back_in_move_id", [(between, x.location_id) for x in lines])
        credit = self._counter_document(self.invoice_id, "credit_id")
        refund = self._counter_document(self.bill_id, "refund_id")
        refund.ref = credit.name
        for original, counter in ((self.invoice_id, credit), (self.bill_id, refund)):
            self._settle(original, counter)
        self._machine_write({"state": "reversed"})

    def _counter_document(self, original, field):
        """The posted counter-document of one of the two, line by line."""
        original = original.with_company(original.company_id)._returns_released()
        today = fields.Date.context_today(self)
        counter = original._reverse_moves(
            [{"date": today, "invoice_date": today, "invoice_origin": original.name}]
        )
        for item, old in zip(
            counter.invoice_line_ids.sorted("sequence"),
            original.invoice_line_ids.sorted("sequence"),
            strict=True,
        ):
            item.returns_handover_line_id = old.returns_handover_line_id
        # Known before it is posted, so that the gate of credit knows it, too.
        self._machine_write({field: counter.id})
        counter.action_post()
        return counter

    def _settle(self, original, counter):
        """One pays the other, as far as nobody has paid yet."""
        items = (original | counter).line_ids.filtered(
            lambda item: (
                item.account_id.account_type in OWED and not item.reconciled
            )
        )
        if len(items.move_id) == 2:
            items.reconcile()


class ReturnsHandoverLine(models.Model):
    """The way back of the goods."""

    _inherit = "returns.handover.line"
    _machine_fields = frozenset({"back_out_move_id", "back_in_move_id"})

    back_out_move_id = fields.Many2one(
        "stock.move", "Out of the other company", readonly=True, copy=False
    )
    back_in_move_id = fields.Many2one("stock.move", "Back", readonly=True, copy=False)

    # What came back can go over once more; also while two people fill at once.
    _routing_once = models.UniqueIndex(
        "(routing_id) WHERE back_in_move_id IS NULL", "These goods go over already."
    )

    def _place_there(self):
        """Where the other company has put them."""
        move = self.in_move_id
        return move.move_line_ids.location_dest_id[:1] or move.location_dest_id

    def _check_still_there(self):
        """Goods that the other company has sold or moved on cannot come back."""
        free = self._free(self._places_there())
        wanted = [
            ((row.product_id, row._place_there(), row.lot_id), row.quantity)
            for row in self
        ]
        for found in self._too_few(free, wanted):
            refuse(
                "RETURN_STATE",
                self.env._(
                    "Of %(product)s at %(place)s only %(free)g are free, and "
                    "%(wanted)g were to come back: the others have left, or are "
                    "reserved. Bring or free them there, or let the other company "
                    "return its goods by a vendor return.",
                    **found,
                ),
            )

    def _places_there(self):
        places = self.env["stock.location"]
        for line in self:
            places |= line._place_there()
        return places

    def _move_vals(self, company, source, target):
        vals = super()._move_vals(company, source, target)
        went = self.in_move_id if company == self.receiver_id else self.out_move_id
        if went:
            # They come back at what they had cost, not at the transfer price.
            vals["returns_handover_line_id"] = False
            vals["origin_returned_move_id"] = went.id
        return vals


class ReturnsGate(models.AbstractModel):
    """The credit note of goods that come back from another company is explained."""

    _inherit = "returns.gate"

    def _loose_amount(self, move):
        amount = super()._loose_amount(move)
        if amount > 0 and self._is_handed_back(move):
            return 0.0
        return amount

    def _is_handed_back(self, move):
        # sudo: which documents the hand-overs made; only they write the field
        handovers = self.env["returns.handover"].sudo()
        return bool(handovers.search_count([("credit_id", "=", move.id)], limit=1))


class AccountMoveLine(models.Model):
    """The credit note takes back what the goods had cost when they went over."""

    _inherit = "account.move.line"

    def _get_cogs_value(self):
        # sudo: as in stock.move
        out = self.returns_handover_line_id.sudo().out_move_id
        if out and self.move_id.move_type == "out_refund":
            quantity = out._get_valued_qty()
            return out.value / quantity if quantity else 0.0
        return super()._get_cogs_value()
