"""Another policy on 10,000 past returns, as its cron would do it."""

import time

from ground import databases as clusters

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from bench import measure
from bench.engines import ours
from bench.multiply import multiply

RETURNS = 10_000
BATCH = 50
#: A rule for everything and some that differ by what was sold and what it was worth.
RULES = 60


def run(databases, report, _rounds):
    """Make the past in a copy, replay it once, tell."""
    name = "returns_bench_replay"
    clusters.drop(name)
    clusters.copy(databases["ours"], name)
    try:
        report.section(f"Replay of {RETURNS:,} past returns", work(name))
    finally:
        clusters.drop(name)


def work(name):
    """The rows of the report, from a database with some hundred returns."""
    with Registry(name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        _settle(env)
        count = env["returns.order"].search_count([])
        multiply(cr, -(-RETURNS // count) - 1)
        cr.commit()
        env.invalidate_all()
        replay = _replay(env)
        cr.commit()
        return _measure(replay)


def _settle(env):
    """Take the announced returns in, so that there are findings and credit notes."""
    lines = env["returns.order"].search([("goods_state", "=", "announced")]).line_ids
    ids = lines.sale_line_id.ids
    for start in range(0, len(ids), BATCH):
        batch = env["sale.order.line"].browse(ids[start : start + BATCH])
        ours.receive(env, batch)
        ours.refund(env, batch)
        env.cr.commit()
        env.invalidate_all()


def _replay(env):
    """A draft with many rules over everything that ever came back."""
    policy = env["returns.policy"].create({"code": "bench", "name": "Bench"})
    rules = [{"code": "all", "window": "days", "window_days": 14}]
    products = env["product.product"].search([("is_storable", "=", True)], limit=RULES)
    rules += [
        {
            "code": f"r{number}",
            "product_ids": [(4, product.id)],
            "value_min": float(number % 7),
            "release": ("receipt", "inspection", "request")[number % 3],
            "eligible": "no" if number % 11 == 0 else False,
        }
        for number, product in enumerate(products)
    ]
    version = env["returns.policy.version"].create(
        {"policy_id": policy.id, "rule_ids": [(0, 0, rule) for rule in rules]}
    )
    replay = env["returns.policy.replay"].create(
        {"version_id": version.id, "date_from": False}
    )
    replay.action_start()
    return replay


def _measure(replay):
    """Slice by slice with a commit after each, as the cron does it."""
    cr = replay.env.cr
    clock = measure.Clock(cr)
    begin, spent, queries, slices = time.perf_counter(), clock(), cr.sql_log_count, []
    while replay.state == "running":
        start = time.perf_counter()
        replay._work()
        replay.env.flush_all()
        cr.commit()
        replay.env.invalidate_all()
        slices.append(time.perf_counter() - start)
    wall, spent = time.perf_counter() - begin, clock() - spent
    count = replay.done_count
    queries = cr.sql_log_count - queries
    head = (
        "returns",
        "seconds",
        "processor",
        "ms each",
        "queries each",
        "longest slice",
    )
    row = (count, wall, spent, 1000 * spent / count, queries / count, max(slices))
    return [head, tuple(round(part, 2) for part in row)]
