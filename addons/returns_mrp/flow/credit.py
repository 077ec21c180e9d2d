from odoo import models

from odoo.addons.returns_governance.flow.settle_fees import FeePart

from .worth import LatePart


class ReturnsCredit(models.AbstractModel):
    """Credit notes say which parts of a kit are missing, or came late."""

    _inherit = "returns.credit"

    def _move_vals(self, order, invoice, parts):
        vals = super()._move_vals(order, invoice, parts)
        goods = [pair for pair in parts if not isinstance(pair[0], FeePart)]
        for (part, line), command in zip(goods, vals["invoice_line_ids"], strict=False):
            if line and line.kits_per_unit and part.withheld_net > 0:
                if words := line._kit_words():
                    command[2]["name"] = f"{command[2]['name']}\n{words}"
        return vals

    def _line_vals(self, invoice, part):
        vals = super()._line_vals(invoice, part)
        if not isinstance(part, LatePart):
            return vals
        item = part.source.invoice_line
        inside = any(item.tax_ids.flatten_taxes_hierarchy().mapped("price_include"))
        vals.update(
            name=self.env._("%(kit)s: parts that came later", kit=item.name),
            quantity=1.0,
            price_unit=float(part.total if inside else part.net),
            discount=0.0,
            returns_late_part=True,
        )
        if item.tax_ids:
            vals["extra_tax_data"] = self._forced(invoice, item.tax_ids, part, vals)
        return vals
