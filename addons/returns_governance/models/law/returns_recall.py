from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from odoo.addons.inventory_states.patience import patient

from ...const import OPEN_CASE_STATES, RECALL_STATES
from ...guard import deny, refuse

LEAST_REMEDIES = 2


class ReturnsRecall(models.Model):
    """A recall of a product or of lots: nothing of it is sold or put back to stock.

    Regulation (EU) 2023/988 on general product safety, Art 37: the consumer is offered
    a choice between at least two of repair, replacement and refund.
    """

    _name = "returns.recall"
    _description = "Product recall"
    _inherit = ["returns.guarded", "mail.thread", "mail.activity.mixin"]
    _machine_fields = frozenset(
        {"name", "state", "date_start", "date_lifted", "lift_reason", "lifted_by_id"}
    )
    _order = "id desc"

    name = fields.Char("Number", default="/", readonly=True, copy=False, index=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_ids = fields.Many2many("product.product", string="Products", required=True)
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots/serials",
        domain="[('product_id', 'in', product_ids)]",
        help="Of a product of which lots are named, these alone; of any other, all.",
    )
    reason = fields.Char(required=True, help="The danger, as customers are told it.")
    source = fields.Char(
        required=True, help="Who says so: the maker, an authority, your own finding."
    )
    source_ref = fields.Char("Reference", help="Such as the number in Safety Gate.")
    source_date = fields.Date("Dated", default=fields.Date.context_today)
    remedy_repair = fields.Boolean("Repair")
    remedy_replacement = fields.Boolean("Replacement")
    remedy_refund = fields.Boolean("Refund", default=True)
    state = fields.Selection(
        RECALL_STATES, default="draft", required=True, readonly=True, tracking=True
    )
    date_start = fields.Datetime("In force since", readonly=True, copy=False)
    date_lifted = fields.Datetime("Lifted on", readonly=True, copy=False)
    lifted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    lift_reason = fields.Text("Lifted because", readonly=True, copy=False)
    move_ids = fields.One2many("stock.move", "returns_recall_id", "Quarantined")
    quantity_quarantined = fields.Float(
        "Units quarantined", compute="_compute_counts", digits="Product Unit"
    )
    return_count = fields.Integer("Open returns", compute="_compute_counts")
    customer_count = fields.Integer("Customers", compute="_compute_counts")

    @api.depends("state")
    def _compute_counts(self):
        customers = dict(
            self.env["returns.recall.customer"]._read_group(
                [("recall_id", "in", self.ids)],
                ["recall_id"],
                ["partner_id:count_distinct"],
            )
        )
        # sudo: how much lies in quarantine is told to who reads the recall
        moved = dict(
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [("returns_recall_id", "in", self.ids), ("state", "=", "done")],
                ["returns_recall_id"],
                ["product_qty:sum"],
            )
        )
        for recall in self:
            recall.customer_count = customers.get(recall, 0)
            recall.quantity_quarantined = moved.get(recall, 0.0)
            recall.return_count = len(recall._open_returns())

    @api.constrains("remedy_repair", "remedy_replacement", "remedy_refund", "state")
    def _check_remedies(self):
        for recall in self:
            offered = (
                recall.remedy_repair + recall.remedy_replacement + recall.remedy_refund
            )
            if recall.state != "draft" and offered < LEAST_REMEDIES:
                raise ValidationError(
                    self.env._(
                        "%(recall)s: the customer must be offered a choice between at "
                        "least two of repair, replacement and refund (Regulation (EU) "
                        "2023/988 Art 37).",
                        recall=recall.display_name,
                    )
                )

    @api.constrains("lot_ids", "product_ids")
    def _check_lots(self):
        for recall in self:
            if recall.lot_ids.product_id - recall.product_ids:
                raise ValidationError(
                    self.env._("A lot belongs to none of the recalled products.")
                )

    @api.depends("name", "reason")
    def _compute_display_name(self):
        for recall in self:
            number = recall.name if recall.name != "/" else self.env._("New recall")
            recall.display_name = f"{number}: {recall.reason or ''}".rstrip(": ")

    def write(self, vals):
        asked = {"product_ids", "lot_ids", "company_id"} & vals.keys()
        if asked and any(recall.state != "draft" for recall in self):
            refuse(
                "RETURN_STATE",
                self.env._(
                    "What a recall covers stays as it is once it is in force. Make "
                    "another recall for other products or lots."
                ),
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        for recall in self:
            if recall.state != "draft":
                refuse(
                    "APPEND_ONLY",
                    self.env._(
                        "%(recall)s was in force and is kept.",
                        recall=recall.display_name,
                    ),
                )

    # --- what is under recall ---------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _active(self):
        """{(company id, product id): lot ids, or None for all}, in every worker."""
        found = {}
        # sudo: the guard asks, whoever moves the goods
        for recall in self.sudo().search([("state", "=", "active")]):
            lots = recall.lot_ids.grouped("product_id")
            for product in recall.product_ids:
                key = (recall.company_id.id, product.id)
                ids = frozenset(lots[product].ids) if product in lots else None
                known = found.get(key, frozenset())
                found[key] = None if ids is None or known is None else known | ids
        return found

    @api.model
    def _covers(self, company, product, lot):
        """Whether these goods are under a recall that is in force."""
        lots = self._active().get((company.id, product.id), ())
        return lots is None or lot.id in lots

    @api.model
    def _of(self, company, product):
        """The recalls in force of a product, for people."""
        # sudo: as in _active
        return self.sudo().search(
            [
                ("state", "=", "active"),
                ("company_id", "=", company.id),
                ("product_ids", "in", product.ids),
            ]
        )

    def _goods_domain(self, lot_field="lot_id"):
        """Which quants, or move lines, hold goods of this recall."""
        named = self.lot_ids.product_id
        whole = self.product_ids - named
        return [
            ("company_id", "=", self.company_id.id),
            "|",
            ("product_id", "in", whole.ids),
            "&",
            ("product_id", "in", named.ids),
            (lot_field, "in", self.lot_ids.ids),
        ]

    def _open_returns(self):
        """Returns under way that hold, or will bring, goods of this recall."""
        lines = self.env["returns.order.line"].search(
            [
                ("product_id", "in", self.product_ids.ids),
                ("company_id", "=", self.company_id.id),
                ("order_id.case_state", "in", OPEN_CASE_STATES),
            ]
        )
        return lines.filtered(self._concerns).order_id

    def _concerns(self, line):
        """By lot where lots are named: of what came, else of what was delivered."""
        lots = self.lot_ids.filtered(lambda lot: lot.product_id == line.product_id)
        if not lots:
            return True
        # sudo: which lot a customer got is read for the safety of all
        receipts = line.sudo().receipt_ids
        known = receipts.lot_id or line.sudo().sale_line_id.move_ids.lot_ids
        return bool(known & lots)

    # --- buttons ----------------------------------------------------------------------
    @patient
    def action_start(self):
        """Put the recall in force: quarantine the stock, hold the returns.

        Pressed again it quarantines what came since; what is there already stays.

        :return: True
        """
        self._check_manager()
        self.env["returns.recaller"]._start(self)
        return True

    def _lift(self, reason):
        """End the recall; the goods stay where they are until somebody moves them."""
        self._check_manager()
        if not (reason or "").strip():
            refuse(
                "BAD_REQUEST",
                self.env._("Lifting a recall needs a reason. Say why it is safe now."),
            )
        self.env["returns.recaller"]._lift(self, reason)

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(
            "returns_governance.group_manager"
        ):
            deny(self.env._("Only a returns manager recalls products. Ask one."))
        self.check_access("write")

    def action_view_returns(self):
        """Open the returns under way with goods of this recall."""
        return self.env["returns.order"]._action_open(self._open_returns())

    @api.model
    def _cron_sweep(self):
        """Quarantine what arrived since; called by the cron of that name."""
        self.env["returns.recaller"]._sweep(self.search([("state", "=", "active")]))
