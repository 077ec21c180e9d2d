from markupsafe import Markup

from odoo import api, fields, models

from ...const import CARRIER_STATUSES, EXCEPTION_CODES

ICONS = {
    "requested": "fa-comment",
    "authorised": "fa-check",
    "refused": "fa-ban",
    "overridden": "fa-gavel",
    "needs_review": "fa-user-plus",
    "approved": "fa-thumbs-up",
    "approval_refused": "fa-thumbs-down",
    "level_approved": "fa-thumbs-o-up",
    "approval_reopened": "fa-repeat",
    "escalated": "fa-level-up",
    "label_issued": "fa-tag",
    "carrier_scan": "fa-truck",
    "received": "fa-inbox",
    "matched": "fa-link",
    "inspected": "fa-search",
    "routed": "fa-random",
    "released": "fa-unlock",
    "due": "fa-hourglass-half",
    "settled": "fa-money",
    "payout": "fa-bank",
    "paid_by_hand": "fa-hand-o-right",
    "payout_told": "fa-bullhorn",
    "corrected": "fa-undo",
    "exception_raised": "fa-exclamation-triangle",
    "exception_cleared": "fa-check-square-o",
    "exception_snoozed": "fa-bell-slash-o",
    "exception_breached": "fa-bell",
    "closed": "fa-flag-checkered",
    "reopened": "fa-folder-open-o",
    "cancelled": "fa-times",
    "expired": "fa-clock-o",
    "erased": "fa-eraser",
    "exported": "fa-share-square-o",
    "repair_chosen": "fa-wrench",
    "written_down": "fa-level-down",
    "write_down_reversed": "fa-level-up",
    "goods_held": "fa-lock",
    "goods_freed": "fa-unlock-alt",
    "goods_sent": "fa-paper-plane",
    "replacement_cost": "fa-book",
    "unreturned": "fa-hourglass-end",
    "kept": "fa-gift",
    "not_kept": "fa-gift",
    "credited": "fa-credit-card",
    "uncredited": "fa-credit-card",
    "refilled": "fa-credit-card",
    "lowered": "fa-credit-card",
    "redated": "fa-calendar",
    "repair_ended": "fa-wrench",
    "sent_back": "fa-paper-plane",
    "resolution_changed": "fa-exchange",
    "came_in": "fa-eye",
}
GOOD = ("authorised", "approved", "settled", "payout", "closed", "exception_cleared")
BAD = (
    "refused",
    "approval_refused",
    "exception_raised",
    "exception_breached",
    "expired",
    "cancelled",
)


