"""Approvals: four eyes, who decides, and what an answer sets going."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .governance_common import GovernanceCommon


@tagged("post_install", "-at_install")
class TestApprovals(GovernanceCommon):
    def setUp(self):
        super().setUp()
        self.other_manager = new_test_user(
            self.env, "other_manager", groups="returns_governance.group_manager"
        )

    def _dear_return(self, user="agent"):
        """A return above the policy's limit of 500: it waits for an approval."""
        order = self._sell([(self.shirt, 12.0)])
        return self._submit(self._request(order), user=user)

    def _refused(self, code):
        return self.assertRaisesRegex(UserError, rf"^\[{code}\]")

    def _denied(self):
        return self.assertRaisesRegex(AccessError, r"^\[ACCESS_DENIED\]")

    def test_a_refund_above_the_limit_waits_for_a_second_person(self):
        back = self._dear_return()
        self.assertEqual(back.case_state, "to_approve")
        approval = back.approval_ids
        self.assertEqual((approval.state, approval.kind), ("open", "refund"))
        self.assertEqual((approval.amount, approval.limit), (720.0, 500.0))
        self.assertEqual(approval.requested_by_id, self.users["agent"])
        self.assertTrue(approval.due_at)

    def test_a_manager_approves_and_the_return_goes_on(self):
        back = self._dear_return()
        manager = self.users["manager"]
        approval = back.approval_ids.with_user(manager)
        self.assertTrue(approval.can_approve)
        self.assertIs(approval.action_approve(reason="Known customer"), True)
        self.assertEqual(approval.state, "approved")
        self.assertEqual(approval.decided_by_id, manager)
        self.assertEqual(approval.reason, "Known customer")
        self.assertEqual(back.case_state, "authorised")
        self.assertEqual(back.approved_amount, 720.0)
        event = back.event_ids.filtered(lambda e: e.what == "approved")
        self.assertEqual((event.user_id, event.why), (manager, "Known customer"))

    def test_a_refused_approval_ends_in_rejected(self):
        back = self._dear_return()
        back.approval_ids.with_user(self.users["manager"]).action_refuse("Too much")
        self.assertEqual(back.approval_ids.state, "refused")
        self.assertEqual(back.case_state, "rejected")
        self.assertEqual(
            back.event_ids.filtered(lambda e: e.what == "approval_refused").why,
            "Too much",
        )
        self.assertFalse(back.line_ids.sold_line_id.quantity_claimed)

    def test_nobody_else_approves(self):
        approval = self._dear_return().approval_ids
        for role in (
            "agent", "inspector", "warehouse_lead", "finance", "planner", "auditor",
            "integration",
        ):  # fmt: skip
            with self.subTest(role=role):
                self.assertFalse(approval.with_user(self.users[role]).can_approve)
                with self._denied():
                    approval.with_user(self.users[role]).action_approve()
        self.assertEqual(approval.state, "open")

    def test_a_manager_does_not_approve_an_own_request(self):
        back = self._dear_return(user="manager")
        approval = back.approval_ids.with_user(self.users["manager"])
        self.assertFalse(approval.can_approve)
        with self._refused("SELF_APPROVAL"):
            approval.action_approve()
        self.assertEqual(back.case_state, "to_approve")
        approval.with_user(self.other_manager).action_approve()
        self.assertEqual(back.case_state, "authorised")

    def test_who_edited_the_draft_does_not_approve(self):
        sold = self._sell([(self.shirt, 12.0)]).order_line
        sold_line = self.env["returns.sold.line"]._for_sale_lines(sold)
        draft = (
            self.env["returns.order"]
            .with_user(self.users["agent"])
            .create(
                {
                    "channel_id": self.web.id,
                    "partner_id": self.partner.id,
                    "warehouse_id": self.warehouse.id,
                    "line_ids": [
                        Command.create({"sold_line_id": sold_line.id, "quantity": 10})
                    ],
                }
            )
        )
        draft.line_ids.with_user(self.users["manager"]).quantity = 12
        self.assertEqual(
            draft.sudo().editor_ids, self.users["agent"] | self.users["manager"]
        )
        self._step("request")._run(draft)
        self.assertEqual(draft.case_state, "to_approve")
        approval = draft.approval_ids
        with self._refused("SELF_APPROVAL"):
            approval.with_user(self.users["manager"]).action_approve()
        approval.with_user(self.other_manager).action_approve()
        self.assertEqual(draft.case_state, "authorised")

    def test_an_agent_refuses_an_own_request_and_no_other(self):
        back = self._dear_return()
        stranger = new_test_user(
            self.env, "second_agent", groups="returns_governance.group_agent"
        )
        with self._denied():
            back.approval_ids.with_user(stranger).action_refuse()
        own = back.approval_ids.with_user(self.users["agent"])
        self.assertTrue(own.can_refuse)
        own.action_refuse("A mistake")
        self.assertEqual(back.case_state, "rejected")

    def test_an_answer_is_given_once(self):
        approval = self._dear_return().approval_ids.with_user(self.users["manager"])
        approval.action_approve()
        for method in ("action_approve", "action_refuse"):
            with self.subTest(method=method), self._refused("RETURN_STATE"):
                getattr(approval.with_user(self.other_manager), method)()

    def test_asking_again_leaves_one_open_with_the_new_sum(self):
        back = self._dear_return()
        Approval = self.env["returns.approval"]
        again = Approval._ask(
            [{"order": back, "kind": "refund", "amount": 900.0, "limit": 500.0}]
        )
        self.assertEqual(again, back.approval_ids)
        self.assertEqual(again.amount, 900.0)

    def test_a_sum_above_what_was_approved_is_asked_again(self):
        back = self._dear_return()
        back.approval_ids.with_user(self.users["manager"]).action_approve()
        again = self.env["returns.approval"]._ask(
            [{"order": back, "kind": "refund", "amount": 900.0, "limit": 500.0}]
        )
        self.assertEqual(len(back.approval_ids), 2)
        self.assertEqual(again.state, "open")
        # The one who approved before is no party to the request.
        again.with_user(self.users["manager"]).action_approve()
        self.assertEqual(back.approved_amount, 900.0)

    def test_a_cancelled_return_needs_no_answer(self):
        back = self._dear_return()
        self._step("cancel")._run(
            back.with_user(self.users["agent"]), {back.id: {"reason": "Kept it"}}
        )
        self.assertEqual(back.approval_ids.state, "withdrawn")

    def test_answers_and_questions_are_not_typed(self):
        approval = self._dear_return().approval_ids
        with self._refused("APPEND_ONLY"):
            approval.with_user(self.users["manager"]).write({"state": "approved"})
        with self._refused("APPEND_ONLY"):
            approval.sudo().write({"state": "approved"})
        with self._refused("APPEND_ONLY"):
            approval.sudo().unlink()
        with self._refused("APPEND_ONLY"):
            self.env["returns.approval"].sudo().with_context(
                default_state="approved"
            ).create({"order_id": approval.order_id.id})
        with self._refused("GUARDED_FIELD"):
            approval.order_id.with_user(self.users["manager"]).write(
                {"approved_amount": 1000}
            )


