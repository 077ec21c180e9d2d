"""What the story's policy offers beside money: set up here, told in ``story.py``."""

from odoo.fields import Command

FEE, DEDUCTION = 5.0, 20.0
FEE_TAX = "Tax Received on fees"
#: accounts of the story that hold what is owed, beside those of the chart
OWED = (FEE_TAX, "Gift cards owed", "Tax waiting")


class Offers:
    """A channel whose policy is published anew for each of the story's later events."""

    def __init__(self, shop, tax):
        self.shop = shop
        self.env = shop.env
        self.tax = tax
        self.channel = self.env["returns.channel"].create(
            {"code": "story", "name": "Story"}
        )
        self.policy = self.env["returns.policy"].create(
            {
                "code": "story",
                "name": "Story",
                "channel_ids": [Command.set(self.channel.ids)],
            }
        )
        self._set_up_fee()
        self._set_up_credit()

    def _account(self, name, code, account_type):
        return self.env["account.account"].create(
            {"name": name, "code": code, "account_type": account_type}
        )

    def _set_up_fee(self):
        """The fee's product: an account of its own, and 10 % tax on another."""
        reduced = self.tax.copy({"name": "Tax 10 %", "amount": 10.0})
        received = self._account(FEE_TAX, "251999", "liability_current")
        for lines in (
            reduced.invoice_repartition_line_ids,
            reduced.refund_repartition_line_ids,
        ):
            taxes = lines.filtered(lambda line: line.repartition_type == "tax")
            taxes.account_id = received
        product = self.shop.company._returns_fee_product("return_shipping")
        product.taxes_id = reduced
        product.property_account_income_id = self._account(
            "Fees for returns", "400999", "income"
        )

    def _set_up_credit(self):
        """What the installation makes for a company with a chart of accounts."""
        self.shop.company._returns_set_up_credit()

    def publish(self, **values):
        """What the shop offers from now on."""
        self.shop.clock.tick()
        rule = {
            "code": "all",
            "offer_refund": True,
            "release": "inspection",
            "disposition_ids": [
                Command.create(
                    {
                        "condition_id": self._refer("condition_a").id,
                        "disposition_id": self._refer("disposition_restock").id,
                    }
                )
            ],
            **values,
        }
        version = self.env["returns.policy.version"].create(
            {"policy_id": self.policy.id, "rule_ids": [Command.create(rule)]}
        )
        version.action_publish()

    def publish_fee(self):
        """Refunds, less what the label costs."""
        fee = {"kind": "return_shipping", "mode": "fixed", "amount": FEE}
        self.publish(fee="charged", fee_ids=[Command.create(fee)])

    def publish_credit(self):
        """Store credit, and 10 % on top."""
        self.publish(
            offer_store_credit=True, credit_bonus="percent", credit_percent=10.0
        )

    def publish_exchange(self):
        """Other goods."""
        self.publish(offer_exchange=True)

    def publish_deduction(self):
        """Worn goods are restocked, and 20 % of their price stays here."""
        worn, shelf = self._refer("condition_b"), self._refer("disposition_restock")
        self.publish(
            disposition_ids=[
                Command.create(
                    {"condition_id": worn.id, "disposition_id": shelf.id},
                )
            ],
            deduction_ids=[
                Command.create({"condition_id": worn.id, "percent": DEDUCTION})
            ],
        )

    def publish_replacement(self):
        """The same goods once more, sent before the old ones are back."""
        self.publish(offer_replacement=True, advance="escalate", advance_days=14)

    def publish_charged(self, days):
        """The same, and what does not come back in time is charged."""
        self.publish(offer_replacement=True, advance="charge", advance_days=days)

    def receive_ahead(self, order):
        """The customer pays for an order of which nothing is billed."""
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": order.partner_id.id,
                "amount": order.amount_total,
                "memo": order.name,
                "journal_id": self.env["account.journal"]
                .search(
                    [
                        ("type", "=", "bank"),
                        ("company_id", "=", order.company_id.id),
                    ],
                    limit=1,
                )
                .id,
            }
        ).action_post()

    # --- cards, taxes and currencies --------------------------------------------------
    def gift_cards(self):
        """A program of gift cards; what they are sold for is owed on one account."""
        programs = self.env["loyalty.program"]
        values = programs._program_type_default_values()["gift_card"]
        program = programs.create(
            {
                **values,
                "name": "Gift cards",
                "program_type": "gift_card",
                "company_id": self.shop.company.id,
            }
        )
        # No mail with the card as a PDF.
        program.communication_plan_ids.unlink()
        owed = self._account("Gift cards owed", "211999", "liability_current")
        sold = self.env["product.product"].create(
            {"name": "Gift card", "type": "service", "taxes_id": [Command.clear()]}
        )
        program.rule_ids.product_ids = sold
        products = sold | program.payment_program_discount_product_id
        products.property_account_income_id = owed
        return program

    def tax_on_payment(self):
        """The tax once more, due when an invoice is paid."""
        self.shop.company.tax_exigibility = True
        waiting = self._account("Tax waiting", "251998", "liability_current")
        waiting.reconcile = True
        return self.tax.copy(
            {
                "name": "Tax 20 % on payment",
                "tax_exigibility": "on_payment",
                "cash_basis_transition_account_id": waiting.id,
            }
        )

    def set_rate(self, dollars):
        """A euro is worth so much from now on."""
        self.rate.inverse_company_rate = dollars

    def sell_in_euro(self, product, price, dollars):
        """A confirmed order of one unit; its line."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        self.rate = self.env["res.currency.rate"].create(
            {
                "currency_id": euro.id,
                "name": "2020-01-01",
                "inverse_company_rate": dollars,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.shop.customer.id,
                "pricelist_id": pricelist.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "price_unit": price,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order.order_line

    def _refer(self, name):
        return self.env.ref(f"returns_governance.{name}")
