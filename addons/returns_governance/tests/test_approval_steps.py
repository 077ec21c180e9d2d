"""Each step that can ask another person, and how it goes on after the answer."""

from odoo import Command
from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalSteps(ApprovalCommon):
    def _asked(self, back, kind):
        return back.approval_ids.filtered(
            lambda row: row.kind == kind and row.state == "open"
        )

    # --- release by hand --------------------------------------------------------------
    def test_a_release_by_hand_waits_and_is_done_by_itself(self):
        self._authority("release", above=100)
        back = self._create_return()
        finance = self.users["finance"]
        back.with_user(finance).action_release("A good customer")
        self.assertEqual(back.money_state, "held")
        approval = self._asked(back, "release")
        self.assertEqual(approval.requested_by_id, finance)
        self.assertEqual(approval.why, "A good customer")
        approval.with_user(self.boss).action_approve()
        self.assertEqual(back.settlement_ids.move_id.state, "posted")
        released = back.event_ids.filtered(lambda e: e.what == "released")
        self.assertEqual((released.user_id, released.why), (finance, "A good customer"))
        self.assertEqual(approval.outcome, "Approved, and done.")
        self.assertTrue(approval.used_at)

    def test_a_small_release_waits_for_nobody(self):
        self._authority("release", above=1000)
        back = self._create_return()
        back.with_user(self.users["finance"]).action_release("A good customer")
        self.assertFalse(back.approval_ids)
        self.assertEqual(back.settlement_ids.move_id.state, "posted")

    def test_a_refused_release_stays_held(self):
        self._authority("release")
        back = self._create_return()
        back.with_user(self.users["finance"]).action_release("A good customer")
        self._asked(back, "release").with_user(self.boss).action_refuse("Wait")
        self.assertFalse(back.settlement_ids)
        # What is due by its rule goes all the same.
        self._receive(back)
        self._inspect(back)
        self.assertEqual(back.money_state, "due")

    def test_who_may_not_release_asks_nobody(self):
        self._authority("release")
        back = self._create_return()
        with self._denied():
            back.with_user(self.users["agent"]).action_release("Please")
        with self._refused("BAD_REQUEST"):
            back.with_user(self.users["finance"]).action_release()
        self.assertFalse(back.approval_ids)

    def test_a_step_that_cannot_be_taken_any_more_says_so(self):
        self._authority("release")
        back = self._create_return()
        back.with_user(self.users["finance"]).action_release("A good customer")
        approval = self._asked(back, "release")
        self._receive(back)
        self._inspect(back)
        approval.with_user(self.boss).action_approve()
        self.assertEqual(approval.state, "approved")
        self.assertIn("nothing is left to refund", approval.outcome)

    # --- goods ------------------------------------------------------------------------
    def _waiting_goods(self):
        back = self._create_return(until="received")
        return back

    def _find(self, back, disposition):
        self._step("inspect", "warehouse_lead")._run(
            back.with_user(self.users["warehouse_lead"]),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": self.shirt,
                        "quantity": 3.0,
                        "lot_name": False,
                        "condition": self.grade_a,
                        "disposition": self.env.ref(
                            f"returns_governance.disposition_{disposition}"
                        ),
                        "reason": "It smells",
                    }
                ]
            },
        )

    def test_another_disposition_waits_for_its_approval(self):
        self._authority("override", above=50)
        back = self._waiting_goods()
        self._find(back, "quarantine")
        self.assertFalse(back.routing_ids)
        approval = self._asked(back, "override")
        self.assertEqual((approval.quantity, approval.amount), (3.0, 60.0))
        self.assertIn("It smells", approval.why)
        # The money does not wait for what becomes of the goods.
        self.assertEqual(back.money_state, "due")
        approval.with_user(self.boss).action_approve()
        self.assertEqual(back.routing_ids.disposition_id.code, "quarantine")
        self.assertEqual(back.goods_state, "disposed")
        self.assertEqual(approval.outcome, "Approved, and done.")

    def test_goods_whose_disposition_was_refused_wait_for_a_person(self):
        self._authority("override")
        back = self._waiting_goods()
        self._find(back, "quarantine")
        self._asked(back, "override").with_user(self.boss).action_refuse("Restock it")
        self.assertFalse(back.routing_ids)
        self.env["returns.step.advance"]._after(back)
        self.assertFalse(self._asked(back, "override"))
        entry = {
            "inspection": back.inspection_ids,
            "quantity": 3.0,
            "disposition": self.env.ref("returns_governance.disposition_restock"),
        }
        self._step("route", "warehouse_lead")._run(
            back.with_user(self.users["warehouse_lead"]), {back.id: [entry]}
        )
        self.assertEqual(back.routing_ids.disposition_id.code, "restock")

    def test_a_write_off_further_on_waits_for_its_approval(self):
        self._authority(
            "write_off",
            disposition_ids=self.env.ref("returns_governance.disposition_destroy").ids,
        )
        back = self._create_return(until="inspected", grade=self.grade_d)
        [routing] = back.routing_ids
        send_on = {
            "routing": routing,
            "quantity": 2.0,
            "disposition": self.env.ref("returns_governance.disposition_destroy"),
            "reason": "Beyond repair",
        }
        lead = self.users["warehouse_lead"]
        self._step("route", "warehouse_lead")._route_on(
            back.with_user(lead), {back.id: [send_on]}
        )
        self.assertEqual(len(back.routing_ids), 1)
        approval = self._asked(back, "write_off")
        approval.with_user(self.boss).action_approve()
        self.assertEqual(approval.outcome, "Approved, and done.")
        self.assertEqual(
            back.routing_ids.mapped("quantity"), [routing.quantity, -2.0, 2.0]
        )
        self.assertEqual(back.routing_ids[-1].user_id, lead)

    # --- credit and payments ----------------------------------------------------------
    def _credit(self, amount=200.0):
        return (
            self.env["account.move"]
            .with_user(self.users["finance"])
            .create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_date": "2026-11-02",
                    "ref": "An apology",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Apology",
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            )
        )

    def _approval_of(self, record):
        field = "move_id" if record._name == "account.move" else "payment_id"
        return self.env["returns.approval"].search([(field, "=", record.id)])

    def test_credit_without_a_return_is_posted_after_its_approval(self):
        self._authority("goodwill", above=100)
        credit = self._credit()
        note = credit.action_post()
        self.assertIn("Sent for approval", note["params"]["message"])
        self.assertEqual(credit.state, "draft")
        approval = self._approval_of(credit)
        self.assertEqual((approval.kind, approval.amount), ("goodwill", 200.0))
        approval.with_user(self.boss).action_approve()
        self.assertEqual(credit.state, "posted", approval.outcome)

    def test_no_other_way_posts_it_without_one(self):
        self._authority("goodwill", above=100)
        for post in (
            lambda move: move._post(),
            lambda move: move.sudo().write({"state": "posted"}),
        ):
            with self._refused("APPROVAL_REQUIRED"), self.env.cr.savepoint():
                post(self._credit())
        small = self._credit(90.0)
        small.action_post()
        self.assertEqual(small.state, "posted")

    def test_another_sum_or_payee_than_approved_asks_again(self):
        self._authority("goodwill")
        credit = self._credit()
        self.env["returns.approval"].with_user(self.users["finance"])._ask(
            self.env["returns.gate"]._authority_rows(credit.sudo())
        )
        approval = self._approval_of(credit)
        credit.partner_id = self.env["res.partner"].create({"name": "Somebody else"})
        approval.with_user(self.boss).action_approve()
        self.assertEqual(credit.state, "draft")
        again = self._approval_of(credit) - approval
        self.assertEqual(again.partner_id.name, "Somebody else")

    def _payment(self, amount=60.0):
        back = self._create_return(self._sell([(self.shirt, 1.0)]), until="inspected")
        credit = back.settlement_ids.move_id
        wizard = self.env["account.payment.register"].with_user(self.users["finance"])
        payment = (
            wizard.with_context(active_model="account.move", active_ids=credit.ids)
            .create({})
            ._create_payments()
        )
        return back, payment

    def test_a_payment_by_hand_waits_and_is_tied_to_its_credit_note(self):
        self._authority("pay", above=50, role="manager")
        back, payment = self._payment()
        self.assertEqual(payment.state, "draft")
        approval = self._approval_of(payment)
        self.assertEqual((approval.kind, approval.amount), ("pay", 60.0))
        self.assertEqual(approval.requested_by_id, self.users["finance"])
        approval.with_user(self.boss).action_approve()
        self.assertEqual(approval.outcome, "Approved, and done.")
        self.assertNotEqual(payment.state, "draft")
        self.assertEqual(back.money_state, "settled")

    def test_a_payment_to_another_account_than_approved_waits_again(self):
        self._authority("pay")
        _back, payment = self._payment()
        account = self.env["res.partner.bank"].create(
            {"partner_id": self.partner.id, "acc_number": "DE99 1234"}
        )
        approval = self._approval_of(payment)
        payment.sudo().partner_bank_id = account
        approval.with_user(self.boss).action_approve()
        self.assertEqual(payment.state, "draft")
        again = self._approval_of(payment) - approval
        self.assertEqual((again.state, again.data["account"]), ("open", account.id))
        with self._refused("APPROVAL_REQUIRED"), self.env.cr.savepoint():
            payment.sudo().write({"state": "in_process"})

    def test_levels_of_a_change_of_state(self):
        self._authority("state_change", role="warehouse_lead")
        written_off = self.warehouse._get_state_location("write_off")
        quarantine = self.warehouse._get_state_location("quarantine")
        keeper = self._colleague("keeper", "inspector")
        places = {"location_id": written_off.id, "location_dest_id": quarantine.id}
        move = {"product_id": self.shirt.id, "product_uom_qty": 2.0, **places}
        picking = (
            self.env["stock.picking"]
            .with_user(keeper)
            .create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    **places,
                    "move_ids": [Command.create(move)],
                }
            )
        )
        picking.action_ask_state_approval()
        approval = self.env["returns.approval"].search(
            [("stock_move_id", "in", picking.move_ids.ids)]
        )
        self.assertEqual(approval.amount, 40.0)
        self.assertEqual(
            sorted(approval.level_ids.mapped("role")), ["manager", "warehouse_lead"]
        )
