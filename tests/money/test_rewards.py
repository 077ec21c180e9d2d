"""Rewards of loyalty programs, in a database of their own that has the programs."""

import os

import pytest
from golden import run
from ground import databases, testing

from money import rewards


@pytest.fixture(scope="module")
def told():
    """{case: figures} from a copy of the tests' database with `sale_loyalty`."""
    template = os.environ.get("RETURNS_TEMPLATE")
    assert template, "rewards need the template that `make test` makes"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"returns_test_{os.getpid()}_rewards_{worker}"
    databases.copy(template, name)
    try:
        log = databases.install(name, ["sale_loyalty"])
        assert testing.log_is_clean(log)
        log.unlink()
        yield run.in_process(rewards.__file__, name, "governed")
    finally:
        databases.drop(name)


@pytest.mark.parametrize("case", rewards.CASES, ids=lambda case: case.key)
def test_what_was_paid_for_rewarded_goods_comes_back(told, case):
    """Discounts lower the goods that they are for, a gift card is a payment."""
    assert told[case.key] == case.must, case.given
