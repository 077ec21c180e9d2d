from odoo import api, fields, models

from ...const import (
    HOLDING_APPROVALS,
    HOLDING_EXCEPTIONS,
    OPEN_CASE_STATES,
    PAYOUT_ON_ITS_WAY,
)
from ...guard import deny

READERS = ("group_finance", "group_manager", "group_auditor")
# What a record of each model is worth: the sum of these fields, each with its sign.
WORTH = {
    "returns.order": (("amount_due", 1), ("amount_settled", -1)),
    "returns.settlement": (("open_amount", 1),),
    "returns.outbox": (("amount", 1),),
    "returns.approval": (("amount", 1),),
    "returns.refund.clock": (("amount_open", 1),),
}
# (from days ago, to days ago) of the bar by age; each older than the one before.
AGES = ((0, 1), (1, 3), (3, 7), (7, None))
STANDS = ("held", "partly_settled")


class ReturnsMoneyBoard(models.AbstractModel):
    """The controller's page: what money waits, why, since when, and by when it is due.

    A panel is a set of records that is split twice: by reason and by age. Every figure
    is the sum of the records that it opens, read by the reader's own rights, so that
    it cannot say anything else than its list does. Nothing is kept.
    """

    _name = "returns.money.board"
    _description = "Money that waits, for the controller"

    @api.model
    def retrieve_money_board(self):
        """All panels, in the order in which they are shown.

        Amounts are in the currency of the current company, at today's rate.

        :return: ``{"panels": [{key, label, help, value, count, action,
            parts: [{label, value, count, share, tone, action}], ages: as parts}]}``
        :raise AccessError: for whoever is not of finance, a manager or an auditor
        """
        user = self.env.user
        if not any(user.has_group(f"returns_governance.{name}") for name in READERS):
            deny(
                self.env._(
                    "The controller's page is for finance, managers and auditors."
                )
            )
        return {"panels": [self._shown(panel) for panel in self._panels()]}

    def _panels(self):
        """The panels; an addon above adds its own.

        :return: list of dicts ``key``, ``label``, ``help``, ``model``, ``domain``,
            ``since`` (the field that the age is counted from, or none) and ``parts``,
            a list of dicts ``label``, ``domain``, ``tone`` and, where it is of another
            model than the panel, ``model``; also ``worth`` and the path of the
            ``currency`` where they are not the model's own, and ``screen``, the action
            that opens it
        """
        return [
            self._held(),
            self._by_law(),
            self._to_decide(),
            self._to_post(),
            self._at_provider(),
            self._by_hand(),
            self._owed(),
        ]

    # --- panels -----------------------------------------------------------------------
    def _held(self):
        """Money of open returns that is not released, by what it waits for."""
        domain = [
            ("money_state", "in", STANDS),
            ("case_state", "in", OPEN_CASE_STATES),
        ]
        causes = (
            (
                self.env._("An approval is open"),
                self._any("approval_ids", "kind", HOLDING_APPROVALS),
            ),
            (
                self.env._("An exception has to be cleared"),
                self._any("exception_ids", "code", HOLDING_EXCEPTIONS),
            ),
            (self.env._("Kept back by hand"), ("refund_on_hold", "=", True)),
        )
        parts, others = [], []
        for label, leaf in causes:
            parts.append(self._part(label, [*others, leaf], "warning"))
            others += ["!", leaf]
        steps = self.env["returns.order"]._fields["next_step"]
        for step, label in steps._description_selection(self.env):
            leaf = ("next_step", "=", step)
            if step == "none":
                leaf = ("next_step", "in", (step, False))
                label = self.env._("Nothing is to be done")
            elif step == "settle":
                label = self.env._("Release by hand")
            parts.append(self._part(label, [*others, leaf], "info"))
        return {
            "key": "held",
            "label": self.env._("Held"),
            "help": self.env._("Refunds whose release rule is not met yet."),
            "model": "returns.order",
            "domain": domain,
            "since": "next_since",
            "parts": parts,
        }

    def _by_law(self):
        """Withdrawals that are not paid back in full, by the day of the law."""
        today = fields.Date.context_today(self)
        soon = fields.Date.add(today, days=3)
        week = fields.Date.add(today, days=7)
        running = ("state", "=", "running")
        return {
            "key": "law",
            "label": self.env._("Due by law"),
            "help": self.env._("Withdrawals: all has to be back 14 days after notice."),
            "model": "returns.refund.clock",
            "domain": [
                ("state", "in", ("running", "waiting", "breached")),
                ("amount_open", ">", 0),
            ],
            "parts": [
                self._part(
                    self.env._("Overdue"), [("state", "=", "breached")], "danger"
                ),
                self._part(
                    self.env._("Within 3 days"),
                    [running, ("pay_by", "<=", soon)],
                    "warning",
                ),
                self._part(
                    self.env._("Within a week"),
                    [running, ("pay_by", ">", soon), ("pay_by", "<=", week)],
                    "info",
                ),
                self._part(self.env._("Later"), [running, ("pay_by", ">", week)]),
                self._part(
                    self.env._("Goods may be waited for"), [("state", "=", "waiting")]
                ),
            ],
        }

    def _to_decide(self):
        """Questions about money that are open, by kind."""
        kinds = self.env["returns.approval"]._fields["kind"]
        return {
            "key": "decide",
            "label": self.env._("To approve"),
            "help": self.env._("Questions that wait for somebody with the authority."),
            "model": "returns.approval",
            "domain": [("state", "=", "open")],
            "since": "create_date",
            "parts": [
                self._part(label, [("kind", "=", kind)], "warning")
                for kind, label in kinds._description_selection(self.env)
            ],
        }

    def _to_post(self):
        """Credit notes that are made and not posted."""
        failed = self.env["returns.exception"].search(
            [("code", "=", "posting_failed"), ("state", "=", "open")]
        )
        failed = ("move_id", "in", failed.move_id.ids)
        return {
            "key": "post",
            "label": self.env._("To post"),
            "help": self.env._("Credit notes that are released and still drafts."),
            "model": "returns.settlement",
            "domain": [("state", "=", "to_post")],
            "since": "occurred_at",
            "parts": [
                self._part(self.env._("Could not be posted"), [failed], "danger"),
                self._part(self.env._("Wait to be posted"), ["!", failed], "info"),
            ],
        }

    def _at_provider(self):
        """Payouts that a provider was asked for, or will be."""
        return {
            "key": "provider",
            "label": self.env._("With the provider"),
            "help": self.env._("Money that goes back the way it came."),
            "model": "returns.outbox",
            "screen": "returns_governance.returns_payout_action",
            "domain": [
                ("kind", "=", "payout"),
                ("state", "in", ("failed", *PAYOUT_ON_ITS_WAY)),
            ],
            "since": "create_date",
            "parts": [
                self._part(self.env._("Failed"), [("state", "=", "failed")], "danger"),
                self._part(
                    self.env._("Outcome unknown"),
                    [("state", "=", "unknown")],
                    "danger",
                ),
                self._part(
                    self.env._("On the way"),
                    [("state", "in", ("waiting", "sending", "pending"))],
                    "info",
                ),
            ],
        }

    def _by_hand(self):
        """What of credit notes and prepayments no provider pays back."""
        today = fields.Date.context_today(self)
        return {
            "key": "hand",
            "label": self.env._("To pay by hand"),
            "help": self.env._("What no provider gives back: tick it off in the list."),
            "model": "returns.settlement",
            "screen": "returns_governance.returns_settlement_action_to_pay",
            "worth": (("hand_amount", 1),),
            "domain": [("hand_amount", ">", 0)],
            "since": "occurred_at",
            "parts": [
                self._part(self.env._("Overdue"), [("due_date", "<", today)], "danger"),
                self._part(
                    self.env._("Not due yet"),
                    ["|", ("due_date", "=", False), ("due_date", ">=", today)],
                    "info",
                ),
            ],
        }

    def _owed(self):
        """All that customers still get for returns that are under way."""
        posted = [("kind", "=", "credit_note"), ("state", "in", ("to_post", "to_pay"))]
        return {
            "key": "owed",
            "label": self.env._("Owed for returns"),
            "help": self.env._("What customers still get for returns under way."),
            "parts": [
                self._part(
                    self.env._("Held"),
                    [
                        ("money_state", "in", STANDS),
                        ("case_state", "in", OPEN_CASE_STATES),
                    ],
                    model="returns.order",
                ),
                self._part(
                    self.env._("Released, not settled"),
                    [
                        ("money_state", "=", "due"),
                        ("settlement_ids", "not any", posted),
                    ],
                    model="returns.order",
                ),
                self._part(
                    self.env._("Posted or drafted, not paid"),
                    posted,
                    model="returns.settlement",
                ),
            ],
        }

    def _any(self, rows, field, codes):
        return (rows, "any", [("state", "=", "open"), (field, "in", tuple(codes))])

    def _part(self, label, domain, tone="", model=None):
        return {"label": label, "domain": domain, "tone": tone, "model": model}

    # --- figures ----------------------------------------------------------------------
    def _shown(self, panel):
        """A panel with its figures, as the page shows it."""
        parts = self._figures(panel, panel["parts"])
        if panel.get("model"):
            [whole] = self._figures(panel, [self._part(panel["label"], [])])
        else:
            whole = {
                "amount": sum(part["amount"] for part in parts),
                "count": sum(part["count"] for part in parts),
                "action": False,
            }
        found = [part for part in parts if part["count"]]
        ages = self._figures(panel, self._age_parts(panel.get("since")))
        return {
            "key": panel["key"],
            "label": panel["label"],
            "help": panel["help"],
            "value": self._money(whole["amount"]),
            "count": whole["count"],
            "action": whole["action"],
            "parts": self._shares(found, whole["amount"]),
            "ages": self._shares(ages, whole["amount"]) if whole["count"] else [],
        }

    def _figures(self, panel, parts):
        """Count and amount of each part."""
        return [
            {**part, **self._figure(panel, part, part.get("model") or panel["model"])}
            for part in parts
        ]

    def _figure(self, panel, part, model):
        domain = [*panel.get("domain", ()), *part["domain"]]
        fields_of = panel.get("worth") or WORTH[model]
        groups = self.env[model]._read_group(
            domain,
            [panel.get("currency") or "currency_id"],
            ["__count", *(f"{name}:sum" for name, _sign in fields_of)],
        )
        amount, count = 0.0, 0
        for currency, number, *sums in groups:
            own = sum(
                total * sign
                for total, (_name, sign) in zip(sums, fields_of, strict=True)
            )
            amount += self._in_own_currency(currency, own)
            count += number
        return {
            "amount": amount,
            "count": count,
            "action": self._open(panel, part, model, domain),
        }

    def _in_own_currency(self, currency, amount):
        company = self.env.company
        if not currency or currency == company.currency_id:
            return amount
        today = fields.Date.context_today(self)
        return currency._convert(amount, company.currency_id, company, today)

    def _open(self, panel, part, model, domain):
        """Opens the records of a figure, on the screen on which they are worked at."""
        if panel.get("screen"):
            action = self.env["ir.actions.act_window"]._for_xml_id(panel["screen"])
            action["context"] = {}
        else:
            action = {
                "type": "ir.actions.act_window",
                "res_model": model,
                "views": [[False, "list"], [False, "form"]],
            }
        name = f"{panel['label']}: {part['label']}"
        return {**action, "name": name, "domain": self._plain(domain)}

    def _plain(self, value):
        """A domain as JSON holds it: days as text, lists all the way down."""
        if isinstance(value, (list, tuple)):
            return [self._plain(part) for part in value]
        return fields.Date.to_string(value) if hasattr(value, "year") else value

    def _age_parts(self, field):
        """The bar: how long the records of a panel have waited."""
        if not field:
            return []
        now = fields.Datetime.now()
        labels = (
            self.env._("since today"),
            self.env._("1 to 3 days"),
            self.env._("3 to 7 days"),
            self.env._("over a week"),
        )
        parts = []
        for label, (start, end) in zip(labels, AGES, strict=True):
            leaf = [(field, "<=", self._ago(now, start))] if start else []
            if end:
                leaf.append((field, ">", self._ago(now, end)))
            else:
                leaf = ["|", (field, "=", False), *leaf]
            parts.append(self._part(label, leaf))
        return parts

    def _ago(self, now, days):
        return fields.Datetime.to_string(fields.Datetime.subtract(now, days=days))

    def _shares(self, parts, whole):
        """The parts in words, with the share of the whole that each bar is long."""
        return [
            {
                "label": part["label"],
                "value": self._money(part["amount"]),
                "count": part["count"],
                "share": round(100 * part["amount"] / whole, 1) if whole else 0,
                "tone": part["tone"],
                "action": part["action"],
            }
            for part in parts
        ]

    def _money(self, amount):
        return self.env["returns.words"]._money(self.env.company.currency_id, amount)
