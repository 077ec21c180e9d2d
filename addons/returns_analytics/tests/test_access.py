from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..const import GOODS_GAPS
from .common import AnalyticsCommon

FIGURES = ("returns.fact", "returns.fact.sold", "returns.rate.report")
SEES = {
    **{
        model: {"planner", "warehouse_lead", "finance", "manager", "auditor"}
        for model in FIGURES
    },
    "returns.fact.summary": {"finance", "manager", "auditor"},
    "returns.gap": {"warehouse_lead", "finance", "manager", "auditor"},
    "returns.fact.refresh": {"manager", "auditor"},
    "returns.fact.todo": {"manager"},
}


@tagged("post_install", "-at_install")
class TestAccess(AnalyticsCommon):
    """Who sees which figures; nobody writes them."""

    def setUp(self):
        super().setUp()
        self.back = self._create_return(until="received")
        self.refresh._rebuild()
        self.env["returns.fact.todo"]._note_ids(self.back.line_ids.sale_line_id.ids)

    def _plant(self, kind):
        """A gap of a kind; the machine's own statement."""
        self.env.cr.execute(
            "INSERT INTO returns_gap (order_id, company_id, kind, since, counts_from)"
            " SELECT id, company_id, %s, now(), now() FROM returns_order WHERE id = %s",
            [kind, self.back.id],
        )

    def test_each_role_reads_what_is_its_own(self):
        self._plant("received_not_disposed")
        for model, roles in SEES.items():
            for role, user in self.users.items():
                Model = self.env[model].with_user(user)
                with self.subTest(model=model, role=role):
                    if role in roles:
                        self.assertTrue(Model.search([], limit=1).read(["id"]))
                    else:
                        with self.assertRaises(AccessError):
                            Model.search([])

    def test_nobody_writes_a_figure(self):
        self._plant("received_not_disposed")
        for model in SEES:
            if model == "returns.rate.report":
                continue
            row = self.env[model].search([], limit=1)
            for role, user in self.users.items():
                with self.subTest(model=model, role=role):
                    mine = row.with_user(user)
                    name = next(
                        name
                        for name, field in row._fields.items()
                        if field.store and name != "id"
                    )
                    for forbidden in (
                        lambda r=mine, n=name, v=row[name]: r.write({n: v}),
                        mine.unlink,
                        lambda r=mine: r.create({}),
                    ):
                        with self.assertRaises(AccessError):
                            forbidden()

    def test_only_readers_of_figures_open_the_dashboard_or_bring_it_up_to_date(self):
        for role, user in self.users.items():
            Fact = self.Fact.with_user(user)
            with self.subTest(role=role):
                if role in SEES["returns.fact"]:
                    self.assertTrue(Fact.retrieve_dashboard()["headline"])
                    self.assertTrue(Fact.action_refresh())
                else:
                    with self.assertRaises(AccessError):
                        Fact.retrieve_dashboard()
                    with self.assertRaises(AccessError):
                        Fact.action_refresh()

    def test_the_warehouse_sees_gaps_of_goods_only(self):
        for kind in (*GOODS_GAPS, "amount_differs", "refunded_not_received"):
            self._plant(kind)
        Gap = self.Gap.with_user(self.users["warehouse_lead"])
        mine = Gap.search([("order_id", "=", self.back.id)])
        self.assertEqual(set(mine.mapped("kind")), set(GOODS_GAPS))
        self.assertTrue(all(mine.mapped("advice")))
        Gap = self.Gap.with_user(self.users["finance"])
        all_kinds = Gap.search([("order_id", "=", self.back.id)]).mapped("kind")
        self.assertIn("amount_differs", all_kinds)

    def test_amounts_are_read_by_those_who_handle_money(self):
        fact = self.Fact.search([("order_id", "=", self.back.id)])
        self.assertTrue(fact.with_user(self.users["finance"]).read(["amount_due"]))
        for role in ("planner", "warehouse_lead"):
            with self.assertRaises(AccessError):
                fact.with_user(self.users[role]).read(["amount_due"])

    def test_another_company_sees_nothing_of_it(self):
        self._plant("amount_differs")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="base.group_user,returns_governance.group_manager,"
            "returns_governance.group_finance",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for model in (*FIGURES, "returns.fact.summary", "returns.gap"):
            self.assertTrue(self.env[model].search_count([]), model)
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        page = self.Fact.with_user(stranger).retrieve_dashboard()
        self.assertEqual(page["slices"]["rows"], [])
        self.assertEqual(page["gaps"]["count"], 0)

    def test_who_is_bound_sees_own_channels_and_nodes(self):
        self._plant("received_not_disposed")
        lead = self.users["warehouse_lead"]
        models = ("returns.fact", "returns.fact.sold", "returns.gap")
        for model in models:
            self.assertTrue(self.env[model].with_user(lead).search([]), model)
        lead.returns_channel_ids = self.marketplace
        for model in models:
            self.assertFalse(self.env[model].with_user(lead).search([]), model)
        lead.returns_channel_ids = False
        lead.returns_node_ids = self.env["stock.warehouse"].create(
            {"name": "Other node", "code": "ONODE", "company_id": self.company.id}
        )
        for model in models:
            self.assertFalse(self.env[model].with_user(lead).search([]), model)
        manager = self.users["manager"]
        manager.returns_channel_ids = self.web
        self.assertFalse(self.Summary.with_user(manager).search([]))
