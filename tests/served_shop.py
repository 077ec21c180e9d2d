"""A shop on a real server with eight workers, for the tests over the network.

``shop`` is imported by ``tests/conftest.py``, so that one server serves every test of
a worker.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ground import console, databases, live, odoo, paths, runtime, testing

API = Path(__file__).parent / "api"
sys.path.insert(0, str(API))

WORKERS = 8
START_SECONDS = 120


class Shop:
    """Where the server is, and what is in its database (see stage.py)."""

    def __init__(self, url, database, stage):
        self.url, self.database, self.stage = url, database, stage

    def client(self, transport, user="robot"):
        """A client of the user on a transport (a class of `clients`)."""
        known = self.stage["users"][user]
        return transport(self.url, self.database, known["uid"], known["key"])

    def order(self, kind="orders"):
        """The name of an order that no other test has had."""
        return self.stage[kind].pop()

    def ask(self, order, reference, quantity=1, sku="SHIRT", **values):
        """A request of one line."""
        return {
            "channel": "web",
            "external_ref": reference,
            "order_ref": order,
            "lines": [
                {
                    "sku": sku,
                    "quantity": quantity,
                    "reason": "changed_mind",
                    "resolution": "refund",
                }
            ],
            **values,
        }

    def query(self, statement):
        """The rows that a statement gives, as lists of text."""
        done = subprocess.run(
            ["psql", "-d", self.database, "-XAtq", "-F", "\t", "-c", statement],
            env=runtime.prepare(),
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.split("\t") for line in done.stdout.splitlines()]


@pytest.fixture(scope="session")
def shop():
    """The shop; its server's log must be clean at the end."""
    template = os.environ.get("RETURNS_TEMPLATE")
    assert template, "a live server needs the template that `make test` makes"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    name = f"{template}_api_{worker}"
    log = paths.LOGS / f"test-api-{worker}.log"
    log.unlink(missing_ok=True)
    databases.copy(template, name)
    process = None
    try:
        stage = _fill(name)
        url = f"http://127.0.0.1:{live.free_port()}"
        process = _start(url, name, log)
        live.wait_until_up(url, process, log, START_SECONDS)
        yield Shop(url, name, stage)
    finally:
        if process:
            live.stop(process)
        databases.drop(name)
    try:
        testing.log_is_clean(log)
    except console.Fail as error:
        pytest.fail(str(error), pytrace=False)


def _odoo(name, *options):
    command = [paths.PYTHON, odoo.script(), *options, f"--database={name}"]
    return [str(part) for part in command]


def _fill(name):
    """Run stage.py in the database, and read what it tells."""
    done = subprocess.run(
        _odoo(name, "shell", "--no-http", "--log-level=warn"),
        input=(API / "stage.py").read_text(encoding="utf-8"),
        env=runtime.prepare(),
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        if "STAGE {" in line:
            return json.loads(line.partition("STAGE ")[2])
    pytest.fail(f"the shop was not filled:\n{done.stdout}\n{done.stderr}")


def _start(url, name, log):
    options = [
        f"--db-filter=^{name}$",
        "--no-database-list",
        f"--workers={WORKERS}",
        "--max-cron-threads=0",
        f"--logfile={log}",
        f"--gevent-port={live.free_port()}",
        f"--http-port={url.rsplit(':', 1)[1]}",
        "--http-interface=127.0.0.1",
        "--limit-time-real=300",
        "--limit-time-cpu=300",
        "--limit-request=1000000",
    ]
    return live.start(_odoo(name, *options))
