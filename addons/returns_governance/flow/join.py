from odoo import models

from ..guard import refuse

# Returns that take more in; those that wait for an answer take goods as *not
# authorised*, which a person looks at.
TAKING = ("to_approve", "authorised")


class ReturnsStepJoin(models.AbstractModel):
    """Odoo's own buttons on a governed order: they join a return, or ask for one.

    What an open return waits for belongs to it. The rest is asked for by the request
    step, under the same policy as anybody else's; what that refuses is refused here,
    unless a manager lets it in and says why.
    """

    _name = "returns.step.join"
    _inherit = ["returns.step"]
    _description = "Step: join"
    _groups = (
        "returns_governance.group_agent",
        "returns_governance.group_warehouse_lead",
        "returns_governance.group_integration",
    )

    def _goods(self, wanted, reason, because=False):
        """Find or make the returns of goods that come back.

        :param dict wanted: {sale line: quantity in its unit}
        :param record reason: ``returns.reason``, for what has to be asked for
        :param str because: why a manager lets in what the policy refuses
        :return: {sale line: [(return line, quantity)]}, lines with elevated rights
        """
        self._check_right()
        lines = self._locked_lines(wanted)
        left = lines._open_to_receive()
        for line, quantity in self._on_their_way(lines).items():
            left[line] -= quantity
        return self._share(wanted, left, reason, because)

    def _money(self, wanted, reason, because=False):
        """Find or make the returns of what is to be credited; as ``_goods``."""
        # Finance may ask as well: the policy decides, and the goods have to come.
        if not self.env.user.has_group("returns_governance.group_finance"):
            self._check_right()
        lines = self._locked_lines(wanted)
        lines = lines.filtered(lambda line: line.resolution == "refund")
        left = {
            line: line.quantity
            - line.quantity_cancelled
            - sum(line.settlement_line_ids._standing().mapped("quantity"))
            for line in lines
        }
        rows = self.env["returns.sold.line"].sudo()  # as in _locked_lines
        rows = rows.search([("sale_line_id", "in", [line.id for line in wanted])])
        room = {
            row.sale_line_id: quantity
            for row, quantity in rows._quantity_returnable().items()
        }
        return self._share(wanted, left, reason, because, room)

    def _locked_lines(self, wanted):
        """Lines of open returns of what is wanted, the oldest first."""
        # sudo: who may join (checked) need not read returns of other channels
        sale_lines = self.env["sale.order.line"].union(*wanted).sudo()
        sold = self.env["returns.sold.line"].sudo()._for_sale_lines(sale_lines)
        lines = sold._lock().line_ids
        return lines.filtered(lambda line: line.case_state in TAKING).sorted("id")

    def _on_their_way(self, lines):
        """{line: units in transfers that are open, in the line's unit}."""
        moves = self.env["stock.move"].sudo()  # as above
        found = {}
        for move in moves.search(
            [
                ("returns_line_id", "in", lines.ids),
                ("returns_is_receipt", "=", True),
                ("state", "not in", ("done", "cancel")),
            ]
        ):
            line = move.returns_line_id
            quantity = move.product_uom._compute_quantity(
                move.product_uom_qty, line.uom_id, round=False
            )
            found[line] = found.get(line, 0.0) + quantity
        return found

    def _share(self, wanted, left, reason, because, room=None):
        """Give open lines what they wait for, and ask for the rest.

        :param dict room: {sale line: the most to ask for}; without it, all is asked
            for, and what is too much is refused
        """
        found, rest = {}, {}
        for sale_line, quantity in wanted.items():
            unit = sale_line.product_uom_id
            found[sale_line] = []
            for line in left:
                taken = min(quantity, left[line])
                if line.sale_line_id == sale_line and unit.compare(taken, 0.0) > 0:
                    found[sale_line].append((line, taken))
                    left[line] -= taken
                    quantity -= taken
            if room is not None:
                quantity = min(quantity, room[sale_line])
            if unit.compare(quantity, 0.0) > 0:
                rest[sale_line] = quantity
        if rest:
            orders = self._ask(rest, reason)
            self._let_in(orders, because)
            for line in orders.line_ids:
                own = next(known for known in rest if known == line.sale_line_id)
                found[own].append((line, line.quantity))
        return found

    def _ask(self, rest, reason):
        """One request per customer, channel and node."""
        if not reason:
            refuse(
                "REASON_UNKNOWN",
                self.env._(
                    "%(orders)s: say why it comes back. Choose a reason in the dialog.",
                    orders=", ".join(
                        dict.fromkeys(line.order_id.name for line in rest)
                    ),
                ),
            )
        groups = {}
        for sale_line, quantity in rest.items():
            order = sale_line.sudo().order_id  # as in _locked_lines
            key = (order.partner_id, self._channel(order), order.warehouse_id)
            groups.setdefault((*key, order.company_id, order.currency_id), []).append(
                {
                    "sale_line": sale_line.sudo(),
                    "quantity": quantity,
                    "reason": reason.sudo(),  # a code that all may see
                    "resolution": "refund",
                }
            )
        requests = [
            {
                "partner": partner,
                "channel": channel,
                "warehouse": warehouse,
                "company": company,
                "currency": currency,
                "lines": lines,
            }
            for (
                partner,
                channel,
                warehouse,
                company,
                currency,
            ), lines in groups.items()
        ]
        # sudo: the right to join was checked
        request = self.env["returns.step.request"].sudo()
        return request._run(request.env["returns.order"], {"requests": requests})

    def _channel(self, order):
        channels = self.env["returns.channel"].sudo()  # as in _locked_lines
        return order.returns_channel_id or channels.search([], limit=1)

    def _let_in(self, orders, because):
        """Refuse what the policy refused, or let it in as a manager."""
        refused = orders.line_ids.filtered(lambda line: not line.decision_id.eligible)
        if refused and because:
            override = self.env["returns.step.override"]
            override._run(
                refused.order_id.with_env(self.env),
                {order.id: because for order in refused.order_id},
            )
            return
        for line in refused:
            refuse(
                "RETURN_NOT_ELIGIBLE",
                self.env._(
                    "%(order)s, %(product)s: the policy refuses it. %(rule)s; "
                    "%(codes)s. A manager can let it in, and say why.",
                    order=line.sale_order_id.name,
                    product=line.product_id.display_name,
                    rule=line.decision_id.sentence,
                    codes=", ".join(line.decision_id.codes or ()),
                ),
            )
