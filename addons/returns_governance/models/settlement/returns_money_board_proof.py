from odoo import models


class ReturnsMoneyBoard(models.AbstractModel):
    """Prepayments that wait until somebody has seen that they came in."""

    _inherit = "returns.money.board"

    def _to_confirm(self):
        return [
            *super()._to_confirm(),
            {
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
            },
        ]
