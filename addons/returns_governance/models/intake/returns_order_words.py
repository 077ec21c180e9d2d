from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date

from ...const import EXCEPTION_CODES

# Places on the way of the goods and of the money, as the form's two rows of dots.
GOODS_PLACES = {
    "none": 0,
    "announced": 0,
    "in_transit": 1,
    "partly_received": 2,
    "received": 3,
    "inspected": 4,
    "disposed": 5,
}
MONEY_PLACES = {"none": 0, "held": 0, "due": 1, "partly_settled": 1, "settled": 3}


class ReturnsOrder(models.Model):
    """The first lines of the form: where it is, what is next, by when, who and why."""

    _inherit = "returns.order"

    next_words = fields.Html(
        compute="_compute_next_words", compute_sudo=True, sanitize=False
    )
    goods_words = fields.Html(
        compute="_compute_goods_words", compute_sudo=True, sanitize=False
    )
    money_words = fields.Html(
        compute="_compute_money_words", compute_sudo=True, sanitize=False
    )

    # --- next -----------------------------------------------------------------------
    @api.depends("next_step", "next_by", "line_ids.quantity_received")
    @api.depends_context("lang", "tz", "uid")
    def _compute_next_words(self):
        for order in self:
            what, who, why = order._next_parts()
            parts = [Markup("<strong>%s</strong>") % what, order._by_words()]
            order.next_words = Markup("<span>%s</span>%s%s") % (
                Markup(", ").join(filter(None, parts)),
                who and Markup(' <span class="o_returns_who">%s</span>') % who or "",
                why and Markup('<div class="text-muted">%s</div>') % why or "",
            )

    def _by_words(self):
        """*by Tue 14:00 (in 5 hours)*; red only where a promise is broken."""
        if not self.next_by:
            return ""
        words = self.env["returns.words"]
        clock, span = words._clock(self.next_by), words._from_now(self.next_by)
        text = self.env._("by %(clock)s (%(span)s)", clock=clock, span=span)
        if not self.is_late:
            return text
        late = self.env._("late: %(text)s", text=text)
        return (
            Markup(
                '<span class="text-danger fw-bold">'
                '<i class="fa fa-exclamation-triangle me-1"></i>%s</span>'
            )
            % late
        )

    def _next_parts(self):
        """(what, who, why) of the next step."""
        return getattr(self, f"_next_{self.next_step or 'none'}")()

    def _next_request(self):
        if not self.line_ids:
            what = self.env._(
                "Next: add what the customer sends back, from their orders"
            )
        else:
            what = self.env._("Next: submit; the policy then decides each line")
        return what, self.env._("Agent"), ""

    def _next_authorise(self):
        words = self.env["returns.words"]
        asked = self.approval_ids.filtered(
            lambda row: row.state == "open" and row.kind == "refund"
        )[:1]
        if not asked:
            return (
                self.env._("Next: let the policy decide"),
                self.env._("by itself"),
                "",
            )
        why = self.env._(
            "A refund of %(amount)s is above the limit of %(limit)s: a second person "
            "has to approve it.",
            amount=words._money(asked.currency_id, asked.amount),
            limit=words._money(asked.currency_id, asked.limit),
        )
        if asked.level_count > 1:
            why += self.env._(
                " Level %(level)s of %(count)s.",
                level=asked.level,
                count=asked.level_count,
            )
        return self.env._("Next: decide the approval"), asked._role_words(), why

    def _next_parcel(self):
        quantity = self._units_to_come()
        if self.receipt_ids:
            what = self.env._(
                "Next: wait for the other %(quantity)s units", quantity=quantity
            )
        else:
            what = self.env._(
                "Next: wait for the parcel with %(quantity)s units", quantity=quantity
            )
        return what, self.env._("Customer and carrier"), self._parcel_words()

    def _next_receive(self):
        what = self.env._(
            "Next: receive %(quantity)s units at %(node)s",
            quantity=self._units_to_come(),
            node=self.warehouse_id.name or "",
        )
        return what, self.env._("Inspector"), self._parcel_words()

    def _next_inspect(self):
        received, inspected, _routed = self._row_sums()
        nodes = ", ".join(self.receipt_ids.warehouse_id.mapped("name"))
        what = self.env._(
            "Next: inspect %(quantity)s units at %(node)s",
            quantity=self.env["returns.words"]._number(received - inspected),
            node=nodes,
        )
        why = self.is_late and self.env._(
            "Received goods have to be inspected within %(hours)s working hours.",
            hours=self.warehouse_id.returns_inspection_hours
            or self.company_id.returns_inspection_hours,
        )
        return what, self.env._("Inspector"), why or ""

    def _next_route(self):
        _received, inspected, routed = self._row_sums()
        what = self.env._(
            "Next: choose where %(quantity)s inspected units go",
            quantity=self.env["returns.words"]._number(inspected - routed),
        )
        why = self.env._(
            "The policy leaves this to a person, or routing by itself is off."
        )
        return what, self.env._("Warehouse lead"), why

    def _next_settle(self):
        words = self.env["returns.words"]
        rows = self.settlement_ids
        currency = self.currency_id
        open_rows = rows.filtered(lambda row: row.state == "to_pay")
        to_pay = open_rows._in_words("open_amount")
        failed = rows.filtered(
            lambda row: row.state == "failed" and row.credit_id.state == "to_pay"
        )
        by_hand = rows._in_words("hand_amount")
        if failed and not by_hand:
            return (
                self.env._("Next: find out why the refund failed"),
                self.env._("Finance controller"),
                self.env._("The provider refused it: see Money > Payouts."),
            )
        if by_hand:
            return (
                self.env._("Next: pay out %(sum)s", sum=by_hand),
                self.env._("Finance controller"),
                self.env._(
                    "The credit note is posted; no payment provider can give the "
                    "money back."
                ),
            )
        if to_pay:
            return (
                self.env._("Next: pay out %(sum)s", sum=to_pay),
                self.env._("by itself"),
                self.env._(
                    "The credit note is posted; the money has still to go back."
                ),
            )
        if rows.filtered(lambda row: row.state == "to_post"):
            return (
                self.env._("Next: post the credit note"),
                self.env._("by itself, or finance"),
                "",
            )
        left = words._money(currency, self.amount_due - self.amount_settled)
        if self.money_state == "due":
            return (
                self.env._("Next: refund %(sum)s", sum=left),
                self.env._("by itself, or finance"),
                "",
            )
        return (
            self.env._("Next: release %(sum)s by hand", sum=left),
            self.env._("Finance controller"),
            self._held_words(),
        )

    def _next_none(self):
        words = self.env["returns.words"]
        if self.case_state == "closed":
            what = self.env._("Done: nothing to refund, all goods in their place")
            if not self.currency_id.is_zero(self.amount_settled):
                what = self.env._(
                    "Done: %(sum)s refunded, all goods in their place",
                    sum=words._money(self.currency_id, self.amount_settled),
                )
            why = self.closed_at and self.env._(
                "Closed on %(when)s.", when=words._clock(self.closed_at)
            )
            return what, "", why or ""
        reasons = {
            "rejected": self.env._("Rejected: nothing is taken back"),
            "cancelled": self.env._("Cancelled: nothing is expected any more"),
            "expired": self.env._(
                "Expired: nothing came in time; a parcel opens it again"
            ),
        }
        return (
            reasons.get(self.case_state, self.env._("Nothing to do now")),
            "",
            self._no_words(),
        )

    def _no_words(self):
        """Why nothing is taken back: the policy's words, or a person's."""
        if self.case_state != "rejected":
            return ""
        refused = self.approval_ids.filtered(
            lambda row: row.state == "refused" and row.kind == "refund"
        )[:1]
        if refused:
            return self.env._(
                "%(who)s refused it: %(why)s",
                who=refused.decided_by_id.name,
                why=refused.reason or "-",
            )
        decisions = self.line_ids.decision_id
        reasons = [self._refusal_words(decision) for decision in decisions]
        sentences = decisions.filtered("sentence").mapped("sentence")
        return " ".join(
            filter(None, dict.fromkeys([*reasons, "; ".join(dict.fromkeys(sentences))]))
        )

    def _refusal_words(self, decision):
        """What stands against a line, before the rule that says so."""
        if "WINDOW_PASSED" in (decision.codes or ()):
            return self.env._(
                "The last day to ask was %(day)s.",
                day=format_date(self.env, decision.until),
            )
        if "EXCLUDED" in (decision.codes or ()):
            return self.env._("The policy excludes it.")
        return ""

    def _units_to_come(self):
        return self.env["returns.words"]._number(self.line_ids._units_to_come())

    def _parcel_words(self):
        """What the carrier says of what has not arrived."""
        parcels = self.parcel_ids.filtered(lambda parcel: not parcel.received)
        labels = dict(parcels._fields["status"]._description_selection(self.env))
        return "; ".join(
            self.env._(
                "Parcel %(ref)s: %(status)s",
                ref=parcel.tracking_ref,
                status=labels.get(parcel.status, ""),
            )
            for parcel in parcels
        )

    # --- goods ------------------------------------------------------------------------
    @api.depends("goods_state", "line_ids.quantity_received", "case_state")
    @api.depends_context("lang")
    def _compute_goods_words(self):
        words = self.env["returns.words"]
        labels = [
            self.env._("Announced"),
            self.env._("On the way"),
            self.env._("Received"),
            self.env._("Inspected"),
            self.env._("In place"),
        ]
        for order in self:
            place = GOODS_PLACES.get(order.goods_state, 0)
            order.goods_words = Markup("%s<span>%s</span>") % (
                words._dots(place, labels),
                order._goods_sentence(),
            )

    def _goods_sentence(self):
        words = self.env["returns.words"]
        lines = self.line_ids
        asked = lines._units_asked()
        received, inspected, routed = self._row_sums()
        if not received and not asked:
            return self.env._("nothing is expected")
        return self.env._(
            "%(received)s of %(asked)s received, %(inspected)s inspected, "
            "%(routed)s in their place",
            received=words._number(received),
            asked=words._number(max(asked, 0.0)),
            inspected=words._number(inspected),
            routed=words._number(routed),
        )

    # --- money ------------------------------------------------------------------------
    @api.depends("money_state", "amount_due", "amount_settled", "amount_released")
    @api.depends_context("lang")
    def _compute_money_words(self):
        words = self.env["returns.words"]
        labels = [self.env._("Held"), self.env._("Due"), self.env._("Refunded")]
        for order in self:
            place = MONEY_PLACES.get(order.money_state, 0)
            law = order.refund_due_date and order.money_state != "settled"
            order.money_words = Markup("%s<span>%s</span>%s") % (
                # Of a repair, say, no money is on any way.
                "" if order.money_state == "none" else words._dots(place, labels),
                order._money_sentence(),
                order._law_words() if law else "",
            )

    def _money_sentence(self):

        def say(amount):
            return self.env["returns.words"]._money(self.currency_id, amount)

        left = self.amount_due - self.amount_settled
        sentences = {
            "none": self.env._("nothing is owed"),
            "held": self.env._(
                "%(left)s held: %(why)s", left=say(left), why=self._held_words()
            ),
            "due": self.env._("%(left)s to refund now", left=say(left)),
            "partly_settled": self.env._(
                "%(done)s refunded, %(left)s held: %(why)s",
                done=say(self.amount_settled),
                left=say(left),
                why=self._held_words(),
            ),
            "settled": self.env._("%(done)s refunded", done=say(self.amount_settled)),
        }
        unpaid = self.settlement_ids._in_words("open_amount")
        if self.money_state == "due" and unpaid:
            return self.env._("%(sum)s credited and to be paid out", sum=unpaid)
        return sentences.get(self.money_state, "")

    def _law_words(self):
        """The statutory day, and how far it is."""
        words = self.env["returns.words"]
        late = self.refund_due_date < fields.Date.context_today(self)
        return Markup('; <span class="%s">%s</span>') % (
            "text-danger fw-bold" if late else "",
            self.env._(
                "by law until %(day)s (%(span)s)",
                day=words._day(self.refund_due_date),
                span=words._from_now(self._law_due()),
            ),
        )

    def _held_words(self):
        """What the money waits for; the release rule itself says so."""
        waits = {
            "awaiting_authorisation": self.env._("until the return is authorised"),
            "awaiting_approval": self.env._("until a second person approves it"),
            "awaiting_carrier_scan": self.env._("until the carrier has the parcel"),
            "awaiting_receipt": self.env._("until the goods are received"),
            "awaiting_inspection": self.env._("until the goods are inspected"),
            "awaiting_vendor_credit": self.env._("until the vendor has credited it"),
            "awaiting_release": self.env._("until finance releases it"),
        }
        # sudo: reads only; the sentence says why, not what was paid to whom
        codes = self.env["returns.step.settle"].sudo()._held_because(self.sudo())
        exceptions = dict(EXCEPTION_CODES)
        said = [
            waits.get(code)
            or self.env._("because of: %(what)s", what=exceptions.get(code, code))
            for code in codes.get(self.sudo(), ())
            if not code.startswith("case_")
        ]
        return self.env._(" or ").join(said) or self.env._(
            "until the next step is taken"
        )
