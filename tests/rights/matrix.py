"""Who may call what: every public method and every model, tried as every role.

Nothing is taken from the access lists: each method is called over the gate that RPC
goes through, on records on which it can succeed, as each role, as an employee without
a role, as a customer of the portal and as a stranger; what was done is undone.
``bin/python tests/rights/matrix.py DATABASE`` writes the result into the generated
part of ``docs/security.md``; ``test_matrix.py`` compares it.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

import public_methods  # noqa: E402

from odoo.tools import config  # noqa: E402

if __name__ == "__main__":  # the addons can be imported only now
    config.parse_config(["-d", sys.argv[1], "--log-level=error"])

from odoo import Command, fields  # noqa: E402
from odoo.exceptions import AccessError, UserError  # noqa: E402
from odoo.http import _generate_routing_rules  # noqa: E402
from odoo.service.model import call_kw  # noqa: E402
from odoo.tests import new_test_user  # noqa: E402

from odoo.addons.returns_governance.models.intake import (  # noqa: E402
    api_requests as methods,
)
from odoo.addons.returns_governance.tests.api_bad_input import good_calls  # noqa: E402
from odoo.addons.returns_governance.tests.common import (  # noqa: E402
    ReturnsCommon,
)
from odoo.addons.returns_governance.tests.sister import make_sister  # noqa: E402

DOCUMENT = ROOT / "docs" / "security.md"
BEGIN = "<!-- generated: bin/python tests/rights/matrix.py DATABASE -->"
END = "<!-- end of the generated part -->"
OTHERS = {
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "stranger": "base.group_public",
}
SHORT = {"warehouse_lead": "lead", "integration": "program"}
ALLOWED, DENIED = "yes", "-"
EXPECTED = "view_returns_expected"
# Buttons of a return that open something.
VIEWS = (
    "add_lines",
    "add_parcel",
    "ask_release",
    "cancel",
    "export_audit",
    "inspect",
    "not_repaired",
    "preview_refund",
    "receive",
    "repaired",
    "route",
    "switch_repair",
    "view_credit_notes",
    "view_exceptions",
    "view_exchanges",
    "view_orders",
    "view_parcels",
    "view_transfers",
    "view_write_downs",
)


class Matrix(ReturnsCommon):
    """The stage on which everything can be tried, and the tries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.callers = dict(cls.users)
        for name, group in OTHERS.items():
            cls.callers[name] = new_test_user(cls.env, f"test_{name}", groups=group)

    # --- the stage --------------------------------------------------------------------
    def _set_up_stage(self):
        """A return at each point of its way, and what else the methods work on."""
        self.parcel_back = self._create_return()
        self.open = self._create_return()
        self.here = self._create_return(until="received")
        self.done = self._create_return(until="inspected")
        self.dear = self._create_return(self._sell([(self.shirt, 12.0)]))
        self.refused = self._create_return(self._sell([(self.shirt, 13.0)]))
        self.opened_again = self._open_again()
        self.env.ref("returns_governance.automation_route_after_inspection").active = 0
        self.waiting = self._create_return(until="inspected")
        self.repair = self._create_repair()
        self.draft = self._make_draft()
        self.outbox = self.env["returns.outbox"]._machine_create(
            [{"order_id": self.done.id, "kind": "post", "state": "failed"}]
        )
        self.version = self.env.ref("returns_governance.policy_standard").version_ids
        self.new_version = self.version.copy()
        self._set_up_checklist()
        self.new_table = self.env["inventory.state.table"]._make_draft()
        self.quant = self.shirt.stock_quant_ids.filtered(
            lambda q: q.location_id == self.warehouse.lot_stock_id
        )
        self.lot = self.env["stock.lot"].create(
            {"name": "L1", "product_id": self._make_lot_product().id}
        )
        self._stock(self.lot.product_id, 5.0, self.lot)
        self.change = self.env["inventory.state.change"].search(
            [("product_id", "=", self.shirt.id), ("move_line_id", "!=", False)], limit=1
        )
        self.kept = self._keep_unmatched()
        self.wrong = self.env["returns.exception"]._raise(
            [{"code": "wrong_item", "order_id": self.open.id, "cause": "try"}]
        )
        self.transfer = self._make_transfer()
        self.balance = self.env["inventory.state.balance"].search(
            [("product_id", "=", self.shirt.id)],
            limit=1,
        )
        self._set_up_duties()
        back = self._create_return()
        # More comes than was authorised, and nobody says what becomes of it.
        self._receive(back, {back.line_ids: 5.0})
        self.env["returns.fact.refresh"]._rebuild()
        self.gap = self.env["returns.gap"].search([("order_id", "=", back.id)], limit=1)
        self.fact = self.env["returns.fact"].search(
            [("order_id", "=", self.done.id)], limit=1
        )
        self.env.flush_all()

    def _create_repair(self):
        """A return whose goods wait for the end of their repair."""
        channel = self.env["returns.channel"].create({"code": "bench", "name": "Bench"})
        policy = self.env["returns.policy"].create(
            {
                "code": "bench",
                "name": "Bench",
                "channel_ids": [Command.set(channel.ids)],
            }
        )
        rule = {"code": "all", "offer_repair": True}
        self.env["returns.policy.version"].create(
            {"policy_id": policy.id, "rule_ids": [Command.create(rule)]}
        ).action_publish()
        order = self._sell()
        asked = [(order.order_line, 1.0, {"resolution": "repair"})]
        return self._create_return(order, asked, until="inspected", channel=channel)

    def _set_up_duties(self):
        """A delegation among managers, a conflict of duties, and an accepted one."""
        boss = new_test_user(
            self.env,
            "test_boss",
            groups="returns_governance.group_manager,returns_governance.group_finance",
        )
        stand_in = new_test_user(
            self.env, "test_stand_in", groups="returns_governance.group_agent"
        )
        days = {"date_from": "2026-01-01", "date_to": "2099-12-31"}
        self.delegation = self.env["returns.delegation"].create(
            {
                "from_user_id": boss.id,
                "to_user_id": stand_in.id,
                "reason": "On leave",
                **days,
            }
        )
        self.accepted = self.env["returns.duty.exception"].create(
            {
                "user_id": boss.id,
                "conflict": "approve_pay",
                "reason": "A small shop",
                "until": "2099-12-31",
            }
        )
        self.duty = self.env["returns.duty"].search([("user_id", "=", boss.id)])[:1]

    def _payment(self):
        """A payment to a customer that is not made yet."""
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        return self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.partner.id,
                "amount": 1.0,
                "journal_id": journal.id,
            }
        )

    def _open_again(self):
        """A return that was closed, and opened again."""
        back = self._create_return(self._sell(until="invoiced"), until="inspected")
        step = self._step("reopen")
        step._run(back.with_user(self.users["agent"]), {back.id: "A second parcel"})
        return back

    def _make_lot_product(self):
        return self._make_product("Camera", 1.0, 1.0, tracking="lot")

    def _set_up_checklist(self):
        """A checklist with a version in force and a draft; for nothing sold here."""
        product = self._make_product("Asked about", 1.0, 1.0)
        self.checklist = self.env["returns.checklist"].create(
            {"name": "Try", "code": "try", "product_ids": [Command.set(product.ids)]}
        )
        self.asked = self.env["returns.checklist.version"].create(
            {
                "checklist_id": self.checklist.id,
                "question_ids": [Command.create({"name": "Tags on?"})],
            }
        )
        self.asked.with_user(self.users["manager"]).action_publish()
        self.to_ask = self.asked.copy()

    def _make_draft(self):
        order = self._sell()
        sold = self.env["returns.sold.line"]._for_sale_lines(order.order_line)
        reason = self.env.ref("returns_governance.reason_changed_mind")
        line = {"sold_line_id": sold.id, "quantity": 1.0, "reason_id": reason.id}
        return self.env["returns.order"].create(
            {
                "partner_id": order.partner_id.id,
                "channel_id": self.web.id,
                "warehouse_id": self.warehouse.id,
                "currency_id": order.currency_id.id,
                "line_ids": [Command.create(line)],
            }
        )

    def _keep_unmatched(self):
        """A parcel that names no return."""
        program = self.env["returns.order"].with_user(self.users["integration"])
        program.api_receive(
            {
                "receipt_ref": "KEPT-1",
                "warehouse": self.warehouse.code,
                "scan": "nobody knows",
                "lines": [{"sku": "SHIRT", "quantity": 1}],
            }
        )
        return self.env["returns.exception"].search(
            [("receipt_ref", "=", "KEPT-1"), ("code", "=", "unmatched_parcel")]
        )

    def _kit_calls(self):
        """What the form of a kit asks while somebody edits it."""
        kit = self.env["mrp.bom"].create(
            {"product_tmpl_id": self.belt.product_tmpl_id.id, "type": "phantom"}
        )
        return {"mrp.bom.onchange_bom_structure": (kit, {})}

    def _make_transfer(self):
        """A transfer out of write-off, which needs an approval."""
        place = self.warehouse._state_locations()
        source = place[self.warehouse.id, "write_off"]
        dest = place[self.warehouse.id, "quarantine"]
        move = {
            "product_id": self.shirt.id,
            "product_uom_qty": 1.0,
            "location_id": source.id,
            "location_dest_id": dest.id,
        }
        return self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_id": source.id,
                "location_dest_id": dest.id,
                "move_ids": [Command.create(move)],
            }
        )

    def _seal(self):
        """The youngest seal."""
        seals = self.env["returns.event.seal"]
        seals._seal()
        return seals.search([], limit=1)

    def _finding(self):
        """What a check found about a return."""
        check = self.env["returns.event.check"]._begin()
        return self.env["returns.event.finding"].create(
            {
                "check_id": check.id,
                "kind": "changed",
                "subject": self.open.name,
                "order_id": self.open.id,
            }
        )

    def _replay(self, state):
        """A replay of the version in force, as far as ``state``."""
        replay = self.env["returns.policy.replay"].create(
            {"version_id": self.version.id}
        )
        if state != "draft":
            replay.action_start()
        while state == "done" and replay.state == "running":
            replay._work()
        return replay

    # --- what is tried ----------------------------------------------------------------
    def _plain_calls(self):
        """{method: (records, arguments)} of what is called on a record."""
        reason = {"reason": "Seen"}
        sold = self.open.sale_order_ids
        calls = {
            "account.move.action_post": (self._credit("draft"), {}),
            "account.move.action_reverse": (self._credit("posted"), {}),
            "account.move.action_view_returns": (self._credit("posted"), {}),
            "account.move.button_cancel": (self._credit("draft"), {}),
            "account.payment.action_post": (self._payment(), {}),
            "account.payment.action_returns_bank_file": (self._transfer(), {}),
            "account.payment.action_returns_came_in": (self._came_in(), {}),
            "returns.settlement.action_came_in": (self.done.settlement_ids, {}),
            "inventory.state.balance.action_change_state": (self.balance, {}),
            "inventory.state.balance.action_open_ledger": (self.balance, {}),
            "inventory.state.balance.action_open_quants": (self.balance, {}),
            "inventory.state.balance.retrieve_as_of": (self.balance.browse(), {}),
            "inventory.state.change.action_undo": (self.change, {}),
            "returns.approval.action_approve": (self.dear.approval_ids, reason),
            "returns.approval.action_refuse": (self.refused.approval_ids, reason),
            "returns.event.finding.action_open": (self._finding(), {}),
            "returns.delegation.action_end": (self.delegation, {}),
            "returns.duty.action_accept": (self.duty, {}),
            "returns.duty.exception.action_end": (self.accepted, {}),
            "returns.event.seal.action_check": (self.env["returns.event.seal"], {}),
            "returns.event.seal.action_export": (self.env["returns.event.seal"], {}),
            "returns.exception.action_clear_by": (self.wrong, {"key": "inspect"}),
            "returns.event.seal.action_export": (self._seal(), {}),
            "returns.exception.action_close": (self.wrong, reason),
            "returns.exception.action_take": (self.wrong, {}),
            "returns.exception.action_wake": (self.wrong, {}),
            "returns.exception.retrieve_board": (self.wrong.browse(), {}),
            "returns.checklist.action_new_version": (self.checklist, {}),
            "returns.checklist.version.action_new_version": (self.asked, {}),
            "returns.checklist.version.action_publish": (self.to_ask, {}),
            "returns.checklist.version.action_retire": (self.asked, {}),
            "returns.expected.action_open_return": (
                self.env["returns.expected"].search([("order_id", "=", self.open.id)]),
                {},
            ),
            "returns.fact.action_open_return": (self.fact, {}),
            "returns.fact.action_refresh": (self.fact.browse(), {}),
            "returns.fact.retrieve_dashboard": (self.fact.browse(), {}),
            "returns.gap.action_open_return": (self.gap, {}),
            "returns.order.action_close": (self.opened_again, {}),
            "returns.order.action_submit": (self.draft, {}),
            "returns.order.action_release": (self.here, reason),
            "returns.money.board.retrieve_money_board": (
                self.env["returns.money.board"],
                {},
            ),
            "returns.order.action_print_statement": (self.here, {}),
            "returns.order.retrieve_overview": (self.env["returns.order"], {}),
            "returns.outbox.action_retry": (self.outbox, {}),
            "returns.policy.action_new_version": (self.version.policy_id, {}),
            "returns.policy.replay.action_start": (self._replay("draft"), {}),
            "returns.policy.replay.action_stop": (self._replay("running"), {}),
            "returns.policy.replay.action_view_lines": (self._replay("done"), {}),
            "returns.policy.replay.line.action_open_return": (
                self._replay("done").line_ids[:1],
                {},
            ),
            "returns.policy.version.action_new_version": (self.version, {}),
            "returns.policy.version.action_compare": (self.version, {}),
            "returns.policy.version.action_export": (self.version, {}),
            "returns.policy.version.action_propose": (self.new_version, {}),
            "returns.policy.version.action_publish": (self.new_version, {}),
            "returns.policy.version.action_run_tests": (self.new_version, {}),
            "inventory.state.table.action_new_draft": (self.new_table.browse(), {}),
            "inventory.state.table.action_publish": (self.new_table, {}),
            "returns.policy.version.action_retire": (self.version, {}),
            **self._rollout_calls(),
            "returns.setup.gap.action_mend": (self._setup_gap(), {}),
            "returns.setup.step.action_open": (
                self.env["returns.setup.step"].search([("step", "=", "channel")])[:1],
                {},
            ),
            "sale.order.action_view_returns": (sold, {}),
            "sale.order.message_post": (sold, {"body": "Seen"}),
            "stock.lot.action_change_state": (self.lot, {}),
            "stock.picking.action_ask_state_approval": (self.transfer, {}),
            "stock.picking.action_cancel": (self.transfer, {}),
            "res.config.settings.action_returns_set_up_credit": (
                self.env["res.config.settings"].create({}),
                {},
            ),
            "stock.picking.action_change_state": (self._receipt(), {}),
            "stock.picking.action_view_returns": (self._receipt(), {}),
            "stock.quant.action_change_state": (self.quant, {}),
        }
        calls |= self._law_calls()
        calls |= self._value_calls()
        calls |= self._books_calls()
        calls |= self._kit_calls()
        for model in ("product.product", "product.template"):
            record = self.shirt if model == "product.product" else self._template()
            for name in ("change_state", "open_states", "view_returns", EXPECTED):
                calls[f"{model}.action_{name}"] = (record, {})
        for name in VIEWS:
            calls[f"returns.order.action_{name}"] = (self.done, {})
        return calls

    def _law_calls(self):
        """The same for what the law packs add."""
        recall = self.env["returns.recall"].create(
            {
                "product_ids": [Command.set(self.lot.product_id.ids)],
                "reason": "It burns",
                "source": "The maker",
                "remedy_replacement": True,
            }
        )
        proof = self.env["ir.attachment"].create({"name": "mould.txt", "raw": b"x"})
        permission = self.env["returns.destruction"].create(
            {
                "product_id": self.shirt.id,
                "derogation": "a",
                "note": "Mould",
                "evidence_ids": [Command.set(proof.ids)],
            }
        )
        withdrawn = self._create_return(withdrawal=True)
        self.env.flush_all()
        clock = self.env["returns.refund.clock"].search(
            [("order_id", "=", withdrawn.id)]
        )
        return {
            "returns.destruction.action_ask": (permission, {}),
            "returns.recall.action_start": (recall, {}),
            "returns.recall.action_view_returns": (recall, {}),
            "returns.refund.clock.action_open_return": (clock, {}),
        }

    def _value_calls(self):
        """The same for write-downs; one waits to be posted."""
        self.env["returns.write.down.rule"].create(
            {"condition_id": self.grade_c.id, "basis": "fixed"}
        )
        routing = self.env.ref("returns_governance.automation_route_after_inspection")
        self.company.returns_posting, routing.active = "draft", True
        back = self._create_return(until="inspected", grade=self.grade_c)
        self.company.returns_posting, routing.active = "call", False
        row = self.env["returns.write.down"].search([("order_id", "=", back.id)])
        return {
            "returns.write.down.action_measure_again": (row, {}),
            "returns.write.down.action_post": (row, {}),
            "returns.write.down.action_view_entries": (row, {}),
        }

    def _books_calls(self):
        """The same for statements, accruals, and the profit and loss of a return."""
        today = fields.Date.today()
        statement = self.env["returns.statement"].create(
            {"date_from": fields.Date.start_of(today, "month"), "date_to": today}
        )
        accrual = self.env["returns.accrual"].create(
            {"date": fields.Date.end_of(today, "month")}
        )
        settings = self.env["res.config.settings"].create({})
        profit = self.env["returns.profit"].search(
            [("order_id", "=", self.done.id)], limit=1
        )
        gone, handover = self._handovers()
        name = "returns.statement"
        return {
            "returns.handover.action_confirm": (handover, {}),
            "returns.handover.action_fill": (handover, {}),
            "returns.handover.action_reverse": (gone, {}),
            "res.config.settings.action_returns_propose_accounts": (settings, {}),
            "returns.accrual.action_cancel": (accrual, {}),
            "returns.accrual.action_count": (accrual, {}),
            "returns.accrual.action_post": (accrual, {}),
            "returns.accrual.action_view_entries": (accrual, {}),
            "returns.order.action_view_profit": (self.done, {}),
            "returns.profit.action_open": (profit, {}),
            f"{name}.action_compare": (statement, {}),
            f"{name}.action_export": (statement, {}),
            f"{name}.action_view_lines": (statement, {}),
            f"{name}.account.action_view_items": (statement.account_ids[:1], {}),
            f"{name}.class.action_view_lines": (statement.class_ids[:1], {}),
            f"{name}.line.action_open": (statement.line_ids[:1], {}),
            f"{name}.section.action_view_lines": (statement.section_ids[:1], {}),
        }

    def _handovers(self):
        """Goods that went over to another company, and others that are to go."""
        _company, node = make_sister(self.env, "Receiver")
        self.warehouse.returns_owner_warehouse_id = node
        Handover = self.env["returns.handover"]
        gone = Handover.create({"warehouse_id": self.warehouse.id})
        gone.with_user(self.users["finance"]).action_confirm()
        routing = self.env.ref("returns_governance.automation_route_after_inspection")
        routing.active = True
        self._create_return(until="inspected")
        routing.active = False
        return gone, Handover.create({"warehouse_id": self.warehouse.id})

    def _rollout_calls(self):
        """Phases of another company, so that nothing here lies outside of one."""
        company = self.env["res.company"].create({"name": "Rollout"})
        for user in self.callers.values():
            if user._is_internal():
                user.company_ids |= company
        self.env.user.company_ids |= company
        phases = self.env["returns.rollout.phase"].create(
            [{"name": name, "company_id": company.id} for name in ("one", "two")]
        )
        phases[1].with_user(self.users["manager"]).with_context(
            allowed_company_ids=company.ids
        ).action_shadow()
        model = "returns.rollout.phase"
        both = {"allowed_company_ids": [self.company.id, company.id]}
        planned, begun = (phase.with_context(**both) for phase in phases)
        return {
            f"{model}.action_end": (begun, {}),
            f"{model}.action_shadow": (planned, {}),
            f"{model}.action_start": (planned, {}),
            f"{model}.action_view_shadow": (begun, {}),
        }

    def _setup_gap(self):
        """A condition that the policy sends nowhere."""
        self.env["returns.condition"].create({"code": "Q", "name": "Wet"})
        return self.env["returns.setup.gap"].search(
            [("code", "=", "condition_disposition")], limit=1
        )

    def _template(self):
        return self.shirt.product_tmpl_id

    def _transfer(self):
        """A posted payment to a customer's bank account."""
        payment = self._payment()
        payment.partner_bank_id = self.env["res.partner.bank"].create(
            {
                "partner_id": self.partner.id,
                "acc_number": f"ACC {payment.id}",
                "allow_out_payment": True,
            }
        )
        payment.action_post()
        return payment

    def _came_in(self):
        """A posted payment of a customer that nobody has confirmed."""
        payment = self._payment()
        payment.payment_type = "inbound"
        payment.action_post()
        return payment

    def _receipt(self):
        return self.here.receipt_ids.picking_id

    def _credit(self, state):
        if state == "posted":
            return self.done.settlement_ids.move_id
        self.company.returns_posting = "queue"
        back = self._create_return()
        back.action_release("Early")
        self.company.returns_posting = "call"
        return back.settlement_ids.move_id

    def _api_calls(self):
        """{method: arguments} of the API."""
        snapshot_of = self.here.name
        good = good_calls(
            self._sell().name,
            "SHIRT",
            snapshot_of,
            self.open.parcel_ids.tracking_ref,
            self.warehouse.code,
            self.company.currency_id.name,
        )
        good["match"] = {
            "match_ref": "TRY-M",
            "receipt_ref": "KEPT-1",
            "return": self.open.name,
        }
        good["decide"]["return"] = self.dear.name
        good["cancel"]["return"] = self.open.name
        parameters = {
            verb: {methods.METHODS[verb].parameter: value}
            for verb, value in good.items()
            if verb in methods.METHODS
        }
        return {
            **parameters,
            "batch": {"calls": []},
            "search": {"filter": {}},
            "changes": {},
        }

    def _dialogs(self):
        """{dialog: (opened on, values)}; each is opened and saved by who tries."""
        credit = self.done.settlement_ids.move_id.invoice_line_ids.move_id
        return {
            "returns.receive.wizard": (self.open, {}),
            "returns.inspect.wizard": (self.here, {}),
            "returns.route.wizard": (self.waiting, {}),
            "returns.cancel.wizard": (self.open, {"reason": "Kept"}),
            "returns.repair.wizard": (self.repair, {"reason": "A new zip"}),
            "returns.repair.switch": (self.repair, {"reason": "No spare part"}),
            "returns.label.wizard": (self.open, {"tracking_ref": "T-2"}),
            "returns.scan.wizard": (self.open.parcel_ids, {}),
            "returns.add.wizard": (self.draft, self._added()),
            "returns.reason.wizard": (
                self.wrong,
                {"kind": "close", "reason": "Seen"},
            ),
            "returns.export.wizard": (self.open, {}),
            "returns.pay.wizard": (
                self.done.settlement_ids,
                {"payment_ids": [Command.set(self._transfer().ids)]},
            ),
            "returns.bulk.result.line": (self.open, self._shown()),
            "returns.match.wizard": (
                self.kept,
                {"exception_id": self.kept.id, "order_id": self.open.id},
            ),
            "returns.policy.import.wizard": (
                self.version,
                {"source": "pack", "pack": "standard"},
            ),
            "inventory.adopt.wizard": (self.quant, self._taken_over()),
            "inventory.state.change.wizard": (self.quant, self._changed()),
            "inventory.state.reversal.wizard": (
                self.change,
                {"change_id": self.change.id, "reason": "Wrong"},
            ),
            "account.move.reversal": (
                credit.reversed_entry_id,
                {
                    "journal_id": credit.journal_id.id,
                    "move_ids": [Command.set(credit.reversed_entry_id.ids)],
                    "company_id": self.company.id,
                },
            ),
        }

    def _added(self):
        """What an agent takes over from an order."""
        line = self._sell().order_line
        reason = self.env.ref("returns_governance.reason_changed_mind")
        row = {"sale_line_id": line.id, "quantity": 1.0, "reason_id": reason.id}
        return {"line_ids": [Command.create(row)]}

    def _shown(self):
        """A result of many that somebody saw."""
        shown = self.env["returns.bulk.result"].create({"title": "Many"})
        return {
            "result_id": shown.id,
            "res_model": self.open._name,
            "res_id": self.open.id,
        }

    def _taken_over(self):
        """An empty place that goes into quarantine."""
        place = self.env["stock.location"].create(
            {"name": "Cage", "location_id": self.warehouse.lot_stock_id.id}
        )
        row = {
            "location_id": place.id,
            "state_id": self.env.ref("inventory_states.state_quarantine").id,
        }
        return {"reason": "Old", "line_ids": [Command.create(row)]}

    def _changed(self):
        """One unit that goes into quarantine."""
        row = {"quant_id": self.quant.id, "quantity": 1.0}
        return {
            "state_dest_id": self.env.ref("inventory_states.state_quarantine").id,
            "reason": "Seen",
            "line_ids": [Command.create(row)],
        }

    # --- the tries --------------------------------------------------------------------
    def _tries(self):
        """{method: function of a user that calls it as RPC does}."""
        tries = {}
        for method, (records, arguments) in self._plain_calls().items():
            tries[method] = self._call_on(records, method, arguments)
        for verb, arguments in self._api_calls().items():
            method = f"returns.order.api_{verb}"
            tries[method] = self._call_on(self.env["returns.order"], method, arguments)
        approval = self.refused.approval_ids
        said = {"kind": "refuse", "reason": "Seen"}
        refuse = "returns.reason.wizard.action_refuse"
        tries[refuse] = self._save(refuse, approval, said)
        for model, (opened_on, values) in self._dialogs().items():
            for method in self.public:
                if method.rpartition(".")[0] == model and method != refuse:
                    tries[method] = self._save(method, opened_on, values)
        return tries

    def _call_on(self, records, method, arguments):
        name = method.rpartition(".")[2]
        ids = [records.ids] if records else []
        if not records and not getattr(getattr(records, name), "_api_model", False):
            ids = [[]]

        def call(user):
            model = self.env[records._name].with_user(user)
            call_kw(model, name, ids, dict(arguments))

        return call

    def _save(self, method, opened_on, values):
        """Open a dialog, say something in it, press its button."""
        model, _dot, name = method.rpartition(".")

        def call(user):
            dialogs = self.env[model].with_user(user)
            context = {"active_model": opened_on._name, "active_ids": opened_on.ids}
            [made] = call_kw(dialogs, "create", [[values]], {"context": context})
            self._grade(model, made)
            call_kw(dialogs, name, [[made]], {"context": context})

        return call

    def _grade(self, model, made):
        """Say in the inspection's grid that all is as new."""
        if model == "returns.inspect.wizard":
            for row in self.env[model].browse(made).line_ids:
                grades = row.grid["grades"]
                grades[0] = {**grades[0], "quantity": row.left}
                row.grid = {**row.grid, "grades": grades}
        if model == "returns.route.wizard":
            rows = self.env[model].browse(made).line_ids
            rows.disposition_id = self.env.ref("returns_governance.disposition_restock")

    def _may(self, call, user):
        """Whether the gate lets the user through; what was done is undone."""
        self.env.invalidate_all()
        with self.env.cr.savepoint() as savepoint:
            try:
                call(user)
                self.env.flush_all()
                answer = ALLOWED
            except AccessError:
                answer = DENIED
            except UserError as error:
                answer = f"refused: {error}"
            savepoint.rollback()
        self.env.invalidate_all()
        return answer

    # --- the document -----------------------------------------------------------------
    def _text(self):
        """The generated part of the document."""
        self._set_up_stage()
        self.public = public_methods.collect(self.env.registry)
        tries = self._tries()
        missing = sorted(set(self.public) - set(tries))
        self.assertFalse(missing, "methods that nobody tries: add them to the matrix")
        lines = ["### Methods", "", *self._head("method")]
        for method in self.public:
            cells = [self._may(tries[method], user) for user in self.callers.values()]
            lines.append(self._row(f"`{method}`", cells))
        lines += ["", "### Records", "", *self._head("model")]
        for model in self._models():
            cells = [self._rights(model, user) for user in self.callers.values()]
            lines.append(self._row(f"`{model}`", cells))
        lines += ["", "### Routes", "", *self._routes()]
        return "\n".join(lines)

    def _head(self, what):
        names = [SHORT.get(name, name) for name in self.callers]
        return [self._row(what, names), self._row("---", ["---"] * len(names))]

    def _row(self, head, cells):
        return f"| {head} | {' | '.join(cells)} |".replace("  ", " ")

    def _models(self):
        return sorted(
            name
            for name, model in self.env.registry.items()
            if name.startswith(("returns.", "inventory.")) and not model._abstract
        )

    def _rights(self, model, user):
        """The letters of what a user may do to the rows: create, read, write, unlink.

        A guarded model refuses to everybody what only its steps may do.
        """
        as_user = self.env[model].with_user(user)
        letters = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
        append_only = getattr(as_user, "_append_only", False)
        return "".join(
            letter
            for letter, operation in letters.items()
            if as_user.has_access(operation)
            and not (append_only and operation != "read")
        )

    def _routes(self):
        """Addresses that the addons serve, and who may ask there."""
        installed = sorted(self.env.registry._init_modules)
        prefixes = tuple(f"odoo.addons.{name}" for name in public_methods.our_addons())
        ours = sorted(
            f"- `{url}`: {endpoint.routing['auth']}"
            for url, endpoint in _generate_routing_rules(installed, nodb_only=False)
            if endpoint.func.__module__.startswith(prefixes)
        )
        return ours or ["None: the addons serve no address of their own."]


class RightsMatrix(Matrix):
    """Compares the document with what happens, or writes it anew."""

    def runTest(self):
        before, _begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        text = f"{before}{BEGIN}\n{self._text()}\n{END}{after}"
        DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    import unittest

    unittest.TextTestRunner().run(unittest.TestSuite([RightsMatrix()]))
