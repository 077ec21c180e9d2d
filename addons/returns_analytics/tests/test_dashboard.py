from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..const import DIMENSIONS
from .common import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestDashboard(AnalyticsCommon):
    """What the page says, and that its figures are the records behind them."""

    def setUp(self):
        super().setUp()
        other = self.partner.copy({"name": "Jean", "country_id": self.france.id})
        self.backs = self._create_return(
            self._sell([(self.shirt, 4.0), (self.belt, 2.0)]), until="inspected"
        )
        order = self._sell(
            [(self.belt, 6.0)], partner=other, returns_channel_id=self.marketplace.id
        )
        self.backs |= self._create_return(
            order,
            lines=[(order.order_line, 1.0, {"reason": self.damaged})],
            channel=self.marketplace,
        )
        self.refresh._rebuild()

    def _dashboard(self, user="manager", **wanted):
        return self.Fact.with_user(self.users[user]).retrieve_dashboard(wanted)

    def _sum_of(self, action, field="quantity"):
        """What the records that an action opens add up to."""
        rows = self.env[action["res_model"]].search(action["domain"])
        return sum(rows.mapped(field))

    def test_each_figure_equals_the_records_that_it_opens(self):
        for basis in ("period", "cohort"):
            for dimension in filter(DIMENSIONS.get, DIMENSIONS):
                page = self._dashboard(basis=basis, dimension=dimension)
                with self.subTest(basis=basis, dimension=dimension):
                    self._check_page(page)

    def _check_page(self, page):
        total = page["slices"]["total"]
        rows = page["slices"]["rows"]
        self.assertGreaterEqual(total["returned"], 7.0)
        for name in ("sold", "returned", "amount"):
            self.assertAlmostEqual(sum(row[name] for row in rows), total[name], 2)
        for row in rows:
            self.assertAlmostEqual(self._sum_of(row["action"]), row["returned"], 4)
            self.assertAlmostEqual(
                self._sum_of(row["action"], "amount_due"), row["amount"], 2
            )
        for mix in ("reason", "disposition"):
            kinds, matrix = page[mix]["kinds"], page[mix]["matrix"]
            for kind in kinds:
                self.assertAlmostEqual(self._sum_of(kind["action"]), kind["units"], 4)
            for row, part in zip(rows, matrix, strict=True):
                self.assertAlmostEqual(sum(part), row["returned"], 4)
            for kind, part in zip(kinds, zip(*matrix, strict=True), strict=True):
                self.assertAlmostEqual(sum(part), kind["units"], 4)
        self.assertAlmostEqual(
            sum(row["returned"] for row in page["trend"]), total["returned"], 4
        )
        for row in page["trend"]:
            self.assertAlmostEqual(self._sum_of(row["action"]), row["returned"], 4)
        sold = next(f for f in page["figures"] if f["key"] == "sold")
        self.assertAlmostEqual(self._sum_of(sold["action"]), total["sold"], 4)

    def test_many_slices_are_told_as_one_rest(self):
        products = [self._make_product(f"Thing {n}", 10.0, 1.0) for n in range(14)]
        order = self._sell([(product, 2.0) for product in products])
        back = self._create_return(
            order, lines=[(line, 1.0) for line in order.order_line]
        )
        self._take_in(back)
        page = self._dashboard(dimension="product")
        rows = page["slices"]["rows"]
        self.assertEqual(len(rows), 13)
        self.assertIn("All others", rows[-1]["label"])
        self._check_page(page)

    def test_the_sentence_and_the_difference_of_the_two_bases_are_told(self):
        moved = self.Fact.search([("order_id", "in", self.backs.ids)])
        line = moved.line_id.sale_line_id[:1]
        self._move_back("stock_move", "date", line.move_ids, 800)
        self.env["returns.fact.todo"]._note_ids(line.ids)
        self._take_in(self.backs)
        page = self._dashboard()
        self.assertIn("units came back or are on their way", page["headline"])
        self.assertIn("Most frequent reason", page["headline"])
        self.assertIn("By month of request", page["explained"])
        self.assertIn("had been sent out before", page["explained"])
        cohort = self._dashboard(basis="cohort")
        self.assertIn("By month of dispatch", cohort["explained"])
        self.assertLess(
            cohort["slices"]["total"]["returned"], page["slices"]["total"]["returned"]
        )
        self.assertTrue(cohort["trend"][-1]["open"], "this month can still bring more")
        self.assertFalse(page["trend"][-1]["open"])

    def test_a_period_without_sales_says_so(self):
        page = self._dashboard(start="2001-01", end="2001-03")
        self.assertIn("Nothing was sent out", page["headline"])
        self.assertEqual(page["slices"]["rows"], [])
        self.assertEqual(len(page["trend"]), 3)

    def test_nonsense_is_refused_with_a_code(self):
        for wanted in (
            {"basis": "moon"},
            {"dimension": "total"},
            {"dimension": ["product"]},
            {"basis": ["period"]},
            {"start": "2026-13"},
            {"start": "yesterday"},
            {"start": 202601},
            {"start": "2026-02", "end": "2026-01"},
            {"start": "0001-01", "end": "9999-12"},
            {"end": "0000-01"},
            ["basis"],
            "basis",
        ):
            with self.subTest(wanted=wanted), self.assertRaises(UserError) as refused:
                self.Fact.retrieve_dashboard(wanted)
            self.assertIn("[BAD_REQUEST]", str(refused.exception))

    def test_who_is_bound_sees_the_figures_of_own_channels_and_nodes(self):
        whole = self._dashboard("planner", dimension="product")
        planner = self.users["planner"]
        every = self.env["returns.channel"].with_context(active_test=False).search([])
        planner.returns_channel_ids = every
        bound = self._dashboard("planner", dimension="product")
        for name in ("slices", "reason", "disposition", "trend", "explained"):
            self.assertEqual(bound[name], whole[name], name)
        planner.returns_channel_ids = self.marketplace
        mine = self._dashboard("planner", dimension="channel")
        self.assertEqual(
            [row["label"] for row in mine["slices"]["rows"]], [self.marketplace.name]
        )
        total = mine["slices"]["total"]
        self.assertEqual((total["returned"], total["sold"]), (1.0, 6.0))
        planner.returns_node_ids = self.env["stock.warehouse"].create(
            {"name": "Elsewhere", "code": "ELSE"}
        )
        nothing = self._dashboard("planner", dimension="channel")
        self.assertEqual(nothing["slices"]["rows"], [])
        planner.returns_node_ids |= self.warehouse
        self.assertEqual(
            self._dashboard("planner", dimension="channel")["slices"], mine["slices"]
        )

    def test_money_is_shown_to_those_who_handle_it(self):
        for user, sees in (
            ("finance", True),
            ("manager", True),
            ("auditor", True),
            ("planner", False),
            ("warehouse_lead", False),
        ):
            page = self._dashboard(user)
            with self.subTest(user=user):
                self.assertEqual(page["money"], sees)
                self.assertEqual("amount" in page["slices"]["total"], sees)
                keys = [figure["key"] for figure in page["figures"]]
                self.assertEqual("amount" in keys, sees)

    def test_rates_of_any_cut_are_made_of_its_sums(self):
        Report = self.env["returns.rate.report"].with_user(self.users["planner"])
        today = date.today()
        domain = [("product_id", "=", self.belt.id), ("day", "<=", today)]
        for basis in ("period", "cohort"):
            [(sold, returned, rate)] = Report.with_context(
                returns_basis=basis
            )._read_group(domain, [], ["sold:sum", "returned:sum", "rate:avg"])
            self.assertEqual((sold, returned), (8.0, 3.0))
            self.assertAlmostEqual(rate, 3.0 / 8.0, 6)
