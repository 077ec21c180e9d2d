from odoo import api, fields, models

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
        companies = self.env.companies.ids
        orders = (
            self.env["returns.order"].sudo().search([("company_id", "in", companies)])
        )
        findings = Event._check_chain(orders)
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
