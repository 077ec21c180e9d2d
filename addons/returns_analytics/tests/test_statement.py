from collections import Counter
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.returns_governance.tests.exchange_common import ExchangeCommon
from odoo.addons.returns_governance.tests.packs_common import PacksCommon
from odoo.addons.returns_governance.tests.repair_common import RepairCommon
from odoo.addons.returns_governance.tests.sister import make_sister

from ..const import GOODS_GAPS
from .gaps_common import GapsCommon


@tagged("post_install", "-at_install")
class TestStatement(PacksCommon, GapsCommon, ExchangeCommon, RepairCommon):
    """What the ledger shows of a period is explained to the cent; the rest is named."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.inventory_valuation = "real_time"

    def _statement(self):
        """A statement of the last months, made after the figures were brought up."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.Gap._find_all()
        today = date.today()
        period = {"date_from": today - timedelta(days=90), "date_to": today}
        statements = self.env["returns.statement"]
        known = statements.search([(key, "=", day) for key, day in period.items()])
        known.action_compare()
        return known or statements.create(period)

    def _gaps(self, statement):
        """{(what it is about, kind)} of the gaps, each as often as it is told."""
        return Counter(
            (line.order_id or line.move_id, line.kind)
            for line in statement.line_ids
            if line.nature == "gap"
        )

    def _assert_ties(self, statement):
        """Nothing is left over, and the ledger's figures are those of the entries."""
        self.assertEqual(set(statement.section_ids.mapped("difference")), {0.0})
        credits = self.env["account.move"].search(
            [
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("company_id", "=", self.company.id),
                ("date", ">=", statement.date_from),
                ("date", "<=", statement.date_to),
            ]
        )
        owed = credits.line_ids.filtered(
            lambda item: item.account_type == "asset_receivable"
        )
        figures = {row.section: row for row in statement.section_ids}
        self.assertAlmostEqual(figures["credit"].ledger, -sum(owed.mapped("balance")))
        for row in statement.section_ids:
            lines = statement.line_ids.filtered(
                lambda line, row=row: line.section == row.section
            )
            self.assertAlmostEqual(row.ledger, sum(lines.mapped("movement")), 2)
        for account in statement.account_ids:
            items = self.env["account.move.line"].search(
                account.action_view_items()["domain"]
            )
            self.assertAlmostEqual(account.balance, sum(items.mapped("balance")), 2)
        self.assertAlmostEqual(sum(statement.account_ids.mapped("balance")), 0.0, 2)

    def test_goods_that_came_in_packs_are_told_at_the_cost_of_a_unit(self):
        back = self._returned_in_packs()
        self._inspect(back, quantities={back.line_ids: 6.0})
        statement = self._statement()
        self._assert_ties(statement)
        self.assertEqual(self._gaps(statement), {})
        cost = statement.section_ids.filtered(lambda row: row.section == "cost")
        self.assertEqual((cost.ledger, cost.explained), (120.0, 120.0))

    def test_forty_planted_gaps_are_found_and_none_is_invented(self):
        backs = self._ask_many(36)
        paid, behind, here, way = backs[:24], backs[24:28], backs[28:32], backs[32:]
        self._receive_all(paid | behind | here)
        self._inspect_all(paid)
        self.company.returns_posting = "draft"
        self._inspect_all(behind)
        clean = self._statement()
        self._assert_ties(clean)
        self.assertEqual(self._gaps(clean), {}, "a clean history has no gap")
        cost = clean.section_ids.filtered(lambda row: row.section == "cost")
        # Two shirts at 20 and a belt at 10 each: 32 returns came, 24 were credited.
        self.assertEqual(
            (cost.ledger, cost.explained, cost.coming), (1200.0, 1600.0, -400.0)
        )
        self.assertIn("explained to the cent", clean.summary)
        planted = [
            (back, kind)
            for kind, found in (
                ("refunded_not_received", self._lose_receipts(paid[0:4])),
                ("received_not_refunded", self._forget_to_post(behind)),
                ("received_not_disposed", self._let_wait(here)),
                ("disposed_not_received", self._book_twice(paid[4:8])),
                ("asked_not_received", self._let_not_come(way)),
                ("amount_differs", self._pay_otherwise(paid[8:12])),
                ("books_differ", self._book_otherwise(paid[12:16], 0)),
                ("quantity_differs", self._book_otherwise(paid[16:20], 1)),
                ("credit_without_return", self._credit_by_hand(4)),
                ("paid_not_booked", self._pay_by_hand(4)),
            )
            for back in found
        ]
        self.assertEqual(len(planted), 40)
        self.assertEqual(len({kind for _about, kind in planted}), 10)
        self.Gap._find_all()
        clean.action_compare()
        self._assert_ties(clean)
        found = self._gaps(clean)
        self.assertEqual(Counter(planted) - found, Counter(), "not found")
        self.assertEqual(found - Counter(planted), Counter(), "invented")
        self.assertEqual(clean.gap_count, 40)
        self._assert_told(clean)

    # --- ways of settling --------------------------------------------------------
    def _assert_explained(self, backs):
        """All is explained without a gap: {(section, kind): movement}."""
        statement = self._statement()
        self._assert_ties(statement)
        self.assertEqual(self._gaps(statement), {})
        sums = Counter()
        for line in statement.line_ids.filtered(
            lambda line: (line.order_id or line.move_id.returns_order_id) in backs
        ):
            sums[line.section, line.kind] += line.movement
        return {key: round(amount, 2) for key, amount in sums.items() if amount}

    def _given_back(self, *lines, order=None):
        order = order or self._sell([(self.shirt, 3.0)])
        back = self._ask(order, *[(order.order_line[0], *line) for line in lines])
        self._receive(back)
        self._inspect(back)
        return back

    def test_fees_are_told_beside_the_goods(self):
        fees = [("restocking", 10.0, "percent"), ("return_shipping", 5.0, "fixed")]
        names = ("kind", "amount", "mode")
        self._rule(
            fee="charged",
            fee_ids=[
                Command.create(dict(zip(names, fee, strict=True))) for fee in fees
            ],
        )
        back = self._given_back((2.0,))
        part = self._ask(self._sell([(self.shirt, 3.0)]))
        self._receive(part, {part.line_ids: 1.0})
        self._inspect(part)
        taxed = back.amount_fees
        self.assertGreaterEqual(taxed, 15.0)
        told = self._assert_explained(back)
        self.assertEqual(told["credit", "received"], 120.0)
        self.assertEqual(told["credit", "fees"], -taxed)
        self._pay(back.settlement_ids.move_id)
        told = self._assert_explained(back)
        self.assertEqual(told["money", "paid_out"], 120.0 - taxed)
        row = part.settlement_ids
        told = self._assert_explained(part)
        self.assertEqual(told["credit", "fees"], -row.amount_fees)
        self.assertEqual(told["credit", "received"], 60.0)
        self._step("settle", "finance")._reverse(
            back.settlement_ids.with_user(self.users["finance"]), "A mistake"
        )
        self._assert_taken_back(self._statement())

    def test_a_repair_is_no_gap_and_what_is_given_instead_is_explained(self):
        back = self._for_repair(self._sell([(self.shirt, 3.0)]))
        self._end(back, quantity=1.0)
        self._ship(back)
        self._let_wait(back)
        self._move_back("returns_routing", "occurred_at", back.routing_ids, 20)
        self.assertEqual(self._assert_explained(back), {})
        self._switch(back)
        told = self._assert_explained(back)
        self.assertEqual(
            {section: amount for (section, _kind), amount in told.items()},
            {"credit": 120.0, "cost": 40.0, "money": 120.0},
        )

    def test_an_exchange_is_set_off_against_its_bill(self):
        self._rule()
        even = self._given_back((1.0, {"resolution": "exchange"}))
        dear = self._given_back(
            (1.0, {"resolution": "exchange", "exchange_product": self.coat})
        )
        cheap = self._given_back(
            (1.0, {"resolution": "exchange", "exchange_product": self.shirt}),
            order=self._sell([(self.coat, 1.0)]),
        )
        for back, credited, met in (
            (even, 60.0, 60.0),
            (dear, 60.0, 60.0),
            (cheap, 96.0, 60.0),
        ):
            told = self._assert_explained(back)
            self.assertEqual(told["credit", "received"], credited)
            self.assertEqual(told["money", "set_off"], met)
        self._send((even | dear | cheap).exchange_ids)
        self._pay(cheap.settlement_ids.move_id)
        told = self._assert_explained(cheap)
        self.assertEqual(told["money", "paid_out"], 36.0)

    def test_a_credit_closed_without_money_is_a_gap_as_long_as_it_is_an_exception(self):
        back = self._given_back((1.0,))
        credit = back.settlement_ids.move_id
        self._close_by_entry(credit)
        told = back.exception_ids.filtered(lambda e: e.code == "unexplained_credit")
        self.assertEqual(told.state, "open")
        statement = self._statement()
        self._assert_ties(statement)
        self.assertEqual(self._gaps(statement), {(back, "without_money"): 1})
        line = statement.line_ids.filtered(lambda row: row.kind == "without_money")
        self.assertEqual((line.section, line.movement), ("money", 60.0))
        self.assertIn("exception", line.explanation)
        # Finance gives the reason: now both say that it is explained.
        told.with_user(self.users["finance"]).action_close("Kept for a claim, agreed")
        told = self._assert_explained(back)
        self.assertEqual(told["money", "other_entry"], 60.0)

    def test_what_was_kept_paid_by_a_channel_or_never_billed_is_no_gap(self):
        self._rule(returnless="yes")
        backs = self._ask(self._sell([(self.shirt, 2.0)]))
        self.assertEqual(backs.line_ids.quantity_kept, 2.0)
        self._rule()
        paid = self._ask(self._sell([(self.shirt, 1.0)]))
        self._receive(paid)
        self.env["returns.step.settle"]._book_channel_payment(
            paid,
            {
                "settlement_ref": "SET-1",
                "amount": 60.0,
                "tender": "card",
                "occurred_at": False,
                "lines": [],
            },
        )
        self._inspect(paid)
        unbilled = self._ask(self._sell([(self.shirt, 1.0)], until="delivered"))
        self._receive(unbilled)
        self._inspect(unbilled)
        self.assertEqual(unbilled.settlement_ids.kind, "less_to_invoice")
        over = self._handed_over_and_back()
        statement = self._statement()
        self._assert_ties(statement)
        self.assertEqual(self._gaps(statement), {})
        told = statement.line_ids.filtered(lambda line: line.move_id == over)
        credit = told.filtered(lambda line: line.section == "credit")
        self.assertEqual(credit.kind, "correction")
        backs |= paid | unbilled
        mine = statement.line_ids.filtered(
            lambda line: line.order_id in backs and line.section in ("credit", "cost")
        )
        self.assertEqual(set(mine.mapped("nature")), {"explained"})
        booked = statement.line_ids.filtered(
            lambda line: line.section == "credit" and line.order_id == paid
        )
        self.assertEqual(sum(booked.mapped("movement")), 60.0, "by its credit note")

    def _handed_over_and_back(self):
        """A return whose goods went to another company and came back; the credit note
        between the companies."""
        receiver, node = make_sister(self.env, "Receiver")
        receiver.inventory_valuation = "real_time"
        self.warehouse.returns_owner_warehouse_id = node
        self._create_return(until="inspected")
        listed = self.env["returns.handover"].with_user(self.users["finance"])
        listed = listed.create({"warehouse_id": self.warehouse.id})
        listed.action_confirm()
        listed.action_reverse()
        return listed.sudo().credit_id

    def test_store_credit_settles_a_credit_by_an_entry(self):
        if "returns.store.credit" not in self.env:
            self.skipTest("Store credit is not installed")
        self.company._returns_set_up_credit()
        self._rule(credit_bonus="percent", credit_percent=10.0)
        back = self._given_back((2.0, {"resolution": "store_credit"}))
        given = back.settlement_ids.filtered(lambda row: row.kind == "store_credit")
        self.assertEqual((given.amount, given.bonus), (120.0, 12.0))
        told = self._assert_explained(back)
        self.assertEqual(told["credit", "received"], 120.0)
        self.assertEqual(told["money", "other_entry"], 120.0)
        self.assertNotIn(("credit", "amount_differs"), told)
        credit = back.settlement_ids - given
        self._step("settle", "finance")._reverse(
            credit.with_user(self.users["finance"]), "It was not ours"
        )
        self._assert_taken_back(self._statement())

    def _assert_taken_back(self, statement):
        """Nothing is left over, though a document was taken back."""
        self.assertEqual(set(statement.section_ids.mapped("difference")), {0.0})
        self.assertEqual(self._gaps(statement), {})

    def _assert_told(self, statement):
        """Every gap has its age, what to do, and opens what it is about."""
        gaps = statement.line_ids.filtered(lambda line: line.nature == "gap")
        self.assertTrue(all(gap.explanation and gap.since for gap in gaps))
        for gap in gaps:
            opened = gap.action_open()
            about = gap.move_id if gap.section == "payout" else gap.order_id
            about = about or gap.move_id
            self.assertEqual(
                (opened["res_model"], opened["res_id"]), (about._name, about.id)
            )
        # Only what was booked counts in the ledger: goods on their way do not.
        self.assertFalse(
            any(gap.movement for gap in gaps if gap.kind in GOODS_GAPS),
        )
        statement.action_export()
        self.assertTrue(statement.file)

    # --- what goes wrong ---------------------------------------------------------
    def _forget_to_post(self, backs):
        """The refund is a draft that nobody posts."""
        rows = backs.receipt_ids
        self._move_back("returns_receipt", "occurred_at", rows, 5)
        # One line of each: what it is about is the return.
        for back in backs:
            self._sql(
                "UPDATE returns_receipt SET quantity = 0 WHERE line_id = %s",
                back.line_ids[1].id,
            )
            self._sql(
                "UPDATE returns_routing SET quantity = 0 WHERE line_id = %s",
                back.line_ids[1].id,
            )
        return backs

    def _let_wait(self, backs):
        for back in backs:
            self._move_back("returns_receipt", "occurred_at", back.receipt_ids[0], 20)
        return backs

    def _book_otherwise(self, backs, units):
        """Somebody changed posted documents: two more were credited, for one unit more
        or for none."""
        for back in backs:
            move = back.settlement_ids.move_id
            item = move.invoice_line_ids.filtered(
                lambda line: line.display_type == "product"
            )[0]
            owed = move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            self._sql(
                "UPDATE account_move_line SET balance = balance + 2,"
                " debit = debit + 2, quantity = quantity + %s WHERE id = %s",
                units,
                item.id,
            )
            self._sql(
                "UPDATE account_move_line SET balance = balance - 2,"
                " credit = credit + 2, amount_residual = amount_residual - 2"
                " WHERE id = %s",
                owed.id,
            )
        return backs

    def _credit_by_hand(self, count):
        """Credit notes to customers behind whom no return stands."""
        income = self.shirt.product_tmpl_id.get_product_accounts()["income"]
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_refund",
                    "partner_id": self.partner.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "For your trouble",
                                "account_id": income.id,
                                "price_unit": 10.0 + number,
                                "tax_ids": False,
                            }
                        )
                    ],
                }
                for number in range(count)
            ]
        )
        moves.action_post()
        return moves

    def _pay_by_hand(self, count):
        """Money goes to a customer for nothing that is in the books."""
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        stranger = self.env["res.partner"].create({"name": "Who is that"})
        payments = self.env["account.payment"].create(
            [
                {
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": stranger.id,
                    "amount": 5.0 + number,
                    "journal_id": journal.id,
                }
                for number in range(count)
            ]
        )
        payments.action_post()
        return payments.move_id

    # --- who may ------------------------------------------------------------------
    def test_an_invoice_in_another_currency_leaves_no_gap(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        euro.rate_ids.unlink()
        rate = {"currency_id": euro.id, "name": "2020-01-01"}
        self.env["res.currency.rate"].create({**rate, "inverse_company_rate": 2.0})
        order = self._sell([(self.shirt, 3.0)], until="delivered")
        invoice = order._create_invoices()
        invoice.currency_id = euro
        invoice.invoice_line_ids.price_unit = 24.37  # at a rate of the shop's own
        invoice.action_post()
        self._pay(invoice)
        backs = self.env["returns.order"]
        for quantity in (1.0, 2.0):
            backs |= self._create_return(
                order, [(order.order_line, quantity)], until="inspected"
            )
        self._pay(backs.settlement_ids.move_id)
        statement = self._statement()
        self.assertFalse(self._gaps(statement))
        self._assert_ties(statement)
        self.assertFalse(self.Gap.search([("order_id", "in", backs.ids)]))

    def test_a_statement_is_for_those_who_see_the_whole_company(self):
        values = {"date_from": "2020-01-01", "date_to": "2020-01-31"}
        mine = self.env["returns.statement"].with_user(self.users["finance"])
        statement = mine.create(values)
        self.assertEqual(statement.gap_count, 0)
        self.assertTrue(statement.with_user(self.users["auditor"]).summary)
        for role in ("agent", "planner", "warehouse_lead"):
            with self.subTest(role), self.assertRaises(AccessError):
                statement.with_user(self.users[role]).read(["summary"])
        with self.assertRaises(AccessError):
            statement.line_ids.create({"statement_id": statement.id})
        self.users["finance"].returns_node_ids = self.warehouse
        self.env.invalidate_all()
        self.assertFalse(mine.search([]))
