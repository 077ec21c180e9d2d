from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import ERROR_GUARDED, KEY_LEDGER, KEY_PERMIT
from ..ledger import Collector, Permit
from .inventory_state_transition import Change

#: Writing these moves quants of a done line, or the reservation of another one.
BOOKING_FIELDS = {
    "location_id",
    "location_dest_id",
    "lot_id",
    "lot_name",
    "package_id",
    "result_package_id",
    "owner_id",
    "product_id",
    "product_uom_id",
    "quantity",
    "quant_id",
}


class StockMoveLine(models.Model):
    """The guard: no move line is booked, on any path, unless the table allows it."""

    _inherit = "stock.move.line"

    state_reversed_line_id = fields.Many2one(
        "stock.move.line",
        "Takes Back",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The booked line that this one reverses. Only Undo can set it.",
    )
    state_reversal_line_ids = fields.One2many(
        "stock.move.line", "state_reversed_line_id", "Taken Back By"
    )
    state_change_ids = fields.One2many("inventory.state.change", "move_line_id")

    # ------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Ask the guard about new lines; book those of done transfers one by one."""
        permitted = Permit._take(self.env, "reversal")
        if not self._creates_done(vals_list):
            lines = super().create(vals_list)
        else:
            lines = self.browse()
            for vals in vals_list:
                # a correction by hand: rare, and a line is known by its bookings
                with_collector, collector = self._with_collector()
                line = super(StockMoveLine, with_collector).create([vals])
                line = line.with_env(self.env)
                collector.attribute(line.id)
                line._settle(collector)
                lines += line
        # checked on the records: a default of a context gets past the values
        if not permitted and lines.state_reversed_line_id:
            self._refuse_reversal_mark()
        lines._check_reservation()
        return lines

    def write(self, vals):
        """Ask the guard about changes of booked lines and of reservations."""
        origin = vals.get("state_reversed_line_id", 0)
        if origin != 0 and any(x.state_reversed_line_id.id != origin for x in self):
            self._refuse_reversal_mark()
        if not BOOKING_FIELDS & vals.keys():
            return super().write(vals)
        done = self.filtered(lambda line: line.move_id.state == "done")
        if done:
            with_collector, collector = self._with_collector()
            res = super(StockMoveLine, with_collector).write(vals)
            done._settle(collector)
        else:
            res = super().write(vals)
        (self - done)._check_reservation()
        return res

    def _action_done(self):
        """Ask the guard, book, and write the ledger from what the quants did."""
        booked = self.filtered(lambda line: line.quantity > 0)
        booked._check_state_changes()
        with_collector, collector = self._with_collector()
        res = super(StockMoveLine, with_collector)._action_done()
        self.env["stock.move.line"]._settle(collector, checked=booked)
        return res

    def _synchronize_quant(
        self, quantity, location, action="available", in_date=False, **quants_value
    ):
        """Tell the collector which line the quants move for."""
        collector = Collector._of(self.env)
        if not collector:
            return super()._synchronize_quant(
                quantity, location, action, in_date, **quants_value
            )
        with collector.booking(self.id):
            return super()._synchronize_quant(
                quantity, location, action, in_date, **quants_value
            )

    # ---------------------------------------------------------------- booking

    def _with_collector(self):
        """These lines in a context that gathers what the quants do.

        :return: the lines and the collector
        """
        collector = Collector()
        return self.with_context(**{KEY_LEDGER: collector}), collector

    def _creates_done(self, vals_list):
        """Whether any of the new lines may be booked in ``create`` itself.

        What this overlooks is refused when the quants are about to change.
        """
        context = self.env.context
        if "default_state" in context or any("state" in vals for vals in vals_list):
            return True
        given = [*vals_list, {"move_id": context.get("default_move_id")}]
        move_ids = {vals["move_id"] for vals in given if vals.get("move_id")}
        given.append({"picking_id": context.get("default_picking_id")})
        picking_ids = {
            vals["picking_id"]
            for vals in given
            if vals.get("picking_id") and not vals.get("move_id")
        }
        moves = self.env["stock.move"].browse(move_ids)
        moves |= self.env["stock.picking"].browse(picking_ids).move_ids
        return "done" in moves.mapped("state")

    def _settle(self, collector, checked=None):
        """Close a collector: let the guard see what was booked, write the ledger.

        :param collector: what the quants did
        :param checked: lines whose own places the guard has seen already; what else
            was booked for them is checked all the same
        """
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        entries = collector.close(digits)
        checked = checked or self.browse()
        (self - checked)._check_state_changes()
        known = {(line.id, line.location_id, line.location_dest_id) for line in checked}
        lines = self.env["stock.move.line"]
        # sudo: places of the lines that are being booked
        places = self.env["stock.location"].sudo()
        changes = []
        for entry in entries:
            if not (entry.source and entry.dest):
                continue
            source = places.browse(entry.source.location)
            dest = places.browse(entry.dest.location)
            if (entry.line, source, dest) not in known:
                changes.append(Change(lines.browse(entry.line).sudo(), source, dest))
        self.env["inventory.state.transition"]._check_changes(changes)
        self.env["inventory.state.change"]._record(entries)

    # ------------------------------------------------------------------ guard

    def _get_changes(self):
        """What these lines do or would do, for the guard."""
        # sudo: the guard reads places and goods, whoever moves them; who the user
        # is stays the same under sudo
        return [
            Change(line, line.location_id, line.location_dest_id)
            for line in self.sudo()
            if line.product_id.is_storable
        ]

    def _check_state_changes(self):
        """Refuse what the table does not allow, with who may and reason."""
        self.env["inventory.state.transition"]._check_changes(
            [c for c in self._get_changes() if c.line.quantity > 0]
        )

    def _check_reservation(self):
        """Refuse to hold goods for a change that could never be booked."""
        changes = [
            change
            for change in self._get_changes()
            if change.line.state not in ("done", "cancel")
            and change.line.quantity > 0
            and not change.source.should_bypass_reservation()
        ]
        self.env["inventory.state.transition"]._check_changes(changes, reserving=True)

    def _refuse_reversal_mark(self):
        """Say that a reversal is made by the machine only."""
        raise UserError(
            self.env._(
                "[%(code)s] A line is made a reversal of another one by Undo only.",
                code=ERROR_GUARDED,
            )
        )

    def _get_state_reason(self):
        """The reason given for the change that this line makes.

        :rtype: str | bool
        """
        move = self.move_id
        return (
            move.state_reason
            or move.picking_id.state_reason
            or (move.is_inventory and move.inventory_name)
        )

    def _is_customer_owned(self):
        """Whether the goods belong to whoever they go to, and not to the company."""
        owner = self.owner_id
        if not owner or owner == self.company_id.partner_id:
            return False
        partner = self.move_id.partner_id or self.picking_id.partner_id
        return (
            not partner or partner.commercial_partner_id == owner.commercial_partner_id
        )

    def _prepare_state_change_vals(self):
        """Values of the ledger rows of this line, beside goods and places.

        To be extended by addons that know more, such as the policy version.

        :rtype: dict
        """
        self.ensure_one()
        return {
            "move_line_id": self.id,
            "company_id": self.company_id.id,
            "user_id": self.env.uid,
            "reason": self._get_state_reason(),
        }

    # --------------------------------------------------------------- reversal

    def _is_valid_reversal(self):
        """Whether this line takes back no more than what its origin did."""
        origin = self.state_reversed_line_id
        if origin.state != "done" or (
            self.product_id,
            self.lot_id,
            self.owner_id,
            self.location_id,
            self.location_dest_id,
        ) != (
            origin.product_id,
            origin.lot_id,
            origin.owner_id,
            origin.location_dest_id,
            origin.location_id,
        ):
            return False
        taken = sum(origin.state_reversal_line_ids.mapped("quantity_product_uom"))
        uom = self.product_id.uom_id
        return uom.compare(taken, origin.quantity_product_uom) <= 0

    def _reverse_state_changes(self, reason, quantities=None):
        """Take booked lines back: the goods go where they came from.

        Each line's own pair is taken back whatever the table says, by those who may
        make that pair, and the ledger row names the row that it takes back. One
        move is made per move, all are booked in one call.

        :param str reason: why, for the ledger
        :param dict quantities: quantity to take back by line, in the product's unit;
            default: what was not taken back yet
        :return: the reversing ``stock.move`` records, done
        :raise UserError: with a code, when nothing is left or the guard refuses
        """
        rest = self._get_reversible_quantities()
        wanted = quantities or {line: rest[line] for line in self}
        by_move = defaultdict(list)
        for line in self:
            if line.product_id.uom_id.compare(wanted[line], 0) <= 0:
                line._refuse_reversal()
            by_move[line.move_id].append((line, wanted[line]))
        moves = self.env["stock.move"].create(
            [
                move._prepare_state_reversal_vals(reason, [x[1] for x in pairs])
                for move, pairs in by_move.items()
            ]
        )
        vals_list = [
            line._prepare_state_reversal_line_vals(reversal, quantity)
            for reversal, pairs in zip(moves, by_move.values(), strict=True)
            for line, quantity in pairs
        ]
        self.with_context(**{KEY_PERMIT: Permit("reversal")}).create(vals_list)
        moves.picked = True
        moves._action_done()
        return moves

    def _get_reversible_quantities(self):
        """What of each line was not taken back yet, in the product's unit.

        :rtype: dict[stock.move.line, float]
        """
        taken = dict(
            self._read_group(
                [
                    ("state_reversed_line_id", "in", self.ids),
                    ("state", "=", "done"),
                ],
                ["state_reversed_line_id"],
                ["quantity_product_uom:sum"],
            )
        )
        return {
            line: (line.quantity_product_uom if line.state == "done" else 0.0)
            - taken.get(line, 0.0)
            for line in self
        }

    def _refuse_reversal(self):
        """Say that there is nothing to take back."""
        raise UserError(
            self.env._(
                "[%(code)s] Nothing is left to take back of the move of %(product)s "
                "from %(origin)s to %(dest)s.",
                code=ERROR_GUARDED,
                product=self.product_id.display_name,
                origin=self.location_id.display_name,
                dest=self.location_dest_id.display_name,
            )
        )

    def _prepare_state_reversal_line_vals(self, move, quantity):
        """Values of the line that takes ``quantity`` of this one back."""
        self.ensure_one()
        return {
            "move_id": move.id,
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": quantity,
            "picked": True,
            "lot_id": self.lot_id.id,
            "owner_id": self.owner_id.id,
            "package_id": self.result_package_id.id,
            "result_package_id": self.package_id.id,
            "location_id": self.location_dest_id.id,
            "location_dest_id": self.location_id.id,
            "state_reversed_line_id": self.id,
        }
