from odoo import api, fields, models

from ...const import (
    CASE_STATES,
    DEAD_CASE_STATES,
    GOODS_STATES,
    MONEY_STATES,
    ORDER_SOURCE,
)
from ...guard import redeem, refuse


class ReturnsOrder(models.Model):
    """One return: customer, orders, parcels, findings, stock and money in one place.

    Three facts are kept apart. ``case_state`` is changed through the door in
    ``flow/step.py`` only; ``goods_state`` and ``money_state`` are sums over rows.
    """

    _name = "returns.order"
    _description = "Return"
    _inherit = [
        "returns.edited",
        "returns.guarded",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _machine_fields = frozenset(
        {
            "name",
            "goods_state",
            "money_state",
            "policy_version_id",
            "revision",
            "authorised_at",
            "closed_at",
            "approved_amount",
            "event_head",
            "event_count",
            "amount_due",
            "amount_tax",
            "amount_fees",
            "amount_paid",
            "amount_settled",
            "amount_released",
            "changed_at",
            "refund_due_date",
            "source",
            "editor_ids",
        }
    )

    name = fields.Char(default="/", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    channel_id = fields.Many2one("returns.channel", required=True, index=True)
    external_ref = fields.Char("Reference of the channel", copy=False, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", required=True, index=True)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Node",
        index=True,
        check_company=True,
        help="Where the goods are expected.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        index=True,
    )
    editor_ids = fields.Many2many(
        "res.users",
        "returns_order_editor_rel",
        "order_id",
        "user_id",
        string="Edited by",
        readonly=True,
        copy=False,
        help="Had a hand in the draft, and so cannot approve it (models/edited.py).",
    )
    withdrawal = fields.Boolean(
        "Withdrawal from the contract",
        help="The customer uses the statutory right to withdraw; no reason is needed.",
    )
    requested_at = fields.Datetime("Asked on", copy=False)
    authorised_at = fields.Datetime(copy=False, readonly=True)
    closed_at = fields.Datetime(copy=False, readonly=True)
    source = fields.Selection(
        ORDER_SOURCE,
        default="user",
        readonly=True,
    )

    case_state = fields.Selection(
        CASE_STATES,
        "Case",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    goods_state = fields.Selection(
        GOODS_STATES,
        "Goods",
        compute="_compute_goods_state",
        store=True,
        index=True,
    )
    money_state = fields.Selection(
        MONEY_STATES,
        "Money",
        compute="_compute_money_state",
        store=True,
        index=True,
    )

    line_ids = fields.One2many("returns.order.line", "order_id", copy=False)
    parcel_ids = fields.Many2many(
        "returns.parcel",
        "returns_parcel_order_rel",
        "order_id",
        "parcel_id",
        string="Parcels",
        copy=False,
    )
    decision_ids = fields.One2many("returns.decision", "order_id", "Decisions")
    receipt_ids = fields.One2many("returns.receipt", "order_id", "Receipts")
    inspection_ids = fields.One2many("returns.inspection", "order_id", "Findings")
    routing_ids = fields.One2many("returns.routing", "order_id", "Routings")
    settlement_ids = fields.One2many("returns.settlement", "order_id", "Settlements")
    approval_ids = fields.One2many("returns.approval", "order_id", "Approvals")
    exception_ids = fields.One2many("returns.exception", "order_id", "Exceptions")
    event_ids = fields.One2many("returns.event", "order_id", "Timeline")
    sale_order_ids = fields.Many2many(
        "sale.order",
        compute="_compute_sale_order_ids",
        search="_search_sale_order_ids",
        string="Orders",
    )
    policy_version_id = fields.Many2one(
        "returns.policy.version",
        "Policy",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        help="The published version that decides this return, from request to close.",
    )

    # Money in the order's currency, with tax: sums of the lines, kept by the flow.
    amount_paid = fields.Monetary("Paid", readonly=True)
    amount_due = fields.Monetary("Refund", readonly=True)
    amount_tax = fields.Monetary("Tax in refund", readonly=True)
    amount_fees = fields.Monetary("Fees", readonly=True)
    amount_released = fields.Monetary(
        "Released",
        readonly=True,
        help="Owed for the units whose release rule is met.",
    )
    amount_settled = fields.Monetary(
        "Settled",
        compute="_compute_amount_settled",
        store=True,
    )
    approved_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help="Up to this refund an approval was given.",
    )
    refund_due_date = fields.Date(
        "Refund by law",
        readonly=True,
        help="Statutory date of a withdrawal.",
    )

    # Kept by the audit chain (governance/returns_event.py) and by the change feed.
    revision = fields.Integer(default=0, readonly=True, copy=False)
    changed_at = fields.Datetime(readonly=True, copy=False, index=True)
    event_head = fields.Char(readonly=True, copy=False)
    event_count = fields.Integer(readonly=True, copy=False)

    _channel_ref_uniq = models.UniqueIndex(
        "(company_id, channel_id, external_ref) WHERE external_ref IS NOT NULL",
        "The channel has used this reference for another return.",
    )
    _name_uniq = models.UniqueIndex(
        "(name) WHERE name != '/'",
        "Two returns cannot have one number.",
    )

    # --- sums ---------------------------------------------------------------------
    @api.depends("line_ids.sale_order_id")
    def _compute_sale_order_ids(self):
        for order in self:
            order.sale_order_ids = order.line_ids.sale_order_id

    def _search_sale_order_ids(self, operator, value):
        return [("line_ids.sale_order_id", operator, value)]

    @api.depends("settlement_ids.amount", "settlement_ids.counts")
    def _compute_amount_settled(self):
        for order in self:
            rows = order.settlement_ids.filtered("counts")
            order.amount_settled = sum(row._in_order() for row in rows)

    @api.depends(
        "case_state",
        "parcel_ids.in_carrier_hands",
        "line_ids.quantity_authorised",
        "line_ids.quantity_cancelled",
        "line_ids.quantity_received",
        "line_ids.quantity_inspected",
        "line_ids.quantity_disposed",
    )
    def _compute_goods_state(self):
        for order in self:
            order.goods_state = order._derive_goods_state()

    def _derive_goods_state(self):
        """One word for where the goods are, from the sums of the lines."""
        lines = self._lines_to_come()
        expected = sum(lines.mapped("quantity_authorised")) - sum(
            lines.mapped("quantity_cancelled")
        )
        received = sum(lines.mapped("quantity_received"))
        if not received:
            return self._derive_way_state(expected)
        if (
            any(
                line.uom_id.compare(
                    line.quantity_received,
                    line.quantity_authorised - line.quantity_cancelled,
                )
                < 0
                for line in lines
            )
            and self.case_state not in DEAD_CASE_STATES
        ):
            return "partly_received"
        # In the product's smallest step: sums of one line are in one unit.
        for state, field in (
            ("disposed", "quantity_disposed"),
            ("inspected", "quantity_inspected"),
        ):
            if all(
                line.uom_id.compare(line[field], line.quantity_received) >= 0
                for line in lines
            ):
                return state
        return "received"

    def _lines_to_come(self):
        """The lines whose goods are to come."""
        return self.line_ids

    def _derive_way_state(self, expected):
        if self.case_state in DEAD_CASE_STATES or not expected:
            return "none"
        if any(self.parcel_ids.mapped("in_carrier_hands")):
            return "in_transit"
        return "announced"

    @api.depends(
        "case_state",
        "amount_due",
        "amount_released",
        "amount_settled",
        "settlement_ids.open_amount",
    )
    def _compute_money_state(self):
        for order in self:
            order.money_state = order._derive_money_state()

    def _derive_money_state(self):
        """One word for where the money is; *due* is released and not yet all paid."""
        zero = self.currency_id.is_zero
        compare = self.currency_id.compare_amounts
        if any(not zero(row.open_amount) for row in self.settlement_ids):
            return "due"
        if zero(self.amount_due):
            return "settled" if not zero(self.amount_settled) else "none"
        if compare(self.amount_settled, self.amount_due) >= 0:
            return "settled"
        if compare(self.amount_released, self.amount_settled) > 0:
            return "due"
        return "partly_settled" if not zero(self.amount_settled) else "held"

    def _edited_orders(self):
        return self

    @api.model
    def _cron_expire(self):
        """Expire what nothing came of; called by the cron of that name."""
        self.env["returns.step.advance"]._expire_due()

    # --- guards -------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        # Checked on the records: a default in a context passes a check of the values.
        for order in orders:
            if order.case_state != "draft":
                refuse(
                    "GUARDED_FIELD",
                    self.env._("A return begins as a draft. Submit it to go on."),
                )
        return orders

    def write(self, vals):
        if "case_state" in vals:
            self = self._through_door(vals)
        asked = {
            "partner_id",
            "channel_id",
            "currency_id",
            "company_id",
            "external_ref",
            "requested_at",
            "withdrawal",
        } & vals.keys()
        if asked and any(order.case_state != "draft" for order in self):
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(names)s: what was asked for cannot be changed after submitting.",
                    names=", ".join(self.mapped("name")),
                ),
            )
        return super().write(vals)

    def _through_door(self, vals):
        """Let a change of ``case_state`` pass only with the door's own pass.

        :return: the records, their pass used up
        """
        records, machine = redeem(self, "write", vals)
        if not machine or set(vals) != {"case_state"}:
            refuse(
                "GUARDED_FIELD",
                self.env._(
                    "The state of %(names)s cannot be typed: it follows from the "
                    "steps. Use the step's own button or API call.",
                    names=", ".join(self.mapped("name")),
                ),
            )
        return records

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for order in self:
            if order.case_state != "draft" or order.event_count:
                refuse(
                    "APPEND_ONLY",
                    self.env._(
                        "%(name)s was submitted and cannot be deleted; cancel it.",
                        name=order.name,
                    ),
                )
