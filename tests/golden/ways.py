"""The two ways of a return: Odoo's own buttons, and our addons."""

from dataclasses import dataclass

from odoo.fields import Command


@dataclass
class Back:
    """A return on its way: of which order line, how much, and its record."""

    line: object
    quantity: float
    record: object = None


class BareWay:
    """What people do without our addons: return transfers and credit notes by hand."""

    name = "bare"

    def __init__(self, shop):
        self.shop = shop
        self.env = shop.env

    def announce(self, line, quantity):
        """The customer will send units back (in the unit of the order line)."""
        self.shop.clock.tick()
        deliveries = line.move_ids.filtered(
            lambda move: (
                move.state == "done" and move.location_dest_id.usage == "customer"
            )
        )
        return Back(line, quantity, self._return_of(deliveries[:1], line, quantity))

    def _return_of(self, move, line, quantity):
        if not move:
            return self.env["stock.picking"]
        wizard = self.shop.return_wizard(move.picking_id)
        row = wizard.product_return_moves.filtered(lambda r: r.move_id == move)
        row.quantity = line.product_uom_id._compute_quantity(quantity, row.uom_id)
        return wizard._create_return()

    def choose_delivery(self, line, number, quantity):
        """As ``announce``, of the delivery of that number."""
        self.shop.clock.tick()
        moves = line.move_ids.filtered(lambda move: move.state == "done").sorted("id")
        return Back(line, quantity, self._return_of(moves[number - 1], line, quantity))

    def arrive(self, back, quantity=None, lot=None):
        """Units arrive (in the product's unit), all of them unless said."""
        self.shop.clock.tick()
        picking = back.record.filtered(lambda p: p.state not in ("done", "cancel"))
        product = back.line.product_id
        quantity = quantity or sum(picking.move_ids.mapped("product_qty"))
        self.shop._transfer(picking, {product: [(quantity, lot)]})
        back.record |= picking.backorder_ids

    def credit(self, back, from_order=False):
        """The credit note, from the order's button or from the invoice's."""
        self.shop.clock.tick()
        if from_order:
            credit = back.line.order_id._create_invoices(final=True)
        else:
            credit = self._reverse(back)
        credit.action_post()
        return credit

    credit_early = credit

    def _reverse(self, back):
        invoice = back.line.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted"
        )[:1]
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id})
        )
        credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        item = credit.invoice_line_ids
        credit.invoice_line_ids = [Command.update(item.id, {"quantity": back.quantity})]
        return credit

    def send_again(self, back):
        """What came back goes to the customer once more: the return of the return."""
        self.shop.clock.tick()
        wizard = self.shop.return_wizard(back.record)
        wizard.action_create_returns_all()
        again = back.record.return_ids
        product, quantity = back.line.product_id, again.move_ids.product_qty
        return self.shop._transfer(again, {product: [(quantity, None)]})

    def offered(self, line):
        """How many units can be announced; None where nothing sets a limit."""
        delivery = line.move_ids.filtered(
            lambda move: move.location_dest_id.usage == "customer"
        ).picking_id
        wizard = self.shop.return_wizard(delivery)
        made = wizard.action_create_returns_all()
        return sum(
            self.env["stock.picking"]
            .browse(made["res_id"])
            .move_ids.mapped("product_qty")
        )

    def takes(self, line, quantity):
        """Whether so many units can be announced."""
        return bool(self.announce(line, quantity).record)

    def cancel(self, back):
        """The customer keeps the goods."""
        self.shop.clock.tick()
        back.record.action_cancel()

    def case_of(self, back):
        """Where the return stands, in a word."""
        words = {"assigned": "ready", "cancel": "cancelled", "done": "done"}
        return words.get(back.record[:1].state, back.record[:1].state)

    def still_open(self, back):
        """Units that are still awaited."""
        waiting = back.record.filtered(lambda p: p.state not in ("done", "cancel"))
        return sum(waiting.move_ids.mapped("product_qty"))

    def quarantine(self):
        """A place for goods that are not for sale, inside the warehouse."""
        return self.env["stock.location"].create(
            {
                "name": "Not for sale",
                "location_id": self.shop.warehouse.view_location_id.id,
            }
        )

    def paid_out(self, back):
        """Money that went, or waits to go, back to the customer for a return."""
        payments = self.env["account.payment"].search(
            [
                ("partner_id", "=", self.shop.customer.id),
                ("payment_type", "=", "outbound"),
            ]
        )
        return sum(payments.mapped("amount"))


