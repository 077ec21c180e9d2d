"""The stage of the tests: a house with stock in each state, and people in it."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user
from odoo.tools import mute_logger

from ..const import (
    DAMAGED,
    INSPECTION,
    OUTSIDE,
    QUARANTINE,
    REFURBISH,
    SELLABLE,
    WRITE_OFF,
)

#: The default table, as the public contract has it.
ALLOWED = {
    OUTSIDE: {SELLABLE, INSPECTION, QUARANTINE, DAMAGED},
    SELLABLE: {OUTSIDE, INSPECTION, QUARANTINE, DAMAGED},
    INSPECTION: {SELLABLE, REFURBISH, DAMAGED, QUARANTINE, WRITE_OFF, OUTSIDE},
    REFURBISH: {SELLABLE, INSPECTION, DAMAGED, QUARANTINE, WRITE_OFF},
    DAMAGED: {INSPECTION, REFURBISH, QUARANTINE, WRITE_OFF, OUTSIDE},
    QUARANTINE: {INSPECTION, REFURBISH, DAMAGED, WRITE_OFF, OUTSIDE},
    WRITE_OFF: {QUARANTINE, OUTSIDE},
}
#: Pairs that need an approval, which nobody gives in this addon alone.
APPROVED_ONLY = {(WRITE_OFF, QUARANTINE), (WRITE_OFF, OUTSIDE)}
INSIDE = (SELLABLE, INSPECTION, REFURBISH, DAMAGED, QUARANTINE, WRITE_OFF)
#: How goods come into a state, step by step, from a vendor.
WAYS = {
    SELLABLE: [SELLABLE],
    INSPECTION: [INSPECTION],
    REFURBISH: [INSPECTION, REFURBISH],
    DAMAGED: [DAMAGED],
    QUARANTINE: [QUARANTINE],
    WRITE_OFF: [INSPECTION, WRITE_OFF],
}
HEAP_SQL = """
    WITH booked AS (
        SELECT product_id, lot_dest_id AS lot_id, owner_id,
            package_dest_id AS package_id, location_dest_id AS location_id, quantity
        FROM inventory_state_change WHERE location_dest_id IS NOT NULL
        UNION ALL
        SELECT product_id, lot_id, owner_id, package_id, location_id, -quantity
        FROM inventory_state_change WHERE location_id IS NOT NULL
        UNION ALL
        SELECT product_id, lot_id, owner_id, package_id, location_id, -quantity
        FROM stock_quant
    )
    SELECT product_id, lot_id, owner_id, package_id, location_id, sum(quantity)
    FROM booked {where}
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(quantity) <> 0
"""


class InventoryStatesCommon(TransactionCase):
    """Two warehouses, a product of each kind of tracking, and three users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.warehouse_2 = cls.env["stock.warehouse"].create(
            {"name": "Second house", "code": "SH2", "company_id": cls.company.id}
        )
        cls.product = cls._create_product("Shirt")
        cls.product_lot = cls._create_product("Cream", tracking="lot")
        cls.product_serial = cls._create_product("Phone", tracking="serial")
        cls.supplier = cls.env.ref("stock.stock_location_suppliers")
        cls.customer = cls.env.ref("stock.stock_location_customers")
        cls.loss = cls.product.property_stock_inventory
        cls.partner = cls.env["res.partner"].create({"name": "Anna Schmidt"})
        cls.user = cls._create_user("worker", "stock.group_stock_user")
        cls.manager = cls._create_user("boss", "stock.group_stock_manager")
        cls.outsider = cls._create_user("clerk", "base.group_user")

    # ---------------------------------------------------------------- factory

    @classmethod
    def _create_user(cls, name, group):
        return new_test_user(
            cls.env, f"states_{name}", groups=f"base.group_user,{group}"
        )

    def _change_table(self, source, dest, allowed=True, **values):
        """Publish an edition in which one row is otherwise."""
        table = self.env["inventory.state.table"]._make_draft()
        State = self.env["inventory.state"]
        pair = {
            "state_id": State._get_by_code(source).id,
            "state_dest_id": State._get_by_code(dest).id,
        }
        line = table.line_ids.filtered_domain([(k, "=", v) for k, v in pair.items()])
        if not allowed:
            line.unlink()
        elif line:
            line.write(values)
        else:
            table.line_ids.create({"table_id": table.id, **pair, **values})
        table.action_publish()
        return table

    @classmethod
    def _create_product(cls, name, tracking="none", **vals):
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "consu",
                "is_storable": True,
                "tracking": tracking,
                "standard_price": 10.0,
                **vals,
            }
        )

    @classmethod
    def _create_lot(cls, name, product=None):
        return cls.env["stock.lot"].create(
            {"name": name, "product_id": (product or cls.product_lot).id}
        )

    @classmethod
    def _place(cls, code, warehouse=None):
        """The place of a state, or the customers for what is outside."""
        if code == OUTSIDE:
            return cls.customer
        return (warehouse or cls.warehouse)._get_state_location(code)

    @classmethod
    def _prepare_move(cls, source, dest, quantity=1.0, product=None, **line):
        product = product or cls.product
        move = {
            key: line.pop(key)
            for key in ("state_reason", "partner_id", "is_inventory", "inventory_name")
            if key in line
        }
        company = source.company_id or dest.company_id or cls.env.company
        places = {"location_id": source.id, "location_dest_id": dest.id}
        return {
            "company_id": company.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "picked": True,
            "state": "confirmed",
            **places,
            **move,
            "move_line_ids": [
                Command.create(
                    {
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "quantity": quantity,
                        **places,
                        **line,
                    }
                )
            ],
        }

    @classmethod
    def _move(cls, source, dest, quantity=1.0, user=None, **vals):
        """Move goods at once, through the guard. Extra values go to the line."""
        Move = cls.env["stock.move"].with_user(user or cls.env.user)
        move = Move.create(cls._prepare_move(source, dest, quantity, **vals))
        move._action_done()
        return move

    @classmethod
    def _stock(cls, code=SELLABLE, quantity=10.0, warehouse=None, **vals):
        """Bring goods from the vendor into a state, on an allowed way."""
        source = cls.supplier
        for step in WAYS[code]:
            dest = cls._place(step, warehouse)
            move = cls._move(source, dest, quantity, **vals)
            source = dest
        return move

    @classmethod
    def _adjust(cls, place, quantity, reason=None, product=None, user=None, **vals):
        """Count goods in a place, as the inventory screen does."""
        Quant = cls.env["stock.quant"].with_user(user or cls.env.user)
        quant = Quant.with_context(inventory_mode=True).create(
            {
                "product_id": (product or cls.product).id,
                "location_id": place.id,
                "inventory_quantity": quantity,
                **vals,
            }
        )
        quant.with_context(inventory_name=reason).action_apply_inventory()
        return quant

    def _create_picking(self, source, dest, quantity=1.0, user=None, **vals):
        """A transfer with one picked line, not yet validated."""
        picking_type = self.warehouse.int_type_id
        if source.usage == "supplier":
            picking_type = self.warehouse.in_type_id
        elif dest.usage == "customer":
            picking_type = self.warehouse.out_type_id
        move = self._prepare_move(source, dest, quantity, **vals)
        partner = move.pop("partner_id", False)
        move["state"] = "draft"
        Picking = self.env["stock.picking"].with_user(user or self.env.user)
        picking = Picking.create(
            {
                "picking_type_id": picking_type.id,
                "partner_id": partner,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "move_ids": [Command.create(move)],
            }
        )
        picking.move_ids.move_line_ids.picking_id = picking
        return picking

    # ----------------------------------------------------------------- checks

    def _quantity(self, code, product=None, warehouse=None):
        """What lies in the place of a state and below."""
        place = self._place(code, warehouse)
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.product).id),
                ("location_id", "child_of", place.id),
            ]
        )
        return sum(quants.mapped("quantity"))

    @contextmanager
    def assertRefused(self, code="STATE_TRANSITION", *words):
        """The block is refused with this code and these words; nothing is booked."""
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UserError) as caught,
            self.env.cr.savepoint(),
        ):
            yield
        self.env.invalidate_all()
        message = str(caught.exception.args[0])
        self.assertTrue(message.startswith(f"[{code}]"), message)
        for word in words:
            self.assertIn(word, message)

    def _get_mismatches(self, products=None):
        """Heaps for which the ledger and the quants differ."""
        self.env.flush_all()
        where = "WHERE product_id = ANY(%s)" if products else ""
        params = [products.ids] if products else []
        self.env.cr.execute(HEAP_SQL.format(where=where), params)
        return self.env.cr.fetchall()

    def assertLedger(self, products=None):
        """Replaying the ledger gives the quants, heap by heap."""
        self.assertEqual(self._get_mismatches(products), [])
