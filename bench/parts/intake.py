"""Announced returns over HTTP, by eight clients against two workers: T9."""

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median, quantiles

import requests
from ground import databases as grounds
from ground import live, paths
from ground import odoo as framework
from ground.console import Fail

from odoo.sql_db import close_all

from bench import crowd, stage

CLIENTS = 8
#: How many are announced in all, over all rounds; OCA's share is measured beside it.
COUNT = int(os.environ.get("BENCH_ANNOUNCED", "10000"))
PEER_COUNT = COUNT // 10
HOT = 200
LOG = paths.LOGS / "bench-server.log"


def run(databases, report, rounds):
    """Both servers in turn, round by round."""
    sides = {name: _prepare(databases[name], name) for name in ("ours", "oca")}
    found = {name: [] for name in sides}
    try:
        with (
            _serving(sides["ours"]["database"]) as mine,
            _serving(sides["oca"]["database"]) as theirs,
        ):
            for number in range(rounds):
                for name, url in (("ours", mine), ("oca", theirs)):
                    found[name].append(_round(sides[name], name, url, number, rounds))
            hot = {
                name: _hot(sides[name], name, url)
                for name, url in (("ours", mine), ("oca", theirs))
            }
    finally:
        for side in sides.values():
            grounds.drop(side["database"])
    pairs = zip(found["ours"], found["oca"], strict=True)
    report.target("T9", [mine["rate"] / other["rate"] for mine, other in pairs])
    report.section(
        f"Returns announced over HTTP by {CLIENTS} clients", _rows(found, hot)
    )


def _rows(found, hot):
    rows = [("", "announced", "requests/s", "p95 ms", "worst ms", "one order, worst")]
    for name, rounds in found.items():
        rows.append(
            (
                name,
                sum(row["count"] for row in rounds),
                median(row["rate"] for row in rounds),
                median(row["p95"] for row in rounds),
                max(row["worst"] for row in rounds),
                hot[name]["worst"],
            )
        )
    return rows


def _prepare(database, name):
    """A copy with orders of enough quantity, and what the clients say."""
    copy = f"{database}_intake"
    close_all()  # nobody may be connected to what is copied
    grounds.copy(database, copy)
    stage._inside(copy, "crowd")
    told = json.loads(crowd.TOLD.with_stem(f"crowd-{copy}").read_text())
    return {"database": copy, **told}


def _round(side, name, url, number, rounds):
    """One share of the announcements, spread over all orders."""
    count = (COUNT if name == "ours" else PEER_COUNT) // rounds
    orders = side["orders"]
    work = [
        _call(side, name, orders[n % len(orders)], f"{number}-{n}")
        for n in range(count)
    ]
    return _send(side, url, work)


def _hot(side, name, url):
    """All clients on one order."""
    work = [_call(side, name, side["hot"], f"hot-{n}") for n in range(HOT)]
    return _send(side, url, work)


def _call(side, name, order, ref):
    """(path, body) of one announcement."""
    if name == "oca":
        values = {
            **order["values"],
            "operation_id": side["operation"],
            "location_id": side["place"],
        }
        return "rma/create", {"vals_list": [values]}
    line = {"line_ref": order["line"], "quantity": 1.0}
    line.update(reason="changed_mind", resolution="refund")
    request = {"channel": "web", "external_ref": ref, "order_ref": order["name"]}
    return "returns.order/api_submit", {"request": {**request, "lines": [line]}}


def _send(side, url, work):
    """Send all calls with eight clients, each with one after the other."""
    shares = [work[n::CLIENTS] for n in range(CLIENTS)]
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        spent = list(pool.map(lambda share: _client(side, url, share), shares))
    seconds = time.perf_counter() - start
    times = sorted(moment for client in spent for moment in client)
    return {
        "count": len(times),
        "rate": len(times) / seconds,
        "p95": 1000.0 * quantiles(times, n=20)[-1],
        "worst": 1000.0 * times[-1],
    }


def _client(side, url, share):
    """Seconds of each call; a refusal stops the measurement."""
    times = []
    with requests.Session() as session:
        session.headers["Authorization"] = f"bearer {side['key']}"
        for path, body in share:
            start = time.perf_counter()
            answer = session.post(f"{url}/json/2/{path}", json=body, timeout=120)
            times.append(time.perf_counter() - start)
            if answer.status_code != 200:
                raise Fail(f"{path} answered {answer.status_code}: {answer.text[:300]}")
    return times


@contextmanager
def _serving(database):
    """Odoo with two workers and no cron; yields the address."""
    port = live.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [paths.PYTHON, framework.script(), "-d", database, "--workers=2"]
    command += [f"--db-filter=^{database}$", "--max-cron-threads=0"]
    command += [f"--http-port={port}", f"--gevent-port={live.free_port()}"]
    command += [f"--addons-path={stage.addons_path()}", f"--logfile={LOG}"]
    process = live.start([*command, "--log-level=warn"])
    try:
        live.wait_until_up(url, process, LOG, 120)
        yield url
    finally:
        live.stop(process)
