"""What a scan is: which expected lines a received quantity belongs to, and what is odd.

>>> lines = (ExpectedLine(1, 'SHIRT', open_quantity=2), ExpectedLine(2, 'SHOE',
...          open_quantity=1))
>>> verdict = match_receipt(lines, ScannedLine(sku='SHIRT', quantity=3))
>>> verdict.allocations, verdict.over
(((1, Decimal('2')),), Decimal('1'))
>>> match_receipt(lines, ScannedLine(sku='HAT', quantity=1)).codes
('wrong_item',)
"""

from dataclasses import dataclass
from decimal import Decimal

from .errors import EngineError
from .outcomes import to_decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class ExpectedLine:
    """A line of the return that a parcel may hold.

    :param key: the caller's id of the return line
    :param barcodes: other names of the product
    :param lots: serials or lots that were delivered and are not back yet; with any, one
        has to be scanned
    :param open_quantity: authorised and not received yet, in the product's unit
    :param authorised: in the product's unit
    """

    key: object
    sku: str = ""
    barcodes: tuple = ()
    lots: tuple = ()
    open_quantity: Decimal = ZERO
    authorised: Decimal = ZERO

    def is_named(self, scanned):
        """True when the scan names this line, by key or by product."""
        if scanned.key is not None:
            return self.key == scanned.key
        return bool(scanned.sku) and scanned.sku in (self.sku, *self.barcodes)


@dataclass(frozen=True)
class ScannedLine:
    """What was scanned.

    :param sku: internal reference or barcode, or `key`: the line itself
    :param quantity: in the product's unit, above zero
    :param unexpected: the person at the dock says that this is not what was announced
    """

    sku: str = ""
    key: object = None
    quantity: Decimal = Decimal(1)
    lot: str | None = None
    unexpected: bool = False


@dataclass(frozen=True)
class MatchVerdict:
    """Where a scan belongs.

    :param allocations: (key, quantity) each, within what was open
    :param Decimal over: of the right product, above what was open
    :param bool wrong_item: none of the return's products; the whole quantity
    :param bool serial_mismatch: a serial is foreign or missing; the goods are received
        and the money is held
    :param codes: exception codes: over_receipt, wrong_item, serial_mismatch
    :param reasons: text for people
    :param over_key: the line that the surplus is booked on, None for a wrong item
    """

    allocations: tuple = ()
    over: Decimal = ZERO
    wrong_item: bool = False
    serial_mismatch: bool = False
    codes: tuple = ()
    reasons: tuple = ()
    over_key: object = None


def match_receipt(expected, scanned):
    """Distribute a scanned quantity over the lines that it can belong to.

    Lines that were delivered with the scanned lot come first, then the order given.

    :param expected: `ExpectedLine`s of the return or parcel
    :param ScannedLine scanned: one scan
    :rtype: MatchVerdict
    :raises EngineError: ``QUANTITY_INVALID``
    """
    quantity = to_decimal(scanned.quantity)
    if quantity <= 0:
        raise EngineError("QUANTITY_INVALID", f"{quantity} was scanned")
    lines = [line for line in expected if line.is_named(scanned)]
    if scanned.unexpected or not lines:
        return MatchVerdict(
            wrong_item=True,
            codes=("wrong_item",),
            reasons=(f"{scanned.sku or scanned.key} was not announced",),
        )
    lines.sort(key=lambda line: scanned.lot not in line.lots)
    allocations, over = _fill(lines, quantity)
    return _verdict(lines, allocations, over, _serial_reason(lines, scanned))


def _fill(lines, quantity):
    """Allocations in order, and what is over."""
    found = []
    for line in lines:
        taken = min(quantity, max(ZERO, to_decimal(line.open_quantity)))
        if taken:
            found.append((line.key, taken))
            quantity -= taken
    return tuple(found), quantity


def _serial_reason(lines, scanned):
    """Why the serial does not fit, or None."""
    if not any(line.lots for line in lines):
        return None
    if not scanned.lot:
        return "a serial or lot has to be scanned"
    if any(scanned.lot in line.lots for line in lines):
        return None
    return f"{scanned.lot} was not delivered with this order"


