"""Choose newest versions anew: constraints.txt within pyproject.toml's ranges, reflex.lock for npm packages.

Neither file names a registry: whoever installs asks the one that is configured there.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

from scripts import frontend
from scripts.toolchain import ROOT, WEB

CONSTRAINTS = ROOT / "constraints.txt"
HEADING = "# Exact versions of everything that is installed; `make lock` writes it anew.\n"


def lock_python() -> None:
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin") / "python"
        pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--editable", f"{ROOT}[dev]"], check=True)
        frozen = subprocess.run(
            [*pip, "freeze", "--exclude-editable"], check=True, capture_output=True, text=True
        ).stdout
    CONSTRAINTS.write_text(HEADING + "".join(sorted(frozen.splitlines(keepends=True), key=str.lower)))


def lock_node() -> None:
    """A build without a lock chooses the newest versions and writes the lock."""
    shutil.rmtree(frontend.LOCK, ignore_errors=True)
    shutil.rmtree(WEB, ignore_errors=True)
    frontend.LOCK.mkdir()
    frontend.build()
    frontend.STAMP.write_text(frontend.fingerprint())
    refuse_addresses(json.loads((frontend.LOCK / "package-lock.json").read_text()))


def refuse_addresses(lock: dict[str, Any]) -> None:
    named = [name for name, package in lock["packages"].items() if "resolved" in package]
    if named:
        sys.exit(f"reflex.lock holds download addresses, which .npmrc should have kept out: {named[:3]}")


def main() -> None:
    lock_python()
    lock_node()
    print("constraints.txt and reflex.lock are new: run `make test`, then commit both.")


if __name__ == "__main__":
    main()
