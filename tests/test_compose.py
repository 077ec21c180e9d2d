"""``docker-compose.yml`` names only what is there. It is read here, never run."""

import re
from pathlib import Path

import pytest
import yaml

from odoo.modules.module import Manifest

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = ROOT / "docker-compose.yml"
MOUNT = "/mnt/project/"


@pytest.fixture(scope="module")
def compose():
    """The parsed file, anchors merged."""
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def services_of_odoo(compose):
    """Services that run Odoo's image, by name."""
    services = compose["services"].items()
    return {name: one for name, one in services if one["image"].startswith("odoo:")}


def test_images_are_those_of_this_series(compose):
    images = {one["image"] for one in compose["services"].values()}
    assert images == {"odoo:19.0", "postgres:17"}


def test_every_mounted_path_exists(compose):
    for name, service in compose["services"].items():
        for volume in service["volumes"]:
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_dir(), f"{name} mounts {source}"
            else:
                assert source in compose["volumes"], f"{name} mounts {source}"


def test_every_module_exists(compose):
    for service in services_of_odoo(compose).values():
        for module in service["environment"]["DEMO_MODULES"].split(","):
            assert Manifest.for_addon(module), f"there is no addon {module}"


def test_the_demo_installs_all_our_addons(compose):
    ours = {path.parent.name for path in ROOT.glob("addons/*/__manifest__.py")}
    modules = compose["services"]["demo"]["environment"]["DEMO_MODULES"].split(",")
    assert ours <= set(modules)


def test_every_file_in_a_command_exists(compose):
    for service in services_of_odoo(compose).values():
        for word in service["command"]:
            if word.startswith(MOUNT):
                assert (ROOT / word.removeprefix(MOUNT)).is_file(), word


def test_every_variable_of_the_script_is_given(compose):
    script = (ROOT / "bin/compose-demo").read_text(encoding="utf-8")
    given = set(compose["services"]["demo"]["environment"])
    used = set(re.findall(r"\$\{?([A-Z][A-Z_]+)", script))
    assert used <= given, f"not given to the service: {used - given}"


def test_every_variable_of_the_file_has_a_value_to_fall_back_on():
    text = COMPOSE.read_text(encoding="utf-8")
    bare = re.findall(r"(?<!\$)\$\{([A-Z_]+)\}", text)
    assert not bare, f"{bare} would be empty where the caller sets none"


def test_the_database_served_is_the_one_that_is_loaded(compose):
    name = compose["services"]["demo"]["environment"]["DEMO_DATABASE"]
    command = compose["services"]["odoo"]["command"]
    assert f"--database={name}" in command
    assert f"--db-filter=^{name}$$" in command


def test_services_wait_for_what_they_need(compose):
    services = compose["services"]
    assert "healthcheck" in services["db"] and "healthcheck" in services["odoo"]
    assert services["demo"]["depends_on"]["db"]["condition"] == "service_healthy"
    waits = services["odoo"]["depends_on"]
    assert waits["demo"]["condition"] == "service_completed_successfully"


def test_the_module_that_loads_the_shop_exists():
    assert (ROOT / "bin/demo_parts/load.py").is_file()
    assert (ROOT / "data/shop").is_dir()
