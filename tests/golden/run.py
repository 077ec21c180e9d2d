"""Tell all golden cases in one database, and print the figures as JSON.

``run.py DATABASE bare|governed``; with Odoo in reach (``bin/python``). Nothing that
happens in a case stays in the database.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "bin")]

from ground import paths, runtime

from golden.cases import CASES
from golden.shop import Clock, Shop
from golden.ways import BareWay, GovernedWay

WAYS = {way.name: way for way in (BareWay, GovernedWay)}


def tell(case, env, way, clock):
    """The figures of one case, rounded as the books are."""
    shop = Shop(env, clock)
    figures = case.tell(shop, WAYS[way](shop))
    return {
        name: round(value, 2) if isinstance(value, float) else value
        for name, value in figures.items()
    }


def tell_all(cases, database, way):
    """{case: figures}, each case in a transaction that is rolled back."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(database)
    clock = Clock()
    found = {}
    try:
        for case in cases:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
                found[case.key] = tell(case, env, way, clock)
                cr.rollback()
    finally:
        clock.stop()
    return found


def main(cases, database, way):
    """Start Odoo's registry and print."""
    from odoo.tools import config

    config.parse_config(["--database", database, "--log-level=warn", "--no-http"])
    print(json.dumps(tell_all(cases, database, way)))


def in_process(script, database, *arguments):
    """The figures that a script like this one prints, run in a process of its own.

    :raise AssertionError: where it failed, or Odoo logged a warning
    """
    done = subprocess.run(
        [paths.PYTHON, script, database, *arguments],
        env=runtime.prepare(),
        capture_output=True,
        text=True,
        check=False,
    )
    clean = not re.search(r" (WARNING|ERROR|CRITICAL) ", done.stderr)
    assert done.returncode == 0 and clean, done.stderr
    return json.loads(done.stdout)


if __name__ == "__main__":
    main(CASES, *sys.argv[1:])
