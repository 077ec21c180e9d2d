from odoo import api, fields, models
from odoo.tools import SQL

from ..const import GAP_KINDS
from .returns_fact_source import among, columns

GAP_COLUMNS = (
    "order_id",
    "line_id",
    "settlement_id",
    "company_id",
    "kind",
    "expected",
    "found",
    "amount",
    "since",
    "counts_from",
)
BATCH = 5000


class ReturnsGap(models.Model):
    """Where request, receipt, disposition and money of a return disagree.

    One row per return line (or credit note) and kind. What is merely on its way is kept
    too, with the moment from which it counts: an open end becomes a gap when the step
    after it has had its time. A gap goes when its cause goes. Rows are written by
    ``_find`` alone, from the rows of the steps and not from the sums on the return.
    """

    _name = "returns.gap"
    _description = "Gap between request, goods and money"
    _log_access = False
    _order = "counts_from, id"
    _rec_name = "kind"

    order_id = fields.Many2one(
        "returns.order",
        "Return",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    line_id = fields.Many2one("returns.order.line", readonly=True, ondelete="cascade")
    settlement_id = fields.Many2one(
        "returns.settlement", "Refund", readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="order_id.currency_id")
    partner_id = fields.Many2one(related="order_id.partner_id")
    channel_id = fields.Many2one(related="order_id.channel_id")
    warehouse_id = fields.Many2one(related="order_id.warehouse_id")
    product_id = fields.Many2one(related="line_id.product_id")
    kind = fields.Selection(GAP_KINDS, "Gap", required=True, readonly=True)
    expected = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="Units, or money where the gap is one of money.",
    )
    found = fields.Float(readonly=True, digits=(16, 2))
    amount = fields.Monetary(
        readonly=True, help="What the gap is worth, in the currency of the return."
    )
    since = fields.Datetime(readonly=True, help="When the two sides came apart.")
    counts_from = fields.Datetime("Counts from", readonly=True, index=True)
    age = fields.Char(compute="_compute_age")
    advice = fields.Char("What to do", compute="_compute_advice")

    @api.depends("since")
    @api.depends_context("lang")
    def _compute_age(self):
        words = self.env["returns.words"]
        for gap in self:
            gap.age = words._age(gap.since) if gap.since else False

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_advice(self):
        advice = self._advice()
        for gap in self:
            gap.advice = advice.get(gap.kind, "")

    @api.model
    def _advice(self):
        """What to do about each kind of gap, in the reader's language."""
        return {
            "refunded_not_received": self.env._(
                "Look for the goods with the carrier; else charge them."
            ),
            "received_not_refunded": self.env._(
                "See what holds the refund; release or post it."
            ),
            "received_not_disposed": self.env._(
                "Find the units at the dock; grade and route them."
            ),
            "disposed_not_received": self.env._(
                "Compare the transfers; correct the routing."
            ),
            "received_not_asked": self.env._(
                "Match to a line, send back, or give a disposition."
            ),
            "asked_not_received": self.env._(
                "Look for the parcel; cancel what will not come."
            ),
            "amount_differs": self.env._(
                "Compare with what is owed; settle the difference."
            ),
            "books_differ": self.env._("Open the credit note: its total was changed."),
            "prepaid_not_paid": self.env._(
                "It was paid before a bill that does not come: pay it back."
            ),
        }

    def action_open_return(self):
        """Open the return, or the refund whose credit note differs."""
        self.ensure_one()
        of_refund = self.kind in ("books_differ", "prepaid_not_paid")
        record = self.settlement_id if of_refund else self.order_id
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [(False, "form")],
        }

    # --- finding ----------------------------------------------------------------------
    @api.model
    def _find(self, orders):
        """Find the gaps of these returns anew."""
        if orders:
            self._replace(among(orders.ids))

    @api.model
    def _find_all(self):
        """Find the gaps of all returns anew, whatever the change feed says of them."""
        # sudo: gaps are found for all companies, as the figures are kept for all
        self = self.sudo()
        self.env.flush_all()
        for batch in self.env["returns.fact.refresh"]._batches("returns_order", BATCH):
            self._replace(batch)

    def _replace(self, chosen):
        """Find the gaps of the returns ``chosen`` anew."""
        self.env.cr.execute(SQL("DELETE FROM returns_gap WHERE %s", chosen("order_id")))
        self.env.cr.execute(
            SQL(
                "INSERT INTO returns_gap (%s) %s ORDER BY order_id, line_id, kind",
                columns(GAP_COLUMNS),
                self.env["returns.gap.source"]._gaps_sql(chosen),
            )
        )
        self.invalidate_model()

    @api.model
    def _cron_check(self):
        """Compare all returns once more, and sweep; called by the cron of that name."""
        # sudo: as in _find_all
        if not self.env["returns.fact.refresh"].sudo()._lock_place():
            # A refresh is at work on the same rows: a minute later it is done.
            later = fields.Datetime.add(fields.Datetime.now(), minutes=1)
            self.env.ref("returns_analytics.ir_cron_check")._trigger(later)
            return
        self._find_all()
        self.env["returns.fact.summary"]._drop_empty()
