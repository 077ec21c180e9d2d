"""One return, told to the public API from its request to its goods.

The shop system submits and scans, the dock receives and inspects, a manager approves
and finance lets money go by hand. Each says only what its role would say.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import invent, mistakes
from .dates import stamp

#: What a carrier says of a parcel before the dock sees it.
ON_THE_WAY = ("accepted", "in_transit", "out_for_delivery")
#: A lead may send damaged goods elsewhere than the policy does.
OVERRIDE = ("D", "liquidate")
WAREHOUSES = ("WH", "NORTH")


@dataclass
class Voices:
    """Who speaks: a client for each role.

    The programs (shop and dock) use one of the two transports; the people press
    buttons, over JSON-2, since XML-RPC cannot carry the nothing that most return.
    """

    shop: object
    dock: object
    manager: object
    finance: object

    def times(self):
        """(method, seconds) of all calls."""
        return [t for voice in vars(self).values() for t in voice.times]


@dataclass
class Told:
    """What was told about one return, to be held against what the system says."""

    ref: str
    transport: str
    channel: str
    name: str = ""
    case_state: str = ""
    #: line_ref: (units that would be authorised, refund that the preview promised)
    promised: dict = field(default_factory=dict)
    #: units handed over at the dock by sku, wrong and superfluous ones included
    arrived: dict = field(default_factory=dict)
    refusals: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def count(self, lines):
        """Add what a parcel held to what arrived."""
        for line in lines:
            before = self.arrived.get(line["sku"], 0)
            self.arrived[line["sku"]] = before + line["quantity"]


class Teller:
    """Tells one return."""

    def __init__(self, voices, back, orders, number):
        """
        :param back: the return, as `shop.Back`
        :param dict orders: the orders it names, as `shop.Order`
        :param int number: which of the mistakes this one makes
        """
        self.voices = voices
        self.back = back
        self.orders = orders
        self.number = number
        self.story = invent.story(back)
        self.told = Told(back.ref, voices.shop.transport, self.story.channel)
        #: the line of which a unit was left out of the parcel
        self.missing = None

    def tell(self):
        """The whole way; returns what was told."""
        payload = self.payload()
        self.preview(payload)
        if self.number % 2 == 0:
            self.told.refusals.append(
                mistakes.submission(self.voices.shop, payload, self.number // 2)
            )
        snapshot = self.submit(payload)
        if snapshot["case_state"] == "to_approve":
            snapshot = self.approve()
        self.told.case_state = snapshot["case_state"]
        if snapshot["case_state"] == "authorised":
            self.send(snapshot)
        elif self.story.sent_anyway:
            self.arrive_unasked(snapshot)
        if self.number % 3 == 0:
            self.told.refusals.append(
                mistakes.later(
                    self.voices.dock,
                    self.told.name,
                    snapshot["lines"][0]["line_ref"],
                    self.number // 3,
                )
            )
        return self.told

    # --- asking -----------------------------------------------------------------

    def payload(self):
        """The request as the shop system sends it."""
        lines = []
        for line in self.back.lines:
            lines.append(
                {
                    **self.name_of_line(line),
                    "quantity": line.quantity,
                    "reason": invent.reason(self.back, line),
                    "resolution": "refund",
                }
            )
            if line.order != self.back.lines[0].order:
                lines[-1]["order_ref"] = line.order
        payload = {
            "channel": self.story.channel,
            "external_ref": self.back.ref,
            "order_ref": self.back.lines[0].order,
            "customer_email": f"customer{self.back.customer}@example.com",
            "lines": lines,
        }
        if self.story.channel in invent.TRUSTED:
            payload["requested_at"] = stamp(self.back.at)
        if self.story.own_label or self.story.parcels > 1:
            payload["parcels"] = [
                {"tracking_ref": f"RT{self.back.ref}{part}", "carrier": self.carrier()}
                for part in range(self.story.parcels)
            ]
        return payload

    def name_of_line(self, line):
        """The sku, unless the order has it on two lines: then the line's own ref."""
        same = [
            other.number
            for other in self.orders[line.order].lines
            if other.sku == line.sku
        ]
        if len(same) == 1:
            return {"sku": line.sku}
        offered = self.voices.shop.api_returnable(
            {"channel": self.story.channel, "order_ref": line.order}
        )
        refs = [o["line_ref"] for o in offered["lines"] if o["sku"] == line.sku]
        return {"line_ref": refs[same.index(line.number)]}

    def carrier(self):
        """The carrier of all parcels of this return."""
        return invent.draw("carrier", self.back.ref).choice(invent.CARRIERS)

    def preview(self, payload):
        """Ask what would happen, and keep what was promised."""
        seen = self.voices.shop.api_preview(payload)
        for line in seen["lines"]:
            self.told.promised[str(line["line_ref"])] = (
                line["quantity"]["authorised"],
                line["refund"],
            )

    def submit(self, payload):
        """Submit it, sometimes twice, as a system does that got no answer."""
        answer = self.voices.shop.api_submit(payload)
        self.told.name = answer["return"]["name"]
        if not answer["created"]:
            self.told.notes.append("the first submission was taken for a repetition")
        if self.story.repeated:
            again = self.voices.shop.api_submit(payload)
            if again["created"] or again["return"]["name"] != self.told.name:
                self.told.notes.append("the repetition made a second return")
            self.told.refusals.append(mistakes.other_content(self.voices.shop, payload))
        return answer["return"]

    def approve(self):
        """Another person than the one who asked approves it."""
        manager = self.voices.manager
        found = manager.execute(
            "returns.approval",
            "search_read",
            domain=[["order_id.name", "=", self.told.name], ["state", "=", "open"]],
            fields=["state"],
        )
        manager.execute(
            "returns.approval", "action_approve", [row["id"] for row in found]
        )
        return self.voices.shop.api_get([{"name": self.told.name}])[0]

    # --- sending ----------------------------------------------------------------

    def send(self, snapshot):
        """The parcels go, arrive in parts, and are looked at."""
        arrival = self.story.arrival
        parcels = [parcel["tracking_ref"] for parcel in snapshot["parcels"]]
        if arrival == "waiting" or not parcels:
            return
        for tracking_ref in parcels:
            for status in ON_THE_WAY:
                self.scan(tracking_ref, status)
        if self.story.channel == "phone":
            self.release()
        if arrival == "on its way":
            return
        for part, lines in enumerate(self.parts(snapshot["lines"], len(parcels))):
            if lines:
                self.scan(parcels[part], "delivered")
                self.receive(parcels[part], part, lines)
                if self.story.inspected:
                    self.inspect(part, lines)
        if self.missing and self.story.cancelled_rest:
            self.cancel_rest()

    def scan(self, tracking_ref, status):
        """One scan of the carrier."""
        self.voices.shop.api_carrier_event(
            {
                "event_ref": f"{tracking_ref}-{status}",
                "tracking_ref": tracking_ref,
                "status": status,
                "occurred_at": stamp(datetime.now(UTC)),
            }
        )

    def parts(self, lines, parcels):
        """What each parcel holds: its lines for the dock, with what went wrong."""
        parts = [[] for _parcel in range(parcels)]
        for line in lines:
            units = int(line["quantity"]["authorised"])
            for part in range(parcels):
                share = units // parcels + (1 if part < units % parcels else 0)
                if share:
                    parts[part].append(
                        {
                            "line_ref": line["line_ref"],
                            "sku": line["sku"],
                            "quantity": share,
                        }
                    )
        self.spoil(parts[0])
        return parts

    def spoil(self, lines):
        """Too little, too much, or something else in the first parcel."""
        arrival = self.story.arrival
        if arrival == "short" and sum(line["quantity"] for line in lines) > 1:
            lines[-1]["quantity"] -= 1
            self.missing = lines[-1]["line_ref"]
            if not lines[-1]["quantity"]:
                lines.pop()
        elif arrival == "over":
            lines[0]["quantity"] += 1
        elif arrival == "wrong":
            lines.append({"sku": self.stranger(), "quantity": 1, "unexpected": True})

    def stranger(self):
        """A product of another order, put into the parcel by mistake."""
        mine = {line.sku for order in self.orders.values() for line in order.lines}
        candidates = sorted(set(invent.STRANGERS) - mine)
        return invent.draw("stranger", self.back.ref).choice(candidates)

    def warehouse(self):
        """Where the parcel goes: mostly where it came from."""
        home = invent.warehouse(self.back.customer)
        return WAREHOUSES[home ^ invent.chance(12, "elsewhere", self.back.ref)]

    # --- at the dock ------------------------------------------------------------

    def receive(self, tracking_ref, part, lines):
        """Take one parcel in, by its number or by its return."""
        # A parcel that names nothing can name its goods by their sku alone.
        skus = {line["sku"] for line in lines}
        unmatched = (
            self.story.arrival == "unmatched" and not part and len(skus) == len(lines)
        )
        if unmatched:
            named = {"scan": f"SMUDGED-{self.back.ref}"}
        elif part or invent.chance(50, "by return", self.back.ref):
            named = {"tracking_ref": tracking_ref}
        else:
            named = {"return": self.told.name}
        receipt_ref = f"{self.back.ref}-R{part}"
        self.voices.dock.api_receive(
            {
                "receipt_ref": receipt_ref,
                "warehouse": self.warehouse(),
                **named,
                "lines": [self.for_dock(line, by_sku=unmatched) for line in lines],
            }
        )
        if unmatched:
            self.voices.dock.api_match(
                {
                    "match_ref": f"{receipt_ref}-M",
                    "receipt_ref": receipt_ref,
                    "return": self.told.name,
                }
            )
        self.told.count(lines)

    @staticmethod
    def for_dock(line, by_sku=False):
        """A line as the API takes it: named once, by its reference or by its sku."""
        drop = "sku" if "line_ref" in line and not by_sku else "line_ref"
        return {key: value for key, value in line.items() if key != drop}

    def inspect(self, part, lines):
        """Say in which condition each unit is."""
        results = []
        for position, line in enumerate(lines):
            grades = invent.grades(line["quantity"], self.back.ref, part, position)
            named = self.for_dock(line)
            named.pop("unexpected", None)
            for condition, units in grades.items():
                result = {**named, "quantity": units, "condition": condition}
                if self.story.overridden and condition == OVERRIDE[0]:
                    result["disposition"] = OVERRIDE[1]
                    result["note"] = "Still sells as a second at the outlet."
                results.append(result)
        self.voices.dock.api_inspect(
            {
                "inspection_ref": f"{self.back.ref}-I{part}",
                "return": self.told.name,
                "results": results,
            }
        )

    def arrive_unasked(self, snapshot):
        """Goods of a rejected return come all the same and are taken in."""
        units = defaultdict(int)
        for line in snapshot["lines"]:
            units[line["line_ref"], line["sku"]] += int(line["quantity"]["requested"])
        lines = [
            {"line_ref": ref, "sku": sku, "quantity": quantity}
            for (ref, sku), quantity in units.items()
        ]
        self.voices.dock.api_receive(
            {
                "receipt_ref": f"{self.back.ref}-R0",
                "warehouse": self.warehouse(),
                "return": self.told.name,
                "lines": [self.for_dock(line) for line in lines],
            }
        )
        self.told.count(lines)

    # --- money and the rest -----------------------------------------------------

    def release(self):
        """Finance lets the money go by hand, in nine of ten cases."""
        if not invent.chance(90, "released", self.back.ref):
            return
        finance = self.voices.finance
        found = finance.execute(
            "returns.order",
            "search_read",
            domain=[["name", "=", self.told.name]],
            fields=["name"],
        )
        finance.execute(
            "returns.order",
            "action_release",
            [row["id"] for row in found],
            reason="Agreed on the telephone.",
        )

    def cancel_rest(self):
        """What never came is given up."""
        self.voices.shop.api_cancel(
            {
                "cancel_ref": f"{self.back.ref}-C",
                "return": self.told.name,
                "reason": "The customer keeps the rest.",
                "lines": [{"line_ref": self.missing, "quantity": 1}],
            }
        )
