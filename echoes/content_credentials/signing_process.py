"""The child process that signs a file (C2PA), from our side: started before the file is there."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from echoes.certificates.pem import Credential
from echoes.content_credentials import signer
from echoes.errors import InternalError, brief
from echoes.settings import ASSETS

ROOT = ASSETS.parent
CHILD = "echoes.content_credentials.child"
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)
"""Of our environment: what a time-stamp authority is reached by."""
LIBRARIES = {"darwin": "libc2pa_c.dylib", "win32": "c2pa_c.dll", "linux": "libc2pa_c.so"}
TIMEOUT_SECONDS = 900.0


class ChildFailed(InternalError):
    """Of the process that signs; the message is its last line."""

    code = "signing_child_failed"


class SigningProcess:
    """For one file. To be closed: it ends then, if it has not by itself. Its start raises ChildFailed."""

    def __init__(self, definition: dict[str, Any], credential: Credential, timestamp_url: str | None) -> None:
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        order = {
            "definition": definition,
            "algorithm": signer.algorithm_of(credential).decode(),
            "chain": credential.chain_pem.decode(),
            "key": credential.key_pem.decode(),
            "timestamp_url": timestamp_url,
            "library": _library(),
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-m", CHILD], env=environment, cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )  # fmt: skip
        except OSError as error:
            raise ChildFailed(f"it could not be started: {error}") from error
        self._tell(**order)

    def sign(self, video: Path, copy: Path) -> None:
        """In the file itself where it has room, else in a copy of it. Raises ChildFailed."""
        self._tell(video=str(video), copy=str(copy))
        try:
            _, said = self._process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise ChildFailed(f"it did not end within {TIMEOUT_SECONDS:.0f} s") from error
        if self._process.returncode != 0:
            raise ChildFailed(brief(said) or f"it ended with {self._process.returncode}")

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def close(self) -> None:
        self._process.kill()
        with suppress(BrokenPipeError), self._process:  # What it never read is of no use to anybody.
            """Which waits for it, and closes its pipes."""

    def _tell(self, **order: Any) -> None:
        if self._process.stdin is None:
            raise RuntimeError("the child was started without a pipe")
        with suppress(BrokenPipeError):  # One that ended at once is judged by its exit code.
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()


@cache
def _library() -> str:
    """The native library of the package c2pa, found without its import."""
    package = find_spec("c2pa")
    if package is None or package.origin is None:
        raise ChildFailed("the package c2pa is not installed")
    return str(Path(package.origin).parent / "libs" / LIBRARIES[sys.platform])
