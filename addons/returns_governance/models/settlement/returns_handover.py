from odoo import Command, api, fields, models

from odoo.addons.inventory_states.patience import lock, patient

from ...const import HANDOVER_STATES
from ...guard import deny, refuse

FINANCE = "returns_governance.group_finance"


class ReturnsHandover(models.Model):
    """Returned goods go over to another company of the owner, at the transfer price.

    One company sold the goods, and the node at which they come back stands with
    another. The seller credits its customer and takes the goods into that node, as
    ever; what is fit for sale then leaves its stock and enters the other company's, by
    way of Odoo's place between companies. The seller invoices the transfer price, the
    other company has the vendor bill for it: both ledgers balance, and the goods lie in
    the other stock at just what was paid for them.
    """

    _name = "returns.handover"
    _description = "Returned goods handed over to another company"
    _inherit = ["returns.guarded"]
    _machine_fields = frozenset({"state", "invoice_id", "bill_id", "receiver_id"})
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
        index=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Node",
        required=True,
        check_company=True,
        domain=[("returns_owner_warehouse_id", "!=", False)],
    )
    receiver_id = fields.Many2one(
        "res.company", "Goes over to", readonly=True, index=True, copy=False
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        HANDOVER_STATES, default="draft", required=True, readonly=True, copy=False
    )
    line_ids = fields.One2many("returns.handover.line", "handover_id")
    amount = fields.Monetary(
        "Transfer price", compute="_compute_amount", store=True, help="Without tax."
    )
    invoice_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, copy=False, ondelete="restrict"
    )
    bill_id = fields.Many2one(
        "account.move",
        "Bill of the other company",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for handover in self:
            handover.amount = sum(handover.line_ids.mapped("amount"))

    @api.depends("warehouse_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = self.env._(
                "Goods of %(node)s, %(date)s",
                node=handover.warehouse_id.name or "",
                date=fields.Date.to_string(handover.date) or "",
            )

    @api.model_create_multi
    def create(self, vals_list):
        handovers = super().create(vals_list)
        handovers._fill()
        return handovers

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        """What was handed over stays, with its moves and documents."""
        if self.filtered(lambda handover: handover.state != "draft"):
            refuse(
                "RETURN_STATE",
                self.env._("It was handed over: its moves and documents stay."),
            )

    # --- buttons ----------------------------------------------------------------------
    def action_fill(self):
        """Look again what waits at the node, at the price of now."""
        self.check_access("write")
        self._check_draft()
        self._fill()

    @patient
    def action_confirm(self):
        """Move the goods and post the invoice and the bill, all or nothing."""
        self.check_access("write")
        if not self.env.user.has_group(FINANCE):
            deny(self.env._("Only a finance controller hands goods over."))
        lock(self.env, self._table, self.ids)
        for handover in self:
            handover._check_draft()
            handover._check_there()
            # sudo: the right is checked; what is written in the other company are the
            # move and the bill of just these goods, as the node is set up
            handover.sudo()._hand_over()

    def _check_draft(self):
        for handover in self:
            if handover.state != "draft":
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s was handed over already. Make a new one for what "
                        "came since.",
                        name=handover.display_name,
                    ),
                )

    def _check_there(self):
        """Goods that were sold from the node meanwhile cannot go over as well."""
        if not self.line_ids:
            refuse(
                "RETURN_STATE",
                self.env._("Nothing waits at %(node)s.", node=self.warehouse_id.name),
            )
        wanted = [(line._key(), line.quantity) for line in self.line_ids]
        for found in self.line_ids._too_few(self.line_ids._free(), wanted):
            refuse(
                "RETURN_STATE",
                self.env._(
                    "Of %(product)s at %(place)s only %(free)g are free, and "
                    "%(wanted)g were to go over. Take the line out, or free them.",
                    **found,
                ),
            )

    # --- what waits -------------------------------------------------------------------
    def _fill(self):
        """Write the lines anew from what was routed for sale and lies at the node."""
        for handover in self:
            node = handover.warehouse_id
            # sudo: the company of the other warehouse, the routings of this node
            owner = node.sudo().returns_owner_warehouse_id.company_id
            handover._machine_write({"receiver_id": owner.id})
            rows = handover.sudo()._waiting()
            handover.line_ids.unlink()
            handover.env["returns.handover.line"]._machine_create(
                [handover._line_vals(row) for row in rows]
            )

    def _waiting(self):
        """Routings for sale whose goods still lie at the node and went nowhere."""
        gone = self.env["returns.handover.line"].search(
            [
                ("routing_id.warehouse_id", "=", self.warehouse_id.id),
                ("handover_id", "!=", self.id),
                ("handover_id.state", "!=", "reversed"),
            ]
        )
        rows = self.env["returns.routing"].search(
            [
                ("warehouse_id", "=", self.warehouse_id.id),
                ("disposition_id.kind", "=", "restock"),
                ("id", "not in", gone.routing_id.ids),
            ]
        )
        return rows.filtered(
            lambda row: row.product_id.uom_id.compare(row.quantity_here, 0.0) > 0
        )

    def _line_vals(self, row):
        item = row.move_id.move_line_ids[:1]
        came = row.inspection_id.receipt_id._goods_move()
        units = came._get_valued_qty() if came else 0.0  # the move may count packs
        cost = came.value / units if units else 0.0
        return {
            "handover_id": self.id,
            "routing_id": row.id,
            "product_id": row.product_id.id,
            "lot_id": row.lot_id.id,
            "location_id": (item.location_dest_id or row.move_id.location_dest_id).id,
            "quantity": row.quantity_here,
            "price": self._transfer_price(row.product_id, row.quantity_here, cost),
        }

    def _transfer_price(self, product, quantity, cost):
        """Price of a unit, as the node says."""
        node = self.warehouse_id.sudo()  # sudo: how the price is made, not who may
        if node.returns_transfer_basis == "pricelist":
            return node.returns_transfer_pricelist_id._get_product_price(
                product, quantity, currency=self.currency_id, date=self.date
            )
        return cost * node.returns_transfer_percent / 100.0

    # --- doing ------------------------------------------------------------------------
    def _hand_over(self):
        between = self.env.ref("stock.stock_location_inter_company")
        target = self.warehouse_id.returns_owner_warehouse_id
        shelf = target.lot_stock_id
        lines = self.line_ids
        lines._move("out_move_id", [(line.location_id, between) for line in lines])
        lines._move("in_move_id", [(between, shelf) for _line in lines])
        invoice = self._document("out_invoice", self.company_id, self.receiver_id)
        bill = self._document("in_invoice", self.receiver_id, self.company_id)
        bill.ref = invoice.name
        bill.action_post()
        self._machine_write(
            {"state": "done", "invoice_id": invoice.id, "bill_id": bill.id}
        )

    def _document(self, move_type, company, other):
        """The invoice of the one company, or the bill of the other, posted or ready."""
        moves = self.env["account.move"].with_company(company)
        move = moves.create(
            {
                "move_type": move_type,
                "company_id": company.id,
                "partner_id": other.partner_id.id,
                "invoice_date": self.date,
                "currency_id": self.currency_id.id,
                "invoice_origin": self.display_name,
                "invoice_line_ids": [
                    Command.create(line._item_vals()) for line in self.line_ids
                ],
            }
        )
        if move_type == "out_invoice":
            move.action_post()
        return move


