"""Routed goods that bring less than they cost: measured, asked about, and booked."""

from decimal import Decimal

from psycopg2 import OperationalError

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ..engine.net_value import Goods, measure
from ..guard import refuse
from .step import QUIET


class ReturnsStepWriteDown(models.AbstractModel):
    """Beside step 6: an allowance on what was routed, and its way back.

    ``write_down_goods.py`` takes it back as the goods leave.
    """

    _name = "returns.step.write_down"
    _inherit = ["returns.step"]
    _description = "Step: write down"
    _groups = ("returns_governance.group_finance",)

    # --- measure ----------------------------------------------------------------------
    def _assess(self, routings):
        """Write down what was routed, as far as the company's table says so.

        :param recordset routings: new rows of ``returns.routing``
        :return: the write-downs
        """
        if not routings or not self.env["returns.write.down.rule"]._is_used():
            return self.env["returns.write.down"]
        vals_list = [vals for row in routings if (vals := self._measured(row))]
        rows = self.env["returns.write.down"]._machine_create(vals_list)
        self._ask_or_post(rows)
        return rows

    def _measured(self, routing, quantity=None):
        """Values of the write-down of a routing, or nothing.

        :param float quantity: of the units that are still there; all without
        """
        move = routing.move_id
        if routing.quantity <= 0 or not move:
            return None
        quantity = quantity or routing.quantity
        if routing.disposition_id.state_id.code in (False, "sellable"):
            return None
        company = move.company_id
        found = self._measure(routing, company, quantity)
        if not found or not found.allowance:
            return None
        rule = self.env["returns.write.down.rule"].browse(found.rule.key)
        return {
            "routing_id": routing.id,
            "company_id": company.id,
            "location_id": move.move_line_ids.location_dest_id[:1].id,
            "rule_id": rule.id,
            "sentence": rule.sentence,
            "quantity": quantity,
            "carrying_value": float(found.carrying),
            "net_value": float(found.net),
            "amount": float(found.allowance),
            "user_id": self.env.uid,
        }

    def _measure(self, routing, company, units):
        rules = self.env["returns.write.down.rule"]._rules_in_force(company.id)
        if not rules:
            return None
        quantity = Decimal(str(units))
        carrying = Decimal(str(routing.inspection_id._carrying_value(units)))
        if carrying <= 0:
            return None
        product = routing.product_id
        goods = Goods(
            product=product.id,
            categories=product._returns_categories(),
            condition=routing.condition_id.id,
            disposition=routing.disposition_id.id,
            price=Decimal(str(product._returns_net_price(company))),
            cost=carrying / quantity,
        )
        step = Decimal(str(company.currency_id.rounding))
        return measure(rules, goods, carrying, quantity, step)

    # --- ask --------------------------------------------------------------------------
    def _ask_or_post(self, rows):
        """Ask about what the table of authority wants asked; the others are booked."""
        if not rows:
            return
        Approval = self.env["returns.approval"]
        questions = {row: self._question(row) for row in rows}
        self._add_unasked(questions)
        waiting = Approval._uncovered(list(questions.values()))
        asked = {approval.key: approval for approval in Approval._ask(waiting)}
        ready = rows
        for row, question in questions.items():
            if approval := asked.get(question["key"]):
                row._machine_write({"state": "waiting", "approval_id": approval.id})
                ready -= row
        self._book_or_queue(ready)

    def _add_unasked(self, questions):
        """Ask by all that nobody was asked about of a product in a return: unit by unit
        it would stay below every limit.

        :param dict questions: {write-down: question}, changed here
        """
        if not self.env["returns.authority"]._rows_in_force().get("write_down"):
            return
        rows = self.env["returns.write.down"].union(*questions)
        sums = {
            (order, product): amount
            for order, product, amount in rows._read_group(
                [
                    ("order_id", "in", rows.order_id.ids),
                    ("product_id", "in", rows.product_id.ids),
                    ("approval_id", "=", False),
                    ("state", "in", ("to_post", "posted")),
                ],
                ["order_id", "product_id"],
                ["amount_left:sum"],
            )
        }
        for row, question in questions.items():
            known = sums.get((row.order_id, row.product_id), 0.0)
            question["amount"] = max(question["amount"], known)

    def _question(self, row):
        return {
            "kind": "write_down",
            "order": row.order_id,
            "key": f"write_down {row.id}",
            "amount": row.amount_left,
            "reasons": row.routing_id.line_id.reason_id,
            "dispositions": row.disposition_id,
            "why": row.sentence,
            "data": {"write_down": row.id},
            "values": {
                "product_id": row.product_id.id,
                "quantity": row.quantity_left,
                "disposition_id": row.disposition_id.id,
                "warehouse_id": row.warehouse_id.id,
            },
        }

    def _answered(self, approvals):
        """Book what was approved, as far as it is still there; close what was not."""
        rows = self.env["returns.write.down"].search(
            [("approval_id", "in", approvals.ids), ("state", "=", "waiting")]
        )
        rows._hold()
        for state, group in rows.grouped(lambda row: row.approval_id.state).items():
            if state == "approved":
                group._machine_write({"state": "to_post"})
                self._book_or_queue(group)
            elif state == "refused":
                group._machine_write({"state": "refused"})

    # --- book -------------------------------------------------------------------------
    def _book_or_queue(self, rows):
        """As the company posts its refunds: at once, in the background, or by hand."""
        by_way = rows.grouped(lambda row: row.company_id.returns_posting)
        if now := by_way.get("call"):
            self._book(now)
        if by_way.get("queue"):
            cron = self.env.ref("returns_governance.ir_cron_write_down", False)
            if cron:
                cron._trigger()

    def _post_by_hand(self, rows):
        """Post as a person of finance; where nothing could be posted, say why.

        Called by the button. What fails beside others keeps its problem.
        """
        step, rows = self._admit(rows)
        rows._hold()
        step._book(rows)
        if all(rows.mapped("problem")):
            refuse(
                "BAD_REQUEST",
                self.env._(
                    "%(name)s: %(why)s", name=rows[0].display_name, why=rows[0].problem
                ),
            )

    def _book_due(self, limit=100):
        """Post what waits of the companies that post in the background.

        What failed before is tried again only where nothing else waits.

        :return: whether more may wait
        """
        rows = self._due([("problem", "=", False)], limit)
        retried = rows or self._due([], limit)
        retried._hold()
        self._book(retried)
        return bool(rows)

    def _due(self, domain, limit):
        return self.env["returns.write.down"].search(
            [
                ("company_id.returns_posting", "!=", "draft"),
                *domain,
                "|",
                ("state", "=", "to_post"),
                ("release_ids.to_post", "=", True),
            ],
            limit=limit,
            order="id",
        )

    def _book(self, rows):
        """Make and post the entries of write-downs and of their reversals.

        All in one batch; where that is refused, each by itself, so that one that fails
        stops no other, and never the goods.
        """
        # sudo: the step that led here checked the right
        rows = rows.sudo().with_context(**QUIET)
        for company, group in rows.grouped("company_id").items():
            accounts = company._returns_write_down_accounts()
            if not accounts:
                self._fail(group, self._missing_words(company))
                continue
            todo = self._to_book(group)
            try:
                self._book_batch(todo, company, accounts)
            except UserError:
                for record in todo:
                    self._book_one(record, company, accounts)

    def _to_book(self, rows):
        """The write-downs first, then what takes parts of them back."""
        new = rows.filtered(lambda row: row.state == "to_post")
        return [*new, *rows.release_ids.filtered("to_post").sorted("id")]

    def _book_one(self, record, company, accounts):
        row = record if record._name == "returns.write.down" else record.write_down_id
        try:
            self._book_batch([record], company, accounts)
        except UserError as error:
            self._fail(row, str(error))

    def _book_batch(self, records, company, accounts):
        """All or nothing."""
        if not records:
            return
        try:
            with self.env.cr.savepoint():
                vals_list = [self._entry_vals(x, company, accounts) for x in records]
                entries = self._post_entries([v for v in vals_list if v], company)
                self._booked(records, vals_list, entries)
        except (OperationalError, UserError):
            raise
        except Exception as error:
            # Whatever a chart or a localisation trips over: the goods are routed.
            raise UserError(str(error)) from error

    def _post_entries(self, vals_list, company):
        moves = self.env["account.move"].sudo().with_company(company)
        # A dialog's defaults are none of an entry, so keys are taken out.
        # pylint: disable-next=context-overridden
        moves = moves.with_context({**clean_context(moves.env.context), **QUIET})
        entries = moves.create(vals_list)
        if entries:
            entries._post(soft=False)
        return entries

    def _booked(self, records, vals_list, entries):
        """Link the entries, and tell the returns."""
        entries, done = iter(entries), []
        for record, vals in zip(records, vals_list, strict=True):
            entry = next(entries) if vals else self.env["account.move"]
            values = {"move_id": entry.id}
            if record._name == "returns.write.down":
                values |= {"state": "posted", "problem": False}
            else:
                values["to_post"] = False
            record._machine_write(values)
            if entry:
                self._tell_redated(record, vals["date"], entry)
                done.append(record)
        self._tell(done)
        self._clear([record for record in records if "problem" in record._fields])

    def _tell_redated(self, record, asked, entry):
        """A closed period moved the entry: it says so, as the documents do."""
        if entry.date != asked:
            entry._tell_moved({entry: asked}, {entry: record.order_id})

    def _entry_vals(self, record, company, accounts):
        """The entry of a write-down, or of what is taken back; nothing for nothing."""
        journal, expense, allowance = accounts
        is_new = record._name == "returns.write.down"
        row = record if is_new else record.write_down_id
        amount = record.amount_left if is_new else -record.amount
        if company.currency_id.is_zero(amount):
            return None
        what = row.display_name if is_new else record.display_name
        name = self.env._("Write-down: %(what)s", what=what)
        debit, credit = (expense, allowance) if amount > 0 else (allowance, expense)
        date = row.date if is_new else record.measure_id.date
        spread = row.routing_id.line_id.sale_line_id.analytic_distribution
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": date or fields.Date.context_today(self),
            "ref": name,
            "line_ids": [
                fields.Command.create(
                    {
                        "name": name,
                        "account_id": account.id,
                        "product_id": row.product_id.id,
                        "balance": sign * abs(amount),
                        "analytic_distribution": spread
                        if account == expense
                        else False,
                    }
                )
                for account, sign in ((debit, 1), (credit, -1))
            ],
        }

    def _tell(self, records):
        self._log(
            [
                {
                    "order": record.order_id,
                    "what": "written_down" if amount > 0 else "write_down_reversed",
                    "data": {
                        "product": record.product_id.id,
                        "quantity": quantity,
                        "amount": abs(amount),
                        "entry": record.move_id.id,
                    },
                }
                for record in records
                for quantity, amount in [self._told(record)]
            ]
        )

    def _told(self, record):
        """(units, what was written down) of a write-down; below zero: taken back."""
        if record._name == "returns.write.down":
            return record.quantity, record.amount
        if record.measure_id:
            return record.measure_id.quantity, -record.amount
        return record.quantity, -record.amount

    # --- what cannot be booked --------------------------------------------------------
    def _missing_words(self, company):
        return self.env._(
            "The journal, the expense or the allowance account of write-downs of "
            "%(company)s is missing, or is the stock valuation account. Choose them "
            "in the settings of Returns.",
            company=company.name,
        )

    def _fail(self, rows, why):
        """It stays to be posted, and finance is told."""
        rows._machine_write({"problem": why})
        self.env["returns.exception"]._raise(
            [
                {
                    "code": "posting_failed",
                    "order_id": row.order_id.id,
                    "company_id": row.company_id.id,
                    "cause": f"write_down {row.id}",
                    "note": why,
                }
                for row in rows
            ]
        )

    def _clear(self, rows):
        known = [
            row
            for row in rows
            if any(
                e.state == "open" and e.cause == f"write_down {row.id}"
                for e in row.order_id.exception_ids
            )
        ]
        if known:
            self.env["returns.exception"]._clear(
                "posting_failed",
                [f"write_down {row.id}" for row in known],
                self.env._("The write-down was posted"),
            )