@tagged("post_install", "-at_install")
class TestApprovalOfStateChanges(GovernanceCommon):
    """What has been written off leaves that state with an approval only."""

    def setUp(self):
        super().setUp()
        self.keeper = new_test_user(self.env, "keeper", groups="stock.group_stock_user")
        self.written_off = self.warehouse._get_state_location("write_off")
        self.quarantine = self.warehouse._get_state_location("quarantine")
        damaged = self.warehouse._get_state_location("damaged")
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": self.shirt.id,
                "inventory_quantity": 5.0,
                "location_id": damaged.id,
            }
        ).action_apply_inventory()
        self._validate(self._transfer(5.0, self.written_off, damaged))

    def _transfer(self, quantity=2.0, dest=None, source=None):
        places = {
            "location_id": (source or self.written_off).id,
            "location_dest_id": (dest or self.quarantine).id,
        }
        picking = (
            self.env["stock.picking"]
            .with_user(self.keeper)
            .create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    **places,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.shirt.id,
                                "product_uom_qty": quantity,
                                **places,
                            }
                        )
                    ],
                }
            )
        )
        picking.move_ids.state_reason = "Found again"
        picking.action_confirm()
        return picking

    def _validate(self, picking, quantity=None):
        picking.move_ids.quantity = quantity or picking.move_ids.product_uom_qty
        picking.move_ids.picked = True
        picking._action_done()

    def _refused(self):
        return self.assertRaisesRegex(UserError, r"^\[STATE_TRANSITION\]")

    def _ask(self, picking):
        picking.action_ask_state_approval()
        return self.env["returns.approval"].search(
            [("stock_move_id", "in", picking.move_ids.ids)]
        )

    def test_without_an_approval_the_change_is_refused(self):
        picking = self._transfer()
        with self._refused():
            self._validate(picking)
        self._ask(picking)
        with self._refused():
            self._validate(picking)

    def test_an_approved_change_passes(self):
        picking = self._transfer()
        approval = self._ask(picking)
        self.assertEqual(approval.kind, "state_change")
        self.assertEqual(approval.requested_by_id, self.keeper)
        approval.with_user(self.users["manager"]).action_approve()
        self._validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(
            self.env["stock.quant"]._get_available_quantity(
                self.shirt, self.quarantine, strict=True
            ),
            2.0,
        )

    def test_a_refused_change_stays_refused(self):
        picking = self._transfer()
        self._ask(picking).with_user(self.users["manager"]).action_refuse()
        with self._refused():
            self._validate(picking)

    def test_more_than_was_approved_is_refused(self):
        picking = self._transfer()
        self._ask(picking).with_user(self.users["manager"]).action_approve()
        with self._refused():
            self._validate(picking, 3.0)

    def test_another_destination_than_approved_is_refused(self):
        picking = self._transfer()
        self._ask(picking).with_user(self.users["manager"]).action_approve()
        supplier = self.env.ref("stock.stock_location_suppliers")
        picking.move_ids.location_dest_id = supplier
        with self._refused():
            self._validate(picking)

    def test_an_approval_is_asked_once_and_only_where_needed(self):
        picking = self._transfer()
        self._ask(picking)
        with self.assertRaisesRegex(UserError, r"^\[BAD_REQUEST\]"):
            picking.action_ask_state_approval()

    def test_who_asked_does_not_approve(self):
        self.keeper.group_ids |= self.env.ref("returns_governance.group_manager")
        approval = self._ask(self._transfer()).with_user(self.keeper)
        with self.assertRaisesRegex(UserError, r"^\[SELF_APPROVAL\]"):
            approval.action_approve()
