"""Goods that go out for what comes back: held, freed, sent."""

from odoo import Command, models

from ..const import SENT
from ..guard import with_pass
from ..models.exchange.sale_order import FREEING, Freeing


class ReturnsExchangeGoods(models.AbstractModel):
    """Holds what lines want in exchange, and frees what they want no more.

    An exchange is an order of its own at the customer's terms, confirmed at once, so
    that its delivery reserves the stock; a replacement is one more delivery on the line
    that was sold. Where stock is short the delivery waits for it, and the return says
    so. Nothing is read or written for returns without such a line.
    """

    _name = "returns.exchange.goods"
    _description = "Goods of exchanges"

    def _follow(self, orders):
        """Let what is held follow what the lines want by now."""
        wanted = []
        for line in orders.line_ids:
            if line.resolution not in SENT:
                continue
            more = line._quantity_to_send() - self._held(line)
            if line.uom_id.compare(more, 0.0):
                wanted.append((line, more))
        if not wanted:
            return
        self._hold([(line, more) for line, more in wanted if more > 0])
        self._free([(line, -more) for line, more in wanted if more < 0])

    def _held(self, line):
        """Units that are promised for a line: held, or sent already."""
        return sum(row.quantity - row.quantity_freed for row in line.exchange_ids)

    # --- hold -------------------------------------------------------------------------
    def _hold(self, wanted):
        """Make the rows with their orders and deliveries, and reserve the stock.

        :param list wanted: (line, units) each
        """
        by_order = {}
        for line, units in wanted:
            by_order.setdefault(line.order_id, []).append((line, units))
        for order, pairs in by_order.items():
            bought = [pair for pair in pairs if pair[0].resolution == "exchange"]
            again = [pair for pair in pairs if pair[0].resolution == "replacement"]
            rows = self._exchange(order, bought) if bought else self._no_rows()
            rows |= self._replace(again) if again else self._no_rows()
            self._reserve(rows)
            self._tell("goods_held", order, [(row, row.quantity) for row in rows])

    def _no_rows(self):
        return self.env["returns.exchange"]

    def _exchange(self, order, pairs):
        """Sell the goods by an order of their own."""
        prices = self.env["returns.exchange.price"]
        sale = with_pass(self.env["sale.order"], "create").create(
            self._sale_vals(order, pairs)
        )
        sale = sale.with_env(self.env)
        rows = self._no_rows()
        for (line, units), sale_line in zip(pairs, sale.order_line, strict=True):
            even = prices._agree(line, sale_line)
            row = self.env["returns.exchange"]._machine_create(
                [{**self._row_vals(line, units, sale_line), "even": even}]
            )
            with_pass(sale_line, "write").write({"returns_exchange_id": row.id})
            rows |= row
        sale.action_confirm()
        return rows

    def _sale_vals(self, order, pairs):
        """The customer's terms are those of the order that was sold."""
        sold = pairs[0][0].sale_order_id
        return {
            "partner_id": sold.partner_id.id,
            "partner_invoice_id": sold.partner_invoice_id.id,
            "partner_shipping_id": sold.partner_shipping_id.id,
            "pricelist_id": sold.pricelist_id.id,
            "currency_id": sold.currency_id.id,
            "fiscal_position_id": sold.fiscal_position_id.id,
            "payment_term_id": sold.payment_term_id.id,
            "company_id": sold.company_id.id,
            "warehouse_id": sold.warehouse_id.id,
            "user_id": sold.user_id.id,
            "team_id": sold.team_id.id,
            "returns_channel_id": sold.returns_channel_id.id,
            "origin": order.name,
            "returns_exchange_for_id": order.id,
            "order_line": [
                Command.create(
                    {
                        "product_id": self._product(line).id,
                        "product_uom_id": self._unit(line).id,
                        "product_uom_qty": units,
                        **self._spread_vals(line),
                    }
                )
                for line, units in pairs
            ],
        }

    def _spread_vals(self, line):
        """What is sent is for the analytic accounts of what was sold."""
        spread = line.sale_line_id.analytic_distribution
        return {"analytic_distribution": spread} if spread else {}

    def _product(self, line):
        return line.exchange_product_id or line.product_id

    def _unit(self, line):
        """The unit that was sold, where the goods can be counted in it."""
        unit = self._product(line).uom_id
        return line.uom_id if line.uom_id._has_common_reference(unit) else unit

    def _row_vals(self, line, units, sale_line):
        terms = line.decision_id._terms()
        return {
            "order_id": line.order_id.id,
            "line_id": line.id,
            "kind": line.resolution,
            "product_id": sale_line.product_id.id,
            "uom_id": sale_line.product_uom_id.id,
            "quantity": units,
            "sale_line_id": sale_line.id,
            "advance": terms.get("advance") or "none",
            "advance_days": terms.get("advance_days") or 0,
        }

    def _replace(self, pairs):
        """Deliver what was sold once more, apart from the order's own deliveries."""
        rows = self.env["returns.exchange"]._machine_create(
            [
                {**self._row_vals(line, units, line.sale_line_id), "even": True}
                for line, units in pairs
            ]
        )
        references = {}
        procurements = []
        for row in rows:
            sale_line = row.sale_line_id.with_company(row.company_id)
            if row.order_id not in references:
                references[row.order_id] = self.env["stock.reference"].create(
                    {"name": row.order_id.name}
                )
            values = {
                **sale_line._prepare_procurement_values(),
                "reference_ids": references[row.order_id],
                "origin": row.order_id.name,
                "returns_exchange_id": row.id,
            }
            quantity, unit = row.uom_id._adjust_uom_quantities(
                row.quantity, row.product_id.uom_id
            )
            procurements += sale_line._create_procurements(quantity, unit, values)
        self.env["stock.rule"].run(procurements)
        return rows

    def _reserve(self, rows):
        """Reserve now, whatever the transfer type would do by itself."""
        waiting = rows.move_ids.filtered(
            lambda move: move.state in ("draft", "confirmed", "partially_available")
        )
        waiting.picking_id.filtered(lambda p: p.state == "draft").action_confirm()
        waiting.filtered(lambda move: move.state != "assigned")._action_assign()

    # --- free -------------------------------------------------------------------------
    def _free(self, wanted):
        """Give up what was not sent; what is with the customer stays promised.

        :param list wanted: (line, units) each
        """
        freed = {}
        for line, units in wanted:
            for row in line.exchange_ids.sorted("id", reverse=True):
                taken = min(units, row._quantity_left())
                if row.uom_id.compare(taken, 0.0) <= 0:
                    continue
                row._machine_write({"quantity_freed": row.quantity_freed + taken})
                self._give_up(row, taken)
                freed.setdefault(row.order_id, []).append((row, taken))
                units -= taken
        for order, pairs in freed.items():
            self._tell("goods_freed", order, pairs)

    def _give_up(self, row, units):
        """Take units off the open moves of a row, and off its order."""
        waiting = row.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel")
        )
        levels = waiting.grouped(lambda move: (move.location_id, move.location_dest_id))
        for moves in levels.values():
            self._take_off(row, moves, units)
        if row.kind != "exchange":
            return
        freeing = row.with_context(**{FREEING: Freeing()})
        sale_line = freeing.sale_line_id
        rows = sale_line.order_id.order_line.returns_exchange_id
        if all(known._is_given_up() for known in rows):
            sale_line.order_id._action_cancel()
        else:
            sale_line.product_uom_qty = row.quantity - row.quantity_freed

    def _take_off(self, row, moves, units):
        for move in moves.sorted("id", reverse=True):
            there = move.product_uom._compute_quantity(
                move.product_uom_qty, row.uom_id, round=False
            )
            taken = min(units, there)
            if row.uom_id.compare(taken, 0.0) <= 0:
                continue
            units -= taken
            if row.uom_id.compare(taken, there) >= 0:
                move._action_cancel()
                continue
            move._do_unreserve()
            move.product_uom_qty = row.uom_id._compute_quantity(
                there - taken, move.product_uom
            )
            move._action_assign()

    # --- sent -------------------------------------------------------------------------
    def _sent(self, moves):
        """Goods were handed over: tell the returns, which may be done now."""
        rows = moves.returns_exchange_id
        for order, group in rows.grouped("order_id").items():
            pairs = [
                (row, row._in_units(moves.filtered(lambda m, r=row: m in r.move_ids)))
                for row in group
            ]
            self._tell("goods_sent", order, pairs)
        self.env["returns.step.advance"]._after(rows.order_id)

    def _tell(self, what, order, pairs, **more):
        """Append an event about units of rows."""
        self.env["returns.event"]._log(
            [
                {
                    "order": order,
                    "what": what,
                    "data": {
                        "rows": [
                            {"product": row.product_id.id, "quantity": units}
                            for row, units in pairs
                        ],
                        "short": any(row.state == "waiting" for row, _units in pairs),
                        **more,
                    },
                }
            ]
        )


