"""What the person at the terminal sees: steps, progress, and one-line failures."""

import subprocess
import sys
import threading
import time
from contextlib import contextmanager

from . import paths


class Fail(Exception):
    """An error whose message tells, in one line, what the person can do."""


def say(message):
    print(message, flush=True)


def warn(message):
    print(f"warning: {message}", file=sys.stderr, flush=True)


@contextmanager
def progress(message):
    """Show ``message`` with the seconds it takes; ticking on a terminal."""
    start = time.monotonic()
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(message, start, done), daemon=True)
    if sys.stdout.isatty():
        ticker.start()
    else:
        say(f"  {message} ...")
    try:
        yield
    finally:
        done.set()
        if ticker.is_alive():
            ticker.join()
    clear = "\r\033[K" if sys.stdout.isatty() else ""
    say(f"{clear}  {message}: done in {time.monotonic() - start:.0f} s")


def _tick(message, start, done):
    while not done.wait(0.5):
        seconds = time.monotonic() - start
        print(f"\r\033[K  {message} ... {seconds:.0f} s", end="", flush=True)


def run(command, hint, log="setup.log", **kwargs):
    """Run a command quietly, its output in ``.build/log``.

    :param list command: the program and its arguments
    :param str hint: what the person can do when it fails
    :raise Fail: with the last line of the output, the hint and the log's name
    """
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    logfile = paths.LOGS / log
    command = [str(part) for part in command]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **kwargs,
    )
    with logfile.open("a", encoding="utf-8") as out:
        out.write(f"$ {' '.join(command)}\n{done.stdout}\n")
    if done.returncode:
        last = (done.stdout.strip().splitlines() or ["no output"])[-1]
        where = logfile.relative_to(paths.ROOT)
        raise Fail(f"{command[0]} failed ({last}). {hint} Full output: {where}")
    return done.stdout


def main(function):
    """Run a program's ``main``; turn :class:`Fail` into one line and exit code 1."""
    try:
        sys.exit(function(sys.argv[1:]))
    except Fail as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
