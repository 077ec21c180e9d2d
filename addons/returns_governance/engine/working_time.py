"""Working time: when so many working hours have passed.

Pure: takes spans of working time and knows no calendar.
"""

from datetime import timedelta


def pass_hours(start, hours, spans):
    """Return the moment at which ``hours`` of working time have passed since ``start``.

    :param datetime start: when the clock begins
    :param float hours: working hours, zero or more
    :param spans: pairs of (begin, end), in order and apart, that may begin before
        ``start``
    :return: (moment, hours left); the moment is None where the spans end first

    >>> from datetime import datetime
    >>> fri, mon = datetime(2026, 11, 27), datetime(2026, 11, 30)
    >>> nine = timedelta(hours=9)
    >>> spans = [(day + nine, day + 2 * nine) for day in (fri, mon)]
    >>> pass_hours(fri + nine, 4, spans)
    (datetime.datetime(2026, 11, 27, 13, 0), 0.0)

    What begins at night or at the weekend begins with the next working hour; what
    ends with the day is due then, and not at the next morning.

    >>> pass_hours(fri, 9, spans)
    (datetime.datetime(2026, 11, 27, 18, 0), 0.0)
    >>> pass_hours(fri + 2 * nine, 1, spans)
    (datetime.datetime(2026, 11, 30, 10, 0), 0.0)
    >>> pass_hours(fri, 20, spans)
    (None, 2.0)
    """
    left = timedelta(hours=hours)
    for begin, end in spans:
        begin = max(begin, start)
        if end < begin:
            continue
        if begin + left <= end:
            return begin + left, 0.0
        left -= end - begin
    return None, left.total_seconds() / 3600.0
