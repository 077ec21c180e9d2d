"""Paying money back: what stays open on a posted credit note."""

import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.patience import insist

_logger = logging.getLogger(__name__)

PROVIDER = "returns.payout.provider"
HAND = "returns.payout.hand"


class ReturnsPayout(models.AbstractModel):
    """Finds the ways back for what is open on credit notes, and sends it once.

    Each role (``returns.role.payout``) is asked in the company's order of tenders what
    the payments that it stands for can give back. What is planned goes through the
    outbox; what nobody can give back is paid by hand (``settle_hand.py``). Each payout
    has its own fate: what succeeded stays, what failed is tried again or paid by hand.
    """

    _name = "returns.payout"
    _description = "Payout of refunds"

    # An extension names its own roles; those of all count.
    _roles = (PROVIDER, HAND)

    def _all_roles(self):
        """The roles of this model and of each of its extensions, each once."""
        classes = reversed(type(self).__mro__)
        return list(
            dict.fromkeys(role for c in classes for role in vars(c).get("_roles", ()))
        )

    def _roles_in_order(self, company):
        """The roles as the company wants them asked."""
        order = company.returns_tender_order.split(",")
        return sorted(
            self._all_roles(), key=lambda role: order.index(self.env[role]._ranks_as)
        )

    def _role(self, row):
        return self.env[row.role or PROVIDER]

    # --- the plan -----------------------------------------------------------------
    def _prepare(self, settlements):
        """Queue payouts for what is open on posted credit notes."""
        if taken_back := settlements.reverses_id:
            taken_back._shrink_payouts(self.env._("The refund was taken back"))
        vals_list, taken = [], {}
        for row in settlements.filtered(lambda row: row.state == "to_pay"):
            if not row.outbox_ids.filtered(lambda known: known.kind == "payout"):
                vals_list += self._plan(row, taken)
        if vals_list:
            self.env["returns.outbox"]._machine_create(vals_list)
            self.env["returns.outbox"]._wake("ir_cron_pay")

    def _plan(self, row, taken):
        """The values of the payouts of one credit note, never more than is open."""
        roles = self._roles_in_order(row.company_id)
        if roles[-1] == HAND:  # nobody comes after: it takes whatever is left
            roles.pop()
        left, vals_list = row.hand_amount, []
        for role in roles:
            for plan in self.env[role]._plan(row, left, taken):
                amount = row.currency_id.round(min(left, plan["amount"]))
                if row.currency_id.compare_amounts(amount, 0.0) <= 0:
                    continue
                left -= amount
                if role != HAND:
                    vals_list.append(self._vals(row, role, {**plan, "amount": amount}))
        return vals_list

    def _vals(self, row, role, plan):
        return {
            "order_id": row.order_id.id,
            "settlement_id": row.id,
            "kind": "payout",
            "role": role,
            "currency_id": row.currency_id.id,
            **plan,
        }

    # --- at most once -------------------------------------------------------------
    def _send(self, row):
        """Send one payout; commits before the call, so that it never goes twice.

        Called by the cron only. Whatever happens between the commit and the answer
        leaves the row ``sending``, which the next run finds and gives up.
        """
        row.settlement_id._shrink_payouts(self.env._("It was paid meanwhile"))
        if row.state != "waiting":
            return
        role = self._role(row)
        refused = self._try_prepare(role, row)
        if refused:
            self._finish(row, "failed", refused)
            return
        self.env.cr.commit()  # pylint: disable=invalid-commit
        row._machine_write({"state": "sending", "attempts": row.attempts + 1})
        self.env.cr.commit()  # pylint: disable=invalid-commit
        outcome, message = self._call(role, row)
        insist(self.env, lambda: self._finish(row, outcome, message))
        if outcome == "done":
            insist(self.env, lambda: role._book(row))

    def _try_prepare(self, role, row):
        """Make what the payout needs; whatever is wrong there, nothing was sent, and
        the payouts behind it do not wait.

        :return: why it cannot be sent, or an empty string
        """
        try:
            with self.env.cr.savepoint():
                return role._prepare(row)
        except OperationalError:
            raise  # somebody wrote the same rows: to be run again
        except UserError as error:
            return self.env["returns.order"]._plain(error)
        except Exception as error:
            _logger.info("Payout %s could not be prepared", row, exc_info=True)
            return str(error) or type(error).__name__

    def _call(self, role, row):
        """The one call to the outside, and what is known after it: committed at once.

        The provider's notice may have come before its answer; then the answer fails to
        be written, and what the notice has written counts.
        """
        try:
            outcome, message = role._refund(row)
            self.env.flush_all()
            if outcome != "unknown":
                self.env.cr.commit()  # pylint: disable=invalid-commit
        except Exception as error:
            _logger.info("Payout %s has no answer", row, exc_info=True)
            outcome, message = "unknown", str(error) or type(error).__name__
        if outcome == "unknown":
            self.env.cr.rollback()
            self.env.invalidate_all()
            known = insist(self.env, lambda: role._outcome(row))
            return known or (outcome, message)
        return outcome, message

    def _finish(self, row, outcome, message=""):
        """Write the outcome of a payout, and tell whom it concerns."""
        row._machine_write({"state": outcome, "message": message or False})
        if outcome == "failed":
            self._use_surplus(row)
        cause = [f"payout {row.id}"]
        Exceptions = self.env["returns.exception"]
        because = self.env._("The provider has answered: %(state)s", state=outcome)
        # Of what was paid otherwise meanwhile there is nothing to do.
        open_still = not row.settlement_id or row.settlement_id.state == "to_pay"
        if row.state in ("failed", "unknown") and open_still:
            Exceptions._raise([self._exception(row, outcome, message)])
        if outcome != "failed":
            Exceptions._clear("payout_failed", cause, because)
        if outcome != "unknown":
            Exceptions._clear("payout_unknown", cause, because)

    def _exception(self, row, outcome, message):
        notes = {
            "failed": self.env._(
                "%(amount)s was not paid back: %(message)s. Try again, or pay %(move)s "
                "by hand, under Money > Payouts."
            ),
            "unknown": self.env._(
                "Whether %(amount)s was paid back is not known: %(message)s. It is not "
                "sent again. Look at the provider's site, then say under Money > "
                "Payouts whether %(move)s was paid, or wait for the provider's notice."
            ),
        }
        return {
            "code": f"payout_{outcome}",
            "order_id": row.order_id.id,
            "move_id": row.settlement_id.move_id.id,
            "company_id": row.company_id.id,
            "cause": f"payout {row.id}",
            "note": notes[outcome]
            % {
                "amount": row.currency_id.format(row.amount),
                "message": message or "-",
                "move": row.settlement_id.move_id.name,
            },
        }

    def _mark_unknown(self, rows, because):
        """Never send these again; the provider's notice or a person settles them.

        Where the notice came while its process ended, it counts.
        """
        for row in rows:
            role = self._role(row)
            outcome, message = role._outcome(row) or ("unknown", because)
            self._finish(row, outcome, message)
            if outcome == "done":
                role._book(row)
