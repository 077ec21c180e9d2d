import math

from odoo import api, fields, models
from odoo.tools import ormcache

from ...const import EXCEPTION_CODES, EXCEPTION_SEVERITY
from ...guard import refuse
from .returns_exception import MANAGER, OWNERS
from .returns_exception_actions import ACTIONS

# What the addon says and an update may say better; a company does not edit it.
FIXED = {"code", "cause", "advice", "actions", "by_law"}
# A day of the clock in OWNERS is a working day here.
WORKING_SHARE = 8 / 24
SEVERITIES = {
    "short_receipt": "low",
    "over_receipt": "low",
    "serial_mismatch": "high",
    "weight_mismatch": "high",
    "refund_overdue": "critical",
    "gate_breached": "critical",
    "payout_failed": "high",
    "payout_unknown": "critical",
    "posting_failed": "high",
}
# Days after which an accepted one that still stands is asked about again.
REMIND_DAYS = {"refund_overdue": 7}


class ReturnsExceptionType(models.Model):
    """A kind of exception: what is checked, what to do, who, and by when.

    The addon brings one row for each code and keeps its text; role, working hours,
    severity and escalation are the company's own and outlive updates. A further type
    is a code in ``const.EXCEPTION_CODES``, a row of data, and a method
    ``_still_<code>`` of ``returns.exception``.
    """

    _name = "returns.exception.type"
    _inherit = ["returns.remembered"]
    _description = "Type of exception"
    _order = "sequence, id"
    _rec_name = "code"

    code = fields.Selection(EXCEPTION_CODES, "Exception", required=True, index=True)
    sequence = fields.Integer(default=10)
    cause = fields.Text(
        "What is checked",
        required=True,
        translate=True,
        help="The cause; when it is gone, the exception clears itself.",
    )
    advice = fields.Text("What to do", required=True, translate=True)
    actions = fields.Char(
        help="Keys of the buttons that clear it, separated by commas; the first is "
        "the main one."
    )
    by_law = fields.Boolean(
        "Day set by law",
        help="The clock of the law goes on: putting it off does not keep it from "
        "being breached.",
    )
    owner_group_id = fields.Many2one("res.groups", "Who looks", required=True)
    hours = fields.Float(
        "Working hours",
        required=True,
        help="It is due after so many working hours, by the calendar of the node, "
        "else of the company.",
    )
    severity = fields.Selection(EXCEPTION_SEVERITY, required=True, default="medium")
    escalation_group_id = fields.Many2one(
        "res.groups",
        "Escalated to",
        help="Who may work on it too, and sees it, once it is breached.",
    )
    remind_days = fields.Integer(
        "Asked again after days",
        help="An exception that somebody cleared though its cause stands is raised "
        "again after so many days; with zero only when the cause changes.",
    )

    _code_uniq = models.UniqueIndex("(code)", "There is one type for each exception.")
    _hours_positive = models.Constraint(
        "CHECK (hours > 0)", "It needs some time: more than zero hours."
    )

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for kind in self:
            kind.display_name = labels.get(kind.code, "")

    @api.constrains("actions")
    def _check_actions(self):
        for kind in self:
            unknown = set(kind._action_keys()) - set(ACTIONS)
            if unknown:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(code)s: there are no buttons %(keys)s.",
                        code=kind.code,
                        keys=", ".join(sorted(unknown)),
                    ),
                )

    def _action_keys(self):
        return [key.strip() for key in (self.actions or "").split(",") if key.strip()]

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [{**self._beginning(vals.get("code")), **vals} for vals in vals_list]
        )

    def write(self, vals):
        # env.su: an update of the addon; no call from outside has it.
        if FIXED & vals.keys() and not self.env.su:
            refuse(
                "GUARDED_FIELD",
                self.env._(
                    "What is checked and what to do belong to the type. Change its "
                    "role, hours, severity or escalation."
                ),
            )
        return super().write(vals)

    @api.model
    def _beginning(self, code):
        """What a company begins with: role, working hours, severity, escalation."""
        owner, hours = OWNERS.get(code, (MANAGER, 24))
        xmlid = self.env["ir.model.data"]._xmlid_to_res_id
        return {
            "owner_group_id": xmlid(owner),
            "hours": math.ceil(hours * WORKING_SHARE),
            "severity": SEVERITIES.get(code, "medium"),
            "escalation_group_id": xmlid(MANAGER),
            "remind_days": REMIND_DAYS.get(code, 0),
        }

    @api.model
    @ormcache("code")
    def _given(self, code):
        """What is set for ``code``: read once per process.

        :return: dict ``id``, ``owner``, ``hours``, ``severity``, ``escalation``,
            ``by_law``, ``remind_days``
        """
        # sudo: the machine raises, whoever's step it was
        kind = self.sudo().search([("code", "=", code)], limit=1)
        begun = kind._beginning(code)
        return {
            "id": kind.id,
            "owner": kind.owner_group_id.id or begun["owner_group_id"],
            "hours": kind.hours or begun["hours"],
            "severity": kind.severity or begun["severity"],
            "escalation": kind.escalation_group_id.id
            if kind
            else begun["escalation_group_id"],
            "by_law": kind.by_law,
            "remind_days": kind.remind_days if kind else begun["remind_days"],
        }
