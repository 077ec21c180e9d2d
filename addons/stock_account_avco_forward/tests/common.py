from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase

from odoo.addons.stock_account.models import product as core_product

from ..models import product_product

BEGIN = datetime(2025, 3, 3, 8, 0, 0)


class AvcoCommon(TransactionCase):
    """Products at average cost, moves in batches, and a clock that only goes on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.category = cls._make_category(cls.env)
        cls.supplier = cls.env.ref("stock.stock_location_suppliers")
        cls.customer = cls.env.ref("stock.stock_location_customers")
        cls.stock = cls._stock_of(cls.company)
        cls.now = BEGIN

    @classmethod
    def _make_category(cls, env):
        return env["product.category"].create(
            {"name": "Average", "property_cost_method": "average"}
        )

    @classmethod
    def _stock_of(cls, company):
        warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        return warehouse.lot_stock_id

    @classmethod
    def _make_products(cls, count, **values):
        with freeze_time(cls.now):  # each begins with a cost, which has a date
            return cls.env["product.product"].create(
                [
                    {
                        "name": f"Product {number}",
                        "is_storable": True,
                        "categ_id": cls.category.id,
                        **values,
                    }
                    for number in range(count)
                ]
            )

    @contextmanager
    def _at(self, **later):
        """Go on with the clock by hours, minutes ..., and stay there."""
        type(self).now += timedelta(**later)
        with freeze_time(self.now):
            yield self.now

    def _move(self, product, quantity, source, dest, **more):
        """Values of a move that is taken as it is told."""
        company = (source.company_id or dest.company_id) or self.company
        line = {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "quantity": quantity,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "company_id": company.id,
            "picked": True,
            **more.pop("line", {}),
        }
        return {
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "company_id": company.id,
            "picked": True,
            "move_line_ids": [Command.create(line)],
            **more,
        }

    def _do(self, vals_list):
        """Make moves and have them done, per company."""
        moves = self.env["stock.move"].create(vals_list)
        for company, group in moves.grouped("company_id").items():
            group.with_company(company)._action_done()
        return moves

    def _receive(self, product, quantity, value=None):
        moves = self._do([self._move(product, quantity, self.supplier, self.stock)])
        if value is not None:
            moves.value_manual = value
        return moves

    def _deliver(self, product, quantity):
        return self._do([self._move(product, quantity, self.stock, self.customer)])

    def _by_core(self, product):
        """What Odoo's own replay says: (cost, value)."""
        return core_product.ProductProduct._run_avco(product)

    def _mark(self, product):
        return self.env["stock.avco.mark"]._read_marks(product).get(product.id)

    def _remember_soon(self, moves=1):
        """Move the mark on after so many moves, as it is done after more."""
        step = patch.object(product_product, "STEP", moves)
        step.start()
        self.addCleanup(step.stop)
