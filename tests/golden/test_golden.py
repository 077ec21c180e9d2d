"""The golden cases with our addons, and the page that tells them beside bare Odoo."""

import os

from ground import databases

from odoo.tests import TransactionCase, tagged

from golden import document, run
from golden.cases import CASES
from golden.shop import Clock


def bare_figures():
    """The figures of bare Odoo, from a process and a database of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"returns_test_{os.getpid()}_bare_{worker}"
    databases.copy(databases.base(), name)
    try:
        return run.in_process(run.__file__, name, "bare")
    finally:
        databases.drop(name)


@tagged("post_install", "-at_install")
class TestGolden(TransactionCase):
    """Each case gives what must be; one test per case, made below."""

    told = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.clock = Clock()
        cls.addClassCleanup(cls.clock.stop)

    def _tell(self, case):
        """The figures of a case, from the first time that it was told."""
        if case.key not in self.told:
            with self.env.cr.savepoint(flush=False) as savepoint:
                self.told[case.key] = run.tell(case, self.env, "governed", self.clock)
                savepoint.rollback()
            self.env.invalidate_all(flush=False)
        return self.told[case.key]

    def test_the_page_tells_what_a_run_gives(self):
        governed = {case.key: self._tell(case) for case in CASES}
        self.assertEqual(
            document.DOCUMENT.read_text(encoding="utf-8"),
            document.render(bare_figures(), governed),
            "docs/golden.md is out of date: run bin/golden, and look at what changed",
        )

    def test_the_cases_are_the_twelve(self):
        self.assertEqual(len({case.source for case in CASES}), 12)


def _test_of(case):
    def test(self):
        self.assertEqual(self._tell(case), case.must, case.given)

    test.__doc__ = f"{case.source}: {case.given}."
    return test


for _case in CASES:
    setattr(TestGolden, f"test_{_case.key}", _test_of(_case))