class ReturnsExchangePrice(models.AbstractModel):
    """What the goods of an exchange cost the customer."""

    _name = "returns.exchange.price"
    _description = "Prices of exchanges"

    def _agree(self, line, sale_line):
        """Set the price on the order line of an exchange.

        The same product, and another variant of it that costs the same today, go out
        for what was paid. Anything else costs what the customer's price list says
        today, less the bonus of the policy, which never pays money out.

        :return: whether nothing is owed either way
        """
        sold = line.sale_line_id
        if self._is_even(sold, sale_line):
            sale_line.write(
                {
                    "price_unit": sold.price_unit,
                    "discount": sold.discount,
                    "tax_ids": [Command.set(sold.tax_ids.ids)],
                }
            )
            return True
        self._give_bonus(line, sale_line)
        return False

    def _is_even(self, sold, sale_line):
        if sold.product_id == sale_line.product_id:
            return sold.product_uom_id == sale_line.product_uom_id
        if sold.product_template_id != sale_line.product_template_id:
            return False
        prices = [
            sale_line.order_id.pricelist_id._get_product_price(
                product,
                1.0,
                currency=sale_line.currency_id,
                uom=sale_line.product_uom_id,
            )
            for product in (sold.product_id, sale_line.product_id)
        ]
        return not sale_line.currency_id.compare_amounts(*prices)

    def _give_bonus(self, line, sale_line):
        """Lower what is owed for dearer goods by the bonus, never below the credit."""
        percent = float(line.decision_id._terms().get("exchange_bonus") or 0.0)
        sold = line.sale_line_id
        before = sold.price_unit * (1.0 - sold.discount / 100.0)
        after = sale_line.price_unit * (1.0 - sale_line.discount / 100.0)
        if not percent or after <= before:
            return
        lowered = max(before, after - before * percent / 100.0)
        sale_line.discount = 100.0 - 100.0 * lowered / sale_line.price_unit
