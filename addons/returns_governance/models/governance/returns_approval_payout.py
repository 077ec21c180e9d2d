from odoo import models


class ReturnsApproval(models.Model):
    """What is asked where a person says what became of a payout."""

    _inherit = "returns.approval"

    def _ask_payout(self):
        told = {
            True: self.env._(
                "Book %(sum)s of %(return)s as paid back to %(who)s? %(by)s has seen "
                "at the provider that it was paid."
            ),
            False: self.env._(
                "Let %(sum)s of %(return)s be paid to %(who)s once more? %(by)s has "
                "seen at the provider that it was not paid."
            ),
        }
        return told[bool((self.data or {}).get("paid"))] % {
            "sum": self._sum(),
            "return": self.order_id.name,
            "who": self.partner_id.display_name or "?",
            "by": self.requested_by_id.name,
        }


class ReturnsEvent(models.Model):
    """What people did about a payout, as a sentence."""

    _inherit = "returns.event"

    def _tell_paid_by_hand(self, data):
        field = self.env["returns.settlement"]._fields["tender"]
        tenders = dict(field._description_selection(self.env))
        words = {
            "sum": self._any_sum(data),
            "how": tenders.get(data.get("tender"), self.env._("by hand")),
        }
        if data.get("waits"):
            return self.env._("%(sum)s to be paid by hand (%(how)s)", **words)
        return self.env._("Paid %(sum)s by hand (%(how)s)", **words)

    def _tell_payout_told(self, data):
        told = {
            "done": self.env._("Seen at the provider: %(sum)s was paid"),
            "failed": self.env._("Seen at the provider: %(sum)s was not paid"),
            "by_hand": self.env._("%(sum)s is to be paid by hand"),
        }
        text = told.get(data.get("outcome"), self.env._("Told of %(sum)s"))
        return text % {"sum": self._any_sum(data)}
