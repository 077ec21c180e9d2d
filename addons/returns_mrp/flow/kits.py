from odoo import models


class ReturnsStep(models.AbstractModel):
    """What the steps share about kits."""

    _inherit = "returns.step"

    def _keep_kits(self, lines):
        """Keep the parts of lines of kits, once: from then on these hold."""
        new = lines.filtered(lambda line: not line.kits_per_unit)
        kits = self.env["returns.kit"]._of(new.sale_line_id)
        if not kits:
            return
        found = [
            (line, kits[line.sale_line_id]) for line in new if line.sale_line_id in kits
        ]
        self.env["returns.kit.part"]._machine_create(
            [{"line_id": line.id, **vals} for line, kit in found for vals in kit.parts]
        )
        for line, kit in found:
            line._machine_write({"kits_per_unit": kit.size})


class ReturnsStepAuthorise(models.AbstractModel):
    """Step 2: with the decision, what a kit is made of and worth is kept."""

    _inherit = "returns.step.authorise"

    def _decide(self, version, orders):
        self._keep_kits(orders.line_ids)
        return super()._decide(version, orders)


class ReturnsStepRoute(models.AbstractModel):
    """Step 6: each part of a kit goes where the policy sends such goods."""

    _inherit = "returns.step.route"

    def _spec(self, receipt, condition):
        spec = super()._spec(receipt, condition)
        line = receipt.line_id
        if line.kits_per_unit and (part := line._kit_part_of(receipt)):
            kits = receipt.quantity / part.per_kit * part.share / 100.0
            paid = line.amount_paid / (line._kits(line.quantity) or 1)
            rate = line.sale_order_id.currency_rate or 1.0
            spec.update(part=receipt.product_id, value=paid * kits / rate)
        return spec
