from odoo.tests import tagged

from ..const import DIMENSIONS, MIXES
from .common import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestRefresh(AnalyticsCommon):
    """Figures that are kept bit by bit are those that are built from nothing."""

    def _history(self):
        """Returns of several channels, countries, products and ends, step by step."""
        other = self.partner.copy({"name": "Jean", "country_id": self.france.id})
        sold = [(self.shirt, 4.0), (self.belt, 2.0)]
        orders = [
            self._sell(sold),
            self._sell(sold, partner=other, returns_channel_id=self.marketplace.id),
            self._sell([(self.belt, 3.0)], until="delivered"),
        ]
        backs = [
            self._create_return(
                order,
                lines=[
                    (line, 2.0, {"reason": self.damaged}) for line in order.order_line
                ],
                channel=order.returns_channel_id,
            )
            for order in orders
        ]
        self._take_in(*backs)
        self._receive(backs[0])
        self._receive(backs[1], {backs[1].line_ids[0]: 1.0})
        self._take_in(backs[0], backs[1])
        line = backs[0].line_ids[0]
        self._inspect(backs[0], self.grade_d, {line: 1.0})
        self._take_in(backs[0])
        self._inspect(backs[0])
        self._take_in(backs[0])
        return backs

    def test_kept_and_rebuilt_figures_are_the_same(self):
        self.refresh._rebuild()
        self._history()
        kept = self._figures()
        self.refresh._rebuild()
        for name, before, after in zip(
            ("sold", "returned", "sums"), kept, self._figures(), strict=True
        ):
            self.assertEqual(before, after, name)

    def test_reading_again_changes_nothing(self):
        backs = self._history()
        before = self._figures()
        self._take_in(*backs)
        self.assertEqual(self._figures(), before)
        self.assertEqual(self.refresh._catch_up(), (0, False))

    def test_changed_master_data_moves_the_figures(self):
        self.refresh._rebuild()
        [back, *_others] = self._history()
        vendor = self.env["res.partner"].create({"name": "Weaver"})
        carrier = self.env["delivery.carrier"].create(
            {"name": "Cart", "product_id": self.belt.id}
        )
        self.shirt.categ_id = self.env["product.category"].create({"name": "Shirts"})
        self.shirt.seller_ids = [(0, 0, {"partner_id": vendor.id, "price": 1.0})]
        self.partner.country_id = self.env.ref("base.it")
        back.sale_order_ids.carrier_id = carrier
        self._take_in()
        fact = self.Fact.search(
            [("order_id", "=", back.id), ("product_id", "=", self.shirt.id)], limit=1
        )
        self.assertEqual(fact.categ_id.name, "Shirts")
        self.assertEqual(fact.supplier_id, vendor)
        self.assertEqual(fact.country_id.code, "IT")
        self.assertEqual(fact.carrier_id, carrier)
        kept = self._figures()
        self.refresh._rebuild()
        self.assertEqual(self._figures(), kept)
        self.shirt.seller_ids.unlink()
        self._take_in()
        self.assertFalse(fact.search([("supplier_id", "=", vendor.id)]))

    def test_every_slice_adds_up_to_the_total(self):
        self.refresh._rebuild()
        self._history()
        self.env.flush_all()
        total = self._sum("total", "none")
        self.assertGreater(total[0], 0)
        self.assertGreater(total[1], 0)
        for dimension in DIMENSIONS:
            self.assertEqual(self._sum(dimension, "none"), total, dimension)
            for mix in set(MIXES) - {"none"}:
                self.assertEqual(
                    self._sum(dimension, mix)[1:], total[1:], f"{dimension} by {mix}"
                )
        [facts] = self.Fact._read_group([], [], ["quantity:sum", "amount_due:sum"])
        self.assertAlmostEqual(facts[0], total[1], 4)
        self.assertAlmostEqual(facts[1], total[3], 2)

    def _sum(self, dimension, mix):
        """The sums of all; those by channel and node add up to them."""
        self.env.cr.execute(
            "SELECT sum(sold), sum(returned), sum(returned_cohort), sum(amount)"
            " FROM returns_fact_summary WHERE dimension = %s AND mix = %s"
            " GROUP BY channel_key = -1, node_key = -1",
            [dimension, mix],
        )
        whole, parts = self.env.cr.fetchall()
        self.assertEqual(whole, parts)
        return whole

    def test_sums_of_nothing_are_not_kept(self):
        back = self._create_return()
        self._take_in(back)
        self._step("cancel")._run(
            back.with_user(self.users["agent"]), {back.id: {"reason": "Kept"}}
        )
        self._take_in(back)
        self.Gap._cron_check()
        self.assertFalse(
            self.Summary.search_count(
                [
                    ("sold", "=", 0),
                    ("returned", "=", 0),
                    ("returned_cohort", "=", 0),
                    ("amount", "=", 0),
                    ("amount_cohort", "=", 0),
                ]
            )
        )

    def test_a_corrected_delivery_corrects_what_was_sold(self):
        order = self._sell([(self.shirt, 3.0)], until="delivered")
        self._take_in()
        sold = self.Sold.search([("sale_line_id", "=", order.order_line.id)])
        self.assertEqual(sold.quantity, 3.0)
        order.picking_ids.move_line_ids.quantity = 2.0
        self._take_in()
        sold = self.Sold.search([("sale_line_id", "=", order.order_line.id)])
        self.assertEqual(sold.quantity, 2.0)
