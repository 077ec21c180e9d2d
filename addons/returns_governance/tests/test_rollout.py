"""Going over step by step: governed in an open phase, bare Odoo everywhere else."""

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ReturnsCommon


class RolloutCommon(ReturnsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.category"].create({"name": "Clothes"})
        cls.shirts = cls.env["product.category"].create(
            {"name": "Shirts", "parent_id": cls.goods.id}
        )
        cls.shirt.categ_id = cls.shirts
        cls.accountant = cls.env["res.users"].create(
            {
                "name": "Accountant",
                "login": "plain_accountant",
                "group_ids": [
                    Command.set(cls.env.ref("account.group_account_invoice").ids)
                ],
            }
        )

    def _phase(self, state="open", **scope):
        phases = self.env["returns.rollout.phase"].with_user(self.users["manager"])
        phase = phases.create({"name": "First", **scope})
        if state == "shadow":
            phase.action_shadow()
        elif state != "planned":
            phase.action_start()
        if state == "closed":
            phase.action_end()
        return phase.with_env(self.env)

    def _outside(self):
        """A phase that covers nothing that the tests sell."""
        store = self.env.ref("returns_governance.channel_store")
        return self._phase(channel_ids=[Command.set(store.ids)])

    def _credit(self, order, user=None):
        """Core's own credit note of an order's invoice, posted by an accountant."""
        invoice = order.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
        wizard = (
            self.env["account.move.reversal"]
            .with_user(user or self.accountant)
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        credit.with_user(user or self.accountant).action_post()
        return credit

    def _take_back(self, order):
        """Core's own return of all that was delivered."""
        wizard = self.env["stock.return.picking"].create(
            {"picking_id": order.picking_ids.id}
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.move_ids.quantity = back.move_ids[:1].product_uom_qty
        back.move_ids.picked = True
        back._action_done()
        return back

    def _assert_code(self, code, work):
        with self.assertRaises(UserError) as caught:
            work()
        self.assertTrue(str(caught.exception).startswith(f"[{code}]"), caught.exception)


@tagged("post_install", "-at_install")
class TestRollout(RolloutCommon):
    # --- the default ------------------------------------------------------------------
    def test_without_a_phase_everything_is_governed(self):
        order = self._sell()
        self._assert_code("REFUND_GATE", lambda: self._credit(order))
        self.assertEqual(self._create_return(order).case_state, "authorised")

    def test_without_a_phase_nothing_is_looked_up(self):
        lines = self._sell().order_line
        rollout = self.env["returns.rollout"]
        rollout._is_governed(lines)
        with self.assertQueryCount(0):
            self.assertEqual(rollout._governed(lines), lines)

    # --- outside ----------------------------------------------------------------------
    def test_outside_a_phase_credit_notes_are_as_in_bare_odoo(self):
        self._outside()
        order = self._sell()
        credit = self._credit(order)
        self.assertEqual(credit.state, "posted")
        self.assertFalse(
            self.env["returns.sold.line"].search_count(
                [("sale_line_id", "in", order.order_line.ids)]
            )
        )
        # a second one is more than was paid, and core lets it be posted
        self.assertEqual(self._credit(order).state, "posted")

    def test_outside_a_phase_loose_credit_and_payments_are_as_in_bare_odoo(self):
        self._outside()
        self._sell()
        loose = (
            self.env["account.move"]
            .with_user(self.accountant)
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Sorry", "quantity": 1, "price_unit": 5.0}
                        )
                    ],
                }
            )
        )
        loose.action_post()
        self.assertEqual(loose.state, "posted")
        payment = (
            self.env["account.payment"]
            .with_user(self.accountant)
            .create(
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": self.partner.id,
                    "amount": 500.0,
                }
            )
        )
        payment.action_post()
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assertFalse(
            self.env["returns.exception"].search_count(
                [("code", "=", "unexplained_credit")]
            )
        )

    def test_outside_a_phase_the_return_wizard_scrap_and_invoicing_are_cores(self):
        self._outside()
        order = self._sell()
        back = self._take_back(order)
        self.assertEqual(back.state, "done")
        self.assertEqual(self.shirt.qty_available, 100.0)
        self._credit(order)
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.shirt.id, "scrap_qty": 1.0}
        )
        scrap.action_validate()
        self.assertEqual(scrap.state, "done")
        # core's own figure: nothing was delivered in the end, and nothing is billed
        self.assertEqual(order.order_line.qty_to_invoice, 0.0)
        again = self._sell()
        self._credit(again)
        self.assertEqual(again.order_line.qty_to_invoice, 3.0)

    def test_outside_a_phase_invoices_can_be_reset(self):
        self._outside()
        order = self._sell(until="invoiced")
        order.invoice_ids.with_user(self.accountant).button_draft()
        self.assertEqual(order.invoice_ids.state, "draft")

    def test_a_request_outside_a_phase_is_refused_with_its_code(self):
        self._outside()
        order = self._sell()
        self._assert_code("OUTSIDE_ROLLOUT", lambda: self._create_return(order))
        program = self.env["returns.order"].with_user(self.users["integration"])
        request = {
            "channel": "web",
            "external_ref": "X-1",
            "order_ref": order.name,
            "lines": [
                {
                    "sku": "SHIRT",
                    "quantity": 1,
                    "reason": "changed_mind",
                    "resolution": "refund",
                }
            ],
        }
        self._assert_code("OUTSIDE_ROLLOUT", lambda: program.api_submit(request))

    # --- inside -----------------------------------------------------------------------
    def test_an_open_phase_covers_what_it_names(self):
        warehouse = self.env["stock.warehouse"].create({"name": "New", "code": "NEW"})
        governed = {"warehouse_ids": self.warehouse.ids}
        for scope, holds in (
            ({}, True),
            (governed, True),
            ({"warehouse_ids": warehouse.ids}, False),
            ({"channel_ids": self.web.ids}, True),
            ({"categ_ids": self.goods.ids}, True),
            ({"categ_ids": self.shirts.ids} | governed, True),
            ({"categ_ids": self.shirts.ids, "warehouse_ids": warehouse.ids}, False),
        ):
            with self.subTest(scope=scope):
                phase = self._phase(
                    **{name: [Command.set(ids)] for name, ids in scope.items()}
                )
                line = self._sell().order_line
                governed_now = self.env["returns.rollout"]._is_governed(line)
                self.assertEqual(governed_now, holds)
                phase.active = False

    def test_a_phase_holds_on_its_days(self):
        today = fields.Date.context_today(self.env.user)
        line = self._sell().order_line
        for begin, end, holds in ((0, 0, True), (1, 5, False), (-5, -1, False)):
            phase = self._phase(
                date_from=fields.Date.add(today, days=begin),
                date_to=fields.Date.add(today, days=end),
            )
            with self.subTest(begin=begin):
                self.assertEqual(self.env["returns.rollout"]._is_governed(line), holds)
            phase.active = False

    def test_inside_an_open_phase_the_gate_is_shut(self):
        self._phase(channel_ids=[Command.set(self.web.ids)])
        order = self._sell()
        self._assert_code("REFUND_GATE", lambda: self._credit(order))
        back = self._create_return(order, until="inspected")
        self.assertEqual(back.settlement_ids.move_id.state, "posted")

    def test_of_one_credit_note_the_governed_line_decides(self):
        self._phase(categ_ids=[Command.set(self.shirts.ids)])
        order = self._sell([(self.shirt, 1.0), (self.belt, 1.0)])
        self._assert_code("REFUND_GATE", lambda: self._credit(order))
        only_belt = self._sell([(self.belt, 1.0)])
        self.assertEqual(self._credit(only_belt).state, "posted")

    def test_a_return_that_was_begun_stays_governed_after_the_phase(self):
        phase = self._phase()
        order = self._sell()
        back = self._create_return(order)
        phase.with_user(self.users["manager"]).action_end()
        self._assert_code("REFUND_GATE", lambda: self._credit(order))
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.settlement_ids.move_id.state, "posted")
        other = self._sell()
        self._assert_code("OUTSIDE_ROLLOUT", lambda: self._create_return(other))

    # --- shadow -----------------------------------------------------------------------
    def test_shadow_decides_and_records_and_holds_nobody_up(self):
        phase = self._phase("shadow")
        early = self._sell()
        self._credit(early)
        self._take_back(early)
        rows = phase.shadow_ids.sorted("id")
        self.assertEqual(rows.mapped("kind"), ["credit", "goods"])
        self.assertEqual(rows.mapped("difference"), ["waited", "same"])
        self.assertEqual(rows[0].amount, 180.0)
        self.assertEqual(rows[0].user_id, self.accountant)
        self.assertTrue(rows[0].eligible)
        late = self._sell()
        self._take_back(late)
        self._credit(late)
        self.assertEqual(phase.shadow_ids[:1].difference, "same")
        dear = self._sell([(self.shirt, 12.0)])
        self._take_back(dear)
        self._credit(dear)
        self.assertEqual(phase.shadow_ids[:1].difference, "approval")
        self.assertEqual((phase.shadow_count, phase.shadow_difference_count), (6, 2))

    def test_shadow_says_what_the_policy_would_have_refused(self):
        phase = self._phase("shadow")
        order = self._sell()
        order.picking_ids.date_done = fields.Datetime.subtract(
            fields.Datetime.now(), days=90
        )
        self._take_back(order)
        self.assertEqual(phase.shadow_ids.difference, "refused")
        policy = self.env.ref("returns_governance.policy_standard")
        policy.active = False
        self._credit(order)
        self.assertEqual(phase.shadow_ids[:1].difference, "no_policy")

    def test_in_shadow_no_return_is_taken_in(self):
        self._phase("shadow")
        self._assert_code("OUTSIDE_ROLLOUT", self._create_return)

    # --- figures ----------------------------------------------------------------------
    def test_the_baseline_is_stored_and_held_against_what_follows(self):
        order = self._sell([(self.shirt, 10.0)])
        self._take_back_before(order)
        phase = self._phase()
        before = {f.kpi: (f.before, f.is_known) for f in phase.figure_ids}
        self.assertEqual(before["return_rate"], (100.0, True))
        self.assertEqual(before["restocked"], (100.0, True))
        self.assertEqual(before["inspection_days"], (0.0, False))
        self.assertAlmostEqual(before["refund_sum"][0], 500.0 / 3, 1)
        self._create_return(self._sell([(self.shirt, 4.0)]), until="inspected")
        phase.invalidate_recordset()
        figures = {f.kpi: f for f in phase.figure_ids}
        self.assertEqual(figures["inspection_days"].before_words, "–")
        self.assertNotEqual(figures["inspection_days"].after_words, "–")
        self.assertIn("100", figures["return_rate"].before_words)
        self._assert_code(
            "APPEND_ONLY", lambda: figures["refund_sum"].write({"before": 1.0})
        )

    def _take_back_before(self, order):
        """Taken back and credited by core's ways, ten days ago, outside governance."""
        phase = self._outside()
        self._take_back(order)
        self._credit(order)
        phase.active = False
        self.env.flush_all()
        past = fields.Datetime.subtract(fields.Datetime.now(), days=10)
        self.env.cr.execute("UPDATE stock_move SET date = %s", [past])
        self.env.cr.execute("UPDATE account_move SET date = %s", [past.date()])
        self.env.invalidate_all()

    # --- rights and guards ------------------------------------------------------------
    def test_only_a_manager_begins_and_what_has_begun_stays(self):
        phase = self._phase("planned")
        with self.assertRaises(AccessError):
            phase.with_user(self.users["agent"]).action_start()
        with self.assertRaises(AccessError):
            phase.with_user(self.users["finance"]).write({"name": "Mine"})
        self._assert_code("GUARDED_FIELD", lambda: phase.write({"state": "open"}))
        phase.with_user(self.users["manager"]).action_start()
        self._assert_code(
            "BAD_REQUEST", lambda: phase.write({"channel_ids": [Command.clear()]})
        )
        self._assert_code("APPEND_ONLY", phase.unlink)
        manager = phase.with_user(self.users["manager"])
        self._assert_code("BAD_REQUEST", manager.action_shadow)
        manager.action_end()
        self._assert_code("BAD_REQUEST", manager.action_start)

    def test_shadow_and_figures_are_seen_in_their_company_by_who_may(self):
        phase = self._phase("shadow")
        self._take_back(self._sell())
        rows = self.env["returns.shadow.decision"]
        self.assertTrue(rows.with_user(self.users["planner"]).search([]))
        with self.assertRaises(AccessError):
            rows.with_user(self.users["agent"]).search([])
        with self.assertRaises(AccessError):
            phase.with_user(self.users["agent"]).figure_ids.mapped("before")
        company = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self.users["manager"]
        manager.write({"company_ids": company.ids, "company_id": company.id})
        self.assertFalse(rows.with_user(manager).search([]))
        phases = self.env["returns.rollout.phase"].with_user(manager)
        self.assertFalse(phases.search([]))
