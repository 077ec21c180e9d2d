from odoo import fields, models

from ...guard import refuse


class ReturnsApiDock(models.AbstractModel):
    """What carriers and docks tell: scans, receipts, findings."""

    _name = "returns.api.dock"
    _description = "Public API of returns: carriers and docks"

    def _planned(self, orders, **plan):
        """A plan that touches ``orders``."""
        return {
            "orders": orders,
            # sudo: the lines of returns that the user can see
            "sale_lines": orders.sudo().line_ids.sale_line_id,
            **plan,
        }

    # --- api_carrier_event -----------------------------------------------------------
    def _plan_carrier_event(self, asked):
        lookup = self.env["returns.api.lookup"]
        if "tracking_ref" in asked:
            parcel = lookup._parcel(asked["tracking_ref"])
        else:
            parcel = self._only_parcel(lookup._return(asked["return"]))
        return self._planned(
            lookup._returns_in(parcel),
            parcel=parcel,
            scan={
                "status": asked["status"],
                "occurred_at": lookup._past(asked["occurred_at"], "occurred_at"),
                "eta": asked.get("eta"),
                "weight": asked.get("weight_kg"),
                "carrier": asked.get("carrier"),
                "event_ref": asked["event_ref"],
            },
        )

    def _only_parcel(self, order):
        parcels = order.parcel_ids
        if len(parcels) != 1:
            refuse(
                "TRACKING_UNKNOWN",
                self.env._(
                    "%(name)s has %(count)s parcels. Name one by its tracking_ref.",
                    name=order.name,
                    count=len(parcels),
                ),
            )
        return parcels

    def _do_carrier_event(self, plan, asked):
        step = self.env["returns.step.label"]
        moved = step._scan(plan["parcel"], plan["scan"])
        return (plan["orders"] or moved.with_env(self.env))[:1]

    # --- api_receive -----------------------------------------------------------------
    def _plan_receive(self, asked):
        lookup = self.env["returns.api.lookup"]
        orders, parcel = self._arrived(asked)
        company = orders.sudo().company_id[:1]
        warehouse = lookup._warehouse(asked["warehouse"], company)
        if not orders:
            return self._plan_unmatched(asked, warehouse)
        if not asked["lines"]:
            refuse(
                "BAD_REQUEST",
                self.env._("A receipt of %(name)s needs a line.", name=orders[0].name),
            )
        return self._planned(
            orders,
            data=self._entries(
                orders,
                asked["lines"],
                {
                    "warehouse": warehouse,
                    "receipt_ref": asked["receipt_ref"],
                    "occurred_at": lookup._past(
                        asked.get("occurred_at"), "occurred_at"
                    ),
                    "parcel": parcel,
                },
            ),
        )

    def _do_receive(self, plan, asked):
        if plan.get("unmatched"):
            # sudo: the machine keeps what nobody knows; shown to the node's people
            self.env["returns.exception"].sudo()._raise([plan["unmatched"]])
            return self.env["returns.order"]
        orders = plan["orders"].filtered(lambda order: order.id in plan["data"])
        self.env["returns.step.receive"]._run(orders, plan["data"])
        return orders[:1]

    def _arrived(self, asked):
        """(returns, parcel) that the receipt names; both empty for an unknown scan."""
        lookup = self.env["returns.api.lookup"]
        if "tracking_ref" in asked:
            parcel = lookup._parcel(asked["tracking_ref"])
            return lookup._returns_in(parcel), parcel
        if "return" in asked:
            order = lookup._return(asked["return"])
            waiting = order.parcel_ids.filtered(lambda parcel: not parcel.received)
            return order, waiting if len(waiting) == 1 else waiting[:0]
        return self.env["returns.api.scan"]._resolve(asked["scan"])

    def _plan_unmatched(self, asked, warehouse):
        """Keep a parcel that nobody knows; what is in it must at least be a product."""
        lookup = self.env["returns.api.lookup"]
        for named in asked["lines"]:
            if "sku" in named:
                product = lookup._product(named["sku"], warehouse.company_id)
                lookup._quantity(named, product.uom_id, product.display_name)
        occurred = lookup._past(asked.get("occurred_at"), "occurred_at")
        payload = {
            "scan": asked["scan"],
            "warehouse": asked["warehouse"],
            "lines": asked["lines"],
            "occurred_at": fields.Datetime.to_string(occurred),
        }
        return self._planned(
            self.env["returns.order"],
            unmatched={
                "code": "unmatched_parcel",
                "cause": self._cause(asked["receipt_ref"]),
                "receipt_ref": asked["receipt_ref"],
                "company_id": warehouse.company_id.id,
                "warehouse_id": warehouse.id,
                "payload": payload,
                "note": self.env._(
                    "%(scan)s was scanned at %(node)s and names no return. Match "
                    "it with "
                    "its return or order.",
                    scan=asked["scan"],
                    node=warehouse.name,
                ),
            },
        )

    def _cause(self, receipt_ref):
        return f"receipt {receipt_ref}"

    # --- what the lines of a receipt are ---------------------------------------------
    def _entries(self, orders, lines, common):
        """``{order id: [entry]}`` as returns.step.receive takes them."""
        data = {}
        for named in lines:
            order, line, product = self._whose(orders, named)
            for quantity in self._pieces(named, product):
                data.setdefault(order.id, []).append(
                    {
                        "line": line,
                        "product": product,
                        "quantity": quantity,
                        "lot_name": named.get("lot", False),
                        "unexpected": named.get("unexpected", False),
                        **common,
                    }
                )
        return data

    def _whose(self, orders, named):
        """(return, line or empty, product) of one line of a receipt."""
        lookup = self.env["returns.api.lookup"]
        lines = orders.sudo().line_ids
        found = lookup._named_lines(lines, named)
        if named.keys() & {"line_ref", "line"} or found:
            line = self._in_one_return(found, named, orders)
            return line.order_id, line, line.product_id
        # No line of these returns: a wrong item, or a part of what was sold as a kit.
        product = lookup._product(named["sku"], orders[:1].sudo().company_id)
        return orders[:1].sudo(), lines.browse(), product

    def _in_one_return(self, lines, named, orders):
        """The only line; in a parcel with several returns, the one that waits."""
        if len(lines.order_id) > 1:
            waiting = lines._open_to_receive()
            lines = lines.filtered(lambda l: waiting[l] > 0) or lines
        return self.env["returns.api.lookup"]._the_line(
            lines, named, ", ".join(orders.mapped("name"))
        )

    def _pieces(self, named, product):
        """Quantities in the product's unit; units with serials one by one."""
        quantity = self.env["returns.api.lookup"]._quantity(
            named, product.uom_id, product.display_name
        )
        if product.tracking != "serial":
            return [quantity]
        if not quantity.is_integer() or ("lot" in named and quantity != 1):
            refuse(
                "QUANTITY_INVALID",
                self.env._(
                    "%(product)s: one serial number is one unit.",
                    product=product.display_name,
                ),
            )
        if quantity > 1000:
            refuse(
                "QUANTITY_INVALID",
                self.env._(
                    "%(product)s: more than 1000 units with serial numbers in "
                    "one line.",
                    product=product.display_name,
                ),
            )
        return [1.0] * int(quantity)

    # --- api_match -------------------------------------------------------------------
    def _plan_match(self, asked):
        lookup = self.env["returns.api.lookup"]
        kept = self._kept(asked["receipt_ref"])
        payload = kept.payload
        warehouse = kept.warehouse_id
        common = {
            "warehouse": warehouse,
            "receipt_ref": asked["receipt_ref"],
            "occurred_at": fields.Datetime.to_datetime(payload["occurred_at"]),
            "parcel": self.env["returns.parcel"],
        }
        if not payload["lines"]:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "Receipt %(ref)s has no line. Receive the return itself, "
                    "with what was "
                    "in the parcel.",
                    ref=asked["receipt_ref"],
                ),
            )
        if "return" in asked:
            order = lookup._return(asked["return"])
            data = self._entries(order, payload["lines"], common)
            return self._planned(order, kept=kept, data=data)
        order = lookup._sale_order(asked["order_ref"])
        contents = list(self._contents(order, payload["lines"]))
        request = self.env["returns.api.intake"]._request_for_parcel(order, contents)
        return {
            "orders": self.env["returns.order"],
            "kept": kept,
            "request": request,
            "sale_lines": self.env["returns.api.intake"]._sale_lines(request),
            "common": common,
            "contents": contents,
        }

    def _kept(self, receipt_ref):
        """The exception that keeps an unmatched receipt."""
        # as the user: record rules narrow it to companies and nodes
        found = self.env["returns.exception"].search(
            [("code", "=", "unmatched_parcel"), ("receipt_ref", "=", receipt_ref)]
        )
        kept = found.filtered(lambda e: e.state == "open").sudo()
        if found and not kept:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "Receipt %(ref)s has found its return already.", ref=receipt_ref
                ),
            )
        if len(kept) != 1:
            refuse(
                "TRACKING_UNKNOWN",
                self.env._(
                    "There is no unmatched receipt %(ref)s for you.", ref=receipt_ref
                ),
            )
        return kept

    def _contents(self, order, lines):
        """(product, lot or False, quantity in its unit) of what is in the parcel."""
        lookup = self.env["returns.api.lookup"]
        for named in lines:
            if "line" in named:
                # The number of a line of some other return: this one is not made yet.
                lookup._the_line(order.order_line.browse(), named, order.name)
            if "line_ref" in named:
                product = lookup._sale_line(order, named).product_id
            else:
                product = lookup._product(named["sku"], order.company_id)
            for quantity in self._pieces(named, product):
                yield product, named.get("lot", False), quantity

    def _spread(self, order, contents, common):
        """Entries of a return that was made for a parcel: products without a line,
        which the step shares out over the lines, since nobody can name one."""
        return {
            order.id: [
                {
                    "line": order.line_ids.browse(),
                    "product": product,
                    "lot_name": lot,
                    "quantity": quantity,
                    "unexpected": False,
                    **common,
                }
                for product, lot, quantity in contents
            ]
        }

    def _do_match(self, plan, asked):
        order, data = plan["orders"], plan.get("data")
        kept = plan["kept"]
        if not order:
            # sudo: who may match a parcel (checked before) may make its return
            order = (
                self.env["returns.step.request"]
                .sudo()
                ._run(order, {"requests": [plan["request"]]})
            )
            data = self._spread(order, plan["contents"], plan["common"])
        self.env["returns.step.receive"]._run(order, data)
        # sudo: the machine notes what the step has done
        self.env["returns.event"].sudo()._log(
            [
                {
                    "order": order,
                    "what": "matched",
                    "data": {"receipt": asked["receipt_ref"]},
                    # A scan can be anything, a name and address too: it can be erased.
                    "why": kept.payload["scan"],
                }
            ]
        )
        self.env["returns.exception"].sudo()._clear(
            kept.code,
            [kept.cause],
            self.env._("Matched with %(name)s", name=order.name),
        )
        self.env["returns.reference"]._match(asked["receipt_ref"], order)
        return order

    # --- api_inspect -----------------------------------------------------------------
    def _plan_inspect(self, asked):
        order = self.env["returns.api.lookup"]._return(asked["return"])
        data = {
            order.id: [
                self._finding(order.sudo(), named, asked["inspection_ref"])
                for named in asked["results"]
            ]
        }
        self._check_received(order.sudo(), data)
        return self._planned(order, data=data)

    def _check_received(self, order, data):
        """The step's own checks, before anything is written."""
        # sudo: as the step itself; the right is checked when it runs
        step = self.env["returns.step.inspect"].sudo()
        step._check(order, data)
        step._read_answers(order, data)
        left = {row: row._quantity_to_inspect() for row in order.receipt_ids}
        for entry in data[order.id]:
            step._allocate(order, entry, left)

    def _do_inspect(self, plan, asked):
        return self.env["returns.step.inspect"]._run(plan["orders"], plan["data"])

    def _finding(self, order, named, reference):
        lookup = self.env["returns.api.lookup"]
        line, product = self._found(order, named)
        disposition = self.env["returns.disposition"]
        if "disposition" in named:
            disposition = lookup._by_code(
                disposition._name, named["disposition"], "DISPOSITION_UNKNOWN"
            )
        return {
            "line": line,
            "product": product,
            "stray": not named.keys() & {"line_ref", "line"},
            "quantity": lookup._quantity(named, product.uom_id, product.display_name),
            "lot_name": named.get("lot", False),
            "condition": lookup._by_code(
                "returns.condition", named["condition"], "CONDITION_UNKNOWN"
            ),
            "disposition": disposition,
            "reason": named.get("note", False),
            "checklist": named.get("checklist", False),
            "note": named.get("note", False),
            "photos": named.get("photos") or [],
            "inspection_ref": reference,
        }

    def _found(self, order, named):
        """(line or empty, product) of one result of an inspection."""
        lookup = self.env["returns.api.lookup"]
        lines = lookup._named_lines(order.line_ids, named)
        stray = order.receipt_ids.filtered(lambda r: not r.line_id).product_id
        stray = stray.filtered(lambda p: lookup._is_sku(p, named.get("sku")))
        if not lines and len(stray) == 1 and not named.keys() & {"line_ref", "line"}:
            return lines, stray
        line = lookup._the_line(lines, named, order.name)
        return line, line.product_id
