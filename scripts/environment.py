"""Make .venv and install the pinned dependencies into it, unless that has been done already.

Runs on the machine's own Python, so it uses the standard library only.
"""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 -- this file is what an older Python sees
    sys.exit("Echoes needs Python 3.11 or newer, and this is Python " + sys.version.split()[0] + ".")

import tomllib

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed.json"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def fingerprint() -> str:
    """Changes with whatever decides what is installed, and with where (a virtual environment cannot move)."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    parts = [
        json.dumps([pyproject["build-system"], pyproject["project"]], sort_keys=True),
        (ROOT / "constraints.txt").read_text(),
        sys.version,
        str(ROOT),
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_installed(extras: set[str], wanted: str) -> bool:
    if not PYTHON.exists() or not STAMP.exists():
        return False
    done = json.loads(STAMP.read_text())
    return done["fingerprint"] == wanted and extras <= set(done["extras"])


def make_virtual_environment() -> None:
    working = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0
    same_python = working and f"version = {sys.version.split()[0]}" in (VENV / "pyvenv.cfg").read_text()
    if same_python:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    outside = getattr(sys, "_base_executable", sys.executable)  # we may run in the one that is to be replaced
    if subprocess.run([outside, "-m", "venv", VENV], check=False).returncode != 0:
        sys.exit(
            "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv"
        )


def install(extras: set[str]) -> None:
    target = f"{ROOT}[{','.join(sorted(extras))}]" if extras else str(ROOT)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--constraint", str(ROOT / "constraints.txt"), "--editable", target]
    if subprocess.run(command, check=False).returncode != 0:
        sys.exit("The dependencies could not be installed: see pip's output above, then run this again.")


def main() -> None:
    """`make -j` may ask for it twice at once: the second waits, and finds it done."""
    with (ROOT / "pyproject.toml").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        set_up(set(sys.argv[1:]))


def set_up(extras: set[str]) -> None:
    wanted = fingerprint()
    if is_installed(extras, wanted):
        return
    print("Installing the dependencies into .venv (a minute or two, only this once)…", flush=True)
    if STAMP.exists():
        extras |= set(json.loads(STAMP.read_text())["extras"])
    make_virtual_environment()
    install(extras)
    STAMP.write_text(json.dumps({"fingerprint": wanted, "extras": sorted(extras)}))


if __name__ == "__main__":
    main()
