"""Odoo's own server, with a hand on the power switch.

The product has no switch for faults: its methods are wrapped here, by name, when the
registry is made. The name of the point at which the process shall die stands in a file
(``FAULTY_FOLDER/armed``), which is removed by whoever dies of it.
"""

import functools
import os
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from points import COMMIT, POINTS  # noqa: E402

import odoo.cli  # noqa: E402
from odoo.modules.registry import Registry  # noqa: E402
from odoo.sql_db import Cursor  # noqa: E402

ARMED = Path(os.environ["FAULTY_FOLDER"], "armed")
# The work whose commit is to come, and the cursor that will make it.
doing = threading.local()
WORKS = {
    ("returns.api", "_call"): lambda verb, *_rest: verb,
    ("returns.outbox", "_post_waiting"): lambda *_rest: "post",
}


def die_at(name):
    """End this process at once if it is armed for this point."""
    if name and ARMED.exists() and ARMED.read_text() == name:
        ARMED.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def with_point(method, name, moment):
    """The method, with a point before or after it."""

    @functools.wraps(method)
    def run(*args, **kwargs):
        die_at(moment == "before" and name)
        result = method(*args, **kwargs)
        die_at(moment == "after" and name)
        return result

    return run


def with_work(method, name_of):
    """The method, remembering what is being done."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        doing.work, doing.cursor = name_of(*args), self.env.cr
        return method(self, *args, **kwargs)

    return run


def commit(cursor, original=Cursor.commit):
    """Commit, with a point before and after."""
    mine = getattr(doing, "cursor", None) is cursor
    die_at(mine and commit_points.get((doing.work, "before")))
    result = original(cursor)
    die_at(mine and commit_points.get((doing.work, "after")))
    if mine:
        doing.cursor = None
    return result


def wrap(registry):
    """Put the points into the classes of a registry."""
    if "returns.order" not in registry:
        return
    for name, (model, method, moment) in POINTS.items():
        if model != COMMIT:
            cls = registry[model]
            setattr(cls, method, with_point(getattr(cls, method), name, moment))
    for (model, method), name_of in WORKS.items():
        cls = registry[model]
        setattr(cls, method, with_work(getattr(cls, method), name_of))


def new(*args, original=Registry.new, **kwargs):
    """A registry with its points."""
    registry = original(*args, **kwargs)
    wrap(registry)
    return registry


commit_points = {
    (work, moment): name
    for name, (model, work, moment) in POINTS.items()
    if model == COMMIT
}
Cursor.commit = commit
Registry.new = new

if __name__ == "__main__":
    odoo.cli.main()
