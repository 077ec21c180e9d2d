from odoo import models


class ReturnsOrder(models.Model):
    """Says why a person decides where a list of customers is the reason."""

    _inherit = "returns.order"

    def _next_authorise(self):
        what, who, why = super()._next_authorise()
        step = self.env["returns.step.authorise"]
        # sudo: reads only; the sentence says that, and not why, the customer is on it
        if why and step.sudo()._needs_named_person(self.sudo()):
            why = self.env._(
                "The customer is on the block list. A named person decides; nothing "
                "is refused by the list."
            )
        return what, who, why
