from odoo import api, fields, models

from ...guard import redeem, refuse

FREEING = "returns_freeing"


class Freeing:
    """Says in a context that the return itself gives its exchange up.

    An object, which no call from outside can carry.
    """


class SaleOrder(models.Model):
    """An order that stands for the exchange of a return."""

    _inherit = "sale.order"

    returns_exchange_for_id = fields.Many2one(
        "returns.order",
        "Exchange for",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self, machine = redeem(self, "create")
        orders = super().create(vals_list)
        if not machine and orders.returns_exchange_for_id:
            self._refuse_exchange_field()
        return orders

    def write(self, vals):
        if "returns_exchange_for_id" not in vals:
            return super().write(vals)
        return self._refuse_exchange_field()

    def _refuse_exchange_field(self):
        refuse(
            "GUARDED_FIELD",
            self.env._("The order of an exchange is made by the steps of its return."),
        )

    def _action_cancel(self):
        held = self.filtered("returns_exchange_for_id")
        if held and not isinstance(self.env.context.get(FREEING), Freeing):
            # sudo: a seller may cancel the order, and need not see the return
            rows = held.sudo().order_line.returns_exchange_id
            if wanted := rows.filtered(lambda row: row.line_id._quantity_to_send()):
                refuse(
                    "EXCHANGE_HELD",
                    self.env._(
                        "%(order)s is the exchange for return %(names)s. Cancel the "
                        "line on the return: that cancels the order, too.",
                        order=wanted[:1].sale_order_id.name,
                        names=", ".join(wanted.order_id.mapped("name")),
                    ),
                )
        return super()._action_cancel()
