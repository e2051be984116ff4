"""Client of the fork server: starts it when it is first needed, and again when it has ended. Linux alone."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from threading import Lock, Thread

from echoes.processes.fork_server import EXIT_CODE
from echoes.processes.runner import CHILD, Ended

SERVER = "echoes.processes.fork_server"
TRIES = 2
"""Of a job whose server was killed under it. Nothing of the job is: its child dies with the server."""
SECONDS_TO_DIE = 10
MOST_SAID, TAIL = 1024 * 1024, 2000
"""Bytes of what a child says on standard output, and of the end of what it says on standard error."""


class ForkClient:
    def __init__(self, environment: Mapping[str, str], preloaded: Sequence[str] = ()) -> None:
        """Both are read when a server is started; the environment is the whole of it."""
        self._environment, self._preloaded = environment, preloaded
        self._lock = Lock()
        self._control: socket.socket | None = None

    def run(self, module: str, argument: str, timeout: float) -> Ended:
        """`python -m module argument`. Raises TimeoutError when it has been killed, or RuntimeError."""
        message = json.dumps([module, argument]).encode()
        for _ in range(TRIES):
            if ended := self._try(message, timeout):
                return ended
        raise RuntimeError("the fork server ended, and so did the next one")

    def close(self) -> None:
        """The server ends after the children that it has; the next job starts another."""
        with self._lock:
            if self._control:
                self._control.close()
            self._control = None

    def _try(self, message: bytes, timeout: float) -> Ended | None:
        """None if the server has ended."""
        ours, theirs = socket.socketpair()
        with ours, _memory_file("stdout") as stdout, _memory_file("stderr") as stderr:
            with theirs:
                control = self._send(message, [stdout, stderr, theirs.fileno()])
            told = _wait(ours, timeout)
            if len(told) < EXIT_CODE.size:
                self._forget(control)
                return None
            size = os.fstat(stderr).st_size
            said, complaint = os.pread(stdout, MOST_SAID, 0), os.pread(stderr, TAIL, max(0, size - TAIL))
            return Ended(EXIT_CODE.unpack(told)[0], said, complaint.decode(errors="replace").strip())

    def _send(self, message: bytes, descriptors: list[int]) -> socket.socket:
        with self._lock:
            control = self._control = self._control or self._start()
            with suppress(BrokenPipeError, ConnectionResetError):  # As if it had ended a moment later.
                socket.send_fds(control, [message], descriptors)
        return control

    def _forget(self, control: socket.socket) -> None:
        with self._lock:
            if self._control is control:
                self._control = None
        control.close()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, str(CHILD), str(os.getpid()), SERVER, *self._preloaded]
        arguments = (command, dict(self._environment), theirs)
        Thread(target=_keep, args=arguments, name="fork-server", daemon=True).start()
        return ours


def _keep(command: list[str], environment: dict[str, str], control: socket.socket) -> None:
    """In a thread of its own, for the kernel ends the server with the thread that started it (die_with)."""
    with control:
        server = subprocess.Popen(
            command,
            env=environment,
            stdin=control.fileno(),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    server.wait()


def _wait(lifeline: socket.socket, timeout: float) -> bytes:
    """The exit code, or nothing. Raises TimeoutError, when the child is dead."""
    lifeline.settimeout(timeout)
    try:
        return lifeline.recv(EXIT_CODE.size)
    except TimeoutError:
        lifeline.shutdown(socket.SHUT_WR)
        lifeline.settimeout(SECONDS_TO_DIE)
        lifeline.recv(EXIT_CODE.size)
        raise


@contextmanager
def _memory_file(name: str) -> Iterator[int]:
    """A file that needs no folder that can be written."""
    descriptor = os.memfd_create(name)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
