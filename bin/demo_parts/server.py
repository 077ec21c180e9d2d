"""Odoo itself: a fresh database, a function run inside it, a server in front of it."""

import json
import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import psutil
from ground import live, paths
from ground.console import Fail, run

BIN = Path(__file__).resolve().parents[1]
LOG = "demo-server.log"
START_SECONDS = 90
#: Runs in Odoo's shell, which reads it from its standard input. The answer goes
#: through a file, since anything may be printed in between.
INSIDE = """
import importlib, json, sys
sys.path.insert(0, {bin!r})
module = importlib.import_module("demo_parts.{module}")
answer = module.main(env, **json.load(open({given!r})))
json.dump(answer, open({answer!r}, "w"))
"""


def exists(database):
    """Whether there is a database of that name."""
    query = f"SELECT 1 FROM pg_database WHERE datname = '{database}'"
    command = [BIN / "pg", "psql", "-Atc", query, "postgres"]
    return bool(run(command, "Is PostgreSQL running? Try bin/pg status.").strip())


def drop(database):
    """Remove a database and its files."""
    run([BIN / "odoo", "db", "drop", database], "Stop whoever uses it.", log="demo.log")


def install(database, modules):
    """Make a database with these modules and without demo records."""
    run(
        [
            BIN / "odoo", "-d", database, "-i", ",".join(modules), "--stop-after-init",
            "--no-http", "--log-level=warn",
        ],
        "The modules could not be installed.",
        log="demo.log",
    )  # fmt: skip


def run_inside(database, module, **given):
    """Call ``main(env, **given)`` of a module of this package, inside Odoo.

    :param given: what JSON can carry
    :return: what ``main`` returned, likewise
    """
    with tempfile.TemporaryDirectory() as folder:
        files = {name: str(Path(folder) / name) for name in ("given", "answer")}
        Path(files["given"]).write_text(json.dumps(given), encoding="utf-8")
        script = INSIDE.format(bin=str(BIN), module=module, **files)
        done = subprocess.run(
            [BIN / "odoo", "shell", "-d", database, "--no-http", "--log-level=warn"],
            input=script,
            text=True,
            check=False,
        )
        if done.returncode or not os.path.exists(files["answer"]):
            raise Fail(f"{module}: stopped by the error above.")
        return json.loads(Path(files["answer"]).read_text(encoding="utf-8"))


@contextmanager
def serving(database):
    """Odoo with two workers on a free port; yields the address, stops it at the end."""
    port = live.free_port()
    url = f"http://127.0.0.1:{port}"
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    process = psutil.Popen(
        [
            BIN / "odoo", "-d", database, f"--db-filter=^{database}$", "--workers=2",
            "--max-cron-threads=1", f"--http-port={port}",
            f"--gevent-port={live.free_port()}", "--log-level=warn",
            f"--logfile={paths.LOGS / LOG}",
        ],
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        live.wait_until_up(url, process, paths.LOGS / LOG, START_SECONDS)
        yield url
    finally:
        live.stop(process)
