"""What a caller may send: shapes that read plain JSON values, and refuse the rest.

A shape's ``parse(value, path)`` returns the value as the steps want it (times as naive
UTC datetimes, files as bytes) or raises `ShapeError` with a code of the API. Nothing
here knows the database. ``false`` stands for a missing value; ``null`` is refused,
since XML-RPC has none; a boolean is never a number.
"""

import hashlib
import json
import math
import re
from datetime import UTC, datetime

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

INT32 = 2**31 - 1
MOST = 10**9  # of a quantity or an amount
# Years before 2000 are typing errors, and PostgreSQL's are not Python's.
TIME = re.compile(
    r"(20\d\d-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?"
    r"(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
# C0 and C1 controls, and halves of surrogate pairs, which no database can keep.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class ShapeError(Exception):
    """A value does not have its shape.

    :param str code: of const.ERROR_CODES
    :param text: lazily translated sentence that names the value and the rule
    """

    def __init__(self, code, text):
        super().__init__(code)
        self.code = code
        self.text = text


def _bad(text):
    return ShapeError("BAD_REQUEST", text)


class Text:
    """A string with something in it, without control characters.

    :param bool lines: line breaks and tabs may be in it
    :param str also: control characters that may be in it as well
    """

    def __init__(self, most=128, lines=False, also=""):
        self.most = most
        self.also = set(also) | (set("\n\r\t") if lines else set())

    def parse(self, value, path):
        if not isinstance(value, str):
            raise _bad(_lt("%(path)s must be text.", path=path))
        if not value.strip():
            raise _bad(_lt("%(path)s is empty.", path=path))
        if len(value) > self.most:
            raise _bad(
                _lt(
                    "%(path)s is longer than %(most)s characters.",
                    path=path,
                    most=self.most,
                )
            )
        if set(CONTROL.findall(value)) - self.also:
            raise _bad(
                _lt("%(path)s holds a control character. Send plain text.", path=path)
            )
        return value


class Link(Text):
    """An address on the web."""

    def parse(self, value, path):
        value = super().parse(value, path)
        if not re.match(r"https?://[^\s/]+", value):
            raise _bad(_lt("%(path)s must begin with http:// or https://.", path=path))
        return value


class Word:
    """One of a few codes.

    :param str code: of the refusal of any other
    """

    def __init__(self, *words, code="BAD_REQUEST"):
        self.words = words
        self.code = code

    def parse(self, value, path):
        if not isinstance(value, str):
            raise _bad(_lt("%(path)s must be text.", path=path))
        if value not in self.words:
            raise ShapeError(
                self.code,
                _lt(
                    "%(path)s must be one of %(words)s.",
                    path=path,
                    words=", ".join(self.words),
                ),
            )
        return value


class Flag:
    """True or false."""

    def parse(self, value, path):
        if not isinstance(value, bool):
            raise _bad(_lt("%(path)s must be true or false.", path=path))
        return value


class Number:
    """A finite number above zero.

    :param str code: of the refusal of a number that is none of these
    """

    def __init__(self, code="BAD_REQUEST", most=MOST):
        self.code = code
        self.most = most

    def parse(self, value, path):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _bad(_lt("%(path)s must be a number.", path=path))
        if isinstance(value, float) and not math.isfinite(value):
            raise ShapeError(
                self.code, _lt("%(path)s must be a finite number.", path=path)
            )
        if not 0 < value <= self.most:
            raise ShapeError(
                self.code,
                _lt(
                    "%(path)s must be above zero and at most %(most)s.",
                    path=path,
                    most=self.most,
                ),
            )
        return float(value)


class Whole:
    """A whole number of 32 bits."""

    def __init__(self, least=1, most=INT32):
        self.least = least
        self.most = most

    def parse(self, value, path):
        whole = isinstance(value, int) or (
            isinstance(value, float) and value.is_integer()
        )
        if isinstance(value, bool) or not whole:
            raise _bad(_lt("%(path)s must be a whole number.", path=path))
        if not self.least <= value <= self.most:
            raise _bad(
                _lt(
                    "%(path)s must be from %(least)s to %(most)s.",
                    path=path,
                    least=self.least,
                    most=self.most,
                )
            )
        return int(value)


class Time:
    """ISO 8601 with date and time; UTC, or with the offset that it has."""

    def parse(self, value, path):
        if not isinstance(value, str):
            raise _bad(_lt("%(path)s must be text.", path=path))
        found = TIME.fullmatch(value)
        try:
            if not found:
                raise ValueError(value)
            day, clock, fraction, zone = found.groups()
            micro = (fraction or "0")[:6].ljust(6, "0")
            clock = clock if clock.count(":") == 2 else f"{clock}:00"
            moment = datetime.fromisoformat(f"{day}T{clock}.{micro}{zone or 'Z'}")
            return moment.astimezone(UTC).replace(tzinfo=None)
        except (ValueError, OverflowError):
            raise ShapeError(
                "TIME_INVALID",
                _lt(
                    "%(path)s must be a time like 2026-01-31T13:45:00Z.",
                    path=path,
                ),
            ) from None


class ListOf:
    """A list whose items have one shape."""

    def __init__(self, item, least=0, most=500):
        self.item = item
        self.least = least
        self.most = most

    def parse(self, value, path):
        if not isinstance(value, list | tuple):
            raise _bad(_lt("%(path)s must be a list.", path=path))
        if not self.least <= len(value) <= self.most:
            raise _bad(
                _lt(
                    "%(path)s must have from %(least)s to %(most)s items.",
                    path=path,
                    least=self.least,
                    most=self.most,
                )
            )
        return [
            self.item.parse(item, f"{path}[{number}]")
            for number, item in enumerate(value)
        ]


class Answers:
    """``{code: value}``: answers to a checklist, each a text, number or flag."""

    code = Text(64)
    text = Text(1000, lines=True)

    def parse(self, value, path):
        if not isinstance(value, dict):
            raise _bad(_lt("%(path)s must be an object.", path=path))
        if len(value) > 100:
            raise _bad(_lt("%(path)s has more than 100 answers.", path=path))
        for code, answer in value.items():
            self.code.parse(code, f"{path}: code")
            self._read_answer(answer, f"{path}.{code}")
        return dict(value)

    def _read_answer(self, answer, path):
        if isinstance(answer, bool):
            return
        if isinstance(answer, str):
            if answer:
                self.text.parse(answer, path)
        elif not isinstance(answer, int | float) or not abs(answer) <= INT32:
            # also refuses what is not a number at all: NaN compares with nothing
            raise _bad(_lt("%(path)s must be text, a number or a flag.", path=path))


class Any:
    """Whatever was sent; it is read later, by a shape of its own."""

    def parse(self, value, path):
        return value


class Struct:
    """An object with known keys; any other is refused.

    :param dict must: shape by key that has to be there
    :param dict may: shape by key that can be left out, or be false
    :param any_of: keys of which at least one has to be there
    :param one_of: keys of which exactly one has to be there
    """

    def __init__(self, must=None, may=None, any_of=(), one_of=()):
        self.must = must or {}
        self.shapes = {**self.must, **(may or {})}
        self.any_of = any_of
        self.one_of = one_of

    def parse(self, value, path):
        if not isinstance(value, dict):
            raise _bad(_lt("%(path)s must be an object.", path=path))
        unknown = [key for key in value if key not in self.shapes]
        if unknown:
            raise _bad(
                _lt(
                    "%(path)s does not know %(keys)s. Known: %(known)s.",
                    path=path,
                    keys=", ".join(repr(str(key)[:64]) for key in unknown[:5]),
                    known=", ".join(self.shapes),
                )
            )
        found = {
            key: shape.parse(value[key], f"{path}.{key}")
            for key, shape in self.shapes.items()
            if self._is_given(value, key, path)
        }
        self._check_choice(found, path)
        return found

    def _is_given(self, value, key, path):
        missing = value.get(key, False) is False
        if isinstance(self.shapes[key], Flag):
            missing = key not in value
        if missing and key in self.must:
            raise _bad(_lt("%(path)s.%(key)s is missing.", path=path, key=key))
        if not missing and value[key] is None:
            raise _bad(
                _lt(
                    "%(path)s.%(key)s is null. Leave it out, or send false.",
                    path=path,
                    key=key,
                )
            )
        return not missing

    def _check_choice(self, found, path):
        for keys, several in ((self.any_of, True), (self.one_of, False)):
            count = sum(key in found for key in keys)
            if keys and not count:
                raise _bad(
                    _lt("%(path)s needs %(keys)s.", path=path, keys=" or ".join(keys))
                )
            if count > 1 and not several:
                raise _bad(
                    _lt(
                        "%(path)s takes only one of %(keys)s.",
                        path=path,
                        keys=", ".join(keys),
                    )
                )


def digest(value):
    """SHA-256 of a value's canonical JSON: keys sorted, 1 and 1.0 alike.

    >>> digest({'b': 1, 'a': [2.0]}) == digest({'a': [2], 'b': 1.0})
    True
    >>> digest({'a': True}) == digest({'a': 1})
    False
    """
    text = json.dumps(_canonical(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value):
    if isinstance(value, dict):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
