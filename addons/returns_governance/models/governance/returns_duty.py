from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ...const import DUTY_CONFLICT, DUTY_STATE

# Each conflict: the two rights that one person should not hold, and whether the
# system itself keeps that person from using both on one return.
CONFLICTS = {
    "request_approve": ("request", "approve", True),
    "receive_pay": ("receive", "pay", False),
    "write_publish": ("write", "publish", True),
    "approve_pay": ("approve", "pay", False),
    "rights": ("rights", "money", False),
}
# Questions of the table of authority whose answer lets no money go.
NO_MONEY_STEPS = ("write_down",)


class ReturnsDuty(models.Model):
    """Segregation of duties: who holds two rights that should not be in one hand.

    Computed at each look from what people can really do: their groups with all that
    these imply, Odoo's own access lists, and the delegations of today. A conflict that
    the four eyes keep from being used (nobody approves an own request, nobody publishes
    an own draft) is shown apart from those that nothing holds.
    """

    _name = "returns.duty"
    _description = "Conflict of duties"
    _auto = False
    _rec_name = "user_id"
    _order = "state desc, user_id, conflict"
    _depends = {
        "res.users": ["group_ids", "active", "share", "company_id"],
        "res.groups": ["implied_ids"],
        "returns.delegation": [
            "from_user_id", "to_user_id", "date_from", "date_to", "ended_on",
        ],
        "returns.duty.exception": ["user_id", "conflict", "until", "ended_on"],
    }  # fmt: skip

    user_id = fields.Many2one("res.users", "Who", readonly=True)
    login = fields.Char(related="user_id.login", string="Log-in")
    company_id = fields.Many2one("res.company", readonly=True)
    conflict = fields.Selection(DUTY_CONFLICT, readonly=True)
    state = fields.Selection(DUTY_STATE, readonly=True)
    exception_id = fields.Many2one("returns.duty.exception", readonly=True)
    reason = fields.Char(related="exception_id.reason", string="Accepted because")
    until = fields.Date(related="exception_id.until", string="Accepted until")
    way = fields.Char("How they got it", compute="_compute_way", compute_sudo=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH RECURSIVE held AS (
                SELECT r.uid AS user_id, r.gid AS group_id
                  FROM res_groups_users_rel r
                  JOIN res_users u ON u.id = r.uid
                 WHERE u.active AND NOT u.share AND u.id != %(superuser)s
                 UNION
                SELECT h.user_id, i.hid
                  FROM held h JOIN res_groups_implied_rel i ON i.gid = h.group_id
            ), granting (duty, group_id) AS (VALUES %(granting)s
            ), duties AS (
                SELECT h.user_id, g.duty
                  FROM held h JOIN granting g ON g.group_id = h.group_id
                 UNION
                SELECT d.to_user_id, g.duty
                  FROM returns_delegation d
                  JOIN held h ON h.user_id = d.from_user_id
                  JOIN granting g ON g.group_id = h.group_id
                 WHERE g.duty IN ('approve', 'money') AND g.group_id IN %(approving)s
                   AND d.ended_on IS NULL
                   AND %(today)s BETWEEN d.date_from AND d.date_to
            ), conflicts (number, conflict, one, other, four_eyes) AS (
                VALUES %(conflicts)s
            )
            SELECT a.user_id * 10 + c.number AS id, a.user_id, u.company_id, c.conflict,
                   e.id AS exception_id,
                   CASE WHEN e.id IS NOT NULL THEN 'accepted'
                        WHEN c.four_eyes THEN 'four_eyes' ELSE 'open' END AS state
              FROM conflicts c
              JOIN duties a ON a.duty = c.one
              JOIN duties b ON b.duty = c.other AND b.user_id = a.user_id
              JOIN res_users u ON u.id = a.user_id
              LEFT JOIN LATERAL (
                   SELECT x.id FROM returns_duty_exception x
                    WHERE x.user_id = a.user_id AND x.conflict = c.conflict
                      AND x.until >= %(today)s AND x.ended_on IS NULL
                    ORDER BY x.until DESC LIMIT 1) e ON TRUE
            """,
            superuser=SUPERUSER_ID,
            today=fields.Date.context_today(self),
            granting=self._values(
                (duty, group)
                for duty, groups in self._granting().items()
                for group in groups
            ),
            approving=tuple(self._granting()["approve"]),
            conflicts=self._values(
                (number, conflict, *parts)
                for number, (conflict, parts) in enumerate(CONFLICTS.items())
            ),
        )

    def _values(self, rows):
        """Rows of values for a VALUES list."""
        return SQL(", ").join(
            SQL("(%s)", SQL(", ").join(SQL("%s", value) for value in row))
            for row in rows
        )

    # --- which groups give which right ------------------------------------------------
    @api.model
    def _granting(self):
        """{right: ids of the groups that give it}, as code and access lists have it."""
        approve = self._groups_of(
            *(f"returns_governance.group_{role}" for role in self._deciding_roles())
        )
        pay = self._groups_of(*self.env["returns.step.settle"]._groups)
        pay |= self._groups_with("account.payment", "create")
        return {
            "request": self._groups_of(*self.env["returns.step.request"]._groups),
            # Who works on transfers receives goods too, without our step.
            "receive": self._groups_of(
                *self.env["returns.step.receive"]._groups, "stock.group_stock_user"
            ),
            "approve": approve,
            "pay": pay,
            "money": approve | pay,
            "write": self._groups_with("returns.policy.rule", "write"),
            "publish": self._groups_of("returns_governance.group_manager"),
            "rights": self._groups_with("res.groups", "write"),
        }

    def _groups_of(self, *names):
        ref = self.env["ir.model.data"]._xmlid_to_res_id
        return {ref(name) for name in names}

    def _groups_with(self, model, operation):
        """The groups whose access list lets them do it."""
        # sudo: rights of others, which the reader of this report is to see
        rows = (
            self.env["ir.model.access"]
            .sudo()
            .search(
                [
                    ("model_id.model", "=", model),
                    (f"perm_{operation}", "=", True),
                    ("group_id", "!=", False),
                ]
            )
        )
        return set(rows.group_id.ids)

    def _deciding_roles(self):
        """The roles that some level asks; the manager always decides."""
        roles = {"manager"}
        for step, rows in self.env["returns.authority"]._rows_in_force().items():
            # To say what goods are worth pays nobody.
            if step not in NO_MONEY_STEPS:
                roles |= {row.role for row in rows}
        levels = self.env.get("returns.policy.rule.level")
        if levels is not None and "role" in levels._fields:
            # sudo: as in _groups_with
            roles |= set(levels.sudo().search([]).mapped("role"))
        known = dict(self.env["returns.authority"]._fields["role"].selection)
        return sorted(roles & known.keys())

    # --- the way to a right, in words -------------------------------------------------
    @api.depends("user_id", "conflict")
    @api.depends_context("lang")
    def _compute_way(self):
        granting = self._granting()
        names = self._duty_names()
        for row in self:
            one, other, _four_eyes = CONFLICTS[row.conflict]
            row.way = "; ".join(
                self.env._(
                    "%(right)s: %(path)s",
                    right=names[duty],
                    path=self._path(row.user_id, granting, duty),
                )
                for duty in (one, other)
            )

    def _duty_names(self):
        return {
            "request": self.env._("requests"),
            "receive": self.env._("receives"),
            "approve": self.env._("approves"),
            "pay": self.env._("pays"),
            "money": self.env._("has a say in money"),
            "write": self.env._("writes rules"),
            "publish": self.env._("publishes"),
            "rights": self.env._("gives rights"),
        }

    def _path(self, user, granting, duty):
        """From a group that the user was given to one that gives the right."""
        if path := self._group_path(user, granting[duty]):
            return " > ".join(self._group_name(group) for group in path)
        for person in self.env["returns.delegation"]._of(user).filtered("in_force"):
            source = person.from_user_id
            if self._group_path(source, granting["approve"]):
                return self.env._("delegation of %(who)s", who=source.name)
        return "?"

    def _group_path(self, user, wanted):
        """The shortest way through what groups imply, or nothing."""
        queue = [(group,) for group in user.group_ids.sorted("id")]
        seen = set()
        while queue:
            path = queue.pop(0)
            if path[-1].id in wanted:
                return path
            seen.add(path[-1].id)
            queue += [
                (*path, group)
                for group in path[-1].implied_ids.sorted("id")
                if group.id not in seen
            ]
        return ()

    def _group_name(self, group):
        privilege = group.privilege_id.name
        return f"{privilege} / {group.name}" if privilege else group.name

    # --- accept -----------------------------------------------------------------------
    def action_accept(self):
        """Open the dialog that accepts this conflict, with a reason and an end.

        :return: action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept the conflict"),
            "res_model": "returns.duty.exception",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_user_id": self.user_id.id,
                "default_conflict": self.conflict,
            },
        }
