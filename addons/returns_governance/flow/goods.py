from collections import Counter

from odoo import fields, models

from ..guard import refuse
from ..models.logistics.stock_move import CHECKED, Checked
from ..models.logistics.stock_quant import HELD, Held


class ReturnsGoods(models.AbstractModel):
    """The stock moves behind the steps: made in one batch, done in one call.

    Every move passes through the guard and the ledger of ``inventory_states`` like any
    other move of the warehouse.
    """

    _name = "returns.goods"
    _description = "Stock moves of returns"

    def _receive(self, specs):
        """Take goods in from the customer.

        :param list[dict] specs: ``order``, ``line`` (or empty), ``product``,
            ``quantity`` (product's unit), ``lot``, ``warehouse``, ``origin_move`` (or
            empty)
        :return: the done moves, one per spec, in their order
        """
        places = self._state_places({spec["warehouse"] for spec in specs}, "inspection")
        pickings = self._make_pickings(specs, "in_type_id", places)
        vals_list = []
        for spec in specs:
            origin = spec["origin_move"]
            spec["owner"] = self._owner(spec)
            source = origin.location_dest_id or (
                spec["order"].partner_id.property_stock_customer
            )
            vals = self._move_vals(
                spec,
                pickings[self._picking_key(spec)],
                source,
                places[spec["warehouse"]],
            )
            vals.update(self._back_vals(spec, origin))
            vals_list.append(vals)
        return self._do(vals_list)

    def _transfer(self, specs):
        """Move inspected goods to the place of their disposition.

        :param list[dict] specs: as for ``_receive``, with ``source`` and ``dest``
            (places) and ``reason``
        :return: the done moves, one per spec, in their order
        """
        pickings = self._make_pickings(
            specs, "int_type_id", {spec["warehouse"]: spec["source"] for spec in specs}
        )
        return self._do(
            [
                self._move_vals(
                    spec,
                    pickings[self._picking_key(spec)],
                    spec["source"],
                    self._put_away(spec),
                )
                for spec in specs
            ]
        )

    def _reverse(self, moves, reason):
        """Take done moves back, each by a counter-move that names what it reverses.

        :return: {move: its done counter-move}
        """
        if not moves:
            return {}
        self._lock_quants(
            [
                {
                    "product_id": move.product_id.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                }
                for move in moves
            ]
        )
        counter = moves.move_line_ids._reverse_state_changes(reason)
        return dict(zip(moves.move_line_ids.move_id, counter, strict=True))

    # --- parts ------------------------------------------------------------------------
    def _back_vals(self, spec, origin):
        """Ties what comes back to its delivery and order line; not what stays the
        customer's, which was neither sold back nor will be paid for."""
        if spec["owner"]:
            return {"to_refund": False}
        return {
            "origin_returned_move_id": origin.id,
            "sale_line_id": spec["line"].sale_line_id.id,
            "to_refund": True,
        }

    def _owner(self, spec):
        """Whose the goods stay: the customer's, where they come for repair. So they are
        not valued, and nothing is credited for them."""
        order = spec["order"]
        repaired = spec["line"].resolution == "repair"
        return order.partner_id if repaired else order.partner_id.browse()

    def _state_places(self, warehouses, code):
        """{warehouse: its place of the state}, refusing where one is missing."""
        places = {}
        for warehouse in warehouses:
            places[warehouse] = warehouse._get_state_location(code)
            if not places[warehouse]:
                refuse(
                    "STATE_TRANSITION",
                    self.env._(
                        "%(warehouse)s has no place for goods under inspection. "
                        "Make one in "
                        "the warehouse's inventory states.",
                        warehouse=warehouse.name,
                    ),
                )
        return places

    def _picking_key(self, spec):
        return (spec["order"], spec["warehouse"])

    def _make_pickings(self, specs, type_field, places):
        """One transfer per return and node, all made at once."""
        keys = list(dict.fromkeys(self._picking_key(spec) for spec in specs))
        types = [warehouse[type_field] for _order, warehouse in keys]
        names = self._take_numbers(types)
        # A default that core looks up anew for each transfer.
        weight = self.env["product.template"]
        weight_unit = weight._get_weight_uom_name_from_ir_config_parameter()
        pickings = self.env["stock.picking"].create(
            [
                {
                    "name": name,
                    "picking_type_id": warehouse[type_field].id,
                    "partner_id": order.partner_id.id,
                    "origin": order.name,
                    "company_id": warehouse.company_id.id,
                    "location_id": (
                        order.partner_id.property_stock_customer.id
                        if type_field == "in_type_id"
                        else places[warehouse].id
                    ),
                    "location_dest_id": places[warehouse].id,
                    "date_done": fields.Datetime.now(),
                    "weight_uom_name": weight_unit,
                }
                for (order, warehouse), name in zip(keys, names, strict=True)
            ]
        )
        return dict(zip(keys, pickings, strict=True))

    def _take_numbers(self, picking_types):
        """The next number of the sequence of each transfer type, in their order."""
        found = {
            picking_type: iter(picking_type.sequence_id._next_many(count))
            for picking_type, count in Counter(picking_types).items()
        }
        return [next(found[picking_type], "/") for picking_type in picking_types]

    def _move_vals(self, spec, picking, source, dest):
        product = spec["product"]
        return {
            "picking_id": picking.id,
            "picking_type_id": picking.picking_type_id.id,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": spec["quantity"],
            "location_id": source.id,
            "location_dest_id": dest.id,
            "partner_id": spec["order"].partner_id.id,
            "company_id": spec["warehouse"].company_id.id,
            "origin": spec["order"].name,
            "returns_line_id": spec["line"].id,
            "state_reason": spec.get("reason") or spec["order"].name,
            "restrict_partner_id": spec["owner"].id,
            "picked": True,
            "move_line_ids": [
                fields.Command.create(
                    {
                        **self._line_vals(
                            product,
                            spec["quantity"],
                            spec["lot"],
                            source,
                            dest,
                            spec["warehouse"].company_id,
                        ),
                        "owner_id": spec["owner"].id,
                        "picking_id": picking.id,
                    }
                )
            ],
        }

    def _line_vals(self, product, quantity, lot, source, dest, company):
        return {
            "product_id": product.id,
            "product_uom_id": product.uom_id.id,
            "quantity": quantity,
            "lot_id": lot.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "company_id": company.id,
            "picked": True,
        }

    def _put_away(self, spec):
        """The shelf that the put-away rules give, below the disposition's place."""
        return spec["dest"]._get_putaway_strategy(
            spec["product"], quantity=spec["quantity"]
        )

    def _do(self, vals_list):
        """Create the moves and have them done, locking the quants that they touch."""
        if not vals_list:
            return self.env["stock.move"]
        known = self._known_context(self._lock_quants(vals_list))
        moves = self.env["stock.move"].with_context(**known).create(vals_list)
        for company, group in moves.grouped("company_id").items():
            group.with_company(company)._action_done()
        moves = moves.with_env(self.env)
        self._check_still_there(moves, vals_list)
        return moves

    def _check_still_there(self, moves, vals_list):
        """A kit is no goods: where Odoo makes kits, its move falls apart into others,
        of which the receipt and the rows after it know nothing."""
        gone = moves - moves.exists()
        if gone:
            lost = next(v for m, v in zip(moves, vals_list, strict=True) if m in gone)
            product = self.env["product.product"].browse(lost["product_id"])
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(product)s is a kit, and arrives as its parts. Receive the parts "
                    "that are there.",
                    product=product.display_name,
                ),
            )

    def _known_context(self, quants):
        """What one batch remembers while its goods are booked.

        :param quants: those that are locked
        """
        return {HELD: Held(quants.ids), CHECKED: Checked()}

    def _lock_quants(self, vals_list):
        """Lock and return the quants that moves of these values are booked on."""
        places = {
            vals[place]
            for vals in vals_list
            for place in ("location_id", "location_dest_id")
        }
        return self.env["stock.quant"]._hold(
            {vals["product_id"] for vals in vals_list}, places
        )
