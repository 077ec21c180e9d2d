from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...guard import deny, refuse

# Who may stand in: a role of ours that does something.
ROLES = tuple(
    f"returns_governance.group_{role}"
    for role in (
        "agent", "inspector", "warehouse_lead", "finance", "planner", "manager",
    )
)  # fmt: skip
MANAGER = "returns_governance.group_manager"
# What stays as it was given.
LOCKED = {"company_id", "from_user_id", "to_user_id", "date_from", "ended_on"}


class ReturnsDelegation(models.Model):
    """For some days somebody else decides in one's place.

    The delegate decides what the absent person could decide, under the own name, and
    the history says for whom. A chain is not followed: what was delegated to me I do
    not delegate further. A delegation is kept as it was given, since whoever was
    somebody's delegate does not approve that person's requests; it can be ended.
    """

    _name = "returns.delegation"
    _description = "Delegation of approvals"
    _inherit = ["mail.thread"]
    _order = "date_from desc, id desc"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    from_user_id = fields.Many2one(
        "res.users",
        "For",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    to_user_id = fields.Many2one(
        "res.users",
        "Decides in their place",
        required=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    date_from = fields.Date(
        "From", required=True, default=fields.Date.context_today, tracking=True
    )
    date_to = fields.Date("To", required=True, tracking=True)
    reason = fields.Char(required=True, tracking=True)
    ended_on = fields.Date("Ended early on", readonly=True, copy=False, tracking=True)
    in_force = fields.Boolean(compute="_compute_in_force", search="_search_in_force")

    _not_to_oneself = models.Constraint(
        "CHECK (from_user_id != to_user_id)", "Nobody is their own delegate."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to >= date_from)", "A delegation ends after it begins."
    )

    @api.depends("from_user_id.name", "to_user_id.name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "%(to)s for %(from)s",
                to=row.to_user_id.name or "",
                **{"from": row.from_user_id.name or ""},
            )

    @api.depends("date_from", "date_to", "ended_on")
    def _compute_in_force(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.in_force = bool(
                not row.ended_on
                and row.date_from
                and row.date_to
                and row.date_from <= today <= row.date_to
            )

    def _search_in_force(self, operator, value):
        if operator != "in" or set(value) - {True, False} or len(set(value)) != 1:
            return NotImplemented
        today = fields.Date.context_today(self)
        found = self.sudo()._search(
            [
                ("ended_on", "=", False),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        return [("id", "in" if True in value else "not in", found)]

    @api.constrains("from_user_id", "to_user_id", "company_id")
    def _check_people(self):
        for row in self.sudo():
            for user in row.from_user_id | row.to_user_id:
                if row.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "%(user)s does not work in %(company)s: both people of a "
                            "delegation have to.",
                            user=user.name,
                            company=row.company_id.name,
                        )
                    )
            if not any(row.to_user_id.has_group(group) for group in ROLES):
                raise ValidationError(
                    self.env._(
                        "%(user)s has no role of returns, and so decides nothing in "
                        "another's place. Give them a role first.",
                        user=row.to_user_id.name,
                    )
                )

    # --- who gives one ----------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_giver()
        if any(row.ended_on for row in rows):
            self._refuse_rewriting()
        return rows

    def write(self, vals):
        if vals.keys() & LOCKED and not self.env.su:
            self._refuse_rewriting()
        if "date_to" in vals:
            self._check_not_backwards(fields.Date.to_date(vals["date_to"]))
        self._check_giver()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        """Who decided for whom stays known."""
        self._refuse_rewriting()

    def _check_giver(self):
        """One's own, or as a manager for others, and never to oneself."""
        user = self.env.user
        for row in self:
            own = row.from_user_id == user
            for_others = user.has_group(MANAGER) and row.to_user_id != user
            if not (self.env.su or own or for_others):
                deny(
                    self.env._(
                        "You can delegate your own approvals. For %(user)s only they, "
                        "or a manager who does not gain by it, can.",
                        user=row.from_user_id.name,
                    )
                )

    def _check_not_backwards(self, date_to):
        today = fields.Date.context_today(self)
        if not date_to or date_to < today or any(self.mapped("ended_on")):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "The last day of a delegation lies today or later, and an ended "
                    "one stays ended. To stop it now, end it."
                ),
            )

    def _refuse_rewriting(self):
        refuse(
            "APPEND_ONLY",
            self.env._(
                "A delegation stays as it was given, since it says who decided for "
                "whom. End it, and give another one."
            ),
        )

    def action_end(self):
        """End these delegations now.

        :return: True
        """
        self.check_access("write")
        self._check_giver()
        open_rows = self.filtered(lambda row: not row.ended_on)
        # sudo: who may was checked; the field is the machine's
        open_rows.sudo().write({"ended_on": fields.Date.context_today(self)})
        return True

    # --- who stands for whom ----------------------------------------------------------
    @api.model
    def _of(self, users):
        """All delegations that were ever given to ``users``, in one query."""
        # sudo: one's delegations count whatever of the others one can see
        return self.sudo().search([("to_user_id", "in", users.ids)], order="id")

    def _people(self, company):
        """Of these, the people in whose place is decided in ``company`` today."""
        rows = self.filtered(lambda row: row.company_id == company and row.in_force)
        return rows.from_user_id.filtered("active")

    def _people_since(self, company, moment):
        """Of these, the people who had a delegate on any day since ``moment``."""
        today, day = fields.Date.context_today(self), moment.date()
        return self.filtered(
            lambda row: (
                row.company_id == company
                and row.date_from <= today
                and min(row.date_to, row.ended_on or row.date_to) >= day
            )
        ).from_user_id
