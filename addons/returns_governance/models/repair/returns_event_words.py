from odoo import models

from ...const import REPAIR_OUTCOMES


class ReturnsEvent(models.Model):
    """What is told of repairs."""

    _inherit = "returns.event"

    def _tell_repair_ended(self, data):
        field = self.env["returns.routing"]._fields["outcome"]
        labels = dict(field._description_selection(self.env))
        said = [
            f"{labels.get(outcome, outcome)}: "
            + self._product_words(
                {
                    **data,
                    "rows": [
                        row for row in data.get("rows", ()) if row["outcome"] == outcome
                    ],
                }
            )
            for outcome, _label in REPAIR_OUTCOMES
            if any(row["outcome"] == outcome for row in data.get("rows", ()))
        ]
        return "; ".join(said)

    def _tell_sent_back(self, data):
        return self.env._("Sent back to the customer: %s", self._product_words(data))

    def _tell_resolution_changed(self, data):
        field = self.env["returns.order.line"]._fields["resolution"]
        labels = dict(field._description_selection(self.env))
        return self.env._(
            "%(given)s instead of the repair: %(what)s",
            given=labels.get(data.get("to"), ""),
            what=self._product_words(data),
        )
