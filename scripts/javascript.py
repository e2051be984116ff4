"""Lint, format and type check JavaScript, JSX and CSS: Biome and TypeScript, pinned in tools/javascript.

`check` changes nothing; `format` writes what Biome can write by itself. Settings: biome.jsonc, tsconfig.json.
"""

import hashlib
import os
import shutil
import subprocess
import sys

from scripts.toolchain import ROOT, npm, path_with_node

PINS = ROOT / "tools" / "javascript"
MODULES = PINS / "node_modules"
STAMP = MODULES / "installed"
COLOURS = () if sys.stdout.isatty() else ("--colors=off",)
CHECKS = (
    ("biome", "ci", "--error-on-warnings", *COLOURS),
    ("tsc", "--project", "."),
    ("tsc", "--project", "tests/support/servers/node"),
)


def fingerprint() -> str:
    """Changes with the pinned packages, and with where they are: moved folders are not trusted."""
    pins = b"".join((PINS / name).read_bytes() for name in ("package.json", "package-lock.json"))
    return hashlib.sha256(pins + str(MODULES).encode()).hexdigest()


def install() -> None:
    """Exactly what the lock says, running no package's own scripts, unless that has been done already."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Fetching the linter and type checker of JavaScript (only this once) …", flush=True)
    command = npm("ci", "--ignore-scripts", "--omit=peer", "--no-audit", "--no-fund", "--loglevel=error")
    if subprocess.run(command, cwd=PINS, env=_environment(), check=False).returncode != 0:
        sys.exit("npm could not fetch the packages of tools/javascript: its words above say why.")
    STAMP.write_text(wanted)


def check() -> bool:
    """All at once, each saying what it finds."""
    running = [subprocess.Popen(_program(*command), cwd=ROOT, env=_environment()) for command in CHECKS]
    return [process.wait() for process in running] == [0] * len(running)


def write() -> bool:
    command = _program("biome", "check", "--write", *COLOURS)
    return subprocess.run(command, cwd=ROOT, env=_environment(), check=False).returncode == 0


def _program(name: str, *arguments: str) -> list[str]:
    found = shutil.which(name, path=str(MODULES / ".bin"))
    if found is None:
        sys.exit(f"{name} is missing from {MODULES.relative_to(ROOT)}: remove that folder and try again.")
    return [found, *arguments]


def _environment() -> dict[str, str]:
    return os.environ | {"PATH": path_with_node()}


def main() -> None:
    actions = {"check": check, "format": write}
    wanted = sys.argv[1:]
    if len(wanted) != 1 or wanted[0] not in actions:
        sys.exit(f"Say one of: {', '.join(actions)}")
    install()
    sys.exit(not actions[wanted[0]]())


if __name__ == "__main__":
    main()
