from odoo import fields, models
from odoo.tools import SQL

from ..const import CASE_STATES, CLOCK_STATES


class ReturnsRefundClock(models.Model):
    """The statutory clock of each withdrawal: due, paid, days to spare, breach or not.

    Directive 2011/83/EU Art 13: all is paid back within 14 days of the notice; the
    trader may wait until the goods are back or were sent, whichever is first. Read from
    returns, scans, receipts, settlements and reconciled entries; nothing is typed here.

    ``pay_by`` is the due day, or the later day on which the right to wait ended. Of
    several parcels the last counts. A payment counts on the day on which the books
    reconciled it, a channel's own on the day that the channel told.
    """

    _name = "returns.refund.clock"
    _description = "Refund clock"
    _auto = False
    _order = "pay_by, id"
    _rec_name = "order_id"
    _depends = {
        "returns.order": [
            "case_state",
            "goods_state",
            "money_state",
            "amount_due",
            "amount_settled",
            "refund_due_date",
            "requested_at",
        ],
        "returns.order.line": [
            "amount_due",
            "quantity_authorised",
            "quantity_cancelled",
            "quantity_received",
        ],
        "returns.settlement": [
            "amount",
            "counts",
            "open_amount",
            "state",
            "credit_id",
            "less_id",
        ],
        "returns.parcel": ["accepted_at", "status_at", "in_carrier_hands", "order_ids"],
        "returns.receipt": ["occurred_at", "quantity", "reverses_id"],
        "account.partial.reconcile": ["debit_move_id", "credit_move_id"],
    }

    order_id = fields.Many2one("returns.order", "Return", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    channel_id = fields.Many2one("returns.channel", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Node", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    case_state = fields.Selection(CASE_STATES, "Case", readonly=True)
    notice_date = fields.Date("Notice", readonly=True)
    due_date = fields.Date("Due", readonly=True, help="14 days after the notice.")
    wait_ended = fields.Date(
        "Sent or back",
        readonly=True,
        help="The right to wait ended: the carrier has the goods, or they are back.",
    )
    pay_by = fields.Date("Pay by", readonly=True)
    amount_due = fields.Monetary("Owed", readonly=True, aggregator="sum")
    amount_paid = fields.Monetary("Paid back", readonly=True, aggregator="sum")
    amount_open = fields.Monetary("Open", readonly=True, aggregator="sum")
    paid_on = fields.Date("Paid on", readonly=True)
    days_to_spare = fields.Integer(
        "Days to spare",
        readonly=True,
        aggregator="min",
        help="Until the day to pay by: of what is paid from the payment, else from "
        "today. Below zero: a breach.",
    )
    breaches = fields.Integer("Breaches", readonly=True, aggregator="sum")
    state = fields.Selection(CLOCK_STATES, "Clock", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT clock.*,
                CASE clock.state
                    WHEN 'kept' THEN clock.pay_by - clock.paid_on
                    WHEN 'breached'
                        THEN clock.pay_by - coalesce(clock.paid_on, %(today)s)
                    WHEN 'running' THEN clock.pay_by - %(today)s
                END AS days_to_spare,
                (clock.state = 'breached')::integer AS breaches
            FROM (%(stated)s) clock
            """,
            today=self._today(),
            stated=self._stated(),
        )

    def _today(self):
        return SQL("(now() AT TIME ZONE 'UTC')::date")

    def _stated(self):
        """Each withdrawal with its state."""
        return SQL(
            """
            SELECT owed.id, owed.order_id, owed.company_id, owed.channel_id,
                owed.partner_id, owed.warehouse_id, owed.currency_id, owed.case_state,
                owed.notice_date, owed.due_date, owed.wait_ended, owed.pay_by,
                owed.amount_due, owed.amount_paid,
                greatest(0, owed.amount_due - owed.amount_paid) AS amount_open,
                CASE WHEN owed.amount_due - owed.amount_paid <= owed.grain
                    THEN owed.last_paid END AS paid_on,
                CASE
                    WHEN owed.amount_due <= owed.grain THEN 'nothing'
                    WHEN owed.amount_due - owed.amount_paid <= owed.grain THEN
                        CASE WHEN owed.last_paid <= owed.pay_by
                            THEN 'kept' ELSE 'breached' END
                    WHEN owed.amount_now - owed.amount_paid > owed.grain THEN
                        CASE WHEN %(today)s <= owed.pay_by
                            THEN 'running' ELSE 'breached' END
                    WHEN %(today)s <= owed.due_date THEN 'running'
                    ELSE 'waiting'
                END AS state
            FROM (%(owed)s) owed
            """,
            today=self._today(),
            owed=self._owed(),
        )

    def _owed(self):
        """Each withdrawal with what is owed, what of it cannot wait, what is paid."""
        return SQL(
            """
            SELECT o.id, o.id AS order_id, o.company_id, o.channel_id, o.partner_id,
                o.warehouse_id, o.currency_id, o.case_state,
                o.requested_at::date AS notice_date, o.refund_due_date AS due_date,
                sent.ended AS wait_ended,
                greatest(o.refund_due_date, sent.ended) AS pay_by,
                c.rounding / 2 AS grain,
                coalesce(o.amount_due, 0) AS amount_due,
                coalesce(paid.amount, 0) AS amount_paid, paid.last_paid,
                CASE
                    WHEN sent.scanned IS NOT NULL
                        OR o.goods_state IN ('received', 'inspected', 'disposed')
                        THEN coalesce(o.amount_due, 0)
                    ELSE coalesce(back.amount, 0)
                END AS amount_now
            FROM returns_order o
            JOIN res_currency c ON c.id = o.currency_id
            CROSS JOIN LATERAL (%(sent)s) sent
            CROSS JOIN LATERAL (
                SELECT sum(l.amount_due * least(1, l.quantity_received::numeric
                    / nullif(l.quantity_authorised
                        - coalesce(l.quantity_cancelled, 0), 0))) AS amount
                FROM returns_order_line l WHERE l.order_id = o.id
            ) back
            CROSS JOIN LATERAL (%(paid)s) paid
            WHERE o.refund_due_date IS NOT NULL
            """,
            sent=self._sent(),
            paid=self._paid(),
        )

    def _sent(self):
        """When the right to wait ended: the last scan or receipt, whichever is first.

        Neither: NULL, and the goods may be waited for.
        """
        return SQL(
            """
            SELECT parcels.scanned::date AS scanned,
                least(parcels.scanned, receipts.received)::date AS ended
            FROM (
                SELECT max(coalesce(p.accepted_at, p.status_at)) AS scanned
                FROM returns_parcel p
                JOIN returns_parcel_order_rel rel ON rel.parcel_id = p.id
                WHERE rel.order_id = o.id AND p.in_carrier_hands
            ) parcels,
            (
                SELECT max(r.occurred_at) AS received FROM returns_receipt r
                WHERE r.order_id = o.id AND r.line_id IS NOT NULL
                    AND r.reverses_id IS NULL AND NOT EXISTS (
                        SELECT FROM returns_receipt b WHERE b.reverses_id = r.id)
            ) receipts
            """
        )

    def _paid(self):
        """What was paid back, and when the last of it."""
        return SQL(
            """
            SELECT sum((CASE WHEN s.counts THEN s.amount ELSE 0 END
                    - coalesce(s.open_amount, 0))
                    * coalesce(s.amount_order / nullif(s.amount, 0), 1)) AS amount,
                max(coalesce(channel.at, booked.at, s.occurred_at))::date AS last_paid
            FROM returns_settlement s
            LEFT JOIN LATERAL (
                SELECT max(x.occurred_at) AS at FROM returns_settlement x
                WHERE x.credit_id = s.id AND (x.kind = 'channel_paid'
                    OR (x.kind IN ('payout', 'store_credit')
                        AND s.kind = 'prepaid'))
            ) channel ON true
            LEFT JOIN LATERAL (
                SELECT max(part.create_date) AS at
                FROM account_move_line entry
                JOIN account_partial_reconcile part
                    ON entry.id IN (part.debit_move_id, part.credit_move_id)
                WHERE entry.move_id = s.move_id
            ) booked ON true
            WHERE s.order_id = o.id AND (s.counts OR s.less_id IS NOT NULL)
            """
        )

    def action_open_return(self):
        """Open the return behind a row."""
        self.ensure_one()
        self.check_access("read")
        return self.order_id._action_open(self.order_id)
