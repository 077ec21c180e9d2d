"""``make test``: one database with our addons, then pytest over everything."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import databases, paths, runtime
from .console import Fail, say

ALLOWED = paths.ROOT / "tests" / "odoo_log_allowed.txt"
INSTALL_LOG = paths.LOGS / "test-install.log"
# What tests use and no addon needs. Apart from the base, since it asks the database
# twice for each move, which no measured way should pay for.
TRIED_WITH = ("stock_landed_costs",)
LOG_TEST = "tests/test_ground.py::test_the_installation_logged_nothing_unexpected"


def main(arguments):
    """Run the tests.

    :param list arguments: names of addons to test alone, and options of pytest;
        none of them: everything

    The tests are told ``RETURNS_TEMPLATE``, a database like the one under test that
    nobody is connected to, so that they can make copies of their own, and
    ``RETURNS_INSTALL_LOG``, since a clean installation is a test like the others.
    """
    known = paths.project_addons()
    addons = [name for name in arguments if name in known]
    options = [name for name in arguments if name not in known]
    template, name = (f"returns_{kind}_{os.getpid()}" for kind in ("template", "test"))
    _sweep()
    try:
        log = databases.create(template, [*(addons or known), *TRIED_WITH])
        shutil.copy(log, INSTALL_LOG)
        databases.copy(template, name)
        os.environ["RETURNS_TEMPLATE"] = template
        os.environ["RETURNS_INSTALL_LOG"] = str(log)
        places = [f"addons/{addon}" for addon in addons]
        return _pytest(name, places and [*places, LOG_TEST], options)
    finally:
        databases.drop(name)
        databases.drop(template)


def _pytest(name, places, options):
    """Run pytest in this terminal; with two workers where nothing speaks against it.

    Each worker gets a copy of the database and a port of its own.
    """
    command = [paths.PYTHON, "-m", "pytest", f"--odoo-database={name}", "--odoo-http"]
    command += ["--odoo-log-level=warn", "--odoo-extra=max-cron-threads=0"]
    # Odoo's limit would hold for the browsers and servers that tests start.
    command += ["--odoo-extra=limit-memory-hard=0"]
    if not any(re.match(r"-n|--pdb|--numprocesses|-p$", option) for option in options):
        command += ["-n", "2", "--dist=loadscope", "--no-loadscope-reorder"]
    command = [str(part) for part in [*command, *options, *places]]
    say(f"  pytest {' '.join(command[3:])}")
    env = runtime.prepare()
    return subprocess.run(command, env=env, cwd=paths.ROOT, check=False).returncode


def _sweep():
    """Remove databases that a run left behind which was killed."""
    for name in databases.names():
        found = re.match(r"returns_(?:template|test)_(\d+)", name)
        if found and not Path("/proc", found.group(1)).exists():
            databases.drop(name)


def log_is_clean(log):
    """Whether the installation logged nothing that the written list leaves out.

    :raise Fail: when it did
    """
    from checklog_odoo.checklog import do_checklog
    from click import ClickException

    try:
        do_checklog(str(log), allowed_patterns(), echo=False)
    except ClickException as error:
        raise Fail(
            f"{log.name} has warnings or errors ({error.message}): mend them, or "
            f"excuse them with a reason in {ALLOWED.relative_to(paths.ROOT)}."
        ) from None
    return True


def allowed_patterns():
    """Regular expressions of the log lines that are excused."""
    lines = ALLOWED.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]
