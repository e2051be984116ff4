"""What the stand-ins of clip providers have in common: behaviour on demand, a memory, a real video.

Behaviour is a set of marks: `#name` or `#name=value` in a prompt, or by POST /_control, or drawn by chance.

  asking    http=503 (with retry_after=2) · hang · lose (the job begins, its answer is lost) · garbage
  waiting   throttled=3 · unknown=2 · slow=5 (polls) · stuck · stuck=waiting · poll_http=503 · poll_drop
  ending    fail=CODE (or fail=none) · forget (unknown after it was cancelled) · race (made while cancelling)
  delivery  disconnect · truncate · html · expired · expired=always · huge · redirect, each also `=times`
"""

import argparse
import asyncio
import random
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.support.media.samples import frame_of, textured, write_video

Marks = dict[str, str]
Step = tuple[str, Any]
MARK = re.compile(r"#([a-z_]+)(?:=([\w.-]+))?")
FAULTS = ("poll_http", "poll_drop", "disconnect", "truncate", "html", "expired")
"""Those that chance lets happen once to a job, so that trying again helps."""


def marks_in(text: str | None) -> Marks:
    return dict(MARK.findall(text or ""))


@dataclass
class Chance:
    """The same troubles for the same seed, in the order of the jobs."""

    seed: int
    rate: float
    codes: tuple[str, ...]

    def draw(self, number: int) -> Marks:
        dice = random.Random(self.seed * 1_000_003 + number)
        if dice.random() >= self.rate:
            return {}
        kinds: list[Marks] = [
            {"http": "429", "retry_after": "0"}, {"http": "503"}, {"lose": ""}, {"throttled": "3"},
            {"slow": "6"}, {"unknown": "2"}, *({"fail": dice.choice(self.codes)} for _ in range(3)),
            *({name: "503" if name == "poll_http" else "1"} for name in FAULTS),
        ]  # fmt: skip
        return dice.choice(kinds)


@dataclass
class Script:
    """What happens to the next job: marks for all, marks in line, marks of its prompt, chance."""

    always: Marks = field(default_factory=dict)
    following: list[Marks] = field(default_factory=list)
    chance: Chance | None = None
    held: bool = False
    """Nothing gets its turn while this holds."""
    pace: float = 0.0
    """Seconds that a step takes. 0: every poll is a step."""
    asked: int = 0

    def next(self, prompt: str | None) -> Marks:
        self.asked += 1
        drawn = self.chance.draw(self.asked) if self.chance else {}
        queued = self.following.pop(0) if self.following else {}
        return {**self.always, **drawn, **queued, **marks_in(prompt)}


@dataclass
class Job:
    """One paid job, which goes on whether somebody looks or not."""

    id: str
    marks: Marks
    prompt: str
    picture: str
    """A fingerprint of what was sent."""
    seed: int | None
    price: float
    model: str
    is_answered: bool = True
    """False: the stand-in itself lost the answer to the order."""
    steps: list[Step] = field(default_factory=list)
    looks: int = 0
    began: float = field(default_factory=monotonic)
    ended: Step | None = None
    expired_before: int = 0
    addresses: int = 0

    def __post_init__(self) -> None:
        self.steps = _steps(self.marks)

    def step(self, script: Script) -> Step:
        """Where it has come to; looking takes it on when the pace is 0."""
        if not (script.held and self.looks == 0):
            self.looks += 1
        return self.now(script)

    def now(self, script: Script) -> Step:
        if self.ended:
            return self.ended
        if script.held and self.looks == 0:
            return ("throttled", None)
        passed = self.looks if script.pace == 0 else int((monotonic() - self.began) / script.pace) + 1
        step = self.steps[min(max(passed, 1), len(self.steps)) - 1]
        if step[0] in ("succeeded", "failed"):
            self.ended = step
        return step

    def fault(self, name: str) -> bool:
        """Whether it happens now: always, or as often as was said."""
        said = self.marks.get(name)
        if said is None:
            return False
        if said.isdigit():
            self.marks[name] = str(max(0, int(said) - 1))
            return int(said) > 0
        return True


def _steps(marks: Marks) -> list[Step]:
    count = {name: int(marks[name] or 1) for name in ("throttled", "unknown") if name in marks}
    steps: list[Step] = [("waiting", None)]
    steps += [("throttled", None)] * count.get("throttled", 0)
    steps += [("unknown", None)] * count.get("unknown", 0)
    if "stuck" in marks:
        return steps if marks["stuck"] == "waiting" else [*steps, ("running", 0.5)]
    slow = int(marks.get("slow") or 1)
    steps += [("running", number / (slow + 1)) for number in range(1, slow + 1)]
    return [*steps, ("failed", marks["fail"]) if "fail" in marks else ("succeeded", None)]


