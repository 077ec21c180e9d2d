"""``make bench``: measures, prints a table, and writes ``bench/latest.json``.

bin/python bench [--rounds N] [--only WHAT ...] [--keep]
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bin")]

from ground.console import main, say  # noqa: E402

from bench import stage  # noqa: E402
from bench.report import Report  # noqa: E402

PARTS = ("avco", "floor", "available", "policy", "intake", "way", "analytics")
# Large pasts, made and measured only when they are asked for.
LONG = ("replay", "audit", "statement")


def bench(arguments):
    """Make the databases, measure every part that was asked for, tell."""
    options = _parse(arguments)
    databases = stage.ensure(options.keep)
    from bench import measure

    measure.boot(stage.addons_path())
    report = Report()
    for part in options.only or PARTS:
        say(f"\n{part}")
        module = __import__(f"bench.parts.{part}", fromlist=["run"])
        module.run(databases, report, options.rounds)
    report.show()
    report.write()
    return 0


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=(*PARTS, *LONG))
    parser.add_argument(
        "--keep", action="store_true", help="do not install our addons anew"
    )
    return parser.parse_args(arguments)


main(bench)
