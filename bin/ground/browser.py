"""Chromium for the browser tests and the screenshots.

Whichever Chromium is used, Odoo finds it as ``google-chrome`` in a folder of
ours at the front of ``PATH``: a small script that starts it without look-ups
in the background.
"""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

from . import apt, paths, stamps
from .console import Fail, progress, run, warn

STEP = "browser"
PROGRAMS = paths.BROWSER / "bin"
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PREFIX = paths.BROWSER / "root"

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A machine without a desktop has neither fonts nor their configuration.
FONTS = ("fontconfig-config", "fonts-dejavu-core")


def ensure():
    """Find a Chromium, or install or unpack one, and make our start script."""
    named = os.environ.get("CHROME_BIN", "")
    key = stamps.digest(named, PREFIX, Path(__file__))
    if stamps.is_done(STEP, key) and _starts(PROGRAMS / NAMES[0]):
        return False
    stamps.clear(STEP)
    program = named or _on_machine() or _fetch()
    _write_script(program)
    if not _starts(PROGRAMS / NAMES[0]):
        raise Fail(
            f"{program} does not start: give CHROME_BIN, the path of a Chromium "
            "or Chrome that runs here (see .build/log/setup.log)."
        )
    stamps.mark(STEP, key)
    return True


def _on_machine():
    """A browser that the machine has already."""
    for name in NAMES:
        found = shutil.which(name)
        if found and os.path.dirname(found) != str(PROGRAMS):
            return found
    return None


def _fetch():
    """Install Chromium when root; else unpack it and its libraries."""
    if not apt.available():
        raise Fail(
            "no Chromium here, and no Debian archive to take one from: give "
            "CHROME_BIN, the path of a Chromium or Chrome."
        )
    if os.getuid() == 0 and _install():
        return shutil.which("chromium")
    return _unpack()


def _install():
    """Install the machine's own package; False where it cannot be."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "-q", "-y", "--no-install-recommends", "install", "chromium"]
    try:
        with progress("install Chromium with apt-get (about 120 MB)"):
            hint = "It is unpacked instead."
            run(["apt-get", "-q", "update"], hint=hint)
            run(install, hint=hint, env=env)
    except Fail as error:
        warn(str(error))
    return bool(shutil.which("chromium"))


def _unpack():
    """Unpack Chromium and the packages that this machine lacks for it."""
    with progress("download Chromium and what it needs (about 120 MB, cached)"):
        names = apt.missing_dependencies("own", "chromium")
        debs = apt.download("own", sorted({"chromium", *names, *FONTS}))
    with progress("unpack Chromium"):
        shutil.rmtree(PREFIX, ignore_errors=True)
        for deb in debs:
            apt.unpack(deb, PREFIX)
    _write_font_configuration()
    return str(PREFIX / "usr/lib/chromium/chromium")


def _write_font_configuration():
    folders = ("/usr/share/fonts", PREFIX / "usr/share/fonts")
    lines = [f"<dir>{folder}</dir>" for folder in folders]
    lines.append(f"<cachedir>{paths.BROWSER / 'font-cache'}</cachedir>")
    text = "<fontconfig>\n" + "\n".join(lines) + "\n</fontconfig>\n"
    (paths.BROWSER / "fonts.conf").write_text(text)


def _write_script(program):
    """Start script; it leads an unpacked Chromium to its own libraries."""
    PROGRAMS.mkdir(parents=True, exist_ok=True)
    lines = ["#!/bin/sh", "# Written by bin/setup."]
    lines.append("ulimit -S -v unlimited  # Odoo's memory limit is not for browsers")
    if str(program).startswith(str(PREFIX)):
        libraries = [f"{PREFIX}/{folder}" for folder in _library_folders()]
        lines += [
            f"export LD_LIBRARY_PATH={shlex.quote(':'.join(libraries))}",
            f"export FONTCONFIG_FILE={shlex.quote(str(paths.BROWSER / 'fonts.conf'))}",
        ]
    lines.append(f'exec {shlex.quote(str(program))} {" ".join(QUIET)} "$@"')
    for name in NAMES[:2]:
        script = PROGRAMS / name
        script.write_text("\n".join(lines) + "\n")
        script.chmod(0o755)


def _library_folders():
    """Folders of the unpacked prefix that hold shared libraries."""
    found = {path.parent for path in PREFIX.glob("usr/lib/**/lib*.so*")}
    found |= {path.parent for path in PREFIX.glob("lib/**/lib*.so*")}
    return sorted(str(folder.relative_to(PREFIX)) for folder in found)


def _starts(script):
    """Whether the browser renders an empty page, which shows missing libraries."""
    if not script.exists():
        return False
    profile = paths.BROWSER / "probe"
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command = [script, *options, f"--user-data-dir={profile}", "--dump-dom"]
    try:
        text = run([*command, "about:blank"], hint="", timeout=60)
    except (Fail, OSError, subprocess.TimeoutExpired):
        return False
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    return "<html>" in text
