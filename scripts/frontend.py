"""Build the front end for production, unless nothing that it is made of has changed.

Reflex runs with the Node of our own virtual environment, asks npm's configured registry only, reports to
nobody, and does not see the settings of the machine: one build serves any address and any mode.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / ".web"
STAMP = WEB / "build" / "made-of"
SOURCES = ("echoes", "compiler", "assets", "reflex.lock", "rxconfig.py", ".npmrc")


def source_files() -> list[Path]:
    found = []
    for name in SOURCES:
        path = ROOT / name
        found += [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sorted(file for file in found if "__pycache__" not in file.parts and "external" not in file.parts)


def fingerprint() -> str:
    """Changes with every source file and with every installed package."""
    digest = hashlib.sha256()
    for file in source_files():
        digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    packages = sorted(f"{package.name}=={package.version}" for package in distributions())
    digest.update("\n".join(packages).encode())
    return digest.hexdigest()


def build_environment() -> dict[str, str]:
    """Our Node first on PATH, no telemetry, no look-ups of newer versions, none of the app's own settings."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ECHOES_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = inherited | {
        "PATH": path,
        "DO_NOT_TRACK": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_USE_NPM": "true",
        "REFLEX_DIR": str(WEB / "reflex"),
    }
    npm = shutil.which("npm", path=path)
    if npm is None:
        sys.exit("npm is missing from .venv: run `make clean` and try again.")
    registry = subprocess.run(
        [npm, "config", "get", "registry"], env=environment, capture_output=True, text=True, check=True
    )
    return environment | {"NPM_CONFIG_REGISTRY": registry.stdout.strip()}


def build() -> None:
    command = [
        sys.executable,
        "-m",
        "reflex",
        "export",
        "--frontend-only",
        "--no-zip",
        "--loglevel",
        "warning",
    ]
    if subprocess.run(command, cwd=ROOT, env=build_environment(), check=False).returncode != 0:
        sys.exit("The front end could not be built: the words above say why.")


def main() -> None:
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Building the front end (half a minute, only after a change) …", flush=True)
    build()
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
