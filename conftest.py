"""What holds for every test: a clean log of Odoo, and no skipped browser test.

Odoo's warnings and errors fail the test during which they were logged, apart
from those that ``tests/odoo_log_allowed.txt`` excuses. A browser test that
cannot run says so by a skip; here that is a failure.
"""

import logging
import re
from contextlib import contextmanager
from pathlib import Path

import pytest
import pytest_odoo
from _pytest.unittest import TestCaseFunction
from ground import databases

ALLOWED = Path(__file__).parent / "tests" / "odoo_log_allowed.txt"
# Files whose tests take minutes: begun first, so that no worker ends alone on them.
LONG = ("test_property", "test_races", "test_faults")
BROWSER = re.compile(r"chrom|browser|websocket|playwright", re.I)


class LogWatch(logging.Handler):
    """Gathers the records that nothing excuses."""

    def __init__(self):
        super().__init__(logging.WARNING)
        lines = ALLOWED.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.strip() and not line.startswith("#")]
        self.allowed = [re.compile(line) for line in kept]
        self.found = []

    def emit(self, record):
        """Keep a record of Odoo that is not excused; Python's warnings too."""
        if not record.name.startswith(("odoo", "py.warnings")):
            return
        text = f"{record.levelname} test {record.name}: {record.getMessage()}"
        if not any(pattern.search(text) for pattern in self.allowed):
            self.found.append(text)

    def take(self):
        """What was gathered since the last time."""
        found, self.found = self.found, []
        return found


class FigureWatch(logging.Handler):
    """Gathers what tests log as ``figures``: name, value and goal, as arguments.

    The addons' own tests run under Odoo's runner as well, which knows no fixture.
    """

    def __init__(self):
        super().__init__(logging.INFO)
        self.found = []

    def emit(self, record):
        """Keep the columns."""
        self.found.append(record.args)

    def take(self):
        """What was gathered since the last time."""
        found, self.found = self.found, []
        return [("figure", columns) for columns in found]


WATCH = LogWatch()
FIGURES = FigureWatch()


def pytest_configure():
    """Listen at the root: it sees what no test asked for with ``assertLogs``."""
    logging.getLogger().addHandler(WATCH)
    figures = logging.getLogger("figures")
    figures.setLevel(logging.INFO)
    figures.addHandler(FIGURES)
    _report_failed_subtests_only()
    pytest_odoo._shared_filestore = own_filestore


@contextmanager
def own_filestore(original, name):
    """Give each worker's database files of its own, where the plugin shares them.

    After each class Odoo collects the files that no row of its database names; in a
    shared folder those would be the other worker's, the scripts of its pages too.
    """
    if name == original:
        yield
        return
    databases.drop_files(name)
    databases.copy_files(original, name)
    try:
        yield
    finally:
        databases.drop_files(name)


def pytest_collection_modifyitems(items):
    """Begin with the long tests."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture
def figure(record_property):
    """Keep a figure for the table at the end: its name, the value, the goal."""
    return lambda *columns: record_property("figure", columns)


def pytest_terminal_summary(terminalreporter):
    """Print the figures of the run in one table."""
    reports = terminalreporter.stats.get("passed", [])
    reports = reports + terminalreporter.stats.get("failed", [])
    rows = [v for r in reports for key, v in r.user_properties if key == "figure"]
    if rows and terminalreporter.config.get_verbosity() >= 0:
        terminalreporter.section("figures")
        for name, value, goal in sorted(map(tuple, rows)):
            terminalreporter.write_line(f"{name:<72} {value:>10}   {goal}")


def _report_failed_subtests_only():
    """Tables of thousands of subtests are slow where each one is sent as a report."""
    original = TestCaseFunction.addSubTest

    def add_failed(self, test_case, test, exc_info):
        if exc_info is not None:
            original(self, test_case, test, exc_info)

    TestCaseFunction.addSubTest = add_failed


def _fail_on_log():
    found = WATCH.take()
    if found:
        pytest.fail("Odoo's log is not clean:\n" + "\n".join(found), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item):
    """Look into the log after the class is set up."""
    result = yield
    _fail_on_log()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Look into the log after the test itself."""
    result = yield
    _fail_on_log()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """Look into the log after the test, and its class, are put away."""
    result = yield
    _fail_on_log()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn the skip of a browser test into a failure; keep the figures of a test."""
    report = yield
    if call.when == "call":
        report.user_properties += FIGURES.take()
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = str(call.excinfo.value) if call.excinfo else ""
        if _is_http_case(item) or BROWSER.search(reason):
            report.outcome = "failed"
            report.longrepr = f"a browser test must run and not be skipped: {reason}"
    return report


def _is_http_case(item):
    """Whether a test drives Odoo's own server, and with it a browser."""
    from odoo.tests import HttpCase

    return isinstance(getattr(item, "cls", None), type) and issubclass(
        item.cls, HttpCase
    )
