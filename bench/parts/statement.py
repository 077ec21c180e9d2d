"""The statement of a month with 10,000 settled returns, and with four times as many."""

import time
from statistics import median

from ground import databases as clusters

from odoo import SUPERUSER_ID, api, fields
from odoo.modules.registry import Registry

from bench import measure
from bench.multiply import multiply
from bench.parts.replay import _settle

SIZES = (10_000, 40_000)
#: What settled the credit notes.
MORE = ("account_partial_reconcile",)


def run(databases, report, rounds):
    """Make the past in a copy of each size, compare it with the ledger, tell."""
    rows = [
        (
            "returns", "rows", "gaps", "seconds", "processor",
            "ms each", "queries", "not explained",
        )
    ]  # fmt: skip
    for size in SIZES:
        name = "returns_bench_statement"
        clusters.drop(name)
        clusters.copy(databases["ours"], name)
        try:
            rows.append(work(name, size, rounds))
        finally:
            clusters.drop(name)
    report.section("Statement of a month of settled returns", rows)


def work(name, size, rounds):
    """A row of the report: the month that began with these returns, compared."""
    with Registry(name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        _settle(env)
        count = env["returns.order"].search_count([("goods_state", "!=", "announced")])
        multiply(cr, -(-size // count) - 1, MORE)
        cr.commit()
        env.invalidate_all()
        today = fields.Date.today()
        statement = env["returns.statement"].create(
            {
                "date_from": fields.Date.start_of(today, "month"),
                "date_to": fields.Date.end_of(today, "month"),
            }
        )
        cr.commit()
        return _measure(env, statement, count * -(-size // count), rounds)


def _measure(env, statement, returns, rounds):
    """Compared again, each time from a fresh cache."""
    cr, times, spents, queries = env.cr, [], [], 0
    clock = measure.Clock(cr)
    for _turn in range(rounds):
        env.invalidate_all()
        begin, spent, before = time.perf_counter(), clock(), cr.sql_log_count
        statement.action_compare()
        env.flush_all()
        cr.commit()
        times.append(time.perf_counter() - begin)
        spents.append(clock() - spent)
        queries = cr.sql_log_count - before
    wrong = sum(abs(section.difference) for section in statement.section_ids)
    wall, spent = median(times), median(spents)
    figures = (wall, spent, 1000 * spent / returns)
    return (
        returns,
        len(statement.line_ids),
        statement.gap_count,
        *(round(figure, 2) for figure in figures),
        queries,
        round(wrong, 2),
    )
