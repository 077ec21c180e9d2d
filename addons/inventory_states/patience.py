"""Two people at one thing: the later one is run again at once, and hears how it stands.

At REPEATABLE READ whoever meets a row that another transaction has written fails to
serialise. Odoo runs the request again, but after a pause that doubles each time, and
five times at most: twenty people at one row wait for many seconds, and some end in a
server error. Here the call is run again without a pause, on a new snapshot.
"""

import functools

from psycopg2 import errors

RUNS = 50
IMPORTING = "_import_current_module"  # core's own key, while it loads a file
MET_ANOTHER = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
    # Two callers made the same row: run again, the second finds it.
    errors.UniqueViolation,
)


def patient(method):
    """Decorator of a button: where it meets another call, it is run again at once."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        return patiently(self.env, lambda: method(self, *args, **kwargs))

    return run


def patiently(env, work):
    """Run ``work`` until it meets nobody.

    Only where the transaction has written nothing yet, so that to begin it anew loses
    nothing: a button inside a longer work leaves the re-run to whoever began that. So
    does an import, whose savepoint would be lost.
    """
    if IMPORTING in env.context or not _is_fresh(env):
        return work()
    for _run in range(RUNS):
        try:
            answer = work()
            # What fails to serialise fails here and not at the commit.
            env.cr.flush()
            return answer
        except MET_ANOTHER:
            start_again(env)
    return work()


def start_again(env):
    """Forget what the transaction did, in the database and in memory."""
    env.cr.rollback()
    env.transaction.reset()
    env.registry.reset_changes()


def insist(env, work):
    """Run ``work`` and commit it, as often as it meets others; for what has happened
    outside and must not be forgotten here.

    Only where what was written before is committed: a re-run begins with a rollback.
    """
    for _run in range(RUNS):
        try:
            answer = work()
            env.flush_all()
            env.cr.commit()  # pylint: disable=invalid-commit
            return answer
        except MET_ANOTHER:
            start_again(env)
    return work()


def lock(env, table, ids):
    """Lock rows, in the order of their ids, before anything is read of them.

    Of many callers one goes on; the others wait here, and fail to serialise where it
    wrote the rows.

    :raise SerializationFailure: another transaction wrote one after this one began
    """
    if ids:
        env.cr.execute(
            f'SELECT id FROM "{table}" WHERE id = ANY(%s) '
            "ORDER BY id FOR NO KEY UPDATE",
            [sorted(ids)],
            log_exceptions=False,
        )


def _is_fresh(env):
    """Whether nothing was written in this transaction, and nothing waits to be."""
    env.flush_all()
    env.cr.execute("SELECT pg_current_xact_id_if_assigned() IS NULL")
    return env.cr.fetchone()[0]