@dataclass
class Memory:
    """Everything that was asked, and what it came to."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    jobs: dict[str, Job] = field(default_factory=dict)

    def orders(self) -> list[dict[str, Any]]:
        return [
            {
                "id": job.id, "prompt": job.prompt, "picture": job.picture, "seed": job.seed,
                "model": job.model, "answered": job.is_answered, "ended": job.ended,
            }
            for job in self.jobs.values()
        ]  # fmt: skip

    def calls(self) -> list[str]:
        """In words, with ids left out, repeated ones once."""
        told = [f"{asked['method']} {_without_ids(asked['path'])}" for asked in self.requests]
        return [call for before, call in zip(["", *told], told, strict=False) if call != before]


def _without_ids(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", path)


async def control(request: Request, script: Script, memory: Memory) -> Response:
    """GET tells, POST sets `always`, `following`, `held`, `pace`."""
    if request.method == "POST":
        for name, value in (await request.json()).items():
            setattr(script, name, value)
    return JSONResponse({"requests": memory.requests, "orders": memory.orders(), "asked": script.asked})


class Remembered:
    """Outermost: remembers requests, and lets a handler cut the line with `scope["drop"]`."""

    def __init__(self, app: ASGIApp, memory: Memory) -> None:
        self.app, self.memory = app, memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if not scope["path"].startswith("/_control"):
                self.memory.requests.append(_facts(scope))
            # Only the server's own send knows the connection: without it nothing could be cut.
            cycle: Any = getattr(send, "__self__", None)
            scope["drop"] = lambda: cycle.transport.abort()
        await self.app(scope, receive, send)


def _facts(scope: Scope) -> dict[str, Any]:
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    return {
        "method": scope["method"], "path": scope["path"], "authorized": "authorization" in headers,
        "version": headers.get("x-runway-version"), "bytes": int(headers.get("content-length", 0)),
    }  # fmt: skip


async def drop(request: Request) -> Response:
    """Nothing is answered."""
    request.scope["drop"]()
    return Response()


async def hang(request: Request) -> Response:
    """Until the other side gives up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


async def deliver(request: Request, job: Job, number: int, video: Path) -> Response:
    """The file of address `number`, or what the marks make of it."""
    content = await asyncio.to_thread(video.read_bytes)
    if "expired" in job.marks and (number <= job.expired_before or job.fault("expired")):
        job.expired_before = number
        return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
    if job.fault("html"):
        return HTMLResponse("<html><title>Sign in</title></html>")
    if job.fault("redirect"):
        return RedirectResponse("https://elsewhere.example/clip.mp4")
    if job.fault("truncate"):
        return Response(content[: len(content) * 2 // 3], media_type="video/mp4")
    length = 10**12 if job.fault("huge") else len(content)
    parts = _parts(request, content, job.fault("disconnect"))
    return StreamingResponse(parts, media_type="video/mp4", headers={"content-length": str(length)})


async def _parts(request: Request, content: bytes, cut: bool) -> AsyncIterator[bytes]:
    yield content[: len(content) // 2]
    if cut:
        await asyncio.sleep(0.05)
        request.scope["drop"]()
    else:
        yield content[len(content) // 2 :]


@cache
def _folder() -> "tempfile.TemporaryDirectory[str]":
    """Gone when the process ends."""
    return tempfile.TemporaryDirectory(prefix="standin-")


@cache
def sample_video(rate: int = 30, with_sound: bool = True) -> Path:
    """One second, of a size and a rate that are not the film's."""
    folder = Path(_folder().name)
    picture = textured(720, 400)
    frames = [frame_of(picture.crop((shift, 0, shift + 672, 384))) for shift in range(rate)]
    times = [Fraction(number, rate) for number in range(rate)]
    options = {"movflags": "faststart"}
    return write_video(
        folder / f"clip-{rate}-{with_sound}.mp4",
        frames,
        times,
        options=options,
        tone=1.0 if with_sound else 0,
    )


def run(make_app: Callable[[Script], ASGIApp], codes: tuple[str, ...], title: str) -> None:
    """The stand-in as a program of its own."""
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--port", type=int, default=4010)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--failures", type=float, default=0.0, help="the share of jobs that meet with trouble"
    )
    parser.add_argument("--pace", type=float, default=0.5, help="seconds that a step takes; 0: a poll")
    options = parser.parse_args()
    chance = Chance(options.seed, options.failures, codes) if options.failures else None
    app = make_app(Script(chance=chance, pace=options.pace))
    uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


def shortened(body: Mapping[str, Any]) -> dict[str, Any]:
    """Without pictures."""
    return {name: value if len(str(value)) < 2000 else f"{str(value)[:40]}…" for name, value in body.items()}
