from odoo import SUPERUSER_ID, models

from ...const import BILLS
from ...guard import deny, refuse


class ReturnsGate(models.AbstractModel):
    """Doors beside the front one: ways to give credit that does not look like it.

    Documents that sum up below zero, amounts in no product line, sold lines behind
    documents that are no sale, another customer or currency than the order's, and
    drafts that a job posts for those who may not.
    """

    _inherit = "returns.gate"

    def _check_posted(self, moves):
        self._check_links(moves.sudo())  # as in super()
        return super()._check_posted(moves)

    # --- what counts as credit ----------------------------------------------------
    def _gives_credit(self, move):
        """Also a bill that sums up below zero: core refuses it at the button alone."""
        return super()._gives_credit(move) or self._is_below_zero(move)

    def _is_below_zero(self, move):
        return (
            move.move_type in BILLS
            and move.returns_credit_kind != "return"
            and move.currency_id.compare_amounts(move.amount_total, 0.0) < 0
        )

    def _loose_amount(self, move):
        """Also what a credit note gives by other lines than those of products."""
        if self._is_below_zero(move) and not self._credit_items(move):
            return -move.amount_total
        loose = super()._loose_amount(move)
        if move.move_type != "out_refund" or move.returns_credit_kind == "return":
            return loose
        return loose + max(0.0, self._beside(move))

    def _beside(self, move):
        """What a credit note gives besides its product lines, apart from what rounding
        can add: a tax of a whole document, and cash."""
        products = move.line_ids.filtered(lambda item: item.display_type == "product")
        beside = move.amount_total - sum(products.mapped("price_total"))
        taxes = sum(len(item.tax_ids.flatten_taxes_hierarchy()) for item in products)
        rounding = move.invoice_cash_rounding_id.rounding
        rounding += move.currency_id.rounding * (1 + taxes)
        return 0.0 if abs(beside) <= rounding else beside

    # --- sold lines behind what is no sale ------------------------------------------
    def _check_links(self, moves):
        """Only invoices and credit notes of customers count for what was sold."""
        others = moves.filtered(
            lambda move: not move.is_sale_document(include_receipts=True)
        )
        linked = others.line_ids.filtered(
            lambda item: item.sale_line_ids and item.parent_state == "posted"
        )
        governed = self.env["returns.rollout"]._governed(linked.sale_line_ids)
        for item in linked:
            if item.sale_line_ids & governed:
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(move)s is no invoice or credit note, and a line of it is "
                        "tied to %(order)s. Take the tie off, or make a credit note.",
                        move=item.move_id.display_name,
                        order=item.sale_line_ids.order_id[:1].name,
                    ),
                )

    # --- whose credit it is ---------------------------------------------------------
    def _check_whose(self, moves):
        """Credit for a sold line goes to its customer, in the currency of the bill."""
        for move in moves:
            self._check_booked(move)
            sold = self._given_sold(move)
            bills = sold.invoice_lines.move_id.filtered(
                lambda bill: bill.move_type in BILLS and bill.state == "posted"
            )
            bills -= move
            orders = sold.order_id
            # Who was billed; the order's own customer can be typed anew since.
            customers = bills.partner_id or (
                orders.partner_id | orders.partner_invoice_id
            )
            if move.partner_id.commercial_partner_id not in (
                customers.commercial_partner_id
            ):
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(move)s gives %(partner)s credit for %(orders)s of "
                        "%(customer)s. Put the customer of the order on it.",
                        move=move.display_name,
                        partner=move.partner_id.display_name,
                        orders=", ".join(orders.mapped("name")),
                        customer=orders.partner_id[:1].display_name,
                    ),
                )
            currencies = bills.currency_id or orders.currency_id
            if move.currency_id not in currencies:
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(move)s is in %(currency)s, and %(orders)s was paid in "
                        "%(paid)s. Give it back in that currency.",
                        move=move.display_name,
                        currency=move.currency_id.name,
                        orders=", ".join(orders.mapped("name")),
                        paid=", ".join(currencies.mapped("name")),
                    ),
                )

    def _given_sold(self, move):
        """The lines of orders that a document gives credit for."""
        return self._credit_items(move).sale_line_ids

    def _check_booked(self, move):
        """What the lines say is what the books have: made as posted, a document has
        lines that core never booked, and its order counts them."""
        if (
            move.move_type == "out_refund"
            and move.returns_credit_kind != "return"
            and self._beside(move) < 0
        ):
            refuse(
                "REFUND_GATE",
                self.env._(
                    "The lines of %(move)s say more than it gives. Make it as a draft, "
                    "and post that.",
                    move=move.display_name,
                ),
            )

    # --- who gives it -----------------------------------------------------------------
    def _check_job(self, moves):
        """What a job posts at its date was written by those who may post it.

        Asked before core touches the lines: later it is the job that wrote them.
        """
        if self.env.uid != SUPERUSER_ID:
            return
        for move in moves.sudo():  # as in _check_posted
            if move.auto_post == "no" or not self._gives_credit(move):
                continue
            goodwill = move.returns_credit_kind == "goodwill"
            free = goodwill or self._loose_amount(move) > 0
            if free and not self._is_by_finance(move | move.auto_post_origin_id):
                deny(
                    self.env._(
                        "%(move)s gives credit that no return has released, and others "
                        "than finance have written it. Ask finance to post it.",
                        move=move.display_name,
                    )
                )

    def _is_by_finance(self, moves):
        items = moves.line_ids.filtered(lambda item: item.display_type == "product")
        writers = moves.create_uid | items.create_uid | items.write_uid
        finance = "returns_governance.group_finance"
        return all(u.id == SUPERUSER_ID or u.has_group(finance) for u in writers)
