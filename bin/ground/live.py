"""A server beside the tests, and how it starts and ends.

Odoo's test classes end every child process that they find when they finish. A server
that outlives one test class must therefore be nobody's child: it is started by a shell
that leaves at once, and is known by its process id.
"""

import shlex
import socket
import subprocess
import time
import urllib.error
import urllib.request

import psutil

from . import console, runtime


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(command, env=None):
    """Start ``command`` in the project's environment, detached.

    :param dict env: further variables
    :rtype: psutil.Process
    """
    line = shlex.join(str(part) for part in command)
    done = subprocess.run(
        ["sh", "-c", f"{line} >/dev/null 2>&1 </dev/null & echo $!"],
        env={**runtime.prepare(), **(env or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        start_new_session=True,
    )
    return psutil.Process(int(done.stdout))


def wait_until_up(url, process, log, seconds):
    """Wait for a server to answer; fail with the place of its log."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and _is_alive(process):
        try:
            with urllib.request.urlopen(f"{url}/web/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise console.Fail(f"Odoo did not start: look into {log}")


def _is_alive(process):
    """Whether a process runs; one of ours that has ended is still there to be read."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def stop(process):
    """Stop a server; a second signal ends what the first one left waiting."""
    workers = process.children(recursive=True) if process.is_running() else []
    for seconds in (3, 30):
        try:
            process.terminate()
            process.wait(seconds)
            break
        except psutil.NoSuchProcess:
            break
        except psutil.TimeoutExpired:
            continue
    for left in [process, *workers]:
        if left.is_running():
            left.kill()
