from odoo import api, fields, models

from odoo.addons.inventory_states.patience import lock, patient

from ...const import WRITE_DOWN_STANDING, WRITE_DOWN_STATES
from ...guard import refuse


class ReturnsWriteDown(models.Model):
    """An allowance on a routed quantity that brings less than it is carried at.

    ``returns.step.write_down`` measures it by the company's table when goods are given
    a disposition, asks where the table of authority says so, and books it: write-down
    against the allowance, never on the stock itself, so that other units of the
    product keep their cost. As units leave, rows of ``returns.write.down.release``
    take their share of it back.

    Units that go to another place that is not for sale take their share along: a row
    of its own, with ``origin_id``, under the same entry and approval.
    """

    _name = "returns.write.down"
    _description = "Write-down of returned goods"
    _inherit = ["returns.guarded"]
    _append_only = True
    _order = "id desc"

    routing_id = fields.Many2one(
        "returns.routing", "Routed as", required=True, ondelete="cascade", index=True
    )
    origin_id = fields.Many2one(
        "returns.write.down",
        "Moved from",
        index="btree_not_null",
        help="The write-down of which these units were moved here.",
    )
    order_id = fields.Many2one(related="routing_id.order_id", store=True, index=True)
    product_id = fields.Many2one(
        related="routing_id.product_id", store=True, index=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one(related="routing_id.lot_id", store=True)
    condition_id = fields.Many2one(related="routing_id.condition_id", store=True)
    disposition_id = fields.Many2one(related="routing_id.disposition_id", store=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    location_id = fields.Many2one("stock.location", "Place", required=True)
    warehouse_id = fields.Many2one(
        related="location_id.warehouse_id", store=True, string="Node"
    )
    rule_id = fields.Many2one(
        "returns.write.down.rule", "By", required=True, ondelete="restrict"
    )
    sentence = fields.Char("Why", help="The row of the table, in words.")
    quantity = fields.Float(
        digits="Product Unit", required=True, help="In the product's unit."
    )
    carrying_value = fields.Monetary(
        "Carrying value", help="What the goods cost, as the books have it."
    )
    net_value = fields.Monetary(
        "Net realisable value", help="What a sale brings, less the cost to sell."
    )
    amount = fields.Monetary("Write-down", help="Carrying value less what they bring.")
    quantity_left = fields.Float(
        "Still there",
        digits="Product Unit",
        compute="_compute_left",
        store=True,
        help="Units that have not left.",
    )
    amount_left = fields.Monetary("Allowance left", compute="_compute_left", store=True)
    state = fields.Selection(
        WRITE_DOWN_STATES, required=True, default="to_post", index=True
    )
    problem = fields.Char("Why it is not posted")
    approval_id = fields.Many2one("returns.approval", "Approval", index=True)
    move_id = fields.Many2one(
        "account.move", "Entry", index="btree_not_null", ondelete="restrict"
    )
    release_ids = fields.One2many(
        "returns.write.down.release", "write_down_id", "Reversals"
    )
    entry_count = fields.Integer("Entries", compute="_compute_entry_count")
    user_id = fields.Many2one("res.users", "Who", default=lambda self: self.env.user)
    occurred_at = fields.Datetime(
        "When", required=True, default=fields.Datetime.now, index=True
    )

    _left_idx = models.Index("(product_id, location_id) WHERE state != 'reversed'")

    @api.depends("quantity", "amount", "release_ids.quantity", "release_ids.amount")
    def _compute_left(self):
        for row in self:
            gone = row.release_ids
            row.quantity_left = row.uom_id.round(
                row.quantity - sum(gone.mapped("quantity"))
            )
            row.amount_left = row.currency_id.round(
                row.amount - sum(gone.mapped("amount"))
            )

    @api.depends("move_id", "release_ids.move_id")
    def _compute_entry_count(self):
        for row in self:
            row.entry_count = len(row._entries())

    @api.depends("order_id.name", "product_id", "quantity")
    @api.depends_context("lang")
    def _compute_display_name(self):
        words = self.env["returns.words"]
        for row in self:
            row.display_name = self.env._(
                "%(name)s: %(quantity)s × %(product)s",
                name=row.order_id.name or "",
                quantity=words._number(row.quantity),
                product=row.product_id.display_name or "",
            )

    def _entries(self):
        """The entries that book it and that take parts of it back."""
        # sudo: how many there are is no secret to who sees the write-down
        return self.sudo().move_id | self.sudo().release_ids.move_id

    def _kept_way(self):
        return self.env._(
            "Press *Correct* at the disposition on return %(name)s where it was wrong, "
            "or *Measure again* at the write-down: either books the difference.",
            name=self.order_id.name,
        )

    def _hold(self):
        """Lock the rows, so that two people's goods do not take the same units."""
        lock(self.env, self._table, self.ids)

    # --- buttons ----------------------------------------------------------------------
    @patient
    def action_post(self):
        """Post what waits: the company posts by hand, or something was missing.

        :return: True
        :raise UserError: RETURN_STATE where nothing waits, or why it cannot be posted
        """
        self.check_access("read")
        waiting = self.filtered(
            lambda row: row.state == "to_post" or any(row.release_ids.mapped("to_post"))
        )
        if not waiting:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "Nothing is to be posted here: these are in the books, or wait "
                    "for an approval."
                ),
            )
        self.env["returns.step.write_down"]._post_by_hand(waiting)
        return True

    def action_view_entries(self):
        """Open the entries behind these write-downs.

        :return: an action
        """
        self.check_access("read")
        entries = self._entries()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Entries of write-downs"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", entries.ids)],
            "context": {"create": False},
        }

    @api.model
    def _cron_post(self):
        """Post what waits in the background, a batch at a time."""
        more = self.env["returns.step.write_down"].sudo()._book_due()
        self.env["ir.cron"]._commit_progress(1, remaining=int(more))

    # --- for the step -----------------------------------------------------------------
    def _follow_up_vals(self, quantity, amounts, location):
        """The row of ``quantity`` units of this one at another place.

        :param tuple amounts: carrying value, net realisable value and write-down
        """
        carrying, net, amount = amounts
        return {
            "routing_id": self.routing_id.id,
            "origin_id": self.id,
            "company_id": self.company_id.id,
            "location_id": location.id,
            "rule_id": self.rule_id.id,
            "sentence": self.sentence,
            "quantity": quantity,
            "carrying_value": carrying,
            "net_value": net,
            "amount": amount,
            "state": self.state,
            "problem": self.problem,
            "approval_id": self.approval_id.id,
            "move_id": self.move_id.id,
            "user_id": self.env.uid,
        }

    @api.model
    def _standing_at(self, changes):
        """Those whose goods rows of the stock ledger may take away, oldest first."""
        return self.search(
            [
                ("product_id", "in", changes.product_id.ids),
                ("location_id", "in", changes.location_id.ids),
                ("state", "in", WRITE_DOWN_STANDING),
            ],
            order="id",
        )
