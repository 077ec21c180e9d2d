"""Databases: made once from Odoo's own addons, then copied in a second.

A *base* holds the addons of Odoo that ours depend on. It is kept and named by
what it was made from; every other database starts as a copy of it.
"""

import ast
import fcntl
import os
import shutil
import subprocess

from . import console, odoo, paths, runtime, stamps

# Beside what the manifests name: a payment provider that really can refund.
ALSO = ("payment_demo",)


def base():
    """Name of the database with Odoo's own addons, made where it is missing."""
    wanted = core_dependencies(paths.project_addons())
    name = f"returns_base_{stamps.digest(odoo.import_path(), odoo.TRIED, *wanted)[:8]}"
    with (paths.BUILD / "base.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not exists(name):
            with console.progress("make a database with Odoo's own addons"):
                install(f"{name}_new", wanted)
                rename(f"{name}_new", name)
    return name


def create(name, addons):
    """Make a database with these addons of the project, as a copy of the base.

    :return: log file of the installation
    """
    copy(base(), name)
    with console.progress(f"install {', '.join(addons)} into {name}"):
        return install(name, addons)


def install(name, addons):
    """Install addons with Odoo's own command; the log is returned and kept."""
    log = paths.LOGS / f"install-{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    env = runtime.prepare()
    command = [paths.PYTHON, odoo.script(), "-d", name, "-i", ",".join(addons)]
    command += ["--stop-after-init", "--no-http", f"--logfile={log}"]
    where = log.relative_to(paths.ROOT)
    try:
        console.run(command, hint=f"Look into {where}.", env=env)
    except console.Fail as error:
        drop(name)
        raise console.Fail(_cause(log) or str(error)) from None
    return log


def exists(name):
    """Whether the server has a database of that name."""
    found = _psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'")
    return found.strip() == "1"


def names():
    """Names of all databases of the server."""
    return _psql("SELECT datname FROM pg_database").split()


def copy(source, name):
    """Copy a database that nobody is connected to, with its files."""
    drop(name)
    _client("createdb", "-T", source, name)
    copy_files(source, name)


def copy_files(source, name):
    """Give a database the files of the one that it was copied from."""
    if _files(source).exists():
        shutil.copytree(_files(source), _files(name), copy_function=_link)


def rename(source, name):
    """Give a database another name, its files included."""
    _psql(f'ALTER DATABASE "{source}" RENAME TO "{name}"')
    if _files(source).exists():
        _files(source).rename(_files(name))


def drop(name):
    """Remove a database and its files, if it is there."""
    _client("dropdb", "--if-exists", "--force", name)
    drop_files(name)


def drop_files(name):
    """Remove the files of a database that is gone."""
    shutil.rmtree(_files(name), ignore_errors=True)


def core_dependencies(addons):
    """Addons of Odoo that these addons of the project name in their manifests."""
    ours = paths.project_addons()
    named = {name for addon in addons for name in manifest(addon)["depends"]}
    return sorted({*named, *ALSO} - set(ours))


def manifest(addon):
    """A manifest of the project, as a dict."""
    text = (paths.ADDONS / addon / "__manifest__.py").read_text(encoding="utf-8")
    return ast.literal_eval(text)


def _files(name):
    return paths.ODOO_DATA / "filestore" / name


def _link(source, target):
    """Odoo never writes into a file of its store, so a link serves as a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _cause(log):
    """The last error in a log, in one line: what a person needs first."""
    if not log.exists():
        return None
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if " ERROR " in line or " CRITICAL " in line]
    raised = [line for line in lines if line[:1].isalpha() and "Error" in line]
    cause = (raised or errors or [None])[-1]
    return cause and f"{cause.strip()} (see {log.relative_to(paths.ROOT)})"


def _psql(statement):
    return _client("psql", "-d", "postgres", "-XAtqc", statement)


def _client(program, *arguments):
    """Run a PostgreSQL client and give its output."""
    env = runtime.prepare()
    done = subprocess.run(
        [program, *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise console.Fail(f"{program}: {done.stderr.strip()}")
    return done.stdout
