from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ADOPT, ADOPTION_WAYS, SELLABLE


class InventoryAdoptWizardLine(models.TransientModel):
    """One place in the dialog: what it holds, which state it gets, and how."""

    _name = "inventory.adopt.wizard.line"
    _description = "Place to Take Over"
    _inherit = ["inventory.typed"]

    wizard_id = fields.Many2one(
        "inventory.adopt.wizard", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="wizard_id.company_id")
    location_id = fields.Many2one(
        "stock.location",
        "Place",
        required=True,
        ondelete="cascade",
        domain=f"""[('company_id', '=', company_id), ('usage', '=', 'internal'),
            ('effective_state_id.code', '=', '{SELLABLE}')]""",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    state_id = fields.Many2one(
        "inventory.state",
        "Becomes",
        domain="[('kind', '=', 'stored'), ('available', '=', False)]",
    )
    way = fields.Selection(ADOPTION_WAYS, "What to Do", required=True, default=ADOPT)
    product_count = fields.Integer("Products", compute="_compute_figures")
    quantity = fields.Float("Units", compute="_compute_figures", digits="Product Unit")
    value = fields.Monetary(compute="_compute_figures")
    currency_id = fields.Many2one(related="company_id.currency_id")
    transfer_count = fields.Integer(
        "Transfers",
        compute="_compute_figures",
        help="Open transfers that start or end here.",
    )

    @api.depends("location_id")
    def _compute_warehouse_id(self):
        for line in self:
            line.warehouse_id = line.wizard_id._get_warehouse(line.location_id)

    @api.depends("location_id")
    def _compute_figures(self):
        adoptions = {
            place.id: adoption
            for place, adoption in self.location_id._get_adoptions().items()
        }
        for line in self:
            adoption = adoptions.get(line.location_id.id)
            quants = adoption.quants if adoption else self.env["stock.quant"]
            moves = adoption.moves_out | adoption.moves_in if adoption else []
            line.product_count = len(quants.product_id)
            line.quantity = sum(quants.mapped("quantity"))
            line.value = sum(quants.mapped("value"))
            line.transfer_count = len(
                {move.picking_id.id or f"move {move.id}" for move in moves}
            )

    def _sorted_deepest_first(self):
        """What lies below another place is taken over before it."""
        return self.sorted(lambda line: -line.location_id.parent_path.count("/"))

    def _get_obstacle(self, adoption):
        """Why this place cannot be taken over, with the way out."""
        return self.location_id._get_adoption_obstacle(
            adoption, self.state_id, self.warehouse_id
        )

    # ------------------------------------------------------------------ do it

    def _adopt(self):
        """Take the place over, or leave all as it was and say why.

        :return: the result in words, and the moves that lost their reservation
        :rtype: tuple[Markup, stock.move]
        """
        name = self.location_id.display_name
        try:
            with self.env.cr.savepoint():
                held = self.location_id._adopt(
                    self.state_id, self.warehouse_id, self.wizard_id.reason
                )
                self.env.flush_all()
        except UserError as error:
            said = self.env._("Nothing was changed here. %s", error.args[0])
            return self._show(name, [said], "danger"), self.env["stock.move"]
        said = self.env._(
            "It is %(place)s now; what lies there is %(state)s.",
            place=self.location_id.display_name,
            state=self.state_id.name,
        )
        return self._show(name, [said], "success"), held

    # ---------------------------------------------------------------- preview

    def _describe(self, adoption, obstacle):
        """What would happen to this place, or why it would not.

        :rtype: Markup
        """
        name = self.location_id.display_name
        if obstacle:
            return self._show(name, [obstacle], "danger")
        target = self.warehouse_id._get_state_location(self.state_id.code)
        moves_in = adoption.moves_in - adoption.moves_out
        said = [
            self._describe_goods(adoption, target),
            *(
                move._describe_reserved(
                    adoption.lines.filtered(lambda x, move=move: x.move_id == move)
                )
                for move in adoption.lines.move_id
            ),
            *(
                move._describe_outgoing(target, adoption.tree)
                for move in adoption.moves_out
                if move.location_id in adoption.tree
            ),
            *(move._describe_incoming(target) for move in moves_in),
            *self._describe_rules(adoption),
        ]
        return self._show(name, said, "info")

    def _describe_goods(self, adoption, target):
        """Say where the place goes, and its goods."""
        place = f"{target.display_name}/{self.location_id.name}"
        if not adoption.quants:
            return self.env._(
                "Nothing lies here. It becomes %(place)s (%(state)s).",
                place=place,
                state=self.state_id.name,
            )
        way = self.location_id._get_adoption_way(self.state_id, self.warehouse_id)
        return self.env._(
            "What lies here (units: %(quantity)g, products: %(count)s, worth "
            "%(value)s) goes by way of %(way)s and back into its bins. Its value "
            "stays. The place becomes %(place)s (%(state)s).",
            quantity=sum(adoption.quants.mapped("quantity")),
            count=len(adoption.quants.product_id),
            value=self.currency_id.format(sum(adoption.quants.mapped("value"))),
            way=", ".join(stop.display_name for stop in way),
            place=place,
            state=self.state_id.name,
        )

    def _describe_rules(self, adoption):
        """Name the rules that would go on filling the place.

        :rtype: list[str]
        """
        here = adoption.tree.ids
        rules = self.env["stock.warehouse.orderpoint"].search(
            [("location_id", "in", here)]
        )
        putaways = self.env["stock.putaway.rule"].search(
            [("location_out_id", "in", here), ("location_in_id", "not in", here)]
        )
        return [
            *(
                self.env._(
                    "The reordering rule %(rule)s orders goods to this place: archive "
                    "it.",
                    rule=rule.display_name,
                )
                for rule in rules
            ),
            *(
                self.env._(
                    "A putaway rule sends what arrives in %(place)s here: change it "
                    "if that must be sold.",
                    place=rule.location_in_id.display_name,
                )
                for rule in putaways
            ),
        ]

    @api.model
    def _show(self, name, said, kind):
        """One place with its sentences.

        :param str kind: of the notice: success, info, warning or danger
        """
        icons = {
            "success": "check",
            "info": "arrow-right",
            "warning": "exclamation-triangle",
            "danger": "hand-stop-o",
        }
        words = {
            "success": self.env._("Taken over"),
            "info": self.env._("Will be taken over"),
            "warning": self.env._("Goods are missing now"),
            "danger": self.env._("Not taken over"),
        }
        return Markup(
            "<div class='alert alert-%s mb-2'><strong><i class='fa fa-%s me-2'></i>"
            "%s: %s</strong><ul class='mb-0'>%s</ul></div>"
        ) % (
            kind,
            icons[kind],
            name,
            words[kind],
            Markup().join(Markup("<li>%s</li>") % line for line in said),
        )
