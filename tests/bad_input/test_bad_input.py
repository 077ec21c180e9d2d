"""What people, programs and files get wrong, wherever it can come in.

With the table of the API (addons/returns_governance/tests/api_bad_input.py) more than
three hundred inputs. Each is refused as a refusal, writes no row, and leaves no
traceback in the log.
"""

import json
import math
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.returns_governance.tests.api_bad_input import PAGES, ROWS
from odoo.addons.returns_governance.tests.api_common import ApiCase

HUGE = "x" * 100_000
INJECTION = "'; DROP TABLE returns_order; --"
NO_IDS = (-1, 2**31, 2**40, "abc", [1], {"id": 1}, 1.5, INJECTION)
NO_NUMBERS = ("abc", "1,5", "", [1], {"a": 1}, math.nan, math.inf, -math.inf, 1e300)
NO_TEXTS = ("a\x00b", "half \ud83d of a pair", {"a": 1})

# field of the row or of the dialog, bad values
RECEIVE_ROW = [
    ("quantity", (*NO_NUMBERS, -1, -0.5)),
    ("product_id", NO_IDS),
    ("order_id", NO_IDS),
    ("line_id", NO_IDS),
    ("parcel_id", NO_IDS),
    ("lot_name", NO_TEXTS),
    ("no_such_field", (1, INJECTION)),
]
RECEIVE = [
    ("warehouse_id", NO_IDS),
    ("receipt_ref", NO_TEXTS),
    ("order_ids", ("abc", 7, [["x"]], [[6, 0, ["a"]]])),
    ("line_ids", ("abc", 7, [["x"]], [[0, 0, "row"]])),
]
# the context that a dialog is opened with
CONTEXTS = [
    (dialog, context)
    for dialog in ("returns.receive.wizard", "returns.reason.wizard")
    for context in (
        {"active_model": "returns.order", "active_ids": "abc"},
        {"active_model": "returns.order", "active_ids": [None]},
        {"active_model": "returns.order", "active_ids": ["a", {"b": 1}]},
        {"active_model": "returns.order", "active_ids": [2**40, -1]},
        {"active_model": "no.such.model", "active_ids": [1]},
        {"active_model": 7, "active_ids": {"a": 1}},
        {"default_order_ids": "abc"},
        {"default_order_ids": [[6, 0, ["a"]]]},
        {"default_order_ids": [["x"]]},
        {"default_kind": "__class__", "active_model": "returns.order"},
    )
]
# what the grid of the inspection holds, as the browser sends it
GRIDS = [
    "text",
    7,
    [],
    ["grades"],
    {"grades": "text"},
    {"grades": 7},
    {"grades": {"a": 1}},
    {"grades": ["A"]},
    {"grades": [None]},
    {"grades": [7]},
]
GRADE = [
    ("quantity", ("abc", [1], {"a": 1}, -1, 1e300, "NaN", "inf", "-inf", 99)),
    ("condition", (0, -1, 2**31, 2**40, "abc", [1], {"id": 1}, 1.5, True, INJECTION)),
    ("wanted", (-1, 2**31, 2**40, "abc", [1], {"id": 1}, 1.5, INJECTION)),
]
# model, who imports, columns, a row of the file
IMPORTS = [
    ("returns.order", "agent", ["partner_id/id"], ["no.such"]),
    ("returns.order", "agent", ["partner_id/.id"], ["abc"]),
    ("returns.order", "agent", ["partner_id"], [INJECTION]),
    ("returns.order", "agent", ["channel_id"], ["nowhere"]),
    ("returns.order", "agent", ["requested_at"], ["yesterday"]),
    ("returns.order", "agent", ["requested_at"], ["2026-02-30 10:00:00"]),
    ("returns.order", "agent", ["withdrawal"], ["perhaps"]),
    ("returns.order", "agent", ["case_state"], ["closed"]),
    ("returns.order", "agent", ["case_state"], ["lost"]),
    ("returns.order", "agent", ["name", "revision"], ["RET/1", "abc"]),
    ("returns.order", "agent", ["external_ref"], ["a\x00b"]),
    ("returns.order", "agent", [".id"], ["999999999"]),
    ("returns.order", "agent", ["id"], ["no such; id"]),
    ("returns.order", "agent", ["line_ids/quantity"], ["abc"]),
    ("returns.order", "agent", ["line_ids/reason_id"], ["bored"]),
    ("returns.order.line", "agent", ["order_id", "quantity"], ["RET/x", "1"]),
    ("returns.order.line", "agent", ["quantity"], ["-1"]),
    ("returns.receipt", "inspector", ["quantity"], ["1"]),
    ("returns.inspection", "inspector", ["quantity"], ["1"]),
    ("returns.settlement", "finance", ["amount"], ["100"]),
    ("returns.event", "auditor", ["what"], ["closed"]),
    ("returns.reason", "manager", ["name"], [""]),
    ("returns.reason", "manager", ["name", "code"], ["Bored", ""]),
    ("returns.reason", "manager", ["code"], ["bored"]),
    ("returns.channel", "manager", ["name", "code"], ["Web", "web"]),
    ("returns.condition", "manager", ["name", "code"], ["As new", "A"]),
    ("returns.disposition", "manager", ["name", "state_id"], ["Eat", "eaten"]),
    ("returns.policy", "manager", ["name", "code"], ["Standard", "standard"]),
    ("returns.policy.rule", "planner", ["version_id", "window_days"], ["1", "soon"]),
    ("returns.policy.version", "planner", ["policy_id"], ["no such policy"]),
    ("returns.policy.version", "planner", ["state"], ["published"]),
]
# files that are not what they say: name, content
FILES = [
    ("returns.csv", b"\xff\xfe\x00\xd8 half"),
    ("returns.csv", b""),
    ("returns.csv", b'"never closed'),
    ("returns.xlsx", b"PK\x03\x04 no archive"),
    ("returns.xlsx", b"<html>a page</html>"),
    ("returns.xls", b"\xd0\xcf\x11\xe0 no document"),
    ("returns.ods", b"PK\x03\x04"),
]
# addresses a user of the API asks: path, body, content type
MODEL = "/json/2/returns.order"
GET = json.dumps({"refs": [{"name": "RET/none"}]})
URLS = [
    (f"{MODEL}/api_get", "{", "application/json"),
    (f"{MODEL}/api_get", "", "application/json"),
    (f"{MODEL}/api_get", "[]", "application/json"),
    (f"{MODEL}/api_get", "7", "application/json"),
    (f"{MODEL}/api_get", '"text"', "application/json"),
    (f"{MODEL}/api_get", "null", "application/json"),
    (f"{MODEL}/api_get", '{"refs": NaN}', "application/json"),
    (f"{MODEL}/api_get", '{"refs": 1e999}', "application/json"),
    (f"{MODEL}/api_get", '{"ids": [1], "refs": []}', "application/json"),
    (f"{MODEL}/api_get", "refs=1", "application/x-www-form-urlencoded"),
    (f"{MODEL}/api_get", GET, "text/plain"),
    (f"{MODEL}/api_nothing", GET, "application/json"),
    (f"{MODEL}/_machine_write", '{"vals": {}}', "application/json"),
    (f"{MODEL}/_move_case", "{}", "application/json"),
    (f"{MODEL}/__class__", "{}", "application/json"),
    (f"{MODEL}/api_get%00", GET, "application/json"),
    (f"{MODEL}/api_get/..", GET, "application/json"),
    ("/json/2/returns.step.settle/_run", "{}", "application/json"),
    ("/json/2/returns.api/_call", "{}", "application/json"),
    ("/json/2/no.such.model/read", "{}", "application/json"),
    ("/json/2/returns.order;DROP/read", "{}", "application/json"),
    (f"{MODEL}/api_search", '{"filter": {"since": "%s"}}' % ("9" * 5000),
     "application/json"),
    (f"{MODEL}/api_batch", json.dumps({"calls": [[]] * 300}), "application/json"),
    (f"{MODEL}/api_submit", json.dumps({"request": HUGE}), "application/json"),
]  # fmt: skip
LOOKS = [
    "/web/content/returns.order/abc/name",
    "/web/content/returns.order/99999999999999999999/name",
    "/web/content/returns.order/1/no_such_field",
    "/web/content/returns.order.line/-1/comment",
    "/web/content?model=returns.order&id=1&field=case_state%00",
    "/web/image/returns.inspection/abc/photo",
]

