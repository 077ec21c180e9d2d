from odoo import models

from ...engine.facts import LineFacts

LAW = "eu_withdrawal"


class ReturnsDecision(models.Model):
    """What the law leaves of the policy's terms once a withdrawal was inspected."""

    _inherit = "returns.decision"

    def _withdrawal_terms(self):
        """(deductions of the policy, facts of the law) of a withdrawal.

        When the return was decided nobody had seen the goods, so the outcomes have no
        deduction; the trace keeps what the policy would take off (Art 14(2)), and what
        the customer had been told. Read from there, once in a transaction.
        """
        known = self.env.cr.cache.setdefault(self._name, {})
        key = ("withdrawal", self.id)
        if key not in known:
            known[key] = self._read_withdrawal_terms()
        return known[key]

    def _is_deductible(self):
        """Whether value may be taken off a withdrawal for what an inspection finds."""
        if not self.withdrawal_right:
            return False
        deductions, facts = self._withdrawal_terms()
        return bool(facts.withdrawal_informed and deductions)

    def _read_withdrawal_terms(self):
        deductions, facts = dict(self._terms().get("deductions") or {}), {}
        for entry in self.trace or ():
            if entry.get("step") == "facts":
                facts = entry.get("facts") or {}
            elif entry.get("law") == LAW and entry.get("key") == "deductions":
                deductions = dict(entry.get("policy") or {})
        return deductions, LineFacts(
            withdrawal=True,
            withdrawal_informed=facts.get("withdrawal_informed"),
            costs_informed=facts.get("costs_informed"),
            laws=(LAW,),
        )
