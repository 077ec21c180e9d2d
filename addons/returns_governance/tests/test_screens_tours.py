from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestTours(ReturnsCommon, HttpCase):
    """The main screens in a browser, each by the role that works there."""

    def _url(self, back):
        return f"/odoo/returns/{back.id}"

    def test_an_agent_takes_a_return_in_from_an_order(self):
        customer = self.env["res.partner"].create({"name": "Tour Customer"})
        order = self._sell([(self.shirt, 3.0)], partner=customer)
        self.start_tour("/odoo/returns", "returns_tour_take_in", login="test_agent")
        back = order.order_line.returns_line_ids.order_id
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(back.user_id, self.users["agent"])
        self.assertEqual(back.line_ids.reason_id.code, "size_fit")

    def test_the_dock_receives_and_grades(self):
        back = self._create_return()
        self.start_tour(self._url(back), "returns_tour_dock", login="test_inspector")
        found = {r.condition_id.code: r.quantity for r in back.inspection_ids}
        self.assertEqual(found, {"A": 2.0, "D": 1.0})
        self.assertEqual(set(back.inspection_ids.mapped("note")), {"A stain"})

    def test_the_lead_sends_goods_elsewhere_and_takes_it_back(self):
        back = self._create_return(until="received")
        self.start_tour(
            self._url(back),
            "returns_tour_override_and_correct",
            login="test_warehouse_lead",
        )
        self.assertEqual(back.routing_ids.mapped("quantity"), [1.0, -1.0])
        self.assertEqual(back.routing_ids[0].reason, "Only a button")
        self.assertEqual(back.line_ids.quantity_inspected, 0.0)

    def test_a_manager_decides_an_approval(self):
        back = self._create_return(self._sell([(self.shirt, 20.0)]))
        self.start_tour(
            "/odoo/returns-approvals", "returns_tour_decide", login="test_manager"
        )
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(back.approval_ids.reason, "Known customer")

    def test_a_supervisor_works_the_approvals(self):
        """Many at once, one refused with a reason; an own request is not among them."""
        two = [self._create_return(self._sell([(self.shirt, n)])) for n in (14.0, 15.0)]
        doubtful = self._create_return(self._sell([(self.shirt, 12.0)]))
        own = self._submit(
            self._request(self._sell([(self.shirt, 16.0)])), user="manager"
        )
        self.start_tour(
            "/odoo/action-returns_governance.returns_approval_action_for_me",
            "returns_tour_approvals",
            login="test_manager",
        )
        self.assertEqual({back.case_state for back in two}, {"authorised"})
        self.assertEqual(
            {back.approval_ids.reason for back in two}, {"Known customers"}
        )
        self.assertEqual(doubtful.case_state, "rejected")
        self.assertEqual(doubtful.approval_ids.reason, "Never bought here")
        self.assertEqual(own.case_state, "to_approve")

    def test_finance_releases_a_refund(self):
        back = self._create_return()
        self.start_tour(self._url(back), "returns_tour_release", login="test_finance")
        self.assertEqual(back.settlement_ids.move_id.state, "posted")

    def test_the_overview_leads_to_what_waits(self):
        self._create_return(until="received")
        self.start_tour(
            "/odoo/returns-overview", "returns_tour_overview", login="test_inspector"
        )

    def test_a_supervisor_works_the_exceptions(self):
        late = self._create_return(until="received")
        lost = self._create_return()
        Exceptions = self.env["returns.exception"]
        rows = [
            ("inspection_overdue", late, f"order {late.id}", "Waits since Monday"),
            ("serial_mismatch", lost, "told 1", "Another number"),
            ("wrong_item", lost, "told 2", "A teapot"),
            ("over_receipt", lost, "told 3", "One more"),
        ]
        Exceptions.search([("state", "=", "open")])._close("Before the tour")
        raised = Exceptions._raise(
            [
                {"code": code, "order_id": back.id, "cause": cause, "note": note}
                for code, back, cause, note in rows
            ]
        )
        day = timedelta(days=1)
        raised[0]._machine_write({"due_at": fields.Datetime.now() - day})
        self.start_tour(
            "/odoo/returns-exceptions", "returns_tour_exceptions", login="test_manager"
        )
        self.assertEqual(raised[0].closed_because, "Inspected")
        self.assertTrue(raised[1].is_snoozed)
        self.assertEqual(raised[1].snooze_reason, "The lot is looked for")
        self.assertEqual(set(raised[2:].mapped("closed_because")), {"Sent back"})
        self.assertEqual(late.goods_state, "disposed")

    def test_every_screen_opens_from_its_menu(self):
        self._create_return(until="inspected")
        self._create_return(self._sell([(self.shirt, 20.0)]))
        self.start_tour("/odoo", "returns_tour_menus", login="test_manager")
