"""Plain Python: what the name of a place says about the goods in it.

English, German and French, as people write them on a shelf: whole words or the stems
of compounds, without accents, ``ae`` for an umlaut too.
"""

import re
import unicodedata

from .const import DAMAGED, INSPECTION, QUARANTINE, REFURBISH, WRITE_OFF

#: In the order in which they are tried: the first that fits names the state.
STATE_WORDS = (
    (
        QUARANTINE,
        r"quarant|\bblocked\b|\bon hold\b|\brecall|gesperrt|sperrlager|sperrbestand"
        r"|\bbloque|rueckruf|ruckruf|\brappel",
    ),
    (
        DAMAGED,
        r"damag|\bbroken\b|\bdefect|defekt|beschad|beschaed|kaputt|endommag|\bcasses?\b",
    ),
    (REFURBISH, r"refurb|\brepair|repar|aufbereit|recondition"),
    (
        WRITE_OFF,
        r"\bscrap|\bwrite.?off|ausschuss|schrott|entsorg|vernicht|\brebut|\bdestr",
    ),
    (
        INSPECTION,
        r"\breturns?\b|retour|\brma\b|ruckgabe|rueckgabe|rucksend|ruecksend"
        r"|inspect|\bpruf|prufung|pruef|\bcontrole|\bto check\b"
        r"|\bquality (control|check)",
    ),
)


def guess_state(name):
    """The code of the state that a place's name suggests.

    :rtype: str | None
    """
    letters = unicodedata.normalize("NFKD", (name or "").casefold())
    plain = "".join(x for x in letters if not unicodedata.combining(x))
    return next(
        (code for code, words in STATE_WORDS if re.search(words, plain)),
        None,
    )
