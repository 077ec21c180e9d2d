from odoo import api, fields, models

FIGURES = ("breached", "today", "mine", "free", "asleep")
OPEN = [("state", "=", "open")]


class ReturnsException(models.Model):
    """The board of the exceptions: what is late, what is due, and whose it is."""

    _inherit = "returns.exception"

    due_words = fields.Char("When", compute="_compute_due_words")
    owner_group_id = fields.Many2one(group_expand="_expand_owner_groups")

    @api.depends("due_at", "state")
    @api.depends_context("lang")
    def _compute_due_words(self):
        words = self.env["returns.words"]
        for exception in self:
            if exception.state != "open" or not exception.due_at:
                exception.due_words = False
                continue
            span = words._from_now(exception.due_at)
            exception.due_words = (
                self.env._("was due %(span)s", span=span)
                if exception.is_breached
                else self.env._("due %(span)s", span=span)
            )

    @api.model
    def _expand_owner_groups(self, groups, domain):
        """A role whose queue is empty is seen to have nothing to do."""
        # sudo: the roles of the queue are no secret
        kinds = self.env["returns.exception.type"].sudo().search([])
        return (groups.sudo() | kinds.owner_group_id).with_env(self.env)

    @api.model
    def retrieve_board(self):
        """The figures above the board; each narrows the board by its filter.

        :return: list of dicts ``key``, ``label``, ``count``, ``icon``, ``tone``
        """
        labels = {
            "breached": self.env._("breached"),
            "today": self.env._("due today"),
            "mine": self.env._("mine"),
            "free": self.env._("nobody's yet"),
            "asleep": self.env._("put off"),
        }
        icons = {
            "breached": ("fa-exclamation-triangle", "danger"),
            "today": ("fa-clock-o", "warning"),
            "mine": ("fa-user", ""),
            "free": ("fa-user-plus", ""),
            "asleep": ("fa-bell-slash-o", ""),
        }
        return [
            {
                "key": key,
                "label": labels[key],
                "count": self.search_count(self._figure_domain(key)),
                "icon": icons[key][0],
                "tone": icons[key][1],
            }
            for key in FIGURES
        ]

    @api.model
    def _figure_domain(self, key):
        """The open ones that a figure counts; its filter has the same domain."""
        awake = [*OPEN, ("is_snoozed", "=", False)]
        if key == "today":
            start, _before = self.env["returns.order"]._day_bounds()
            end = fields.Datetime.add(start, days=1)
            now = fields.Datetime.now()
            return [*awake, ("due_at", ">=", now), ("due_at", "<", end)]
        return {
            "breached": [("is_breached", "=", True)],
            "mine": [*awake, ("user_id", "=", self.env.uid)],
            "free": [*awake, ("user_id", "=", False)],
            "asleep": [("is_snoozed", "=", True)],
        }[key]


class ReturnsOrder(models.Model):
    """The overview counts what waits in the exceptions, too."""

    _inherit = "returns.order"

    def _overview_figures(self):
        return [*super()._overview_figures(), self._exceptions_figure()]

    def _exceptions_figure(self):
        """What is open in the exceptions, and how much of it is too late."""
        Exceptions = self.env["returns.exception"]
        late = Exceptions.search_count(Exceptions._figure_domain("breached"))
        waiting = Exceptions.search_count([*OPEN, ("is_snoozed", "=", False)])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "returns_governance.returns_exception_action"
        )
        return {
            "key": "exceptions",
            "label": self.env._("exceptions to clear"),
            "value": self.env["returns.words"]._number(waiting),
            "icon": "fa-exclamation-triangle" if late else "fa-check",
            "trend": self.env._("%(count)s breached", count=late),
            "action": action,
        }
