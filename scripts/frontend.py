"""Build the front end for production, unless nothing that it is made of has changed."""

import hashlib
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

from scripts.toolchain import ROOT, WEB, reflex, reflex_environment

STAMP = WEB / "build" / "made-of"
LOCK = ROOT / "reflex.lock"
SOURCES = ("echoes", "compiler", "assets", "reflex.lock", "rxconfig.py", ".npmrc")
PRODUCED = {"__pycache__", "external"}


def fingerprint() -> str:
    """Changes with every source file and with every installed package."""
    digest = hashlib.sha256()
    for file in source_files():
        digest.update(f"{file.relative_to(ROOT)}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    packages = sorted(f"{package.name}=={package.version}" for package in distributions())
    digest.update("\n".join(packages).encode())
    return digest.hexdigest()


def source_files() -> list[Path]:
    roots = [ROOT / name for name in SOURCES]
    below = [file for root in roots if root.is_dir() for file in root.rglob("*")]
    files = [file for file in [*roots, *below] if file.is_file()]
    return sorted(file for file in files if not PRODUCED & set(file.relative_to(ROOT).parts))


def build() -> None:
    command = reflex("export", "--frontend-only", "--no-zip", "--loglevel", "warning")
    if subprocess.run(command, cwd=ROOT, env=build_environment(), check=False).returncode != 0:
        sys.exit("The front end could not be built: the output above says why.")


def build_environment() -> dict[str, str]:
    """Without the settings of this machine: one build serves any address and any mode."""
    others = {name: value for name, value in reflex_environment().items() if not name.startswith("ECHOES_")}
    return others | {"ECHOES_ENV_FILE": ""}


def main() -> None:
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Building the front end (half a minute, only after a change)…", flush=True)
    locked = lock_text()
    build()
    if lock_text() != locked:
        print("The set of npm packages has changed: commit reflex.lock.", flush=True)
        wanted = fingerprint()
    STAMP.write_text(wanted)


def lock_text() -> list[str]:
    return [file.read_text() for file in sorted(LOCK.glob("*.json"))]


if __name__ == "__main__":
    main()
