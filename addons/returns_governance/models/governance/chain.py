"""The hash chain of a return's events: pure Python, so that it can be tried alone.

Every event's hash covers its ids, codes and figures, the salted digest of the person's
own words (which lie beside and can be erased) and the hash of the event before it. The
return holds the hash of the last event and their count.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

GENESIS = ""
# Missing events are named one by one up to here, then as one finding.
MOST_NAMED = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """An event as the database has it, in the order of the SELECT of the check."""

    id: int
    order_id: int
    company_id: int
    number: int
    what: str
    at: datetime
    user_id: int
    data: object
    why: str | None
    salt: str | None
    why_digest: str | None
    previous_hash: str | None
    hash: str


def plain(data):
    """Return ``data`` as it comes back from jsonb: keys text, numbers one way.

    >>> plain({1: (2.0, 0.5, None)})
    {'1': [2, 0.5, None]}
    """
    return _one_way(json.loads(json.dumps(data, default=str, allow_nan=False)))


def _one_way(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_one_way(item) for item in value]
    if isinstance(value, dict):
        return {key: _one_way(item) for key, item in value.items()}
    return value


def words_digest(salt, words):
    """Digest of a person's words; without the salt nobody can guess them from it."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def digest(row, number=None):
    """The hash that an event must have, at its own or at another ``number``."""
    content = json.dumps(
        [
            row.order_id,
            row.company_id,
            row.number if number is None else number,
            row.what,
            row.at.isoformat(sep=" ", timespec="seconds"),
            row.user_id,
            _one_way(row.data),
            row.why_digest or "",
            row.previous_hash or GENESIS,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(content.encode()).hexdigest()


def check(rows, head, count, sealed=None):
    """Say what is wrong with the chain of one return.

    :param list[Row] rows: its events by number
    :param str head: hash of the last event, as the return has it
    :param int count: number of events, as the return has it
    :param dict sealed: {number: hash} from the daily seals
    :return: list of (kind, number, event id or None); kinds: ``changed``,
        ``removed``, ``inserted``, ``reordered``, ``cut_off``
    """
    sealed = sealed or {}
    findings = [] if _is_whole(rows, head, count) else _Diagnosis(rows).run(head, count)
    findings += [f for f in _changed_words(rows) if f not in findings]
    return findings + _against_seals(rows, findings, sealed)


def _is_whole(rows, head, count):
    previous = GENESIS
    for number, row in enumerate(rows, 1):
        if (
            row.number != number
            or (row.previous_hash or GENESIS) != previous
            or row.hash != digest(row)
        ):
            return False
        previous = row.hash
    return len(rows) == count and previous == head


class _Diagnosis:
    """Walks back from the head, so that a forged row beside a genuine one shows."""

    def __init__(self, rows):
        self.rows = rows
        self.by_hash = {row.hash: row for row in rows}
        self.by_number = {}
        for row in rows:
            self.by_number.setdefault(row.number, []).append(row)
        self.findings = []
        self.seen = set()
        self.blamed = set()
        self.moved = []

    def run(self, head, count):
        last = self._last_position(head, count)
        wanted, at_end = head, True
        for number in range(last, 0, -1):
            row = self._genuine(number, wanted)
            if row is None:
                row = self._blame(number, at_end)
            at_end = at_end and row is None
            wanted = self._wanted_before(row)
        self._name_the_rest()
        return sorted(self.findings, key=lambda finding: finding[1])

    def _last_position(self, head, count):
        """Where the walk begins; a count far beyond the rows is one finding."""
        highest = max(self.by_number, default=0)
        if count > highest + MOST_NAMED:
            self.findings.append(("cut_off", highest + 1, None))
            return highest
        return count

    def _genuine(self, number, wanted):
        """The row that belongs at ``number``, whatever number was written on it."""
        for row in self.by_number.get(number, ()):
            if (wanted is None or row.hash == wanted) and row.hash == digest(row):
                self.seen.add(row.id)
                return row
        row = self.by_hash.get(wanted)
        if row and row.id not in self.seen and row.hash == digest(row, number):
            self.seen.add(row.id)
            self.moved.append(row)
            return row
        return None

    def _blame(self, number, at_end):
        """Nothing genuine is at ``number``: something else is, or nothing."""
        for row in self.by_number.get(number, ()):
            if row.id not in self.seen:
                self.seen.add(row.id)
                self.blamed.add(row.id)
                self.findings.append(("changed", number, row.id))
                return row
        self.findings.append(("cut_off" if at_end else "removed", number, None))
        return None

    def _wanted_before(self, row):
        """The hash to look for next; None where it cannot be known.

        A genuine row is believed; what was blamed only where it points at a row.
        """
        if row is None:
            return None
        previous = row.previous_hash or GENESIS
        if row.id in self.blamed and previous not in self.by_hash:
            return None
        return previous

    def _name_the_rest(self):
        inserted = [row for row in self.rows if row.id not in self.seen]
        self.findings += [("inserted", row.number, row.id) for row in inserted]
        if not self.findings:
            # Genuine all of them, and none where it was written.
            self.findings += [("reordered", row.number, row.id) for row in self.moved]
        if not self.findings:
            self.findings.append(("changed", len(self.rows), None))


def _changed_words(rows):
    """Words that do not fit their digest, or were erased without an event of it."""
    erased = set()
    for row in rows:
        if row.what == "erased":
            erased.update((row.data or {}).get("numbers", ()))
    return [
        ("changed", row.number, row.id)
        for row in rows
        if (row.why_digest or row.why) and not _fits(row, erased)
    ]


def _fits(row, erased):
    if not row.why:
        return row.number in erased
    return row.why_digest == words_digest(row.salt or "", row.why)


def _against_seals(rows, findings, sealed):
    """What only the seals of earlier days can show: an end cut off, a chain re-made."""
    hashes = {(row.number, row.hash) for row in rows}
    numbers = {row.number for row in rows}
    known = {number for _kind, number, _id in findings}
    for number in sorted(sealed):
        if number not in numbers:
            first = max(numbers, default=0) + 1
            missing = min(first, number)
            return [] if missing in known else [("cut_off", missing, None)]
        if (number, sealed[number]) not in hashes:
            return [] if known else [("changed", number, None)]
    return []
