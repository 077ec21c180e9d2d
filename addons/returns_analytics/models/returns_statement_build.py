from datetime import timedelta
from decimal import Decimal

from odoo import api, models

from ..const import (
    DAYS_TO_ARRIVE,
    DAYS_TO_PAY,
    DAYS_TO_REFUND,
    EXPLAINED_KINDS,
    MET_KINDS,
    UNBOOKED_GAPS,
)
from ..engine.statement import (
    NOTHING,
    ZERO,
    At,
    Line,
    cost_classes,
    credit_classes,
    movements,
)

FINEST = Decimal("1e-6")


def exact(value):
    """A number of the database as Decimal; nothing is zero."""
    return Decimal(str(value or 0)).quantize(FINEST)


class ReturnsStatementBuild(models.AbstractModel):
    """Tells the rows of a statement from what the ledger and the returns say."""

    _name = "returns.statement.build"
    _description = "Comparison of returns with the ledger"

    @api.model
    def _build(self, statement):
        """All rows of a statement, as values of ``returns.statement.line``."""
        self.env.flush_all()
        source = self.env["returns.statement.source"]
        rows = []
        perpetual = statement.company_id._returns_perpetual_ids()
        for row in source._line_rows(statement, perpetual):
            rows += self._of_line(statement, row)
        for row in source._document_rows(statement):
            rows += self._of_document(statement, row)
        for row in source._open_rows(statement):
            rows += self._of_open(statement, row)
        for row in source._payment_rows(statement):
            rows += self._of_payment(row)
        rows += self._of_unbooked(statement, source._unbooked_rows(statement))
        rows += self._of_steps(statement)
        return self._govern(rows)

    def _row(self, section, kind, amounts, **more):
        """The values of one row.

        :param amounts: (opening, movement, closing)
        """
        opening, movement, closing = (float(amount) for amount in amounts)
        return {
            "section": section,
            "kind": kind,
            "nature": "explained",
            "opening": opening,
            "movement": movement,
            "closing": closing,
            **more,
        }

    # --- lines of returns -------------------------------------------------------------
    def _of_line(self, statement, row):
        """What one line of a return explains of what was credited, and of the cost."""
        cent = Decimal(str(statement.currency_id.rounding))
        line = Line(
            exact(row["price"]), exact(row["owed"]), cent, bool(row["is_foreign"])
        )
        before, after = self._at(row, "before"), self._at(row, "after")
        own = {
            "order_id": row["order_id"],
            "line_id": row["line_id"],
            "product_id": row["product_id"],
            "partner_id": row["partner_id"],
        }
        rows = []
        for section, tables in (
            ("credit", (credit_classes(line, before), credit_classes(line, after))),
            ("cost", (cost_classes(before, cent), cost_classes(after, cent))),
        ):
            for kind, amounts in movements(*tables).items():
                if kind in EXPLAINED_KINDS and not amounts[1]:
                    continue
                nature, since = self._judge(statement, row, kind, amounts, after)
                if section == "cost":
                    nature = self._judge_cost(kind, nature, amounts, after, cent)
                rows.append(
                    self._row(section, kind, amounts, nature=nature, since=since, **own)
                )
        return rows

    def _at(self, row, when):
        return At(
            *(
                exact(row[f"{name}_{when}"])
                for name in (
                    "received",
                    "refunded",
                    "credited",
                    "elsewhere",
                    "goods",
                    "relieved",
                )
            )
        )

    def _judge(self, statement, row, kind, amounts, at):
        """(nature, since) of a class of a line at the end of the period."""
        if kind in EXPLAINED_KINDS or not amounts[2]:
            # What was open and is not any more explains what was booked meanwhile.
            return "explained", row["paid_on"] or row["came_on"]
        end, since = statement.date_to, row["paid_on"] or row["came_on"]
        if kind == "refunded_not_received":
            early = exact(row["released"]) >= at.refunded - NOTHING
            days = DAYS_TO_ARRIVE if early else 0
            return self._by_time(since, days, end), since
        if kind == "received_not_refunded":
            since = row["came_on"] or since
            return self._judge_behind(row, at, since, end), since
        return "gap", since

    def _judge_behind(self, row, at, since, end):
        """Whether a refund that is behind its goods is late, or has its reason."""
        if row["case_state"] == "closed":
            return "gap"
        released = min(exact(row["released"]), at.received)
        waits = row["refund_on_hold"] or released <= at.refunded + NOTHING
        if waits or row["case_state"] != "authorised":
            return "coming"
        return self._by_time(since, DAYS_TO_REFUND, end)

    def _by_time(self, since, days, end):
        """A gap once the step has had its days at the end of the period."""
        late = since is None or since + timedelta(days=days) <= end
        return "gap" if late else "coming"

    def _judge_cost(self, kind, nature, amounts, at, cent):
        """The nature of a class of the cost, where its refund has ``nature``.

        Cents of a unit are no gap: a cost has more digits than the books.
        """
        if kind != "cost_differs":
            return "follows" if nature == "gap" else nature
        small = cent * max(1, int(at.refunded))
        return "explained" if abs(amounts[2]) <= small else "gap"

    # --- documents --------------------------------------------------------------------
    def _of_document(self, statement, row):
        """What a document has beside the lines of returns that it credits."""
        own = {
            "order_id": row["returns_order_id"],
            "move_id": row["id"],
            "partner_id": row["partner_id"],
            "since": row["date"],
        }
        total, settled = exact(row["total"]), exact(row["settled"])
        lines, delivery = exact(row["in_lines"]), exact(row["delivery"])
        parts = {
            "delivery": delivery,
            "fees": settled - lines,
            self._why_differs(statement, row, total - settled): total - settled,
        }
        rows = [
            self._row(
                "credit", kind, (ZERO, amount, amount), nature=self._of(kind), **own
            )
            for kind, amount in parts.items()
            if amount
        ]
        beside = exact(row["relieved"]) - exact(row["of_lines"])
        if beside:
            kind = self._why_differs(statement, row, beside)
            if kind in ("quantity_differs", "books_differ", "rounding"):
                kind = "fees"
            nature = "explained" if kind in EXPLAINED_KINDS else "follows"
            rows.append(
                self._row("cost", kind, (ZERO, beside, beside), nature=nature, **own)
            )
        return rows

    def _of(self, kind):
        return "explained" if kind in EXPLAINED_KINDS else "gap"

    def _why_differs(self, statement, row, amount):
        """The class of what a document credits beside its settlements."""
        if not row["parts"]:
            if row["returns_order_id"]:
                return "books_differ"
            kind = "correction" if row["handed_back"] else row["returns_credit_kind"]
            return kind if kind in EXPLAINED_KINDS else "credit_without_return"
        cent = Decimal(str(statement.currency_id.rounding))
        if row["is_foreign"] and abs(amount) <= cent * (1 + row["parts"] * 3):
            return "rounding"
        if abs(exact(row["units"]) - exact(row["settled_units"])) > NOTHING:
            return "quantity_differs"
        return "books_differ"

    # --- money ------------------------------------------------------------------------
    def _of_open(self, statement, row):
        """What met a document in the period, and what is open of it."""
        own = {
            "order_id": row["returns_order_id"],
            "move_id": row["id"],
            "partner_id": row["partner_id"],
            "since": row["date"],
        }
        rows = [
            self._row(
                "money",
                kind,
                (ZERO, exact(row[kind]), ZERO),
                nature=self._of(kind),
                **own,
            )
            for kind in MET_KINDS
            if row[kind]
        ]
        total = exact(row["total"])
        opening = ZERO
        if row["date"] < statement.date_from:
            opening = total - exact(row["met_before"])
        closing = total - exact(row["met_after"])
        if opening or closing:
            nature = "explained"
            if closing > 0:
                nature = self._by_time(row["date"], DAYS_TO_PAY, statement.date_to)
            rows.append(
                self._row(
                    "money",
                    "booked_not_paid",
                    (opening, closing - opening, closing),
                    nature=nature,
                    **own,
                )
            )
        return rows

    def _of_payment(self, row):
        """What money that went to a customer was for."""
        amount, credits = exact(row["amount"]), exact(row["credits"])
        others = exact(row["others"])
        parts = {
            "paid_out": credits,
            "paid_for_others": others,
            "paid_not_booked": amount - credits - others,
        }
        return [
            self._row(
                "payout",
                kind,
                (ZERO, part, part),
                nature=self._of(kind),
                move_id=row["id"],
                partner_id=row["partner_id"],
                since=row["date"],
            )
            for kind, part in parts.items()
            if part
        ]

    def _of_unbooked(self, statement, rows):
        """Refunds of a provider that are in no book: the ledger shows nothing."""
        currencies = self.env["res.currency"]
        company = statement.company_id
        return [
            self._row(
                "steps",
                "paid_not_booked",
                (
                    ZERO,
                    ZERO,
                    currencies.browse(row["currency_id"])._convert(
                        row["amount"], company.currency_id, company, row["date"]
                    ),
                ),
                nature="gap",
                transaction_id=row["id"],
                partner_id=row["partner_id"],
                since=row["date"],
            )
            for row in rows
        ]

    # --- goods ------------------------------------------------------------------------
    def _of_steps(self, statement):
        """Gaps of goods, which no entry shows (yet); as they are now."""
        gaps = self.env["returns.gap"].search(
            [
                ("company_id", "=", statement.company_id.id),
                ("kind", "in", UNBOOKED_GAPS),
            ]
        )
        rows = []
        for gap in gaps:
            since = gap.since.date()
            if since > statement.date_to:
                continue
            amount = gap.currency_id._convert(
                gap.amount, statement.currency_id, statement.company_id, since
            )
            late = gap.counts_from.date() <= statement.date_to
            rows.append(
                self._row(
                    "steps",
                    gap.kind,
                    (ZERO, ZERO, amount),
                    nature="gap" if late else "coming",
                    order_id=gap.order_id.id,
                    line_id=gap.line_id.id or None,
                    product_id=gap.product_id.id or None,
                    partner_id=gap.partner_id.id or None,
                    since=since,
                )
            )
        return rows

    # --- not governed -----------------------------------------------------------------
    def _govern(self, rows):
        """A credit without a return is none of ours where its order is not governed."""
        loose = [row for row in rows if row["kind"] == "credit_without_return"]
        moves = self.env["account.move"].browse(
            {row["move_id"] for row in loose if row.get("move_id")}
        )
        governed = self.env["returns.rollout"]._is_governed
        free = {
            move.id
            for move in moves
            if (sold := move.line_ids.sale_line_ids) and not any(map(governed, sold))
        }
        for row in loose:
            if row.get("move_id") in free:
                row.update(kind="outside_rollout", nature="explained")
        return rows
