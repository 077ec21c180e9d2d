"""Goods that come for repair, step by step: they stay the customer's, and go back."""

from collections import Counter
from dataclasses import replace

from odoo import models

from ..const import REPAIR_DISPOSITIONS
from ..engine.disposition import DispositionVerdict
from ..guard import refuse


class ReturnsStepAuthorise(models.AbstractModel):
    """Who is granted a repair under the legal guarantee has chosen it.

    Directive (EU) 2019/771 Art 10(2a): the guarantee runs for twelve months more, once.
    """

    _inherit = "returns.step.authorise"

    def _authorise(self, orders):
        result = super()._authorise(orders)
        for line in orders.line_ids:
            if line._is_repair() and line.decision_id.eligible:
                self._keep_choice(line)
        return result

    def _keep_choice(self, line):
        """Extend the guarantee where the law gives it, and keep the words."""
        sold = line.sold_line_id
        if (
            not line.decision_id.guarantee_right
            or sold.repair_chosen_at
            or not (sold._repair_law_holds() and sold._guarantee_runs())
        ):
            return
        words = [
            self.env._(
                "%(customer)s chose the repair of %(quantity)g %(product)s with "
                "return %(name)s (%(reason)s), and not a replacement.",
                customer=line.order_id.partner_id.display_name,
                quantity=line.quantity_authorised,
                product=line.product_id.display_name,
                name=line.order_id.name,
                reason=line.reason_id.name,
            ),
            line.comment,
        ]
        sold._choose_repair("\n".join(filter(None, words)), line)


class ReturnsStepReceive(models.AbstractModel):
    """Goods for repair come in on the return, which knows whose they are."""

    _inherit = "returns.step.receive"

    def _before_transfer(self, moves):
        # sudo: as in super()
        lines = moves.sudo().returns_line_id.filtered(lambda line: line._is_repair())
        if lines:
            refuse(
                "UNDER_REPAIR",
                self.env._(
                    "%(returns)s: goods for repair stay the customer's, which this "
                    "transfer does not know. Cancel it, and receive them on the "
                    "return.",
                    returns=", ".join(lines.order_id.mapped("name")),
                ),
            )
        return super()._before_transfer(moves)

    def _reverse(self, receipts, reason):
        self.env["returns.step.repair"]._check_not_passed(receipts)
        return super()._reverse(receipts, reason)


class ReturnsStepInspect(models.AbstractModel):
    """What was found before the goods became the company's stays as it was found."""

    _inherit = "returns.step.inspect"

    def _reverse(self, inspections, reason):
        self.env["returns.step.repair"]._check_not_passed(inspections)
        return super()._reverse(inspections, reason)


class ReturnsOrigins(models.AbstractModel):
    """A serial that was sent back after its repair can come again."""

    _inherit = "returns.origins"

    def _serials_back(self, lines):
        found = super()._serials_back(lines)
        for sale_line in lines.sale_line_id if found else ():
            known = sale_line.returns_line_ids
            if not found.get(sale_line) or not known.filtered("quantity_sent_back"):
                continue
            came = known.receipt_ids._standing()
            left = Counter((row.product_id, row.lot_id.name) for row in came)
            gone = known.routing_ids.filtered("quantity_sent_back")
            left.subtract((row.product_id, row.lot_id.name) for row in gone)
            found[sale_line] -= {unit for unit, count in left.items() if count <= 0}
        return found


