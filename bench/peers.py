"""The peers' addons: fetched at pinned versions, unpacked below ``.build``.

They are run beside ours and never copied into the project or shipped with it.
"""

import shutil
import zipfile

from ground import paths, stamps
from ground.console import progress, run

#: Addons of the Odoo Community Association (AGPL-3), as their authors publish them.
PINS = ("odoo-addon-rma==19.0.1.0.4.2", "odoo-addon-rma_sale==19.0.1.1.1")
MODULES = ("rma", "rma_sale")
FOLDER = paths.BUILD / "bench" / "oca"


def ensure():
    """Bring the peers' addons in; quick where they are there.

    :return: folder for Odoo's addons path
    """
    key = stamps.digest(*PINS)
    if not stamps.is_done("bench-peers", key):
        stamps.clear("bench-peers")
        with progress("fetch the peers' addons"):
            _unpack(_wheels())
        stamps.mark("bench-peers", key)
    return FOLDER


def _wheels():
    """The pinned wheels, from the cache or the network."""
    folder = paths.cache() / "wheels"
    folder.mkdir(parents=True, exist_ok=True)
    names = [pin.replace("-", "_").replace("==", "-") for pin in PINS]
    found = [list(folder.glob(f"{name}-*.whl")) for name in names]
    if not all(found):
        command = [paths.PYTHON, "-m", "pip", "download", "--no-deps", "-q"]
        hint = "Check the network and pip's settings, then run it again."
        run([*command, "-d", folder, *PINS], hint, log="bench.log")
        found = [list(folder.glob(f"{name}-*.whl")) for name in names]
    return [wheels[0] for wheels in found]


def _unpack(wheels):
    """Unpack ``odoo/addons/NAME`` of each wheel."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith("odoo/addons/") and not name.endswith("/"):
                    target = FOLDER / name.removeprefix("odoo/addons/")
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(name))
