"""The compiler's command in a child process, as on a worker: a crash in a codec is an answer, not the end of
the function."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

from compiler.errors import ErrorCode

INHERITED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "IMAGEIO_FFMPEG_EXE")
"""Of our environment: a process that opens what strangers send has no use for the function's credentials."""
LOOK_SECONDS = 0.2
STDERR_TAIL = 8 * 1024
CRASH = "Something went wrong while this was being made. Please try again."

Report = Callable[[float, str], None]


@dataclass(frozen=True)
class ChildEnded:
    """`message` is its last line, if that is a result or an error."""

    message: dict[str, Any] | None
    code: int
    complaint: str

    @property
    def is_finished(self) -> bool:
        return self.code == 0 and self.message is not None and "result" in self.message


def failure(kind: ErrorCode, sentence: str) -> dict[str, Any]:
    """As the compiler's process says it."""
    return {"error": {"kind": kind.value, "message": sentence}}


def run(command: str, request: dict[str, Any], folder: Path, report: Report, over: Event) -> ChildEnded:
    """Killed, with all that it started, when `over` is set."""
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    with tempfile.TemporaryFile() as complaint:
        child = subprocess.Popen(
            [sys.executable, "-m", "compiler", command, "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaint,
            env={**environment, "TMPDIR": str(folder), "HOME": str(folder)},
            start_new_session=True,
        )
        listener = _Listener(child, report)
        try:
            listener.start(json.dumps(request).encode())
            _wait(child, over)
        finally:
            _kill(child)
            listener.join()
        complaint.seek(max(0, complaint.seek(0, os.SEEK_END) - STDERR_TAIL))
        return ChildEnded(listener.end, child.wait(), complaint.read().decode(errors="replace").strip())


class _Listener(Thread):
    """Tells the child what to do, and hears what it says."""

    def __init__(self, child: "subprocess.Popen[bytes]", report: Report) -> None:
        super().__init__(name="listener", daemon=True)
        self._child, self._report, self._request = child, report, b""
        self.end: dict[str, Any] | None = None

    def start(self, request: bytes = b"") -> None:
        self._request = request
        super().start()

    def run(self) -> None:
        stdin, stdout = self._child.stdin, self._child.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("the child was started without pipes")
        try:
            stdin.write(self._request)
            stdin.close()
        except BrokenPipeError:
            self._child.stdin = None  # It died at once, and is judged by its exit code.
        for line in stdout:
            self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            print(f"the compiler said something that is not its own: {line[:200]!r}", file=sys.stderr)
            return
        if "progress" in message:
            self._report(message["progress"], message["stage"])
        else:
            self.end = message


def _wait(child: "subprocess.Popen[bytes]", over: Event) -> None:
    while child.poll() is None and not over.wait(LOOK_SECONDS):
        pass


def _kill(child: "subprocess.Popen[bytes]") -> None:
    """Once it has ended and was waited for, its number may be another's."""
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
