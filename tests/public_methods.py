"""Lists what anyone who can reach our models may call over RPC.

A method without a leading underscore is public unless it is ``@api.private``.
``bin/python tests/public_methods.py DATABASE`` prints the list of a database with
all our addons; the architecture tests compare it with ``public_methods.txt``.
"""

import sys
from pathlib import Path

from odoo import models
from odoo.modules.registry import Registry

ADDONS = Path(__file__).resolve().parents[1] / "addons"
WRITTEN = Path(__file__).with_name("public_methods.txt")


def our_addons():
    """Names of the project's addons."""
    return {path.parent.name for path in ADDONS.glob("*/__manifest__.py")}


def collect(registry):
    """Lines ``model.method`` for what our addons make public, sorted."""
    prefixes = tuple(f"odoo.addons.{name}." for name in our_addons())
    return sorted(
        f"{name}.{method}"
        for name, model in registry.items()
        for method in _public(model, prefixes)
    )


def _public(model, prefixes):
    """Names that classes of ours add to a model, without those all models have."""
    ours = [cls for cls in model.__mro__ if cls.__module__.startswith(prefixes)]
    names = {name for cls in ours for name in vars(cls) if not name.startswith("_")}
    return {name for name in names if _is_callable_by_rpc(model, name)}


def _is_callable_by_rpc(model, name):
    if hasattr(models.BaseModel, name) or not callable(getattr(model, name, None)):
        return False
    versions = [vars(cls).get(name) for cls in model.__mro__]
    return not any(getattr(version, "_api_private", False) for version in versions)


def written():
    """The lines of the written list."""
    lines = WRITTEN.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


if __name__ == "__main__":
    from odoo.tools import config

    config.parse_config(["-d", sys.argv[1], "--log-level=error"])
    print("# Every method of our models that can be called over RPC. To renew it:")
    print("# bin/python tests/public_methods.py DATABASE > tests/public_methods.txt")
    print("\n".join(collect(Registry(sys.argv[1]))))
