"""What an auditor takes home, and what can be checked without this system."""

import base64
import hashlib
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, tagged

from .test_audit import AuditCommon

SCRIPT = Path(__file__).resolve().parents[3] / "bin" / "check-seals"


class ExportCommon(AuditCommon):
    def _export(self, order, role="auditor"):
        """(dialog, PDF as text, story) of the button pressed by this role."""
        action = order.with_user(self.users[role]).action_export_audit()
        dialog = self.env["returns.audit.export"].browse(action["res_id"])
        pages = PdfReader(io.BytesIO(base64.b64decode(dialog.pdf))).pages
        text = "\n".join(page.extract_text() for page in pages)
        return dialog, text, json.loads(base64.b64decode(dialog.json))

    def _seals(self):
        self.env["returns.event.seal"]._seal()
        return json.loads("".join(self.env["returns.event.seal"]._export()))

    def _check(self, *files):
        """(exit code, output) of bin/check-seals in a bare interpreter."""
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, content in enumerate(files):
                path = Path(folder) / f"{number}.json"
                path.write_text(json.dumps(content), encoding="utf-8")
                paths.append(str(path))
            done = subprocess.run(
                [sys.executable, "-I", "-S", str(SCRIPT), *paths],
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertFalse(done.stderr)
        return done.returncode, done.stdout


@tagged("post_install", "-at_install")
class TestAuditExport(ExportCommon):
    def setUp(self):
        super().setUp()
        customer = self.env["res.partner"].create(
            {
                "name": "Jürgen Łukasz Παπαδόπουλος",
                "country_id": self.partner.country_id.id,
            }
        )
        self.back = self._create_return(
            self._sell([(self.shirt, 3.0)], partner=customer), until="inspected"
        )
        self.photo = self.env["ir.attachment"].create(
            {
                "name": "crease.jpg",
                "raw": b"a photo",
                "res_model": "returns.order",
                "res_id": self.back.id,
            }
        )
        self.back.message_post(body="The customer wrote to us.")

    def test_both_files_tell_all_that_happened(self):
        dialog, text, story = self._export(self.back)
        self.assertEqual(dialog.pdf_name, f"{self.back.name.replace('/', '-')}.pdf")
        digest = hashlib.sha256(b"a photo").hexdigest()
        self.assertEqual(
            [(file["name"], file["sha256"]) for file in story["attachments"]],
            [("crease.jpg", digest)],
        )
        words = [event["what"] for event in story["events"]]
        self.assertEqual(words, self.back.event_ids.mapped("what"))
        self.assertEqual(words[-1], "exported")
        self.assertEqual(story["chain"]["head"], self.back.event_head)
        self.assertFalse(story["chain"]["findings"])
        self.assertEqual(len(story["receipts"]), len(self.back.receipt_ids))
        self.assertEqual(len(story["money"]), len(self.back.settlement_ids))
        for part in (
            self.back.name,
            "Jürgen Łukasz Παπαδόπουλος",
            self.back.sale_order_ids.name,
            "Inspected: 3 As new",
            self.back.decision_ids[0].sentence,
            "What was known: Channel Web",
            self.back.settlement_ids.move_id.name,
            "The customer wrote to us.",
            digest,
            self.back.event_head,
            "Page 1",
        ):
            self.assertIn(self._flat(part), self._flat(text))

    def _flat(self, text):
        """Lines of a PDF break where the page wants."""
        return "".join(str(text).split())

    def test_every_letter_is_drawn_and_none_is_a_box(self):
        self.back.message_post(body="Größe, żółć, Ελληνικά, Чебурашка, ş, ₤, €, “ok”")
        _dialog, text, _story = self._export(self.back)
        self.assertIn(
            self._flat("Größe, żółć, Ελληνικά, Чебурашка, ş, ₤, €, “ok”"),
            self._flat(text),
        )

    def test_the_export_is_an_event_and_covers_the_files(self):
        self._export(self.back)
        event = self.back.event_ids[-1]
        self.assertEqual(event.user_id, self.users["auditor"])
        self.assertEqual(
            event.data,
            {"files": [[self.photo.id, hashlib.sha256(b"a photo").hexdigest()]]},
        )
        self.assertFalse(self._findings(self.back))

    def test_only_auditors_and_managers_export(self):
        self.assertTrue(self._export(self.back, "manager"))
        for role in ("agent", "inspector", "finance", "planner", "integration"):
            with (
                self.subTest(role=role),
                self.assertRaisesRegex(AccessError, r"^\[ACCESS_DENIED\]"),
            ):
                self.back.with_user(self.users[role]).action_export_audit()

    def test_a_return_of_another_channel_is_not_exported(self):
        user = self.users["auditor"]
        user.returns_channel_ids = self.env.ref("returns_governance.channel_b2b")
        with self.assertRaises(AccessError):
            self.back.with_user(user).action_export_audit()

    def test_a_chain_that_is_not_whole_is_exported_and_says_so(self):
        self._sql(
            "UPDATE returns_event SET what = 'closed' WHERE order_id = %s"
            " AND number = 1",
            self.back.id,
        )
        _dialog, text, story = self._export(self.back)
        self.assertEqual(story["chain"]["findings"], [["changed", 1]])
        self.assertIn(self._flat("not whole"), self._flat(text))
        self.assertIn(self._flat("(!) Changed"), self._flat(text))


@tagged("post_install", "-at_install")
class TestAuditErasure(ExportCommon):
    """A person is erased everywhere in the return, and the chain stays whole."""

    def test_words_files_and_messages_go_and_the_chain_stays_whole(self):
        back = self._create_return(self._sell([(self.shirt, 3.0)]), until="inspected")
        photo = self.env["ir.attachment"].create(
            {"name": "schmidt.jpg", "raw": b"Anna", "res_model": "returns.order"}
        )
        back.line_ids._machine_write({"comment": "My name is Anna"})
        back.line_ids.evidence_ids = [Command.link(photo.id)]
        letter = self.env["ir.attachment"].create(
            {"name": "letter.txt", "raw": b"Dear Anna"}
        )
        back.message_post(body="Anna called", attachment_ids=letter.ids)
        self._log({"order": back, "what": "released", "why": "Anna asked for it"})
        _dialog, _text, story = self._export(back)
        self.assertEqual(len(story["attachments"]), 2)
        self.env["returns.event.seal"]._seal()

        self.env["returns.event"]._erase_personal(back)
        self.env.invalidate_all()

        self.assertFalse(self._findings())
        self.assertFalse((photo | letter).exists())
        _dialog, text, story = self._export(back)
        told = json.dumps({**story, "return": {**story["return"], "customer": ""}})
        self.assertNotIn("Anna", told)
        self.assertNotIn("Anna called", text)
        erased = [event for event in story["events"] if event["what"] == "erased"]
        self.assertEqual(erased[0]["data"]["files"], 2)
        self.assertEqual(erased[0]["data"]["comments"], 1)
        code, out = self._check(self._seals(), story)
        self.assertEqual(code, 0, out)


@tagged("post_install", "-at_install")
class TestCheckSeals(ExportCommon):
    """bin/check-seals, run by a Python that knows nothing but itself."""

    def setUp(self):
        super().setUp()
        self.order = self._bare()
        self._story(self.order)
        self._seals()
        self._log(
            {
                "order": self.order,
                "what": "due",
                "data": {"a": 0.1 + 0.2, "b": 12.0, "c": {"ß": [1e22, 1e-7, None]}},
            }
        )

    def test_whole_seals_and_a_sealed_return_pass(self):
        earlier = self._seals()
        _dialog, _text, story = self._export(self.order)
        seals = self._seals()
        code, out = self._check(seals, earlier, story)
        self.assertEqual(code, 0, out)
        self.assertIn(f"{self.order.name}: whole, 7 events, the last one sealed", out)
        self.assertIn(seals["seals"][-1]["hash"], out)

    def test_events_younger_than_the_last_seal_are_named(self):
        seals = self._seals()
        _dialog, _text, story = self._export(self.order)
        code, out = self._check(seals, story)
        self.assertEqual(code, 3, out)
        self.assertIn("sealed up to event 6 of 7", out)

    def test_what_was_tampered_with_is_named(self):
        _dialog, _text, story = self._export(self.order)
        seals = self._seals()

        def changed(**values):
            events = [dict(event) for event in story["events"]]
            events[1].update(values)
            return {**story, "events": events}

        without = [dict(seal) for seal in seals["seals"]]
        forged = [dict(seal) for seal in seals["seals"]]
        forged[-1]["heads"] = {}
        cut = {
            **story,
            # As if it had been exported after the seal, in whatever second that was.
            "exported_at": seals["seals"][-1]["sealed_at"],
            "events": story["events"][:5],
            "chain": {
                **story["chain"],
                "count": 5,
                "head": story["events"][4]["hash"],
            },
        }
        for files, said in (
            ((seals, changed(what="closed")), "event 2 was changed"),
            ((seals, changed(at="2020-01-01 00:00:00")), "event 2 was changed"),
            ((seals, changed(number=9)), "event 2 is missing"),
            ((seals, changed(why="never said")), "the words of event 2 were changed"),
            (
                (seals, {**story, "events": story["events"][:-1]}),
                "the end was cut off",
            ),
            ((seals, cut), "is missing"),
            (({"seals": forged},), "was changed"),
            (({"seals": without[1:]},), "is missing"),
            (({"seals": without[:-1]}, seals), "the end is missing"),
        ):
            with self.subTest(said=said):
                code, out = self._check(*files)
                self.assertEqual(code, 1, out)
                self.assertIn(said, out)

    def test_a_chain_and_its_head_made_anew_do_not_fit_the_seal(self):
        seals = self._seals()
        self._sql(
            "UPDATE returns_event SET data = '{}' WHERE order_id = %s AND number = 6",
            self.order.id,
        )
        row = self.env["returns.event.scan"]._chain_rows(self.order.ids)
        from ..models.governance import chain

        digest = chain.digest(row[self.order.id][5])
        self._sql(
            "UPDATE returns_event SET hash = %s WHERE order_id = %s AND number = 6",
            digest,
            self.order.id,
        )
        self._sql(
            "UPDATE returns_order SET event_head = %s WHERE id = %s",
            digest,
            self.order.id,
        )
        _dialog, _text, story = self._export(self.order)
        code, out = self._check(seals, story)
        self.assertEqual(code, 1, out)
        self.assertIn("event 6 is not the one of seal", out)

    def test_a_file_that_cannot_be_read_is_said_so(self):
        code, out = self._check({"something": "else"})
        self.assertEqual(code, 2)
        self.assertIn("cannot be checked", out)


@tagged("post_install", "-at_install")
class TestSealsDownload(ExportCommon, HttpCase):
    def test_the_button_seals_and_hands_out_the_file(self):
        self._story(self._bare())
        seal = self.env["returns.event.seal"].with_user(self.users["auditor"])
        before = self.env["returns.event.seal"].search_count([])
        # As the button of the list calls it, with nothing selected.
        action = call_kw(seal, "action_export", [[]], {})
        self.assertEqual(self.env["returns.event.seal"].search_count([]), before + 1)
        self.authenticate("test_auditor", "test_auditor")
        answer = self.url_open(action["url"])
        self.assertEqual(answer.status_code, 200)
        self.assertIn("returns-seals.json", answer.headers["Content-Disposition"])
        code, out = self._check(answer.json())
        self.assertEqual(code, 0, out)

    def test_nobody_else_gets_it(self):
        for role in ("agent", "finance", "planner"):
            with self.subTest(role=role):
                seal = self.env["returns.event.seal"].with_user(self.users[role])
                with self.assertRaisesRegex(AccessError, r"^\[ACCESS_DENIED\]"):
                    seal.action_export()
                self.authenticate(f"test_{role}", f"test_{role}")
                url = "/returns_governance/seals.json"
                self.assertEqual(self.url_open(url).status_code, 404)
