"""The linters that need more than a command line of their own.

``lint.py all`` is ``make lint``; the other names are hooks of
``.pre-commit-config.yaml``, each with the files to look at.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from ground import databases, paths, stamps, testing
from ground.console import Fail, main, progress, run, say

NODE = paths.BUILD / "node"
PACKAGES = (paths.ROOT / "package.json", paths.ROOT / "package-lock.json")
OLDEST_NODE = 20
LICENCE = "LGPL-3"
FOREIGN = re.compile(r"AGPL|OEEL-1|OPL-1|Odoo Proprietary", re.I)
TEXT = {".py", ".xml", ".js", ".scss", ".csv", ".md"}


def everything(arguments):
    """Run all hooks over all files of the project.

    With ``--fix`` first put right what tools can put right by themselves.
    """
    node_packages()
    if "--fix" in arguments:
        _fix()
    command = [paths.PYTHON, "-m", "pre_commit", "run", "--all-files"]
    command += [one for one in arguments if one != "--fix"]
    env = {**os.environ, "PRE_COMMIT_HOME": str(paths.BUILD / "pre-commit")}
    return subprocess.run(command, cwd=paths.ROOT, env=env, check=False).returncode


def node_packages():
    """Install prettier and eslint, as the lock file pins them."""
    key = stamps.digest(*PACKAGES)
    if stamps.is_done("node", key) and (NODE / "node_modules").exists():
        return
    version = _node_version()
    if not shutil.which("npm") or version < OLDEST_NODE:
        raise Fail(
            f"make lint needs Node.js {OLDEST_NODE} or newer with npm for prettier and "
            "eslint: install nodejs and npm, then run it again."
        )
    NODE.mkdir(parents=True, exist_ok=True)
    for file in (*PACKAGES, paths.ROOT / ".npmrc"):
        shutil.copy(file, NODE)
    with progress("install prettier and eslint"):
        hint = "Check the network and npm's settings, then run it again."
        run(["npm", "ci", "--no-audit", "--no-fund"], hint=hint, cwd=NODE)
    stamps.mark("node", key)


def prettier(arguments):
    """Run prettier with its plugin for XML."""
    node_packages()
    plugin = NODE / "node_modules/@prettier/plugin-xml/src/plugin.js"
    command = [NODE / "node_modules/.bin/prettier", f"--plugin={plugin}", *arguments]
    return subprocess.run(command, cwd=paths.ROOT, check=False).returncode


def eslint(arguments):
    """Run eslint; a warning is an error."""
    node_packages()
    command = [NODE / "node_modules/.bin/eslint", "--max-warnings=0", *arguments]
    return subprocess.run(command, cwd=paths.ROOT, check=False).returncode


def oca_modules(_arguments):
    """OCA's checks, which want folders of addons."""
    folders = [str(paths.ADDONS / name) for name in paths.project_addons()]
    command = [paths.VENV / "bin/oca-checks-odoo-module", *folders]
    done = subprocess.run(
        command, cwd=paths.ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:  # its last line repeats all the others as a Python list
        lines = done.stdout.splitlines() + done.stderr.splitlines()
        say("\n".join(line for line in lines if line and line[0] != "["))
    return done.returncode


def licences(_arguments):
    """Every addon and the project itself are LGPL-3, and no file says otherwise."""
    wrong = [
        f"addons/{name}/__manifest__.py: license is not {LICENCE}"
        for name in paths.project_addons()
        if databases.manifest(name).get("license") != LICENCE
    ]
    if "GNU LESSER GENERAL PUBLIC LICENSE" not in _read(paths.ROOT / "LICENSE"):
        wrong.append("LICENSE: not the text of the LGPL")
    if not json.loads(_read(PACKAGES[0]))["license"].startswith("LGPL-3"):
        wrong.append("package.json: license is not LGPL-3")
    for path in paths.ADDONS.rglob("*"):
        if path.suffix in TEXT and path.is_file() and FOREIGN.search(_read(path)):
            wrong.append(f"{path.relative_to(paths.ROOT)}: names another licence")
    say("\n".join(wrong))
    return 1 if wrong else 0


def logs(_arguments):
    """checklog-odoo over the log of the last ``make test``, if there was one."""
    if not testing.INSTALL_LOG.exists():
        say("no test run yet: make test")
        return 0
    return 0 if testing.log_is_clean(testing.INSTALL_LOG) else 1


def _fix():
    command = [paths.PYTHON, "-m", "ruff", "check", "--fix", "--quiet", "."]
    subprocess.run(command, cwd=paths.ROOT, check=False)
    files = [*paths.ADDONS.rglob("*.xml"), *paths.ADDONS.rglob("*.js")]
    prettier(["--write", "--log-level=warn", *map(str, files)])


def _node_version():
    if not shutil.which("node"):
        return 0
    done = subprocess.run(
        ["node", "--version"], capture_output=True, text=True, check=False
    )
    found = re.match(r"v(\d+)\.", done.stdout)
    return int(found.group(1)) if found else 0


def _read(path):
    return path.read_text(encoding="utf-8", errors="replace")


HOOKS = {
    "all": everything,
    "prettier": prettier,
    "eslint": eslint,
    "oca-modules": oca_modules,
    "licences": licences,
    "logs": logs,
}


def command_line(arguments):
    """Run the hook that the first argument names."""
    name, *rest = arguments or ["all"]
    if name not in HOOKS:
        raise Fail(f"no linter {name}: there are {', '.join(HOOKS)}.")
    return HOOKS[name](rest)


if __name__ == "__main__":
    main(command_line)
