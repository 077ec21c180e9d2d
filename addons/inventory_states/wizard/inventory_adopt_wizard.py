from collections import defaultdict

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import ADOPT, ADOPTION_STEPS, CHOOSE, DONE, PREVIEW, SELLABLE
from .inventory_dialog import once


class InventoryAdoptWizard(models.TransientModel):
    """Dialog: take over the places of a database that is in use.

    Three steps: choose, preview (which changes no place, no stock and no transfer),
    apply. Each place is taken over whole or not at all.
    """

    _name = "inventory.adopt.wizard"
    _description = "Taking Places Over"
    _inherit = ["inventory.dialog"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    step = fields.Selection(ADOPTION_STEPS, default=CHOOSE, readonly=True)
    reason = fields.Char(
        required=True,
        default=lambda self: self.env._("Place from before the states, taken over"),
        help="Goes into the stock ledger with each movement.",
    )
    line_ids = fields.One2many("inventory.adopt.wizard.line", "wizard_id")
    text = fields.Html(readonly=True)

    @api.model
    def default_get(self, fields):
        """Propose the places whose name or use says that they are not sellable."""
        values = super().default_get(fields)
        if "line_ids" in fields and "line_ids" not in values:
            found = self.env["stock.location"]._find_adoptable(self.env.company)
            values["line_ids"] = [
                Command.create(
                    {
                        "location_id": place.id,
                        "state_id": state.id,
                        "warehouse_id": self._get_warehouse(place).id,
                        "way": ADOPT,
                    }
                )
                for place, state in found.items()
            ]
        return values

    @api.model
    def _get_warehouse(self, place):
        """The place's warehouse, or the company's only one."""
        if place.warehouse_id:
            return place.warehouse_id
        found = self.env["stock.warehouse"].search(
            [("company_id", "=", place.company_id.id)], limit=2
        )
        return found if len(found) == 1 else found.browse()

    # ---------------------------------------------------------------- buttons

    def action_preview(self):
        """Say what would happen, place by place; nothing is changed."""
        self.ensure_one()
        if self.taken:
            return self._reopen()
        lines = self._get_chosen()
        self.text = self._describe(lines)
        self.step = PREVIEW
        return self._reopen()

    def action_back(self):
        """Choose again."""
        self.ensure_one()
        if not self.taken:
            self.step = CHOOSE
        return self._reopen()

    @once
    def action_apply(self):
        """Take the places over, each whole or not at all, and say what was done."""
        said, held = [], self.env["stock.move"]
        for line in self._get_chosen()._sorted_deepest_first():
            text, moves = line._adopt()
            said.append(text)
            held |= moves
        # not earlier: goods of a place that comes later are no goods to reserve
        held._action_assign()
        short = held._describe_short()
        if short:
            name = self.env._("Open transfers")
            said.append(self.line_ids._show(name, short, "warning"))
        self.text = Markup().join(said)
        self.step = DONE
        self._end()
        return self._reopen()

    def _get_chosen(self):
        """The rows that are to be taken over."""
        lines = self.line_ids.filtered(lambda line: line.way == ADOPT)
        if not lines:
            raise UserError(
                self.env._("Choose a place that is to be taken over, and its state.")
            )
        if len(lines.location_id) != len(lines):
            raise UserError(self.env._("A place is in the list twice."))
        return lines

    def _reopen(self):
        """Show the dialog again, as it is now."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take Places Over"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    # ---------------------------------------------------------------- preview

    def _describe(self, lines):
        """The preview: place by place, and what cannot be promised any more."""
        adoptions = lines.location_id._get_adoptions()
        refused = {
            line: line._get_obstacle(adoptions[line.location_id]) for line in lines
        }
        good = lines.filtered(lambda line: not refused[line])
        quants = self.env["stock.quant"].union(
            *(adoptions[line.location_id].quants for line in good)
        )
        return Markup().join(
            [
                *(
                    line._describe(adoptions[line.location_id], refused[line])
                    for line in lines
                ),
                self._describe_promises(quants),
            ]
        )

    def _describe_promises(self, quants):
        """By product: what cannot be promised any more, and what still can."""
        gone = defaultdict(float)
        for quant in quants:
            gone[quant.product_id] += quant.quantity
        if not gone:
            return Markup()
        left = dict(
            self.env["stock.quant"]._read_group(
                [
                    ("product_id", "in", [product.id for product in gone]),
                    ("company_id", "=", self.company_id.id),
                    ("location_id.usage", "=", "internal"),
                    ("location_id.effective_state_id.code", "=", SELLABLE),
                ],
                ["product_id"],
                ["quantity:sum"],
            )
        )
        rows = Markup().join(
            Markup(
                "<tr><td>%s</td><td class='text-end'>%g</td>"
                "<td class='text-end'>%g</td><td>%s</td></tr>"
            )
            % (
                product.display_name,
                quantity,
                left.get(product, 0.0) - quantity,
                product.uom_id.name,
            )
            for product, quantity in sorted(
                gone.items(), key=lambda item: item[0].display_name
            )
        )
        return Markup(
            "<h5 class='mt-3'>%s</h5><table class='table table-sm'>"
            "<thead><tr><th>%s</th><th class='text-end'>%s</th>"
            "<th class='text-end'>%s</th><th></th></tr></thead>"
            "<tbody>%s</tbody></table>"
        ) % (
            self.env._("Not promised to customers any more"),
            self.env._("Product"),
            self.env._("Held back"),
            self.env._("Stays sellable"),
            rows,
        )
