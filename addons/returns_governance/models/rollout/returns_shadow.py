import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from .returns_rollout import SHADOW

_logger = logging.getLogger(__name__)
#: Release rules by which money waits for the goods.
AFTER_GOODS = ("receipt", "inspection", "vendor_credit")


class ReturnsShadow(models.AbstractModel):
    """Lets the policy decide what people do by core's ways, and keeps what it said.

    It never holds and never refuses: what cannot be decided is kept as such.
    """

    _name = "returns.shadow"
    _description = "Shadow of the policy"

    @api.model
    def _goods(self, moves):
        """Goods came back by core's own return."""
        plan = self.env["returns.rollout"]._plan
        entries = [
            {
                "sale_line": move.sale_line_id,
                "quantity": move.product_uom._compute_quantity(
                    move.quantity, move.sale_line_id.product_uom_id, round=False
                ),
                "document": move.picking_id.name or move.reference or "",
                "kind": "goods",
            }
            for move in moves
            if plan(move.company_id.id)
            and move.origin_returned_move_id
            and move.sale_line_id
            and not move.returns_line_id
            and move.state == "done"
            and move.location_id.usage == "customer"
        ]
        self._record(entries)

    @api.model
    def _credits(self, moves):
        """Credit notes were posted."""
        plan = self.env["returns.rollout"]._plan
        entries = [
            {
                "sale_line": item.sale_line_ids[:1],
                "quantity": item.product_uom_id._compute_quantity(
                    item.quantity, item.sale_line_ids[:1].product_uom_id, round=False
                ),
                "document": move.name,
                "kind": "credit",
                "amount": item.price_total,
            }
            for move in moves
            if move.move_type == "out_refund" and plan(move.company_id.id)
            for item in move.line_ids
            if item.display_type == "product" and item.sale_line_ids
        ]
        self._record(entries)

    def _record(self, entries):
        rollout = self.env["returns.rollout"]
        known = []
        for entry in entries:
            state, phase_id = rollout._find(entry["sale_line"])
            if state == SHADOW and not rollout._is_governed(entry["sale_line"]):
                known.append({**entry, "phase": phase_id})
        if not known:
            return
        # sudo: whoever took the goods or posted need not read policies
        self = self.sudo()
        try:
            with self.env.cr.savepoint():
                rows = [self._row(entry) for entry in known]
                self.env["returns.shadow.decision"]._machine_create(rows)
        except UserError as error:
            # Shadow mode must never stop people's work.
            _logger.info("A shadow decision could not be kept: %s", error)

    def _row(self, entry):
        line = entry["sale_line"].sudo()
        spec = self._spec(line, entry["quantity"])
        version = self.env["returns.policy"]._for_return(
            spec["company"], spec["channel"]
        )
        row = {
            "phase_id": entry["phase"],
            "kind": entry["kind"],
            "document": entry["document"],
            "sale_line_id": line.id,
            "quantity": entry["quantity"],
            "amount": entry.get("amount", 0.0),
            "user_id": self.env.uid,
            "version_id": version.id,
            "difference": "no_policy",
        }
        if not version:
            return row
        (decision,) = version._decide([spec])
        paid = line.price_total * entry["quantity"] / (line.product_uom_qty or 1.0)
        row.update(
            eligible=decision.eligible,
            sentence=decision.rule or False,
            policy_amount=line.currency_id.round(paid) if decision.eligible else 0.0,
        )
        row["difference"] = self._difference(entry, line, decision, row)
        return row

    def _spec(self, line, quantity):
        """What the policy is asked, without what core does not know (the reason)."""
        order = line.order_id
        channel = order.returns_channel_id or self.env["returns.channel"].search(
            [], limit=1
        )
        return {
            "sale_line": line,
            "quantity": quantity,
            "reason": self.env["returns.reason"],
            "resolution": "refund",
            "withdrawal": False,
            "evidence": None,
            "channel": channel,
            "company": order.company_id,
            "partner": order.partner_id,
            "node": order.warehouse_id,
            "now": fields.Datetime.now(),
        }

    def _difference(self, entry, line, decision, row):
        if not decision.eligible:
            return "refused"
        if entry["kind"] == "goods":
            return "same"
        outcomes = decision.outcomes
        if outcomes["release"] in AFTER_GOODS and not self._are_goods_back(line, entry):
            return "waited"
        limit = outcomes["approval_above"]
        if limit is not None and row["amount"] > float(limit):
            return "approval"
        if line.currency_id.compare_amounts(row["amount"], row["policy_amount"]):
            return "amount"
        return "same"

    def _are_goods_back(self, line, entry):
        """Whether core knows of so many units that came back."""
        back = line.move_ids.filtered(
            lambda move: (
                move.state == "done"
                and move.origin_returned_move_id
                and move.location_id.usage == "customer"
            )
        )
        came = sum(
            move.product_uom._compute_quantity(
                move.quantity, line.product_uom_id, round=False
            )
            for move in back
        )
        return line.product_uom_id.compare(came, entry["quantity"]) >= 0
