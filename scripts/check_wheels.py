"""Whether every pinned package has a wheel for a kind of machine, so that nothing is compiled there.

    .venv/bin/python -m scripts.check_wheels [aarch64 | x86_64]

Asks the package index for metadata, and downloads no package. For the Python and the C library of the base
image in deploy/Containerfile.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
GLIBC = 36
"""The minor version of Debian 12's."""
OLDEST = 17


def main(machine: str = "aarch64") -> None:
    pins = re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    wheels = [Path(item["download_info"]["url"]).name for item in found(machine)]
    if len(wheels) != len(pins):
        sys.exit(f"{len(wheels)} wheels of {len(pins)} pinned packages are there for {machine}.")
    compiled = sum(machine in wheel for wheel in wheels)
    sys.stdout.write(
        f"All {len(pins)} pinned packages have a wheel for {machine}: {compiled} of its own,"
        f" {len(wheels) - compiled} for every machine.\n"
    )


def found(machine: str) -> list[dict[str, Any]]:
    """What pip would install there; it ends with the name of the first package that has no wheel."""
    platforms = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, OLDEST - 1, -1)]
    platforms += [f"manylinux2014_{machine}", f"linux_{machine}"]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-deps"]
        command += ["--only-binary=:all:", "--python-version", "3.11", "--implementation", "cp"]
        command += [part for platform in platforms for part in ("--platform", platform)]
        command += ["--target", folder, "--report", str(report), "-r", str(ROOT / "constraints.txt")]
        if subprocess.run(command, check=False).returncode != 0:
            sys.exit(1)
        items: list[dict[str, Any]] = json.loads(report.read_text())["install"]
        return items


if __name__ == "__main__":
    main(*sys.argv[1:])
