from dataclasses import replace

from odoo import models

from ..guard import refuse


class ReturnsStepRoute(models.AbstractModel):
    """Where the law leaves the policy no choice: recalled goods, and destruction.

    Recalled goods that the policy would sell again go to quarantine. What may be
    destroyed only with a permission waits for a person, so that a finding is never
    stopped by it.
    """

    _inherit = "returns.step.route"

    def _policy_dispositions(self, pairs):
        answers = super()._policy_dispositions(pairs)
        return [
            self._lawful(receipt, *answer)
            for (receipt, _condition), answer in zip(pairs, answers, strict=True)
        ]

    def _lawful(self, receipt, disposition, verdict):
        company, product = receipt.company_id, receipt.product_id
        recalls = self.env["returns.recall"]
        if disposition.state_id.available and recalls._covers(
            company, product, receipt.lot_id
        ):
            return self._to_quarantine(company, product, verdict)
        ban = self.env["returns.destruction"]
        if (
            ban._destroys(disposition)
            and ban._is_banned(product, company)
            and not ban._left(product, company, receipt.lot_id)
        ):
            return disposition, replace(verdict, needs_human=True)
        return disposition, verdict

    def _to_quarantine(self, company, product, verdict):
        recall = self.env["returns.recall"]._of(company, product)[:1]
        quarantine = self.env["returns.disposition"].search(
            [("kind", "=", "quarantine")], limit=1
        )
        because = self.env._("Under recall: %(recall)s", recall=recall.display_name)
        return quarantine, replace(verdict, code=quarantine.code, reason=because)

    def _transfer_specs(self, entries):
        """Refuse to sell again what is under recall, before anything is moved."""
        for entry in entries:
            row, asked = entry["inspection"], entry["disposition"]
            if asked.state_id.available and self.env["returns.recall"]._covers(
                row.company_id, row.product_id, row.lot_id
            ):
                refuse(
                    "UNDER_RECALL",
                    self.env._(
                        "%(name)s: %(product)s is under recall and not put back to "
                        "stock. Choose quarantine until the recall is lifted.",
                        name=row.order_id.name,
                        product=row.product_id.display_name,
                    ),
                )
        return super()._transfer_specs(entries)
