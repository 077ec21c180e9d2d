"""What the tests of exchanges, replacements and goods that stay share."""

from odoo import Command

from .common import ReturnsCommon


class ExchangeCommon(ReturnsCommon):
    """A shop whose policy offers everything, and the way of a line to its exchange."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["returns.channel"].create(
            {"code": "ways", "name": "Ways", "trusted_time": True}
        )
        cls.policy = cls.env["returns.policy"].create(
            {
                "code": "ways",
                "name": "Ways",
                "channel_ids": [Command.set(cls.channel.ids)],
            }
        )
        cls.coat = cls._make_product("Coat", 80.0, 30.0)

    @classmethod
    def _rule(cls, **values):
        """Publish a version with one rule."""
        version = cls.env["returns.policy.version"].create(
            {
                "policy_id": cls.policy.id,
                "rule_ids": [
                    Command.create(
                        {
                            "code": "all",
                            "offer_refund": True,
                            "offer_exchange": True,
                            "offer_replacement": True,
                            "offer_store_credit": True,
                            "release": "inspection",
                            "disposition_ids": [
                                Command.create(
                                    {
                                        "condition_id": cls.grade_a.id,
                                        "disposition_id": cls.env.ref(
                                            "returns_governance.disposition_restock"
                                        ).id,
                                    }
                                )
                            ],
                            **values,
                        }
                    )
                ],
            }
        )
        version.action_publish()
        return version

    def _ask(self, order, *lines, **values):
        """Submit a return in the channel; lines are (sale line, quantity, values)."""
        return self._submit(
            self._request(
                order, [*lines] or None, **{"channel": self.channel, **values}
            )
        )

    def _ask_exchange(self, order=None, quantity=1.0, product=None, **values):
        """A return of some units of the first line for ``product``, or the same."""
        order = order or self._sell([(self.shirt, 3.0)])
        more = {"resolution": "exchange"}
        if product:
            more["exchange_product"] = product
        return self._ask(order, (order.order_line[0], quantity, more), **values)

    def _send(self, rows):
        """Ship what is held, as the warehouse does."""
        picking = rows.move_ids.picking_id.filtered(
            lambda known: known.state not in ("done", "cancel")
        )
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def _receivable(self, moves):
        return moves.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