class GovernedWay:
    """The return's own way, by the calls that a shop system makes."""

    name = "governed"

    def __init__(self, shop):
        self.shop = shop
        self.env = shop.env
        self.orders = self.env["returns.order"].with_user(self._user())
        shop.company.returns_posting = "call"
        self.calls = 0

    def _user(self):
        groups = ["base.group_user"] + [
            f"returns_governance.group_{role}"
            for role in ("integration", "finance", "manager")
        ]
        return self.env["res.users"].create(
            {
                "name": "Robot",
                "login": "golden_robot",
                "group_ids": [
                    Command.set([self.env.ref(group).id for group in groups])
                ],
            }
        )

    def _reference(self):
        self.calls += 1
        return f"GOLDEN-{self.calls}"

    def _request(self, line, quantity):
        return {
            "channel": "web",
            "external_ref": self._reference(),
            "order_ref": line.order_id.name,
            "lines": [
                {
                    "line_ref": line.id,
                    "quantity": quantity,
                    "reason": "changed_mind",
                    "resolution": "refund",
                }
            ],
        }

    def announce(self, line, quantity):
        """As in the bare way: the step *request*, with the policy's decision."""
        self.shop.clock.tick()
        answer = self.orders.api_submit(self._request(line, quantity))
        name = answer["return"]["name"]
        record = self.env["returns.order"].search([("name", "=", name)])
        return Back(line, quantity, record)

    def choose_delivery(self, line, number, quantity):
        """Which delivery the units are of is found at receipt; see ``arrive``."""
        return self.announce(line, quantity)

    def arrive(self, back, quantity=None, lot=None):
        """The step *receive*."""
        self.shop.clock.tick()
        row = {
            "line_ref": back.line.id,
            "quantity": quantity
            or back.line.product_uom_id._compute_quantity(
                back.quantity, back.line.product_id.uom_id
            ),
        }
        if lot:
            row["lot"] = lot.name
        self.orders.api_receive(
            {
                "receipt_ref": self._reference(),
                "warehouse": self.shop.warehouse.code,
                "return": back.record.name,
                "lines": [row],
            }
        )

    def credit(self, back, from_order=False):
        """The step *inspect* opens the gate, and the credit note is made."""
        self.shop.clock.tick()
        known = back.record.settlement_ids
        self.orders.api_inspect(
            {
                "inspection_ref": self._reference(),
                "return": back.record.name,
                "results": [
                    {
                        "line_ref": back.line.id,
                        "quantity": self._to_inspect(back),
                        "condition": "A",
                    }
                ],
            }
        )
        return (back.record.settlement_ids - known).move_id

    def _to_inspect(self, back):
        line = back.record.line_ids
        return back.line.product_uom_id._compute_quantity(
            line.quantity_received - line.quantity_inspected,
            back.line.product_id.uom_id,
        )

    def credit_early(self, back, from_order=False):
        """Finance lets the money go before the goods are here."""
        self.shop.clock.tick()
        back.record.with_user(self.orders.env.user).action_release("Golden customer")
        return back.record.settlement_ids.move_id

    def send_again(self, back):
        """What came back and was found as new goes to the customer once more."""
        self.shop.clock.tick()
        receipt = back.record.receipt_ids.picking_id
        self.shop.return_wizard(receipt).action_create_returns_all()
        again = receipt.return_ids
        again.move_ids.location_id = self.shop.warehouse.lot_stock_id
        product, quantity = back.line.product_id, again.move_ids.product_qty
        return self.shop._transfer(again, {product: [(quantity, None)]})

    def offered(self, line):
        """As in the bare way."""
        answer = self.orders.api_returnable(
            {"channel": "web", "order_ref": line.order_id.name}
        )
        return answer["lines"][0]["returnable"]

    def takes(self, line, quantity):
        """As in the bare way."""
        answer = self.orders.api_batch(
            [{"method": "api_submit", "argument": self._request(line, quantity)}]
        )
        return answer[0]["ok"]

    def cancel(self, back):
        """As in the bare way."""
        self.shop.clock.tick()
        self.orders.api_cancel(
            {
                "cancel_ref": self._reference(),
                "return": back.record.name,
                "reason": "The customer keeps it",
                "lines": [{"line_ref": back.line.id, "quantity": back.quantity}],
            }
        )

    def case_of(self, back):
        """As in the bare way."""
        words = {"authorised": "ready", "to_approve": "waiting"}
        return words.get(back.record.case_state, back.record.case_state)

    def still_open(self, back):
        """As in the bare way."""
        return sum(back.record.line_ids._open_to_receive().values())

    def quarantine(self):
        """As in the bare way: the place of the state *quarantine*."""
        return self.shop.warehouse._get_state_location("quarantine")

    def paid_out(self, back):
        """As in the bare way, with what waits in the queue of payouts."""
        waiting = back.record.settlement_ids.filtered(
            lambda row: row.kind == "payout" and row.state != "cancelled"
        )
        return BareWay.paid_out(self, back) + sum(waiting.mapped("amount"))
