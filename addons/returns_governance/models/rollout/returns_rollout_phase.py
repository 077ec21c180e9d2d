from odoo import api, fields, models

from ...const import ROLLOUT_STATES
from ...guard import deny, refuse

SCOPE = {
    "company_id",
    "warehouse_ids",
    "channel_ids",
    "categ_ids",
    "date_from",
}


class ReturnsRolloutPhase(models.Model):
    """One step of going over: for which orders returns are governed, and since when.

    In *shadow* the policy decides and the decision is recorded; people work as before.
    In *open* the house's rules hold. Outside, and before the first phase begins,
    nothing changes for anybody.
    """

    _name = "returns.rollout.phase"
    _description = "Phase of the rollout"
    _inherit = ["returns.guarded", "returns.remembered"]
    _order = "company_id, date_from, id"
    _machine_fields = frozenset({"state", "started_at", "closed_at"})

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    state = fields.Selection(
        ROLLOUT_STATES,
        default="planned",
        required=True,
        readonly=True,
        copy=False,
    )
    warehouse_ids = fields.Many2many(
        "stock.warehouse",
        string="Warehouses",
        context={"active_test": False},
        ondelete="restrict",
        help="Empty: all.",
    )
    channel_ids = fields.Many2many(
        "returns.channel",
        string="Channels",
        context={"active_test": False},
        ondelete="restrict",
        help="Empty: all, and orders without a channel.",
    )
    categ_ids = fields.Many2many(
        "product.category",
        string="Categories",
        ondelete="restrict",
        help="With the categories below them. Empty: all.",
    )
    date_from = fields.Date("From", help="Empty: as soon as it is opened.")
    date_to = fields.Date("Until", help="The last day. Empty: no end.")
    started_at = fields.Datetime("Started", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed", readonly=True, copy=False)
    baseline_days = fields.Integer(
        "Days of the baseline",
        default=90,
        help="So many days before the start are what the figures are held against.",
    )
    figure_ids = fields.One2many("returns.rollout.figure", "phase_id", "Figures")
    shadow_ids = fields.One2many("returns.shadow.decision", "phase_id")
    shadow_count = fields.Integer(compute="_compute_shadow_counts")
    shadow_difference_count = fields.Integer(
        "Decided otherwise", compute="_compute_shadow_counts"
    )

    _dates = models.Constraint(
        "check (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A phase ends on or after the day on which it begins.",
    )
    _baseline = models.Constraint(
        "check (baseline_days BETWEEN 1 AND 3660)",
        "The baseline has at least one day and at most ten years.",
    )

    def _compute_shadow_counts(self):
        rows = self.env["returns.shadow.decision"]._read_group(
            [("phase_id", "in", self.ids)], ["phase_id", "difference"], ["__count"]
        )
        for phase in self:
            mine = [(kind, n) for owner, kind, n in rows if owner == phase]
            phase.shadow_count = sum(n for _kind, n in mine)
            phase.shadow_difference_count = sum(n for k, n in mine if k != "same")

    # --- guards -------------------------------------------------------------------
    def write(self, vals):
        if SCOPE & vals.keys():
            for phase in self.filtered(lambda p: p.state in ("shadow", "open")):
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(phase)s has begun: for whom it holds stays as it is. Close "
                        "it and make another one.",
                        phase=phase.name,
                    ),
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_planned(self):
        for phase in self.filtered("started_at"):
            refuse(
                "APPEND_ONLY",
                self.env._(
                    "%(phase)s has begun and holds the figures of its start. Close it.",
                    phase=phase.name,
                ),
            )

    # --- begin and end ------------------------------------------------------------
    def action_shadow(self):
        """Decide and record from now on, without acting. Only for managers."""
        return self._begin("shadow", ("planned",))

    def action_start(self):
        """Govern the orders of these phases from now on. Only for managers."""
        return self._begin("open", ("planned", "shadow"))

    def action_end(self):
        """End these phases: what is under way goes on, all else is as before."""
        self._check_manager()
        self._check_state(("shadow", "open"))
        self._machine_write({"state": "closed", "closed_at": fields.Datetime.now()})
        return True

    def _begin(self, state, allowed):
        self._check_manager()
        self._check_state(allowed)
        for phase in self.filtered(lambda p: not p.started_at):
            phase._machine_write({"started_at": fields.Datetime.now()})
            phase._store_baseline()
        self._machine_write({"state": state})
        return True

    def _check_manager(self):
        if not self.env.user.has_group("returns_governance.group_manager"):
            deny(self.env._("Only a returns manager begins or ends a phase. Ask one."))
        self.check_access("write")

    def _check_state(self, allowed):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for phase in self.filtered(lambda p: p.state not in allowed):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(phase)s is %(state)s; this needs a phase that is %(allowed)s.",
                    phase=phase.name,
                    state=labels[phase.state],
                    allowed=", ".join(labels[state] for state in allowed),
                ),
            )

    def _store_baseline(self):
        """Keep the figures of the days before the start."""
        start = fields.Datetime.subtract(self.started_at, days=self.baseline_days)
        # sudo: figures of orders and books, for who may begin the phase
        measured = self.env["returns.rollout.kpi"].sudo()
        measured = measured._measure(self, start, self.started_at)
        self.env["returns.rollout.figure"].sudo()._machine_create(
            [
                {
                    "phase_id": self.id,
                    "kpi": kpi,
                    "before": value or 0.0,
                    "is_known": value is not None,
                }
                for kpi, value in measured.items()
            ]
        )

    def action_view_shadow(self):
        """Open what the policy would have decided."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_governance.returns_shadow_decision_action"
        )
        action["domain"] = [("phase_id", "=", self.id)]
        return action
