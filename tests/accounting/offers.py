"""What the story's policy offers beside money: set up here, told in ``story.py``."""

from odoo.fields import Command

FEE, DEDUCTION = 5.0, 20.0
FEE_TAX = "Tax Received on fees"


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

    def _refer(self, name):
        return self.env.ref(f"returns_governance.{name}")
