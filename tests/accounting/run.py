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
from accounting.whole import STEPS


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
    # Not of a company that a telling before had made.
    env = env(context={**env.context, "allowed_company_ids": env.company.ids})
    with env.cr.savepoint(flush=False) as savepoint:
        told = plain(Story(env, clock, valuation).tell(STEPS))
        env.flush_all()
        savepoint.rollback()
    env.invalidate_all(flush=False)
    env.registry.clear_cache()
    return told


def landed():
    """{how goods are valued: figures by hand} of the test of landed costs."""
    # Addons can be imported when Odoo has started.
    from odoo.addons.returns_governance.tests import test_value_landed as figures

    return {
        f"{method}, by lot" if by_lot else method: [
            *amounts,
            figures.AFTER_THE_SALE[method, by_lot],
        ]
        for (method, by_lot), amounts in figures.BEFORE_THE_SALE.items()
    }


def main(database):
    """Start Odoo's registry and print."""
    from odoo import SUPERUSER_ID, api
    from odoo.modules.registry import Registry
    from odoo.tools import config

    config.parse_config(["--database", database, "--log-level=warn", "--no-http"])
    clock = Clock()
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        told = {way: tell(env, clock, way) for way in WAYS}
        print(json.dumps({**told, "landed": landed()}))
        cr.rollback()
    clock.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
