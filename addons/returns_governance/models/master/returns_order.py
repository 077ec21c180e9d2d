from markupsafe import Markup

from odoo import api, fields, models

from odoo.addons.inventory_states.patience import patient

#: From here on nothing of the set-up can stop a return any more.
ENDED = ("closed", "rejected", "cancelled", "expired")


class ReturnsOrder(models.Model):
    """A gap in the set-up that would stop a return is told while it is made."""

    _inherit = "returns.order"

    setup_gap_words = fields.Html(
        "What would stop it", compute="_compute_setup_gap_words", sanitize=False
    )

    @api.depends("company_id", "channel_id", "warehouse_id", "case_state")
    @api.depends_context("lang")
    def _compute_setup_gap_words(self):
        living = self.filtered(lambda order: order.case_state not in ENDED)
        found = living._setup_gaps()
        for order in self:
            gaps = found.get(order)
            order.setup_gap_words = gaps and order._setup_gap_list(gaps)

    def _setup_gaps(self):
        """The gaps that would stop these returns, in one query for all of them.

        :return: ``{order: list of gaps}`` of those that have any
        """
        companies = self.company_id
        if not companies:
            return {}
        # sudo: whoever makes the return is told, whatever else he may read
        gaps = self.env["returns.setup.check"].sudo()._stopping(companies)
        found = {
            order: [gap for gap in gaps if order._is_stopped_by(gap)] for order in self
        }
        return {order: gaps for order, gaps in found.items() if gaps}

    def _is_stopped_by(self, gap):
        """Whether a gap lies on the way of this return."""
        if gap["company_id"] not in (None, self.company_id.id):
            return False
        mine = {
            "returns.channel": self.channel_id,
            "stock.warehouse": self.warehouse_id,
        }.get(gap["res_model"])
        if mine is None or not gap["res_id"]:
            return True
        return gap["res_id"] in mine.ids

    def _setup_gap_lines(self, gaps):
        """What is missing, what to do, and whom to ask, a sentence each."""
        checks = self.env["returns.setup.check"]
        labels = dict(
            self.env["returns.setup.gap"]
            ._fields["code"]
            ._description_selection(self.env)
        )
        ways = checks._ways()
        owners = self.env["returns.data.owner"]._names(self.company_id.ids)
        return [
            self.env._(
                "%(what)s. %(way)s Ask: %(owner)s.",
                what=": ".join(
                    filter(None, [labels[gap["code"]], self._gap_name(gap)])
                ),
                way=ways.get(gap["code"], ""),
                owner=owners.get((gap["kind"], self.company_id.id))
                or self.env._("nobody is named"),
            )
            for gap in gaps
        ]

    def _gap_name(self, gap):
        # sudo: the name alone, for who has to ask for it
        record = self.env[gap["res_model"]].sudo().browse(gap["res_id"])
        name = record.display_name if gap["res_id"] else ""
        return " ".join(
            filter(None, [name, gap["detail"] and "({})".format(gap["detail"])])
        )

    def _setup_gap_list(self, gaps):
        lines = self._setup_gap_lines(gaps)
        return Markup("<strong>%s</strong><ul class='mb-0'>%s</ul>") % (
            self.env._("The set-up would stop this return:"),
            Markup("").join(Markup("<li>%s</li>") % line for line in lines),
        )

    @patient
    def action_submit(self):
        """Submit these drafts; what of the set-up would stop them is told at once."""
        result = super().action_submit()
        found = self._setup_gaps()
        if not found:
            return result
        lines = [
            line
            for order, gaps in found.items()
            for line in order._setup_gap_lines(gaps)
        ]
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("Submitted, and the set-up would stop it"),
                "message": "\n".join(dict.fromkeys(lines)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