class ReturnsHandoverLine(models.Model):
    """What one routing put at the node, and goes over."""

    _name = "returns.handover.line"
    _description = "Goods handed over"
    _inherit = ["returns.guarded"]
    # A line can be taken out of a draft; nobody types a quantity or a price.
    _machine_fields = frozenset(
        {
            "handover_id",
            "routing_id",
            "product_id",
            "lot_id",
            "location_id",
            "quantity",
            "price",
            "out_move_id",
            "in_move_id",
        }
    )
    _rec_name = "product_id"

    handover_id = fields.Many2one(
        "returns.handover", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    receiver_id = fields.Many2one(related="handover_id.receiver_id", store=True)
    currency_id = fields.Many2one(related="handover_id.currency_id")
    routing_id = fields.Many2one(
        "returns.routing", required=True, readonly=True, index=True
    )
    order_id = fields.Many2one(related="routing_id.order_id", string="Return")
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    lot_id = fields.Many2one("stock.lot", "Lot/serial", readonly=True)
    location_id = fields.Many2one("stock.location", "Lies at", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    price = fields.Float("Price", digits="Product Price", readonly=True)
    amount = fields.Monetary(compute="_compute_amount", store=True)
    out_move_id = fields.Many2one("stock.move", "Out", readonly=True, copy=False)
    in_move_id = fields.Many2one("stock.move", "In", readonly=True, copy=False)

    @api.depends("quantity", "price")
    def _compute_amount(self):
        for line in self:
            line.amount = line.currency_id.round(line.quantity * line.price)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        """What has moved stays."""
        if self.out_move_id:
            refuse("RETURN_STATE", self.env._("These goods have gone over already."))

    def _key(self):
        return self.product_id, self.location_id, self.lot_id

    def _too_few(self, free, wanted):
        """Words on each of the heaps of which more is wanted than is free.

        :param dict free: {(product, place, lot): units}
        :param wanted: [((product, place, lot), units)]
        """
        sums = {}
        for key, quantity in wanted:
            sums[key] = sums.get(key, 0.0) + quantity
        return [
            {
                "product": " ".join(filter(None, [product.display_name, lot.name])),
                "place": place.complete_name,
                "free": free.get((product, place, lot), 0.0),
                "wanted": units,
            }
            for (product, place, lot), units in sums.items()
            if product.uom_id.compare(free.get((product, place, lot), 0), units) < 0
        ]

    def _free(self, places=None):
        """{key: units that nobody has reserved} of these goods, in one query.

        :param places: where to look; without, where the lines say that they lie
        """
        places = places or self.location_id
        # sudo: how much lies there, for who passes it on
        groups = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("location_id", "in", places.ids),
                ],
                ["product_id", "location_id", "lot_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        env = self.env
        return {
            (product.with_env(env), place.with_env(env), lot.with_env(env)): there
            - reserved
            for product, place, lot, there, reserved in groups
        }

    def _move(self, field, ways):
        """Move the goods in one of the two companies, all at once.

        :param str field: keeps the move of each line; of the other company ``in_move``
            and ``back_out_move``
        :param list ways: (from, to) of each line
        """
        handover = self.handover_id
        theirs = field in ("in_move_id", "back_out_move_id")
        company = handover.receiver_id if theirs else handover.company_id
        moves = (
            self.env["stock.move"]
            .with_company(company)
            .create(
                [
                    line._move_vals(company, *way)
                    for line, way in zip(self, ways, strict=True)
                ]
            )
        )
        moves._action_done()
        for line, move in zip(self, moves, strict=True):
            line._machine_write({field: move.id})

    def _move_vals(self, company, source, target):
        common = {
            "product_id": self.product_id.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": company.id,
            "picked": True,
        }
        item = {
            **common,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": self.quantity,
            "lot_id": self.lot_id.id,
        }
        return {
            **common,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": self.quantity,
            "origin": self.order_id.name,
            "returns_handover_line_id": self.id,
            "move_line_ids": [Command.create(item)],
        }

    def _item_vals(self):
        """Values of its line on the invoice, and on the bill."""
        return {
            "product_id": self.product_id.id,
            "name": f"{self.product_id.display_name}, {self.order_id.name}",
            "quantity": self.quantity,
            "product_uom_id": self.product_id.uom_id.id,
            "price_unit": self.price,
            "returns_handover_line_id": self.id,
        }
