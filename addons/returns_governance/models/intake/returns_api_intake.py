from odoo import fields, models

from ...guard import refuse


class ReturnsApiIntake(models.AbstractModel):
    """What can come back, what it would give, and the request itself."""

    _name = "returns.api.intake"
    _description = "Public API of returns: requests"

    # --- api_returnable --------------------------------------------------------------
    def _answer_returnable(self, asked):
        lookup = self.env["returns.api.lookup"]
        channel = lookup._channel(asked["channel"])
        order = lookup._sale_order(asked["order_ref"], asked.get("customer_email"))
        lines = lookup._goods(order)
        left = self._left(lines)
        decisions = self._decide(
            channel,
            order,
            [
                {
                    "sale_line": line,
                    "quantity": left[line] or line.product_uom_qty,
                    "resolution": False,
                    "evidence": None,
                }
                for line in lines
            ],
        )
        reasons = self.env["returns.reason"].search([])
        offers = self._offers(channel, order, lines, left, reasons)
        return {
            "order_ref": order.name,
            "customer": order.partner_id.name or order.partner_id.display_name,
            "currency": order.currency_id.name,
            "lines": [
                self._returnable_line(line, left[line], decision, reasons, offers)
                for line, decision in zip(lines, decisions, strict=True)
            ],
        }

    def _offers(self, channel, order, lines, left, reasons):
        """{line: {reason code: codes of what is offered}}; only where rules ask why."""
        book = self._version(order.company_id, channel)._rulebook()
        if not {"reason", "reason_class"} & book.asked:
            return {}
        asked = [(line, reason) for line in lines for reason in reasons.sudo()]
        decisions = self._decide(
            channel,
            order,
            [
                {
                    "sale_line": line,
                    "quantity": left[line] or line.product_uom_qty,
                    "reason": reason,
                    "resolution": False,
                    "evidence": None,
                }
                for line, reason in asked
            ],
        )
        offers = {}
        for (line, reason), decision in zip(asked, decisions, strict=True):
            offers.setdefault(line, {})[reason.code] = self._offered(decision)
        return offers

    def _offered(self, decision):
        offered = decision.outcomes["resolutions"] if decision.eligible else ()
        company = self.env["res.company"].browse(decision.verdict.facts.company)
        built = self.env["returns.order.line"]._resolutions_built(company)
        return [code for code in built if code in offered]

    def _returnable_line(self, line, left, decision, reasons, offers):
        offered = self._offered(decision)
        by_reason = offers.get(line) or dict.fromkeys(reasons.mapped("code"), offered)
        return {
            **self._line_head(line),
            "sold": line.product_uom_qty,
            "delivered": self._delivered(line)[line],
            "returnable": left,
            "until": fields.Date.to_string(decision.until) or False,
            "reasons": reasons.mapped("code"),
            "resolutions": offered,
            "resolutions_by_reason": by_reason,
        }

    def _line_head(self, line):
        return {
            "line_ref": line.id,
            "sku": line.product_id.default_code or line.product_id.barcode or False,
            "uom": line.product_uom_id.with_context(lang="en_US").name,
        }

    def _decide(self, channel, order, lines):
        """The engine's decisions on ``lines`` as of now."""
        version = self._version(order.company_id, channel)
        request = self._flow_request(channel, order, {}, lines)
        # sudo: a decision looks at all facts, whoever asks; nothing is written
        specs = self.env["returns.step.authorise"].sudo()._specs_of_request(request)
        for spec, line in zip(specs, lines, strict=True):
            spec["evidence"] = line.get("evidence")
            spec["resolution"] = line["resolution"]
        return version._decide(specs)

    def _version(self, company, channel):
        """The policy in force; sudo, since it decides for everybody."""
        version = self.env["returns.policy"].sudo()._for_return(company, channel)
        if not version:
            refuse(
                "RETURN_STATE",
                self.env._(
                    "No policy is published for channel %(code)s. Ask your "
                    "returns manager "
                    "to publish one.",
                    code=channel.code,
                ),
            )
        return version

    def _sold(self, lines):
        """{sale line: its governed row}, of those that have one; makes none."""
        # sudo: the lines were found within the user's bounds
        rows = (
            self.env["returns.sold.line"]
            .sudo()
            .search([("sale_line_id", "in", lines.ids)])
        )
        return {row.sale_line_id: row for row in rows}

    def _delivered(self, lines):
        sold = self._sold(lines)
        return {
            line: sold[line]._quantity_delivered()[sold[line]]
            if line in sold
            else line.qty_delivered
            for line in lines
        }

    def _left(self, lines):
        """{sale line: units that can still be claimed}; writes nothing."""
        sold = self._sold(lines)
        rows = self.env["returns.sold.line"].sudo().union(*sold.values())
        returnable = rows._quantity_returnable()
        return {
            line: returnable[sold[line]]
            if line in sold
            else max(0.0, line.qty_delivered)
            for line in lines
        }

    # --- api_preview, api_submit -----------------------------------------------------
    def _answer_preview(self, asked):
        return self.env["returns.api.preview"]._of(self._request(asked))

    def _plan_submit(self, asked):
        request = self._request(asked)
        self._check_unused(request)
        return {
            "request": request,
            "sale_lines": self._sale_lines(request),
            "orders": self.env["returns.order"],
        }

    def _do_submit(self, plan, asked):
        step = self.env["returns.step.request"]
        return step._run(self.env["returns.order"], {"requests": [plan["request"]]})

    def _request(self, asked):
        """The request as the step takes it, with all that can be mended checked."""
        lookup = self.env["returns.api.lookup"]
        channel = lookup._channel(asked["channel"])
        email = asked.get("customer_email")
        order = lookup._sale_order(asked["order_ref"], email)
        orders = {asked["order_ref"]: order}
        for line in asked["lines"]:
            ref = line.get("order_ref", asked["order_ref"])
            if ref not in orders:
                orders[ref] = lookup._sale_order(ref, email)
                self._check_same_customer(order, orders[ref])
        lines = [
            self._line(line, orders[line.get("order_ref", asked["order_ref"])], asked)
            for line in asked["lines"]
        ]
        request = self._flow_request(channel, order, asked, lines)
        self._check_left(request)
        self._check_mendable(request)
        return request

    def _flow_request(self, channel, order, asked, lines):
        lookup = self.env["returns.api.lookup"]
        return {
            "company": order.company_id,
            "channel": channel.sudo(),
            "partner": order.partner_id,
            "currency": order.currency_id,
            "warehouse": order.warehouse_id,
            "source": "api",
            "external_ref": asked.get("external_ref"),
            "withdrawal": asked.get("withdrawal", False),
            "requested_at": lookup._asked_at(asked.get("requested_at"), channel),
            "parcels": asked.get("parcels") or [],
            "lines": lines,
        }

    def _check_same_customer(self, order, other):
        one = order.partner_id.commercial_partner_id
        if other.partner_id.commercial_partner_id != one:
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(order)s and %(other)s are of different customers. Make a "
                    "return for "
                    "each.",
                    order=order.name,
                    other=other.name,
                ),
            )

    def _line(self, named, order, asked):
        lookup = self.env["returns.api.lookup"]
        line = lookup._sale_line(order, named)
        if "reason" not in named and not asked.get("withdrawal"):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(product)s needs a reason; only a withdrawal goes without.",
                    product=line.product_id.display_name,
                ),
            )
        if "exchange_sku" in named and named["resolution"] != "exchange":
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(product)s: exchange_sku goes with the resolution exchange.",
                    product=line.product_id.display_name,
                ),
            )
        reason = self.env["returns.reason"]
        if "reason" in named:
            reason = lookup._by_code(reason._name, named["reason"], "REASON_UNKNOWN")
        return {
            "sale_line": line,
            "quantity": lookup._quantity(
                named, line.product_uom_id, line.product_id.display_name
            ),
            "reason": reason.sudo(),
            "resolution": named["resolution"],
            "sealed": {True: "yes", False: "no"}.get(named.get("sealed")),
            "comment": named.get("comment"),
            "evidence": named.get("evidence") or [],
        }

    def _sale_lines(self, request):
        return self.env["sale.order.line"].union(
            *(line["sale_line"] for line in request["lines"])
        )

    # --- what the caller can mend ----------------------------------------------------
    def _check_left(self, request):
        """Refuse early, and without a write, what the step would refuse under lock."""
        wanted = {}
        for line in request["lines"]:
            key = line["sale_line"]
            wanted[key] = wanted.get(key, 0.0) + line["quantity"]
        left = self._left(self._sale_lines(request))
        for line, quantity in wanted.items():
            if line.product_uom_id.compare(quantity, left[line]) > 0:
                refuse(
                    "QUANTITY_EXCEEDS_RETURNABLE",
                    self.env._(
                        "%(order)s, %(product)s: %(asked)g asked for, %(left)g "
                        "%(uom)s can "
                        "still be returned. Ask for at most that.",
                        order=line.order_id.name,
                        product=line.product_id.display_name,
                        asked=quantity,
                        left=left[line],
                        uom=line.product_uom_id.name,
                    ),
                )

    def _check_mendable(self, request):
        """Refuse missing evidence and resolutions that are not offered."""
        # The step's own words, before anything is written.
        # sudo: as for the step itself, which checked the right
        step = self.env["returns.step.request"].sudo()
        step._check_request_ways(request)
        none = self.env["returns.order"].sudo()
        step._check_currency(none, {"requests": [request]})
        step._check_mendable(none, {"requests": [request]})

    def _check_unused(self, request):
        """Refuse a reference under which somebody else's call made a return."""
        # sudo: also a return that this user cannot see has used the reference
        used = (
            self.env["returns.order"]
            .sudo()
            .search(
                [
                    ("company_id", "=", request["company"].id),
                    ("channel_id", "=", request["channel"].id),
                    ("external_ref", "=", request["external_ref"]),
                ],
                limit=1,
            )
        )
        if used:
            refuse(
                "REFERENCE_CONFLICT",
                self.env._(
                    "external_ref %(reference)s was used before for another "
                    "return. Use a "
                    "new reference.",
                    reference=request["external_ref"],
                ),
            )

    # --- api_match: a return for a parcel that came without one ----------------------
    def _request_for_parcel(self, order, contents):
        """A request for what a parcel of ``order`` holds, as far as it was sold.

        :param list contents: (product, lot, quantity in its unit) each
        """
        lookup = self.env["returns.api.lookup"]
        wanted = {}
        for product, _lot, quantity in contents:
            wanted[product] = wanted.get(product, 0.0) + quantity
        goods = lookup._goods(order)
        left = self._left(goods)
        lines = []
        for line in goods:
            unit = line.product_id.uom_id
            open_quantity = wanted.get(line.product_id, 0.0)
            room = line.product_uom_id._compute_quantity(left[line], unit, round=False)
            take = min(open_quantity, room)
            if unit.compare(take, 0.0) > 0:
                wanted[line.product_id] = open_quantity - take
                lines.append(
                    {
                        "sale_line": line,
                        "resolution": "refund",
                        "reason": self.env["returns.reason"].sudo(),
                        "quantity": line.product_uom_id.round(
                            unit._compute_quantity(
                                take, line.product_uom_id, round=False
                            )
                        ),
                    }
                )
        if not lines:
            refuse(
                "LINE_UNKNOWN",
                self.env._(
                    "Nothing of what came can still be returned on %(order)s.",
                    order=order.name,
                ),
            )
        request = self._flow_request(self._channel_of(order), order, {}, lines)
        return {**request, "source": "receipt", "external_ref": False}

    def _channel_of(self, order):
        """The order's channel, the user's only one, or the company's first."""
        bound = self.env.user.returns_channel_ids
        return (
            order.returns_channel_id
            or (bound if len(bound) == 1 else self.env["returns.channel"])
            or self.env["returns.channel"].search([], limit=1)
        )
