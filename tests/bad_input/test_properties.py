"""Whatever is put in: what always holds of the engine and of the API."""

import re
from dataclasses import replace
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.returns_governance.engine.matching import (
    ExpectedLine,
    ScannedLine,
    match_receipt,
)
from odoo.addons.returns_governance.engine.shares import PaidLine, share
from odoo.addons.returns_governance.tests.api_bad_input import good_calls
from odoo.addons.returns_governance.tests.api_common import ApiCase

# The same examples in every run: a test that fails now and then helps nobody.
QUIET = {"derandomize": True, "deadline": None, "database": None}
CENTS = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)
PIECES = st.integers(1, 30)


# --- the engine --------------------------------------------------------------------


@settings(max_examples=200, **QUIET)
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=8), st.integers(0, 9), CENTS, CENTS
)
def test_partial_refunds_never_pass_what_was_paid(parts, kept, net, tax):
    """In whatever parts it comes back; and when all is back, all is refunded."""
    paid = PaidLine("line", sum(parts) + kept, net, (("vat", tax),))
    for part in parts:
        one = share(paid, part)
        assert one.net >= 0
        paid = replace(
            paid,
            refunded_quantity=paid.refunded_quantity + part,
            refunded_net=paid.refunded_net + one.net,
            refunded_taxes=_sum(paid.refunded_taxes, one.taxes),
        )
    refunded_tax = dict(paid.refunded_taxes).get("vat", Decimal(0))
    assert paid.refunded_net <= net and refunded_tax <= tax
    if not kept:
        assert (paid.refunded_net, refunded_tax) == (net, tax)


def _sum(before, more):
    taxes = dict(before)
    for key, amount in more:
        taxes[key] = taxes.get(key, Decimal(0)) + amount
    return tuple(taxes.items())


LINES = st.lists(
    st.tuples(st.sampled_from(["SHIRT", "BELT"]), st.integers(0, 9)), max_size=6
)


@settings(max_examples=200, **QUIET)
@given(LINES, st.sampled_from(["SHIRT", "BELT", "MUG"]), PIECES)
def test_every_unit_that_came_is_matched_or_told(lines, sku, quantity):
    """No unit is lost and none is counted twice, whatever was expected."""
    expected = tuple(
        ExpectedLine(key=key, sku=code, lots=(), open_quantity=Decimal(left))
        for key, (code, left) in enumerate(lines, 1)
    )
    verdict = match_receipt(
        expected,
        ScannedLine(
            sku=sku, key=None, quantity=Decimal(quantity), lot=None, unexpected=False
        ),
    )
    left = {line.key: line.open_quantity for line in expected}
    if verdict.wrong_item:
        assert sku not in {line.sku for line in expected}
        return
    assert all(amount <= left[key] for key, amount in verdict.allocations)
    matched = sum(amount for _key, amount in verdict.allocations)
    assert matched + verdict.over == quantity


# --- the API -----------------------------------------------------------------------

PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**33), 2**33),
    st.floats(),
    st.text(max_size=20),
)
JSON = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@tagged("post_install", "-at_install")
class TestApiProperties(ApiCase):
    """Any JSON value in any place is answered, or refused with a code."""

    def setUp(self):
        super().setUp()
        snapshot = self._submitted(
            self._sell(),
            ("SHIRT", 2),
            parcels=[{"tracking_ref": "ANY-1", "carrier": "dhl"}],
        )
        self._call("receive", self._receipt(snapshot, ("SHIRT", 1)))
        self.good = good_calls(
            self._sell().name,
            "SHIRT",
            snapshot["name"],
            "ANY-1",
            self.warehouse.code,
            self.env.company.currency_id.name,
        )

    def test_any_value_in_any_place_is_answered_or_refused(self):
        places = [
            (verb, key)
            for verb, good in self.good.items()
            if isinstance(good, dict)
            for key in good
        ]

        @settings(max_examples=150, suppress_health_check=list(HealthCheck), **QUIET)
        @given(st.sampled_from(places), JSON)
        def answered(place, value):
            verb, key = place
            self._assert_answered(verb, {**self.good[verb], key: value})

        answered()

    def test_any_argument_is_answered_or_refused(self):
        @settings(max_examples=80, suppress_health_check=list(HealthCheck), **QUIET)
        @given(st.sampled_from(sorted(self.good)), JSON)
        def answered(verb, value):
            self._assert_answered(verb, value)

        answered()

    def _assert_answered(self, verb, argument):
        """An answer, or a refusal with a code; undone either way."""
        with self.env.cr.savepoint() as savepoint:
            try:
                self._call(verb, argument)
            except UserError as refusal:
                self.assertTrue(re.match(r"\[[A-Z_]+\] \S", str(refusal)), refusal)
            finally:
                savepoint.rollback()
        self.env.invalidate_all(flush=False)
