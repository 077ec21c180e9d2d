"""What a replacement costs: it is delivered, and no invoice will book it."""

from collections import defaultdict

from psycopg2 import OperationalError

from odoo import Command, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..guard import with_pass
from .step import QUIET

CAUSE = "replacement"


class ReturnsReplacementCost(models.AbstractModel):
    """Keeps the stock account and the shelf together where goods go out for nothing.

    With perpetual valuation Odoo books the cost of goods sold with the invoice, and a
    replacement has none. What went out, less what came back for it at its own value, is
    booked as cost of the product here, on the accounts that an invoice would take: all
    of it where the replacement is sent ahead or the old goods stay with the customer,
    and the other way round as they come back. What was charged has its invoice, and
    costs nothing more. With periodic valuation the closing tells.

    The entries of a line always add up to what it cost so far, so that nothing is
    booked twice, whatever order things happen in.
    """

    _name = "returns.replacement.cost"
    _description = "Cost of replacements"

    def _follow(self, orders):
        """Book what replacements of these returns have cost since."""
        lines = orders.line_ids.filtered(lambda line: line.resolution == "replacement")
        lines = lines.filtered(
            lambda line: any(row.quantity_sent for row in line.exchange_ids)
        )
        # sudo: what is booked follows from the goods, whoever moved them
        lines = lines.sudo().with_context(**QUIET)
        if not lines:
            return
        booked = self._booked(lines)
        wanted = {}
        for line in lines:
            more = self._more(self._due(line), booked[line], line.company_id)
            if more:
                wanted[line] = more
        for line, amounts in wanted.items():
            self._book(line, amounts)

    # --- what it costs ----------------------------------------------------------------
    def _due(self, line):
        """{product: cost} of what went out for nothing, less what came for it."""
        amounts = defaultdict(float)
        rows = line.exchange_ids.filtered(lambda row: row.kind == "replacement")
        sent = sum(rows.mapped("quantity_sent"))
        free = sent - sum(rows.mapped("quantity_charged"))
        unit = line.uom_id
        if unit.compare(free, 0.0) <= 0:
            return amounts
        for move in rows._leaving_moves().filtered(lambda move: move.state == "done"):
            if self._is_perpetual(move):
                amounts[move.product_id] += abs(move.value) * free / sent
        # What is paid back has its credit note, which takes its cost back.
        came = min(free, max(0.0, line.quantity_received - line.quantity_refunded))
        if unit.compare(came, 0.0) > 0:
            for move in line.receipt_ids._goods_moves()._stands():
                if self._is_perpetual(move):
                    share = came / line.quantity_received
                    amounts[move.product_id] -= move.value * share
        return amounts

    def _is_perpetual(self, move):
        product = move.product_id.with_company(move.company_id)
        return product.is_storable and product.valuation == "real_time"

    def _booked(self, lines):
        """{line: {product: cost}} of the entries so far."""
        items = self.env["account.move.line"].sudo()  # sudo: as in _follow
        items = items.search(
            [
                ("move_id.returns_cost_line_id", "in", lines.ids),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=like", "asset%"),
            ]
        )
        booked = {line: defaultdict(float) for line in lines}
        for item in items:
            line = item.move_id.returns_cost_line_id.with_env(lines.env)
            booked[line][item.product_id.with_env(lines.env)] -= item.balance
        return booked

    def _more(self, due, booked, company):
        currency = company.currency_id
        more = {
            product: currency.round(due.get(product, 0.0) - booked.get(product, 0.0))
            for product in {**due, **booked}
        }
        return {
            product: amount
            for product, amount in more.items()
            if not currency.is_zero(amount)
        }

    # --- booked -----------------------------------------------------------------------
    def _book(self, line, amounts):
        """Post one entry of a line; what cannot be posted stops no goods."""
        try:
            with self.env.cr.savepoint():
                entry = self._entry(line, amounts)
        except OperationalError:
            raise
        except Exception as error:  # whatever a chart or a localisation trips over
            self._fail(line, str(error))
            return
        self._tell(line, entry, sum(amounts.values()))

    def _entry(self, line, amounts):
        company = line.company_id
        moves = self.env["account.move"].sudo().with_company(company)
        # A dialog's defaults are none of an entry, so keys are taken out.
        # pylint: disable-next=context-overridden
        moves = moves.with_context({**clean_context(moves.env.context), **QUIET})
        items = [
            Command.create(vals)
            for product, amount in amounts.items()
            for vals in self._item_vals(line, product, amount)
        ]
        entry = with_pass(moves, "create").create(
            {
                "move_type": "entry",
                "journal_id": company.account_stock_journal_id.id,
                "company_id": company.id,
                "date": fields.Date.context_today(self),
                "ref": self._words(line),
                "returns_cost_line_id": line.id,
                "line_ids": items,
            }
        )
        asked = entry.date
        entry._post(soft=False)
        if entry.date != asked:
            entry._tell_moved({entry: asked}, {entry: line.order_id})
        return entry

    def _words(self, line):
        return self.env._("Replacement, %(name)s", name=line.order_id.name)

    def _item_vals(self, line, product, amount):
        accounts = self._accounts(line, product)
        spread = line.sale_line_id.analytic_distribution
        return [
            {
                "name": f"{self._words(line)}: {product.display_name}",
                "account_id": accounts[part].id,
                "product_id": product.id,
                "partner_id": line.order_id.partner_id.commercial_partner_id.id,
                "balance": sign * amount,
                "analytic_distribution": spread if part == "expense" else False,
            }
            for part, sign in (("expense", 1), ("stock_valuation", -1))
        ]

    def _accounts(self, line, product):
        """Those that an invoice of the order would take for the cost of goods sold."""
        company = line.company_id
        accounts = product.with_company(company).product_tmpl_id.get_product_accounts(
            fiscal_pos=line.sale_order_id.fiscal_position_id
        )
        missing = not company.account_stock_journal_id or not all(
            accounts[part] for part in ("expense", "stock_valuation")
        )
        if missing:
            raise UserError(
                self.env._(
                    "The stock journal of %(company)s, or the expense or stock account "
                    "of %(product)s is missing. Set it, and the cost is booked by the "
                    "next run.",
                    company=company.name,
                    product=product.display_name,
                )
            )
        return accounts

    # --- told -------------------------------------------------------------------------
    def _tell(self, line, entry, amount):
        self.env["returns.event"].sudo()._log(  # sudo: the machine's own row
            [
                {
                    "order": line.order_id,
                    "what": "replacement_cost",
                    "data": {"entry": entry.id, "amount": amount},
                }
            ]
        )
        cause = f"{CAUSE} {line.id}"
        known = line.order_id.exception_ids
        if known.filtered(lambda e: e.state == "open" and e.cause == cause):
            self.env["returns.exception"]._clear(
                "posting_failed", [cause], self.env._("The cost was booked")
            )

    def _fail(self, line, why):
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "posting_failed",
                    "order_id": line.order_id.id,
                    "line_id": line.id,
                    "company_id": line.company_id.id,
                    "cause": f"{CAUSE} {line.id}",
                    "note": self.env._(
                        "The cost of the replacement could not be booked: %s", why
                    ),
                }
            ]
        )

    def _retry(self):
        """Book what could not be booked. Called by the cron of advance exchanges."""
        failed = self.env["returns.exception"].search(
            [
                ("code", "=", "posting_failed"),
                ("state", "=", "open"),
                ("cause", "=like", f"{CAUSE} %"),
            ]
        )
        self._follow(failed.order_id)


class ReturnsStepAdvance(models.AbstractModel):
    """The cost follows whatever has moved."""

    _inherit = "returns.step.advance"

    def _after(self, orders, revalue=False):
        result = super()._after(orders, revalue)
        self.env["returns.replacement.cost"]._follow(orders)
        return result
