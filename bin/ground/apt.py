"""Packages of Debian, downloaded and unpacked but never installed.

apt gets its own state below the cache folder, so neither root nor a change of
the machine is needed. Two sources are known: ``own`` (what this machine is set
up with) and ``sid`` (Debian unstable, from the mirror this machine uses).
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import paths
from .console import Fail, run

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)
_updated = set()


def available():
    """Whether this machine's apt knows a Debian archive and has its keyring."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-deb") and _keyring())


def download(source, names):
    """Bring the newest of each package into the cache.

    :param str source: ``own`` or ``sid``
    :param list names: packages, each with an optional ``=version``
    :return: the ``.deb`` files, in the order of ``names``
    """
    options = _options(source)
    folder = paths.cache() / "debs"
    folder.mkdir(parents=True, exist_ok=True)
    hint = "Check the network and this machine's apt sources, then run it again."
    wanted = _file_names(options, names, hint)
    if any(not (folder / name).exists() for name in wanted):
        run(["apt-get", "-q", *options, "download", *names], hint=hint, cwd=folder)
    return [folder / name for name in wanted]


def _file_names(options, names, hint):
    """Names of the files that apt would download for ``names``, in their order.

    apt leaves out what lies in the working folder already, so it is asked from
    an empty one.
    """
    ask = ["apt-get", *options, "download", "--print-uris", *names]
    with tempfile.TemporaryDirectory() as empty:
        uris = run(ask, hint=hint, cwd=empty)
    files = re.findall(r"^'[^']*' (\S+) \d+ ", uris, re.M)
    if len(files) != len(names):
        raise Fail(f"apt offers {len(files)} of the packages {' '.join(names)}. {hint}")
    return files


def newest(source, name, prefix):
    """Newest version of a package that starts with ``prefix``, or None."""
    lines = _query(source, ["apt-cache", "madison", name]).splitlines()
    versions = [line.split("|")[1].strip() for line in lines if "|" in line]
    matching = [version for version in versions if version.startswith(prefix)]
    return matching[0] if matching else None


def unpack(deb, target):
    """Unpack a package's files below ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    hint = f"Delete {deb} and run it again."
    run(["dpkg-deb", "-x", deb, target], hint=hint)


def missing_dependencies(source, name):
    """Packages that installing ``name`` here would bring in, itself included."""
    text = _query(source, ["apt-get", "-s", "--no-install-recommends", "install", name])
    return re.findall(r"^Inst (\S+)", text, re.M)


def _query(source, command):
    program, *rest = command
    return run([program, *_options(source), *rest], hint="Check this machine's apt.")


def _options(source):
    """Command-line options that give apt a state of its own, updated once a run."""
    state = paths.cache() / "apt" / source
    for folder in ("lists/partial", "cache/archives/partial"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    options = [
        f"-oDir::State::Lists={state}/lists",
        f"-oDir::Cache={state}/cache",
        "-oAPT::Sandbox::User=",  # the sandbox user cannot write to our cache
    ]
    if source == "sid":
        options += [
            f"-oDir::Etc::sourcelist={_sid_list(state)}",
            "-oDir::Etc::sourceparts=/dev/null",
        ]
    if source not in _updated:
        hint = "Check the network and this machine's apt sources, then run it again."
        run(["apt-get", "-q", *options, "update"], hint=hint)
        _updated.add(source)
    return options


def _sid_list(state):
    """Source list of Debian unstable on the mirror that this machine uses."""
    path = state / "sources.list"
    path.write_text(f"deb [signed-by={_keyring()}] {_mirror()} sid main\n")
    return path


def _mirror():
    """The Debian archive this machine is set up with; no host is written down."""
    command = ["apt-get", *_options("own"), "indextargets", "--format", "$(REPO_URI)"]
    command.append("Created-By: Packages")
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in found.stdout.splitlines():
        if line.endswith("/debian/"):
            return line
    raise Fail(
        "this machine's apt names no Debian archive, so Odoo cannot be fetched: "
        "set ODOO_HOME to a folder with Odoo 19 (and CHROME_BIN to a Chromium)."
    )


def _keyring():
    return next((path for path in KEYRINGS if Path(path).exists()), None)
