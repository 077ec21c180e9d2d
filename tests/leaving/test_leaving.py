"""Leaving: after a real uninstall goods, books and core's own ways are whole."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from ground import databases, odoo, paths, runtime

HERE = Path(__file__).resolve().parent
ADDONS = (
    "returns_analytics",
    "returns_loyalty",
    "returns_mrp",
    "returns_governance",
    "inventory_states",
)
# What the uninstall itself says: the places that are ordinary from now on is an INFO.
LOUD = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) .*$", re.M)


class Database:
    """A database of its own, worked on by processes of Odoo one after another."""

    def __init__(self, name):
        self.name = name

    def run(self, *arguments, text=""):
        """Odoo's command line on it; fails on any warning in the log."""
        done = subprocess.run(
            [paths.PYTHON, odoo.script(), *arguments, "-d", self.name],
            input=text,
            env=runtime.prepare() | {"PYTHONPATH": str(HERE)},
            capture_output=True,
            text=True,
            check=False,
        )
        loud = LOUD.findall(done.stderr)
        assert done.returncode == 0 and not loud, done.stderr[-4000:]
        return done.stdout

    def shell(self, script, **words):
        """What a script of this folder tells."""
        text = (HERE / script).read_text(encoding="utf-8")
        text = "".join(f"{key} = {value!r}\n" for key, value in words.items()) + text
        said = self.run("shell", "--no-http", "--log-level=warn", text=text)
        (line,) = [row for row in said.splitlines() if row.startswith("TOLD ")]
        return json.loads(line.removeprefix("TOLD "))


@pytest.fixture(scope="module")
def told():
    """(before, after) of a database that the addons were taken out of."""
    template = os.environ.get("RETURNS_TEMPLATE")
    assert template, "leaving needs the template that `make test` makes"
    database = Database(f"{template}_leaving")
    databases.copy(template, database.name)
    try:
        before = database.shell("stage.py")
        database.run("module", "uninstall", *ADDONS)
        yield before, database.shell("after.py", OLD=before["old"])
    finally:
        databases.drop(database.name)


def test_goods_values_documents_and_moves_are_as_they_were(told):
    before, after = told
    assert before["facts"]["quants"], "the test needs stock in many places"
    assert any("Quarantine" in row[1] for row in before["facts"]["quants"])
    for name, known in before["facts"].items():
        assert after["facts"][name] == known, name


def test_core_works_on_by_its_own_ways(told):
    _before, after = told
    assert after["backs"] == ["done", "done"], "a new order and one from before"
    assert after["credits"] == ["posted", "posted"]
    assert after["waiting"] and set(after["waiting"]) == {"done"}
    assert after["thrown"] == "done", "goods in a former quarantine can be scrapped"
    assert after["counted"] == 9.0


def test_nothing_of_the_addons_is_left_behind(told):
    _before, after = told
    assert after["left"] == {
        "tables": [],
        "columns": [],
        "data": [],
        "crons": [],
        "messages": [],
    }
