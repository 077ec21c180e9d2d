from decimal import Decimal

from odoo import models

from ...engine.shares import ZERO
from ...guard import refuse, with_pass


class ReturnsAdoption(models.AbstractModel):
    """Takes a credit note that a person made by hand into the return that it is for.

    It may give what is released and not settled yet, and no more. Where no return has
    released it, the gate stays shut.
    """

    _name = "returns.adoption"
    _description = "Credit notes made by hand"

    def _adopt(self, move, items):
        """Give ``move`` the settlements of the returns that it pays, or refuse it."""
        amounts = self.env["returns.paid"]._amounts(move)
        taken = {}
        for item in items:
            if item not in amounts:
                continue
            sale_line = item.sale_line_ids[:1]
            if not sale_line.product_uom_id:  # a note, or a section
                self._refuse(move, sale_line, sale_line.returns_line_ids)
            quantity = item.product_uom_id._compute_quantity(
                abs(item.quantity), sale_line.product_uom_id, round=False
            )
            net, taxes = amounts[item]
            if move.move_type != "out_refund":
                net, taxes = -net, {key: -amount for key, amount in taxes.items()}
            known = taken.setdefault(sale_line, [0.0, ZERO, {}, item])
            known[0] += quantity
            known[1] += net
            for key, amount in taxes.items():
                known[2][key] = known[2].get(key, ZERO) + amount
        claimants = {
            sale_line: self._claimant(move, sale_line, *values[:3])
            for sale_line, values in taken.items()
        }
        for sale_line, values in taken.items():
            line = claimants[sale_line]
            values.append(self._valued(move, sale_line, line, *values[:3]))
        self._settle(move, taken, claimants)

    def _valued(self, move, sale_line, line, quantity, net, taxes):
        """(net, tax) in the currency of the return, where that is another."""
        return None

    def _claimant(self, move, sale_line, quantity, net, taxes):
        """The line of a return that has released just this, or a refusal."""
        lines = sale_line.returns_line_ids.filtered(
            lambda line: line.case_state in ("authorised", "closed")
        )
        for line in lines.sorted("id"):
            free = line.quantity_released - sum(
                line.settlement_line_ids._standing().mapped("quantity")
            )
            if line.uom_id.compare(quantity, free) > 0:
                continue
            now = {line: Decimal(str(quantity))}
            claims, _delivery = self.env["returns.worth"]._claims(
                line.order_id, now, without=move
            )
            if self._is_within(move, claims[line].now, line, net, taxes):
                return line
        return self._refuse(move, sale_line, lines)

    def _is_within(self, move, parts, line, net, taxes):
        """Whether no more is given than is owed; net of tax and tax by tax as well,
        where what is rounded may slip from one to the other."""
        if net + sum(taxes.values(), ZERO) > sum((p.total for p in parts), ZERO):
            return False
        slack = Decimal(str(move.currency_id.rounding))
        owed = {
            key: sum((p.taxes.get(key, ZERO) for p in parts), ZERO) for key in taxes
        }
        return net <= sum((p.net for p in parts), ZERO) + slack and all(
            amount <= owed[key] + slack for key, amount in taxes.items()
        )

    def _refuse(self, move, sale_line, lines):
        words = {
            "move": move.display_name,
            "order": sale_line.order_id.name,
            "product": sale_line.product_id.display_name or sale_line.name,
        }
        if not lines:
            refuse(
                "REFUND_GATE",
                self.env._(
                    "%(move)s gives credit for %(product)s of %(order)s, which no "
                    "return has released. Make a return of the order, or ask finance "
                    "to mark the credit note as goodwill.",
                    **words,
                ),
            )
        held = self.env["returns.step.settle"]._held_because(lines.order_id)
        codes = sorted({code for codes in held.values() for code in codes})
        refuse(
            "REFUND_GATE",
            self.env._(
                "%(move)s gives more for %(product)s of %(order)s than %(returns)s has "
                "released and not settled (%(codes)s). Let the return make the credit "
                "note when its rule is met, or release it by hand.",
                returns=", ".join(lines.order_id.mapped("name")),
                codes=", ".join(codes) or "-",
                **words,
            ),
        )

    def _settle(self, move, taken, claimants):
        """Append the settlements, one per return, with the document's own amounts."""
        orders = self.env["returns.order"].union(
            *(line.order_id for line in claimants.values())
        )
        with_pass(move, "write").write(
            {"returns_credit_kind": "return", "returns_order_id": orders[:1].id}
        )
        bill = self._bill(move, taken)
        for order in orders:
            own = {
                sale_line: values
                for sale_line, values in taken.items()
                if claimants[sale_line].order_id == order
            }
            tax = sum((sum(v[2].values(), ZERO) for v in own.values()), ZERO)
            net = sum((v[1] for v in own.values()), ZERO)
            row = self.env["returns.settlement"]._machine_create(
                [
                    {
                        "order_id": order.id,
                        "currency_id": move.currency_id.id,
                        "kind": "credit_note",
                        **self._order_vals(*(v[4] for v in own.values())),
                        "amount": float(net + tax),
                        "amount_tax": float(tax),
                        "invoice_id": bill.id,
                        "move_id": move.id,
                        "document": self.env["returns.gate"]._said(move),
                        "user_id": self.env.uid,
                    }
                ]
            )
            self.env["returns.settlement.line"]._machine_create(
                [
                    self._row_vals(row, sale_line, claimants[sale_line], *values)
                    for sale_line, values in own.items()
                ]
            )
        if bill and not move.reversed_entry_id and move.move_type == "out_refund":
            # What was not paid of the invoice is not owed by the credit note either.
            move.reversed_entry_id = bill
            move._reconcile_with_own_invoice()
        settle = self.env["returns.step.settle"]
        settle._value(orders)
        settle._release(orders)

    def _order_vals(self, *valued):
        """What is kept of sums in the currency of the return."""
        if not any(valued):
            return {}
        return {"amount_order": float(sum(sum(pair) for pair in valued))}

    def _bill(self, move, taken):
        """The invoice that is given back: as the document says, or the only one."""
        if move.reversed_entry_id or move.move_type != "out_refund":
            return move.reversed_entry_id
        items = self.env["account.move.line"].union(
            *(sale_line.invoice_lines for sale_line in taken)
        )
        bills = items.move_id.filtered(
            lambda bill: (
                bill.state == "posted"
                and bill.move_type == "out_invoice"
                and bill.returns_credit_kind != "return"
            )
        )
        return bills if len(bills) == 1 else bills.browse()

    def _row_vals(self, row, sale_line, line, quantity, net, taxes, item, valued):
        origin = row.invoice_id.line_ids.filtered(
            lambda known: (
                sale_line in known.sale_line_ids and known.display_type == "product"
            )
        ) or sale_line.invoice_lines.filtered(
            lambda known: known.move_id.move_type == "out_invoice" and known != item
        )
        kept = self._order_vals(valued)
        if kept:
            kept["net_order"] = float(valued[0])
        return {
            **kept,
            "settlement_id": row.id,
            "line_id": line.id,
            "sale_line_id": sale_line.id,
            "quantity": quantity,
            "amount": float(net + sum(taxes.values(), ZERO)),
            "amount_net": float(net),
            "taxes": {str(key): str(amount) for key, amount in taxes.items()},
            "invoice_line_id": origin[:1].id,
        }
