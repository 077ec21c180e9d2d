"""The databases: one shop, copied, and one way of taking goods back in each copy."""

import os
import subprocess

from ground import databases, odoo, paths, runtime, stamps
from ground.console import Fail, progress

from . import peers

#: Addons that are installed into the copy of each engine.
MODULES = {"native": (), "oca": peers.MODULES, "ours": ()}
LOG = paths.LOGS / "bench-install.log"


def ensure(keep=False):
    """Make what is missing or was made from other files.

    :param bool keep: take a database of ours that is there, whatever changed since
    :return: {engine: name of its database}
    """
    peers.ensure()
    base = databases.base()
    shop = _ensure("shop", None, _of_shop(base), lambda name: _make_shop(base, name))
    names = {}
    for engine in MODULES:
        key = stamps.digest(shop[1], *_sources(engine))
        same = keep and engine == "ours"
        names[engine], _key = _ensure(
            engine, key, key, lambda name, e=engine: _make(e, shop[0], name), same
        )
    return names


def modules(engine):
    """Addons that make the engine."""
    ours = paths.project_addons() if engine == "ours" else ()
    return [*MODULES[engine], *ours]


def addons_path():
    """Odoo's addons path with the peers' addons in it."""
    return f"{runtime.addons_path()},{peers.FOLDER}"


def _of_shop(base):
    return stamps.digest(base, paths.ROOT / "bench" / "shop.py")


def _sources(engine):
    """What the database of an engine is made from."""
    own = [paths.ROOT / "bench" / "engines" / f"{engine}.py", *peers.PINS]
    if engine == "ours":
        own += sorted(
            path
            for path in paths.ADDONS.rglob("*.*")
            if path.suffix in (".py", ".xml", ".csv") and "tests" not in path.parts
        )
    return own


def _ensure(what, _key, key, make, keep=False):
    """One database, made anew where its stamp says so."""
    name, step = f"returns_bench_{what}", f"bench-{what}"
    there = databases.exists(name)
    if not (there and (keep or stamps.is_done(step, key))):
        stamps.clear(step)
        with progress(f"make the database {name}"):
            make(name)
        stamps.mark(step, key)
    return name, key


def _make_shop(base, name):
    databases.copy(base, name)
    _inside(name, "shop")


def _make(engine, shop, name):
    databases.copy(shop, name)
    if wanted := modules(engine):
        _odoo(["-d", name, "-i", ",".join(wanted), "--stop-after-init"])
    _inside(name, f"engines.{engine}", "prepare")


def _odoo(arguments, text=None):
    """Run Odoo's command and stop where it fails."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    command = [paths.PYTHON, odoo.script(), *arguments, "--no-http"]
    command += [f"--addons-path={addons_path()}", "--log-level=warn"]
    with LOG.open("a") as out:
        done = subprocess.run(
            [str(part) for part in command],
            input=text,
            text=True,
            stdout=out,
            stderr=out,
            env={**os.environ, **runtime.prepare()},
            check=False,
        )
    if done.returncode:
        raise Fail(f"Odoo failed; look into {LOG.relative_to(paths.ROOT)}.")


def _inside(name, module, function="main"):
    """Call a function of this package with an environment, and commit."""
    text = (
        f"import sys; sys.path[:0] = {[str(paths.ROOT), str(paths.ROOT / 'bin')]}\n"
        f"from bench.{module} import {function} as work\n"
        "work(env)\nenv.cr.commit()\nprint('WORK DONE')\n"
    )
    before = LOG.stat().st_size if LOG.exists() else 0
    _odoo(["shell", "-d", name], text)
    with LOG.open() as log:
        log.seek(before)
        if "WORK DONE" not in log.read():
            raise Fail(f"{module} failed; look into {LOG.relative_to(paths.ROOT)}.")