def _verdict(lines, allocations, over, serial):
    codes, reasons = [], []
    if over:
        codes.append("over_receipt")
        reasons.append(f"{over} more than announced")
    if serial:
        codes.append("serial_mismatch")
        reasons.append(serial)
    return MatchVerdict(
        allocations=allocations,
        over=over,
        serial_mismatch=bool(serial),
        codes=tuple(codes),
        reasons=tuple(reasons),
        over_key=lines[0].key if over else None,
    )


def shortages(expected):
    """(key, missing quantity) of the lines with something open.

    To be asked when every parcel of the return has its receipt.
    """
    return tuple(
        (line.key, to_decimal(line.open_quantity))
        for line in expected
        if to_decimal(line.open_quantity) > 0
    )


@dataclass(frozen=True)
class ParcelFacts:
    """What is known of a parcel that names no return.

    :param texts: everything readable: the scan, the label, a slip
    :param skus: products found inside, by sku or barcode
    """

    texts: tuple = ()
    skus: tuple = ()
    lots: tuple = ()
    sender: str | None = None
    postcode: str | None = None
    warehouse: object = None
    weight_kg: Decimal | None = None


@dataclass(frozen=True)
class ReturnFacts:
    """A return (or an order) that a parcel may belong to.

    :param names: its number, its order's names, its tracking numbers
    :param skus: still to come
    """

    key: object
    names: tuple = ()
    skus: tuple = ()
    lots: tuple = ()
    customer: str | None = None
    postcode: str | None = None
    warehouse: object = None
    weight_kg: Decimal | None = None


@dataclass(frozen=True)
class Candidate:
    """A return that a parcel may belong to, with the points and why."""

    key: object
    score: int
    reasons: tuple


def _same(one, other):
    """Both known, and equal without regard to case and spaces."""
    if not one or not other:
        return False
    return "".join(str(one).lower().split()) == "".join(str(other).lower().split())


def _named(parcel, target):
    text = " ".join(parcel.texts).lower()
    return any(name and len(name) > 3 and name.lower() in text for name in target.names)


def _sku_points(parcel, target):
    """Up to 30 points: the share of the parcel's products that are awaited."""
    found = set(parcel.skus)
    return 30 * len(found & set(target.skus)) // len(found) if found else 0


def _weight_fits(parcel, target):
    if not parcel.weight_kg or not target.weight_kg:
        return False
    weight, wanted = to_decimal(parcel.weight_kg), to_decimal(target.weight_kg)
    return abs(weight - wanted) <= wanted / 10


def _points(parcel, target):
    """(points, reason) each; the sum is the score."""
    yield 100 * _named(parcel, target), "its number is on the parcel"
    yield 80 * bool(set(parcel.lots) & set(target.lots)), "a serial was sold with it"
    yield 40 * _same(parcel.sender, target.customer), "same sender"
    yield 20 * _same(parcel.postcode, target.postcode), "same postcode"
    yield _sku_points(parcel, target), "products that it waits for"
    yield 10 * _weight_fits(parcel, target), "weight within a tenth"
    same = parcel.warehouse is not None and parcel.warehouse == target.warehouse
    yield 5 * same, "awaited in this warehouse"


def rank_candidates(parcel, returns, limit=5):
    """The returns that an unmatched parcel may belong to, the likeliest first.

    A score is the sum of the points of its reasons; no reason, no candidate.

    :param ParcelFacts parcel: what can be read and found
    :param returns: `ReturnFacts`
    :rtype: tuple of `Candidate`
    """
    found = []
    for target in returns:
        points = [(score, why) for score, why in _points(parcel, target) if score]
        if points:
            score = sum(score for score, _why in points)
            reasons = tuple(f"{why} ({score})" for score, why in points)
            found.append(Candidate(target.key, score, reasons))
    found.sort(key=lambda candidate: (-candidate.score, str(candidate.key)))
    return tuple(found[:limit])
