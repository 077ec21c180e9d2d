from odoo import api, fields, models


class ReturnsApproval(models.Model):
    """An approved refund is approved for its payee; and what a step says that waits."""

    _inherit = "returns.approval"

    outcome = fields.Char(
        "What became of it", readonly=True, help="Whether the step could be taken."
    )

    @api.model
    def _payee_changed(self, orders, why):
        """Ask again about the refunds of ``orders``; what was approved is history.

        :param str why: what was changed, for whoever decides
        """
        # sudo: the machine asks, whoever changed the payee
        model, orders = self.sudo(), orders.sudo()
        for approval in model.search(
            [
                ("state", "=", "open"),
                ("kind", "=", "refund"),
                ("order_id", "in", orders.ids),
            ]
        ):
            levels = approval._standing_levels()
            answered = levels.filtered(lambda level: level.state == "approved")
            chain = [(level.above, level.role) for level in levels]
            approval._begin_round({"why": why}, chain, answered, why)
            approval._note_editor()
        approved = orders.filtered("approved_amount")
        if approved:
            self._void(approved, why)

    def _void(self, orders, why):
        """What was approved does not count any more: it is asked anew."""
        orders._machine_write({"approved_amount": 0.0})
        given = orders.approval_ids.filtered(
            lambda row: row.state == "approved" and row.kind == "refund"
        )
        given._log("approval_reopened", why)
        step = self.env["returns.step.authorise"].sudo()
        needing = step._needing_approval(orders)
        step._ask_approval(needing, why)
        # Whoever approved for the old payee may approve for the new one; whoever
        # changed it may not, and asked by that.
        step.env["returns.step.settle"]._release(needing)

    @api.model
    def _note_waiting(self, records):
        """What a button says whose work waits for an approval."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "message": self.env._(
                    "Sent for approval: %(names)s. It goes on by itself as soon as "
                    "another person has approved it.",
                    names=", ".join(records.mapped("display_name")),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
