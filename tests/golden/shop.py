"""The shop in which the golden cases happen: what a clerk does on any Odoo.

Nothing here knows our addons, so that the same shop stands on bare Odoo.
"""

from datetime import UTC, datetime, timedelta

import freezegun

from odoo import fields
from odoo.fields import Command
from odoo.tests import Form

STEP = timedelta(minutes=10)
TAX = 20.0


class Clock:
    """A clock that stands still, and goes on between two events.

    Core looks costs and values up by the second: what happens within one second is
    confused, and hides what it gets wrong at a clerk's pace.
    """

    def __init__(self):
        self._frozen = freezegun.api.freeze_time(
            datetime.now(UTC).replace(microsecond=0), ignore=["_pytest"]
        )
        self._now = self._frozen.start()

    def tick(self, step=STEP):
        """Some minutes pass, or days."""
        self._now.tick(step)

    def stop(self):
        """Back to the true time."""
        self._frozen.stop()


class Shop:
    """A warehouse, a customer and a supplier; each verb is an event of its own."""

    def __init__(self, env, clock):
        self.env = env
        self.clock = clock
        self.company = env.company
        self.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.customer = env["res.partner"].create(
            {"name": "Anna Schmidt", "email": "anna@example.com"}
        )
        self.supplier = env["res.partner"].create({"name": "Mill"})
        self.made = 0

    # --- goods --------------------------------------------------------------------
    def product(self, cost=0.0, method="average", **values):
        """A storable product whose cost of goods is booked with the invoice."""
        self.made += 1
        category = self.env["product.category"].create(
            {
                "name": f"Goods {self.made}",
                "property_cost_method": method,
                "property_valuation": "real_time",
            }
        )
        return self.env["product.product"].create(
            {
                "name": f"Thing {self.made}",
                "default_code": f"THING-{self.made}",
                "is_storable": True,
                "categ_id": category.id,
                "list_price": 100.0,
                "standard_price": cost,
                "taxes_id": [Command.clear()],
                "invoice_policy": "delivery",
                **values,
            }
        )

    def stock(self, product, quantity, place=None):
        """Counted into a place (Stock), at the product's cost."""
        self.clock.tick()
        quants = self.env["stock.quant"].with_context(inventory_mode=True)
        quants.create(
            {
                "product_id": product.id,
                "inventory_quantity": quantity,
                "location_id": (place or self.warehouse.lot_stock_id).id,
            }
        ).action_apply_inventory()

    def buy(self, product, quantity, price, lot=None):
        """Bought and received; into a new lot of that name."""
        self.clock.tick()
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        made = self.env["stock.lot"]
        if lot:
            made = made.create({"name": lot, "product_id": product.id})
        self._transfer(order.picking_ids, {product: [(quantity, made)]})
        return made

    def today(self):
        """The day on which it happens."""
        return fields.Date.context_today(self.company)

    def set_cost(self, product, cost):
        """Somebody writes another cost on the product."""
        self.clock.tick()
        product.standard_price = cost

    # --- selling ------------------------------------------------------------------
    def sell(self, product, quantity, **line):
        """A confirmed order of one line; its line."""
        self.clock.tick()
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": 100.0,
                            **line,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        return order.order_line

    def deliver(self, line, quantity=None, lots=()):
        """What is open of an order leaves, or a part with the rest in back order."""
        self.clock.tick()
        picking = line.order_id.picking_ids.filtered(
            lambda p: p.picking_type_code == "outgoing" and p.state != "done"
        )
        parts = list(lots) or [
            (quantity or sum(picking.move_ids.mapped("product_qty")), None)
        ]
        return self._transfer(picking, {line.product_id: parts})

    def invoice(self, line):
        """The button *Create Invoice* of the order, and *Confirm*."""
        self.clock.tick()
        invoice = line.order_id._create_invoices(final=True)
        invoice.action_post()
        return invoice

    def pay(self, invoice):
        """The customer pays."""
        self.clock.tick()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return register.create({})._create_payments()

    def ship(self, line):
        """Delivered, invoiced and paid; the invoice."""
        self.deliver(line)
        invoice = self.invoice(line)
        self.pay(invoice)
        return invoice

    def _transfer(self, picking, parts):
        """Validate a transfer with {product: [(quantity, lot)]}."""
        for move in picking.move_ids:
            move.move_line_ids.unlink()
            move.move_line_ids = [
                Command.create(
                    {
                        "product_id": move.product_id.id,
                        "product_uom_id": move.product_id.uom_id.id,
                        "quantity": quantity,
                        "lot_id": lot.id if lot else False,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                        "picking_id": picking.id,
                        "picked": True,
                    }
                )
                for quantity, lot in parts[move.product_id]
            ]
        picking.with_context(skip_backorder=True).button_validate()
        return picking.move_ids

    def return_wizard(self, picking):
        """Odoo's own button *Return* of a transfer."""
        form = Form(
            self.env["stock.return.picking"].with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
        )
        return form.save()

    # --- what the books say -------------------------------------------------------
    def cost_of_goods(self, document):
        """What a document books as cost of goods sold; negative where it relieves."""
        return sum(
            item.balance
            for item in document.line_ids
            if item.display_type == "cogs"
            and item.account_id.account_type.startswith("expense")
        )

    def came_back(self, moves):
        """The moves that brought back what left with ``moves``."""
        return self.env["stock.move"].search(
            [("origin_returned_move_id", "in", moves.ids), ("state", "=", "done")]
        )
