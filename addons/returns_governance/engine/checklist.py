"""Answers to the questions of a checklist, as people and programs give them."""

import math

from .errors import EngineError

FLAGS = {True: "yes", False: "no", "yes": "yes", "no": "no"}
MOST_TEXT = 1000
MOST_NUMBER = 1e12


def read_answer(kind, value, options=(), photos=()):
    """The answer as it is kept; None where nothing was answered.

    A photo is named, or given by its place among the photos; it is kept as places.

    >>> read_answer("yes_no", False), read_answer("text", " ")
    ('no', None)
    >>> read_answer("number", "3,50")
    '3.5'
    >>> read_answer("photo", "b.png", photos=["a.png", "b.png"])
    [1]

    :param str kind: ``yes_no``, ``choice``, ``number``, ``text`` or ``photo``
    :param value: a text, number or flag; of photos a name or a list of places
    :param options: what can be chosen
    :param photos: names of the photos that came along
    :raises EngineError: the value is no answer to such a question
    """
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "" or value == []:
        return None
    return READERS[kind](value, options, photos)


def _flag(value, _options, _photos):
    if isinstance(value, bool | str) and value in FLAGS:
        return FLAGS[value]
    raise EngineError("BAD_ANSWER", "yes or no")


def _choice(value, options, _photos):
    if value in options:
        return value
    raise EngineError("BAD_ANSWER", "one of: " + ", ".join(options))


def _number(value, _options, _photos):
    try:
        number = float("x" if isinstance(value, bool) else _plain(value))
    except (TypeError, ValueError):
        number = math.nan
    if not abs(number) <= MOST_NUMBER:  # refuses what is no number, too
        raise EngineError("BAD_ANSWER", "a number")
    return f"{number:.15g}"


def _plain(value):
    return value.replace(",", ".") if isinstance(value, str) else value


def _text(value, _options, _photos):
    if isinstance(value, str) and len(value) <= MOST_TEXT:
        return value
    raise EngineError("BAD_ANSWER", f"a text of up to {MOST_TEXT} characters")


def _photo(value, _options, photos):
    if isinstance(value, str):
        value = [place for place, name in enumerate(photos) if name == value]
    known = range(len(photos))
    places = value if isinstance(value, list) else []
    if places and all(type(p) is int and p in known for p in places):
        return places
    raise EngineError("BAD_ANSWER", "the name of a photo that is sent along")


READERS = {
    "yes_no": _flag,
    "choice": _choice,
    "number": _number,
    "text": _text,
    "photo": _photo,
}
