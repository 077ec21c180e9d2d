from odoo import fields, models
from odoo.tools import SQL


class ReturnsException(models.Model):
    """When exceptions are due: in the working hours of the place that has to act."""

    _inherit = "returns.exception"

    def _set_due(self, vals_list):
        """Write when each has to be done, in the working hours of its node."""
        # sudo: the machine reads the hours of the place, whoever's step it was
        Warehouse = self.env["stock.warehouse"].sudo()
        Warehouse = Warehouse.browse({v["warehouse_id"] for v in vals_list} - {None})
        Company = self.env["res.company"].sudo()
        Company = Company.browse({v["company_id"] for v in vals_list})
        nodes = {node.id: node for node in Warehouse}
        companies = {company.id: company for company in Company}
        known = {}
        for vals in vals_list:
            key = (vals["code"], vals["company_id"], vals["warehouse_id"])
            if key not in known:
                known[key] = self.env["returns.working.time"]._after(
                    nodes.get(vals["warehouse_id"], Warehouse.browse()),
                    companies[vals["company_id"]],
                    vals["since"],
                    self.env["returns.exception.type"]._given(vals["code"])["hours"],
                )
            vals["due_at"] = vals["due_at"] or known[key]

    def _past_working_time(self, rows):
        """Of (return, company, node, waiting since, receipt) those that are late."""
        # sudo: the machine reads the hours of the place
        env, now = self.sudo().env, fields.Datetime.now()
        companies = env["res.company"].browse({row[1] for row in rows})
        companies = {company.id: company for company in companies}
        nodes = env["stock.warehouse"].browse({row[2] for row in rows if row[2]})
        nodes = {node.id: node for node in nodes}
        late = {}
        for order_id, company_id, node_id, since, receipt_id in rows:
            node = nodes.get(node_id, env["stock.warehouse"])
            due = node._returns_inspect_by(companies[company_id], since)
            if due and due < now and order_id not in late:
                late[order_id] = {
                    "order_id": order_id,
                    "cause": f"order {order_id}",
                    "company_id": company_id,
                    "warehouse_id": node_id,
                    "fingerprint": f"receipt {receipt_id}",
                    "note": self.env._(
                        "Goods wait since %(since)s.",
                        since=self.env["returns.words"]._clock(since),
                    ),
                }
        return list(late.values())

    def _only(self, orders, *column):
        """The condition that keeps a search to some returns, or none."""
        if orders is None:
            return SQL()
        return SQL("AND %s = ANY(%s)", SQL.identifier(*column), orders.ids)

    def _not_accepted(self, rows):
        """Rows without those that a person accepted and that look as they did then.

        What a step found just now is always raised; only what is found again and
        again carries a ``fingerprint``.
        """
        seen = [row for row in rows if row.get("fingerprint")]
        if not seen:
            return rows
        # sudo: as in _raise
        accepted = self.sudo().search_read(
            [
                ("ended", "=", "accepted"),
                ("code", "in", list({row["code"] for row in seen})),
                ("cause", "in", list({row["cause"] for row in seen})),
            ],
            ["code", "cause", "fingerprint", "closed_at", "company_id"],
            load=None,
        )
        kept = {
            (one["company_id"], one["code"], one["cause"], one["fingerprint"])
            for one in accepted
            if not self._to_ask_again(one)
        }
        return [
            row
            for row in rows
            if (
                row.get("company_id") or self.env.company.id,
                row["code"],
                row["cause"],
                row.get("fingerprint"),
            )
            not in kept
        ]

    def _to_ask_again(self, accepted):
        """Whether what was accepted has been standing for too long since."""
        days = self.env["returns.exception.type"]._given(accepted["code"])[
            "remind_days"
        ]
        age = fields.Datetime.now() - accepted["closed_at"]
        return bool(days) and age.days >= days
