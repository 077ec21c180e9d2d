from markupsafe import Markup

from odoo import api, models

ROW = Markup('<tr><th scope="row">%s</th><td>%s</td></tr>')


class ReturnsTrace(models.AbstractModel):
    """Reads the trace of a decision to people: facts, winner, losers, law."""

    _name = "returns.trace"
    _description = "Reader of decisions"

    @api.model
    def _html(self, decision):
        """The trace of ``decision`` as tables that explain it.

        :param decision: a ``returns.decision``
        :rtype: Markup
        """
        by_step = {}
        for entry in decision.trace or ():
            by_step.setdefault(entry.get("step"), []).append(entry)
        # sudo: whoever reads the return may read why it was decided so
        rules = {rule.code: rule for rule in decision.sudo().version_id.rule_ids}
        parts = [
            self._facts(decision, by_step.get("facts", ())),
            self._rules(decision, by_step.get("rule", ()), rules),
            self._missed(by_step.get("missed", ()), rules),
            self._law(by_step.get("law", ())),
        ]
        return Markup('<div class="o_returns_trace">%s</div>') % Markup("").join(parts)

    def _as_table(self, title, rows):
        if not rows:
            return Markup("")
        return Markup("<div><h5>%s</h5><table>%s</table></div>") % (
            title,
            Markup("").join(ROW % row for row in rows),
        )

    # --- facts ------------------------------------------------------------------------
    def _facts(self, decision, entries):
        facts = entries[0].get("facts", {}) if entries else {}
        rows = [
            (label, self._fact(decision, name, facts[name]))
            for name, label in self._fact_labels().items()
            if facts.get(name) not in (None, "", [], False)
            or (name == "sealed" and name in facts)
        ]
        if decision.until:
            until = self.env["returns.words"]._day(decision.until)
            rows.append((self.env._("Can be announced until"), until))
        return self._as_table(self.env._("What was known"), rows)

    def _fact_labels(self):
        return {
            "channel": self.env._("Channel"),
            "country": self.env._("Delivered to"),
            "reason": self.env._("Reason"),
            "withdrawal": self.env._("Withdrawal from the contract"),
            "lack_of_conformity": self.env._("Legal guarantee"),
            "delivered_date": self.env._("Last delivery"),
            "days_since_delivery": self.env._("Days since then"),
            "value": self.env._("Paid for these units"),
            "order_value": self.env._("Value of the order"),
            "return_value": self.env._("Value of the return"),
            "condition": self.env._("Condition"),
            "quantity": self.env._("Quantity"),
            "on_sale": self.env._("Sold at a discount"),
            "sealed": self.env._("Still sealed"),
            "cost": self.env._("Unit cost"),
            "stock_age_days": self.env._("Days in stock"),
        }

    def _fact(self, decision, name, value):
        """A fact as people write it."""
        words = self.env["returns.words"]
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if name in ("value", "order_value", "return_value", "cost"):
            currency = decision.company_id.currency_id
            return words._money(currency, float(value))
        if name == "delivered_date":
            return words._day(value)
        if name == "quantity":
            return words._number(float(value))
        model = {
            "channel": "returns.channel",
            "reason": "returns.reason",
            "condition": "returns.condition",
            "country": "res.country",
        }.get(name)
        return self._name_of(model, value) if model else value

    def _name_of(self, model, code):
        Model = self.env[model].with_context(active_test=False)
        return Model.search([("code", "=", code)], limit=1).name or code

    # --- rules ------------------------------------------------------------------------
    def _rules(self, decision, entries, rules):
        rows = []
        for entry in entries:
            said = []
            if entry.get("won"):
                won = self._keys(entry["won"])
                said.append(self.env._("decides %(what)s", what=won))
            for lost in entry.get("lost", ()):
                said.append(self._defeat(lost, rules))
            name = self._rule_name(entry, rules)
            rows.append((name, self._sentence(decision, entry, rules, said)))
        return self._as_table(self.env._("Rules that apply, the strongest first"), rows)

    def _sentence(self, decision, entry, rules, said):
        rule = rules.get(entry["rule"])
        sentence = rule.sentence if rule else entry.get("because", "")
        if sentence and sentence in (decision.sentence or ""):
            sentence = ""  # it stands above already
        details = Markup("<br/>").join(dict.fromkeys(filter(None, said)))
        return Markup('%s<div class="text-muted">%s</div>') % (sentence, details)

    def _defeat(self, lost, rules):
        """*window: gives way to "EU apparel", which is more specific*."""
        winner = self._rule_name({"rule": lost.get("to")}, rules)
        because = {
            "specificity": self.env._("which is more specific"),
            "priority": self.env._("which has the higher priority"),
            "code": self.env._("which comes first by its code"),
        }.get(lost.get("because"), "")
        return self.env._(
            "%(what)s: gives way to %(winner)s, %(because)s",
            what=self._keys([lost.get("key", "")]),
            winner=winner,
            because=because,
        )

    def _rule_name(self, entry, rules):
        rule = rules.get(entry.get("rule"))
        return (rule and rule.name) or entry.get("name") or entry.get("rule") or ""

    def _missed(self, entries, rules):
        rows = [
            (
                self._rule_name(entry, rules),
                self.env._("does not apply: %(why)s", why=entry.get("unmet", "")),
            )
            for entry in entries
        ]
        return self._as_table(self.env._("Rules that nearly apply"), rows)

    def _law(self, entries):
        rows = []
        for entry in entries:
            if entry.get("key"):
                what = self.env._("changes %(what)s", what=self._keys([entry["key"]]))
            else:
                what = entry.get("because", "")
            rows.append((entry.get("source", ""), what))
        return self._as_table(self.env._("What the law adds"), rows)

    def _keys(self, keys):
        """What a rule sets, in words; the entries of one kind are named together."""
        labels = {
            "eligible": self.env._("whether it may come back"),
            "window_days": self.env._("the window"),
            "resolutions": self.env._("what is offered"),
            "evidence": self.env._("the evidence"),
            "fees": self.env._("the fees"),
            "deductions": self.env._("the deductions"),
            "refund_shipping": self.env._("the delivery cost"),
            "release": self.env._("when money goes"),
            "approval_above": self.env._("the approval"),
            "approval_levels": self.env._("the approval"),
            "label_mode": self.env._("the label"),
            "destination": self.env._("where it is sent"),
            "dispositions": self.env._("what becomes of the goods"),
            "route_by_human": self.env._("who routes"),
            "supplier_reason": self.env._("the reason for the supplier"),
            "returnless": self.env._("refund without the goods"),
            "returnless_limit": self.env._("refund without the goods"),
            "returnless_per_month": self.env._("refund without the goods"),
            "returnless_month_value": self.env._("refund without the goods"),
            "advance": self.env._("when an exchange is sent"),
            "advance_days": self.env._("when an exchange is sent"),
            "exchange_bonus": self.env._("the bonus on an exchange"),
            "credit_bonus": self.env._("the bonus on store credit"),
            "expire_days": self.env._("when it expires"),
        }
        names = dict.fromkeys(
            labels.get(key.partition(":")[0], key.partition(":")[0]) for key in keys
        )
        return ", ".join(names)
