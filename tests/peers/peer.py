"""What the peers' scenarios share."""

from odoo.exceptions import UserError

from odoo.addons.returns_governance.tests.common import ReturnsCommon


class PeerCase(ReturnsCommon):
    """The stage of the addon's own tests, with what a scenario asks of it."""

    def assertRefused(self, code, attempt):
        """``attempt`` is refused with ``code``, and leaves nothing."""
        with self.assertRaisesRegex(UserError, rf"\[{code}\]"):
            with self.env.cr.savepoint():
                attempt()
        self.env.invalidate_all()

    def _credit(self, back):
        """The credit notes of returns."""
        return back.settlement_ids.move_id

    def _invoice_of(self, order):
        return order.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")

    def _returnable(self, order):
        """What a shop would offer to send back of the first line of an order."""
        answer = (
            self.env["returns.order"]
            .with_user(self.users["integration"])
            .api_returnable({"channel": "web", "order_ref": order.name})
        )
        return answer["lines"][0]["returnable"]

    def _cancel(self, back, lines=()):
        """The customer keeps what is still open, or (line, quantity) of it."""
        self._step("cancel")._run(
            back.with_user(self.users["agent"]),
            {
                back.id: {
                    "reason": "Keeps it",
                    "lines": [{"line": li, "quantity": qty} for li, qty in lines],
                }
            },
        )

    def _open_exceptions(self, back):
        """Codes of what waits for a person."""
        waiting = back.exception_ids.filtered(lambda row: row.state == "open")
        return sorted(waiting.mapped("code"))
