"""Tell all golden cases in one database, and print the figures as JSON.

``run.py DATABASE bare|governed``; with Odoo in reach (``bin/python``). Nothing that
happens in a case stays in the database.
"""

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

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


def tell_all(database, way):
    """{case: figures}, each case in a transaction that is rolled back."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry

    registry = Registry(database)
    clock = Clock()
    found = {}
    try:
        for case in CASES:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
                found[case.key] = tell(case, env, way, clock)
                cr.rollback()
    finally:
        clock.stop()
    return found


def main(database, way):
    """Start Odoo's registry and print."""
    from odoo.tools import config

    config.parse_config(["--database", database, "--log-level=warn", "--no-http"])
    print(json.dumps(tell_all(database, way)))


if __name__ == "__main__":
    main(*sys.argv[1:])
