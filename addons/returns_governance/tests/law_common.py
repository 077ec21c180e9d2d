"""What the tests of the law packs share."""

from contextlib import contextmanager
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError

from .common import ReturnsCommon


class LawCommon(ReturnsCommon):
    """A channel with a policy of one's own, and refusals by their code."""

    @contextmanager
    def _refused(self, code):
        with self.assertRaises(UserError) as caught:
            yield caught
        self.assertIn(f"[{code}]", str(caught.exception))

    def _publish(self, *rules):
        """A policy of its own channel with these rules; each a dict of values."""
        self.web = self.env["returns.channel"].create({"code": "law", "name": "Law"})
        policy = self.env["returns.policy"].create(
            {
                "code": "law",
                "name": "Law",
                "channel_ids": [Command.set(self.web.ids)],
            }
        )
        version = self.env["returns.policy.version"].create(
            {
                "policy_id": policy.id,
                "rule_ids": [Command.create(rule) for rule in rules],
            }
        )
        version.action_publish()
        return version

    def _restocking(self, code="A", disposition="restock"):
        """Values of a rule that sends a condition somewhere."""
        target = self.env.ref(f"returns_governance.disposition_{disposition}")
        condition = self.env["returns.condition"].search([("code", "=", code)])
        row = {"condition_id": condition.id, "disposition_id": target.id}
        return {
            "code": "rule",
            "release": "inspection",
            "disposition_ids": [Command.create(row)],
        }

    def _delivered(self, order, days):
        """The order was delivered so many days ago."""
        order.picking_ids.date_done = fields.Datetime.now() - timedelta(days=days)

    def _reason(self, code):
        return self.env.ref(f"returns_governance.reason_{code}")

    def _state_place(self, code, warehouse=None):
        return (warehouse or self.warehouse)._get_state_location(code)

    def _here(self, product, place, lot=None):
        """Units of a product that lie at a place."""
        domain = [("product_id", "=", product.id)]
        domain.append(("location_id", "child_of", place.id))
        if lot:
            domain.append(("lot_id", "=", lot.id))
        return sum(self.env["stock.quant"].search(domain).mapped("quantity"))

    def _move(self, product, quantity, source, dest, lot=None):
        """A stock move of one's own, booked."""
        vals = {
            "product_id": product.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "company_id": self.company.id,
        }
        line = {**vals, "quantity": quantity, "lot_id": lot.id if lot else False}
        move = self.env["stock.move"].create(
            {
                **vals,
                "product_uom_qty": quantity,
                "picked": True,
                "state": "confirmed",
                "state_reason": "Test",
                "move_line_ids": [Command.create({**line, "picked": True})],
            }
        )
        move._action_done()
        return move

    def _file(self, name="proof.pdf", user=None):
        """A file as its user has uploaded it, tied to nothing yet."""
        files = self.env["ir.attachment"].with_user(user or self.env.user)
        return files.create({"name": name, "raw": b"%PDF-1.4 x"})
