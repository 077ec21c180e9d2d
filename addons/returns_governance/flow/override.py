from odoo import fields, models

from ..guard import refuse


class ReturnsStepOverride(models.AbstractModel):
    """A supervisor lets in what the policy refused, and says why.

    ``data``: ``{order id: reason}``. The refusal stays; a decision that names the
    override stands beside it. All that follows is as for any return: the same release
    rule, the same limit of approval, which nobody may decide for himself.
    """

    _name = "returns.step.override"
    _inherit = ["returns.step"]
    _description = "Step: override"
    _groups = ("returns_governance.group_manager",)

    def _check(self, orders, data):
        self._check_case(orders, {"rejected", "authorised"})
        for order in orders:
            if not self._refused(order):
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: the policy refused no line of it. Where people "
                        "refused the refund, make a new return.",
                        name=order.name,
                    ),
                )
            if not (data.get(order.id) or "").strip():
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "Letting in what the policy refused needs a reason. Say why "
                        "%(name)s is taken all the same.",
                        name=order.name,
                    ),
                )

    def _refused(self, order):
        return order.line_ids.filtered(lambda line: not line.decision_id.eligible)

    def _apply(self, orders, data):
        wanted = {}
        for line in self._refused(orders):
            asked = wanted.get(line.sale_line_id, 0.0)
            wanted[line.sale_line_id] = asked + line.quantity
        self.env["returns.step.request"]._check_returnable(wanted)
        let_in = {order: self._let_in(order) for order in orders}
        rejected = orders.filtered(lambda order: order.case_state == "rejected")
        if rejected:
            self._move_case(rejected, "authorised")
            rejected._machine_write({"authorised_at": fields.Datetime.now()})
            self.env["returns.step.label"]._issue(rejected)
        lines = self.env["returns.order.line"].union(*let_in.values())
        self.env["returns.step.authorise"]._clear_unauthorised(lines)
        self.env["returns.step.settle"]._value(orders)
        self._refresh_sold_lines(orders)
        self._log(
            [
                {
                    "order": order,
                    "what": "overridden",
                    "why": data[order.id],
                    "data": {
                        "lines": [[line.id, line.quantity] for line in lines],
                        "due": order.amount_due,
                    },
                }
                for order, lines in let_in.items()
            ]
        )
        return orders

    def _let_in(self, order):
        """Decide the refused lines of ``order`` anew; returns them."""
        lines = self._refused(order)
        old = lines.mapped("decision_id")
        rows = self.env["returns.decision"]._machine_create(
            [
                {
                    **decision.copy_data()[0],
                    "eligible": True,
                    "codes": [*(decision.codes or ()), "OVERRIDDEN"],
                    "sentence": self.env._(
                        "Let in by a supervisor; refused by: %(sentence)s",
                        sentence=decision.sentence,
                    ),
                    "quantity": decision.line_id.quantity,
                }
                for decision in old
            ]
        )
        for row in rows:
            row.line_id._machine_write(
                {"decision_id": row.id, "quantity_authorised": row.quantity}
            )
        return lines
