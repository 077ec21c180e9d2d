"""Odoo 19 itself: from Debian's archive, or from ``ODOO_HOME``.

Debian unstable is the one package archive that carries Odoo 19 Community. It
is unpacked below ``.build/odoo`` and not installed: installing it would pull
half of unstable onto the machine. ``ODOO_HOME`` may name an unpacked nightly,
a git checkout, or a prefix like ours.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from . import apt, paths, stamps
from .console import Fail, progress, warn

STEP = "odoo"
SERIES = "19.0"
TRIED = "19.0.0+dfsg-1"

# Files that Odoo's package takes from other packages by relative links.
FROM_SID = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
# Odoo 19 wants the old files of these two, which unstable no longer has.
FROM_OWN = ("fonts-font-awesome", "fonts-inconsolata")

PACKAGES = "usr/lib/python3/dist-packages"
# The package leaves this file out, but mail's assets name it: without it every
# browser test ends on a console error.
LEFT_OUT = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def ensure():
    """Bring Odoo in place and make the virtual environment see it."""
    key = stamps.digest(
        TRIED,
        os.environ.get("ODOO_HOME", ""),
        os.environ.get("ODOO_PACKAGE_VERSION", ""),
        *FROM_SID,
        *FROM_OWN,
    )
    if stamps.is_done(STEP, key) and _script_path().exists():
        return _link()
    stamps.clear(STEP)
    if os.environ.get("ODOO_HOME"):
        _use_home(Path(os.environ["ODOO_HOME"]).expanduser().resolve())
    else:
        _use_debian()
    stamps.mark(STEP, key)
    _link()
    return True


def import_path():
    """Folder that holds the ``odoo`` package."""
    return Path((paths.STAMPS / "odoo-path").read_text())


def script():
    """Odoo's own start script. Prefork needs it: ``python -m odoo --workers=2``
    starts its evented worker wrongly and crash-loops."""
    path = _script_path()
    if not path.exists():
        raise Fail("Odoo is not set up here: run `make setup`.")
    return path


def addons_paths():
    """Folders of Odoo's own addons that need naming.

    A nightly and Debian's package keep them all in ``odoo/addons``, where Odoo
    finds them by itself (beside it, Debian's package has a folder ``addons``
    with half of each addon, which must not be used). A checkout has them apart.
    """
    if (import_path() / "odoo/addons/sale/__manifest__.py").exists():
        return []
    return [import_path() / "addons"]


def _script_path():
    stamp = paths.STAMPS / "odoo-script"
    return Path(stamp.read_text()) if stamp.exists() else paths.BUILD / "missing"


def _use_home(home):
    """Take Odoo from a folder that the caller names, leaving it as it is."""
    layouts = (
        (home, "odoo-bin"),
        (home, "setup/odoo"),
        (home / PACKAGES, "../../../bin/odoo"),
    )
    for folder, name in layouts:
        start = Path(os.path.normpath(folder / name))
        if (folder / "odoo" / "release.py").exists() and start.exists():
            _check_series(folder / "odoo" / "release.py")
            return _remember(folder, start)
    raise Fail(
        f"ODOO_HOME={home} holds no Odoo: give an unpacked nightly or a checkout "
        "(a folder with odoo/release.py and odoo-bin or setup/odoo)."
    )


def _check_series(release):
    text = release.read_text(encoding="utf-8")
    found = re.search(r"version_info = \((\d+), (\d+)", text)
    series = ".".join(found.groups()) if found else "unknown"
    if series != SERIES:
        raise Fail(f"ODOO_HOME holds Odoo {series}; this project needs {SERIES}.")


def _use_debian():
    """Download and unpack Debian's package with all that it links to."""
    if not apt.available():
        raise Fail(
            "this machine has no Debian archive to take Odoo 19 from: set ODOO_HOME "
            "to a folder with Odoo 19 (and CHROME_BIN to a Chromium)."
        )
    with progress("read Debian's package lists"):
        version = _choose_version()
    with progress(f"download Odoo {version} and its libraries (135 MB, cached)"):
        debs = apt.download("sid", [f"odoo-19={version}", *FROM_SID])
        debs += apt.download("own", list(FROM_OWN))
    with progress("unpack Odoo (1.3 GB)"):
        _unpack(debs)
    folder = paths.ODOO / PACKAGES
    _remember(folder, paths.ODOO / "usr/bin/odoo")


def _choose_version():
    """Newest 19.0 of the package, or the one ``ODOO_PACKAGE_VERSION`` names."""
    version = os.environ.get("ODOO_PACKAGE_VERSION") or apt.newest(
        "sid", "odoo-19", SERIES
    )
    if not version:
        raise Fail(
            "Debian's archive has no odoo-19 any more: set ODOO_HOME to a folder "
            "with Odoo 19."
        )
    if version != TRIED:
        warn(f"Odoo {version} is taken; this project was tried with {TRIED}.")
    return version


def _unpack(debs):
    """Unpack into a fresh prefix, mend it, and put it in place in one move."""
    fresh = paths.BUILD / "odoo.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for deb in debs:
        apt.unpack(deb, fresh)
    left_out = fresh / PACKAGES / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    if not left_out.exists():
        left_out.write_text("// Not part of Debian's package of Odoo.\n")
    dangling = subprocess.run(
        ["find", "-L", fresh / "usr/lib", "-type", "l"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    if dangling:
        raise Fail(
            f"Odoo's package links to files that are missing ({dangling[0]}): "
            f"force the tried version with ODOO_PACKAGE_VERSION={TRIED}."
        )
    shutil.rmtree(paths.ODOO, ignore_errors=True)
    fresh.rename(paths.ODOO)


def _remember(folder, start):
    paths.STAMPS.mkdir(parents=True, exist_ok=True)
    (paths.STAMPS / "odoo-path").write_text(str(folder))
    (paths.STAMPS / "odoo-script").write_text(str(start))


def _link():
    """Make ``import odoo`` work in the virtual environment."""
    site = next((paths.VENV / "lib").glob("python3*/site-packages"))
    pth = site / "odoo.pth"
    wanted = f"{import_path()}\n"
    if pth.exists() and pth.read_text() == wanted:
        return False
    pth.write_text(wanted)
    return True
