"""Fork server (zygote): has imported the picture libraries, and forks itself for each picture.

python echoes/processes/child.py PARENT echoes.processes.fork_server MODULE…   imports these, then serves

Its standard input is a socket. Each message there, [module, argument], brings three descriptors: the child's
standard output, its standard error, and a lifeline. On the lifeline the child's exit code is told; when its
other end closes, the child is killed. When standard input closes, the server ends after its children.

It has one thread and opens nothing that strangers sent, so every child begins as it was after the imports.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress

from echoes.processes.child import die_with, run

LONGEST_MESSAGE = 128 * 1024
DESCRIPTORS = 3
EXIT_CODE = struct.Struct("!i")
"""As subprocess has it: negative for a signal."""
MOST_SIGNALS = 4096

Job = tuple[str, str]
Reaction = Callable[[], Job | None]


class ForkServer:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lifelines: dict[int, socket.socket] = {}
        """By the child's process id."""
        self._ended, self._signals = socket.socketpair()
        self._signals.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._listen(control, self._receive)
        self._listen(self._ended, self._reap)

    def serve(self) -> Job | None:
        """In a child, what it is to do; None in the server, when all is done."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._signals.fileno(), warn_on_full_buffer=False)
        while self._control.fileno() >= 0 or self._lifelines:
            for key, _ in self._selector.select():
                react: Reaction = key.data
                if job := react():
                    return job
        return None

    def _listen(self, source: socket.socket, react: Reaction) -> None:
        self._selector.register(source, selectors.EVENT_READ, react)

    def _receive(self) -> Job | None:
        message, descriptors, _, _ = socket.recv_fds(self._control, LONGEST_MESSAGE, DESCRIPTORS)
        if not message:
            self._selector.unregister(self._control)
            self._control.close()
            return None
        *outputs, lifeline = descriptors
        try:
            return self._fork(message, outputs, socket.socket(fileno=lifeline))
        finally:
            for descriptor in outputs:
                os.close(descriptor)

    def _fork(self, message: bytes, outputs: list[int], lifeline: socket.socket) -> Job | None:
        server = os.getpid()
        try:
            child = os.fork()
        except OSError:
            lifeline.close()  # The kernel gives us none: nothing is told, and others of ours go on.
            return None
        if child:
            self._lifelines[child] = lifeline
            self._listen(lifeline, lambda: self._kill(child, lifeline))
            return None
        self._leave(lifeline)
        for target, descriptor in enumerate(outputs, start=1):
            os.dup2(descriptor, target)
        die_with(server)
        module, argument = json.loads(message)
        return module, argument

    def _leave(self, lifeline: socket.socket) -> None:
        """In a child: nothing of the server's stays open."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for one in (self._control, self._ended, self._signals, lifeline, *self._lifelines.values()):
            one.close()

    def _kill(self, child: int, lifeline: socket.socket) -> None:
        """Nobody waits for it any more. If it was reaped a moment ago, its number may be another's by now."""
        if self._lifelines.get(child) is lifeline:
            self._selector.unregister(lifeline)
            os.kill(child, signal.SIGKILL)

    def _reap(self) -> None:
        self._ended.recv(MOST_SIGNALS)
        while self._lifelines:
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                return
            self._tell(self._lifelines.pop(child), os.waitstatus_to_exitcode(status))

    def _tell(self, lifeline: socket.socket, code: int) -> None:
        with suppress(KeyError):  # Killed by us.
            self._selector.unregister(lifeline)
        with lifeline, suppress(BrokenPipeError, ConnectionResetError):
            lifeline.sendall(EXIT_CODE.pack(code))


def main(modules: list[str]) -> None:
    with socket.socket(fileno=os.dup(0)) as control:
        _replace_standard_input()
        for module in modules:
            importlib.import_module(module)
        gc.collect()
        gc.freeze()  # Else a collection in a child would copy every page on which an object lies.
        job = ForkServer(control).serve()
    if job:
        run(*job)
        sys.stdout.flush()
        os._exit(0)  # To take the interpreter apart would copy all those pages too.


def _replace_standard_input() -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)


if __name__ == "__main__":
    main(sys.argv[1:])
