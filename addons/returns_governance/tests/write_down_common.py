"""What the tests of write-downs share: used goods that bring 25 each."""

from .valuation_common import ValuationCommon


class WriteDownCommon(ValuationCommon):
    """Goods are sold, come back and are found used; 30 % of 100 less 5 to sell."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["returns.write.down.rule"]
        cls.rule = cls.Rule.create(
            {"condition_id": cls.grade_c.id, "percent": 30.0, "selling_cost": 5.0}
        )
        cls.expense = cls.company.returns_write_down_account_id
        cls.allowance = cls.company.returns_allowance_account_id
        cls.refurbish = cls.env.ref("returns_governance.disposition_refurbish")
        cls.quarantine = cls.env.ref("returns_governance.disposition_quarantine")
        cls.destroy = cls.env.ref("returns_governance.disposition_destroy")

    def _stocked(self, cost, quantity=10.0, method="average", **values):
        product = self._costed(method, **values)
        self._bought(product, quantity, cost)
        return product

    def _found(self, product, quantity, grade=None, **values):
        """Sold, come back, and found used: the return."""
        order = self._sell([(product, quantity)])
        return self._create_return(
            order, until="inspected", grade=grade or self.grade_c, **values
        )

    def _downs(self, back):
        return self.env["returns.write.down"].search(
            [("order_id", "=", back.id)], order="id"
        )

    def _books(self, product):
        """(expense, allowance) of a product."""
        return (
            self._balance(self.expense, product),
            self._balance(self.allowance, product),
        )

    def _place(self, disposition):
        return self.warehouse._get_disposition_places(disposition)[
            (self.warehouse, disposition)
        ]
