"""What another version of a policy would have made of past returns; writes nothing."""

from decimal import Decimal

from odoo import models

from ..const import CREDITED
from ..engine.eligibility import decide_line
from ..engine.past import Answer, facts_of, fees_of, released_at
from ..engine.shares import ZERO
from .settle import DEFAULT_RULE


class Side:
    """What one policy says of one line: the recorded decision, or the new one."""

    __slots__ = ("eligible", "net", "outcomes", "quantity", "sentence", "total")

    def __init__(self, eligible, outcomes, sentence):
        self.eligible = eligible
        self.outcomes = outcomes
        self.sentence = sentence
        self.quantity = self.net = self.total = ZERO


class ReturnsReplay(models.AbstractModel):
    """Decides past returns anew, by the facts as they were at their decision.

    Both answers are valued in the same way, by ``returns.worth`` on the recorded
    invoices, findings and earlier returns, so that what differs is the policy's doing.
    What came back stays as it came: a line that was refused and would be accepted
    counts with the quantity that was asked, undamaged.
    """

    _name = "returns.replay"
    _description = "Replay of past returns"

    def _compare(self, version, orders):
        """Both answers for each of ``orders``.

        :return: list of (order, old ``Answer``, new ``Answer``, old words, new words)
        """
        # sudo: the caller chose what its user may see; the figures look at everything
        orders = orders.sudo()
        lines = orders.line_ids.filtered("decision_id")
        sides = self._sides(version, lines)
        self._value(sides)
        delivery = self._delivery(orders, sides)
        moments = {order: self._moments(order) for order in orders}
        found = []
        for order in orders:
            own = {line: sides[line] for line in order.line_ids if line in sides}
            if own:
                found.append(self._of_one(order, own, delivery[order], moments[order]))
        return found

    def _of_one(self, order, own, delivery, moments):
        answers, words = [], []
        for place in (0, 1):
            mine = {line: pair[place] for line, pair in own.items()}
            answers.append(self._answer(order, mine, delivery[place], moments))
            said = dict.fromkeys(side.sentence for side in mine.values())
            words.append("\n".join(filter(None, said)))
        return (order, *answers, *words)

    # --- what was decided, and what would be ------------------------------------------
    def _sides(self, version, lines):
        """{line: (recorded Side, Side by ``version``)}."""
        self.env.flush_all()
        # Straight from the table: a trace is long, and of all of it only its facts
        # are looked at.
        self.env.cr.execute(
            "SELECT l.id, d.eligible, d.outcomes, d.sentence,"
            " (SELECT t -> 'facts' FROM jsonb_array_elements(d.trace) t"
            " WHERE t ->> 'step' = 'facts' LIMIT 1)"
            " FROM returns_order_line l JOIN returns_decision d ON d.id = l.decision_id"
            " WHERE l.id = ANY(%s)",
            [lines.ids],
        )
        rows = {row[0]: row[1:] for row in self.env.cr.fetchall()}
        facts = self._facts(lines, rows)
        book = version._rulebook()
        words = {rule.code: rule.sentence for rule in version.sudo().rule_ids}
        sides = {}
        for line in lines:
            eligible, outcomes, sentence, _facts = rows[line.id]
            decision = decide_line(facts[line], book)
            new = Side(
                decision.eligible,
                decision.outcomes,
                self._sentence(decision, words),
            )
            sides[line] = (Side(eligible, outcomes or {}, sentence or ""), new)
        return sides

    def _facts(self, lines, rows):
        """{line: LineFacts} as they were; read anew where a trace holds none."""
        found = {line: facts_of(rows[line.id][3]) for line in lines if rows[line.id][3]}
        missing = lines.filtered(lambda line: line not in found)
        specs = self.env["returns.step.authorise"]._specs(missing)
        read = self.env["returns.facts"]._of(specs) if specs else []
        return {**found, **dict(zip(missing, read, strict=True))}

    def _sentence(self, decision, words):
        """The new decision as the screens say one."""
        sentence = words.get(decision.rule) or decision.rule or self.env._("No rule")
        reasons = {
            "EXCLUDED": self.env._("excluded"),
            "WINDOW_PASSED": self.env._("the window has passed"),
            "RESOLUTION_NOT_ALLOWED": self.env._("this wish is not offered"),
            "EVIDENCE_REQUIRED": self.env._("evidence is missing"),
            "EVIDENCE_INVALID": self.env._("the evidence is not usable"),
        }
        why = [reasons[code] for code in decision.codes if code in reasons]
        if not why:
            return sentence
        return self.env._(
            "%(sentence)s (refused: %(why)s)", sentence=sentence, why=", ".join(why)
        )

    # --- what it is worth -------------------------------------------------------------
    def _value(self, sides):
        """Write quantity, net and total of the goods on both sides of each line."""
        lines = self.env["returns.order.line"].union(*sides)
        sources = self.env["returns.paid"]._sources(lines.sale_line_id)
        for sold in lines.sold_line_id:
            known, _rows = sources.get(sold.sale_line_id, ([], ()))
            for line in sold.line_ids.sorted("id"):
                due = Decimal(str(line._quantity_due()))
                pair = sides.get(line)
                for side in pair or ():
                    side.quantity = self._quantity(line, pair, side, due)
                    twins = [source.twin() for source in known]
                    self._value_side(side, self._take(line, twins, side))
                # What was given in fact comes before the next return of the line.
                self._take(line, known, pair[0] if pair else self._recorded(line, due))

    def _recorded(self, line, due):
        """The side of a line that is not looked at itself, but stands before one."""
        side = Side(True, line.decision_id.outcomes or {}, "")
        side.quantity = due
        return side

    def _quantity(self, line, pair, side, due):
        """Units that are refunded: as recorded, or as asked where they were refused."""
        if not side.eligible or line.resolution not in CREDITED:
            return ZERO
        return due if pair[0].eligible else Decimal(str(line.quantity))

    def _take(self, line, sources, side):
        return self.env["returns.worth"]._take(
            sources, side.quantity, self._unit(line), *self._terms(line, side)
        )

    def _terms(self, line, side):
        """(conditions found, percent off by condition)."""
        conditions = self.env["returns.worth"]._conditions(line, ZERO)
        return conditions, dict(side.outcomes.get("deductions") or {})

    def _unit(self, line):
        return Decimal(str(line.currency_id.rounding))

    def _value_side(self, side, parts):
        side.net = sum((part.worth_net for part in parts), ZERO)
        side.total = sum((part.worth for part in parts), ZERO)

    # --- the delivery that comes back too ---------------------------------------------
    def _delivery(self, orders, sides):
        """{order: [recorded, new]}: the outbound delivery that is given back."""
        found = {}
        for order in orders:
            recorded = Decimal(str(order.amount_delivery))
            found[order] = [recorded, recorded]
        changed = orders.filtered(lambda order: self._delivery_differs(order, sides))
        lines = {order: self._delivery_lines(order, sides) for order in changed}
        sale_lines = self.env["sale.order.line"].union(*lines.values())
        sources = self.env["returns.paid"]._sources(sale_lines)
        for order in changed:
            parts = self.env["returns.worth"]._delivery_parts(lines[order], sources)
            found[order][1] = sum((part.worth for part in parts), ZERO)
        return found

    def _delivery_differs(self, order, sides):
        """Whether the new version sees the delivery otherwise, or takes other goods."""
        pairs = [sides[line] for line in order.line_ids if line in sides]
        return any(
            (old.eligible, old.outcomes.get("refund_shipping"))
            != (new.eligible, new.outcomes.get("refund_shipping"))
            for old, new in pairs
        )

    def _delivery_lines(self, order, sides):
        """Sale lines of deliveries that the new version gives back."""
        worth = self.env["returns.worth"]
        asked, rules = {}, set()
        for line in order.line_ids & self.env["returns.order.line"].union(*sides):
            _old, new = sides[line]
            if new.eligible and new.quantity:
                rules.add(new.outcomes.get("refund_shipping"))
            more = float(new.quantity) - line._quantity_due()
            asked[line.sale_line_id] = asked.get(line.sale_line_id, 0.0) + more
        if not worth._wants_delivery(rules, order.withdrawal):
            return self.env["sale.order.line"]
        sales = order.line_ids.sale_order_id.filtered(
            lambda sale: worth._is_all(sale, asked)
        )
        return sales.order_line.filtered("is_delivery")

    # --- one answer -------------------------------------------------------------------
    def _answer(self, order, own, delivery, moments):
        """What one policy gives to a return, all its lines together."""
        taken = {line: side for line, side in own.items() if side.eligible}
        goods = sum((side.total for side in taken.values()), ZERO)
        fees = fees_of(
            [(self._fees(line, side), side.net) for line, side in taken.items()],
            max(1, len(order.parcel_ids)),
            Decimal(str(order.currency_id.rounding)),
        )
        refund = max(ZERO, goods + (delivery if taken else ZERO) - fees)
        return Answer(
            eligible=len(taken),
            lines=len(own),
            refund=refund,
            fees=fees,
            rules=tuple(sorted({self._rule(side) for side in taken.values()})),
            released=self._released(taken, moments),
            approval=self._approval(order, taken, refund),
        )

    def _fees(self, line, side):
        """The fees of one side in the currency of the order, as they are charged."""
        given = side.outcomes.get("fees") or ()
        company = line.order_id.company_id
        return self.env["returns.fees"]._in_currency(
            given, line.sale_order_id, company
        )

    def _rule(self, side):
        if side.outcomes.get("returnless"):
            return "returnless"
        return side.outcomes.get("release") or DEFAULT_RULE

    def _released(self, taken, moments):
        """When the last line was let go; None where one of them is not known."""
        found = [
            released_at(
                side.outcomes.get("release") or DEFAULT_RULE,
                moments,
                bool(side.outcomes.get("returnless")),
                line.decision_id.withdrawal_right,
            )
            for line, side in taken.items()
        ]
        return None if None in found else max(found, default=None)

    def _moments(self, order):
        """When happened what a release rule can look at."""
        accepted = order.parcel_ids.filtered("accepted_at").mapped("accepted_at")
        received = order.receipt_ids.filtered(lambda row: row.quantity > 0)
        found = order.inspection_ids.filtered(lambda row: row.quantity > 0)
        asked = order.authorised_at or order.requested_at
        return {
            "request": asked,
            "scan": min(accepted, default=None),
            "receipt": max(received.mapped("occurred_at"), default=None),
            "inspection": max(found.mapped("occurred_at"), default=None),
            "hand": None,
        }

    def _approval(self, order, taken, refund):
        """Whether the refund is above the lowest limit of its lines."""
        limits = [
            Decimal(str(limit))
            for side in taken.values()
            if (limit := side.outcomes.get("approval_above")) is not None
        ]
        if not limits:
            return False
        amount = order.currency_id._convert(
            float(refund),
            order.company_id.currency_id,
            order.company_id,
            order.requested_at,
        )
        compare = order.company_id.currency_id.compare_amounts
        return compare(amount, float(min(limits))) > 0
