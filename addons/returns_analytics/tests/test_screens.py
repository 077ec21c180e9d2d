from odoo.tests import HttpCase, tagged

from .common import AnalyticsCommon


@tagged("post_install", "-at_install")
class TestScreens(AnalyticsCommon, HttpCase):
    """A person asks the page, and each figure opens its records."""

    def test_the_dashboard_answers_and_opens_its_records(self):
        back = self._create_return(until="inspected")
        self.refresh._rebuild()
        self.assertTrue(self.Fact.search_count([("order_id", "=", back.id)]))
        self.start_tour(
            "/odoo/returns-dashboard",
            "returns_analytics_tour_dashboard",
            login="test_manager",
        )

    def test_a_gap_opens_its_return(self):
        back = self._create_return(until="received")
        self._move_back("returns_receipt", "occurred_at", back.receipt_ids, 9)
        self.Gap._find_all()
        self.start_tour(
            "/odoo/returns-gaps", "returns_analytics_tour_gaps", login="test_finance"
        )
