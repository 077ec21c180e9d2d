from odoo import models


class AccountMoveLine(models.Model):
    """What a credit note relieves of the cost of goods sold, and what is left of it.

    Core takes the first price that it finds on the invoice, or today's cost, and
    forgets credit notes when it bills what was sent again.
    """

    _inherit = "account.move.line"

    def _get_cogs_value(self):
        if self.move_id.move_type == "out_refund" and self.sale_line_ids:
            value = self._returns_cost_relieved()
            if value is not None:
                return value
        return super()._get_cogs_value()

    def _get_cogs_qty(self):
        return super()._get_cogs_qty() - self._returns_cost_back()[0]

    def _get_posted_cogs_value(self):
        return super()._get_posted_cogs_value() - self._returns_cost_back()[1]

    # --- of a credit note ---------------------------------------------------------
    def _returns_cost_relieved(self):
        """Cost per unit (of the product) that this line of a credit note relieves.

        First in, first out, and valued by lot: the value of the goods that came back
        for it, since not every unit of the invoice cost the same. Otherwise, and where
        they are not here yet, what the invoices booked.

        :return: float, or None where core knows as well
        """
        product = self.product_id
        own_cost = product.cost_method == "fifo" or product.lot_valuated
        if own_cost and self._is_for_goods_back():
            before, quantity = self._returns_units_before(), self._returns_units()
            value = self._value_of_units(before, quantity)
            if value is not None:
                return value / quantity
        if origin := self.move_id.reversed_entry_id:
            if self.product_uom_id in self.sale_line_ids.product_uom_id:
                return None
            return self._returns_cost_in_other_unit(origin)
        booked = self._returns_cost_items("out_invoice")
        units = sum(item._returns_units() for item in booked)
        if product.uom_id.compare(units, 0.0) <= 0:
            return None
        return -sum(booked.mapped("balance")) / units

    def _returns_cost_in_other_unit(self, invoice):
        """What the invoice booked per unit of the product, where that billed in packs
        of it; core looks for the same unit only."""
        items = invoice.line_ids.filtered(
            lambda item: (
                item.display_type == "cogs"
                and item.product_id == self.product_id
                and item.price_unit >= 0
            )
        )
        if not items or self.product_uom_id in items.product_uom_id:
            return None
        return items[0].price_unit

    def _is_for_goods_back(self):
        kind = self.move_id.returns_credit_kind
        return kind not in ("goodwill", "correction") and self._returns_units() > 0

    def _returns_units(self):
        """The quantity in the product's unit."""
        return self.product_uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, round=False
        )

    def _returns_units_before(self):
        """Units of the same sold line for which earlier credit notes were made: those
        of the same return, or all where the credit note belongs to none (yet)."""
        units, own = 0.0, self.move_id.returns_order_id
        for item in self.sale_line_ids.invoice_lines:
            move = item.move_id
            if move.state == "cancel" or item.product_id != self.product_id:
                continue
            if own and move.returns_order_id != own:
                continue
            if move.move_type == "out_refund":
                if move.id < self.move_id.id and item._is_for_goods_back():
                    units += item._returns_units()
            elif move.returns_credit_kind == "return":
                units -= item._returns_units()
        return max(0.0, units)

    def _value_of_units(self, skipped, wanted):
        """Value of the units that came back, after the first ``skipped`` of them.

        :return: float, or None where not so many came back
        """
        moves = self._returns_moves_back(self.sale_line_ids)
        if own := self.move_id.returns_order_id:
            # sudo: who posts a credit note need not read the return behind it
            moves &= own.sudo().receipt_ids._goods_moves().sudo(False)
        unit, value = self.product_id.uom_id, 0.0
        for move in moves.sorted(lambda m: (m.date, m.id)):
            there = move._get_valued_qty()
            taken = min(max(0.0, there - skipped), wanted)
            skipped = max(0.0, skipped - there)
            if unit.compare(taken, 0.0) > 0:
                value += move.value * taken / there
                wanted -= taken
        return value if unit.compare(wanted, 0.0) <= 0 else None

    def _returns_moves_back(self, sale_lines):
        """The moves that brought goods of these order lines back, and stand."""
        moves = sale_lines.move_ids.filtered(
            lambda m: m.state == "done" and m.is_in and m.product_id == self.product_id
        )
        return moves._stands()

    # --- of an invoice after it ---------------------------------------------------
    def _returns_cost_back(self):
        """(quantity, value) relieved by credit notes of the order, for goods that are
        back: what is sent again is billed at its own cost, as if it were new."""
        if self.move_id.move_type != "out_invoice":
            return 0.0, 0.0
        relieved = self._returns_cost_items("out_refund")
        if not relieved:
            return 0.0, 0.0
        moves = self._returns_moves_back(self.sale_line_ids.order_id.order_line)
        back = self.product_id.uom_id._compute_quantity(
            sum(move._get_valued_qty() for move in moves),
            self.product_uom_id,
            round=False,
        )
        quantity = sum(
            item.product_uom_id._compute_quantity(
                item.quantity, self.product_uom_id, round=False
            )
            for item in relieved
        )
        share = min(1.0, back / quantity) if quantity else 0.0
        return quantity * share, sum(relieved.mapped("balance")) * share

    def _returns_cost_items(self, move_type):
        """The booked items of the order that lower, or raise, the value of the stock
        of this product."""
        account = self.product_id.product_tmpl_id.get_product_accounts(
            fiscal_pos=self.move_id.fiscal_position_id
        )["stock_valuation"]
        moves = self.sale_line_ids.order_id.invoice_ids.filtered(
            lambda move: move.move_type == move_type and move.state == "posted"
        )
        return moves.line_ids.filtered(
            lambda item: (
                item.display_type == "cogs"
                and item.product_id == self.product_id
                and item.account_id == account
            )
        )
