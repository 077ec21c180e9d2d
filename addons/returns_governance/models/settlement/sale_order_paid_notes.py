from odoo import models

NOTES = "returns_paid_notes"


class PaidNotes:
    """In a context: what is noted on orders whose documents were paid, for all at once.

    An object, which no call from outside can carry.
    """

    __slots__ = ("bodies",)

    def __init__(self):
        self.bodies = []

    def log(self):
        """Write the notes; several on one order one after the other."""
        while self.bodies:
            now, later = {}, []
            for order, body in self.bodies:
                if order in now:
                    later.append((order, body))
                else:
                    now[order] = body
            orders = next(iter(now)).union(*now)
            orders._message_log_batch({order.id: body for order, body in now.items()})
            self.bodies = later


class SaleOrder(models.Model):
    """Core notes each document that was paid by a message of its own."""

    _inherit = "sale.order"

    def message_post(self, **kwargs):
        notes = self.env.context.get(NOTES)
        if not isinstance(notes, PaidNotes) or kwargs.keys() != {"body"}:
            return super().message_post(**kwargs)
        apart = self.with_context(**{NOTES: None})
        notes.bodies += [(order, kwargs["body"]) for order in apart]
        return self.env["mail.message"]
