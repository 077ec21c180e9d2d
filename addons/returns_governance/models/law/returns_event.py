from odoo import models


class ReturnsEvent(models.Model):
    """What the law packs tell on the timeline."""

    _inherit = "returns.event"

    def _tell_repair_chosen(self, data):
        return self.env._(
            "Repair chosen under the legal guarantee: it runs until %(until)s, and "
            "not %(before)s",
            until=self.env["returns.words"]._day(data.get("until")) or "?",
            before=self.env["returns.words"]._day(data.get("before")) or "?",
        )

    def _tell_needs_review(self, data):
        if data.get("list"):
            return self.env._(
                "Waits for a named person, since the customer is on the block list"
            )
        return super()._tell_needs_review(data)
