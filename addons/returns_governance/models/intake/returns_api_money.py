from odoo import models

from ...guard import refuse


class ReturnsApiMoney(models.AbstractModel):
    """Decisions of people, money that a channel has paid, and taking back."""

    _name = "returns.api.money"
    _description = "Public API of returns: decisions and money"

    def _planned(self, order, **plan):
        """A plan that touches one return."""
        return {
            "orders": order,
            # sudo: the lines of a return that the user can see
            "sale_lines": order.sudo().line_ids.sale_line_id,
            **plan,
        }

    # --- api_decide ------------------------------------------------------------------
    def _plan_decide(self, asked):
        order = self.env["returns.api.lookup"]._return(asked["return"])
        # sudo: which question is open; who may answer it is checked by its buttons
        approval = order.sudo().approval_ids.filtered(
            lambda a: a.state == "open" and a.kind == "refund"
        )
        if not approval:
            refuse(
                "RETURN_STATE",
                self.env._("%(name)s waits for no approval.", name=order.name),
            )
        return self._planned(order, approval=approval[0].with_env(self.env))

    def _do_decide(self, plan, asked):
        if asked["approve"]:
            plan["approval"].action_approve(asked["reason"])
        else:
            plan["approval"].action_refuse(asked["reason"])
        return plan["orders"]

    # --- api_cancel ------------------------------------------------------------------
    def _plan_cancel(self, asked):
        order = self.env["returns.api.lookup"]._return(asked["return"])
        wanted = {}
        for named in asked.get("lines") or []:
            line = self._return_line(order, named)
            wanted[line] = wanted.get(line, 0.0) + self.env[
                "returns.api.lookup"
            ]._quantity(named, line.uom_id, line.product_id.display_name)
        data = {
            order.id: {
                "reason": asked["reason"],
                "lines": [
                    {"line": line, "quantity": quantity}
                    for line, quantity in wanted.items()
                ],
            }
        }
        # sudo: the step's own check, before anything is written
        self.env["returns.step.cancel"].sudo()._check(order.sudo(), data)
        return self._planned(order, data=data)

    def _do_cancel(self, plan, asked):
        return self.env["returns.step.cancel"]._run(plan["orders"], plan["data"])

    def _return_line(self, order, named):
        """The line of a return that ``line_ref`` or ``sku`` names."""
        lookup = self.env["returns.api.lookup"]
        lines = lookup._named_lines(order.sudo().line_ids, named)
        return lookup._the_line(lines, named, order.name)

    # --- api_settled -----------------------------------------------------------------
    def _plan_settled(self, asked):
        lookup = self.env["returns.api.lookup"]
        order = lookup._return(asked["return"])
        currency = order.sudo().currency_id
        if asked["currency"] != currency.name:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(name)s is in %(currency)s, not in %(asked)s.",
                    name=order.name,
                    currency=currency.name,
                    asked=asked["currency"],
                ),
            )
        amount = currency.round(asked["amount"])
        if currency.is_zero(amount) or abs(amount - asked["amount"]) > 1e-6:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(amount)s is no amount in %(currency)s.",
                    amount=asked["amount"],
                    currency=currency.name,
                ),
            )
        return self._planned(
            order,
            data={
                "settlement_ref": asked["settlement_ref"],
                "amount": amount,
                "currency": currency,
                "tender": asked["tender"],
                "occurred_at": lookup._past(asked["occurred_at"], "occurred_at"),
                "lines": self._shares(order, asked.get("lines") or []),
            },
        )

    def _shares(self, order, lines):
        """Which units, or how much, of which line was paid for."""
        lookup = self.env["returns.api.lookup"]
        shares = {}
        for named in lines:
            line = self._return_line(order, named)
            if not {"quantity", "amount"} & named.keys():
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(product)s needs a quantity or an amount.",
                        product=line.product_id.display_name,
                    ),
                )
            share = shares.setdefault(line, {"line": line})
            if "quantity" in named:
                share["quantity"] = share.get("quantity", 0.0) + lookup._quantity(
                    named, line.uom_id, line.product_id.display_name
                )
            if "amount" in named:
                share["amount"] = share.get("amount", 0.0) + named["amount"]
        return list(shares.values())

    def _do_settled(self, plan, asked):
        step = self.env["returns.step.settle"]
        step._book_channel_payment(plan["orders"], plan["data"])
        return plan["orders"]
