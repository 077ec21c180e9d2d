"""The house rules that a machine can check, so that the house stays as drawn."""

import ast
import importlib
import re
import subprocess
import sys
from pathlib import Path

import public_methods
import pytest

from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

ROOT = Path(__file__).resolve().parents[1]
ADDONS = ROOT / "addons"
ROOMS = ("models", "flow", "engine")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
COMPLEXITY = 10

# Who stands on whom. An addon knows nothing of those above it.
DEPENDS = {
    "inventory_states": {"stock_account"},
    "returns_governance": {
        "inventory_states",
        "sale_stock",
        "purchase_stock",
        "stock_delivery",
        "account_payment",
        "portal",
        "barcodes",
        "barcodes_gs1_nomenclature",
    },
    "returns_analytics": {"returns_governance", "spreadsheet_dashboard"},
    "stock_account_avco_forward": {"stock_account"},
    "returns_loyalty": {"returns_governance", "sale_loyalty"},
    "returns_mrp": {"returns_governance", "sale_mrp"},
}
# Addons without a Selection of their own need no constants.
WITH_CONST = sorted({path.parent.name for path in ADDONS.glob("*/const*")})


def files(*rooms, addon="*"):
    """Python files in these rooms of the addons, all levels deep."""
    found = [path for room in rooms for path in ADDONS.glob(f"{addon}/{room}/**/*.py")]
    assert found, f"no files in {rooms} of {addon}: the test looks in the wrong place"
    return sorted(found)


def tree(path):
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path):
    """Full names of all that a file imports, relative imports resolved."""
    package = ["odoo", "addons", *path.relative_to(ADDONS).parent.parts]
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names |= {base, *(f"{base}.{alias.name}" for alias in node.names)}
    return names


def const(addon):
    """The constants of an addon: a file, or a package of rooms."""
    return importlib.import_module(f"odoo.addons.{addon}.const")


def words(value):
    """All strings in a constant, however deep."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple | set | frozenset):
        return set().union(*(words(item) for item in value))
    return set()


@pytest.fixture(scope="module")
def registry():
    """The registry of the database under test, with all our addons."""
    return Registry(get_db_name())


# --- rooms -----------------------------------------------------------------------


def test_the_engine_decides_without_odoo():
    for path in files("engine"):
        addon = path.relative_to(ADDONS).parts[0]
        inside = f"odoo.addons.{addon}.engine"
        alien = [
            name
            for name in imports(path)
            if name.split(".")[0] == "odoo" and not name.startswith(inside)
        ]
        assert not alien, f"{path.relative_to(ROOT)} imports {alien}"


def test_models_remember_and_know_no_flow():
    for path in files("models"):
        flow = [name for name in imports(path) if ".flow" in f".{name}"]
        assert not flow, f"{path.relative_to(ROOT)} imports {flow}"


def test_nothing_in_the_flow_can_be_called_from_outside():
    for path in files("flow"):
        for cls in [node for node in tree(path).body if isinstance(node, ast.ClassDef)]:
            public = [
                node.name
                for node in cls.body
                if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            ]
            is_model = any("Model" in ast.unparse(base) for base in cls.bases)
            assert not (is_model and public), f"{path.relative_to(ROOT)}: {public}"


def test_files_and_functions_are_short():
    too_long = []
    for path in files(*ROOMS):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE:
            too_long.append(f"{path.relative_to(ROOT)}: {lines} lines")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = node.end_lineno - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    where = f"{path.relative_to(ROOT)}:{node.lineno}"
                    too_long.append(f"{where} {node.name}: {size} lines")
    assert not too_long, "\n".join(too_long)


def test_functions_are_simple():
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select=C901"]
    command += [f"--config=lint.mccabe.max-complexity={COMPLEXITY}", "--quiet"]
    command += ["--output-format=concise", *map(str, files(*ROOMS))]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


# --- words -----------------------------------------------------------------------


def test_every_case_state_can_be_reached():
    known = const("returns_governance")
    states = [key for key, _label in known.CASE_STATES]
    assert set(known.TRANSITIONS) == set(states)
    reached, waiting = set(), [states[0]]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += known.TRANSITIONS[state]
    assert reached == set(states), f"never reached: {set(states) - reached}"


@pytest.mark.parametrize("addon", WITH_CONST)
def test_every_selection_takes_its_keys_from_const(registry, addon):
    known = words(list(vars(const(addon)).values()))
    unknown = [
        f"{field}: {key}"
        for field in selections(registry, addon)
        for key, _label in field.selection
        if key not in known
    ]
    assert not unknown, f"not in {addon}/const: {unknown}"


def selections(registry, addon):
    """Fields of our models, made by an addon, that list their keys themselves."""
    fields = [
        field
        for name, model in registry.items()
        if name.startswith(("returns.", "inventory."))
        for field in model._fields.values()
    ]
    own = [field for field in fields if field._module == addon and not field.related]
    lists = [field for field in own if isinstance(getattr(field, "selection", 0), list)]
    assert lists, f"{addon} has no Selection: the test looks in the wrong place"
    return lists


def test_what_can_be_called_over_rpc_is_written_down(registry):
    found = set(public_methods.collect(registry))
    written = set(public_methods.written())
    assert found == written, (
        f"public, but not in tests/public_methods.txt: {sorted(found - written)}; "
        f"in the list, but not there: {sorted(written - found)}"
    )


# --- manifests -------------------------------------------------------------------


def manifest(addon):
    """A manifest as a dict."""
    return ast.literal_eval((ADDONS / addon / "__manifest__.py").read_text("utf-8"))


def test_every_addon_has_its_place_in_the_house():
    present = {path.parent.name for path in ADDONS.glob("*/__manifest__.py")}
    assert present == set(DEPENDS)


@pytest.mark.parametrize("addon", sorted(DEPENDS))
def test_manifests_depend_as_drawn(addon):
    assert set(manifest(addon)["depends"]) == DEPENDS[addon]


@pytest.mark.parametrize("addon", sorted(DEPENDS))
def test_addons_are_free_and_for_this_series(addon):
    values = manifest(addon)
    assert values["license"] == "LGPL-3"
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", values["version"])


def test_each_excused_log_line_says_why():
    lines = (ROOT / "tests/odoo_log_allowed.txt").read_text("utf-8").splitlines()
    for above, line in zip(["", *lines], lines, strict=False):
        if line and not line.startswith("#"):
            re.compile(line)
            assert above.startswith("#"), f"no reason above: {line}"
