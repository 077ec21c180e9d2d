"""Many at once: what can be done is done, what cannot has its own reason."""

import base64
import io
import json
from datetime import timedelta

from openpyxl import load_workbook

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..guard import refuse
from .test_exceptions import ExceptionCommon
from .test_query_counts import MOST_PER_RETURN


@tagged("post_install", "-at_install")
class TestBulk(ExceptionCommon):
    def _dialog(self, name, records, user, **defaults):
        return (
            self.env[name]
            .with_user(self.users[user])
            .with_context(
                active_model=records._name,
                active_ids=records.ids,
                active_id=records[:1].id,
                **{f"default_{key}": value for key, value in defaults.items()},
            )
        )

    def _reason(self, records, user, kind, **values):
        dialog = self._dialog("returns.reason.wizard", records, user, kind=kind)
        return dialog.create({"reason": "Because", **values})

    def _results(self, action):
        """{record name: (outcome, reason)} of the dialog that an action opens."""
        self.assertEqual(action["res_model"], "returns.bulk.result")
        shown = self.env["returns.bulk.result"].browse(action["res_id"])
        return shown, {r.name: (r.outcome, r.reason or "") for r in shown.line_ids}

    def _raise_many(self, count, code="wrong_item"):
        orders = self._bare(count)
        rows = [self._row(code, order_id=o.id, cause=f"told {o.id}") for o in orders]
        return self.Exceptions._raise(rows)

    # --- the helper -----------------------------------------------------------------
    def test_one_refusal_costs_few_batches_and_stops_no_other(self):
        orders, batches = self._bare(100), []
        bad = orders[37] | orders[38]

        def work(some):
            batches.append(len(some))
            some._machine_write({"refund_on_hold": True})
            if some & bad:
                refuse("RETURN_STATE", "not this one")

        results = self.env["returns.bulk"]._run(orders, work)
        self.assertEqual([order.id for order in results], orders.ids)
        refused = {order for order, why in results.items() if why}
        self.assertEqual(refused, set(bad))
        self.assertEqual(results[orders[37]], "not this one")
        self.assertEqual(orders.filtered("refund_on_hold"), orders - bad)
        self.assertLessEqual(len(batches), 20, batches)

    def test_nothing_to_do_is_no_fault(self):
        self.assertEqual(self.env["returns.bulk"]._run(self.order.browse(), len), {})

    def test_a_fault_is_not_taken_for_a_refusal(self):
        with self.assertRaises(ZeroDivisionError):
            self.env["returns.bulk"]._run(self.order, lambda _some: 1 / 0)

    def test_a_result_opens_what_it_is_about_and_nothing_else(self):
        results = {self.order: "", self.raised: "no"}
        shown = self.env["returns.bulk"]._show("Try", results)
        self.assertEqual(shown["name"], "Try")
        dialog, _results = self._results(shown)
        self.assertEqual(dialog.summary, "1 done, 1 refused")
        first, second = dialog.line_ids
        self.assertEqual(first.res_model, self.raised._name)
        self.assertEqual(first.outcome, "refused")
        self.assertEqual(second.action_open()["res_id"], self.order.id)
        second.res_model = "res.users"
        with self.assertRaises(UserError):
            second.action_open()

    def setUp(self):
        super().setUp()
        self.raised = self.Exceptions._raise([self._row("wrong_item", cause="told")])

    # --- exceptions -----------------------------------------------------------------
    def test_many_are_cleared_and_who_is_not_asked_is_named(self):
        mine = self._raise_many(3)
        other = self._raise_many(1, "posting_failed")
        action = self._reason(mine | other, "agent", "close").action_confirm()
        shown, results = self._results(action)
        self.assertEqual(shown.summary, "3 done, 1 refused")
        self.assertEqual(set(mine.mapped("state")), {"closed"})
        self.assertEqual(other.state, "open")
        outcome, why = results[other.display_name]
        self.assertEqual(outcome, "refused")
        self.assertIn("Finance controller", why)

    def test_a_hundred_cost_few_queries(self):
        """Clear, put off, take and give: the number does not grow with the records."""
        later = {"until": fields.Datetime.now() + timedelta(days=1)}
        agent = self.users["agent"]
        for kind, values in (
            ("snooze", later),
            ("give", {"user_id": agent.id}),
            ("close", {}),
        ):
            counts = []
            for size in (10, 10, 100):
                dialog = self._reason(self._raise_many(size), "agent", kind, **values)
                self.env.flush_all()
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                action = dialog.action_confirm()
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - start)
            shown, results = self._results(action)
            with self.subTest(kind):
                self.assertEqual({o for o, _why in results.values()}, {"done"})
                self.assertEqual(shown.summary, "All 100 done")
                self.assertLessEqual(counts[2], counts[1] + 10, counts)

    # --- returns --------------------------------------------------------------------
    def test_many_refunds_are_released_with_a_result_for_each(self):
        fair = self._create_return() | self._create_return()
        dear = self._create_return(self._sell([(self.shirt, 20.0)]))
        action = self._reason(fair | dear, "finance", "release").action_confirm()
        shown, results = self._results(action)
        self.assertEqual(shown.summary, "2 done, 1 refused")
        self.assertEqual(results[dear.name][0], "refused")
        self.assertTrue(results[dear.name][1])
        self.assertEqual(set(fair.settlement_ids.move_id.mapped("state")), {"posted"})
        self.assertFalse(dear.settlement_ids)

    def test_a_hundred_releases_are_one_batch(self):
        self.company.returns_posting = "queue"
        counts = {}
        for size in (5, 5, 40):
            requests = [self._request(self._sell()) for _number in range(size)]
            backs = self._submit(*requests)
            dialog = self._reason(backs, "finance", "release")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            dialog.action_confirm()
            self.env.flush_all()
            counts[size] = self.env.cr.sql_log_count - start
            self.assertEqual(len(backs.settlement_ids), size)
        growth = (counts[40] - counts[5]) / 35
        self.assertLessEqual(growth, MOST_PER_RETURN / 2, counts)

    def test_goods_of_many_are_inspected_and_what_is_refused_stays_typed(self):
        good = self._create_return(until="received")
        bad = self._create_return(until="received")
        dialog = self._dialog("returns.inspect.wizard", good | bad, "inspector")
        dialog = dialog.create({})
        for row in dialog.line_ids:
            grid = row.grid
            grid["grades"][0]["quantity"] = 3 if row.order_id == good else 99
            row.grid = grid
        action = dialog.action_confirm()
        self.assertEqual(action["res_id"], dialog.id)
        self.assertIn("only 3 received", dialog.result)
        self.assertEqual(good.line_ids.quantity_inspected, 3.0)
        self.assertEqual(dialog.line_ids.order_id, bad)
        self.assertEqual(dialog.line_ids.grid["grades"][0]["quantity"], 99)
        grid = dialog.line_ids.grid
        grid["grades"][0]["quantity"] = 3
        dialog.line_ids.grid = grid
        dialog.action_confirm()
        self.assertEqual(bad.line_ids.quantity_inspected, 3.0)

    # --- export ---------------------------------------------------------------------
    def _export(self, orders, kind, role="finance"):
        user = self.users[role]
        user.group_ids += self.env.ref("base.group_allow_export")
        dialog = self._dialog("returns.export.wizard", orders, role).create(
            {"kind": kind}
        )
        dialog.action_confirm()
        return dialog, base64.b64decode(dialog.file)

    def test_a_workbook_has_returns_lines_and_money(self):
        back = self._create_return(until="inspected")
        back.partner_id.name = "=1+1"
        dialog, content = self._export(back, "xlsx")
        self.assertTrue(dialog.file_name.endswith(".xlsx"))
        book = load_workbook(io.BytesIO(content))
        self.assertEqual(book.sheetnames, ["Returns", "Lines", "Money"])
        for sheet in book.worksheets:
            self.assertEqual(sheet.max_row, 2)
        values = [cell.value for cell in book["Returns"][2]]
        self.assertIn(back.name, values)
        self.assertIn("Authorised", values, "words, and no codes")
        cell = book["Returns"]["B2"]
        self.assertEqual((cell.value, cell.data_type), ("=1+1", "s"), "no formula")

    def test_json_has_the_snapshots_and_names_what_is_not_yours(self):
        store = self.env.ref("returns_governance.channel_store")
        back, other = self._create_return(), self._create_return(channel=store)
        self.users["finance"].returns_channel_ids = self.web
        dialog, content = self._export(back | other, "json")
        self.assertEqual([one["name"] for one in json.loads(content)], [back.name])
        self.assertIn("Returns in the file: 1", dialog.summary)
        self.assertIn("Not yours to see", dialog.summary)
        self.assertNotIn(other.name, dialog.summary)

    def test_who_may_not_export_does_not(self):
        back = self._create_return()
        allow = self.env.ref("base.group_allow_export")
        self.users["agent"].group_ids -= allow
        dialog = self._dialog("returns.export.wizard", back, "agent").create({})
        if self.users["agent"].has_group("base.group_allow_export"):
            self.skipTest("every employee may export here")
        with self.assertRaises(AccessError):
            dialog.action_confirm()

    def test_the_form_opens_for_each_kind(self):
        for kind in ("snooze", "give", "close"):
            name = "returns.reason.wizard"
            dialog = self._dialog(name, self.raised, "agent", kind=kind)
            self.assertIn("Wrong item", Form(dialog).question)
