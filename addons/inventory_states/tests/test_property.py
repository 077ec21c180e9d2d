import logging
import random
from collections import Counter

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import IN_TRANSIT, OUTSIDE, REFURBISH, SELLABLE
from .common import ALLOWED, APPROVED_ONLY, INSIDE, InventoryStatesCommon

_logger = logging.getLogger(__name__)

SEED = 20260401
STEPS = 2000


@tagged("post_install", "-at_install")
class TestProperty(InventoryStatesCommon):
    """Whatever people do, the ledger is the stock and no pair is illegal.

    Random steps, the same ones each time; what the guard or core refuses counts as
    a step too, for it must leave no trace.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_2 = cls.env["res.company"].create({"name": "Daughter"})
        cls.env.user.company_ids |= cls.company_2
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=(cls.company | cls.company_2).ids,
            )
        )
        warehouse_3 = cls.env["stock.warehouse"].create(
            {"name": "Daughter's house", "code": "DH", "company_id": cls.company_2.id}
        )
        cls.houses = (cls.warehouse | cls.warehouse_2).with_env(cls.env) | warehouse_3
        cls.products = (cls.product | cls.product_lot | cls.product_serial).with_env(
            cls.env
        ) | cls._create_product("Belt")
        cls.places = cls.houses._state_locations()
        cls.shelves = {}
        for (house, code), place in cls.places.items():
            cls.shelves[house, code] = cls.env["stock.location"].create(
                {
                    "name": "Shelf",
                    "location_id": place.id,
                    "company_id": place.company_id.id,
                }
            )
        cls.transit = {
            company: cls.env["stock.location"].create(
                {"name": "Road", "usage": "transit", "company_id": company.id}
            )
            for company in (cls.company, cls.company_2)
        }
        cls.packages = cls.env["stock.package"].create(
            [{"name": f"Box {i}"} for i in range(3)]
        )

    # ------------------------------------------------------------------ steps

    def _some_place(self, house, code=None):
        """A place of a state in a house: the place itself or its shelf."""
        code = code or self.dice.choice(INSIDE)
        places = self.dice.choice((self.places, self.shelves))
        return places[house.id, code]

    def _some_goods(self, product):
        """Values that tell new goods from others: lot, owner, package."""
        vals = {}
        if product.tracking == "lot":
            vals["lot_id"] = self.dice.choice(self.lots[product]).id
        elif product.tracking == "serial":
            self.count += 1
            lot = self._create_lot(f"SN{self.count}", product)
            self.lots[product].append(lot)
            vals["lot_id"] = lot.id
        if self.dice.random() < 0.15:
            vals["owner_id"] = self.partner.id
        if self.dice.random() < 0.1:
            vals["result_package_id"] = self.dice.choice(self.packages).id
        return vals

    def _some_quant(self, product):
        """Some goods of the product in a house or on the road."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("location_id.usage", "in", ("internal", "transit")),
                ("quantity", ">", 0),
            ]
        )
        return self.dice.choice(quants) if quants else None

    def _amount(self, product, most=6):
        return (
            1.0 if product.tracking == "serial" else float(self.dice.randint(1, most))
        )

    def _step_receive(self, product, house):
        source = self.dice.choice((self.supplier, self.supplier, self.customer))
        code = self.dice.choice((SELLABLE, SELLABLE, *INSIDE))
        quantity = self._amount(product, 9)
        goods = self._some_goods(product)
        place = self._some_place(house, code)
        self._move(
            source,
            place,
            quantity,
            product=product.with_company(house.company_id),
            **goods,
        )

    def _move_quant(self, quant, dest, quantity):
        whole = self.dice.random() < 0.5 and quantity == quant.quantity
        self._move(
            quant.location_id,
            dest,
            quantity,
            product=quant.product_id,
            lot_id=quant.lot_id.id,
            owner_id=quant.owner_id.id,
            package_id=quant.package_id.id,
            result_package_id=whole and quant.package_id.id,
            state_reason=self.dice.choice((False, "A reason")),
        )

    def _step_change(self, product, house):
        quant = self._some_quant(product)
        if quant:
            house = quant.location_id.warehouse_id or house
            if self.dice.random() < 0.2:
                house = self.dice.choice(self.houses)
            dest = self._some_place(house)
            if self.dice.random() < 0.1:
                dest = self.transit[house.company_id]
            quantity = min(self._amount(product), quant.quantity)
            self._move_quant(quant, dest, quantity)

    def _step_change_package(self, product, house):
        quant = self._some_quant(product)
        if quant:
            self._move_quant(quant, self._some_place(house), quant.quantity)

    def _step_reserve(self, product, house):
        source = self.dice.choice(
            (
                house.view_location_id,
                house.lot_stock_id,
                house.lot_stock_id,
                self._some_place(house),
            )
        )
        dest = self.dice.choice((self.customer, self.customer, self._some_place(house)))
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": house.out_type_id.id,
                "company_id": house.company_id.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": self._amount(product, 4),
                            "location_id": source.id,
                            "location_dest_id": dest.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        self.pickings.append(picking)

    def _step_deliver(self, product, house):
        if not self.pickings:
            return
        picking = self.pickings.pop(self.dice.randrange(len(self.pickings)))
        if self.dice.random() < 0.2:
            picking.do_unreserve()
        elif picking.move_line_ids:
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()

    def _step_scrap(self, product, house):
        quant = self._some_quant(product)
        if quant:
            company = quant.company_id
            scrap = self.env["stock.scrap"].with_company(company)
            scrap.create(
                {
                    "company_id": company.id,
                    "product_id": product.id,
                    "scrap_qty": min(self._amount(product, 3), quant.quantity),
                    "lot_id": quant.lot_id.id,
                    "owner_id": quant.owner_id.id,
                    "package_id": quant.package_id.id,
                    "location_id": quant.location_id.id,
                }
            ).action_validate()

    def _step_adjust(self, product, house):
        quant = self._some_quant(product)
        reason = self.dice.choice((None, "Count of the year"))
        if quant and self.dice.random() < 0.6:
            counted = quant.with_company(quant.company_id).with_context(
                inventory_mode=True
            )
            most = 1 if product.tracking == "serial" else 8
            counted.inventory_quantity = self.dice.randint(0, most)
            counted.with_context(inventory_name=reason).action_apply_inventory()
        else:
            goods = self._some_goods(product)
            package = goods.pop("result_package_id", False)
            self._adjust(
                self._some_place(house),
                self._amount(product),
                reason,
                product.with_company(house.company_id),
                package_id=package,
                **goods,
            )

    def _some_row(self, product):
        rows = self.env["inventory.state.change"].search(
            [("product_id", "=", product.id), ("move_line_id", "!=", False)], limit=40
        )
        return self.dice.choice(rows) if rows else None

    def _step_undo(self, product, house):
        row = self._some_row(product)
        if row and row.can_undo:
            line = row.move_line_id
            line._reverse_state_changes("Undo", {line: row.quantity})

    def _step_correct(self, product, house):
        row = self._some_row(product)
        if not row:
            return
        line = row.move_line_id
        choice = self.dice.random()
        if choice < 0.5:
            line.quantity = self.dice.randint(0, 5)
        elif choice < 0.8:
            line.location_dest_id = self._some_place(house)
        elif product.tracking == "lot":
            line.lot_id = self.dice.choice(self.lots[product])
        else:
            line.owner_id = self.partner

    # ----------------------------------------------------------------- checks

    def _check_pairs(self, last):
        """Every new row is of the table, an adjustment with reason, or a reversal."""
        rows = self.env["inventory.state.change"].search([("id", ">", last)])
        for row in rows:
            source, dest = row.state_id.code, row.state_dest_id.code
            self.assertTrue(source and dest, "a row without a side")
            pair = (source, dest)
            if source == dest or pair in {
                (SELLABLE, IN_TRANSIT),
                (IN_TRANSIT, SELLABLE),
            }:
                continue
            if row.reversed_id:
                original = row.reversed_id
                self.assertEqual(
                    pair, (original.state_dest_id.code, original.state_id.code)
                )
                continue
            if REFURBISH in pair and OUTSIDE in pair:
                self.assertTrue(row.move_id.is_inventory)
                self.assertTrue(row.reason)
                continue
            self.assertIn(dest, ALLOWED[source])
            self.assertNotIn(pair, APPROVED_ONLY)
            if dest == OUTSIDE and source != SELLABLE and not row.owner_id:
                self.assertIn(
                    row.location_dest_id.usage, ("supplier", "inventory"), pair
                )
        return max(rows.ids, default=last)

    def test_two_thousand_random_steps_keep_ledger_and_stock_equal(self):
        self.dice = random.Random(SEED)
        self.pickings, self.count = [], 0
        self.lots = {product: [] for product in self.products}
        self.lots[self.product_lot] = [
            self._create_lot(f"LOT{i}", self.product_lot) for i in range(4)
        ]
        steps = {
            self._step_receive: 5,
            self._step_change: 6,
            self._step_change_package: 1,
            self._step_reserve: 3,
            self._step_deliver: 3,
            self._step_scrap: 2,
            self._step_adjust: 3,
            self._step_undo: 3,
            self._step_correct: 2,
        }
        done, refused = Counter(), Counter()
        last = max(self.env["inventory.state.change"].search([], limit=1).ids or [0])
        for number in range(STEPS):
            product = self.dice.choice(self.products)
            house = self.dice.choice(self.houses)
            (step,) = self.dice.choices([*steps], weights=[*steps.values()])
            name = step.__name__
            try:
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    step(product, house)
                    self.env.flush_all()
                done[name] += 1
            except UserError as error:
                self.env.invalidate_all()
                refused[name, str(error)[:18]] += 1
            mismatches = self._get_mismatches(number % 50 and product or self.products)
            self.assertEqual(mismatches, [], f"step {number}: {name}")
            last = self._check_pairs(last)
        self.assertLedger()
        _logger.info("steps done %s, refused %s", dict(done), dict(refused))
        self.assertEqual(sum((done + refused).values()), STEPS)
        for step in steps:
            self.assertGreater(done[step.__name__], 10, step.__name__)
        self.assertGreater(sum(refused.values()), 100)
