"""Load generator, people: each uploads a photograph, animates it and compiles a film, again and again.

Their photographs go through the server; clips and films are asked for as its pages do, by the services.
Beside that each has a tab open, and taps in it.
"""

import asyncio
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from benchmarks.support.tabs import ROOT, sign_in, watching_films
from echoes.accounts.cookies import COOKIE
from echoes.accounts.service import authenticate
from echoes.clips import service as clips
from echoes.database import get_database
from echoes.models import JobStatus, Take, Video
from echoes.projects import service as projects
from echoes.takes.motions import SURPRISE
from echoes.videos import service as videos
from tests.pages.every_handler import FILMS
from tests.uploads.client import Uploader

BETWEEN_LOOKS = 1.0
BETWEEN_TAPS = (1.0, 4.0)
ASKED = {"project_id": str(UUID(int=1)), "title": "A film"}
Tap = tuple[str, dict[str, str]]
"""A handler, and what it is given."""
TAPS: tuple[Tap, ...] = (
    (f"{ROOT}.{FILMS}.ask_name", ASKED),
    (f"{ROOT}.{FILMS}.close", {}),
)
CHANGES = "renaming"


class Browser(Uploader):
    """On a page of the server itself."""

    @property
    def headers(self) -> dict[str, str]:
        return super().headers | {"Origin": self.address}


@dataclass
class Person:
    address: str
    number: int
    photo: bytes
    until: float
    photos: int = 0
    takes: int = 0
    films: int = 0
    waits: dict[str, list[float]] = field(default_factory=dict)
    taps: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.number)
        self.cookie = sign_in(self.address, f"Person {self.number}")
        token = self.cookie.removeprefix(f"{COOKIE}=")
        self.id, self._browser = authenticate(token), Browser(self.address, token, timeout=300)

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until

    def work(self) -> None:
        """Until the time is over; whatever goes wrong is an error of the server's."""
        while not self.is_over:
            try:
                self._make_film()
            except Exception as error:
                self.errors.append(f"person {self.number}: {type(error).__name__}: {error}")

    def _make_film(self) -> None:
        with get_database().acting_as(self.id) as session:
            project = projects.create(session, "A film").id
        self._timed("photo", lambda: self._upload(project))
        with get_database().acting_as(self.id) as session:
            (take,) = clips.animate_all(session, project, SURPRISE)
        if not self._timed("clip", lambda: self._ends(Take, take.id)):
            return
        self.takes += 1
        with get_database().acting_as(self.id) as session:
            clips.approve_all(session, project)
            film = videos.compile_film(session, project).id
        self.films += self._timed("film", lambda: self._ends(Video, film))

    def _upload(self, project: UUID) -> bool:
        answer = self._browser.upload(project, self.photo)
        answer.raise_for_status()
        self.photos += 1
        return True

    def _ends(self, model: type[Take] | type[Video], row_id: UUID) -> bool:
        """False when the time is over before it does."""
        while not self.is_over:
            with get_database().reading() as session:
                row = session.get_one(cast("type[Take]", model), row_id)  # Films have these columns too.
            if row.ended_at is not None:
                if row.status != JobStatus.SUCCEEDED:
                    raise RuntimeError(f"{model.__name__} {row.status}: {row.failure_kind}, {row.failure}")
                return True
            time.sleep(BETWEEN_LOOKS)
        return False

    def _timed(self, name: str, act: Callable[[], bool]) -> bool:
        began = time.monotonic()
        if is_done := act():
            self.waits.setdefault(name, []).append(time.monotonic() - began)
        return is_done

    async def tap(self) -> None:
        """In a tab of their own, once in a few seconds."""
        try:
            async with watching_films(self.address, self.cookie) as tab:
                while not self.is_over:
                    for handler, payload in TAPS:
                        await asyncio.sleep(self._dice.uniform(*BETWEEN_TAPS))
                        self.taps.append(await tab.tap(handler, CHANGES, payload))
        except (OSError, TimeoutError) as error:
            self.errors.append(f"person {self.number}, in a tab: {type(error).__name__}: {error}")


async def all_at_work(people: list[Person]) -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(len(people)) as threads:
        working = [loop.run_in_executor(threads, person.work) for person in people]
        await asyncio.gather(*(person.tap() for person in people), *working)
