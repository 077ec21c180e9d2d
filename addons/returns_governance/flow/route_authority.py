from odoo import models


class ReturnsStepRoute(models.AbstractModel):
    """Goods that go elsewhere than the policy says, or are written off, may have to
    wait for another person: until then they stay where they are."""

    _inherit = "returns.step.route"

    def _allowed(self, entries):
        """Those of ``entries`` that may be routed now; the others are asked about.

        What was refused once is not asked again by itself: a person routes it.
        """
        table = self.env["returns.authority"]._rows_in_force()
        if not (entries and (table.get("override") or table.get("write_off"))):
            return entries
        asked = {}
        for number, entry in enumerate(entries):
            if row := self._question(entry):
                asked[number] = row
        Approval = self.env["returns.approval"]
        waiting = Approval._uncovered(list(asked.values()))
        Approval._use([row for row in asked.values() if row not in waiting])
        Approval._ask(self._not_refused(waiting, entries))
        return [
            entry
            for number, entry in enumerate(entries)
            if asked.get(number) not in waiting
        ]

    def _question(self, entry):
        """What routing ``entry`` asks for, or nothing."""
        inspection, disposition = entry["inspection"], entry["disposition"]
        if disposition.state_id.code == "write_off":
            kind = "write_off"
        elif entry["overridden"]:
            kind = "override"
        else:
            return None
        product, quantity = inspection.product_id, entry["quantity"]
        company = inspection.order_id.company_id
        routing = entry.get("routing")
        of = f"routing {routing.id}" if routing else f"inspection {inspection.id}"
        return {
            "kind": kind,
            "order": inspection.order_id,
            "key": f"{kind} {of}",
            "amount": company.currency_id.round(inspection._carrying_value(quantity)),
            "reasons": inspection.line_id.reason_id,
            "dispositions": disposition,
            "why": entry.get("reason") or False,
            "data": {
                "inspection": inspection.id,
                "routing": routing.id if routing else False,
                "disposition": disposition.id,
                "quantity": quantity,
            },
            "values": {
                "product_id": product.id,
                "quantity": quantity,
                "disposition_id": disposition.id,
                "warehouse_id": inspection.warehouse_id.id,
            },
        }

    def _not_refused(self, rows, entries):
        """Without the questions that were answered with no, just so."""
        by_hand = any(entry.get("by_hand") for entry in entries)
        if by_hand or not rows:
            return rows
        refused = (
            self.env["returns.approval"]
            .sudo()  # the machine looks up what it asked
            .search(
                [
                    ("state", "=", "refused"),
                    ("key", "in", [row["key"] for row in rows]),
                ]
            )
        )
        said_no = {(row.key, row.disposition_id.id) for row in refused}
        return [
            row
            for row in rows
            if (row["key"], row["values"]["disposition_id"]) not in said_no
        ]

    def _take_up(self, approval):
        """Route what was approved, in the name of whoever asked."""
        data = approval.data
        order = self.env["returns.step.approve"]._as_asked(approval.order_id, approval)
        entry = {
            "inspection": self.env["returns.inspection"].browse(data["inspection"]),
            "disposition": approval.disposition_id,
            "quantity": data["quantity"],
            "reason": approval.why or self.env._("Approved"),
        }
        step = order.env["returns.step.route"]
        if data.get("routing"):
            entry["routing"] = self.env["returns.routing"].browse(data["routing"])
            step._route_on(order, {order.id: [entry]})
            return
        # Whoever inspects need not be who routes by hand: the machine routes what
        # they found, as it would have without the question.
        if not any(step.env.user.has_group(group) for group in self._groups):
            step = step.sudo()
        step._run(order, {order.id: [entry]})
