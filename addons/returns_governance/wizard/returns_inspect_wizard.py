from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.inventory_states.wizard.inventory_dialog import once

OVERRIDERS = (
    "returns_governance.group_warehouse_lead",
    "returns_governance.group_manager",
)


class ReturnsInspectWizard(models.TransientModel):
    """Grade what was received: each product's units split by condition.

    The grid of a row is one JSON value (see ``_grid``), so that a person can count
    units up and down without waiting for the server. The dispositions in it are what
    the policy gives, asked once when the dialog opens, by the same engine call that
    routes them afterwards.
    """

    _name = "returns.inspect.wizard"
    _description = "Inspect goods of returns"
    _inherit = ["returns.dialog"]

    picking_ids = fields.Many2many("stock.picking", string="Transfers")
    line_ids = fields.One2many("returns.inspect.wizard.line", "dialog_id", "Goods")
    empty = fields.Boolean(compute="_compute_empty")
    result = fields.Text(readonly=True)

    @api.depends("line_ids")
    def _compute_empty(self):
        for dialog in self:
            dialog.empty = not dialog.line_ids

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        orders = self._defaults_orders(values)
        receipts = self._receipts(orders)
        values["order_ids"] = [fields.Command.set((orders | receipts.order_id).ids)]
        if "line_ids" in fields_list:
            values["line_ids"] = [
                fields.Command.create(row) for row in self._rows(receipts)
            ]
        return values

    def _receipts(self, orders):
        """Receipts with units to look at, of returns or of a transfer."""
        receipts = orders.receipt_ids
        pickings = self._context_ids("returns_pickings")
        if pickings:
            receipts = self.env["returns.receipt"].search(
                [("picking_id", "in", pickings)]
            )
        return receipts.filtered(
            lambda row: row.product_id.uom_id.compare(row._quantity_to_inspect(), 0) > 0
        )

    def _rows(self, receipts):
        """One row for each product and lot of a line of a return."""
        groups = receipts.grouped(
            lambda row: (row.order_id, row.line_id, row.product_id, row.lot_id)
        )
        conditions = self.env["returns.condition"].search([])
        given = self._given(groups.values(), conditions)
        common = self._choices()
        return [
            {
                "order_id": order.id,
                "line_id": line.id,
                "product_id": product.id,
                "lot_id": lot.id,
                "left": sum(row._quantity_to_inspect() for row in group),
                "grid": {
                    **common,
                    "grades": [
                        self._grade(condition, *given[group[:1], condition])
                        for condition in conditions
                    ],
                },
            }
            for (order, line, product, lot), group in groups.items()
        ]

    def _given(self, groups, conditions):
        """{(receipt, condition): what the policy gives}, asked in one go."""
        pairs = [(group[:1], grade) for group in groups for grade in conditions]
        # sudo: reads only; what the policy says of the goods is told to who grades them
        route = self.env["returns.step.route"].sudo()
        answers = route._policy_dispositions(
            [(receipt.sudo(), condition) for receipt, condition in pairs]
        )
        return dict(zip(pairs, answers, strict=True))

    def _grade(self, condition, disposition, verdict):
        """One cell of the grid."""
        return {
            "condition": condition.id,
            "code": condition.code,
            "name": condition.name,
            "color": condition.color,
            "quantity": 0,
            "given": disposition.id or False,
            "given_name": disposition.name or False,
            "why": self._why(condition, disposition, verdict),
            "wanted": False,
            "reason": "",
        }

    def _why(self, condition, disposition, verdict):
        """Why the policy sends this grade there."""
        if not disposition:
            return self.env._("the policy does not say: a person chooses afterwards")
        if verdict.needs_human:
            return self.env._("proposed; the policy asks a person to confirm it")
        return self.env._(
            "policy: %(grade)s goes to %(place)s%(rule)s",
            grade=condition.name,
            place=disposition.name,
            rule=verdict.rule and f" ({verdict.rule})" or "",
        )

    def _choices(self):
        """What every row of the grid shares: who may choose which disposition."""
        user = self.env.user
        may = any(user.has_group(group) for group in OVERRIDERS)
        choices = self.env["returns.disposition"].search([("state_id", "!=", False)])
        allowed = choices.filtered(
            lambda d: (
                bool(d.sudo().group_ids & user.all_group_ids)
                if d.sudo().group_ids
                else may
            )
        )
        return {"dispositions": [{"id": d.id, "name": d.name} for d in allowed]}

    @once
    def action_confirm(self):
        """Save the findings; the goods go where the policy sends them."""
        self.ensure_one()
        data, results = self._graded()
        if not data and not results:
            raise UserError(
                self.env._("Nothing is graded yet: count units into a condition.")
            )
        results.update(self._take_each("inspect", data) if data else {})
        if any(results.values()):
            return self._keep_refused(results)
        total = sum(e["quantity"] for entries in data.values() for e in entries)
        return self._done(
            self.env._(
                "%(quantity)s units inspected.",
                quantity=self.env["returns.words"]._number(total),
            )
        )

    def _graded(self):
        """({return: its entries}, {return: why they cannot be taken}).

        Of a single return the refusal is raised, and nothing is lost.
        """
        data, refused = {}, {}
        groups = self.line_ids.grouped("order_id")
        for order, group in groups.items():
            try:
                entries = [entry for row in group for entry in row._entries()]
            except UserError as refusal:
                if len(groups) == 1:
                    raise
                refused[order] = str(refusal.args[0])
                continue
            if entries:
                data[order] = entries
        return data, refused

    def _keep_refused(self, results):
        """Show why some were refused; their grades stay, and the others are saved."""
        done = [order for order, why in results.items() if not why]
        saved = self.line_ids.filtered(lambda row: row.order_id in done)
        saved.unlink()
        told = [self.env._("%(count)s returns are saved.", count=len(done))]
        told += [
            f"{order.display_name}: {why}" for order, why in results.items() if why
        ]
        self.result = "\n".join(told)
        return self._reopen(self.env._("Inspect: some could not be saved"))
