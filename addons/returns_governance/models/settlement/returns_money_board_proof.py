from odoo import models

PREPAID = [("kind", "=", "prepaid"), ("state", "=", "to_pay")]


class ReturnsMoneyBoard(models.AbstractModel):
    """Prepayments: those that wait until somebody has seen that they came in, and what
    is owed of all."""

    _inherit = "returns.money.board"

    def _panels(self):
        panels = super()._panels()
        place = [panel["key"] for panel in panels].index("hand") + 1
        return [*panels[:place], self._to_confirm(), *panels[place:]]

    def _to_confirm(self):
        """Prepayments of which nobody has confirmed that they came in."""
        return {
            "key": "confirm",
            "label": self.env._("To confirm"),
            "help": self.env._(
                "Paid before any bill, booked by a person: did it come in?"
            ),
            "model": "returns.settlement",
            "screen": "returns_governance.returns_settlement_action_to_prove",
            "worth": (("unproved_amount", 1),),
            "domain": [("unproved_amount", ">", 0)],
            "since": "occurred_at",
            "parts": [
                self._part(
                    self.env._("You booked it: another has to look"),
                    [("received_maker_id", "=", self.env.uid)],
                ),
                self._part(
                    self.env._("Look whether it came in"),
                    [("received_maker_id", "!=", self.env.uid)],
                    "warning",
                ),
            ],
        }

    def _owed(self):
        panel = super()._owed()
        for part in panel["parts"]:
            # Settled in full: what is open is told by the row itself.
            if ("money_state", "=", "due") in part["domain"]:
                part["domain"] = [
                    *part["domain"],
                    ("settlement_ids", "not any", PREPAID),
                ]
        prepaid = self._part(
            self.env._("Paid before any bill, not paid back"),
            PREPAID,
            model="returns.settlement",
        )
        return {**panel, "parts": [*panel["parts"], prepaid]}
