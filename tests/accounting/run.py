"""Tell the story in one database, and give what it booked as plain data.

``run.py DATABASE``; with Odoo in reach (``bin/python``). Nothing that happens in it
stays in the database.
"""

import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "bin")]

from golden.shop import Clock

from accounting.document import WAYS
from accounting.story import Story


def plain(told):
    """Tellings as JSON can carry them, rounded as the books are."""
    return [
        {
            "items": {
                " / ".join(key): [round(amount, 2) for amount in amounts]
                for key, amounts in one.items.items()
            },
            "stands": {name: round(x, 2) for name, x in one.stands.items()},
        }
        for one in told
    ]


def tell(env, clock, valuation):
    """The story in one kind of valuation, undone afterwards."""
    with env.cr.savepoint(flush=False) as savepoint:
        told = plain(Story(env, clock, valuation).tell())
        env.flush_all()
        savepoint.rollback()
    env.invalidate_all(flush=False)
    env.registry.clear_cache()
    return told


def main(database):
    """Start Odoo's registry and print."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["--database", database, "--log-level=warn", "--no-http"])
    clock = Clock()
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        print(json.dumps({way: tell(env, clock, way) for way in WAYS}))
        cr.rollback()
    clock.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
