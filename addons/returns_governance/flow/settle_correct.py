"""Money that is taken back, and money that others have paid already."""

from dataclasses import replace
from decimal import Decimal

from odoo import fields, models

from ..engine.release import released
from ..engine.shares import PaidLine, share
from ..guard import refuse
from .settle_claim import Part
from .settle_paid import ZERO, Source, exact

CHANNEL_GROUPS = (
    "returns_governance.group_integration",
    "returns_governance.group_finance",
)


class ReturnsStepSettleCorrect(models.AbstractModel):
    """Step 7, the other direction: a refund that was wrong is taken back by a document.

    A credit note that is still a draft is cancelled; one that is posted gets a document
    in the opposite direction, made from its own lines, and both meet in the books.
    """

    _inherit = "returns.step.settle"

    # --- by a person --------------------------------------------------------------
    def _reverse(self, settlements, reason):
        """Take refunds back; for finance. They wait for a release by hand from then on.

        :return: the counter-rows; empty where a draft was cancelled
        """
        for row in settlements.sudo():  # what kind of row it is, before the right
            if row.kind == "payout" or row.amount < 0:
                refuse(
                    "RETURN_STATE",
                    self.env._(
                        "%(name)s: money that was paid out comes back only from the "
                        "customer. Reverse the credit note behind it instead.",
                        name=row.order_id.name,
                    ),
                )
        step, settlements = self._admit_rows(settlements, reason)
        orders = settlements.order_id
        orders.line_ids.sold_line_id._lock()
        wanted = {row: row.quantity for row in settlements.line_ids}
        # First, since posting the counter-document looks for what is due.
        orders._machine_write({"refund_on_hold": True})
        counter = step._take_back(wanted, reason, settlements)
        step._value(orders)
        step._release(orders)
        step.env["returns.step.receive"]._reopen(orders)
        step.env["returns.step.advance"]._after(orders)
        return counter

    def _take_back(self, wanted, reason, settlements=None):
        """Take back quantities of settlement lines.

        :param dict wanted: {settlement line: quantity}
        :param recordset settlements: whole ones, where lines are not enough to say it
        :return: the counter-rows
        """
        rows = self.env["returns.settlement.line"].union(*wanted)
        settlements = (settlements or rows.browse().settlement_id) | rows.settlement_id
        drafts = settlements.filtered(lambda row: row.move_id.state == "draft")
        drafts._cancel_drafts()
        counter = self._counter_rows(settlements - drafts, wanted, reason)
        self._log(
            [
                {
                    "order": order,
                    "what": "corrected",
                    "why": reason,
                    "data": {
                        "model": "returns.settlement",
                        "rows": group.ids,
                        "by": (counter & order.settlement_ids).ids,
                    },
                }
                for order, group in settlements.grouped("order_id").items()
            ]
        )
        self.env["returns.posting"]._post(counter.filtered("move_id"))
        return counter

    def _counter_rows(self, settlements, wanted, reason):
        """Append the rows in the opposite direction, with their documents."""
        credit = self.env["returns.credit"]
        parts = {
            row: [
                (line, self._counter_part(line, wanted[line]))
                for line in row.line_ids
                if line in wanted
            ]
            for row in settlements
        }
        fees = self.env["returns.fees"]._given_back(settlements, wanted)
        posted = settlements.filtered(lambda row: row.move_id.state == "posted")
        moves = credit._create_moves(
            [
                credit._counter_vals(row, [*parts[row], *fees[row]], reason)
                for row in posted
            ]
        )
        by_row = dict(zip(posted, moves, strict=True))
        empty = self.env["account.move"]
        counter = self.env["returns.settlement"]._machine_create(
            [
                self._counter_row_vals(
                    row, [*parts[row], *fees[row]], by_row.get(row, empty), reason
                )
                for row in settlements
            ]
        )
        credit._note_fees_back(settlements, counter, fees)
        Line = self.env["returns.settlement.line"]
        Line._machine_create(
            [
                {"settlement_id": new.id, **Line._counter_vals(line, part)}
                for row, new in zip(settlements, counter, strict=True)
                for line, part in parts[row]
            ]
        )
        return counter

    def _counter_part(self, line, quantity):
        """The share of a settlement line that is taken back."""
        whole, net, taxes = line._exact()
        sold, items = line.sale_line_id, line.settlement_id.move_id.line_ids
        items = items.filtered(lambda known: known.display_type == "product")
        item = items.filtered(lambda known: sold in known.sale_line_ids)[:1]
        source = Source(sold, item, whole, net, taxes)
        paid = PaidLine(source, whole, net, tuple(taxes.items()))
        unit = Decimal(str(line.currency_id.rounding))
        quantity = min(whole, Decimal(str(quantity)))
        part = Part(source, share(paid, quantity, rounding=unit))
        part.valued = line._valued_part(part)
        return part

    def _counter_row_vals(self, row, parts, move, reason):
        if parts:
            amount = float(sum((part.total for _line, part in parts), ZERO))
            tax = float(sum((part.tax for _line, part in parts), ZERO))
        else:
            amount, tax = row.amount, row.amount_tax
        part = amount / row.amount if row.amount else 0.0
        return {
            "order_id": row.order_id.id,
            "currency_id": row.currency_id.id,
            "kind": row.kind,
            "amount": -amount,
            "amount_voucher": -row.currency_id.round(row.amount_voucher * part),
            "amount_tax": -tax,
            "tender": row.tender,
            "invoice_id": row.invoice_id.id,
            "move_id": move.id,
            "document": move and self.env["returns.gate"]._said(move),
            "credit_id": row.credit_id.id,
            "reverses_id": row.id,
            "reason": reason,
            "user_id": self.env.uid,
        }

    # --- by itself ----------------------------------------------------------------
    def _take_surplus_back(self, orders):
        """Refunds whose receipt, finding or permission was taken back follow it.

        What was paid out already is not claimed back by a machine: the exception
        ``gate_breached`` tells finance, who may reverse the settlement.
        """
        wanted, breached, fine = {}, [], []
        for line in orders.line_ids:
            rows = line.settlement_line_ids._standing()
            if not rows:
                continue
            surplus = sum(rows.mapped("quantity")) - self._entitled(line)
            if line.uom_id.compare(surplus, 0.0) <= 0:
                fine.append(line)
                continue
            for row in rows.sorted("id", reverse=True):
                taken = min(surplus, row._quantity_left())
                if line.uom_id.compare(taken, 0.0) <= 0:
                    continue
                if row.settlement_id._is_paid_out():
                    breached.append(line)
                else:
                    wanted[row] = taken
                surplus -= taken
        self._tell_breach(breached, fine)
        if wanted:
            self._take_back(wanted, self.env._("What it was paid for was taken back"))
        return bool(wanted)

    def _entitled(self, line):
        """Units that the rule lets go, whatever holds the rest for the moment."""
        facts = replace(self._release_facts(line, False), blocked=())
        if line.order_id.case_state not in ("authorised", "closed"):
            return 0.0
        return float(released(self._rule(line), facts).released_quantity)

    def _tell_breach(self, breached, fine):
        Exceptions = self.env["returns.exception"]
        if breached:
            Exceptions._raise(
                [
                    {
                        "code": "gate_breached",
                        "order_id": line.order_id.id,
                        "line_id": line.id,
                        "company_id": line.company_id.id,
                        "cause": f"line {line.id}",
                        "note": self.env._(
                            "%(product)s was refunded, and what it was refunded for "
                            "was taken back since. Reverse the settlement, or wait for "
                            "the goods.",
                            product=line.product_id.display_name,
                        ),
                    }
                    for line in breached
                ]
            )
        known = [
            f"line {line.id}"
            for line in fine
            if any(
                e.code == "gate_breached" and e.state == "open"
                for e in line.order_id.exception_ids
            )
        ]
        if known:
            Exceptions._clear(
                "gate_breached", known, self.env._("The release rule is met again")
            )

    # --- paid by the channel ------------------------------------------------------
    def _book_channel_payment(self, order, data):
        """Book money that a channel has paid already; it is never paid again.

        The credit note for the books is made whether the gate is open or not, since
        the money has gone; exceptions say what was wrong about it.

        :param dict data: ``settlement_ref``, ``amount``, ``currency``, ``tender``,
            ``occurred_at``, ``lines`` (dicts ``line`` with ``quantity`` or ``amount``)
        :return: the settlements
        """
        step, order = self._admit_channel(order)
        order.line_ids.sold_line_id._lock()
        amount = exact(data["amount"], order.currency_id)
        batches, left = step._channel_batches(order, data, amount)
        extra = {
            "kind": "channel_paid",
            "settlement_ref": data["settlement_ref"],
            "tender": data["tender"],
            "occurred_at": data["occurred_at"] or fields.Datetime.now(),
        }
        waiting, left = step._pay_what_waits(order, extra, left)
        rows = step.env["returns.credit"]._make(batches, extra, order, left)
        rows |= waiting
        step._value(order)
        step._release(order)
        step._tell_channel(order, rows, left)
        step._settle_on(rows)
        step.env["returns.step.advance"]._after(order)
        return rows

    def _admit_channel(self, order):
        """As ``_admit``, for those who speak for a channel."""
        user = self.env.user
        if not self.env.su and not any(user.has_group(g) for g in CHANNEL_GROUPS):
            self._check_right()
        order.check_access("read")
        step = self.sudo()  # checked above; the user stays the same
        return step, order.sudo()

    def _channel_batches(self, order, data, amount):
        """({(order, invoice): [(Part, line)]}, what is more than was owed)."""
        now, caps = self._named_by_channel(order, data)
        claims, delivery = self.env["returns.worth"]._claims(order, now)
        open_parts, fees = [], {}
        for line in order.line_ids:
            if (now or caps) and line not in now and line not in caps:
                continue
            claim = claims[line]
            parts = claim.now if line in now else claim.parts
            open_parts += [(part, line) for part in parts]
            for fee in claim.fees_now if line in now else claim.fee_parts:
                fees.setdefault((line, fee.invoice), []).append(fee)
        open_parts += [(part, None) for part in delivery[order]]
        batches = {}
        for part, line in open_parts:
            if amount <= 0:
                break
            # The channel has paid the goods less their fees.
            own = fees.pop((line, part.source.invoice_line.move_id), ())
            off = -sum((fee.worth for fee in own), ZERO)
            most = min(amount, caps.get(line, amount)) + off
            taken = part.within(most, order.currency_id)
            if taken.total <= 0:
                continue
            for one in (taken, *own):
                self._gather(batches, order, one, line)
            amount -= taken.worth - off
            if line in caps:
                caps[line] -= taken.worth - off
        return batches, amount

    def _pay_what_waits(self, order, extra, amount):
        """Let the channel's money pay credit notes that were made and not paid out.

        Nobody pays them a second time: a payout that was not sent yet is not sent.

        :return: (the rows, what is left of ``amount``)
        """
        vals_list, paid = [], order.settlement_ids.browse()
        for credit in order.settlement_ids:
            left = credit._left_to_pay()
            worth = exact(credit._in_order(left), order.currency_id)
            taken = min(amount, worth)
            if taken <= 0:
                continue
            amount -= taken
            paid |= credit
            vals_list.append(
                {
                    "order_id": order.id,
                    **self._paid_vals(credit, taken, left if taken == worth else None),
                    "credit_id": credit.id,
                    "user_id": self.env.uid,
                    **extra,
                }
            )
        rows = self.env["returns.settlement"]._machine_create(vals_list)
        paid._shrink_payouts(self.env._("The channel has paid it"))
        return rows, amount

    def _paid_vals(self, credit, taken, _whole):
        """What a channel pays of a credit note; ``_whole`` where it pays all."""
        return {"currency_id": credit.currency_id.id, "amount": float(taken)}

    def _named_by_channel(self, order, data):
        """({line: quantity}, {line: amount}) that the channel paid for, if it says."""
        now, caps = {}, {}
        for entry in data.get("lines") or ():
            line = entry["line"].sudo()  # the caller named it, and may read the return
            if entry.get("quantity"):
                now[line] = Decimal(str(entry["quantity"]))
            if entry.get("amount"):
                caps[line] = exact(entry["amount"], order.currency_id)
        return now, caps

    def _tell_channel(self, order, rows, left):
        """Exceptions for money that went too early, or that was too much."""
        found = [
            (
                "gate_breached",
                f"line {row.line_id.id}",
                self.env._(
                    "The channel paid %(product)s before the release rule was met. "
                    "Follow up until the goods are here.",
                    product=row.line_id.product_id.display_name,
                ),
            )
            for row in rows.line_ids.filtered("line_id")
            if row.line_id.uom_id.compare(
                self._settled_quantity(row.line_id), row.line_id.quantity_released
            )
            > 0
        ]
        if left > 0:
            more = rows.filtered(lambda row: not row.line_ids and not row.credit_id)
            found.append(
                (
                    "overpaid_by_channel",
                    f"settlement {(more or rows)[:1].id}",
                    self.env._(
                        "The channel paid %(amount)s more than was owed. Claim it back "
                        "from the channel.",
                        amount=order.currency_id.format(float(left)),
                    ),
                )
            )
        if found:
            self.env["returns.exception"]._raise(
                [
                    {
                        "code": code,
                        "order_id": order.id,
                        "company_id": order.company_id.id,
                        "cause": cause,
                        "note": note,
                    }
                    for code, cause, note in found
                ]
            )
