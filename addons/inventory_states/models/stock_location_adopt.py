from collections import defaultdict
from typing import NamedTuple

from odoo import Command, api, models
from odoo.exceptions import UserError

from ..adoption import guess_state
from ..const import INSPECTION, SELLABLE
from ..patience import lock

OPEN = ("state", "not in", ("done", "cancel"))


class Adoption(NamedTuple):
    """What has to be known of a place that is to be taken over."""

    place: models.BaseModel
    tree: models.BaseModel  # the place and those below that go with it
    quants: models.BaseModel
    lines: models.BaseModel  # reserved from here
    moves_out: models.BaseModel  # open, start here
    moves_in: models.BaseModel  # open, end here


class Heap(NamedTuple):
    """Goods that are alike and lie together."""

    product: models.BaseModel
    place: models.BaseModel
    lot: models.BaseModel
    package: models.BaseModel
    owner: models.BaseModel


class StockLocation(models.Model):
    """Places from before the states: take them over with what lies in them.

    The place keeps its id, its bins and its name, so that operation types, rules,
    barcodes and open receipts that name it go on working; it is moved below the
    warehouse's place of the state. A place can change its state only while nothing
    lies in it, so the goods go out to the state's place and come back, by booked stock
    moves through the guard.
    """

    _inherit = "stock.location"

    @api.model
    def _find_adoptable(self, company):
        """The company's sellable places that look as if they were not.

        :return: the state that each of them suggests; a place below another one of
            the same state is left out, since it goes with that
        :rtype: dict[stock.location, inventory.state]
        """
        states = {s.code: s for s in self.env["inventory.state"]._get_placed()}
        domain = [
            ("company_id", "=", company.id),
            ("usage", "=", "internal"),
            ("effective_state_id.code", "=", SELLABLE),
        ]
        technical = self._get_technical_ids(company)
        returned = self._get_return_places(company)
        found = {}
        for place in self.search(domain, order="parent_path"):
            code = guess_state(place.name) or (place in returned and INSPECTION)
            above = [self.browse(int(x)) for x in place.parent_path.split("/")[:-2]]
            nearest = next((found[x] for x in reversed(above) if x in found), None)
            state = states.get(code)
            if state and state != nearest and place.id not in technical:
                found[place] = state
        return found

    @api.model
    def _get_technical_ids(self, company):
        """Ids of the places that are the steps of a warehouse's own routes."""
        warehouses = self.env["stock.warehouse"].with_context(active_test=False)
        places = self.browse()
        for warehouse in warehouses.search([("company_id", "=", company.id)]):
            for name, field in warehouse._fields.items():
                if field.comodel_name == self._name and field.type == "many2one":
                    places |= warehouse[name]
        return set(places.ids)

    @api.model
    def _get_return_places(self, company):
        """Where the operation types for returns put the goods."""
        types = self.env["stock.picking.type"].search(
            [("company_id", "=", company.id), ("return_picking_type_id", "!=", False)]
        )
        return types.return_picking_type_id.default_location_dest_id

    def _get_adoptions(self):
        """What lies in these places and which open transfers touch them.

        What is below another one of these places counts there.

        :rtype: dict[stock.location, Adoption]
        """
        places = self.with_context(active_test=False)
        tree = places.search([("id", "child_of", self.ids)])
        here, there = (
            (field, "in", tree.ids) for field in ("location_id", "location_dest_id")
        )
        held = ("quantity", ">", 0)
        Line, Move = self.env["stock.move.line"], self.env["stock.move"]
        quants = self.env["stock.quant"].search([here, ("quantity", "!=", 0)])
        lines = Line.search([here, OPEN, held])
        lines_in = Line.search([there, OPEN, held])
        moves = Move.search(["|", here, there, OPEN])

        of = {place.id: self._find_nearest(place) for place in tree}

        def sort(records, field="location_id"):
            found = records.grouped(lambda x: of.get(x[field].id))
            return defaultdict(records.browse, found)

        quants_by, lines_by = sort(quants), sort(lines)
        trees = defaultdict(tree.browse, tree.grouped(lambda x: of[x.id]))
        out_by, in_by = sort(moves), sort(moves, "location_dest_id")
        put_by = sort(lines_in, "location_dest_id")
        return {
            place: Adoption(
                place,
                trees[place],
                quants_by[place],
                lines_by[place],
                out_by[place] | lines_by[place].move_id,
                in_by[place] | put_by[place].move_id,
            )
            for place in self
        }

    def _find_nearest(self, place):
        """Which of these places ``place`` is or lies below of."""
        ids = [int(x) for x in place.parent_path.split("/")[:-1]]
        return self.browse(next((x for x in reversed(ids) if x in self._ids), []))

    # -------------------------------------------------------------- may it be

    def _get_adoption_obstacle(self, adoption, state, warehouse):
        """Why this place cannot be taken over now, with the way out.

        :rtype: str | bool
        """
        return (
            self._get_place_obstacle(adoption, state, warehouse)
            or self._get_goods_obstacle(adoption)
            or self._get_transfer_obstacle(adoption)
            or self._get_way_obstacle(adoption, state, warehouse)
        )

    def _get_place_obstacle(self, adoption, state, warehouse):
        """What of the place itself forbids it."""
        own = adoption.tree.filtered(lambda p: p.effective_state_id.code != SELLABLE)
        technical = self._get_technical_ids(self.company_id)
        target = warehouse._get_state_location(state.code) if warehouse else self
        if self.usage != "internal" or not self.company_id:
            return self.env._("It is not a place of one company for goods.")
        if not warehouse or warehouse.company_id != self.company_id:
            return self.env._(
                "It belongs to no warehouse: choose one of the same company."
            )
        if not state or state not in self.env["inventory.state"]._get_placed():
            return self.env._("Choose the state that it gets.")
        if own:
            return self.env._(
                "%(place)s is %(state)s already: use Change State for its goods.",
                place=own[0].display_name,
                state=own[0].effective_state_id.name,
            )
        if technical & set(adoption.tree.ids):
            return self.env._(
                "It is, or holds, a step of a warehouse's own routes. Make a place of "
                "its own for such goods."
            )
        if not target.active:
            return self.env._(
                "%(warehouse)s has no place in use for %(state)s: restore or make it.",
                warehouse=warehouse.name,
                state=state.name,
            )
        return False

    def _get_goods_obstacle(self, adoption):
        """What of the goods forbids it."""
        for quant in adoption.quants:
            if quant.product_uom_id.compare(quant.quantity, 0) < 0:
                return self.env._(
                    "Less than nothing of %(product)s lies in %(place)s: count it "
                    "first.",
                    product=quant.product_id.display_name,
                    place=quant.location_id.display_name,
                )
            if quant.inventory_quantity_set:
                return self.env._(
                    "A count of %(product)s in %(place)s is entered and not applied: "
                    "apply or clear it first.",
                    product=quant.product_id.display_name,
                    place=quant.location_id.display_name,
                )
        return False

    def _get_transfer_obstacle(self, adoption):
        """A transfer that is under way from here is never changed."""
        busy = adoption.lines.filtered(lambda x: x.picked or x.move_id.picked)
        return bool(busy) and self.env._(
            "%(transfer)s is in progress: %(product)s is picked from here already. "
            "Validate it, or take the picking back, and run this again.",
            transfer=busy[0].move_id._get_adoption_name(),
            product=busy[0].product_id.display_name,
        )

    def _get_way_obstacle(self, adoption, state, warehouse):
        """What the table of allowed changes says."""
        if not adoption.quants or self._get_adoption_way(state, warehouse):
            return False
        return self.env._(
            "Goods may not become %(state)s by you and without an approval, on any way "
            "of the table of allowed changes. Choose another state or empty it first.",
            state=state.name,
        )

    @api.model
    def _get_adoption_way(self, state, warehouse):
        """The places over which sellable goods come into a state, by the table.

        The shortest way whose changes this user may make without an approval, such
        as inspection and then refurbish.

        :return: places of the states of the warehouse, the last is that of ``state``
        """
        groups = self.env.user._get_group_ids()
        steps = defaultdict(list)
        for (source, dest), rule in (
            self.env["inventory.state.transition"]._get_rules().items()
        ):
            mine = not rule.group_ids or not rule.group_ids.isdisjoint(groups)
            if mine and not rule.needs_approval:
                steps[source].append(dest)
        places = {
            place.effective_state_id.id: place
            for (_warehouse, code), place in warehouse._state_locations().items()
            if code != SELLABLE and place.active
        }
        begin = self.env["inventory.state"]._get_by_code(SELLABLE).id
        ways, seen = [[begin]], {begin}
        while ways:
            way = ways.pop(0)
            if way[-1] == state.id:
                return [places[x] for x in way[1:]]
            for dest in steps[way[-1]]:
                if dest in places and dest not in seen:
                    seen.add(dest)
                    ways.append([*way, dest])
        return []

    # ------------------------------------------------------------------ do it

    def _adopt(self, state, warehouse, reason):
        """Take this place over with what lies there.

        :return: the ``stock.move`` records that lost their reservation; to be
            reserved again when all places are taken over
        :raise UserError: with the obstacle, or what the guard refuses
        """
        self.ensure_one()
        adoption = self._get_adoptions()[self]
        lock(self.env, "stock_quant", adoption.quants.ids)
        obstacle = self._get_adoption_obstacle(adoption, state, warehouse)
        if obstacle:
            raise UserError(obstacle)
        held = adoption.lines.move_id
        held._do_unreserve()
        heaps = self._get_heaps(adoption.quants)
        containers = self._get_containers(adoption.quants.package_id)
        way = self._get_adoption_way(state, warehouse) if heaps else []
        for number, stop in enumerate(way):
            source = way[number - 1] if number else None
            self._move_heaps(heaps, source, stop, reason)
        self._put_below(warehouse._get_state_location(state.code), adoption.tree)
        if heaps:
            self._move_heaps(heaps, way[-1], None, reason)
        for package, container in containers.items():
            if package.parent_package_id != container:
                package.parent_package_id = container
        return held

    def _get_heaps(self, quants):
        """What lies where, summed: there may be several quants of the same goods.

        :rtype: dict[Heap, float]
        """
        heaps = defaultdict(float)
        for quant in quants:
            heap = Heap(
                quant.product_id,
                quant.location_id,
                quant.lot_id,
                quant.package_id,
                quant.owner_id,
            )
            heaps[heap] += quant.quantity
        return {
            heap: quantity
            for heap, quantity in heaps.items()
            if not heap.product.uom_id.is_zero(quantity)
        }

    def _get_containers(self, packages):
        """In what each package stands: a move takes a package out of it."""
        containers = {}
        while packages:
            containers |= {x: x.parent_package_id for x in packages}
            packages = packages.parent_package_id
        return {x: container for x, container in containers.items() if container}

    def _move_heaps(self, heaps, source, dest, reason):
        """Book all heaps in one call; a place that is None is the heap's own."""
        moves = self.env["stock.move"].create(
            [
                self._prepare_adoption_move(
                    heap, quantity, source or heap.place, dest or heap.place, reason
                )
                for heap, quantity in heaps.items()
            ]
        )
        moves._action_done()

    def _prepare_adoption_move(self, heap, quantity, source, dest, reason):
        """Values of the stock move of one heap."""
        product = heap.product
        vals = {
            "product_id": product.id,
            "location_id": source.id,
            "location_dest_id": dest.id,
            "company_id": self.company_id.id,
        }
        line = {
            **vals,
            "product_uom_id": product.uom_id.id,
            "quantity": quantity,
            "lot_id": heap.lot.id,
            "owner_id": heap.owner.id,
            "package_id": heap.package.id,
            "result_package_id": heap.package.id,
        }
        return {
            **vals,
            "origin": self.env._("Place taken over"),
            "state": "confirmed",
            "picked": True,
            "product_uom": product.uom_id.id,
            "product_uom_qty": quantity,
            "state_reason": reason,
            "move_line_ids": [Command.create(line)],
        }

    def _put_below(self, target, tree):
        """Put the empty place below that of the state, whose state it inherits."""
        # what cannot be promised is not replenished
        tree.filtered("replenish_location").replenish_location = False
        tree.filtered("state_id").state_id = False
        self.location_id = target
