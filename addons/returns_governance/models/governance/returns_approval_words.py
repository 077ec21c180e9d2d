from odoo import api, fields, models

# How many names a screen takes before it only counts.
NAMES = 4


class ReturnsApproval(models.Model):
    """What is asked, and who can answer, in words."""

    _inherit = "returns.approval"

    question = fields.Char(compute="_compute_question")
    who_can = fields.Char("Who can decide", compute="_compute_who_can")
    level_words = fields.Char("Level", compute="_compute_level_words")

    @api.depends("kind", "amount", "quantity", "order_id", "product_id", "data")
    @api.depends_context("lang")
    def _compute_question(self):
        # sudo: what is asked names documents and products that who answers need not
        # be able to open
        for approval in self.sudo():
            approval.question = getattr(approval, f"_ask_{approval.kind}")()

    def _sum(self):
        return self.env["returns.words"]._money(self.currency_id, self.amount)

    def _goods(self):
        return self.env._(
            "%(quantity)s × %(product)s",
            quantity=self.env["returns.words"]._number(self.quantity),
            product=self.product_id.display_name or "?",
        )

    def _ask_refund(self):
        return self.env._(
            "Refund up to %(sum)s to %(who)s for %(return)s?",
            sum=self._sum(),
            who=self.partner_id.display_name or "?",
            **{"return": self.order_id.name},
        )

    def _ask_release(self):
        return self.env._(
            "Release %(sum)s of %(return)s to %(who)s before its release rule is met?",
            sum=self._sum(),
            who=self.partner_id.display_name or "?",
            **{"return": self.order_id.name},
        )

    def _ask_override(self):
        return self.env._(
            "Send %(goods)s of %(return)s, worth %(sum)s, to %(place)s against the "
            "policy?",
            goods=self._goods(),
            sum=self._sum(),
            place=self.disposition_id.name,
            **{"return": self.order_id.name},
        )

    def _ask_write_off(self):
        return self.env._(
            "Write off %(goods)s of %(return)s, worth %(sum)s (%(place)s)?",
            goods=self._goods(),
            sum=self._sum(),
            place=self.disposition_id.name,
            **{"return": self.order_id.name},
        )

    def _ask_pay(self):
        payment = self.payment_id
        account = payment.partner_bank_id.display_name
        return self.env._(
            "Pay %(sum)s to %(who)s (%(how)s)?",
            sum=self._sum(),
            who=self.partner_id.display_name or "?",
            how=account or payment.payment_method_line_id.name or "?",
        )

    def _ask_goodwill(self):
        return self.env._(
            "Give %(who)s a credit of %(sum)s for goods that did not come back "
            "(%(document)s)?",
            sum=self._sum(),
            who=self.partner_id.display_name or "?",
            document=self.move_id.display_name or "?",
        )

    def _ask_state_change(self):
        return self.env._(
            "Move %(goods)s from %(before)s to %(after)s?",
            goods=self._goods(),
            before=self.transition_id.state_id.name or "?",
            after=self.transition_id.state_dest_id.name or "?",
        )

    @api.depends("level", "level_count", "role", "escalated_from")
    @api.depends_context("lang")
    def _compute_level_words(self):
        for approval in self:
            approval.level_words = self.env._(
                "%(level)s of %(count)s: %(role)s",
                level=approval.level,
                count=approval.level_count,
                role=approval._role_words(),
            )

    def _role_words(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        if self.escalated_from:
            return self.env._(
                "%(role)s (escalated from %(before)s)",
                role=roles.get(self.role, ""),
                before=roles.get(self.escalated_from, ""),
            )
        return roles.get(self.role or "manager", "")

    @api.depends("state", "role", "escalated_from", "level_ids.state", "editor_ids")
    @api.depends_context("lang")
    def _compute_who_can(self):
        found = self.filtered(lambda row: row.state == "open")._candidates()
        for approval in self:
            people = found.get(approval, self.env["res.users"])
            names = people[:NAMES].mapped("name")
            if len(people) > NAMES:
                names.append(self.env._("%(count)s more", count=len(people) - NAMES))
            approval.who_can = ", ".join(names) or (
                self.env._("nobody: give somebody the role %s", approval._role_words())
                if approval.state == "open"
                else ""
            )
