"""Odoo's own command line in the project's environment."""

import os

from . import browser, odoo, paths, postgres


def prepare():
    """Write Odoo's configuration, start PostgreSQL, give the variables for both.

    :return: environment for ``bin/odoo`` and for Python programs that import odoo
    :rtype: dict
    """
    script = odoo.script()
    postgres.start()
    _write_configuration()
    return {
        **os.environ,
        **postgres.environment(),
        "ODOO_RC": os.environ.get("ODOO_RC") or str(paths.ODOO_CONF),
        "ODOO_SCRIPT": str(script),
        "PATH": _path(),
    }


def run_odoo(arguments):
    """Replace this process by Odoo's start script with these arguments."""
    env = prepare()
    command = [str(paths.PYTHON), str(odoo.script()), *arguments]
    os.execve(command[0], command, env)


def run_python(arguments):
    """Replace this process by the environment's Python (``import odoo`` works)."""
    env = prepare()
    os.execve(str(paths.PYTHON), [str(paths.PYTHON), *arguments], env)


def addons_path():
    """Odoo's ``--addons-path``: the project's addons, then Odoo's own."""
    ours = [paths.ADDONS] if paths.project_addons() else []
    core = [odoo.import_path() / "odoo" / "addons"]
    return ",".join(str(path) for path in [*ours, *odoo.addons_paths(), *core])


def _write_configuration():
    """A configuration that any command of Odoo reads through ``ODOO_RC``.

    The database server is not in it: Odoo takes that from the ``PG*`` variables.
    """
    options = {
        "addons_path": addons_path(),
        "data_dir": paths.ODOO_DATA,
        "http_interface": "127.0.0.1",
        "without_demo": "True",
    }
    lines = [f"{name} = {value}\n" for name, value in options.items() if value]
    text = "[options]\n" + "".join(lines)
    if not paths.ODOO_CONF.exists() or paths.ODOO_CONF.read_text() != text:
        fresh = paths.ODOO_CONF.with_suffix(f".{os.getpid()}")
        fresh.write_text(text)
        fresh.replace(paths.ODOO_CONF)


def _path():
    """``PATH`` with our browser, our Python and PostgreSQL's programs in front."""
    ours = [browser.PROGRAMS, paths.VENV / "bin", postgres.programs_path()]
    folders = [str(folder) for folder in ours if folder]
    return ":".join([*folders, os.environ.get("PATH", "/usr/bin:/bin")])
