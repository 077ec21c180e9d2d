from odoo import models


class ReturnsEvent(models.Model):
    """What the books tell on the timeline."""

    _inherit = "returns.event"

    def _tell_redated(self, data):
        day = self.env["returns.words"]._day
        return self.env._(
            "%(before)s is in a closed period: booked on %(day)s, the next open day",
            before=day(data.get("from")) or "?",
            day=day(data.get("to")) or "?",
        )
