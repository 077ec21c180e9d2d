"""One measurement: a transaction of its own, flushed as a commit would, rolled back.

Every round thus starts from the same rows. What a commit does beside the flush is to
write the log, which is the same for all and switched off in the private PostgreSQL.

Time is what this process and its database server's process spent on a processor: nobody
waits for a disk or a network here, so it is what a clock would show on an idle machine,
and it stays the same on a busy one. Where it cannot be read, the clock is taken.
"""

import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

USER = "base.user_admin"


class Clock:
    """Seconds that passed on a processor for us and for our database server."""

    def __init__(self, cr):
        cr.execute("SELECT pg_backend_pid()")
        self._server = Path(f"/proc/{cr.fetchone()[0]}/schedstat")
        try:
            self()
        except OSError:  # another system, or a server elsewhere
            self._server = None

    def __call__(self):
        if not self._server:
            return time.perf_counter()
        server = int(self._server.read_text().split()[0]) / 1e9
        return server + time.process_time()


@dataclass
class Figure:
    """What one batch of returns took, and what came of it."""

    size: int
    seconds: dict = field(default_factory=dict)
    queries: int = 0
    state: object = None

    @property
    def total(self):
        """Milliseconds per return, from receipt to reconciled credit note."""
        return 1000.0 * sum(self.seconds.values()) / self.size

    @property
    def receipt(self):
        """Milliseconds per return until the goods are in."""
        return 1000.0 * self.seconds["receive"] / self.size

    @property
    def queries_each(self):
        """Queries per return."""
        return self.queries / self.size


def boot(addons_path):
    """Start Odoo's framework in this process."""
    config.parse_config(
        [f"--addons-path={addons_path}", "--log-level=error", "--no-http",
         "--max-cron-threads=0"],
        setup_logging=True,
    )  # fmt: skip


@contextmanager
def transaction(database):
    """An environment of the administrator; everything is rolled back at the end."""
    registry = Registry(database)
    with registry.cursor() as cr:
        try:
            env = api.Environment(cr, SUPERUSER_ID, {})
            user = env.ref(USER)
            yield env(user=user.id, su=False, context=_context(user))
        finally:
            cr.rollback()


def _context(user):
    return {
        "lang": user.lang,
        "tz": user.tz,
        "allowed_company_ids": user.company_id.ids,
    }


def take(engine, database, lines, look=None):
    """Let an engine take one batch back.

    :param engine: module of ``engines``
    :param list lines: ids of order lines
    :param look: function of the environment, called before and after, untimed
    :return: :class:`Figure` with ``state`` from ``look``
    """
    figure = Figure(len(lines))
    with transaction(database) as env:
        before = look and look(env, None)
        clock = Clock(env.cr)
        gc.collect()
        for part in (engine.receive, engine.refund):
            env.invalidate_all()  # another request, which reads anew
            queries, start = env.cr.sql_log_count, clock()
            part(env, env["sale.order.line"].browse(lines))
            env.cr.flush()
            figure.seconds[part.__name__] = clock() - start
            figure.queries += env.cr.sql_log_count - queries
        if look:
            env.invalidate_all()
            figure.state = look(env, before)
    return figure


def one_by_one(engine, database, lines, reader=None):
    """The same with a transaction per return; the sums of all.

    :param reader: function of (engine, lines) that makes a ``look``
    """
    figures = [
        take(engine, database, [line], reader and reader(engine, [line]))
        for line in lines
    ]
    return Figure(
        len(lines),
        {
            part: sum(figure.seconds[part] for figure in figures)
            for part in figures[0].seconds
        },
        sum(figure.queries for figure in figures),
        [figure.state for figure in figures],
    )
