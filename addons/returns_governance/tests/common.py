"""The stage of every test: a shop that sells, delivers, invoices and takes back."""

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

ROLES = (
    "agent",
    "inspector",
    "warehouse_lead",
    "finance",
    "planner",
    "manager",
    "auditor",
    "integration",
)


class ReturnsCommon(TransactionCase):
    """Users by role (``cls.users``), products, a customer, and the way of a return.

    ``_sell`` makes an order as far as asked; ``_create_return`` takes a return as far
    as ``until`` says: draft, requested (and decided), received, inspected.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True)
        )
        cls.company = cls.env.company
        cls.company.returns_posting = "call"
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.web = cls.env.ref("returns_governance.channel_web")
        cls.partner = cls.env["res.partner"].create(
            {
                "name": "Anna Schmidt",
                "email": "anna@example.com",
                "country_id": cls.env.ref("base.de").id,
                "tz": "Europe/Berlin",
            }
        )
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "Test 20%",
                "amount": 20.0,
                "amount_type": "percent",
                "type_tax_use": "sale",
            }
        )
        cls.shirt = cls._make_product("Shirt", 50.0, 20.0)
        cls.belt = cls._make_product("Belt", 29.99, 10.0)
        cls.users = {
            role: new_test_user(
                cls.env,
                login=f"test_{role}",
                password=f"test_{role}",
                groups=f"base.group_user,returns_governance.group_{role}",
            )
            for role in ROLES
        }
        for code in ("A", "B", "C", "D", "X"):
            condition = cls.env["returns.condition"].search([("code", "=", code)])
            setattr(cls, f"grade_{code.lower()}", condition)

    @classmethod
    def _make_product(cls, name, price, cost, **values):
        """A storable product with a hundred units in Stock."""
        product = cls.env["product.product"].create(
            {
                "name": name,
                "default_code": name.upper().replace(" ", "-"),
                "is_storable": True,
                "list_price": price,
                "standard_price": cost,
                "taxes_id": [Command.set(cls.tax.ids)],
                "invoice_policy": "delivery",
                **values,
            }
        )
        if product.tracking == "none":
            cls._stock(product, 100.0)
        return product

    @classmethod
    def _stock(cls, product, quantity, lot=None):
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "inventory_quantity": quantity,
                "location_id": cls.warehouse.lot_stock_id.id,
                "lot_id": lot.id if lot else False,
            }
        ).action_apply_inventory()

    def _sell(self, lines=None, until="paid", partner=None, **values):
        """A sale order as far as ``until``: confirmed, delivered, invoiced or paid.

        :param lines: (product, quantity[, line values]) each
        """
        lines = lines or [(self.shirt, 3.0)]
        order = self.env["sale.order"].create(
            {
                "partner_id": (partner or self.partner).id,
                "returns_channel_id": self.web.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            **(more[0] if more else {}),
                        }
                    )
                    for product, quantity, *more in lines
                ],
                **values,
            }
        )
        order.action_confirm()
        if until != "confirmed":
            self._deliver(order)
        if until in ("invoiced", "paid"):
            self._invoice(order)
        if until == "paid":
            self._pay(order.invoice_ids)
        return order

    def _deliver(self, order):
        for picking in order.picking_ids:
            picking.action_assign()
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
                move.picked = True
            picking._action_done()

    def _invoice(self, order):
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def _pay(self, invoices):
        for invoice in invoices:
            self.env["account.payment.register"].with_context(
                active_model="account.move",
                active_ids=invoice.ids,
            ).create({})._create_payments()

    def _request(self, order, lines=None, **values):
        """One request as returns.step.request takes it.

        :param lines: (sale line, quantity[, values]) each; all of the order without
        """
        reason = self.env.ref("returns_governance.reason_changed_mind")
        lines = lines or [(line, line.product_uom_qty) for line in order.order_line]
        return {
            "company": order.company_id,
            "channel": self.web,
            "partner": order.partner_id,
            "currency": order.currency_id,
            "warehouse": order.warehouse_id,
            "lines": [
                {
                    "sale_line": line,
                    "quantity": quantity,
                    "reason": reason,
                    "resolution": "refund",
                    **(more[0] if more else {}),
                }
                for line, quantity, *more in lines
            ],
            **values,
        }

    def _step(self, verb, user="agent"):
        """The step ``verb`` as the user of a role."""
        return self.env[f"returns.step.{verb}"].with_user(self.users[user])

    def _submit(self, *requests, user="agent"):
        step = self._step("request", user)
        return step._run(
            step.env["returns.order"], {"requests": list(requests)}
        ).with_env(self.env)

    def _create_return(
        self, order=None, lines=None, until="requested", grade=None, **values
    ):
        """A return as far as ``until``: requested, received or inspected."""
        order = order or self._sell()
        back = self._submit(self._request(order, lines, **values))
        if until in ("received", "inspected"):
            self._receive(back)
        if until == "inspected":
            self._inspect(back, grade)
        return back

    def _receive(self, back, quantities=None, **values):
        """Receive all that is open, or ``{line: quantity}``."""
        quantities = quantities or back.line_ids._open_to_receive()
        self._step("receive", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": line,
                        "product": line.product_id,
                        "quantity": quantity,
                        "lot_name": False,
                        "warehouse": back.warehouse_id,
                        "parcel": back.parcel_ids[:1],
                        **values,
                    }
                    for line, quantity in quantities.items()
                ]
            },
        )

    def _inspect(self, back, grade=None, quantities=None, **values):
        """Find all that was received, or ``{line: quantity}``, in ``grade`` (A)."""
        quantities = quantities or {
            line: line.quantity_received - line.quantity_inspected
            for line in back.line_ids
        }
        self._step("inspect", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": line,
                        "product": line.product_id,
                        "quantity": quantity,
                        "lot_name": False,
                        "condition": grade or self.grade_a,
                        **values,
                    }
                    for line, quantity in quantities.items()
                    if quantity
                ]
            },
        )

    def _discount(self, order, share):
        """Odoo's dialog gives a discount on the whole order, a line of its own."""
        self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "so_discount",
                "discount_percentage": share,
            }
        ).action_apply_discount()

    def _close_by_entry(self, credit):
        """A person closes a credit note by an entry, without any money; the entry."""
        item = credit.line_ids.filtered(
            lambda known: known.account_type == "asset_receivable"
        )
        sums = (
            (item.account_id, credit.amount_residual),
            (credit.invoice_line_ids.account_id[:1], -credit.amount_residual),
        )
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": credit.partner_id.id,
                            "balance": balance,
                        }
                    )
                    for account, balance in sums
                ],
            }
        )
        entry.action_post()
        other = entry.line_ids.filtered(lambda known: known.balance > 0)
        (item | other).reconcile()
        return entry
