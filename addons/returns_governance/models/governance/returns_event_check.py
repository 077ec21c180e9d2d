from odoo import api, fields, models
from odoo.tools import SQL

from . import chain

# Returns per round of the check; bounds its memory.
BATCH = 1000
# Findings in words; more than this many are only counted.
MOST_SHOWN = 200


class ReturnsEventCheck(models.TransientModel):
    """The result of one check of the audit trail, for reading."""

    _name = "returns.event.check"
    _description = "Check of the audit trail"

    checked_at = fields.Datetime(readonly=True)
    event_count = fields.Integer("Events", readonly=True)
    finding_count = fields.Integer("Findings", readonly=True)
    whole = fields.Boolean(readonly=True)
    result = fields.Text(readonly=True)

    @api.model
    def _run(self):
        """Check as the current auditor: the returns of the companies switched on.

        :return: the action that shows the result
        """
        # sudo: the caller has checked the role; an auditor bound to some channels
        # checks the whole chain of the company all the same, and sees names only.
        Event = self.env["returns.event"].sudo()
        Order = self.env["returns.order"].sudo()
        companies = self.env.companies.ids
        hidden = set(Order.search([("company_id", "not in", companies)]).ids)
        findings = [
            finding
            for finding in Event._check_chain()
            if finding["order_id"] not in hidden
        ]
        check = self.sudo().create(
            {
                "checked_at": fields.Datetime.now(),
                "event_count": Event.search_count([("company_id", "in", companies)]),
                "finding_count": len(findings),
                "whole": not findings,
                "result": self._in_words(findings),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check of the audit trail"),
            "res_model": self._name,
            "res_id": check.id,
            "view_mode": "form",
            "target": "new",
        }

    # --- look ----------------------------------------------------------------------
    @api.model
    def _findings(self, orders=None):
        """See ``returns.event._check_chain``; reads the tables round by round."""
        Seal = self.env["returns.event.seal"]
        self.env.flush_all()
        findings = Seal._check_seals()
        sealed = Seal._sealed_heads(None if orders is None else orders.ids)
        for heads in self._chain_heads(orders):
            rows = self._chain_rows(list(heads))
            for order_id, (name, count, head) in heads.items():
                findings += [
                    {
                        "kind": kind,
                        "order_id": order_id,
                        "return": name,
                        "number": number,
                        "event_id": event_id,
                    }
                    for kind, number, event_id in chain.check(
                        rows.get(order_id, []), head, count, sealed.pop(order_id, None)
                    )
                ]
        # What was sealed and is not there any more, the return included.
        return findings + [
            {
                "kind": "cut_off",
                "order_id": order_id,
                "return": self.env._("return with id %s", order_id),
                "number": 1,
                "event_id": None,
            }
            for order_id in sealed
        ]

    def _chain_heads(self, orders):
        """Yield {order id: (name, count, head)} in rounds of BATCH."""
        last = 0
        while True:
            self.env.cr.execute(
                SQL(
                    "SELECT id, name, COALESCE(event_count, 0),"
                    " COALESCE(event_head, '')"
                    " FROM returns_order WHERE id > %s %s ORDER BY id LIMIT %s",
                    last,
                    SQL()
                    if orders is None
                    else SQL("AND id = ANY(%s)", list(orders.ids)),
                    BATCH,
                )
            )
            heads = {row[0]: row[1:] for row in self.env.cr.fetchall()}
            if not heads:
                return
            yield heads
            last = max(heads)

    def _chain_rows(self, order_ids):
        """Return {order id: [chain.Row]} by number, straight from the table."""
        names = [SQL.identifier(name) for name in chain.Row.__slots__]
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM returns_event WHERE order_id = ANY(%s)"
                " ORDER BY order_id, number, id",
                SQL(", ").join(names),
                order_ids,
            )
        )
        rows = {}
        for values in self.env.cr.fetchall():
            row = chain.Row(*values)
            rows.setdefault(row.order_id, []).append(row)
        return rows

    # --- say -----------------------------------------------------------------------
    @api.model
    def _in_words(self, findings):
        """One line for each finding: what was done, where."""
        if not findings:
            return self.env._("The audit trail is whole.")
        words = {
            "changed": self.env._("changed"),
            "removed": self.env._("removed"),
            "inserted": self.env._("inserted from outside"),
            "cut_off": self.env._("cut off from here on"),
        }
        lines = [
            self.env._(
                "%(return)s, event %(number)s: %(what)s",
                **{
                    "return": finding["return"],
                    "number": finding["number"],
                    "what": words[finding["kind"]],
                },
            )
            for finding in findings[:MOST_SHOWN]
        ]
        if len(findings) > MOST_SHOWN:
            lines.append(self.env._("and %s more", len(findings) - MOST_SHOWN))
        return "\n".join(lines)
