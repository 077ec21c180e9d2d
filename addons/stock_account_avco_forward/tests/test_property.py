"""500 random histories, compared with Odoo's own replay on the way and at the end."""

import random
from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import AvcoCommon

HISTORIES = 500
STEPS = 10
COMPARE = 3  # after each third step, and after the last
#: What may happen to a product, and how often beside the others.
EVENTS = {
    "receive": 6,
    "deliver": 6,
    "take_back": 4,
    "give_cost": 2,
    "give_value": 2,
    "date_back": 1,
    "give_cost_back": 1,
    "correct": 1,
    "drop": 1,
    "consign": 1,
    "land": 1,
}


@tagged("post_install", "-at_install")
class TestProperty(AvcoCommon):
    """Equal to core, to the last digit, whatever happened before.

    A quarter of the products has lots, half of those are valued by lot; every third
    is also moved in a second company; stock may become negative at any time.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Second company"})
        cls.env.user.company_ids |= cls.other
        cls.env = cls.env(
            context=dict(
                cls.env.context, allowed_company_ids=(cls.company | cls.other).ids
            )
        )
        if not cls._stock_of(cls.other):
            cls.env["stock.warehouse"].create(
                {"name": "Second", "code": "SEC", "company_id": cls.other.id}
            )
        cls.other_stock = cls._stock_of(cls.other)
        cls.category.with_company(cls.other).property_cost_method = "average"
        cls.partner = cls.env["res.partner"].create({"name": "Owner"})
        cls.freight = cls.env["product.product"].create(
            {"name": "Freight", "type": "service"}
        )
        cls.landed = 0
        cls.products = cls._make_products(HISTORIES)
        cls.products[::4].tracking = "lot"
        cls.products[::8].product_tmpl_id.lot_valuated = True
        cls.lots = {
            product: cls.env["stock.lot"].create(
                [{"name": f"L{number}", "product_id": product.id} for number in (1, 2)]
            )
            for product in cls.products[::4]
        }

    def test_brought_forward_equals_replayed(self):
        self._remember_soon()
        chances = {p: random.Random(n) for n, p in enumerate(self.products)}
        pace = random.Random(0)
        for step in range(STEPS):
            with self._at(minutes=pace.randrange(5, 200), seconds=pace.randrange(60)):
                self._step(chances)
                if step % COMPARE == 0:
                    self._compare(f"step {step}")
        marked = self.env["stock.avco.mark"].search([("date", "!=", False)])
        self.assertGreater(len(marked.product_id), HISTORIES / 2)
        if "stock.landed.cost" in self.env:
            self.assertGreater(self.landed, HISTORIES / 5)

    def _step(self, chances):
        """One event for each product, of like events all at once."""
        groups = {}
        for product, chance in chances.items():
            event = chance.choices(list(EVENTS), EVENTS.values())[0]
            groups.setdefault(event, []).append((product, chance))
        for event, group in groups.items():
            getattr(self, f"_event_{event}")(group)

    def _compare(self, message):
        self.env.flush_all()
        self.env.invalidate_all()
        for company, every in ((self.company, 1), (self.other, 3)):
            products = self.products[::every].with_company(company)
            # The marks are moved on for some, and only read for the others.
            products[:: random.Random(message).randrange(1, 4)]._update_standard_price()
            for product in products:
                self.assertEqual(
                    product._run_avco(),
                    self._by_core(product),
                    f"{message}: {product.name} in {company.name}",
                )

    # --- what happens -----------------------------------------------------------------
    def _place(self, product, chance):
        """Stock of the first company; of the second for a third of the products."""
        second = product in self.products[::3] and chance.random() < 0.4
        return self.other_stock if second else self.stock

    def _vals(self, product, chance, source, dest, **more):
        line = dict(more.pop("line", {}))
        if product in self.lots:
            line["lot_id"] = chance.choice(self.lots[product]).id
        quantity = round(chance.uniform(0.5, 9.0), chance.choice((0, 2))) or 1.0
        return self._move(product, quantity, source, dest, line=line, **more)

    def _event_receive(self, group):
        moves = self._do(
            [
                self._vals(product, chance, self.supplier, self._place(product, chance))
                for product, chance in group
            ]
        )
        for move, (_product, chance) in zip(moves, group, strict=True):
            # What is valued by hand takes no landed cost.
            if chance.random() < 0.7:
                move.value_manual = round(chance.uniform(1.0, 90.0), 2)

    def _event_deliver(self, group):
        self._do(
            [
                self._vals(product, chance, self._place(product, chance), self.customer)
                for product, chance in group
            ]
        )

    def _event_take_back(self, group):
        vals_list = []
        for product, chance in group:
            place = self._place(product, chance)
            vals = self._vals(product, chance, self.customer, place)
            gone = self._old(product, chance, "is_out", place.company_id)
            vals["origin_returned_move_id"] = gone.id
            vals_list.append(vals)
        self._do(vals_list)

    def _event_give_cost(self, group):
        for product, chance in group:
            company = self._place(product, chance).company_id
            cost = round(chance.uniform(1.0, 30.0), 2)
            product.with_company(company).standard_price = cost

    def _event_give_value(self, group):
        for product, chance in group:
            if move := self._old(product, chance, "is_in"):
                move.value_manual = round(chance.uniform(1.0, 90.0), 2)

    def _event_date_back(self, group):
        self._event_receive(group)
        for product, chance in group:
            last = product.stock_move_ids.sorted("id")[-1]
            last.date = self.now - timedelta(minutes=chance.randrange(1, 2000))

    def _event_give_cost_back(self, group):
        self.env["product.value"].create(
            [
                {
                    "product_id": product.id,
                    "value": round(chance.uniform(1.0, 30.0), 2),
                    "company_id": self.company.id,
                    "date": self.now - timedelta(minutes=chance.randrange(1, 2000)),
                }
                for product, chance in group
            ]
        )

    def _event_correct(self, group):
        for product, chance in group:
            if move := self._old(product, chance, chance.choice(("is_in", "is_out"))):
                line = move.move_line_ids[:1]
                line.quantity = round(line.quantity + chance.uniform(-0.4, 2.0), 2)

    def _event_drop(self, group):
        self._do(
            [
                self._vals(product, chance, self.supplier, self.customer)
                for product, chance in group
            ]
        )

    def _event_land(self, group):
        """Freight comes onto old receipts, where landed costs are installed."""
        moves = self.env["stock.move"].union(
            *(self._old(product, chance, "is_in", self.company)
              for product, chance in group)
        )
        if "stock.landed.cost" not in self.env or not moves:
            return
        kind = self.stock.warehouse_id.in_type_id
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": kind.id,
                "location_id": self.supplier.id,
                "location_dest_id": self.stock.id,
            }
        )
        moves.picking_id = picking
        cost_line = {
            "product_id": self.freight.id,
            "price_unit": 7.77 * len(moves),
            "split_method": "by_quantity",
        }
        landed = self.env["stock.landed.cost"].create(
            {
                "picking_ids": [Command.set(picking.ids)],
                "cost_lines": [Command.create(cost_line)],
            }
        )
        landed.button_validate()
        type(self).landed += len(moves)

    def _event_consign(self, group):
        """Goods of somebody else: in the house, and not in the value."""
        self._do(
            [
                self._vals(
                    product,
                    chance,
                    self.supplier,
                    self.stock,
                    line={"owner_id": self.partner.id},
                )
                for product, chance in group
            ]
        )

    def _old(self, product, chance, kind, company=None):
        """A done move of the product, whose lines are in or out."""
        moves = product.stock_move_ids.filtered(
            lambda move: move[kind] and (not company or move.company_id == company)
        )
        return chance.choice(moves.sorted("id")) if moves else moves
