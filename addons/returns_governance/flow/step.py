from odoo import fields, models

from ..const import CASE_STATES, TRANSITIONS
from ..guard import deny, refuse, with_pass

# What the chatter would write at each step stands in the timeline of events.
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
}


class ReturnsStep(models.AbstractModel):
    """Base of the seven steps.

    ``_run`` is what buttons, wizards and the API call: it checks the right, checks
    the data, applies, and lets ``returns.step.advance`` do what has become due. A
    step calls no other step.
    """

    _name = "returns.step"
    _description = "Step of a return"

    # Any one of these groups lets a person take the step.
    _groups = ()

    def _check(self, orders, data):
        """Refuse with a coded reason; writes nothing. Bridges add their veto here."""

    def _apply(self, orders, data):
        """Write rows, in batches, never calling the outside.

        :return: the orders that the step worked on
        """
        raise NotImplementedError

    def _preview(self, orders, data):
        """Say what ``_apply`` would do, by the same engine call, writing nothing."""
        raise NotImplementedError

    def _run(self, orders, data=None):
        """Take the step as the current user, then whatever becomes due by itself.

        :param recordset orders: returns that the user can read
        :param dict data: see the step
        :return: the orders, in the caller's environment
        """
        env = orders.env
        step, orders = self._admit(orders)
        data = data or {}
        step._check(orders, data)
        orders = step._apply(orders, data)
        step.env["returns.step.advance"]._after(orders)
        return orders.with_env(env)

    def _admit(self, orders):
        """Check the right, and go on with the rights of the flow.

        :return: (step, orders) with elevated rights and quiet chatter
        """
        self._check_right()
        if orders:
            orders.check_access("read")
        # sudo: the person may take this step (checked above) though not, say, make
        # the stock move or the credit note that it implies; the user stays the same,
        # so events, moves and documents carry the right name.
        return (
            self.sudo().with_context(**QUIET),
            orders.sudo().with_context(**QUIET),
        )

    def _check_right(self):
        """Deny the step to who has none of its groups."""
        # env.su: only server code (the advance loop, a cron) is superuser.
        if self.env.su or not self._groups:
            return
        if not any(self.env.user.has_group(group) for group in self._groups):
            names = ", ".join(self.env.ref(group).sudo().name for group in self._groups)
            deny(
                self.env._(
                    "This step needs one of the roles %(names)s. Ask your manager "
                    "for it.",
                    names=names,
                )
            )

    def _move_case(self, orders, target):
        """The door: change ``case_state`` as TRANSITIONS allow; the same is no change.

        :return: the orders that moved
        """
        allowed = {state for state, after in TRANSITIONS.items() if target in after}
        moving = orders.filtered(lambda order: order.case_state != target)
        self._check_case(moving, allowed, target)
        if moving:
            values = {"case_state": target}
            with_pass(moving, "write", values).write(values)
        return moving

    def _check_case(self, orders, allowed, target=None):
        """Refuse orders whose case is not in ``allowed`` states."""
        labels = dict(CASE_STATES)
        for order in orders:
            if order.case_state not in allowed:
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s is %(state)s; this needs a return that is "
                        "%(allowed)s.",
                        name=order.name,
                        state=labels[order.case_state],
                        allowed=", ".join(
                            labels[state] for state in labels if state in allowed
                        ),
                    ),
                )

    def _check_quantities(self, order, entries):
        """Refuse entries (dicts ``product``, ``quantity``) of nothing, or less."""
        for entry in entries:
            if entry["product"].uom_id.compare(entry["quantity"], 0.0) <= 0:
                refuse(
                    "QUANTITY_INVALID",
                    self.env._(
                        "%(name)s, %(product)s: the quantity must be above zero.",
                        name=order.name,
                        product=entry["product"].display_name,
                    ),
                )

    def _admit_rows(self, rows, reason):
        """Check that rows can be reversed: the right, a reason, and not twice.

        :return: (step, rows) with the rights of the flow
        """
        if not (reason or "").strip():
            refuse(
                "BAD_REQUEST",
                self.env._("A correction needs a reason. Say what was wrong."),
            )
        step, rows = self._admit(rows)
        for row in rows - rows._standing():
            refuse(
                "RETURN_STATE",
                self.env._(
                    "%(name)s: this row was corrected already.", name=row.order_id.name
                ),
            )
        return step, rows

    def _reverse_rows(self, rows, reason, extra):
        """Append the counter-rows of ``rows``: same facts, opposite quantity.

        :param extra: function of a row giving further values of its counter-row
        """
        counter = rows._machine_create(
            [
                {
                    **row.copy_data()[0],
                    "quantity": -row.quantity,
                    "reverses_id": row.id,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "occurred_at": fields.Datetime.now(),
                    **extra(row),
                }
                for row in rows
            ]
        )
        self._log(
            [
                {
                    "order": order,
                    "what": "corrected",
                    "why": reason,
                    "data": {
                        "model": rows._name,
                        "rows": group.reverses_id.ids,
                        "by": group.ids,
                    },
                }
                for order, group in counter.grouped("order_id").items()
            ]
        )
        return counter

    def _log(self, rows):
        """Append events; see returns.event._log."""
        return self.env["returns.event"]._log(rows)

    def _refresh_sold_lines(self, orders):
        """Write the running totals that the next caller is held against."""
        orders.line_ids.sold_line_id._recount()
