"""Where things lie. Everything fetched or built is below ``.build``."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
BUILD = ROOT / ".build"

ODOO = BUILD / "odoo"
VENV = BUILD / "venv"
PYTHON = VENV / "bin" / "python"
BROWSER = BUILD / "chromium"
STAMPS = BUILD / "stamps"
LOGS = BUILD / "log"
ODOO_DATA = BUILD / "odoo-data"
ODOO_CONF = BUILD / "odoo.conf"

REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")


def cache():
    """Folder of downloads that outlives this clone; a second clone uses it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "returns-governance"


def project_addons():
    """Names of the project's own addons: folders of ``addons`` with a manifest."""
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))
