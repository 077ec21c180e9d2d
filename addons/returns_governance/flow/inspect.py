from odoo import fields, models

from ..guard import deny, refuse

OVERRIDERS = (
    "returns_governance.group_warehouse_lead",
    "returns_governance.group_manager",
)


class ReturnsStepInspect(models.AbstractModel):
    """Step 5: a received quantity is found in a condition.

    ``data``: ``{order id: [entry]}`` with entries ``line`` (or empty), ``product``,
    ``stray`` (units of the product without a line may be meant too, after the line's),
    ``quantity`` in the product's unit, ``lot_name``, ``condition``, ``disposition``
    (or empty: the policy's), ``reason`` for another disposition, ``checklist``
    or ``answers`` (see inspect_answers.py), ``note``, ``photos`` as (name, bytes),
    ``inspection_ref``.
    """

    _name = "returns.step.inspect"
    _inherit = ["returns.step"]
    _description = "Step: inspect"
    _groups = (
        "returns_governance.group_inspector",
        "returns_governance.group_warehouse_lead",
        "returns_governance.group_integration",
    )

    def _check(self, orders, data):
        for order in orders:
            if not order.receipt_ids:
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: nothing was received yet, so there is nothing to "
                        "inspect. Receive the goods first.",
                        name=order.name,
                    ),
                )
            self._check_quantities(order, data.get(order.id, ()))

    def _apply(self, orders, data):
        orders.line_ids.sold_line_id._lock()
        said = self._read_answers(orders, data)
        vals_list, photos, answers = [], [], []
        for order in orders:
            left = {r: r._quantity_to_inspect() for r in order.receipt_ids}
            entries = data.get(order.id, ())
            for entry, answer in zip(entries, said[order.id], strict=True):
                for receipt, quantity in self._allocate(order, entry, left):
                    vals_list.append(self._inspection_vals(entry, receipt, quantity))
                    photos.append(entry.get("photos") or ())
                    answers.append(answer)
        self._check_overrides(vals_list)
        rows = self.env["returns.inspection"]._machine_create(vals_list)
        files = self._attach_photos(rows, photos)
        self._keep_answers(rows, answers, files)
        self._log(
            [
                {"order": order, "what": "inspected", "data": self._event_data(group)}
                for order, group in rows.grouped("order_id").items()
            ]
        )
        self.env["returns.exception"]._clear(
            "inspection_overdue",
            [f"order {order.id}" for order in orders],
            self.env._("Inspected"),
        )
        return orders

    # --- whose units are these? -------------------------------------------------------
    def _allocate(self, order, entry, left):
        """Pairs of receipt and quantity for an entry, the oldest receipt first."""
        receipts = self._candidates(order, entry, left)
        unit = entry["product"].uom_id
        missing, parts = entry["quantity"], []
        for receipt in receipts:
            take = min(missing, left[receipt])
            if unit.compare(take, 0.0) > 0:
                left[receipt] -= take
                missing -= take
                parts.append((receipt, take))
        if unit.compare(missing, 0.0) > 0:
            refuse(
                "QUANTITY_EXCEEDS_RECEIVED",
                self.env._(
                    "%(name)s, %(product)s: %(asked)g to inspect, %(left)g received "
                    "and not "
                    "inspected yet. Receive the rest first.",
                    name=order.name,
                    product=entry["product"].display_name,
                    asked=entry["quantity"],
                    left=entry["quantity"] - missing,
                ),
            )
        return parts

    def _candidates(self, order, entry, left):
        """Receipts that the entry can mean: by line or product, and by lot."""
        receipts = order.receipt_ids.filtered(
            lambda r: (
                r.product_id == entry["product"]
                and (
                    not entry["line"]
                    or r.line_id == entry["line"]
                    or (entry.get("stray") and not r.line_id)
                )
            )
        ).sorted(lambda r: (not r.line_id, r.id))
        lot_name = entry.get("lot_name")
        if not lot_name:
            return receipts
        with_lot = receipts.filtered(lambda r: r.lot_id.name == lot_name)
        if not with_lot:
            refuse(
                "LOT_UNKNOWN",
                self.env._(
                    "%(name)s: lot/serial %(lot)s of %(product)s was never "
                    "received. Check "
                    "the number.",
                    name=order.name,
                    lot=lot_name,
                    product=entry["product"].display_name,
                ),
            )
        return with_lot

    def _inspection_vals(self, entry, receipt, quantity):
        disposition = entry.get("disposition")
        return {
            "order_id": receipt.order_id.id,
            "line_id": receipt.line_id.id,
            "receipt_id": receipt.id,
            "inspection_ref": entry.get("inspection_ref") or False,
            "quantity": quantity,
            "condition_id": entry["condition"].id,
            "wanted_disposition_id": disposition.id if disposition else False,
            "wanted_reason": entry.get("reason") or entry.get("note") or False,
            "checklist": entry.get("checklist") or False,
            "note": entry.get("note") or False,
            "user_id": self.env.uid,
        }

    def _check_overrides(self, vals_list):
        """Another disposition than the policy's needs its own right."""
        wanted = [vals for vals in vals_list if vals["wanted_disposition_id"]]
        if not wanted:
            return
        given = self.env["returns.step.route"]._policy_dispositions(
            [
                (
                    self.env["returns.receipt"].browse(vals["receipt_id"]),
                    self.env["returns.condition"].browse(vals["condition_id"]),
                )
                for vals in wanted
            ]
        )
        for vals, (disposition, _verdict) in zip(wanted, given, strict=True):
            asked = self.env["returns.disposition"].browse(
                vals["wanted_disposition_id"]
            )
            if asked == disposition:
                vals.update(wanted_disposition_id=False, wanted_reason=False)
            else:
                self._check_override(asked, disposition)

    def _check_override(self, asked, given):
        groups = asked.group_ids
        user = self.env.user
        may = (
            (groups & user.all_group_ids)
            if groups
            else any(user.has_group(group) for group in OVERRIDERS)
        )
        if not may:
            deny(
                self.env._(
                    "Policy gives %(given)s; to choose %(asked)s instead needs the "
                    "role "
                    "warehouse lead.",
                    given=given.name or "-",
                    asked=asked.name,
                )
            )
        if not asked.state_id:
            refuse(
                "DISPOSITION_NOT_ALLOWED",
                self.env._(
                    "%(asked)s is for goods that never come; these are in the house. "
                    "Choose another disposition.",
                    asked=asked.name,
                ),
            )

    def _attach_photos(self, rows, photos):
        """Keep the photos with their findings; give them back, a list for each."""
        pairs = [
            (row, name, content)
            for row, files in zip(rows, photos, strict=True)
            for name, content in files
        ]
        kept = {row: [] for row in rows}
        if not pairs:
            return list(kept.values())
        files = self.env["ir.attachment"].create(
            [
                {"name": name, "raw": content, "res_model": row._name, "res_id": row.id}
                for row, name, content in pairs
            ]
        )
        for (row, _name, _content), file in zip(pairs, files, strict=True):
            row._machine_write({"photo_ids": [fields.Command.link(file.id)]})
            kept[row].append(file)
        return list(kept.values())

    def _event_data(self, rows):
        versions = rows.answer_ids.version_id
        return {
            "ref": rows[:1].inspection_ref or False,
            **({"checklists": versions._short_names()} if versions else {}),
            "rows": [
                {
                    "inspection": row.id,
                    "line": row.line_id.id or False,
                    "quantity": row.quantity,
                    "condition": row.condition_id.code,
                    "photos": [file.checksum for file in row.photo_ids],
                }
                for row in rows
            ],
        }

    # --- correction -------------------------------------------------------------------
    def _reverse(self, inspections, reason):
        """Put wrong grades right: the routing, its move and the finding are taken back.

        The goods are under inspection again, to be graded anew.
        """
        step, inspections = self._admit_rows(inspections, reason)
        orders = inspections.order_id
        orders.line_ids.sold_line_id._lock()
        routings = inspections.routing_ids._standing()
        if routings:
            step.env["returns.step.route"]._take_back(routings, reason)
        rows = step._reverse_rows(inspections, reason, lambda inspection: {})
        step.env["returns.step.receive"]._reopen(orders)
        step.env["returns.step.advance"]._after(orders, revalue=True)
        return rows
