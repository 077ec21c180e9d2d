"""What the tests of value share: goods of every costing method, and their moves."""

from odoo import fields

from .approval_common import ApprovalCommon


class ValuationCommon(ApprovalCommon):
    """Products by costing method, bought at what a test says, and moved about."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier_place = cls.env.ref("stock.stock_location_suppliers")
        cls.customer_place = cls.env.ref("stock.stock_location_customers")
        cls.loss_place = cls.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.shelf = cls.warehouse.lot_stock_id

    @classmethod
    def _costed(cls, method, valuation="real_time", tracking="none", **values):
        """A product of a category of its own, nothing of it in stock."""
        cls.made = getattr(cls, "made", 0) + 1
        name = f"{method} {cls.made}"
        category = cls.env["product.category"].create(
            {
                "name": name,
                "property_cost_method": method,
                "property_valuation": valuation,
            }
        )
        # made as a tracked one, since those begin with nothing in stock
        product = cls._make_product(
            name, 100.0, 0.0, categ_id=category.id, tracking="lot", **values
        )
        product.tracking = tracking
        return product

    @classmethod
    def _bought(cls, product, quantity, cost, lot=None):
        """Received from the supplier at ``cost`` for each unit."""
        move = cls._move(product, cls.supplier_place, cls.shelf, quantity, lot)
        move.value_manual = quantity * cost
        return move

    @classmethod
    def _lot(cls, product, name):
        return cls.env["stock.lot"].create({"name": name, "product_id": product.id})

    @classmethod
    def _prepared(cls, product, source, dest, quantity, lot=None, **values):
        """A move with its one line, not done."""
        return cls.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "state_reason": "Test",
                "origin": "Test",
                "picked": True,
                "move_line_ids": [
                    fields.Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "lot_id": lot and lot.id,
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                            "picked": True,
                        }
                    )
                ],
                **values,
            }
        )

    @classmethod
    def _move(cls, *args, **values):
        move = cls._prepared(*args, **values)
        move._action_done()
        return move

    def _sell_parts(self, product, *parts, until="invoiced", **line):
        """Sold, and delivered in one move from these (lot, quantity) parts."""
        whole = sum(quantity for _lot, quantity in parts)
        order = self._sell([(product, whole, line)], until="confirmed")
        move = order.picking_ids.move_ids
        move.move_line_ids.unlink()
        move.move_line_ids = [
            fields.Command.create(
                {
                    "product_id": product.id,
                    "quantity": quantity,
                    "lot_id": lot and lot.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "picking_id": move.picking_id.id,
                }
            )
            for lot, quantity in parts
        ]
        move.picked = True
        order.picking_ids._action_done()
        if until == "invoiced":
            self._invoice(order)
        return order

    def _cost_of_goods(self, document):
        """What a document books as cost of goods sold; negative where it relieves."""
        return sum(
            item.balance
            for item in document.line_ids
            if item.display_type == "cogs"
            and item.account_id.account_type.startswith("expense")
        )

    def _balance(self, account, product):
        """What stands on an account for a product."""
        self.env.flush_all()
        items = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("product_id", "=", product.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return self.company.currency_id.round(sum(items.mapped("balance")))
