"""Remembers which steps are done, and from what, so that only the rest is run."""

import hashlib
from pathlib import Path

from . import paths


def digest(*parts):
    """Hash of strings and of the contents of files: what a step depends on."""
    total = hashlib.sha256()
    for part in parts:
        is_file = isinstance(part, Path) and part.is_file()
        data = part.read_bytes() if is_file else str(part).encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def is_done(step, key):
    """Whether ``step`` was finished from the same inputs."""
    stamp = paths.STAMPS / step
    return stamp.exists() and stamp.read_text() == key


def mark(step, key):
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    (paths.STAMPS / step).write_text(key)


def clear(step):
    """Forget a step before it starts, so that a broken run is run again."""
    (paths.STAMPS / step).unlink(missing_ok=True)