class ReturnsStepRoute(models.AbstractModel):
    """A customer's own goods are repaired, kept apart, or sent back; nothing else."""

    _inherit = "returns.step.route"

    def _policy_dispositions(self, pairs):
        answers = super()._policy_dispositions(pairs)
        if not any(receipt.line_id.resolution == "repair" for receipt, _c in pairs):
            return [
                (given, replace(verdict, needs_human=True))
                if given.kind == "return_to_customer"
                else (given, verdict)
                for given, verdict in answers
            ]
        bench = self.env["returns.disposition"].search(
            [("kind", "=", "refurbish"), ("state_id.code", "=", "refurbish")], limit=1
        )
        because = self.env._("came for repair, and stays the customer's")
        return [
            (bench, self._bench_verdict(bench, because))
            if receipt.line_id.resolution == "repair"
            else answer
            for (receipt, _condition), answer in zip(pairs, answers, strict=True)
        ]

    def _bench_verdict(self, bench, because):
        return DispositionVerdict(
            bench.code or None, "", because, (), needs_human=not bench
        )

    def _allowed(self, entries):
        for entry in entries:
            self._check_whose(entry)
        return super()._allowed(entries)

    def _check_whose(self, entry):
        """Refuse to dispose of what is not the company's, and to send back what is."""
        row, asked = entry["inspection"], entry["disposition"]
        if row.line_id._is_repair() and asked.kind not in REPAIR_DISPOSITIONS:
            refuse(
                "DISPOSITION_NOT_ALLOWED",
                self.env._(
                    "%(name)s: %(product)s came for repair and is the customer's. It "
                    "is repaired, kept apart or sent back, and not given to "
                    "%(asked)s. Give another resolution first, where it is to become "
                    "the company's.",
                    name=row.order_id.name,
                    product=row.product_id.display_name,
                    asked=asked.name,
                ),
            )
        if not row.line_id._is_repair() and asked.kind == "return_to_customer":
            refuse(
                "DISPOSITION_NOT_ALLOWED",
                self.env._(
                    "%(name)s: %(product)s did not come for repair, so it is not the "
                    "customer's any more. Choose another disposition than %(asked)s.",
                    name=row.order_id.name,
                    product=row.product_id.display_name,
                    asked=asked.name,
                ),
            )

    def _routing_vals(self, entry, move):
        vals = super()._routing_vals(entry, move)
        if entry["disposition"].kind == "return_to_customer":
            vals["outcome"] = entry.get("outcome") or "not_repaired"
        return vals

    def _route(self, entries):
        rows = super()._route(entries)
        own = rows.filtered(lambda row: row.line_id._is_repair())
        if own:
            going = own.filtered(lambda row: row._is_back())
            begun = own.filtered(lambda row: row.disposition_id.kind == "refurbish")
            role = self.env["returns.role.repair"]
            if begun:
                role._begin(begun)
            if going:
                role._end(going)
                self.env["returns.send.back"]._hold(going)
        return rows

    def _take_back(self, routings, reason):
        self.env["returns.step.repair"]._check_not_passed(routings)
        whole = routings | routings._other_half()
        going = whole.filtered(lambda row: row._is_back() and row.quantity > 0)
        if going:
            self.env["returns.send.back"]._call_off(going)
        return super()._take_back(routings, reason)

    def _check_still_there(self, entries):
        """What waits for its delivery is held by it, and called off first."""
        for entry in entries:
            if entry["routing"]._is_back():
                refuse(
                    "UNDER_REPAIR",
                    self.env._(
                        "%(name)s: %(product)s waits for its delivery to the customer. "
                        "Take that routing back, which calls the delivery off.",
                        name=entry["routing"].order_id.name,
                        product=entry["routing"].product_id.display_name,
                    ),
                )
        return super()._check_still_there(entries)


class ReturnsStepAdvance(models.AbstractModel):
    """A return with repairs is done when the customer's goods have left."""

    _inherit = "returns.step.advance"

    def _is_done(self, order):
        return super()._is_done(order) and not any(
            line.uom_id.compare(line._quantity_in_repair(), 0.0) > 0
            for line in order.line_ids
            if line._is_repair()
        )


class ReturnsStepCancel(models.AbstractModel):
    """What came and went back again is not to come once more."""

    _inherit = "returns.step.cancel"

    def _open(self, order):
        return {
            line: line.uom_id.round(
                max(
                    0.0,
                    line.quantity_claimed
                    + line.quantity_sent_back
                    - line.quantity_received,
                )
            )
            if line.quantity_sent_back
            else left
            for line, left in super()._open(order).items()
        }
