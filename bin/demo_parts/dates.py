"""The shop's dates brought to the present, and a clock that can be held in the past."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def shift(shop, today=None):
    """Move all dates by one number of whole days, so that the last is yesterday.

    Seconds are added to orders of the same minute: Odoo values goods by time, to the
    second, and confuses what happened in one.
    """
    today = today or datetime.now(UTC).date()
    moments = [entry.at for entry in [*shop.orders.values(), *shop.returns.values()]]
    days = today - timedelta(days=1) - max(moments).date()
    taken = set()
    for entry in sorted(
        [*shop.orders.values(), *shop.returns.values()], key=lambda e: (e.at, e.ref)
    ):
        entry.at += days
        while entry.at in taken:
            entry.at += timedelta(seconds=1)
        taken.add(entry.at)
    return days.days


def stamp(moment):
    """A moment as the API wants it: ISO 8601, UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@contextmanager
def clock():
    """Hold the clock of this process; yields a function that sets it.

    Odoo dates a confirmation, a transfer and an entry of the ledger with *now*. Held
    at the moment of an order, all of them tell the same story, which writing the dates
    afterwards would not do. The progress bar keeps the real time.
    """
    import freezegun

    freezegun.configure(extend_ignore_list=["tqdm"])
    with freezegun.freeze_time(datetime.now(UTC)) as frozen:
        yield frozen.move_to
