"""The stage of gift cards: orders that cards and wallets have paid a part of."""

from odoo import Command

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon
from odoo.addons.returns_governance.tests.payout_common import PayoutCommon


class CardCommon(PayoutCommon, ExchangeCommon):
    """Three shirts at 60 with tax; what gift cards spend is a liability."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._returns_set_up_credit()
        cls._rule()
        cls.owed = cls.env["account.account"].create(
            {
                "name": "Gift cards owed",
                "code": "211999",
                "account_type": "liability_current",
            }
        )
        cls.gifts = cls._program("gift_card")

    @classmethod
    def _program(cls, program_type, **values):
        program = cls.env["loyalty.program"].create(
            {
                **cls.env["loyalty.program"]._program_type_default_values()[
                    program_type
                ],
                "name": "Cards of the test",
                "program_type": program_type,
                "company_id": cls.company.id,
                **values,
            }
        )
        product = program.payment_program_discount_product_id
        product.property_account_income_id = cls.owed
        return program

    def _card(self, points, program=None, **values):
        return self.env["loyalty.card"].create(
            {"program_id": (program or self.gifts).id, "points": points, **values}
        )

    def _order_with(self, *cards, lines=None, until="invoiced", paid=True, **values):
        """An order to which cards were applied, with the rest paid by the provider."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "returns_channel_id": self.channel.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": units})
                    for product, units in (lines or [(self.shirt, 3.0)])
                ],
                **values,
            }
        )
        for card in cards:
            order._try_apply_code(card.code)
            order._apply_program_reward(card.program_id.reward_ids, card)
        order.action_confirm()
        if until != "confirmed":
            self._deliver(order)
        if until == "invoiced":
            invoice = self._invoice(order)
            if paid and invoice.amount_total:
                self._online(order)
        return order

    def _back(self, order, quantity=3.0, **values):
        """A return of some units of the first line, inspected and settled."""
        back = self._ask(order, (order.order_line[0], quantity, values))
        self._receive(back)
        self._inspect(back)
        return back

    def _reverse(self, rows):
        step = self._step("settle", "finance")
        return step._reverse(rows.with_user(self.finance), "It was not ours")

    def _balance(self, account=None):
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", (account or self.owed).id),
                ("parent_state", "=", "posted"),
            ]
        )
        return round(sum(items.mapped("balance")), 2)
