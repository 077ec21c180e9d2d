"""Exchanges that were sent ahead, and for which nothing came back."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.inventory_states.patience import lock, patiently

MOST = 500
# Less than any unit's rounding: what floats leave over.
NOTHING = 1e-6


class ReturnsUnreturned(models.AbstractModel):
    """Charges what was not sent back in time, or tells a person; once.

    Once is a field of the row, written under its lock in the transaction that charges:
    a second run, and a second process, find it.
    """

    _name = "returns.unreturned"
    _description = "Advance exchanges that were not sent back"

    @api.model
    def _call_due(self):
        """Look after every row whose day has passed. Called by a cron.

        :return: the rows that were charged or told now
        """
        return patiently(self.env, self._call)

    def _call(self):
        Exchange = self.env["returns.exchange"]
        found = Exchange.browse(self._late_ids())
        if not found:
            return found
        lock(self.env, Exchange._table, found.ids)
        found.invalidate_recordset()
        late = found.filtered(lambda row: not row.called_at and self._missing(row))
        for row in late:
            self._call_one(row, self._missing(row))
        # What was charged has its own cost of goods sold.
        self.env["returns.replacement.cost"]._follow(late.order_id)
        return late

    def _late_ids(self):
        """The first rows whose day has passed and for which something is missing.

        The database looks, as `_missing` does: what came back in time is never called
        and stays here for ever, and would fill every batch after some time.
        """
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """SELECT e.id
                     FROM returns_exchange e
                     JOIN returns_order_line l ON l.id = e.line_id
                    WHERE e.advance IN ('charge', 'escalate')
                      AND e.called_at IS NULL
                      AND e.sent_at + make_interval(days => e.advance_days) < %(now)s
                      AND e.quantity_sent - COALESCE(e.quantity_charged, 0)
                          - GREATEST(
                                0,
                                COALESCE(l.quantity_received, 0)
                                + COALESCE(l.quantity_kept, 0)
                                - (SELECT COALESCE(SUM(o.quantity_sent), 0)
                                     FROM returns_exchange o
                                    WHERE o.line_id = e.line_id AND o.id < e.id)
                            ) > %(nothing)s
                    ORDER BY e.id
                    LIMIT %(most)s""",
                now=fields.Datetime.now(),
                nothing=NOTHING,
                most=MOST,
            )
        )
        return [row[0] for row in found]

    def _missing(self, row):
        """Units that were sent and for which nothing came back."""
        line = row.line_id
        sent = row.quantity_sent - row.quantity_charged
        # What came is counted on the rows in their order.
        before = sum(
            other.quantity_sent for other in line.exchange_ids if other.id < row.id
        )
        came = max(0.0, line.quantity_received + line.quantity_kept - before)
        missing = sent - came
        return missing if row.uom_id.compare(missing, 0.0) > 0 else 0.0

    def _call_one(self, row, units):
        vals = {"called_at": fields.Datetime.now()}
        move, problem = self.env["account.move"], ""
        billable = self._billable(row, units) if row.advance == "charge" else 0.0
        if billable:
            try:
                with self.env.cr.savepoint():
                    bills = self.env["returns.exchange.bill"]._bill({row: billable})
                    move = bills[row]
            except UserError as error:
                problem = str(error)
        if move:
            charged = row.quantity_charged + billable
            vals.update(quantity_charged=charged, charge_move_id=move.id)
        row._machine_write(vals)
        self.env["returns.exchange.goods"]._tell(
            "unreturned", row.order_id, [(row, units)], move=move.id or False
        )
        if not move or row.uom_id.compare(billable, units) < 0:
            self.env["returns.exception"]._raise([self._exception(row, units, problem)])

    def _billable(self, row, units):
        """Units that can still be billed: those of an exchange were, where the credit
        went before the goods were back. Then a person has to look."""
        if row.kind == "exchange":
            units = min(units, row.quantity_sent - row._quantity_billed())
        return units if row.uom_id.compare(units, 0.0) > 0 else 0.0

    def _exception(self, row, units, problem):
        note = self.env._(
            "%(count)g %(product)s were sent on %(day)s in exchange, and nothing has "
            "come back in %(days)s days. Ask the customer, or send an invoice.",
            count=units,
            product=row.product_id.display_name,
            day=fields.Date.to_string(row.sent_at.date()),
            days=row.advance_days,
        )
        if problem:
            note += self.env._(" It could not be charged: %s", problem)
        return {
            "code": "unreturned_exchange",
            "order_id": row.order_id.id,
            "line_id": row.line_id.id,
            "company_id": row.company_id.id,
            "cause": f"exchange {row.id}",
            "note": note,
        }
