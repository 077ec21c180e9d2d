from dataclasses import replace

from odoo import models

from odoo.addons.returns_governance.engine.shares import ZERO

from .worth import LatePart


class ReturnsStepSettle(models.AbstractModel):
    """Step 7: a kit that lacks a part waits until no parcel can bring it."""

    _inherit = "returns.step.settle"

    def _release_facts(self, line, waits):
        facts = super()._release_facts(line, waits)
        if not line.kits_per_unit:
            return facts
        settled, ready = self._settled_quantity(line), facts.received
        if line._kit_is_awaited():
            ready = line._received_exactly()
        # What was refunded is not taken back for a part or a parcel that came since.
        seen = line._sum_rows(line.inspection_ids) - line._quantity_unpaid()
        return replace(
            facts,
            received=min(facts.received, max(ready, settled)),
            inspected=max(min(facts.inspected, ready), min(settled, seen)),
        )

    def _due_now(self, orders, data):
        """And the shares of parts that came after their kit was refunded."""
        found = super()._due_now(orders, data)
        for line in orders.line_ids:
            if line.kits_per_unit and line not in found and self._may_add(line, data):
                found[line] = ZERO
        return found

    def _may_add(self, line, data):
        """Whether a share is owed for a part that came late, and nothing holds it."""
        order = line.order_id
        if order.case_state not in ("authorised", "closed"):
            return False
        if not any(row.withheld for row in line.settlement_line_ids._standing()):
            return False
        if not data.get("by_hand") and (
            order.refund_on_hold
            or not self._is_automatic(line, self._switched_on(data))
        ):
            return False
        waits = self._waits_for_approval(order)
        if waits or self._release_facts(line, waits).blocked:
            return False
        claims, _delivery = self.env["returns.worth"]._claims(order)
        return any(isinstance(part, LatePart) for part in claims[line].later)

    def _switched_on(self, data):
        known = data.get("switched_on")
        return (
            known
            if known is not None
            else (self.env["returns.automation"]._switched_on())
        )

    # --- taken back -------------------------------------------------------------------
    def _take_surplus_back(self, orders):
        """Where a part that came late is taken back, so is its share."""
        taken = super()._take_surplus_back(orders)
        wanted, breached = {}, []
        for line in orders.line_ids.filtered("kits_per_unit"):
            late = line.settlement_line_ids._standing().filtered(
                lambda row: not row.quantity and row.amount > 0 and self._stands(row)
            )
            over = late and self.env["returns.worth"]._late_surplus(line)
            for row in late.sorted("id", reverse=True):
                if line.currency_id.compare_amounts(over, 0.0) <= 0:
                    break
                if row.settlement_id._is_paid_out():
                    breached.append(line)
                else:
                    wanted[row] = 0.0
                over -= row.amount_net
        if breached:
            self._tell_breach(breached, [])
        if wanted:
            self._take_back(
                wanted, self.env._("The part that came late was taken back")
            )
        return taken or bool(wanted)

    def _take_back(self, wanted, reason, settlements=None):
        """With the kits of a line, the shares of parts that came late go back, too."""
        rows = self.env["returns.settlement.line"].union(*wanted)
        for line in rows.line_id.filtered("kits_per_unit"):
            standing = line.settlement_line_ids._standing()
            left = sum(standing.mapped("quantity")) - sum(
                quantity for row, quantity in wanted.items() if row.line_id == line
            )
            if line.uom_id.compare(left, 0.0) <= 0:
                for row in standing - rows:
                    if not row.quantity and row.amount > 0 and self._stands(row):
                        wanted[row] = 0.0
        if settlements:
            settlements |= rows.union(*wanted).settlement_id
        return super()._take_back(wanted, reason, settlements)

    def _stands(self, row):
        """Whether the settlement of a row was not taken back."""
        return not row.settlement_id.reversal_ids

    def _counter_part(self, line, quantity):
        """A share of a part that came late is taken back as a whole."""
        part = super()._counter_part(line, quantity)
        if line.quantity:
            return part
        _quantity, net, taxes = line._exact()
        late = LatePart(part.source, net, taxes)
        late.valued = line._valued_part(late)
        return late