class ReturnsEvent(models.Model):
    """An event told as a sentence, for the timeline and the auditor's list."""

    _inherit = "returns.event"

    sentence = fields.Char(
        "What happened", compute="_compute_sentence", compute_sudo=True
    )

    @api.depends("what", "data", "why")
    @api.depends_context("lang", "tz")
    def _compute_sentence(self):
        labels = dict(self._fields["what"]._description_selection(self.env))
        for event in self:
            tell = getattr(event, f"_tell_{event.what}", None)
            told = tell(event.data or {}) if tell else ""
            event.sentence = told or labels.get(event.what, event.what)

    # --- one sentence per kind of event -----------------------------------------------
    def _tell_requested(self, data):
        return self.env._(
            "Asked for: %(what)s",
            what=self._lines_words(
                [(row["line"], row["quantity"]) for row in data.get("lines", ())]
            ),
        )

    def _tell_overridden(self, data):
        return self.env._(
            "Let in by a supervisor: %(what)s; refund of %(sum)s",
            what=self._lines_words(data.get("lines", ())),
            sum=self._sum(data.get("due")),
        )

    def _tell_authorised(self, data):
        lines = [(line, quantity) for line, quantity in data.get("lines", ())]
        return self.env._(
            "Authorised: %(what)s; refund of %(sum)s",
            what=self._lines_words(lines),
            sum=self._sum(data.get("due")),
        )

    def _tell_needs_review(self, data):
        return self.env._(
            "Waits for a second person: the refund of %(sum)s is above %(limit)s",
            sum=self._company_sum(data.get("amount")),
            limit=self._company_sum(data.get("limit")),
        )

    def _tell_approved(self, data):
        return self.env._(
            "Approved up to %(sum)s", sum=self._company_sum(data.get("amount"))
        ) + self._place_words(data)

    def _tell_approval_refused(self, data):
        return self.env._("Approval refused") + self._place_words(data)

    def _tell_level_approved(self, data):
        return self.env._(
            "Level %(level)s of %(levels)s approved, up to %(sum)s",
            level=data.get("level"),
            levels=data.get("levels"),
            sum=self._company_sum(data.get("amount")),
        ) + self._place_words(data)

    def _place_words(self, data):
        """Whose place a delegate took."""
        person = self.env["res.users"].browse(data.get("for") or []).exists()
        return person and self.env._(", in place of %s", person.name) or ""

    def _tell_label_issued(self, data):
        refs = ", ".join(ref for ref in data.get("parcels", ()) if ref)
        return self.env._("Label of parcel %(refs)s", refs=refs)

    def _tell_carrier_scan(self, data):
        status = dict(CARRIER_STATUSES).get(data.get("status"), "")
        return self.env._(
            "Carrier, parcel %(ref)s: %(status)s",
            ref=data.get("parcel") or "?",
            status=status,
        )

    def _tell_received(self, data):
        return self.env._(
            "Received %(what)s at %(node)s",
            what=self._product_words(data),
            node=data.get("node") or "?",
        )

    def _tell_inspected(self, data):
        names = self._names("returns.condition")
        parts = self._sums(
            (names.get(row.get("condition"), "?"), row["quantity"])
            for row in data.get("rows", ())
        )
        if asked := data.get("checklists"):
            return self.env._(
                "Inspected: %(what)s, by the checklist %(checklist)s",
                what=parts,
                checklist=", ".join(asked),
            )
        return self.env._("Inspected: %(what)s", what=parts)

    def _tell_routed(self, data):
        names = self._names("returns.disposition")
        pairs = []
        for row in data.get("rows", ()):
            place = names.get(row.get("disposition"), "?")
            if row.get("overridden"):
                place = self.env._("%(place)s (instead of the policy's)", place=place)
            if row.get("from"):
                place = self.env._(
                    "%(place)s, from %(before)s",
                    place=place,
                    before=names.get(row["from"], "?"),
                )
            pairs.append((place, row["quantity"]))
        return self.env._("Put in place: %(what)s", what=self._sums(pairs))

    def _tell_corrected(self, data):
        names = {
            "returns.receipt": self.env._("a receipt"),
            "returns.inspection": self.env._("a finding"),
            "returns.routing": self.env._("a routing"),
            "returns.settlement": self.env._("a refund"),
        }
        return self.env._(
            "Took back %(what)s", what=names.get(data.get("model"), self.env._("a row"))
        )

    def _tell_due(self, data):
        return self.env._("Refund of %(sum)s is due", sum=self._any_sum(data))

    def _tell_settled(self, data):
        return self.env._("Refunded %(sum)s", sum=self._any_sum(data))

    def _tell_payout(self, data):
        return self.env._("Paid out %(sum)s", sum=self._any_sum(data))

    def _tell_redated(self, data):
        day = self.env["returns.words"]._day
        return self.env._(
            "%(before)s is in a closed period: booked on %(day)s, the next open day",
            before=day(data.get("from")) or "?",
            day=day(data.get("to")) or "?",
        )

    def _tell_closed(self, data):
        return self.env._(
            "Closed: %(sum)s refunded in all", sum=self._sum(data.get("settled"))
        )

    def _tell_cancelled(self, data):
        lines = self._lines_words(data.get("lines", ()))
        if data.get("whole"):
            return self.env._("Cancelled as a whole: %(what)s", what=lines)
        return self.env._("Cancelled: %(what)s", what=lines)

    def _tell_exception_raised(self, data):
        return self.env._("Attention: %(what)s", what=self._exception(data))

    def _tell_exception_cleared(self, data):
        return self.env._("Cleared: %(what)s", what=self._exception(data))

    def _tell_exception_snoozed(self, data):
        until = data.get("until")
        if not until:
            return self.env._("Taken up again: %(what)s", what=self._exception(data))
        return self.env._(
            "Put off until %(until)s: %(what)s",
            until=self.env["returns.words"]._clock(until),
            what=self._exception(data),
        )

    def _tell_exception_breached(self, data):
        return self.env._("Not done in time: %(what)s", what=self._exception(data))

    # --- parts ------------------------------------------------------------------------
    def _sums(self, pairs):
        """*6 As new, 1 Damaged* of pairs of name and quantity."""
        sums = {}
        for name, quantity in pairs:
            sums[name] = sums.get(name, 0.0) + quantity
        return ", ".join(f"{quantity:g} {name}" for name, quantity in sums.items())

    def _exception(self, data):
        return dict(EXCEPTION_CODES).get(data.get("code"), "")

    def _names(self, model):
        """{code: name} of master data, archived ones too."""
        records = self.env[model].with_context(active_test=False).search([])
        return {record.code: record.name for record in records}

    def _lines_words(self, pairs):
        """*3 × Shirt, 1 × Belt* of pairs of line id and quantity."""
        known = {line.id: line.product_id.name for line in self.order_id.line_ids}
        return ", ".join(
            f"{quantity:g} × {known.get(line, '?')}" for line, quantity in pairs
        )

    def _product_words(self, data):
        rows = data.get("rows", ())
        products = self.env["product.product"].browse(row["product"] for row in rows)
        names = {product.id: product.name for product in products.exists()}
        return ", ".join(
            f"{row['quantity']:g} × {names.get(row['product'], '?')}" for row in rows
        )

    def _sum(self, amount):
        return self.env["returns.words"]._money(self.order_id.currency_id, amount)

    def _company_sum(self, amount):
        return self.env["returns.words"]._money(self.company_id.currency_id, amount)

    def _any_sum(self, data):
        amount = data.get("amount", data.get("due", data.get("settled")))
        return self._sum(amount if isinstance(amount, int | float) else 0.0)

    # --- the timeline -----------------------------------------------------------------
    def _timeline(self):
        """These events as a timeline, the latest first.

        :rtype: Markup
        """
        words = self.env["returns.words"]
        rows = [
            Markup(
                '<li class="%s"><i class="fa %s" role="img"></i>'
                '<div><span class="o_what">%s</span>%s'
                '<span class="o_when">%s, %s</span></div></li>'
            )
            % (
                event._tone(),
                ICONS.get(event.what, "fa-circle"),
                event.sentence,
                event.why and Markup("<q>%s</q>") % event.why or "",
                words._clock(event.at),
                event.user_id.name,
            )
            for event in reversed(self)
        ]
        return Markup('<ul class="o_returns_timeline">%s</ul>') % Markup("").join(rows)

    def _tone(self):
        if self.what in GOOD:
            return "o_good"
        return "o_bad" if self.what in BAD else ""
