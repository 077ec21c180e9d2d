from markupsafe import Markup

from odoo import api, models


class ReturnsTrace(models.AbstractModel):
    """Tells what a list of customers did to a decision, and the end of a guarantee."""

    _inherit = "returns.trace"

    @api.model
    def _html(self, decision):
        told = [e for e in decision.trace or () if e.get("step") == "list"]
        rows = [(self._list_name(entry), self._list_effect(entry)) for entry in told]
        table = self._as_table(self.env._("Lists of customers"), rows)
        own = Markup('<div class="o_returns_trace">%s</div>') % table if table else ""
        return super()._html(decision) + own

    def _list_name(self, entry):
        names = {"allow": self.env._("Allow list"), "block": self.env._("Block list")}
        return names.get(entry.get("kind"), "")

    def _list_effect(self, entry):
        effects = {
            "review": self.env._("A named person decides; nothing is refused by it"),
            "statutory": self.env._("No effect: the law gives the customer this right"),
            "allow": self.env._("Let through"),
        }
        return effects.get(entry.get("effect"), "")

    def _fact_labels(self):
        return {
            **super()._fact_labels(),
            "guarantee_until": self.env._("Legal guarantee until"),
        }

    def _fact(self, decision, name, value):
        if name == "guarantee_until":
            return self.env["returns.words"]._day(value)
        return super()._fact(decision, name, value)
