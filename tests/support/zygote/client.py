"""Zygotes of a test session: programs of ours that tests start are forked, and import no libraries anew.

To import the same libraries again was half of what most of them cost. What is forked has its own environment,
folder, streams, session and words in /proc, is a child of ours as any other, and imports Echoes itself. A
test marked `own_interpreter` starts its programs as production does, and so does whatever asks for something
that a fork cannot have.
"""

import ctypes
import json
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.support.processes import PATIENCE, SHARED_SERVERS
from tests.support.zygote.server import PROCESS_ID, Start

ROOT = Path(__file__).resolve().parents[3]
SERVER = Path(__file__).with_name("server.py")
CHILD = str(ROOT / "echoes" / "processes" / "child.py")
ROOM = "x" * 4096
PR_SET_CHILD_SUBREAPER = 36
OF_COMPILERS = (
    "compiler.rendering.film", "compiler.clips.animate", "compiler.clips.poster", "compiler.media.probing",
    "PIL.JpegImagePlugin", "PIL.WebPImagePlugin",
)  # fmt: skip
OF_ECHOES = (
    "reflex.app", "sqlmodel", "sqlalchemy.dialects.sqlite", "alembic.command", "dbos", "boto3.s3.transfer",
    "authlib.integrations.starlette_client", "stripe._stripe_client", "webauthn", "av", "PIL.ImageDraw",
    "uvicorn.protocols.http.httptools_impl", "uvicorn.protocols.websockets.websockets_sansio_impl",
    "prometheus_client", "limits", "crawlerdetect", "pydantic_settings", "segno", "typer", "structlog",
)  # fmt: skip
"""Libraries alone: Echoes reads its settings while it is imported, and tests start another release of it."""
PROGRAMS = {"compiler": OF_COMPILERS} | dict.fromkeys(
    ("echoes", "echoes.web", "echoes.worker", "alembic"), OF_ECHOES
)
LIMITS = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)

Environment = dict[str, str]


class Zygote:
    def __init__(self, modules: Sequence[str], interpreter: Environment) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.settimeout(PATIENCE)
        self._limits, self._control, self._lock = limits(), ours, threading.Lock()
        self._fails = False
        command = [sys.executable, str(SERVER), ROOM, *modules]
        with theirs:
            self._process = subprocess.Popen(command, cwd=ROOT, env=interpreter, stdin=theirs.fileno())
        self.process_id = self._process.pid
        SHARED_SERVERS.add(self.process_id)

    def fork(self, start: Start, streams: list[int]) -> int:
        """The process id of the program; 0 if a fork cannot be what is asked for, or fails."""
        if limits() != self._limits:
            return 0
        with self._lock:
            if not self._fails:
                answer = self._ask(json.dumps(asdict(start)).encode(), streams)
                self._fails = len(answer) != PROCESS_ID.size  # A late answer would be taken for the next one.
            return 0 if self._fails else int(PROCESS_ID.unpack(answer)[0])

    def _ask(self, message: bytes, streams: list[int]) -> bytes:
        """Meanwhile an orphan of another program of ours may become our child: it ends as it would have."""
        adopt(True)
        try:
            socket.send_fds(self._control, [message], streams)
            return self._control.recv(PROCESS_ID.size)
        except OSError:
            return b""
        finally:
            adopt(False)

    def end(self) -> None:
        self._control.close()
        self._process.wait(PATIENCE)


def limits() -> list[tuple[int, int]]:
    """Which a process inherits: a zygote's are those of the moment in which it was started."""
    return [resource.getrlimit(limit) for limit in LIMITS]


def of_interpreters(environment: Environment) -> Environment:
    """What an interpreter or a library reads once, when it starts: each such set has a zygote of its own."""
    read = ("LANG", "LC_", "PYTHON", "OPENBLAS", "OMP_", "MALLOC", "GLIBC", "LD_")
    return {
        name: value
        for name, value in environment.items()
        if value and name.startswith(read) and name != "PYTHONPATH"
    }


def adopt(orphans: bool) -> None:
    """Whether what loses its parent among our descendants becomes our child."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(orphans), 0, 0, 0)


def modules_for(command: Sequence[str]) -> Sequence[str]:
    """What a zygote imports for a program of ours; nothing for any other."""
    match command:
        case [sys.executable, "-m", module, *_]:
            return PROGRAMS.get(module, ())
        case [sys.executable, script, _, "compiler", *_] if script == CHILD:
            return OF_COMPILERS
    return ()
