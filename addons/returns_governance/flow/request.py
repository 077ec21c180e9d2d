from odoo import fields, models

from ..guard import refuse


class ReturnsStepRequest(models.AbstractModel):
    """Step 1: somebody asks to send sold lines back.

    ``data["requests"]``: list of dicts with records ``company``, ``channel``,
    ``partner``, ``currency``, ``warehouse``; ``external_ref``, ``withdrawal``,
    ``requested_at``, ``source``; ``parcels`` (dicts ``tracking_ref``, ``carrier``,
    ``label_url``) and ``lines`` (dicts ``sale_line``, ``quantity`` in the order line's
    unit, ``reason``, ``resolution``, ``comment``, ``evidence`` as (name, bytes)).
    Without it, the drafts in ``orders`` are submitted.
    """

    _name = "returns.step.request"
    _inherit = ["returns.step"]
    _description = "Step: request"
    _groups = (
        "returns_governance.group_agent",
        "returns_governance.group_integration",
    )

    def _check(self, orders, data):
        """Refuse drafts without lines and more than can still be returned."""
        self._check_case(orders, {"draft"})
        self._check_time(orders)
        for order in orders:
            if not order.line_ids:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "This return has no line. Add what the customer sends back."
                    ),
                )
        wanted = {}
        for sale_line, quantity in self._asked(orders, data):
            wanted[sale_line] = wanted.get(sale_line, 0.0) + quantity
        self._check_returnable(wanted)
        self._check_currency(orders, data)
        self._check_mendable(orders, data)

    def _check_time(self, orders):
        """A request is never of the future, and of the past by trusted channels."""
        now = fields.Datetime.now()
        for order in orders.filtered("requested_at"):
            past = order.requested_at < now
            if order.requested_at > now or (past and not order.channel_id.trusted_time):
                refuse(
                    "TIME_INVALID",
                    self.env._(
                        "A return of channel %(channel)s is asked for now. Leave the "
                        "time of the request empty.",
                        channel=order.channel_id.name,
                    ),
                )

    def _asked(self, orders, data):
        """Pairs of sold line and quantity, of drafts and of requests alike."""
        for line in orders.line_ids:
            yield line.sale_line_id, line.quantity
        for request in data.get("requests", ()):
            for line in request["lines"]:
                yield line["sale_line"], line["quantity"]

    def _check_returnable(self, wanted):
        """Hold {sale line: quantity} against what is left, under the lock."""
        sale_lines = self.env["sale.order.line"].union(*wanted)
        sold_lines = self.env["returns.sold.line"]._for_sale_lines(sale_lines)._lock()
        returnable = sold_lines._quantity_returnable()
        for sold in sold_lines:
            quantity = wanted[sold.sale_line_id]
            if sold.uom_id.compare(quantity, 0.0) <= 0:
                refuse(
                    "QUANTITY_INVALID",
                    self.env._(
                        "%(product)s: the quantity must be above zero.",
                        product=sold.product_id.display_name,
                    ),
                )
            if sold.uom_id.compare(quantity, returnable[sold]) > 0:
                refuse(
                    "QUANTITY_EXCEEDS_RETURNABLE",
                    self.env._(
                        "%(order)s, %(product)s: %(asked)g %(uom)s asked for, "
                        "%(left)g can "
                        "still be returned. Ask for at most that.",
                        order=sold.sale_order_id.name,
                        product=sold.product_id.display_name,
                        asked=quantity,
                        left=returnable[sold],
                        uom=sold.uom_id.name,
                    ),
                )

    def _check_currency(self, orders, data):
        """One return has one currency and one company: its money is one sum."""
        groups = [order.line_ids.sale_order_id for order in orders] + [
            self.env["sale.order"].union(
                *(line["sale_line"].order_id for line in request["lines"])
            )
            for request in data.get("requests", ())
        ]
        for sales in groups:
            if len(sales.currency_id) > 1 or len(sales.company_id) > 1:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(orders)s differ in currency or company and cannot share one "
                        "return. Make a return for each.",
                        orders=", ".join(sales.mapped("name")),
                    ),
                )
        for order in orders:
            if order.line_ids.sale_order_id.company_id != order.company_id:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(sales)s is of another company than this return. Make the "
                        "return in that company.",
                        sales=", ".join(order.line_ids.sale_order_id.mapped("name")),
                    ),
                )

    def _check_mendable(self, orders, data):
        """Refuse what the caller can mend; what policy refuses is kept and decided."""
        Policy = self.env["returns.policy"]
        authorise = self.env["returns.step.authorise"]
        # What the API has asked before the lock is not asked again: none of it hangs
        # on what others claim.
        requests = [r for r in data.get("requests", ()) if not r.get("version")]
        asked = [
            (order.company_id, order.channel_id, authorise._specs(order.line_ids), {})
            for order in orders
        ] + [
            (
                request["company"],
                request["channel"],
                authorise._specs_of_request(request),
                request,
            )
            for request in requests
        ]
        for company, channel, specs, request in asked:
            version = Policy._for_return(company, channel)
            if not version:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "No published policy covers channel %(channel)s of "
                        "%(company)s. "
                        "Publish one for it.",
                        channel=channel.name,
                        company=company.name,
                    ),
                )
            decisions = version._decide(specs)
            for spec, decision in zip(specs, decisions, strict=True):
                if decision.mendable:
                    self._refuse_mendable(spec, decision)
            request["version"] = version

    def _refuse_mendable(self, spec, decision):
        """Say what is missing and what is offered."""
        name = spec["sale_line"].product_id.display_name
        code = decision.mendable[0]
        if code == "RESOLUTION_NOT_ALLOWED":
            refuse(
                code,
                self.env._(
                    "%(product)s: %(asked)s is not offered here. Offered: %(offered)s.",
                    product=name,
                    asked=spec["resolution"],
                    offered=", ".join(decision.outcomes["resolutions"]),
                ),
            )
        refuse(
            code,
            self.env._(
                "%(product)s: the reason %(reason)s needs evidence (%(wanted)s). "
                "Add files "
                "that are whole and not too large.",
                product=name,
                reason=spec["reason"].name or "",
                wanted=self.env["returns.terms"]._evidence_words(
                    decision.outcomes["evidence"]
                ),
            ),
        )

    def _apply(self, orders, data):
        orders |= self._create_orders(data.get("requests", ()))
        now = fields.Datetime.now()
        numbers = self.env["ir.sequence"]
        Policy = self.env["returns.policy"]
        versions = {
            (request["company"], request["channel"]): request["version"]
            for request in data.get("requests", ())
            if request.get("version")
        }
        for order in orders:
            key = (order.company_id, order.channel_id)
            if key not in versions:
                versions[key] = Policy._for_return(*key)
            order._machine_write(
                {
                    "name": numbers.with_company(order.company_id).next_by_code(
                        "returns.order"
                    ),
                    "policy_version_id": versions[key].id,
                    # The money of a return is the money of its orders.
                    "currency_id": order.line_ids.sale_order_id.currency_id.id,
                    "requested_at": order.requested_at or now,
                }
            )
        self._move_case(orders, "requested")
        # The running totals are written by the decision, which follows at once.
        self._log(
            [
                {"order": order, "what": "requested", "data": self._event_data(order)}
                for order in orders
            ]
        )
        return orders

    def _event_data(self, order):
        return {
            "channel": order.channel_id.code,
            "external_ref": order.external_ref or False,
            "policy": [
                order.policy_version_id.policy_id.code or False,
                order.policy_version_id.number,
            ],
            "lines": [
                {
                    "line": line.id,
                    "sale_line": line.sale_line_id.id,
                    "quantity": line.quantity,
                    "reason": line.reason_id.code or False,
                    "resolution": line.resolution,
                }
                for line in order.line_ids
            ],
        }

    def _create_orders(self, requests):
        """Make the drafts of ``requests``, with lines, evidence and parcels."""
        if not requests:
            return self.env["returns.order"]
        sale_lines = self.env["sale.order.line"].union(
            *(line["sale_line"] for request in requests for line in request["lines"])
        )
        sold = {
            row.sale_line_id: row
            for row in self.env["returns.sold.line"]._for_sale_lines(sale_lines)
        }
        orders = self.env["returns.order"]._machine_create(
            [self._order_vals(request, sold) for request in requests]
        )
        # create() answers in the order of the values, so pairs fit.
        for order, request in zip(orders, requests, strict=True):
            self._attach_evidence(order, request["lines"])
        self.env["returns.step.label"]._attach(
            orders,
            {
                order.id: request.get("parcels") or []
                for order, request in zip(orders, requests, strict=True)
            },
        )
        return orders

    def _order_vals(self, request, sold):
        return {
            "company_id": request["company"].id,
            "channel_id": request["channel"].id,
            "partner_id": request["partner"].id,
            "currency_id": request["currency"].id,
            "warehouse_id": request["warehouse"].id,
            "external_ref": request.get("external_ref") or False,
            "withdrawal": request.get("withdrawal", False),
            "requested_at": request.get("requested_at") or False,
            "source": request.get("source", "user"),
            "user_id": self.env.uid,
            "line_ids": [
                fields.Command.create(
                    {
                        "sequence": number,
                        "sold_line_id": sold[line["sale_line"]].id,
                        "quantity": line["quantity"],
                        "reason_id": line["reason"].id if line.get("reason") else False,
                        "resolution": line.get("resolution") or "refund",
                        "sealed": line.get("sealed") or False,
                        "comment": line.get("comment") or False,
                    }
                )
                for number, line in enumerate(request["lines"], 1)
            ],
        }

    def _attach_evidence(self, order, asked):
        """Keep the files that prove the reason, at the line that they belong to."""
        pairs = [
            (line, name, content)
            for line, spec in zip(order.line_ids.sorted("sequence"), asked, strict=True)
            for name, content in spec.get("evidence") or ()
        ]
        if not pairs:
            return
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": line._name,
                    "res_id": line.id,
                }
                for line, name, content in pairs
            ]
        )
        for (line, _name, _content), file in zip(pairs, files, strict=True):
            line.evidence_ids = [fields.Command.link(file.id)]

    def _preview(self, orders, data):
        """What each request would get: decision and refund per line; writes nothing.

        :return: list, one per request, of dicts ``version``, ``lines`` (dicts
            ``spec``, ``decision`` (engine Decision), ``money``), ``delivery``
        """
        Policy = self.env["returns.policy"]
        answers = []
        for request in data["requests"]:
            version = Policy._for_return(request["company"], request["channel"])
            decisions = version._decide(
                self.env["returns.step.authorise"]._specs_of_request(request)
            )
            settle = self.env["returns.step.settle"]
            money = settle._preview_amounts(
                request["lines"], decisions, len(request.get("parcels") or ())
            )
            answers.append(
                {
                    "version": version,
                    "delivery": settle._preview_delivery(request, decisions),
                    "lines": [
                        {"spec": spec, "decision": decision, "money": amounts}
                        for spec, decision, amounts in zip(
                            request["lines"], decisions, money, strict=True
                        )
                    ],
                }
            )
        return answers
