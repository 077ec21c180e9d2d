"""A PostgreSQL of the test's own, so that taking it away hits nobody else."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

from ground import postgres, runtime


class Cluster:
    """Made, started, stopped and thrown away by the test that needs it."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="faults-", dir="/tmp"))
        self.who = {}
        if os.getuid() == 0:  # PostgreSQL refuses root
            owner = _owner()
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.who = {"user": owner.pw_uid, "group": owner.pw_gid}
            self.who["extra_groups"] = []
        self._run("initdb", "-U", "odoo", "--auth=trust", "-E", "UTF8", "--no-sync")
        self.env = {"PGHOST": str(self.folder), "PGPORT": "5432", "PGUSER": "odoo"}
        self.usual = runtime.prepare()

    def start(self):
        """Start it; after a crash it recovers by itself."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "max_connections": 60,
            "shared_buffers": "128MB",
        }
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        log = self.folder / "log"
        self._run("pg_ctl", "-w", "-t", "60", "-l", log, "-o", options, "start")

    def crash(self):
        """Take it away at once, as a lost machine would."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def remove(self):
        """Stop it and delete it."""
        self._run("pg_ctl", "-w", "-m", "immediate", "stop", check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def take_over(self, source, name):
        """A copy of a database of the usual server."""
        self.client("createdb", name)
        dump = subprocess.Popen(
            ["pg_dump", "--no-owner", source],
            env=self.usual,
            stdout=subprocess.PIPE,
        )
        self.client("psql", "-Xq", "-d", name, stdin=dump.stdout)
        assert dump.wait() == 0

    def client(self, program, *arguments, **options):
        """The output of a client program."""
        return subprocess.run(
            [program, *arguments],
            env={**self.usual, **self.env},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            **options,
        ).stdout

    def _run(self, program, *arguments, check=True):
        command = [postgres.programs() / program, "-D", self.folder / "data"]
        subprocess.run(
            [str(part) for part in [*command, *arguments]],
            cwd="/",
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            check=check,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **self.who,
        )


def _owner():
    """An account that PostgreSQL can run as."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise AssertionError("no unprivileged account to run PostgreSQL as")