TABLES = "returns_order returns_order_line returns_receipt returns_inspection".split()
TABLES += "returns_routing returns_settlement returns_event stock_move".split()
TABLES += "account_move returns_reason returns_channel returns_policy_rule".split()


class BadInput(ApiCase):
    """Counts rows before and after, and takes nothing but refusals."""

    def _rows(self):
        self.env.flush_all()
        return {
            table: self.env.cr.execute(f"SELECT count(*) FROM {table}")
            or self.env.cr.fetchone()[0]
            for table in TABLES
        }

    def _assert_refused(self, work):
        """``work`` ends in a refusal and leaves nothing behind."""
        before = self._rows()
        told = ""
        with self.env.cr.savepoint() as savepoint:
            try:
                work()
                self.env.flush_all()
            except UserError as refusal:
                told = str(refusal)
            finally:
                savepoint.rollback()
        self.env.invalidate_all(flush=False)
        self.assertTrue(told.strip(), "it was taken")
        self.assertEqual(self._rows(), before)

    def _as(self, role, model, method, *arguments, **context):
        """A call over the gate of RPC."""
        model = self.env[model].with_user(self.users[role])
        return call_kw(model, method, list(arguments), {"context": context})

    def _opened(self, model, back, values=None):
        """The id of a dialog that was opened on a return."""
        context = {"active_model": back._name, "active_ids": back.ids}
        [made] = self._as("inspector", model, "create", [values or {}], **context)
        return made


