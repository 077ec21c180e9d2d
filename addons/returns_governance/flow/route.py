from collections import defaultdict

from odoo import models

from ..guard import refuse
from .inspect import OVERRIDERS


class ReturnsStepRoute(models.AbstractModel):
    """Step 6: an inspected quantity is given a disposition and goes to its place.

    ``data``: ``{order id: [{"inspection", "quantity", "disposition", "reason"}]}`` by
    hand; ``advance`` routes the rest as the policy says.
    """

    _name = "returns.step.route"
    _inherit = ["returns.step"]
    _description = "Step: route"
    _groups = OVERRIDERS

    def _check(self, orders, data):
        taken = defaultdict(float)
        for order in orders:
            for entry in data.get(order.id, ()):
                left = (
                    entry["inspection"]._quantity_to_route()
                    - taken[entry["inspection"]]
                )
                taken[entry["inspection"]] += entry["quantity"]
                unit = entry["inspection"].product_id.uom_id
                if (
                    unit.compare(entry["quantity"], 0.0) <= 0
                    or unit.compare(entry["quantity"], left) > 0
                ):
                    refuse(
                        "QUANTITY_INVALID",
                        self.env._(
                            "%(name)s, %(product)s: %(left)g can be routed.",
                            name=order.name,
                            left=left,
                            product=entry["inspection"].product_id.display_name,
                        ),
                    )
                if not entry["disposition"].state_id:
                    refuse(
                        "DISPOSITION_NOT_ALLOWED",
                        self.env._(
                            "%(asked)s is for goods that never come; these are in the "
                            "house. Choose another disposition.",
                            asked=entry["disposition"].name,
                        ),
                    )

    def _apply(self, orders, data):
        entries = [entry for order in orders for entry in data.get(order.id, ())]
        given = self._policy_dispositions(
            [
                (entry["inspection"].receipt_id, entry["inspection"].condition_id)
                for entry in entries
            ]
        )
        for entry, (disposition, verdict) in zip(entries, given, strict=True):
            entry["overridden"] = entry["disposition"] != disposition
            entry["verdict"] = verdict
            if entry["overridden"]:
                self.env["returns.step.inspect"]._check_override(
                    entry["disposition"], disposition
                )
            if entry["overridden"] and not entry.get("reason"):
                refuse(
                    "DISPOSITION_NOT_ALLOWED",
                    self.env._(
                        "%(name)s: policy gives %(given)s. Another disposition needs a "
                        "reason.",
                        name=entry["inspection"].order_id.name,
                        given=disposition.name or "-",
                    ),
                )
            entry["by_hand"] = True
        self._route(self._allowed(entries))
        return orders

    def _route_due(self, inspections):
        """Route what is inspected as the policy or the inspector says.

        :return: the orders that were routed; what needs a person stays
        """
        pending = [
            (row, left)
            for row in inspections
            # What a person took back is not sent there again by itself.
            if not row.routing_ids.reverses_id
            and row.product_id.uom_id.compare(left := row._quantity_to_route(), 0.0) > 0
        ]
        given = self._policy_dispositions(
            [(row.receipt_id, row.condition_id) for row, _left in pending]
        )
        entries = []
        for (row, left), (disposition, verdict) in zip(pending, given, strict=True):
            wanted = row.wanted_disposition_id
            if not wanted and (not disposition or verdict.needs_human):
                continue
            entries.append(
                {
                    "inspection": row,
                    "quantity": left,
                    "disposition": wanted or disposition,
                    "verdict": verdict,
                    "overridden": bool(wanted and wanted != disposition),
                    "reason": row.wanted_reason,
                }
            )
        entries = self._allowed(entries)
        self._route(entries)
        return self.env["returns.order"].union(
            *(entry["inspection"].order_id for entry in entries)
        )

    def _policy_dispositions(self, pairs):
        """What the pinned policies give (receipt, condition) pairs.

        :return: list of (disposition or empty, engine DispositionVerdict)
        """
        answers = [None] * len(pairs)
        by_version = {}
        for number, (receipt, condition) in enumerate(pairs):
            version = receipt.order_id.policy_version_id
            by_version.setdefault(version, []).append(
                (number, self._spec(receipt, condition))
            )
        dispositions = (
            {d.code: d for d in self.env["returns.disposition"].search([])}
            if pairs
            else {}
        )
        for version, group in by_version.items():
            verdicts = version._dispose([spec for _number, spec in group])
            for (number, _spec), verdict in zip(group, verdicts, strict=True):
                answers[number] = (
                    dispositions.get(verdict.code, self.env["returns.disposition"]),
                    verdict,
                )
        return answers

    def _spec(self, receipt, condition):
        order, line = receipt.order_id, receipt.line_id
        return {
            "sale_line": line.sale_line_id,
            "product": receipt.product_id,
            "quantity": receipt.quantity,
            "reason": line.reason_id,
            "resolution": line.resolution or "refund",
            "sealed": line.sealed,
            "withdrawal": order.withdrawal,
            "evidence": (),
            "condition": condition,
            "channel": order.channel_id,
            "company": order.company_id,
            "partner": order.partner_id,
            "node": receipt.warehouse_id,
            "now": order.requested_at,
        }

    def _route(self, entries):
        """Move the goods and append the rows, for all entries at once.

        :return: the rows
        """
        if not entries:
            return self.env["returns.routing"]
        specs = self._transfer_specs(entries)
        moves = self.env["returns.goods"]._transfer(specs)
        Routing = self.env["returns.routing"]
        rows = Routing._machine_create(
            [
                self._routing_vals(entry, move)
                for entry, move in zip(entries, moves, strict=True)
            ]
        )
        self._log(
            [
                {
                    "order": order,
                    "what": "routed",
                    "data": {
                        "rows": [
                            {
                                "routing": row.id,
                                "line": row.line_id.id or False,
                                "quantity": row.quantity,
                                "disposition": row.disposition_id.code,
                                "overridden": row.overridden,
                                "from": row.from_id.disposition_id.code or False,
                            }
                            for row in group
                        ]
                    },
                    "why": "; ".join(filter(None, group.mapped("reason"))) or False,
                }
                for order, group in rows.grouped("order_id").items()
            ]
        )
        return rows

    def _transfer_specs(self, entries):
        inspections = self.env["returns.inspection"].union(
            *(entry["inspection"] for entry in entries)
        )
        dispositions = self.env["returns.disposition"].union(
            *(entry["disposition"] for entry in entries)
        )
        places = inspections.warehouse_id._get_disposition_places(dispositions)
        specs = []
        for entry in entries:
            row, disposition = entry["inspection"], entry["disposition"]
            dest = places.get((row.warehouse_id, disposition))
            if not dest:
                refuse(
                    "DISPOSITION_NOT_ALLOWED",
                    self.env._(
                        "%(warehouse)s has no place for %(disposition)s. Make one "
                        "below the "
                        "place of its state.",
                        warehouse=row.warehouse_id.name,
                        disposition=disposition.name,
                    ),
                )
            specs.append(
                {
                    "order": row.order_id,
                    "line": row.line_id,
                    "product": row.product_id,
                    "quantity": entry["quantity"],
                    "lot": row.lot_id,
                    "warehouse": row.warehouse_id,
                    "source": entry.get("source")
                    or row.receipt_id._goods_move().location_dest_id,
                    "dest": dest,
                    "owner": row.receipt_id._goods_move().restrict_partner_id,
                    "reason": entry.get("reason"),
                }
            )
        return specs

    def _routing_vals(self, entry, move):
        row = entry["inspection"]
        return {
            "order_id": row.order_id.id,
            "line_id": row.line_id.id,
            "inspection_id": row.id,
            "quantity": entry["quantity"],
            "disposition_id": entry["disposition"].id,
            "rule": entry["verdict"].rule or False,
            "sentence": entry["verdict"].reason or False,
            "overridden": entry["overridden"],
            "reason": entry.get("reason") or False,
            "move_id": move.id,
            "from_id": entry["from"].id if entry.get("from") else False,
            "user_id": self.env.uid,
        }

    # --- correction -------------------------------------------------------------------
    def _reverse(self, routings, reason):
        """Take dispositions back: the goods return to where they were before.

        That is inspection, to be routed anew by a person (the automatic routing would
        only repeat itself), or the place from which they were sent on.
        """
        step, routings = self._admit_rows(routings, reason)
        orders = routings.order_id
        rows = step._take_back(routings, reason)
        step.env["returns.step.receive"]._reopen(orders)
        step.env["returns.step.advance"]._after(orders, revalue=True)
        return rows

    def _take_back(self, routings, reason):
        """Counter-rows with their counter-moves, the last hop of the goods first."""
        routings |= routings._other_half()._standing()
        self._check_not_sent_on(routings)
        rows = routings.browse()
        while routings:
            last = routings._last_hops()
            by_move = self.env["returns.goods"]._reverse(last.move_id, reason)
            rows |= self._reverse_rows(
                last,
                reason,
                lambda routing, moves=by_move: {
                    "move_id": moves[routing.move_id].id if routing.move_id else False
                },
            )
            routings -= last
        return rows

    def _check_not_sent_on(self, routings):
        """A hop is taken back from its end: the goods are elsewhere."""
        onward = routings.onward_ids._standing() - routings
        for row in onward.from_id:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(name)s: %(product)s was sent on to another place. Take that "
                    "back first.",
                    name=row.order_id.name,
                    product=row.product_id.display_name,
                ),
            )
