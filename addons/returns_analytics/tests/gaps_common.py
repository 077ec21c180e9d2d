from odoo import Command

from .common import AnalyticsCommon


class GapsCommon(AnalyticsCommon):
    """Many returns at once, and what can go wrong with them."""

    def _clean(self):
        """Returns of all ends, none with a gap; those that are inspected are paid."""
        backs = self._ask_many(22)
        paid, way, here, part, gone = (
            backs[:16],
            backs[16:18],
            backs[18:20],
            backs[20:21],
            backs[21:],
        )
        self._receive_all(paid | here)
        self._receive(part, {part.line_ids[0]: 1.0})
        self._inspect_all(paid)
        self._step("cancel")._run(
            gone.with_user(self.users["agent"]), {gone.id: {"reason": "Kept"}}
        )
        bare = self._create_return(
            self._sell([(self.shirt, 1.0)], until="delivered"), until="inspected"
        )
        return paid, way, here, part | gone | bare

    def _ask_many(self, count):
        """Returns of as many orders, which were invoiced and not paid."""
        lines = [
            Command.create({"product_id": product.id, "product_uom_qty": quantity})
            for product, quantity in ((self.shirt, 2.0), (self.belt, 1.0))
        ]
        values = {
            "partner_id": self.partner.id,
            "returns_channel_id": self.web.id,
            "order_line": lines,
        }
        orders = self.env["sale.order"].create([values] * count)
        orders.action_confirm()
        orders.picking_ids.move_ids.picked = True
        orders.picking_ids._action_done()
        orders._create_invoices(grouped=True).action_post()
        return self._submit(*map(self._request, orders))

    def _receive_all(self, backs):
        self._step("receive", "inspector")._run(
            backs.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": line,
                        "product": line.product_id,
                        "quantity": line.quantity,
                        "lot_name": False,
                        "warehouse": back.warehouse_id,
                    }
                    for line in back.line_ids
                ]
                for back in backs
            },
        )

    def _inspect_all(self, backs):
        self._step("inspect", "inspector")._run(
            backs.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": line,
                        "product": line.product_id,
                        "quantity": line.quantity,
                        "lot_name": False,
                        "condition": self.grade_a,
                    }
                    for line in back.line_ids
                ]
                for back in backs
            },
        )

    def _sql(self, statement, *values):
        self.env.flush_all()
        self.env.cr.execute(statement, values)
        self.env.invalidate_all()

    # --- what goes wrong, behind the back of the flow ---------------------------
    def _lose_receipts(self, backs):
        """Half of what was refunded turns out never to have come: a row goes missing,
        and with it the finding and routing that hung on it."""
        for back in backs:
            row = back.receipt_ids[0].id
            self._sql(
                "DELETE FROM returns_routing USING returns_inspection i"
                " WHERE i.id = inspection_id AND i.receipt_id = %s",
                row,
            )
            self._sql("DELETE FROM returns_inspection WHERE receipt_id = %s", row)
            self._sql("DELETE FROM returns_receipt WHERE id = %s", row)
            self._forget_release(back)
        return backs

    def _forget_release(self, back):
        """The release was of the receipt, and is no more."""
        self._sql(
            "UPDATE returns_order_line SET quantity_released = 0 WHERE order_id = %s",
            back.id,
        )

    def _lose_refunds(self, backs):
        """The refund of one line is lost, and nobody looks for days."""
        for back in backs:
            line = back.line_ids[0]
            self._sql("DELETE FROM returns_settlement_line WHERE line_id = %s", line.id)
            self._move_back("returns_routing", "occurred_at", line.routing_ids, 5)
        return backs

    def _let_wait(self, backs):
        for back in backs:
            keep = back.receipt_ids[0]
            self._move_back("returns_receipt", "occurred_at", keep, 20)
        return backs

    def _book_twice(self, backs):
        for back in backs:
            self._sql(
                "UPDATE returns_routing SET quantity = quantity + 1 WHERE id = %s",
                back.routing_ids[0].id,
            )
        return backs

    def _send_strangers(self, backs):
        for back in backs:
            back.env["returns.receipt"]._machine_create(
                [
                    {
                        "order_id": back.id,
                        "company_id": back.company_id.id,
                        "product_id": self.shirt.id,
                        "kind": "wrong_item",
                        "quantity": 1.0,
                        "warehouse_id": back.warehouse_id.id,
                    }
                ]
            )
        return backs

    def _receive_more(self, backs):
        """More came than was let in, and the surplus was not dealt with."""
        for back in backs:
            self._sql(
                "UPDATE returns_order SET case_state = 'authorised' WHERE id = %s",
                back.id,
            )
            self._sql(
                "UPDATE returns_receipt SET quantity = quantity + 1 WHERE id = %s",
                back.receipt_ids[0].id,
            )
        return backs

    def _let_not_come(self, backs):
        for back in backs:
            for column in ("authorised_at", "requested_at"):
                self._move_back("returns_order", column, back, 60)
            self._sql(
                "UPDATE returns_order_line SET quantity_cancelled = quantity_authorised"
                " WHERE order_id = %s AND id <> %s",
                back.id,
                back.line_ids[0].id,
            )
        return backs

    def _pay_otherwise(self, backs):
        for back in backs:
            self._sql(
                "UPDATE returns_settlement_line SET amount = amount + 2 WHERE id = %s",
                back.settlement_ids.line_ids[0].id,
            )
        return backs

    def _change_books(self, backs):
        for back in backs:
            self._sql(
                "UPDATE account_move SET amount_total = amount_total - 2 WHERE id = %s",
                back.settlement_ids.move_id.id,
            )
        return backs
