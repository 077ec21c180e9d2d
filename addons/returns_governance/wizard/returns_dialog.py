from odoo import fields, models
from odoo.exceptions import UserError


class ReturnsDialog(models.AbstractModel):
    """Base of the dialogs that take a step for one return or for many.

    A dialog gathers what a person says and hands it to the step, which checks. Where
    a step refuses, the person reads the refusal without the code for programs.
    """

    _name = "returns.dialog"
    _description = "Dialog of a return"
    _inherit = ["inventory.dialog"]

    order_ids = fields.Many2many("returns.order", string="Returns")
    many = fields.Boolean(compute="_compute_many")

    def _compute_many(self):
        for dialog in self:
            dialog.many = len(dialog.order_ids) > 1

    def _defaults_orders(self, values):
        """The returns that the dialog was opened for."""
        orders = self.env["returns.order"]
        for command in values.get("order_ids") or ():
            if command[0] == fields.Command.SET:
                orders |= orders.browse(command[2])
            elif command[0] == fields.Command.LINK:
                orders |= orders.browse(command[1])
        if not orders and self.env.context.get("active_model") == "returns.order":
            orders = orders.browse(self._context_ids())
        return orders.exists()

    def _take_step(self, verb, orders, data):
        """Take the step ``verb``; a refusal is said in plain words."""
        return self._in_plain_words(
            lambda: self.env[f"returns.step.{verb}"]._run(orders, data)
        )

    def _in_plain_words(self, work):
        try:
            return work()
        except UserError as refusal:
            message = self.env["returns.order"]._plain(refusal)
            raise type(refusal)(message) from refusal

    def _take_each(self, verb, data):
        """Take the step for all returns at once; one refusal stops no other.

        :param dict data: ``{return: its data}``
        :return: ``{return: refusal in words, or ''}``
        """
        orders = self.env["returns.order"].union(*data)
        plain = {order.id: rows for order, rows in data.items()}
        if len(orders) == 1:
            self._take_step(verb, orders, plain)
            return {orders: ""}
        return self.env["returns.bulk"]._run(
            orders,
            lambda some: self._take_step(
                verb, some, {order.id: plain[order.id] for order in some}
            ),
        )

    def _reopen(self, title):
        """Show this dialog again, with its results."""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": dict(self.env.context),
        }

    def _done(self, message):
        """Close, say what was done, and show it on the screen behind."""
        self._end()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {
                    "type": "ir.actions.act_window_close",
                    "infos": {"done": True},
                },
            },
        }
