from decimal import Decimal

from odoo import fields, models

from ..engine.matching import ExpectedLine, ScannedLine, match_receipt
from ..guard import refuse

# Cases whose goods are expected; goods of any other are received as not authorised.
EXPECTING = ("authorised", "closed", "expired")


class ReturnsStepReceive(models.AbstractModel):
    """Step 4: goods are seen at the dock.

    ``data``: ``{order id: [entry]}`` with entries ``line`` (or empty), ``product``,
    ``quantity`` in the product's unit, ``lot_name``, ``warehouse``, ``receipt_ref``,
    ``occurred_at``, ``parcel`` (or empty), ``unexpected``. What comes is always
    received; what does not fit raises an exception.
    """

    _name = "returns.step.receive"
    _inherit = ["returns.step"]
    _description = "Step: receive"
    _groups = (
        "returns_governance.group_inspector",
        "returns_governance.group_warehouse_lead",
        "returns_governance.group_integration",
    )

    def _check(self, orders, data):
        self._check_case(
            orders,
            {
                "authorised",
                "closed",
                "expired",
                "rejected",
                "cancelled",
                "requested",
                "to_approve",
            },
        )
        for order in orders:
            self._check_quantities(order, data.get(order.id, ()))

    def _apply(self, orders, data):
        orders.line_ids.sold_line_id._lock()
        late = orders.filtered(lambda order: order.case_state == "expired")
        self._reopen(orders)
        origins = self.env["returns.origins"]
        lots = origins._delivered_lots(orders.line_ids)
        back = origins._serials_back(orders.line_ids)
        specs = []
        for order in orders:
            specs += self._match(order, data.get(order.id, ()), lots, back, late)
        moves = self._book_goods(specs)
        receipts = self.env["returns.receipt"]._machine_create(
            [
                self._receipt_vals(spec, move)
                for spec, move in zip(specs, moves, strict=True)
            ]
        )
        parcels = receipts.parcel_id.filtered(lambda parcel: not parcel.received)
        if parcels:
            parcels._machine_write({"received": True})
        self._refresh_sold_lines(orders)
        self._log(
            [
                {
                    "order": order,
                    "what": "received",
                    "at": rows[:1].occurred_at,
                    "data": self._event_data(rows),
                }
                for order, rows in receipts.grouped("order_id").items()
            ]
        )
        self._raise_variances(receipts)
        self._raise_late(receipts, specs)
        return orders

    def _book_goods(self, specs):
        """Move the goods in.

        :param list specs: get their lot and their origin, and are split by it
        :return: the done moves, one per spec
        """
        origins = self.env["returns.origins"]
        origins._find_lots(specs)
        origins._find_origin_moves(specs)
        return self.env["returns.goods"]._receive(specs)

    def _reopen(self, orders):
        """A parcel of an expired return opens it again; so does one of a closed one."""
        for state in ("expired", "closed"):
            again = orders.filtered(lambda order, s=state: order.case_state == s)
            if again:
                self._move_case(again, "authorised")
                # An expired return owed nothing; now it does again.
                self.env["returns.step.settle"]._value(again)
                self._log(
                    [
                        {"order": order, "what": "reopened", "data": {"from": state}}
                        for order in again
                    ]
                )

    # --- what is it? ------------------------------------------------------------------
    def _match(self, order, entries, lots, back, late):
        """Turn entries into specs of receipts by asking the engine line by line."""
        expected = order.case_state in EXPECTING
        awaited = self._awaited(order.line_ids)
        specs = []
        for entry in entries:
            own = (entry["line"].id, entry["product"].id)
            verdict = match_receipt(
                tuple(self._expected_line(key, awaited, lots) for key in awaited),
                ScannedLine(
                    sku=str(entry["product"].id),
                    key=own if entry["line"] else None,
                    quantity=Decimal(str(entry["quantity"])),
                    lot=entry.get("lot_name") or None,
                    unexpected=bool(entry.get("unexpected")),
                ),
            )
            for line, quantity, kind in self._parts(order, entry, verdict):
                if kind == "expected":
                    awaited[line, entry["product"]] -= quantity
                again = self._is_back(entry, line, back)
                specs.append(
                    {
                        "order": order,
                        "entry": entry,
                        "line": line,
                        "product": entry["product"],
                        "quantity": quantity,
                        "warehouse": entry["warehouse"],
                        "kind": kind
                        if expected or kind == "wrong_item"
                        else "not_authorised",
                        "serial_ok": not (verdict.serial_mismatch or again),
                        "late": order in late,
                    }
                )
        return specs

    def _is_back(self, entry, line, back):
        """Whether this serial has come back before; it cannot come twice."""
        name, known = entry.get("lot_name"), back[line.sale_line_id]
        if not name or entry["product"].tracking != "serial":
            return False
        serial = (entry["product"], name)
        again = serial in known
        known.add(serial)
        return again

    def _awaited(self, lines):
        """{(line, product): units that are open to receive, in the product's unit}."""
        return {
            (line, line.product_id): line.uom_id._compute_quantity(
                quantity, line.product_id.uom_id, round=False
            )
            for line, quantity in lines._open_to_receive().items()
        }

    def _expected_line(self, key, awaited, lots):
        line, product = key
        return ExpectedLine(
            key=(line.id, product.id),
            sku=str(product.id),
            lots=tuple(lots.get(key, ())),
            open_quantity=Decimal(str(round(max(0.0, awaited[key]), 6))),
        )

    def _parts(self, order, entry, verdict):
        """(line, quantity, kind) of a verdict; a wrong item belongs to no line."""
        Line = self.env["returns.order.line"]
        if verdict.wrong_item:
            return [(Line, entry["quantity"], "wrong_item")]
        lines = {line.id: line for line in order.line_ids}  # keeps their prefetch
        parts = [
            (lines[key[0]], float(quantity), "expected")
            for key, quantity in verdict.allocations
        ]
        if verdict.over:
            parts.append((lines[verdict.over_key[0]], float(verdict.over), "over"))
        return parts

    # --- rows and variances -----------------------------------------------------------
    def _receipt_vals(self, spec, move):
        entry = spec["entry"]
        return {
            "order_id": spec["order"].id,
            "line_id": spec["line"].id,
            "company_id": spec["order"].company_id.id,
            "parcel_id": entry["parcel"].id if entry.get("parcel") else False,
            "receipt_ref": entry.get("receipt_ref") or False,
            "kind": spec["kind"],
            "product_id": spec["product"].id,
            "quantity": spec["quantity"],
            "lot_id": spec["lot"].id,
            "serial_ok": spec["serial_ok"],
            "warehouse_id": spec["warehouse"].id,
            "move_id": move.id,
            "occurred_at": entry.get("occurred_at") or fields.Datetime.now(),
            "user_id": self.env.uid,
        }

    def _event_data(self, receipts):
        return {
            "ref": receipts[:1].receipt_ref or False,
            "node": receipts[:1].warehouse_id.code or False,
            "rows": [
                {
                    "receipt": row.id,
                    "line": row.line_id.id or False,
                    "product": row.product_id.id,
                    "quantity": row.quantity,
                    "kind": row.kind,
                    "lot": row.lot_id.id or False,
                }
                for row in receipts
            ],
        }

    def _raise_variances(self, receipts):
        """Typed exceptions, one per cause, for what does not fit."""
        codes = {
            "over": "over_receipt",
            "wrong_item": "wrong_item",
            "not_authorised": "not_authorised",
        }
        rows = []
        for receipt in receipts:
            if receipt.kind in codes:
                rows.append(self._variance(receipt, codes[receipt.kind]))
            if not receipt.serial_ok:
                rows.append(self._variance(receipt, "serial_mismatch"))
        if rows:
            self.env["returns.exception"]._raise(rows)

    def _raise_late(self, receipts, specs):
        """Goods of an expired return are taken, and a person looks at them."""
        rows = [
            self._variance(receipt, "not_authorised")
            for receipt, spec in zip(receipts, specs, strict=True)
            if spec["late"] and receipt.kind == "expected"
        ]
        if rows:
            self.env["returns.exception"]._raise(rows)

    def _variance(self, receipt, code):
        notes = {
            "over_receipt": self.env._(
                "%(quantity)g %(product)s more than authorised. Refund only what was "
                "authorised, or send the rest back."
            ),
            "wrong_item": self.env._(
                "%(quantity)g %(product)s came and belongs to no line. Find out whose "
                "it is."
            ),
            "not_authorised": self.env._(
                "%(quantity)g %(product)s came although the return is not authorised, "
                "or no longer. Decide whether to take it."
            ),
            "serial_mismatch": self.env._(
                "%(quantity)g %(product)s: lot/serial %(lot)s did not leave with this "
                "order. The refund is held until a person has looked."
            ),
        }
        return {
            "code": code,
            "order_id": receipt.order_id.id,
            "line_id": receipt.line_id.id,
            "company_id": receipt.company_id.id,
            "warehouse_id": receipt.warehouse_id.id,
            "receipt_ref": receipt.receipt_ref,
            "cause": f"receipt {receipt.id}",
            "note": notes[code]
            % {
                "quantity": receipt.quantity,
                "product": receipt.product_id.display_name,
                "lot": receipt.lot_id.name or "",
            },
        }

    # --- correction -------------------------------------------------------------------
    def _reverse(self, receipts, reason):
        """Put wrong scans right by counter-rows with their counter-moves.

        Findings of the receipts have to be reversed first: the goods are elsewhere.
        """
        step, receipts = self._admit_rows(receipts, reason)
        for receipt in receipts:
            if (
                receipt.product_id.uom_id.compare(receipt._quantity_inspected(), 0.0)
                > 0
            ):
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: %(product)s was inspected already. Reverse its "
                        "finding first.",
                        name=receipt.order_id.name,
                        product=receipt.product_id.display_name,
                    ),
                )
        orders = receipts.order_id
        orders.line_ids.sold_line_id._lock()
        by_move = step.env["returns.goods"]._reverse(receipts.move_id, reason)
        rows = step._reverse_rows(
            receipts, reason, lambda receipt: {"move_id": by_move[receipt.move_id].id}
        )
        for code in ("over_receipt", "wrong_item", "not_authorised", "serial_mismatch"):
            step.env["returns.exception"]._clear(
                code,
                [f"receipt {receipt.id}" for receipt in receipts],
                self.env._("The receipt was reversed"),
            )
        emptied = receipts.parcel_id.filtered(lambda p: not p.receipt_ids._standing())
        if emptied:
            emptied._machine_write({"received": False})
        step._refresh_sold_lines(orders)
        step._reopen(orders)
        step.env["returns.step.advance"]._after(orders)
        return rows
