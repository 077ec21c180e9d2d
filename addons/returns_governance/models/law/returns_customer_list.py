from datetime import date
from typing import NamedTuple

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...const import APPEAL_STATES, CUSTOMER_LIST_KINDS
from ...guard import deny, refuse

DECIDER = "returns_governance.group_manager"


class Entry(NamedTuple):
    """One row of the lists, as it is kept in memory."""

    id: int
    kind: str
    company: int | bool
    start: date
    end: date


class ReturnsCustomerList(models.Model):
    """Customers whose requests a person looks at (block), or who are let through.

    A block refuses nobody: what the policy would allow waits for a named person, and
    what the law gives, the right to withdraw and the legal guarantee, passes by it
    (Regulation (EU) 2016/679 Art 22). A block ends by itself and can be appealed.
    """

    _name = "returns.customer.list"
    _description = "Customer on a list"
    _inherit = ["returns.guarded", "returns.remembered", "mail.thread"]
    _machine_fields = frozenset(
        {"appeal_state", "appeal_text", "appeal_at", "reviewer_id", "decision"}
        | {"decided_at"}
    )
    _order = "date_to desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        help="Also holds for the contacts of this customer's company.",
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: all of them.")
    kind = fields.Selection(CUSTOMER_LIST_KINDS, required=True, default="block")
    reason = fields.Char(required=True, tracking=True, help="A fact, and no score.")
    date_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date("Until", tracking=True, help="A block always ends.")
    in_force = fields.Boolean(compute="_compute_in_force", search="_search_in_force")
    appeal_state = fields.Selection(
        APPEAL_STATES, "Appeal", default="none", required=True, tracking=True
    )
    appeal_text = fields.Text("The customer says", readonly=True, copy=False)
    appeal_at = fields.Datetime("Appealed on", readonly=True, copy=False)
    reviewer_id = fields.Many2one(
        "res.users", "Reviewed by", readonly=True, copy=False, tracking=True
    )
    decision = fields.Text(readonly=True, copy=False, tracking=True)
    decided_at = fields.Datetime("Decided on", readonly=True, copy=False)

    _block_ends = models.Constraint(
        "check (kind != 'block' OR date_to IS NOT NULL)",
        "A block needs a day on which it ends.",
    )
    _dates_in_order = models.Constraint(
        "check (date_to IS NULL OR date_from <= date_to)",
        "An entry cannot end before it begins.",
    )

    @api.depends("date_from", "date_to")
    def _compute_in_force(self):
        today = fields.Date.context_today(self)
        for entry in self:
            entry.in_force = (
                bool(entry.date_from)
                and entry.date_from <= today
                and (not entry.date_to or today <= entry.date_to)
            )

    def _search_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        domain = [
            ("date_from", "<=", today),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", today),
        ]
        return domain if True in value else ["!", *domain]

    @api.constrains("reason")
    def _check_reason(self):
        if any(not (entry.reason or "").strip() for entry in self):
            raise ValidationError(self.env._("Say why the customer is on the list."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        """What waited for a person because of it has to stay explained."""
        refuse(
            "APPEND_ONLY",
            self.env._(
                "Entries are kept, since decisions name them. To end one, set its last "
                "day."
            ),
        )

    # --- what the steps ask -----------------------------------------------------------
    @api.model
    @tools.ormcache()
    def _known(self):
        """{partner id: its entries}, in every worker: an empty list costs nothing."""
        found = {}
        # sudo: what holds for a customer holds whoever handles the return
        for row in self.sudo().search([]):
            entry = Entry(
                row.id,
                row.kind,
                row.company_id.id,
                row.date_from,
                row.date_to or date.max,
            )
            found.setdefault(row.partner_id.id, []).append(entry)
        return found

    @api.model
    def _entry(self, company, partner, day):
        """The entry that holds for a customer on a day, or None.

        The customer's own entry comes before the one of its company; of two for the
        same, the one that allows.

        :rtype: Entry | None
        """
        table = self._known()
        if not table:
            return None
        for owner in (partner, partner.commercial_partner_id):
            held = [
                entry
                for entry in table.get(owner.id, ())
                if entry.company in (False, company.id)
                and entry.start <= day <= entry.end
            ]
            if held:
                return min(held, key=lambda entry: (entry.kind != "allow", entry.id))
        return None

    # --- appeal, by people ------------------------------------------------------------
    def _appeal(self, text):
        """Keep what the customer says against a block, for a person to decide."""
        self.check_access("read")
        for entry in self:
            if entry.kind != "block" or entry.appeal_state == "open":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: only a block without an open appeal is appealed.",
                        name=entry.display_name,
                    ),
                )
        self._check_words(text)
        # sudo: an agent takes the appeal down and may not change the entry itself
        self.sudo()._machine_write(
            {
                "appeal_state": "open",
                "appeal_text": text,
                "appeal_at": fields.Datetime.now(),
                "reviewer_id": False,
                "decision": False,
                "decided_at": False,
            }
        )

    def _decide_appeal(self, state, words):
        """Decide appeals by name: the entry stays (``upheld``) or ends.

        Not by who made the entry. Each decision stays in the chatter.
        """
        self.check_access("write")
        if not self.env.user.has_group(DECIDER):
            deny(self.env._("Only returns managers decide an appeal. Ask one."))
        self._check_words(words)
        for entry in self:
            if entry.appeal_state != "open":
                refuse(
                    "RETURN_STATE",
                    self.env._("%(name)s: no appeal waits.", name=entry.display_name),
                )
            if entry.create_uid == self.env.user:
                refuse(
                    "SELF_APPROVAL",
                    self.env._(
                        "%(name)s: you made this entry. Another manager decides the "
                        "appeal.",
                        name=entry.display_name,
                    ),
                )
            entry._machine_write(
                {
                    "appeal_state": state,
                    "reviewer_id": self.env.uid,
                    "decision": words,
                    "decided_at": fields.Datetime.now(),
                    **(entry._ended() if state == "overturned" else {}),
                }
            )

    def _ended(self):
        """The day before today: the entry holds no more, from now on."""
        yesterday = fields.Date.subtract(fields.Date.context_today(self), days=1)
        return {"date_from": min(self.date_from, yesterday), "date_to": yesterday}

    def _check_words(self, text):
        if not (text or "").strip():
            refuse("BAD_REQUEST", self.env._("Say it in words: a reason is needed."))
