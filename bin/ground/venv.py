"""The virtual environment with the pinned Python packages.

Debian splits ``ensurepip`` off, and a bare machine may have no pip at all, so
the environment is made without pip and pip is put in by one of three ways.
"""

import importlib.util
import os
import shutil
import sys

from . import apt, paths, stamps
from .console import Fail, progress, run

STEP = "venv"
PIP = "pip==26.3"


def ensure():
    """Make ``.build/venv`` and install what ``requirements*.txt`` pin."""
    key = stamps.digest(sys.version, sys.executable, paths.VENV, *paths.REQUIREMENTS)
    if stamps.is_done(STEP, key) and paths.PYTHON.exists():
        return False
    stamps.clear(STEP)
    if not _usable():
        with progress(f"make a virtual environment of Python {sys.version.split()[0]}"):
            _create()
    with progress("install the pinned Python packages (about 150 MB)"):
        _install()
    stamps.mark(STEP, key)
    return True


def _usable():
    """Whether an environment of the same Python with a working pip is there."""
    version = "{}.{}".format(*sys.version_info)
    site = paths.VENV / "lib" / f"python{version}" / "site-packages" / "pip"
    return paths.PYTHON.exists() and site.exists()


def _create():
    shutil.rmtree(paths.VENV, ignore_errors=True)
    hint = "Install Python 3.11 or newer with its venv module."
    run([sys.executable, "-m", "venv", "--without-pip", paths.VENV], hint=hint)
    if importlib.util.find_spec("ensurepip"):
        hint = "Delete .build/venv and run it again."
        run([paths.PYTHON, "-m", "ensurepip", "--default-pip"], hint=hint)
    elif importlib.util.find_spec("pip"):
        _borrow_pip([sys.executable, "-m", "pip", "--python", paths.PYTHON])
    elif apt.available():
        _borrow_pip([paths.PYTHON, "-m", "pip"], PYTHONPATH=_debian_pip())
    else:
        raise Fail("this Python has no pip: install its packages for pip and venv.")


def _borrow_pip(pip, **env):
    """Let a pip from elsewhere install pip into the environment."""
    hint = "Install python3-venv (apt-get install python3-venv), then run it again."
    command = [*pip, "install", "--ignore-installed", PIP]
    run(command, hint=hint, env={**os.environ, **env})


def _debian_pip():
    """Debian's pip as a wheel, unpacked without installing it."""
    target = paths.BUILD / "pip-wheel"
    for deb in apt.download("own", ["python3-pip-whl"]):
        apt.unpack(deb, target)
    return str(next(target.glob("usr/share/python-wheels/pip-*.whl")))


def _install():
    command = [paths.PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "-q"]
    for file in paths.REQUIREMENTS:
        command += ["-r", file]
    run(command, hint="Check the network and pip's settings, then run it again.")
