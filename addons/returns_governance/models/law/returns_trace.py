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
        return super()._html(decision) + Markup("%s") % table

    def _list_name(self, entry):
        names = {"allow": self.env._("Allow list"), "block": self.env._("Block list")}
        return names.get(entry.get("kind"), "")

    def _list_effect(self, entry):
        effects = {
            "review": self.env._("a named person decides; nothing is refused by it"),
            "statutory": self.env._("no effect: the law gives the customer this right"),
            "allow": self.env._("no effect of a block"),
        }
        return self.env._(
            "%(effect)s (%(reason)s)",
            effect=effects.get(entry.get("effect"), ""),
            reason=entry.get("reason") or "-",
        )

    def _fact_labels(self):
        return {
            **super()._fact_labels(),
            "guarantee_until": self.env._("Legal guarantee until"),
        }

    def _fact(self, decision, name, value):
        if name == "guarantee_until":
            return self.env["returns.words"]._day(value)
        return super()._fact(decision, name, value)
