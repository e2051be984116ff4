"""Choose newest versions anew: constraints.txt within pyproject.toml's ranges, reflex.lock for npm packages.

Those that only check our scripts are locked in tools/javascript. No file names a registry: whoever installs
asks the one that is configured there.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from scripts import frontend, javascript
from scripts.toolchain import ROOT, WEB, npm

CONSTRAINTS = ROOT / "constraints.txt"
HEADING = "# Exact versions of everything that is installed; `make lock` rewrites it.\n"
ELSEWHERE = {"async-timeout": 'python_full_version < "3.11.3"'}
"""What another Python than this one may need, by the marker of whoever needs it: redis, on Debian 12."""


def lock_python() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--editable", f"{ROOT}[dev]", *ELSEWHERE], check=True)
        frozen = subprocess.run(
            [*pip, "freeze", "--exclude-editable"], check=True, capture_output=True, text=True
        ).stdout
    CONSTRAINTS.write_text(constraints_of(frozen))


def constraints_of(frozen: str) -> str:
    """What pip has installed, in order; what is for elsewhere says so."""
    return HEADING + "".join(sorted(map(_marked, frozen.splitlines()), key=str.lower))


def _marked(pin: str) -> str:
    where = ELSEWHERE.get(pin.partition("==")[0])
    return f"{pin} ; {where}\n" if where else f"{pin}\n"


def lock_node() -> None:
    """A build without a lock chooses the newest versions and writes the lock."""
    shutil.rmtree(frontend.LOCK, ignore_errors=True)
    shutil.rmtree(WEB, ignore_errors=True)
    frontend.LOCK.mkdir()
    frontend.build()
    frontend.STAMP.write_text(frontend.fingerprint())
    refuse_addresses(locked(frontend.LOCK))


def lock_javascript() -> None:
    """What the pages are built with is checked at the same version; the tools themselves are the newest."""
    built = locked(frontend.LOCK)["packages"]
    names = locked(javascript.PINS)["packages"][""]["devDependencies"]
    chosen = [f"{name}@{built.get(f'node_modules/{name}', {}).get('version', 'latest')}" for name in names]
    options = ("--package-lock-only", "--omit-lockfile-registry-resolved", "--save-dev", "--save-exact")
    subprocess.run(npm("install", *options, *chosen), cwd=javascript.PINS, check=True)
    refuse_addresses(locked(javascript.PINS))


def locked(folder: Path) -> dict[str, Any]:
    lock: dict[str, Any] = json.loads((folder / "package-lock.json").read_text())
    return lock


def refuse_addresses(lock: dict[str, Any]) -> None:
    named = [name for name, package in lock["packages"].items() if "resolved" in package]
    if named:
        sys.exit(f"A lock of npm packages holds download addresses, which were to be kept out: {named[:3]}")


def main() -> None:
    lock_python()
    lock_node()
    lock_javascript()
    print(
        "constraints.txt, reflex.lock and tools/javascript are new: run `make check test`, then commit them."
    )


if __name__ == "__main__":
    main()
