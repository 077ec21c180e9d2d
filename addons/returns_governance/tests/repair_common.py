"""What the tests of repairs share."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from .valuation_common import ValuationCommon

MENDED = "A new zip was sewn in"


class RepairCommon(ValuationCommon):
    """A shop whose policy offers repairs, and the way of goods to the bench."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bench = cls.env["returns.channel"].create(
            {"code": "bench", "name": "Bench", "trusted_time": True}
        )
        policy = cls.env["returns.policy"].create(
            {
                "code": "bench",
                "name": "Bench",
                "channel_ids": [Command.set(cls.bench.ids)],
            }
        )
        restock = cls.env.ref("returns_governance.disposition_restock")
        rows = [
            Command.create({"condition_id": grade.id, "disposition_id": restock.id})
            for grade in (cls.grade_a, cls.grade_c)
        ]
        version = cls.env["returns.policy.version"].create(
            {
                "policy_id": policy.id,
                "rule_ids": [
                    Command.create(
                        {
                            "code": "all",
                            "offer_refund": True,
                            "offer_repair": True,
                            "offer_replacement": True,
                            "release": "inspection",
                            "approval": "above",
                            "approval_above": 500.0,
                            "disposition_ids": rows,
                        }
                    )
                ],
            }
        )
        version.action_publish()
        cls.defective = cls.env.ref("returns_governance.reason_defective")

    def _for_repair(self, order, quantity=None, until="bench", **values):
        """A return of the first line for repair: requested, received or at the bench"""
        line = order.order_line[0]
        more = {"resolution": "repair", "reason": self.defective}
        back = self._submit(
            self._request(
                order,
                [(line, quantity or line.product_uom_qty, {**more, **values})],
                channel=self.bench,
            )
        )
        if until != "requested":
            self._receive(back)
        if until == "bench":
            self._inspect(back, self.grade_c)
        return back

    def _end(self, back, outcome="repaired", quantity=None, user="inspector"):
        """Press *Repaired*, or *Could not be repaired*, as a person does."""
        action = getattr(
            back.with_user(self.users[user]),
            "action_repaired" if outcome == "repaired" else "action_not_repaired",
        )()
        wizard = self.env[action["res_model"]].with_user(self.users[user])
        with Form(wizard.with_context(**action["context"])) as form:
            form.reason = MENDED
            if quantity:
                with form.line_ids.edit(0) as line:
                    line.quantity = quantity
        form.record.action_confirm()

    def _switch(self, back, resolution="refund", user="finance"):
        action = back.with_user(self.users[user]).action_switch_repair()
        wizard = self.env[action["res_model"]].with_user(self.users[user])
        with Form(wizard.with_context(**action["context"])) as form:
            form.resolution = resolution
            form.reason = "No spare part to be had"
        form.record.action_confirm()

    def _delivery(self, back):
        return back.routing_ids.delivery_move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        ).picking_id

    def _ship(self, back, quantity=None):
        """Ship what goes back, as the warehouse does."""
        picking = self._delivery(back)
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking

    def _owned(self, product):
        """{state code: units of the customer's own in the house}."""
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", product.id),
                ("owner_id", "=", self.partner.id),
                ("location_id.usage", "=", "internal"),
            ]
        )
        found = {}
        for quant in quants.filtered("quantity"):
            code = quant.location_id.effective_state_id.code
            found[code] = found.get(code, 0.0) + quant.quantity
        return found

    def _returnable(self, line):
        sold = self.env["returns.sold.line"]._for_sale_lines(line)
        return sold._quantity_returnable()[sold]

    def _assert_refused(self, code, work, *args, **values):
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            work(*args, **values)
        self.assertIn(f"[{code}]", str(caught.exception))
        return str(caught.exception)
