"""The check of an audit trail of 1,000,000 events, and the memory that it takes."""

import io
import json
import time
from datetime import datetime
from pathlib import Path

from ground import databases as clusters

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry

from bench import measure

RETURNS = 200_000
EVENTS = 5
SEALS = 40


def run(databases, report, _rounds):
    """Plant the trail in a copy, check it whole, then spoilt."""
    name = "returns_bench_audit"
    clusters.drop(name)
    clusters.copy(databases["ours"], name)
    try:
        report.section(f"Check of {RETURNS * EVENTS:,} events", work(name))
    finally:
        clusters.drop(name)


def work(name):
    """The rows of the report."""
    with Registry(name).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        for _number in range(SEALS):
            _plant(env, RETURNS // SEALS)
            cr.commit()
            env["returns.event.seal"]._seal()
            cr.commit()
            env.invalidate_all()
        cr.execute("ANALYZE")
        cr.commit()
        rows = [("", "events", "seconds", "processor", "findings", "memory grew, MB")]
        rows.append(("whole", *_check(env)))
        cr.execute(
            "UPDATE returns_event SET what = 'closed' WHERE id ="
            " (SELECT id FROM returns_event WHERE what = 'received' ORDER BY id"
            " OFFSET 500000 LIMIT 1)"
        )
        cr.commit()
        rows.append(("one changed", *_check(env)))
        return rows


def _plant(env, count):
    """Returns with their events, hashed by the addon's own functions."""
    from odoo.addons.returns_governance.models.governance import chain

    cr = env.cr
    order = env["returns.order"].search([], limit=1)
    company = order.company_id or env.company
    cr.execute(
        "INSERT INTO returns_order (name, company_id, channel_id, partner_id,"
        " currency_id, case_state, event_count) SELECT 'PLANT/' || nextval("
        "'returns_order_id_seq'), %s, %s, %s, %s, 'authorised', 0"
        " FROM generate_series(1, %s) RETURNING id",
        [
            company.id,
            env.ref("returns_governance.channel_web").id,
            company.partner_id.id,
            company.currency_id.id,
            count,
        ],
    )
    names = [name for name in chain.Row.__slots__ if name != "id"]
    heads, out = [], io.StringIO()
    at = datetime(2026, 1, 1, 12)
    for (order_id,) in cr.fetchall():
        previous = None
        for number in range(1, EVENTS + 1):
            data = {"amount": 12.5 * number, "lines": [[order_id, 1]]}
            row = {
                "id": 0, "order_id": order_id, "company_id": company.id,
                "number": number, "what": "received", "at": at,
                "user_id": env.uid, "data": data, "why": None, "salt": None,
                "why_digest": None, "previous_hash": previous, "hash": "",
            }  # fmt: skip
            row["hash"] = previous = chain.digest(chain.Row(**row))
            told = {**row, "data": json.dumps(data)}
            values = ("\\N" if told[key] is None else str(told[key]) for key in names)
            out.write("\t".join(values) + "\n")
        heads.append((order_id, EVENTS, previous))
    out.seek(0)
    cr.copy_expert(f"COPY returns_event ({', '.join(names)}) FROM STDIN", out)
    ids, counts, hashes = zip(*heads, strict=True)
    cr.execute(
        "UPDATE returns_order o SET event_count = v.count, event_head = v.head"
        " FROM unnest(%s::int[], %s::int[], %s::text[]) v (id, count, head)"
        " WHERE o.id = v.id",
        [list(ids), list(counts), list(hashes)],
    )


def _check(env):
    """(events, seconds, of them on a processor, findings, megabytes more)."""
    check = env["returns.event.check"]._begin(env.user)
    clock = measure.Clock(env.cr)
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    memory = _peak()
    begin, spent = time.perf_counter(), clock()
    while check.state == "running":
        check._work(2.0)
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
    wall, spent = time.perf_counter() - begin, clock() - spent
    grew = _peak() - memory
    figures = (check.event_count, wall, spent, check.finding_count, grew)
    return tuple(round(figure, 1) for figure in figures)


def _peak():
    """The most memory that this process has held, in megabytes."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if "VmHWM" in line) / 1024
