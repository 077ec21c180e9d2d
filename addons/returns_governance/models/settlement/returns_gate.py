from odoo import SUPERUSER_ID, Command, models

from ...const import BILLS
from ...guard import deny, refuse, with_pass

LIVE = ("requested", "to_approve", "authorised")


class ReturnsGate(models.AbstractModel):
    """The gate of customer credit: asked wherever credit comes into the books.

    Credit for a sold line is a *return* (when its release rule is met), a *correction*
    (an invoice is reversed to be issued anew) or *goodwill* (a right of finance). All
    count against what was paid. Credit that belongs to no sold line needs finance too,
    and is to be explained. The checks look at the records as they are in the books, so
    that it does not matter by which way they came there.
    """

    _name = "returns.gate"
    _description = "Gate of customer credit"

    def _lock(self, moves):
        """Lock what the documents will be held against, before anything is written.

        Of two that credit one line at once, the second fails to serialise here and is
        run again by Odoo, on what the first has left.
        """
        self = self.sudo()  # as in _check_posted
        credits = moves.sudo().filtered(self._gives_credit)
        if sold := self._sold(credits):
            sold_lines = self._locked(sold)
            free = credits.filtered(lambda move: move.returns_credit_kind == "goodwill")
            self._check_room(sold_lines, free.line_ids.filtered(self._is_credit_item))

    def _lock_bills(self, moves, reverse=False):
        """The same for documents that leave the books, or are being reversed."""
        self = self.sudo()  # as in _check_posted
        sold = self._sold(moves.sudo())
        self._lock_lines(sold)
        if reverse and sold:
            items = moves.sudo().line_ids.filtered(
                lambda i: i.display_type == "product" and i.sale_line_ids & sold
            )
            self._check_room(self._locked(sold), items)

    def _lock_lines(self, sale_lines):
        """The same for sold lines that documents are about to be made for.

        The rows are written at once: whoever waits for them is run again, before core
        makes him write the order's own lines, which others have written.
        """
        self = self.sudo()  # as in _check_posted
        governed = self.env["returns.rollout"]._governed(
            sale_lines.sudo().filtered(lambda line: not line.is_downpayment)
        )
        if governed:
            self._locked(governed)._touch()

    def _lock_values(self, vals_list):
        """The same for the values of documents."""
        found = set()
        for vals in vals_list:
            for name in ("line_ids", "invoice_line_ids"):
                for command in vals.get(name) or ():
                    if len(command) == 3 and isinstance(command[2], dict):
                        found.update(self._ids_of(command[2].get("sale_line_ids")))
        self._lock_lines(self.env["sale.order.line"].sudo().browse(found).exists())

    def _ids_of(self, commands):
        """The ids that commands of *sale_line_ids* tie to a line."""
        for command in commands or ():
            if isinstance(command, int):
                yield command
            elif command[0] == Command.LINK:
                yield command[1]
            elif command[0] == Command.SET:
                yield from command[2]

    # --- credit that was posted ---------------------------------------------------
    def _check_posted(self, moves):
        """Check documents that have just become posted."""
        # sudo: whoever posts meets the whole truth about the sold lines
        self = self.sudo()
        credits = moves.sudo().filtered(self._gives_credit)
        if not credits:
            return
        self._link_by_product(credits)
        loose = credits.filtered(lambda move: self._loose_amount(move) > 0)
        linked = credits.filtered(self._credit_items)
        self._check_loose(loose)
        self._check_whose(linked)
        if not linked:
            return
        sale_lines = self._sold(linked)
        sold_lines = self._locked(sale_lines)
        self._check_kinds(linked)
        self._check_limits(sold_lines)

    def _gives_credit(self, move):
        """Whether a document gives a customer credit for something."""
        if move.move_type == "out_refund":
            return True
        if move.move_type not in BILLS or move.returns_credit_kind == "return":
            return False
        return any(self._is_credit_item(item) for item in move.line_ids)

    def _is_in_scope(self, move):
        """Whether the gate looks at a document at all; all of them, unless a rollout
        says so (models/rollout)."""
        return bool(move)

    def _is_credit_item(self, item):
        """A product line that lowers what the customer pays for a sold line."""
        # By the order alone: the mark on a document's own line can be typed.
        sold = item.sale_line_ids.filtered(lambda line: not self._is_down_payment(line))
        if item.display_type != "product" or not sold:
            return False
        if item.move_id.move_type == "out_refund":
            return True
        # One sold line of several is enough: a discount beside it hides nothing.
        return item.price_subtotal < 0 and any(
            line.price_unit > 0 and line.product_uom_qty >= 0 for line in sold
        )

    def _is_down_payment(self, sale_line):
        return sale_line.is_downpayment

    def _credit_items(self, move):
        return move.line_ids.filtered(self._is_credit_item)

    def _loose_amount(self, move):
        """What a credit note gives for nothing that was sold by an order."""
        if move.move_type != "out_refund":
            return 0.0
        if move.returns_credit_kind == "return":
            return 0.0  # fees and cash rounding; the whole is held to what is owed
        return sum(
            item.price_total
            for item in move.line_ids
            if item.display_type == "product" and not item.sale_line_ids
        )

    def _sold(self, moves):
        lines = moves.line_ids.filtered(lambda item: item.display_type == "product")
        return lines.sale_line_ids.filtered(lambda line: not line.is_downpayment)

    def _link_by_product(self, moves):
        """Tie lines without an order to the order of the reversed invoice's line."""
        for move in moves.filtered("reversed_entry_id"):
            if move.returns_credit_kind == "return":
                continue  # tied already, except what belongs to no order line
            origin = move.reversed_entry_id.line_ids.filtered(
                lambda item: item.display_type == "product" and item.sale_line_ids
            )
            by_product = origin.grouped("product_id")
            for item in move.line_ids:
                if item.display_type != "product" or item.sale_line_ids:
                    continue
                if not item.product_id or item.product_id not in by_product:
                    continue
                sale_lines = by_product[item.product_id].sale_line_ids
                with_pass(item, "write").write({"sale_line_ids": sale_lines[:1].ids})

    def _locked(self, sale_lines):
        """The governed rows of the sold lines, locked; a first credit makes them."""
        return self.env["returns.sold.line"]._for_sale_lines(sale_lines)._lock()

    # --- credit for nothing that was sold -----------------------------------------
    def _check_loose(self, moves):
        """Credit that belongs to no sold line: finance only, and to be explained."""
        if not moves:
            return
        if not self._is_finance():
            deny(
                self.env._(
                    "%(moves)s gives credit for nothing that was sold by an order. "
                    "Reverse the customer's invoice instead, or ask finance to post "
                    "it.",
                    moves=", ".join(moves.mapped("display_name")),
                )
            )
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "unexplained_credit",
                    "move_id": move.id,
                    "company_id": move.company_id.id,
                    "cause": f"move {move.id}",
                    "note": self.env._(
                        "%(move)s gives %(partner)s credit for nothing that was sold "
                        "by an order. Say what it is for.",
                        move=move.name,
                        partner=move.partner_id.display_name,
                    ),
                }
                for move in moves
            ]
        )

    def _is_finance(self):
        """The person behind the call; the system's own jobs (cron) may as well."""
        user = self.env.user
        return user.id == SUPERUSER_ID or user.has_group(
            "returns_governance.group_finance"
        )

    # --- what kind of credit ------------------------------------------------------
    def _check_kinds(self, moves):
        rows = self.env["returns.settlement"].search([("move_id", "in", moves.ids)])
        settled = rows.grouped("move_id")
        # What has come since the document was made (an exception, say) holds it too.
        self.env["returns.step.settle"]._release(rows.order_id)
        for move in moves:
            if move in settled:
                self._check_settled(move, settled[move])
            elif move.returns_credit_kind == "goodwill":
                if not self._is_finance():
                    deny(
                        self.env._(
                            "%(move)s is goodwill: only finance can post it.",
                            move=move.display_name,
                        )
                    )
            elif move.returns_credit_kind != "correction":
                self.env["returns.adoption"]._adopt(move, self._credit_items(move))

    def _check_settled(self, move, settlements):
        """The credit note of a return: as owed, and still released."""
        owed = sum(settlements.mapped("amount"))
        if move.currency_id.compare_amounts(move.amount_total, owed):
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s gives %(amount)s, and %(return)s owes %(owed)s. Put the "
                    "lines back as they were, or cancel it: the return makes it anew.",
                    move=move.display_name,
                    amount=move.currency_id.format(move.amount_total),
                    owed=move.currency_id.format(owed),
                    **{"return": ", ".join(settlements.order_id.mapped("name"))},
                ),
            )
        if "channel_paid" in settlements.mapped("kind"):
            return  # the money has gone; the exception says so
        for line in settlements.line_ids.line_id:
            settled = sum(line.settlement_line_ids._standing().mapped("quantity"))
            if line.uom_id.compare(settled, line.quantity_released) > 0:
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(move)s: %(return)s has released %(released)g of "
                        "%(product)s, and %(settled)g would be refunded (rule: "
                        "%(rule)s). Wait for the goods, or release it by hand.",
                        move=move.display_name,
                        released=line.quantity_released,
                        settled=settled,
                        product=line.product_id.display_name,
                        rule=line.decision_id._terms().get("release", ""),
                        **{"return": line.order_id.name},
                    ),
                )

    # --- never more than was paid -------------------------------------------------
    def _check_limits(self, sold_lines):
        """Hold all credit of the sold lines against what was paid, and write it."""
        found = self.env["returns.paid"]._sources(sold_lines.sale_line_id)
        unchanged = sold_lines.browse()
        for sold in sold_lines:
            sources, rows = found.get(sold.sale_line_id, ([], ()))
            paid, credited = self._paid_and_credited(sources, rows)
            currency = sold.currency_id
            self._check_within(sold, paid, credited)
            if currency.compare_amounts(sold.amount_credited, credited):
                sold._machine_write({"amount_credited": credited})
            else:
                unchanged |= sold
        # What was paid may have changed: who has seen it as it was fails on the row.
        unchanged._touch()

    def _check_within(self, sold, paid, credited):
        currency = sold.currency_id
        if currency.compare_amounts(credited, paid) > 0:
            refuse(
                "REFUND_EXCEEDS_PAID",
                self.env._(
                    "%(order)s, %(product)s: %(credited)s would be credited, and "
                    "%(paid)s was paid. Lower the credit by the difference.",
                    order=sold.sale_order_id.name,
                    product=sold.product_id.display_name,
                    credited=currency.format(credited),
                    paid=currency.format(paid),
                ),
            )

    def _check_room(self, sold_lines, items):
        """Refuse what would be too much before core works on it, not only after.

        :param recordset items: product lines that will be credit
        """
        if not items:
            return
        more = {}
        for move, group in items.grouped("move_id").items():
            amounts = self.env["returns.paid"]._amounts(move)
            for item in group.filtered(lambda item, known=amounts: item in known):
                net, taxes = amounts[item]
                for sale_line in item.sale_line_ids:
                    known = more.setdefault(sale_line, [])
                    known.append((item, abs(net + sum(taxes.values()))))
        found = self.env["returns.paid"]._sources(sold_lines.sale_line_id)
        for sold in sold_lines:
            if sold.sale_line_id in more:
                sources, rows = found[sold.sale_line_id]
                paid, credited = self._paid_and_credited(sources, rows)
                for item, amount in more[sold.sale_line_id]:
                    credited += float(self._in_order(sources, item, amount))
                self._check_within(sold, paid, credited)

    def _in_order(self, _sources, _item, amount):
        """An amount of a document's line in the currency of the order."""
        return amount

    def _paid_and_credited(self, sources, rows):
        """With tax, of what is invoiced; drafts of returns count as credited."""
        invoiced = [source for source in sources if source.invoice_line]
        paid = sum(source.total for source in invoiced)
        credited = sum(source.credited_total for source in sources)
        for row in rows:
            if row.settlement_id.kind != "less_to_invoice":
                _quantity, net, taxes = row._exact()
                credited += net + sum(taxes.values())
        return float(paid), float(credited)

    # --- documents that were changed after posting --------------------------------
    def _check_edited(self, items):
        """Price and quantity of posted lines: core lets them be written, while the
        books stay as they are. Not on credit, nor on what an order has sold: what
        one unit was paid for follows from both."""
        for item in items.sudo():  # as in _check_posted
            if item.move_id.move_type == "out_refund" or item.sale_line_ids:
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(move)s is posted, and %(line)s counts against what was "
                        "paid: its price and quantity stay. Correct it by a document.",
                        move=item.move_id.name,
                        line=item.name or item.product_id.display_name,
                    ),
                )

    # --- bills that were lowered --------------------------------------------------
    def _check_lowered(self, sale_lines):
        """Bills of these sold lines were reset, cancelled or lowered."""
        self = self.sudo()  # as in _check_posted
        sale_lines = sale_lines.filtered(lambda line: not line.is_downpayment)
        if not sale_lines:
            return
        # Rows that nobody has needed yet are made: the first credit may be posted at
        # this very moment, and the two have to meet.
        sold_lines = self._locked(sale_lines)
        for line in sold_lines.line_ids:
            if line.case_state in LIVE and line.quantity_claimed:
                refuse(
                    "REFUND_GATE",
                    self.env._(
                        "%(order)s, %(product)s is under return %(return)s: its "
                        "invoice stays as it is until the return is settled. Cancel "
                        "the return, or let it make the credit note.",
                        order=line.sale_order_id.name,
                        product=line.product_id.display_name,
                        **{"return": line.order_id.name},
                    ),
                )
        self._check_limits(sold_lines)

    def _recount(self, sale_lines):
        """Credit was taken back: write the running totals anew."""
        self = self.sudo()  # as in _check_posted
        sold_lines = self.env["returns.sold.line"].search(
            [("sale_line_id", "in", sale_lines.ids)]
        )
        if sold_lines:
            self._check_limits(sold_lines._lock())
