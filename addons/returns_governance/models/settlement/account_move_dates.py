from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_date


class AccountMove(models.Model):
    """Documents of returns in closed periods: the next open day, and they say so.

    Core brings a sale's document to today at the latest, and refuses it where today is
    closed, too. The money of a return does not wait for the books: its document is
    booked on the first day that is open, be it to come.
    """

    _inherit = "account.move"

    def _get_accounting_date(self, invoice_date, has_tax, lock_dates=None):
        """Hook of core: the day on which a document is booked.

        All of the company's lock dates are held, and its exceptions to them.
        """
        day = super()._get_accounting_date(invoice_date, has_tax, lock_dates=lock_dates)
        if not self.returns_order_id:
            return day
        while locked := self._get_violated_lock_dates(day, has_tax):
            day = locked[-1][0] + timedelta(days=1)
        return day

    def _post(self, soft=True):
        before = {move: move.date for move in self if move.returns_order_id}
        posted = super()._post(soft=soft)
        moved = {
            move: day
            for move, day in before.items()
            if move.state == "posted" and move.date != day
        }
        if moved:
            self._tell_moved(moved)
        return posted

    def _tell_moved(self, moved, orders=None):
        """Say on the documents and their returns that a closed period moved them.

        :param dict moved: {document: the day that it had}
        :param dict orders: {document: its return} of entries, which do not name it
        """
        rows = []
        for move, day in moved.items():
            words = self.env._(
                "%(closed)s is in a closed period: booked on %(open)s, the next day "
                "that is open.",
                closed=format_date(self.env, day),
                open=format_date(self.env, move.date),
            )
            move.sudo()._message_log(body=words)  # sudo: the machine's own note
            rows.append(
                {
                    "order": (orders or {}).get(move) or move.sudo().returns_order_id,
                    "what": "redated",
                    "data": {
                        "move": move.id,
                        "from": fields.Date.to_string(day),
                        "to": fields.Date.to_string(move.date),
                    },
                }
            )
        self.env["returns.event"].sudo()._log(rows)  # as above
