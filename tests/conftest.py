"""For tests that go over the network: a real server with two workers."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from ground import console, databases, odoo, paths, testing
from ground import live as server
from served_shop import shop  # noqa: F401  # a fixture

START_SECONDS = 90


@dataclass(frozen=True)
class LiveOdoo:
    """Where a test's own server is: its address, its database, its log."""

    url: str
    database: str
    log: Path


@pytest.fixture(scope="session")
def live_odoo():
    """Odoo in prefork with two workers, on a fresh copy of the database under test.

    Log in as ``admin`` with the password ``admin``. What a test writes there stays
    until the end of the run. A line of WARNING or above in the server's log that
    nothing excuses is an error at the end.
    """
    template = os.environ.get("RETURNS_TEMPLATE")
    assert template, "a live server needs the template that `make test` makes"
    name = f"{template}_live_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    databases.copy(template, name)
    log = paths.LOGS / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}.log"
    log.unlink(missing_ok=True)
    live = LiveOdoo(f"http://127.0.0.1:{server.free_port()}", name, log)
    process = _start(live)
    try:
        server.wait_until_up(live.url, process, log, START_SECONDS)
        yield live
    finally:
        server.stop(process)
        databases.drop(name)
    try:
        testing.log_is_clean(log)
    except console.Fail as error:
        pytest.fail(str(error), pytrace=False)


def _start(live):
    command = [paths.PYTHON, odoo.script(), f"--database={live.database}"]
    command += [f"--db-filter=^{live.database}$", "--no-database-list"]
    command += ["--workers=2", "--max-cron-threads=2", f"--logfile={live.log}"]
    command += [f"--http-port={live.url.rsplit(':', 1)[1]}"]
    command += [f"--gevent-port={server.free_port()}"]
    return server.start(command)
