from odoo import fields, models

QUANTITIES = (
    "received",
    "inspected",
    "disposed",
    "refunded",
    "exchanged",
)

TRANSFERS = "odoo/action-stock.action_picking_tree_all"
CREDIT_NOTES = "odoo/action-account.action_move_out_refund_type"
# What a return waits for (returns.order.next_step): the step, whose it is, why.
NEXT = {
    "request": ("request", "agent", "draft"),
    "authorise": ("authorise", "agent", "awaiting_authorisation"),
    "parcel": ("receive", "customer", "awaiting_receipt"),
    "receive": ("receive", "inspector", "awaiting_receipt"),
    "inspect": ("inspect", "inspector", "awaiting_inspection"),
    "route": ("route", "warehouse_lead", "awaiting_disposition"),
    "settle": ("settle", "finance", "refund_due"),
    "send": ("send", "warehouse_lead", "exchange_to_send"),
    "repair": ("repair", "inspector", "awaiting_repair"),
    "send_back": ("send_back", "warehouse_lead", "repair_to_send"),
}


class ReturnsSnapshot(models.AbstractModel):
    """A return as plain JSON: what docs/api.md calls the snapshot.

    Made for many returns at once, in a number of queries that does not grow with
    them. Every key is always there and has one type; what is missing is ``False``.
    """

    _name = "returns.snapshot"
    _description = "Snapshot of a return"

    def _of(self, orders):
        """The snapshots of ``orders``, in their order.

        :param orders: returns that the caller was allowed to find
        """
        # sudo: a snapshot is whole, whatever else of the database its reader may see
        orders = orders.sudo().with_context(lang="en_US", active_test=False)
        self._bring(orders)
        held = self.env["returns.step.settle"].sudo()._held_because(orders)
        return [self._one(order, held[order]) for order in orders]

    def _bring(self, orders):
        """Read what belongs to all orders at once, and of foreign records only what is
        told; records reached one by one would be read one by one."""
        lines = orders.line_ids
        sold = lines.sale_line_id
        sold.fetch(["product_id", "product_uom_id", "order_id"])
        sold.order_id.fetch(["name"])
        sold.product_id.fetch(["default_code", "barcode"])
        orders.partner_id.fetch(["name"])
        moves = orders.routing_ids.move_id
        moves.fetch(["picking_id"])
        (orders.receipt_ids.picking_id | moves.picking_id).fetch(["name"])
        orders.receipt_ids.lot_id.fetch(["name"])
        orders.settlement_ids.move_id.fetch(["name"])
        orders.settlement_ids.transaction_id.fetch(["reference"])

    def _one(self, order, held_because):
        return {
            "name": order.name,
            "revision": order.revision,
            "channel": order.channel_id.code,
            "external_ref": order.external_ref or False,
            "order_ref": order.line_ids[:1].sale_order_id.name or False,
            "customer": order.partner_id.name or order.partner_id.display_name or False,
            "company": order.company_id.name,
            "currency": order.currency_id.name,
            "case_state": order.case_state,
            "goods_state": order.goods_state,
            "money_state": order.money_state,
            "lines": [self._line(line) for line in order.line_ids],
            "money": {
                "paid": order.amount_paid,
                "due": order.amount_due,
                "settled": order.amount_settled,
                "fees": order.amount_fees,
                "held_because": self._held(order, held_because),
                "due_date": fields.Date.to_string(order.refund_due_date) or False,
            },
            "settlements": [self._settlement(row) for row in order.settlement_ids],
            "documents": self._documents(order),
            "policy": self._policy(order.policy_version_id),
            "parcels": [
                self._parcel(parcel) for parcel in order.parcel_ids.sorted("id")
            ],
            "exceptions": [
                self._exception(row)
                for row in order.exception_ids
                if row.state == "open"
            ],
            "timeline": [
                {"at": iso(event.at), "what": event.what, "who": event.user_id.name}
                for event in order.event_ids.sorted("number")
            ],
            "next": self._next(order, held_because),
        }

    # --- lines -----------------------------------------------------------------------
    def _line(self, line):
        decision = line.decision_id
        return {
            "line": line.id,
            **self._line_head(line.sale_line_id),
            "quantity": {
                **{name: line[f"quantity_{name}"] for name in QUANTITIES},
                "requested": line.quantity,
                "authorised": self._authorised(line),
            },
            "reason": line.reason_id.code or False,
            "resolution": line.resolution,
            "conditions": self._sums(line, line.inspection_ids, "condition_id"),
            "dispositions": self._sums(line, line.routing_ids, "disposition_id"),
            "states": self._states(line),
            "lots": sorted(
                set(
                    line.receipt_ids.filtered(lambda row: row.lot_id).mapped(
                        "lot_id.name"
                    )
                )
            ),
            "decision": {
                "eligible": decision.eligible,
                "rule": decision.rule or False,
                "codes": list(decision.codes or ()),
            },
            "refund": {
                "due": line.amount_due,
                "settled": line.amount_settled,
                "tax": line.amount_tax,
                "fees": line.amount_fees,
            },
        }

    def _authorised(self, line):
        """Units that may come, or came, by permission; none of what was given up or
        was refused by people."""
        if line.case_state == "rejected":
            return 0.0
        return max(
            0.0, line.uom_id.round(line.quantity_authorised - line.quantity_cancelled)
        )

    def _line_head(self, sale_line):
        product = sale_line.product_id
        return {
            "line_ref": sale_line.id,
            "order_ref": sale_line.order_id.name,
            "sku": product.default_code or product.barcode or False,
            "uom": sale_line.product_uom_id.name,
        }

    def _sums(self, line, rows, by):
        """{code: quantity in the line's unit} of rows, without what came to nothing."""
        return self._in_line_unit(line, ((row[by].code, row.quantity) for row in rows))

    def _in_line_unit(self, line, pairs):
        unit, product_unit = line.uom_id, line.product_id.uom_id
        sums = {}
        for code, quantity in pairs:
            if unit != product_unit:
                quantity = product_unit._compute_quantity(quantity, unit, round=False)
            sums[code] = sums.get(code, 0.0) + quantity
        return {
            code: unit.round(total)
            for code, total in sums.items()
            if not unit.is_zero(total)
        }

    def _states(self, line):
        """Where the received units are now: under inspection until they are routed."""
        pairs = [("inspection", row.quantity) for row in line.receipt_ids]
        for row in line.routing_ids:
            pairs.append(("inspection", -row.quantity))
            if row.state_id:
                pairs.append((row.state_id.code, row.quantity))
        return self._in_line_unit(line, pairs)

    # --- the rest --------------------------------------------------------------------
    def _held(self, order, codes):
        """What the money waits for; nothing where nothing is owed any more."""
        return [] if order.money_state in ("none", "settled") else list(codes)

    def _settlement(self, row):
        return {
            "kind": row.kind,
            "amount": row._in_order(),
            "state": row.state,
            "document": row.move_id.name
            or row.transaction_id.reference
            or row.settlement_ref
            or False,
        }

    def _documents(self, order):
        """Transfers and credit notes, with addresses in the back office."""
        base = order.get_base_url()
        pickings = order.receipt_ids.picking_id | order.routing_ids.move_id.picking_id
        return [
            {
                "kind": "transfer",
                "name": picking.name,
                "url": f"{base}/{TRANSFERS}/{picking.id}",
            }
            for picking in pickings.sorted("id")
        ] + [
            {
                "kind": "credit_note",
                "name": move.name or "/",
                "url": f"{base}/{CREDIT_NOTES}/{move.id}",
            }
            for move in order.settlement_ids.move_id.sorted("id")
        ]

    def _policy(self, version):
        return {"code": version.policy_id.code or False, "version": version.number or 0}

    def _parcel(self, parcel):
        return {
            "tracking_ref": parcel.tracking_ref,
            "carrier": parcel.carrier or False,
            "status": parcel.status or False,
            "label_url": parcel.label_url or False,
        }

    def _exception(self, row):
        return {
            "code": row.code,
            "since": iso(row.since),
            "owner": row.user_id.name or row.owner_group_id.name or False,
            "due": iso(row.due_at),
        }

    # --- what comes next -------------------------------------------------------------
    def _next(self, order, held_because):
        """The step that the return waits for, whose it is, and why it is not done.

        The same step as the form of the return shows (``next_step``).
        """
        step, by, because = NEXT.get(order.next_step, (False, False, order.case_state))
        if order.case_state == "to_approve":
            by, because = self._decider(order), "awaiting_approval"
        elif order.next_step == "parcel" and order.goods_state == "in_transit":
            by = "carrier"
        elif order.next_step == "settle" and order.money_state != "due":
            because = held_because[0] if held_because else because
        return {"step": step, "by": by, "because": because}

    def _decider(self, order):
        """The role that answers the approval which the return waits for."""
        waiting = order.approval_ids.filtered(
            lambda row: row.state == "open" and row.kind == "refund"
        )
        return waiting[:1].role or "manager"


def iso(moment):
    """A UTC datetime of the ORM as ISO 8601, or False."""
    return f"{moment.isoformat(timespec='seconds')}Z" if moment else False