@tagged("post_install", "-at_install")
class TestDialogs(BadInput):
    @mute_logger("odoo.sql_db")
    def test_nothing_wrong_gets_through_the_receive_dialog(self):
        back = self._create_return()
        model = "returns.receive.wizard"
        for names, name_of, is_row in (
            (RECEIVE_ROW, f"{model}.line", True),
            (RECEIVE, model, False),
        ):
            for field, values in names:
                for value in values:
                    with self.subTest(f"{name_of}.{field} = {value!r:.40}"):
                        self._assert_refused(
                            lambda f=field, v=value, row=is_row: self._receive_with(
                                back, f, v, row
                            )
                        )

    def _receive_with(self, back, field, value, is_row):
        model = "returns.receive.wizard"
        made = self._opened(model, back)
        ids = self.env[model].browse(made).line_ids.ids if is_row else [made]
        where = f"{model}.line" if is_row else model
        self._as("inspector", where, "write", ids, {field: value})
        self._as("inspector", model, "action_confirm", [made])

    @mute_logger("odoo.sql_db")
    def test_no_wrong_context_opens_a_dialog_that_acts(self):
        self._create_return()
        for dialog, context in CONTEXTS:
            with self.subTest(dialog=dialog, context=context):
                self._assert_refused(lambda d=dialog, c=context: self._open_in(d, c))

    def _open_in(self, dialog, context):
        [made] = self._as("inspector", dialog, "create", [{}], **context)
        self._as("inspector", dialog, "action_confirm", [made])

    def test_nothing_wrong_gets_through_the_inspection_grid(self):
        back = self._create_return(until="received")
        for grid in GRIDS:
            with self.subTest(f"grid {grid!r}"):
                self._assert_refused(lambda g=grid: self._inspect_with(back, g))
        for key, values in GRADE:
            for value in values:
                grade = {"condition": self.grade_a.id, "quantity": 1, "reason": "x"}
                grid = {"grades": [{**grade, key: value}]}
                with self.subTest(f"{key} = {value!r:.40}"):
                    self._assert_refused(lambda g=grid: self._inspect_with(back, g))

    def _inspect_with(self, back, grid):
        model = "returns.inspect.wizard"
        made = self._opened(model, back)
        rows = self.env[model].browse(made).line_ids.ids
        self._as("inspector", f"{model}.line", "write", rows, {"grid": grid})
        self._as("inspector", model, "action_confirm", [made])


