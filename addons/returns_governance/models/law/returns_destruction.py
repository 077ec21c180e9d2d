from odoo import api, fields, models

from odoo.addons.inventory_states.patience import lock, patient

from ...const import DEROGATIONS, DESTROYING_KINDS, DESTRUCTION_STATES
from ...guard import refuse
from .evidence import bind

LAW = "eu_destruction"
# Regulation (EU) 2024/1781 Art 25(1) and (4): from when on which size of company.
MEDIUM_FROM = "2030-07-19"


class ReturnsDestruction(models.Model):
    """A permission to destroy goods that the law forbids to destroy unsold.

    Regulation (EU) 2024/1781 Art 25: only under a derogation, with evidence, and here
    with a second person's approval. The units that are discarded use it up.
    """

    _name = "returns.destruction"
    _description = "Permission to destroy goods"
    _inherit = ["returns.guarded", "mail.thread"]
    _machine_fields = frozenset({"quantity_used", "state"})
    _order = "id desc"
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    product_id = fields.Many2one(
        "product.product", required=True, index=True, ondelete="restrict"
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    unsold_kind = fields.Selection(
        related="product_id.product_tmpl_id.returns_unsold_kind", string="Goods"
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot/serial",
        domain="[('product_id', '=', product_id)]",
        ondelete="restrict",
        help="Empty: any lot.",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)
    quantity_used = fields.Float("Used", digits="Product Unit", readonly=True)
    derogation = fields.Selection(
        DEROGATIONS, required=True, help="Art 25(5) of Regulation (EU) 2024/1781."
    )
    note = fields.Text("Why it applies", required=True)
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "returns_destruction_evidence_rel",
        "destruction_id",
        "attachment_id",
        "Evidence",
        bypass_search_access=True,
        help="Such as the finding with photos, the offer for repair, the refusals of "
        "the charities that were asked.",
    )
    approval_ids = fields.One2many("returns.approval", "destruction_id", "Approvals")
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", compute="_compute_approved_by_id"
    )
    state = fields.Selection(
        DESTRUCTION_STATES,
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
    )
    move_line_ids = fields.One2many(
        "stock.move.line", "returns_destruction_id", "Discarded"
    )

    _quantity_positive = models.Constraint(
        "check (quantity > 0)", "The quantity must be above zero."
    )

    @api.depends("approval_ids.state")
    def _compute_state(self):
        for permission in self:
            last = permission.approval_ids.sorted("id")[-1:].state
            permission.state = {
                "open": "asked",
                "approved": "approved",
                "refused": "refused",
            }.get(last, "draft")

    @api.depends("approval_ids.state")
    def _compute_approved_by_id(self):
        for permission in self:
            given = permission.approval_ids.filtered(lambda a: a.state == "approved")
            permission.approved_by_id = given.decided_by_id[:1]

    # --- what was asked stays as it was asked ---------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        permissions = super().create(vals_list)
        bind(permissions, "evidence_ids")
        return permissions

    def write(self, vals):
        fixed = {"company_id", "product_id", "lot_id", "quantity", "derogation"}
        fixed |= {"note", "evidence_ids"}
        if fixed & vals.keys():
            self._check_is_draft()
        result = super().write(vals)
        if "evidence_ids" in vals:
            bind(self, "evidence_ids")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_is_draft()

    def _check_is_draft(self):
        for permission in self:
            if permission.state != "draft":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s was put before an approver and cannot be changed "
                        "any more. Make a new permission.",
                        name=permission.display_name,
                    ),
                )

    @patient
    def action_ask(self):
        """Put the permission before a second person.

        :return: True
        :raise UserError: BAD_REQUEST without evidence; RETURN_STATE where it was asked
        """
        self.check_access("write")
        self._check_is_draft()
        for permission in self:
            if not permission.evidence_ids:
                refuse(
                    "BAD_REQUEST",
                    self.env._(
                        "%(name)s: a derogation needs evidence. Attach it, then ask.",
                        name=permission.display_name,
                    ),
                )
        # sudo: the machine asks; the rights were checked
        self.env["returns.approval"].sudo()._ask([row._question() for row in self])
        return True

    def _question(self):
        """The question of this permission, as ``returns.approval._ask`` takes it."""
        product = self.product_id.with_company(self.company_id)
        return {
            "kind": "destruction",
            "key": f"destruction {self.id}",
            "company": self.company_id,
            # sudo: what the goods are worth, for who decides
            "amount": product.sudo().standard_price * self.quantity,
            "levels": [(0.0, "manager")],
            "why": self.note,
            "values": {
                "destruction_id": self.id,
                "product_id": self.product_id.id,
                "quantity": self.quantity,
            },
        }

    # --- the ban --------------------------------------------------------------------
    @api.model
    def _is_banned(self, product, company):
        """Whether this company may not destroy this product unsold."""
        # sudo: whoever moves goods is held by the law
        if not product.sudo().product_tmpl_id.returns_unsold_kind:
            return False
        today = fields.Date.context_today(self)
        size = company.sudo().returns_company_size
        if size == "small" or (
            size == "medium" and today < fields.Date.to_date(MEDIUM_FROM)
        ):
            return False
        return self.env["returns.law"]._holds(LAW, company, today)

    @api.model
    def _destroys(self, disposition):
        return disposition.kind in DESTROYING_KINDS

    @api.model
    def _left(self, product, company, lot):
        """The approved permissions with units left for these goods, and the units.

        :return: list of (permission, quantity left), the one for the lot first
        """
        # sudo: who moves the goods need not see who approved what
        rows = self.sudo().search(
            [
                ("state", "=", "approved"),
                ("product_id", "=", product.id),
                ("company_id", "=", company.id),
                ("lot_id", "in", (False, lot.id)),
            ],
            order="lot_id, id",
        )
        return [
            (row, row.quantity - row.quantity_used)
            for row in rows
            if product.uom_id.compare(row.quantity, row.quantity_used) > 0
        ]

    @api.model
    def _take(self, lines):
        """Use up permissions for move lines that discard goods under the ban.

        :raise UserError: DESTRUCTION_BANNED where none is left
        """
        for line in lines.filtered(lambda row: not row.returns_destruction_id):
            permission = self._permission_for(line)
            line.sudo().returns_destruction_id = permission
        lines.returns_destruction_id._recount(lines)

    def _permission_for(self, line):
        product = line.product_id
        for permission, left in self._left(product, line.company_id, line.lot_id):
            if product.uom_id.compare(line.quantity_product_uom, left) <= 0:
                return permission
        kinds = dict(
            product.product_tmpl_id._fields[
                "returns_unsold_kind"
            ]._description_selection(self.env)
        )
        return refuse(
            "DESTRUCTION_BANNED",
            self.env._(
                "%(product)s (%(kind)s) may not be destroyed unsold, recycling "
                "included (Regulation (EU) 2024/1781 Art 25). Offer it for reuse or "
                "donation. Under a derogation, have a permission to destroy %(left)g "
                "%(unit)s with evidence approved by a second person first.",
                product=product.display_name,
                kind=kinds.get(product.product_tmpl_id.returns_unsold_kind),
                left=line.quantity_product_uom,
                unit=product.uom_id.name,
            ),
        )

    def _recount(self, booking):
        """Write what is used anew, with the lines that are being booked."""
        if not self:
            return
        lock(self.env, self._table, self.ids)
        for permission in self.sudo():
            lines = permission.move_line_ids.filtered(
                lambda row: row.state == "done" or row in booking
            )
            back = lines.state_reversal_line_ids.filtered(
                lambda row: row.state == "done" or row in booking
            )
            used = sum(lines.mapped("quantity_product_uom")) - sum(
                back.mapped("quantity_product_uom")
            )
            if permission.uom_id.compare(used, permission.quantity) > 0:
                refuse(
                    "DESTRUCTION_BANNED",
                    self.env._(
                        "%(product)s: the permission covers %(quantity)g %(unit)s, and "
                        "these would be %(used)g.",
                        product=permission.product_id.display_name,
                        quantity=permission.quantity,
                        unit=permission.uom_id.name,
                        used=used,
                    ),
                )
            permission._machine_write({"quantity_used": used})
