"""Zygote: an interpreter that has imported libraries, and forks itself into the programs that tests start.

    python tests/support/zygote/server.py ROOM MODULE…

Its standard input is a socket. Each message there is a program to become (`Start` as JSON) with three
descriptors for its standard streams, which the child answers with its process id. The child's parent is the
client: it is forked twice, so that the kernel gives it to the nearest subreaper. ROOM is room for its own
words in /proc/…/cmdline.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

LONGEST_MESSAGE = 1 << 20
STREAMS = 3
PROCESS_ID = struct.Struct("!i")
NONE_STARTED = PROCESS_ID.pack(0)
ARGUMENTS_BEGIN, ARGUMENTS_END = 45, 46
"""Fields of /proc/…/stat after the name."""


@dataclass(frozen=True)
class Start:
    arguments: list[str]
    """What follows the interpreter in its command."""
    environment: dict[str, str]
    folder: str
    own_session: bool


class NoProcess(Exception):
    """None was to be had: the client starts its program without us, and we go on."""


def serve(control: socket.socket) -> Start | None:
    """In a child, what it is to become; None in the zygote, when its client has gone."""
    while True:
        message, streams, _, _ = socket.recv_fds(control, LONGEST_MESSAGE, STREAMS)
        if not message:
            return None
        try:
            if fork_for_client():
                return begin(message, streams, control)
        except NoProcess:
            control.sendall(NONE_STARTED)
        finally:
            for stream in streams:
                os.close(stream)


def begin(message: bytes, streams: list[int], control: socket.socket) -> Start:
    """What cannot be, such as a folder that is not there, ends the child, and its client hears of it."""
    start = Start(**json.loads(message))
    try:
        take_over(start, streams, control)
    except OSError:
        control.sendall(NONE_STARTED)
        raise
    return start


def fork_for_client() -> bool:
    """True in the child, whose parent is the client by then. Raises NoProcess in the zygote."""
    adopted, adopt = os.pipe()
    between = fork()
    if not between:
        end_first(adopt)
        os.read(adopted, 1)  # Ends when nobody holds its other end.
        os.close(adopted)
        return True
    _, status = os.waitpid(between, 0)
    os.close(adopted)
    os.close(adopt)
    if status:
        raise NoProcess
    return False


def fork() -> int:
    try:
        return os.fork()
    except OSError as error:
        raise NoProcess from error


def end_first(adopt: int) -> None:
    """The process between zygote and child ends here, and the child lets go of the pipe."""
    try:
        if fork():
            os._exit(0)
    except NoProcess:
        os._exit(1)
    os.close(adopt)


def take_over(start: Start, streams: list[int], control: socket.socket) -> None:
    """All that a new process has of its own; the client is told of it when nothing is missing any more."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if start.own_session:
        os.setsid()
    for target, stream in enumerate(streams):
        os.dup2(stream, target)
    os.chdir(start.folder)
    os.environ.clear()
    os.environ.update(start.environment)
    show_arguments([sys.executable, *start.arguments])
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    control.sendall(PROCESS_ID.pack(os.getpid()))
    control.close()


def show_arguments(arguments: list[str]) -> None:
    """In place of the zygote's own, to whoever looks at processes."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    begin, end = int(fields[ARGUMENTS_BEGIN]), int(fields[ARGUMENTS_END])
    shown = b"".join(os.fsencode(argument) + b"\0" for argument in arguments)[: end - begin - 1]
    ctypes.memmove(begin, shown.ljust(end - begin, b"\0"), end - begin)


def become(start: Start) -> None:
    """As the interpreter does it with these arguments: `-m MODULE …` or `SCRIPT …`."""
    first, *rest = start.arguments
    further = start.environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[1:1] = [folder for folder in further if folder]
    if first == "-m":
        sys.path[0], sys.argv = start.folder, rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.path[0], sys.argv = str(Path(first).parent), start.arguments
        runpy.run_path(first, run_name="__main__")


def main(modules: list[str]) -> None:
    control = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for module in modules:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # Else a collection in a child would copy every page on which an object lies.
    start = serve(control)
    if start:
        become(start)


if __name__ == "__main__":
    main(sys.argv[2:])
