"""``make serve``: a database of ours, served until stopped.

Two workers in prefork, and two cron workers so that a long job does not hold up
the posting of refunds. Where no database of the name exists, it is made with
our addons, the data they install, and no demo records.
"""

import argparse
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import databases, odoo, paths, postgres, runtime
from .console import Fail, say

DEMO = "returns_demo"
START_SECONDS = 180


def main(arguments):
    """``bin/serve [--db NAME] [--port NUMBER] [--host ADDRESS]``"""
    parser = argparse.ArgumentParser(prog="bin/serve", description=__doc__)
    parser.add_argument("--db", default=DEMO, help="database (default: the demo's)")
    parser.add_argument("--port", type=int, default=8070)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    options = parser.parse_args(arguments)
    _check_port(options.host, options.port)
    _ensure_database(options.db)
    return _serve(options)


def _ensure_database(name):
    postgres.start()
    if databases.exists(name):
        return
    if name == DEMO:
        raise Fail(
            "there is no demo yet: run `make demo`, or `make serve DB=name` for a "
            "database with the addons and nothing else."
        )
    addons = paths.project_addons()
    databases.create(name, addons)
    say(f"  made {name}: log in as admin with the password admin, and change it")


def command(options):
    """Odoo's command line for these options."""
    return [
        str(paths.PYTHON),
        str(odoo.script()),
        f"--database={options.db}",
        f"--db-filter=^{options.db}$",
        "--no-database-list",
        f"--http-interface={options.host}",
        f"--http-port={options.port}",
        f"--gevent-port={options.port + 2}",
        "--workers=2",
        "--max-cron-threads=2",
        f"--logfile={_log(options.db)}",
    ]


def _serve(options):
    """Run Odoo as a child, say when it answers, and pass signals on to it."""
    _log(options.db).parent.mkdir(parents=True, exist_ok=True)
    child = subprocess.Popen(command(options), env=runtime.prepare(), cwd=paths.ROOT)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: child.terminate())
    where = _log(options.db).relative_to(paths.ROOT)
    if _wait_until_ready(child, options):
        say(f"{options.db} is served at http://{options.host}:{options.port}/odoo")
        say(f"its log is in {where}; press Ctrl-C to stop")
    else:
        child.terminate()
    status = child.wait()
    if status not in (0, -signal.SIGTERM, -signal.SIGINT):
        raise Fail(f"Odoo stopped with status {status}: look into {where}.")
    return 0


def _wait_until_ready(child, options):
    """Whether the server answered in time."""
    host = "127.0.0.1" if options.host == "0.0.0.0" else options.host
    url = f"http://{host}:{options.port}/web/health"
    end = time.monotonic() + START_SECONDS
    while child.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    return False


def _check_port(host, port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Fail(
                f"port {port} cannot be used ({error.strerror}): give another, for "
                f"example `make serve PORT={port + 10}`."
            ) from None


def _log(name):
    return paths.LOGS / f"serve-{name}.log"
