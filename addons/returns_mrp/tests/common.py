"""A shop that sells kits."""

from odoo import Command

from odoo.addons.returns_governance.tests.common import ReturnsCommon


class KitCommon(ReturnsCommon):
    """The stage of the returns, with kits of parts."""

    @classmethod
    def _make_kit(cls, name, price, parts, **values):
        """A kit; ``parts`` are (product, quantity[, values of the bill's line])."""
        kit = cls.env["product.product"].create(
            {
                "name": name,
                "default_code": name.upper().replace(" ", "-"),
                "list_price": price,
                "taxes_id": [Command.set(cls.tax.ids)],
                "invoice_policy": "delivery",
                **values,
            }
        )
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": quantity,
                            **(more[0] if more else {}),
                        }
                    )
                    for product, quantity, *more in parts
                ],
            }
        )
        return kit

    def _come(self, back, counts, **values):
        """Receive ``{product: units}`` of the only line of a return."""
        self._step("receive", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": product,
                        "quantity": units,
                        "lot_name": False,
                        "warehouse": back.warehouse_id,
                        "parcel": back.parcel_ids[:1],
                        **values,
                    }
                    for product, units in counts.items()
                ]
            },
        )

    def _grade(self, back, counts):
        """Find ``{(product, condition): units}`` of the only line of a return."""
        self._step("inspect", "inspector")._run(
            back.with_user(self.users["inspector"]),
            {
                back.id: [
                    {
                        "line": back.line_ids,
                        "product": product,
                        "quantity": units,
                        "lot_name": False,
                        "condition": condition,
                    }
                    for (product, condition), units in counts.items()
                ]
            },
        )
