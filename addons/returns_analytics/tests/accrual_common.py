from dateutil.relativedelta import relativedelta

from .common import AnalyticsCommon


class AccrualCommon(AnalyticsCommon):
    """Shirts that were sent out in the last months, some of them back."""

    MONTHS = 5

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.end = cls.env["returns.accrual"]._last_month_end()
        cls._stock(cls.shirt, 1000.0)
        cls.shirt.write({"list_price": 20.0, "standard_price": 8.0})
        cls.shirt.categ_id = cls.env["product.category"].create({"name": "Apparel"})
        cls._set_up_policy()
        cls.orders = [cls()._sent(age) for age in reversed(range(cls.MONTHS))]
        cls.env.flush_all()
        cls.refresh._rebuild()

    @classmethod
    def _set_up_policy(cls):
        """As it is installed."""

    def _lines(self):
        return [(self.shirt, 100.0)]

    def _values(self):
        """Further values of a request."""
        return {}

    def _sent(self, age):
        """A hundred shirts that left ``age`` months before the end: ten were asked back
        in the same month, and five in the next."""
        order = self._sell(self._lines(), until="invoiced")
        day = self.end.replace(day=10) - relativedelta(months=age)
        self._date(order.invoice_ids, day)
        self._date_rows("stock_move", "date", order.picking_ids.move_ids, day)
        self._ask_back(order, 10.0, day)
        if age:
            self._ask_back(order, 5.0, day + relativedelta(months=1))
        return order

    def _ask_back(self, order, units, day):
        """Units are asked back, come and are credited on one day."""
        lines = [(order.order_line[:1], units)]
        back = self._create_return(order, lines, until="inspected", **self._values())
        self._date(back.settlement_ids.move_id, day)
        self._date_rows("returns_order", "requested_at", back, day)
        self._date_rows("returns_receipt", "occurred_at", back.receipt_ids, day)
        return back

    def _date(self, moves, day):
        for table, column, rows in (
            ("account_move", "date", moves),
            ("account_move_line", "date", moves.line_ids),
        ):
            self._date_rows(table, column, rows, day)

    def _date_rows(self, table, column, rows, day):
        self.env.flush_all()
        self.env.cr.execute(
            f"UPDATE {table} SET {column} = %s WHERE id = ANY(%s)", [day, rows.ids]
        )
        self.env.invalidate_all()

    def _accrual(self, date=None, user="finance"):
        model = self.env["returns.accrual"].with_user(self.users[user])
        return model.create({"date": date or self.end})
