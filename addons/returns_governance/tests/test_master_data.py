"""Missing master data: found live, owned by somebody, mended by a button."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.returns_governance.const import DATA_KINDS, SETUP_GAPS

from .common import ReturnsCommon


@tagged("post_install", "-at_install")
class TestMasterData(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        goods = cls.env["product.category"].create({"name": "Goods of the test"})
        (cls.shirt | cls.belt).write({"weight": 0.3, "categ_id": goods.id})

    def _gaps(self, code=None, user="manager"):
        """Names of what is incomplete, looked up anew."""
        self.env.invalidate_all()
        gaps = self.env["returns.setup.gap"].with_user(self.users[user])
        return gaps.search([("code", "=", code)] if code else [])

    def _assert_gap(self, code, where=None, severity=None, owner=None):
        gap = self._gaps(code)
        self.assertTrue(gap, code)
        if where:
            self.assertIn(where, gap[0].where)
        if severity:
            self.assertEqual(gap[0].severity, severity)
        self.assertEqual(gap[0].owner, owner or gap[0].owner)
        self.assertTrue(gap[0].way)
        return gap

    def _count_queries(self, work):
        before = self.env.cr.sql_log_count
        work()
        return self.env.cr.sql_log_count - before

    # --- each kind of gap is found, and gone when it is mended ------------------------
    def test_every_gap_has_a_check_a_way_and_an_owner(self):
        checks = self.env["returns.setup.check"]
        registry = checks._checks()
        codes = self.env["returns.setup.gap"]._fields["code"].get_values(self.env)
        self.assertEqual(set(registry), set(codes), "also of addons that add some")
        self.assertLessEqual({code for code, _label in SETUP_GAPS}, set(codes))
        self.assertEqual(set(checks._ways()), set(registry))
        numbers = [check.number for check in registry.values()]
        self.assertEqual(len(numbers), len(set(numbers)))
        kinds = {kind for kind, _label in DATA_KINDS}
        self.assertEqual({check.kind for check in registry.values()} - kinds, set())
        self.assertFalse(self._gaps("owner_none"), "each kind has an owner")

    def test_a_channel_whose_policy_is_not_in_force_stops_returns(self):
        self._sell(until="confirmed")
        self.env.ref("returns_governance.policy_standard").channel_ids = self.web
        store = self.env.ref("returns_governance.channel_store")
        gaps = self._assert_gap("channel_policy", severity="stops", owner="Manager")
        self.assertIn(store.id, gaps.mapped("res_id"))
        self.assertNotIn(self.web.id, gaps.mapped("res_id"))
        action = gaps.filtered(lambda g: g.res_id == store.id).action_mend()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("returns.channel", store.id)
        )
        self.env.ref("returns_governance.policy_standard").channel_ids = False
        self.assertFalse(self._gaps("channel_policy"))

    def test_a_policy_that_begins_tomorrow_is_not_in_force(self):
        self._sell(until="confirmed")
        policy = self.env.ref("returns_governance.policy_standard")
        version = policy.current_version_id
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        later = version.copy({"date_from": tomorrow})
        later.with_user(self.users["manager"]).action_publish()
        self.assertFalse(self._gaps("channel_policy"))
        version.with_user(self.users["manager"]).action_retire()
        self._assert_gap("channel_policy")

    def test_a_reason_without_a_root_cause_and_a_condition_without_a_place(self):
        reason = self.env.ref("returns_governance.reason_defective")
        self.env.cr.execute(
            "ALTER TABLE returns_reason ALTER cause_class DROP NOT NULL"
        )
        self.env.cr.execute(
            "UPDATE returns_reason SET cause_class = NULL WHERE id = %s", [reason.id]
        )
        self._assert_gap("reason_cause", where="Defective", severity="disturbs")
        self.env["returns.condition"].create({"code": "E", "name": "Wet"})
        gap = self._assert_gap("condition_disposition", where="Standard: E")
        self.assertEqual(gap.action_mend()["res_model"], "returns.policy")

    def test_nothing_to_choose_from_stops_returns(self):
        for table, code in (
            ("returns_channel", "channel_none"),
            ("returns_reason", "reason_none"),
            ("returns_condition", "condition_none"),
            ("returns_disposition", "disposition_none"),
        ):
            with self.subTest(code=code):
                self.assertFalse(self._gaps(code))
                self.env.cr.execute(f"UPDATE {table} SET active = FALSE")
                gap = self._assert_gap(code, severity="stops")
                self.assertNotIn("res_id", gap.action_mend())

    def test_a_disposition_whose_state_is_archived(self):
        state = self.env["inventory.state"].create({"name": "Aside", "code": "aside"})
        aside = self.env["returns.disposition"].create(
            {"code": "aside", "name": "Aside", "kind": "quarantine"}
            | {"state_id": state.id}
        )
        self.assertFalse(self._gaps("disposition_state"))
        state.active = False
        self.assertEqual(self._gaps("disposition_state").res_id, aside.id)

    def test_missing_places_of_a_warehouse_are_made_by_the_button(self):
        self._sell(until="confirmed")
        place = self.warehouse._get_state_location("inspection")
        # The place of what goes back to the customer lies below the place.
        both = self.env["returns.disposition"].search(
            [("code", "in", ("quarantine", "return_to_customer"))]
        )
        own = both.place_ids.filtered(lambda p: p.warehouse_id == self.warehouse)
        (place | own).active = False
        place.state_id = False
        gap = self._assert_gap(
            "warehouse_state", "inspection", "stops", "Warehouse lead"
        )
        self._assert_gap("disposition_place", where="quarantine")
        action = gap.with_user(self.users["inspector"])
        with self.assertRaises(AccessError):
            action.action_mend()
        action = gap.with_user(self.users["manager"]).action_mend()
        self.assertFalse(self._gaps("warehouse_state"))
        # the archived one is shown, since a second of its kind would only confuse
        [(_field, _in, shown)] = action["domain"]
        self.assertEqual(set(shown), set(own.ids))
        own.active = True
        self.assertFalse(self._gaps("disposition_place"))

    def test_a_company_that_sells_without_a_warehouse(self):
        company = self.env["res.company"].create({"name": "No Warehouse"})
        self.users["manager"].company_ids |= company
        self.env["stock.warehouse"].search([("company_id", "=", company.id)]).active = 0
        self.env["returns.order"].create(
            {
                "company_id": company.id,
                "partner_id": self.partner.id,
                "channel_id": self.web.id,
            }
        )
        gaps = self.env["returns.setup.gap"].with_user(self.users["manager"])
        gaps = gaps.with_context(allowed_company_ids=company.ids)
        codes = set(gaps.search([("company_id", "=", company.id)]).mapped("code"))
        self.assertLessEqual(
            {"warehouse_none", "journal_refund", "account_receivable", "role_nobody"},
            codes,
        )

    def test_products_without_what_returns_need(self):
        product = self._make_product("Bare", 5.0, 1.0, default_code=False)
        product.write({"weight": 0.0, "categ_id": False})
        service = self.env["product.product"].create(
            {"name": "Advice", "type": "service"}
        )
        loose = self.env["product.product"].create(
            {"name": "Loose", "default_code": "LOOSE", "weight": 1.0, "type": "consu"}
        )
        for code in ("product_weight", "product_category", "product_code"):
            with self.subTest(code=code):
                found = self._assert_gap(code, owner="Planner").mapped("res_id")
                self.assertIn(product.id, found)
                self.assertNotIn(service.id, found)
                self.assertNotIn(self.shirt.id, found)
        self.assertIn(loose.id, self._gaps("product_untracked").mapped("res_id"))
        gap = self._gaps("product_weight").filtered(lambda g: g.res_id == product.id)
        product.weight = 0.2
        self.assertFalse(gap.exists() & self._gaps("product_weight"))

    def test_a_product_with_lots_that_is_no_longer_tracked(self):
        camera = self._make_product("Camera", 1.0, 1.0, tracking="lot")
        self.env["stock.lot"].create({"name": "L1", "product_id": camera.id})
        self.assertFalse(self._gaps("product_lots"))
        camera.tracking = "none"
        self.assertEqual(self._gaps("product_lots").res_id, camera.id)

    def test_money_needs_journals_accounts_and_numbers(self):
        self._sell(until="confirmed")
        self.assertFalse(self._gaps("journal_refund"))
        self.env.cr.execute(
            "UPDATE account_journal SET active = FALSE WHERE type = 'sale'"
        )
        self._assert_gap("journal_refund", None, "stops", "Finance controller")
        self.env.cr.execute(
            "UPDATE account_account SET active = FALSE "
            "WHERE account_type = 'asset_receivable'"
        )
        self._assert_gap("account_receivable", severity="stops")
        sequence = self.env.ref("returns_governance.sequence_returns_order")
        sequence.active = False
        self._assert_gap("sequence_none", severity="stops")
        sequence.active = True
        self.assertFalse(self._gaps("sequence_none"))

    def test_a_category_without_an_income_account(self):
        self._sell(until="confirmed")
        category = self.env["product.category"].create({"name": "Orphans"})
        self.shirt.categ_id = category
        self.assertFalse(self._gaps("account_income"))
        self.company.income_account_id = False
        self.env["ir.default"].search(
            [("field_id.name", "=", "property_account_income_categ_id")]
        ).unlink()
        gap = self._gaps("account_income")
        self.assertIn(category.id, gap.mapped("res_id"))
        account = self.env["account.account"].search(
            [("account_type", "=", "income")], limit=1
        )
        category.property_account_income_categ_id = account
        self.assertNotIn(category.id, self._gaps("account_income").mapped("res_id"))

    def test_a_loss_account_a_provider_and_a_mail_server(self):
        self._sell(until="confirmed")
        loss = self.env["stock.location"].search(
            [("usage", "=", "inventory"), ("company_id", "=", self.company.id)]
        )
        self._assert_gap("disposition_account")
        loss.valuation_account_id = self.company.income_account_id
        self.assertFalse(self._gaps("disposition_account"))
        provider = self.env["payment.provider"].create(
            {"name": "No Way Back", "code": "none", "state": "test"}
        )
        self.assertIn(provider.id, self._gaps("provider_refund").mapped("res_id"))
        self.users["agent"].notification_type = "email"
        self.env["ir.mail_server"].search([]).active = False
        self._assert_gap("mail_server", severity="disturbs")
        self.env["ir.mail_server"].create(
            {"name": "Out", "smtp_host": "mail.example.com"}
        )
        self.assertFalse(self._gaps("mail_server"))

    def test_people_without_a_role(self):
        self._sell(until="confirmed")
        clerk = new_test_user(self.env, "clerk", groups="stock.group_stock_user")
        self.assertIn(clerk.id, self._gaps("user_no_role").mapped("res_id"))
        clerk.group_ids |= self.env.ref("returns_governance.group_inspector")
        self.assertNotIn(clerk.id, self._gaps("user_no_role").mapped("res_id"))
        self.assertFalse(self._gaps("role_nobody"))
        finance = self.env.ref("returns_governance.group_finance")
        finance.all_user_ids.write({"group_ids": [Command.unlink(finance.id)]})
        self.assertEqual(self._gaps("role_nobody").res_id, finance.id)

    # --- owners -----------------------------------------------------------------------
    def test_a_company_has_its_own_owner_or_that_of_all(self):
        owners = self.env["returns.data.owner"].with_user(self.users["manager"])
        owners.create(
            {
                "kind": "place",
                "company_id": self.company.id,
                "user_id": self.users["warehouse_lead"].id,
            }
        )
        names = owners._names(self.company.ids)
        self.assertIn("test_warehouse_lead", names["place", self.company.id])
        self.assertEqual(names["finance", self.company.id], "Finance controller")
        self.env.ref("returns_governance.data_owner_reason").unlink()
        self._assert_gap("owner_none", where="Reasons")
        with self.assertRaises(AccessError):
            owners.with_user(self.users["agent"]).create({"kind": "reason"})

    def test_who_may_not_mend_is_told_whom_to_ask(self):
        self._make_product("Bare", 5.0, 1.0, weight=0.0)
        gap = self._gaps("product_weight", "auditor")[0]
        with self.assertRaisesRegex(AccessError, "Ask Planner"):
            gap.action_mend()

    def test_agents_and_other_companies_do_not_read_gaps(self):
        with self.assertRaises(AccessError):
            self._gaps(user="agent")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = new_test_user(
            self.env,
            "elsewhere",
            groups="base.group_user,returns_governance.group_manager",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self._sell(until="confirmed")
        self._assert_gap("disposition_account")
        seen = self.env["returns.setup.gap"].with_user(other).search([])
        self.assertLessEqual(seen.company_id, company)

    # --- told while the return is made ------------------------------------------------
    def _break_node(self):
        place = self.warehouse._get_state_location("inspection")
        place.active = False
        place.state_id = False
        return place

    def test_a_draft_says_what_would_stop_it_whom_to_ask_and_how(self):
        self._break_node()
        order = self._sell()
        with Form(self.env["returns.order"].with_user(self.users["agent"])) as form:
            form.partner_id = order.partner_id
            form.channel_id = self.web
            form.warehouse_id = self.warehouse
            words = form.setup_gap_words
        self.assertIn("Warehouse without a place for a state", words)
        self.assertIn("inspection", words)
        self.assertIn("Ask: Warehouse lead", words)

    def test_a_gap_elsewhere_does_not_trouble_this_return(self):
        other = self.env["stock.warehouse"].create({"name": "Other", "code": "OTHER"})
        place = other._get_state_location("inspection")
        place.active = False
        place.state_id = False
        self.assertFalse(self._create_return().setup_gap_words)

    def test_submitting_warns_at_once_and_still_submits(self):
        self._break_node()
        order = self._sell()
        sold = self.env["returns.sold.line"]._for_sale_lines(order.order_line)
        draft = self.env["returns.order"].create(
            {
                "partner_id": order.partner_id.id,
                "channel_id": self.web.id,
                "warehouse_id": self.warehouse.id,
                "line_ids": [
                    Command.create({"sold_line_id": sold.id, "quantity": 1.0})
                ],
            }
        )
        answer = draft.with_user(self.users["agent"]).action_submit()
        self.assertEqual(draft.case_state, "authorised")
        self.assertIn("inspection", answer["params"]["message"])

    def test_many_returns_ask_once(self):
        orders = self.env["returns.order"].union(
            *(self._create_return() for _number in range(5))
        )
        self.env.flush_all()
        self.env.invalidate_all()
        orders.mapped("company_id.name")
        self.env["returns.setup.check"]._stopping(self.company)  # names of groups known
        one = self._count_queries(lambda: orders[:1]._setup_gaps())
        self.env.invalidate_all()
        orders.mapped(lambda o: (o.company_id, o.channel_id, o.warehouse_id))
        self.assertLessEqual(self._count_queries(orders._setup_gaps), one)
        self.assertEqual(orders._setup_gaps(), {})
