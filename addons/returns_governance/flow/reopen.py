from odoo import models

from ..guard import refuse
from .inspect import OVERRIDERS


class ReturnsStepReopen(models.AbstractModel):
    """Open a closed return again, for what it did not foresee.

    Another parcel and every correction open it by themselves; this is for a person
    who wants to cancel, let in or announce something. The next step closes it again
    once its goods and its money come to nothing.

    ``data``: ``{order id: reason}``.
    """

    _name = "returns.step.reopen"
    _inherit = ["returns.step"]
    _description = "Step: open again"
    _groups = (
        *OVERRIDERS,
        "returns_governance.group_finance",
        "returns_governance.group_agent",
    )

    def _check(self, orders, data):
        self._check_case(orders, {"closed"})
        for order in orders:
            if not (data.get(order.id) or "").strip():
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "Opening %(name)s again needs a reason. Say what there is to "
                        "do.",
                        name=order.name,
                    ),
                )

    def _run(self, orders, data=None):
        """Open; nothing follows by itself, since that would close it at once."""
        env = orders.env
        step, orders = self._admit(orders)
        step._check(orders, data or {})
        return step._apply(orders, data).with_env(env)

    def _apply(self, orders, data):
        self._move_case(orders, "authorised")
        self._log(
            [
                {
                    "order": order,
                    "what": "reopened",
                    "why": data[order.id],
                    "data": {"from": "closed"},
                }
                for order in orders
            ]
        )
        return orders

    def _close_again(self, orders):
        """Close returns that were opened, where there is nothing left to do.

        :return: True
        :raise UserError: RETURN_STATE, with what is left
        """
        step, orders = self._admit(orders)
        step._check_case(orders, {"authorised"})
        step.env["returns.step.advance"]._after(orders)
        for order in orders.filtered(lambda order: order.case_state != "closed"):
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(name)s cannot be closed: its goods or its money are not done.",
                    name=order.name,
                ),
            )
        return True
