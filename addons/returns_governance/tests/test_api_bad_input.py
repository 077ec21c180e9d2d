import base64
import doctest

from odoo.tests import tagged

from ..models.intake import api_call, api_schema
from .api_bad_input import PAGES, ROWS, good_calls, spoilt
from .api_common import PIXEL, ApiCase


@tagged("post_install", "-at_install")
class TestApiBadInput(ApiCase):
    """What callers get wrong is refused with a code, and nothing is written."""

    def setUp(self):
        super().setUp()
        self.order = self._sell([(self.shirt, 3.0)])
        self.belt_order = self._sell([(self.belt, 1.0)])
        snapshot = self._submitted(
            self.order,
            ("SHIRT", 2),
            parcels=[{"tracking_ref": "GOOD-1", "carrier": "dhl"}],
        )
        self._call("receive", self._receipt(snapshot, ("SHIRT", 1)))
        self.good = good_calls(
            self.order.name,
            "SHIRT",
            snapshot["name"],
            "GOOD-1",
            self.warehouse.code,
            self.order.currency_id.name,
        )

    def test_every_bad_call_is_refused_with_its_code_and_writes_nothing(self):
        self.env.flush_all()
        before = self._count_everything()
        for method, path, value, code in ROWS:
            with self.subTest(f"{method} {path} = {value!r:.60}"):
                with self.assertRefused(code):
                    self._call(method, spoilt(self.good[method], path, value))
        for method, arguments, code in PAGES:
            with self.subTest(f"{method} {arguments}"):
                with self.assertRefused(code):
                    self._call(method, **arguments)
        self.env.flush_all()
        after = self._count_everything()
        self.assertEqual(
            {name: (n, after[name]) for name, n in before.items() if after[name] != n},
            {},
        )

    def test_the_good_calls_are_good(self):
        """So that the table shows what it says: only the spoilt place was wrong."""
        for method in (
            "returnable",
            "preview",
            "submit",
            "get",
            "carrier_event",
            "receive",
            "inspect",
            "settled",
            "batch",
        ):
            with self.subTest(method):
                self._call(method, self.good[method])

    def test_an_argument_that_a_method_does_not_have_is_refused(self):
        with self.assertRefused("BAD_REQUEST"):
            self._call("submit", request=self.good["submit"], dry_run=True)
        with self.assertRefused("BAD_REQUEST"):
            self._call("submit")

    def test_a_file_may_be_ten_megabytes_and_not_more(self):
        head = base64.b64decode(PIXEL)
        ask = self.good["preview"]
        for size, fits in ((10 * 1024**2, True), (10 * 1024**2 + 1, False)):
            content = base64.b64encode(head.ljust(size, b"\0")).decode()
            ask["lines"][0]["evidence"] = [{"name": "a.png", "content_base64": content}]
            if fits:
                self._call("preview", ask)
            else:
                with self.assertRefused("EVIDENCE_INVALID"):
                    self._call("preview", ask)

    def test_a_reference_name_that_fits_two_orders_is_ambiguous(self):
        other = self._sell([(self.shirt, 1.0)], client_order_ref="PO-1")
        self._sell([(self.shirt, 1.0)], client_order_ref="PO-1")
        with self.assertRefused("ORDER_AMBIGUOUS"):
            self._call("returnable", {"channel": "web", "order_ref": "PO-1"})
        self.belt_order.client_order_ref = other.name
        with self.assertRefused("ORDER_AMBIGUOUS"):
            self._call("returnable", {"channel": "web", "order_ref": other.name})

    def test_a_context_from_outside_is_not_listened_to(self):
        model = (
            self.env["returns.order"]
            .with_user(self.caller)
            .with_context(
                default_case_state="closed",
                default_channel_id=99999,
                lang="xx_YY",
                allowed_company_ids=[99999],
                returns_pass=True,
            )
        )
        answer = model.api_submit(self.good["submit"])
        self.assertEqual(answer["return"]["case_state"], "authorised")

    def test_the_examples_in_the_docstrings_hold(self):
        for module in (api_call, api_schema):
            result = doctest.testmod(module)
            self.assertTrue(result.attempted)
            self.assertFalse(result.failed, module.__name__)
