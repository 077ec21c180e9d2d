"""A shop on a server whose processes can be killed, on a database of its own."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from ground import live, odoo, paths, runtime

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from clients import Json2, Refused  # noqa: E402
from cluster import Cluster  # noqa: E402

START_SECONDS = 120
PATIENCE_SECONDS = 60
# What a client hears of a server that died under its call.
LOST = (
    urllib.error.URLError,
    ConnectionError,
    TimeoutError,
    OSError,
    # the answer broke off
    http.client.HTTPException,
)


class House:
    """The server, its database, and the hand on the switch."""

    def __init__(self, cluster, name, folder):
        self.cluster, self.name, self.folder = cluster, name, folder
        self.url = f"http://127.0.0.1:{live.free_port()}"
        self.log = paths.LOGS / f"{name}.log"
        self.log.unlink(missing_ok=True)
        self.env = {
            **cluster.env,
            "FAULTY_FOLDER": str(folder),
            "FAULTY_URL": self.url,
        }

    # --- the machine ------------------------------------------------------------------
    def odoo(self, *options, launcher=None):
        """A command of Odoo on this database."""
        where = f"--addons-path={runtime.addons_path()},{HERE / 'addons'}"
        script = launcher or odoo.script()
        first = [o for o in options if not o.startswith("-")]
        rest = [o for o in options if o.startswith("-")]
        command = [paths.PYTHON, script, *first, f"--database={self.name}", where]
        return [str(part) for part in [*command, *rest]]

    def run(self, *options, **more):
        """Run Odoo until it ends, and give what it printed."""
        done = subprocess.run(
            self.odoo(*options),
            env={**runtime.prepare(), **self.env},
            capture_output=True,
            text=True,
            check=False,
            **more,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fill(self):
        """Run stage.py, and read what it tells."""
        text = (HERE / "stage.py").read_text(encoding="utf-8")
        told = self.run("shell", "--no-http", "--log-level=warn", input=text)
        for line in told.splitlines():
            if "STAGE {" in line:
                self.stage = json.loads(line.partition("STAGE ")[2])

    def serve(self):
        """Start the server with two workers and a worker for crons."""
        command = self.odoo(
            f"--db-filter=^{self.name}$",
            "--no-database-list",
            "--workers=2",
            "--max-cron-threads=1",
            f"--logfile={self.log}",
            f"--gevent-port={live.free_port()}",
            f"--http-port={self.url.rsplit(':', 1)[1]}",
            "--http-interface=127.0.0.1",
            "--limit-time-real=300",
            launcher=HERE / "launcher.py",
        )
        self.process = live.start(command, env=self.env)
        live.wait_until_up(self.url, self.process, self.log, START_SECONDS)

    def serve_again(self):
        """What systemd or compose does: Odoo ends itself where it finds no database."""
        with contextlib.suppress(psutil.Error):
            self.process.wait(15)
        if not self.process.is_running():
            self.serve()

    # --- faults -----------------------------------------------------------------------
    def arm(self, point):
        """The next process that passes this point dies there."""
        (self.folder / "armed").write_text(point)

    def has_died(self):
        """Whether some process died at the armed point."""
        return not (self.folder / "armed").exists()

    def let_provider(self, how, **other):
        """How the provider answers from now on; ``other``: to single payments."""
        lines = [how, *(f"{reference} {answer}" for reference, answer in other.items())]
        (self.folder / "answers").write_text("\n".join(lines))

    def paid(self, order, name="paid"):
        """How often the provider has paid back a payment, by its own book."""
        book = self.folder / "paid"
        lines = book.read_text().splitlines() if book.exists() else []
        return sum(line.startswith(f"{order}-{name} ") for line in lines)

    def notice(self, order):
        """The provider says that it has paid."""
        url = f"{self.url}/faulty/notice?reference={order}-paid"
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert answer.read() == b"taken"

    def say(self, kind, name):
        """Finance says what became of the payouts of a return, in the dialog."""
        payouts = self.query(
            "SELECT x.id FROM returns_outbox x JOIN returns_order o"
            f" ON o.id = x.order_id WHERE o.name = '{name}' AND x.kind = 'payout'"
            " AND x.state IN ('failed', 'pending', 'unknown')"
        )
        ids = [int(number) for [number] in payouts]
        client = self.client("finance")
        if kind == "retry":
            client.execute("returns.outbox", "action_retry", ids=ids)
            return
        context = {"active_model": "returns.outbox", "active_ids": ids}
        dialog = "returns.reason.wizard"
        values = {"kind": kind, "reason": "Looked at its page"}
        made = client.execute(dialog, "create", vals_list=[values], context=context)
        client.execute(dialog, "action_confirm", ids=made, context=context)

    def wake(self):
        """What any later change does for the crons; else they look each minute."""
        self.query(f"SELECT pg_notify('cron_trigger', '{self.name}')", "postgres")

    # --- the way ----------------------------------------------------------------------
    def client(self, user="robot"):
        known = self.stage["users"][user]
        return Json2(self.url, self.name, known["uid"], known["key"])

    def insist(self, call):
        """As a client does: the same call again until there is an answer."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return call()
            except Refused as refused:
                if refused.code:
                    raise
            except LOST:
                pass
            assert time.monotonic() < end, "the server did not come back"
            time.sleep(0.2)

    def ask(self, order):
        """A request for the order's one unit."""
        line = {
            "sku": "SHIRT",
            "quantity": 1,
            "reason": "changed_mind",
            "resolution": "refund",
        }
        return {
            "channel": "web",
            "external_ref": f"EXT-{order}",
            "order_ref": order,
            "lines": [line],
        }

    def walk(self, order, armed=None):
        """Submit, receive and inspect; at ``armed`` ({verb: point}) a process dies."""
        armed = armed or {}
        client = self.client()
        back = self._go("request", armed, lambda: client.submit(self.ask(order)))
        line = {"sku": "SHIRT", "quantity": 1}
        receipt = {
            "receipt_ref": f"REC-{order}",
            "warehouse": self.stage["warehouse"],
            "return": back["return"]["name"],
            "lines": [line],
        }
        self._go("receipt", armed, lambda: client.receive(receipt))
        finding = {
            "inspection_ref": f"INS-{order}",
            "return": back["return"]["name"],
            "results": [{**line, "condition": "A"}],
        }
        self._go("finding", armed, lambda: client.inspect(finding))
        return back["return"]["name"]

    def _go(self, verb, armed, call):
        if verb in armed:
            self.arm(armed[verb])
        return self.insist(call)

    def wait_until(self, name, statement, wanted):
        """Wait until a statement about a return gives what is wanted."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (found := self.query(statement.format(name=name))) != wanted:
            assert time.monotonic() < end, (
                f"{name}: {statement} gives {found}, not {wanted}; see {self.log}"
            )
            self.wake()
            time.sleep(0.2)

    def query(self, statement, database=None):
        """The rows that a statement gives, as lists of text."""
        told = self.cluster.client(
            "psql", "-d", database or self.name, "-XAtq", "-F", "\t", "-c", statement
        )
        return [line.split("\t") for line in told.splitlines()]


@pytest.fixture(scope="session")
def house():
    """The shop. Its log may hold errors: that is what these tests make."""
    template = os.environ.get("RETURNS_TEMPLATE")
    assert template, "a server of its own needs the template that `make test` makes"
    cluster = Cluster()
    cluster.start()
    with tempfile.TemporaryDirectory() as folder:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
        house = House(cluster, f"returns_faults_{worker}", Path(folder))
        try:
            cluster.take_over(template, house.name)
            house.run("--init=faulty_provider", "--stop-after-init", "--no-http")
            house.fill()
            house.serve()
            yield house
        finally:
            if hasattr(house, "process"):
                live.stop(house.process)
            cluster.remove()
