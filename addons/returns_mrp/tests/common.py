"""A shop that sells kits."""

from odoo import Command
from odoo.exceptions import UserError

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

    def _rule(self, **values):
        """Publish a policy of a channel of its own; ``web`` is that channel then.

        By inspection; grade A restocks, the others wait in quarantine.
        """
        self.web = self.env["returns.channel"].create({"code": "kits", "name": "Kits"})
        policy = self.env["returns.policy"].create(
            {
                "code": "kits",
                "name": "Kits",
                "channel_ids": [Command.set(self.web.ids)],
            }
        )
        places = {"A": "restock", "C": "quarantine", "D": "quarantine"}
        rows = [
            {
                "condition_id": getattr(self, f"grade_{code.lower()}").id,
                "disposition_id": self.env.ref(
                    f"returns_governance.disposition_{place}"
                ).id,
            }
            for code, place in places.items()
        ]
        rule = {
            "code": "all",
            "offer_refund": True,
            "offer_exchange": True,
            "offer_replacement": True,
            "release": "inspection",
            "disposition_ids": [Command.create(row) for row in rows],
            **values,
        }
        version = self.env["returns.policy.version"].create(
            {"policy_id": policy.id, "rule_ids": [Command.create(rule)]}
        )
        version.action_publish()

    def assertRefused(self, code, attempt):
        """``attempt`` is refused with ``code``, and leaves nothing."""
        with self.assertRaisesRegex(UserError, rf"\[{code}\]") as caught:
            with self.env.cr.savepoint():
                attempt()
        self.env.invalidate_all()
        return str(caught.exception)

    def _all_a(self, back):
        """Grade all that came A."""
        counts = {}
        for row in back.receipt_ids:
            if left := row._quantity_to_inspect():
                key = (row.product_id, self.grade_a)
                counts[key] = counts.get(key, 0.0) + left
        self._grade(back, counts)

    def _open(self, back):
        """Codes of the exceptions that wait for a person."""
        waiting = back.exception_ids.filtered(lambda row: row.state == "open")
        return sorted(waiting.mapped("code"))

    def _credits(self, back):
        """What the documents of the return credit, in their order."""
        return back.settlement_ids.move_id.sorted("id").mapped("amount_total")

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
