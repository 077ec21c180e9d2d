"""Files for the bank: plain Python, nothing of Odoo.

``sepa`` writes a credit transfer of ISO 20022 (pain.001.001.09), as banks of the
single euro payments area take it; ``table`` writes a list for every other bank, and for
people.
"""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
# Letters that every bank of the area has to take.
ALIEN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
LETTERS = {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l"}
# As the scheme wants it; the European Payments Council keeps the list of countries.
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
SEPA = frozenset(
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GG GI GR HR HU IE IM IS IT JE LI LT "
    "LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA XK".split()
)
COLUMNS = ("Name", "Account", "BIC", "Amount", "Currency", "Reference", "Date")


@dataclass(frozen=True)
class Transfer:
    """One payment: to whom, to which account, how much, and what for."""

    reference: str
    name: str
    account: str
    bic: str
    amount: Decimal
    currency: str
    memo: str
    date: date


@dataclass(frozen=True)
class Payer:
    """Whose account is charged."""

    name: str
    account: str
    bic: str


def plain(text, length):
    """Text in the letters that banks take, never empty.

    >>> plain("Müller & Søn, Größe", 70)
    'Muller . Son, Grosse'
    >>> plain("", 70)
    '-'
    """
    text = "".join(LETTERS.get(letter, letter) for letter in text or "")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = " ".join(ALIEN.sub(".", text).split())
    return text[:length].strip() or "-"


def compact(account):
    """An account number without spaces.

    >>> compact("DE89 3704 0044 0532 0130 00")
    'DE89370400440532013000'
    """
    return re.sub(r"[^A-Za-z0-9]", "", account or "").upper()


def is_iban(account):
    """Whether an account number is an IBAN, by its check digits.

    >>> is_iban("DE89 3704 0044 0532 0130 00"), is_iban("DE88 3704 0044 0532 0130 00")
    (True, False)
    """
    account = compact(account)
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", account):
        return False
    digits = "".join(str(int(letter, 36)) for letter in account[4:] + account[:4])
    return int(digits) % 97 == 1


def is_sepa(account):
    """Whether an account is an IBAN of the single euro payments area.

    >>> is_sepa("DE89 3704 0044 0532 0130 00"), is_sepa("TR330006100519786457841326")
    (True, False)
    """
    return is_iban(account) and compact(account)[:2] in SEPA


def bank_code(bic):
    """A BIC as the scheme wants it, or nothing: it may be left out.

    >>> bank_code("deutde ff"), bank_code("Deutsche Bank")
    ('DEUTDEFF', '')
    """
    bic = compact(bic)
    return bic if BIC.fullmatch(bic) else ""


def reference(text):
    """An end-to-end reference: no slash at an end, nor two of them together.

    >>> reference("/PBNK1//2026/7/")
    'PBNK1/2026/7'
    """
    return re.sub(r"/+", "/", plain(text, 35)).strip("/") or "-"


def sepa(message, made_at, payer, transfers):
    """A credit transfer in euro for one account, as bytes.

    :param str message: the file's own number, at most 35 letters
    :param datetime made_at: when
    :param Payer payer: whose account is charged
    :param list[Transfer] transfers: all in euro, each to an IBAN
    """
    root = ElementTree.Element("Document", xmlns=NAMESPACE)
    start = _add(root, "CstmrCdtTrfInitn")
    header = _add(start, "GrpHdr")
    _add(header, "MsgId", plain(message, 35))
    _add(header, "CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _sums(header, transfers)
    _add(header, "InitgPty/Nm", plain(payer.name, 70))
    days = sorted({transfer.date for transfer in transfers})
    for number, day in enumerate(days, start=1):
        some = [transfer for transfer in transfers if transfer.date == day]
        _block(start, f"{plain(message, 30)}-{number}", day, payer, some)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _block(start, name, day, payer, transfers):
    """The transfers of one day."""
    block = _add(start, "PmtInf")
    _add(block, "PmtInfId", name)
    _add(block, "PmtMtd", "TRF")
    _sums(block, transfers)
    _add(block, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _add(block, "ReqdExctnDt/Dt", day.isoformat())
    _add(block, "Dbtr/Nm", plain(payer.name, 70))
    _add(block, "DbtrAcct/Id/IBAN", compact(payer.account))
    if bic := bank_code(payer.bic):
        _add(block, "DbtrAgt/FinInstnId/BICFI", bic)
    else:
        _add(block, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _add(block, "ChrgBr", "SLEV")
    for transfer in transfers:
        row = _add(block, "CdtTrfTxInf")
        _add(row, "PmtId/EndToEndId", reference(transfer.reference))
        amount = _add(row, "Amt/InstdAmt", f"{transfer.amount:.2f}")
        amount.set("Ccy", transfer.currency)
        if bic := bank_code(transfer.bic):
            _add(row, "CdtrAgt/FinInstnId/BICFI", bic)
        _add(row, "Cdtr/Nm", plain(transfer.name, 70))
        _add(row, "CdtrAcct/Id/IBAN", compact(transfer.account))
        _add(row, "RmtInf/Ustrd", plain(transfer.memo, 140))


def _sums(parent, transfers):
    total = sum((transfer.amount for transfer in transfers), Decimal(0))
    _add(parent, "NbOfTxs", str(len(transfers)))
    _add(parent, "CtrlSum", f"{total:.2f}")


def _add(parent, path, text=None):
    """A new element at the end of ``parent``, with what lies between."""
    for tag in path.split("/"):
        parent = ElementTree.SubElement(parent, tag)
    parent.text = text
    return parent


def table(transfers):
    """The same as a list, as bytes that a spreadsheet reads."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for transfer in transfers:
        writer.writerow(
            [
                harmless(transfer.name),
                harmless(transfer.account),
                harmless(transfer.bic),
                f"{transfer.amount:.2f}",
                transfer.currency,
                harmless(transfer.memo),
                transfer.date.isoformat(),
            ]
        )
    return out.getvalue().encode("utf-8-sig")


def harmless(text):
    """What somebody typed is text in a spreadsheet, and never a formula.

    >>> harmless("=1+1"), harmless("Anna")
    ("'=1+1", 'Anna')
    """
    text = text or ""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\\t", "\\r") else text