@tagged("post_install", "-at_install")
class TestImports(BadInput):
    @mute_logger("odoo.sql_db", "odoo.models")
    def test_no_wrong_row_is_imported(self):
        self._create_return()
        for model, role, columns, row in IMPORTS:
            with self.subTest(f"{model} {columns} {row}"):
                before = self._rows()
                told = self._load(model, role, columns, row)
                self.assertTrue(told, "an import that is refused says why")
                self.env.invalidate_all()
                self.assertEqual(self._rows(), before)

    def _load(self, model, role, columns, row):
        """The messages of an import, or the refusal of it as a whole."""
        try:
            with self.env.cr.savepoint():
                answer = self._as(role, model, "load", columns, [row])
        except UserError as refusal:
            return str(refusal)
        self.assertFalse(answer["ids"])
        return [message["message"] for message in answer["messages"]]

    @mute_logger("odoo.addons.base_import.models.base_import")
    def test_a_file_that_is_not_what_it_says_is_not_read(self):
        for name, content in FILES:
            with self.subTest(f"{name}: {content[:8]}"):
                importer = self.env["base_import.import"].create(
                    {
                        "res_model": "returns.order",
                        "file": content,
                        "file_name": name,
                        "file_type": "text/csv" if name.endswith("csv") else False,
                    }
                )
                options = {"quoting": '"', "separator": ",", "has_headers": True}
                told = importer.parse_preview(options)
                self.assertTrue(told.get("error") or not told.get("preview"))


@tagged("post_install", "-at_install")
class TestAddresses(BadInput, HttpCase):
    def setUp(self):
        super().setUp()
        keys = self.env["res.users.apikeys"].with_user(self.caller).sudo()
        until = fields.Datetime.now() + timedelta(days=1)
        self.key = keys._generate("rpc", "tests", until)
        self.env.flush_all()

    def test_no_address_ends_in_a_server_error(self):
        before = self._rows()
        for path, body, kind in URLS:
            with self.subTest(f"{path} {body[:40]}"):
                with mute_logger("odoo.http"):
                    answer = self.url_open(
                        path,
                        data=body.encode(),
                        headers={
                            "Authorization": f"Bearer {self.key}",
                            "Content-Type": kind,
                        },
                    )
                self.assertIn(answer.status_code, range(400, 500), answer.text[:300])
        self.assertEqual(self._rows(), before)

    def test_no_address_to_look_at_ends_in_a_server_error(self):
        self.authenticate("test_agent", "test_agent")
        for path in LOOKS:
            with self.subTest(path), mute_logger("odoo.http"):
                answer = self.url_open(path)
                self.assertLess(answer.status_code, 500)
                self.assertNotIn("Traceback", answer.text)


@tagged("post_install", "-at_install")
class TestTables(BadInput):
    def test_there_are_more_than_three_hundred(self):
        dialogs = [*RECEIVE_ROW, *RECEIVE, *GRADE]
        count = sum(len(values) for _field, values in dialogs)
        for table in (ROWS, PAGES, CONTEXTS, GRIDS, IMPORTS, FILES, URLS, LOOKS):
            count += len(table)
        self.assertGreaterEqual(count, 300)
