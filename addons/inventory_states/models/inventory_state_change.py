from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..const import ERROR_APPEND_ONLY, KEY_PERMIT
from ..ledger import Permit


class InventoryStateChange(models.Model):
    """The ledger: one row per quantity that went from one place to another.

    Append-only for everybody. Rows are written by the machine alone, in the same
    transaction as the quants, from what the quants really did; adding them up gives
    the quants. An opening row has no source: the stock was there when the ledger
    began.
    """

    _name = "inventory.state.change"
    _description = "Stock Ledger"
    _order = "id desc"
    _rec_name = "product_id"

    date = fields.Datetime(required=True, readonly=True, index=True)
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    product_uom_id = fields.Many2one("uom.uom", related="product_id.uom_id")
    quantity = fields.Float(digits="Product Unit", required=True, readonly=True)
    owner_id = fields.Many2one(
        "res.partner", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    state_id = fields.Many2one(
        "inventory.state", "From State", readonly=True, ondelete="restrict"
    )
    state_dest_id = fields.Many2one(
        "inventory.state", "To State", readonly=True, ondelete="restrict", index=True
    )
    location_id = fields.Many2one(
        "stock.location", "From", readonly=True, ondelete="restrict", index=True
    )
    location_dest_id = fields.Many2one(
        "stock.location", "To", readonly=True, ondelete="restrict", index=True
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse", "From Warehouse", readonly=True, ondelete="restrict"
    )
    warehouse_dest_id = fields.Many2one(
        "stock.warehouse", "To Warehouse", readonly=True, ondelete="restrict"
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "From Lot",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    lot_dest_id = fields.Many2one(
        "stock.lot",
        "Lot/Serial Number",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    package_id = fields.Many2one(
        "stock.package",
        "From Package",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    package_dest_id = fields.Many2one(
        "stock.package",
        "To Package",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    reason = fields.Char(readonly=True)
    policy_version = fields.Char(
        "Policy", readonly=True, help="The policy version that decided this change."
    )
    table_id = fields.Many2one(
        "inventory.state.table",
        "Allowed By",
        readonly=True,
        ondelete="restrict",
        help="The edition of the table of allowed changes that was in force.",
    )
    user_id = fields.Many2one(
        "res.users", "Who", required=True, readonly=True, ondelete="restrict"
    )
    move_line_id = fields.Many2one(
        "stock.move.line",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    move_id = fields.Many2one("stock.move", related="move_line_id.move_id")
    picking_id = fields.Many2one("stock.picking", related="move_line_id.picking_id")
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="restrict"
    )
    reversed_id = fields.Many2one(
        "inventory.state.change",
        "Takes Back",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    reversal_ids = fields.One2many("inventory.state.change", "reversed_id")
    is_state_change = fields.Boolean(
        "Changed State",
        compute="_compute_is_state_change",
        search="_search_is_state_change",
    )
    can_undo = fields.Boolean(compute="_compute_can_undo")

    _state_date_idx = models.Index("(state_dest_id, warehouse_dest_id, product_id, id)")
    _quantity_positive = models.Constraint(
        "check (quantity > 0)", "A ledger row has a quantity."
    )

    @api.depends("state_id", "state_dest_id")
    def _compute_is_state_change(self):
        for change in self:
            change.is_state_change = change.state_id != change.state_dest_id

    def _search_is_state_change(self, operator, value):
        if operator != "in":
            return NotImplemented
        query = self._search([])
        query.add_where(
            "inventory_state_change.state_id IS DISTINCT FROM state_dest_id"
        )
        wanted = "in" if True in value else "not in"
        return [("id", wanted, query)]

    @api.depends("move_line_id", "reversal_ids")
    def _compute_can_undo(self):
        for change in self:
            change.can_undo = change._is_undoable()

    def _is_undoable(self):
        """Whether this row can be taken back: it moved goods and was not undone."""
        return bool(
            self.move_line_id
            and self.location_id
            and self.location_dest_id
            and not self.reversal_ids
            and not self.reversed_id
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Take rows from the machine only.

        :raise UserError: with ``[APPEND_ONLY]`` for everybody else
        """
        if not Permit._take(self.env, "ledger"):
            self._refuse_edit()
        return super(
            InventoryStateChange, self.with_context(**{KEY_PERMIT: False})
        ).create(vals_list)

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse: a row is never edited, a mistake is taken back by a new row.

        :raise UserError: with ``[APPEND_ONLY]``
        """
        self._refuse_edit()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_uninstall(self):
        self._refuse_edit()

    def _refuse_edit(self):
        """Say that the ledger is append-only."""
        raise UserError(
            self.env._(
                "[%(code)s] The stock ledger is written by the stock itself and "
                "cannot be edited by anybody. Take a change back with Undo.",
                code=ERROR_APPEND_ONLY,
            )
        )

    def action_undo(self):
        """Open the dialog that takes this change back."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Undo"),
            "res_model": "inventory.state.reversal.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_change_id": self.id},
        }

    # ---------------------------------------------------------------- booking

    @api.model
    def _record(self, entries):
        """Write the rows of one booking, in one go.

        :param list[ledger.Entry] entries: what the quants did, by move line
        :return: the new rows
        """
        if not entries:
            return self.browse()
        lines = self.env["stock.move.line"].sudo()
        common = {
            "date": fields.Datetime.now(),
            "table_id": self.env["inventory.state.table"]._current_id(),
        }
        by_line = {}
        vals_list = []
        for entry in entries:
            line = lines.browse(entry.line)
            if entry.line not in by_line:
                by_line[entry.line] = line._prepare_state_change_vals()
            vals_list.append(
                {**self._prepare_entry_vals(entry), **by_line[entry.line], **common}
            )
        self._set_reversed(vals_list)
        # sudo: nobody has the right to create rows; the permit is taken at once
        changes = self.sudo().with_context(**{KEY_PERMIT: Permit("ledger")})
        return changes.create(vals_list)

    @api.model
    def _prepare_entry_vals(self, entry):
        """Values of the goods and the places of one row."""
        goods = entry.source or entry.dest
        vals = {
            "product_id": goods.product,
            "owner_id": goods.owner,
            "quantity": entry.quantity,
        }
        for suffix, key in (("", entry.source), ("_dest", entry.dest)):
            if not key:
                continue
            # sudo: both places belong to the line that is being booked
            place = self.env["stock.location"].sudo().browse(key.location)
            vals |= {
                f"location{suffix}_id": key.location,
                f"state{suffix}_id": place.effective_state_id.id,
                f"warehouse{suffix}_id": place.warehouse_id.id,
                f"lot{suffix}_id": key.lot,
                f"package{suffix}_id": key.package,
            }
        return vals

    @api.model
    def _set_reversed(self, vals_list):
        """Name, in rows of reversing lines, the rows that they take back."""
        lines = self.env["stock.move.line"].sudo()
        ids = {vals["move_line_id"] for vals in vals_list}
        origin = {
            line.id: line.state_reversed_line_id.id
            for line in lines.browse(ids)
            if line.state_reversed_line_id
        }
        if not origin:
            return
        rows = defaultdict(list)
        for row in self.sudo().search([("move_line_id", "in", list(origin.values()))]):
            rows[row.move_line_id.id].append(row)
        for vals in vals_list:
            candidates = rows.get(origin.get(vals["move_line_id"]), [])
            vals["reversed_id"] = next(
                (
                    row.id
                    for row in candidates
                    if row.location_id.id == vals.get("location_dest_id")
                    and row.location_dest_id.id == vals.get("location_id")
                ),
                False,
            )

    @api.model
    def _create_opening_rows(self):
        """Write one row for each heap of goods that is there before the ledger.

        Only an empty ledger is opened; a negative heap is a row that left it.
        """
        self.env.flush_all()
        if self.sudo().search_count([], limit=1):
            return
        self.env.cr.execute(
            SQL(
                """
        INSERT INTO inventory_state_change (
            create_uid, create_date, write_uid, write_date, date, user_id, reason,
            company_id, product_id, owner_id, quantity,
            location_dest_id, state_dest_id, warehouse_dest_id, lot_dest_id,
            package_dest_id, location_id, state_id, warehouse_id, lot_id, package_id)
        SELECT %(uid)s, %(now)s, %(uid)s, %(now)s, %(now)s, %(uid)s, %(reason)s,
            company_id, product_id, owner_id, abs(qty),
            CASE WHEN qty > 0 THEN location_id END,
            CASE WHEN qty > 0 THEN state_id END,
            CASE WHEN qty > 0 THEN warehouse_id END,
            CASE WHEN qty > 0 THEN lot_id END,
            CASE WHEN qty > 0 THEN package_id END,
            CASE WHEN qty < 0 THEN location_id END,
            CASE WHEN qty < 0 THEN state_id END,
            CASE WHEN qty < 0 THEN warehouse_id END,
            CASE WHEN qty < 0 THEN lot_id END,
            CASE WHEN qty < 0 THEN package_id END
        FROM (
            SELECT q.company_id, q.product_id, q.owner_id, q.location_id, q.lot_id,
                q.package_id, l.effective_state_id AS state_id, l.warehouse_id,
                sum(q.quantity) AS qty
            FROM stock_quant q JOIN stock_location l ON l.id = q.location_id
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
            HAVING sum(q.quantity) <> 0
            ORDER BY min(q.in_date)
        ) heap""",
                uid=self.env.uid,
                now=fields.Datetime.now(),
                reason=self.env._("Stock when the ledger began"),
            )
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------------ as of

    @api.model
    def _get_quantities_at(self, moment, domain=None):
        """What lay where at a moment, by adding up the rows until then.

        :param datetime moment: UTC; rows of that second count
        :param list domain: narrows the rows, on ``product_id`` or ``company_id``
        :return: quantities by (product, warehouse, state), zeros left out
        :rtype: dict[tuple, float]
        """
        domain = [("date", "<=", moment), *(domain or [])]
        totals = defaultdict(float)
        for suffix, sign in (("", -1), ("_dest", 1)):
            groups = self._read_group(
                [*domain, (f"location{suffix}_id", "!=", False)],
                ["product_id", f"warehouse{suffix}_id", f"state{suffix}_id"],
                ["quantity:sum"],
            )
            for product, warehouse, state, quantity in groups:
                totals[product, warehouse, state] += sign * quantity
        return {
            key: quantity
            for key, quantity in totals.items()
            if not key[0].uom_id.is_zero(quantity)
        }
