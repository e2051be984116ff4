"""State size of one event in Redis: bytes loaded and written, on a project with 200 photos.

    python -m benchmarks.server.state_size [--photos 200]

A tab of the real app, with a real Redis, has gone through the photos, the clips and the arrangement. Events
go in as a browser sends them; what Redis is asked for and given is counted by key. First the tree of states:
its vars, the computed ones among them, and the bytes that lie in Redis.
"""

import argparse
import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from reflex.istate.manager.redis import StateManagerRedis
from reflex.state import OnLoadInternalState, State, StateUpdate
from sqlmodel import SQLModel, select

from echoes.database import Database, get_database, revisions
from echoes.jobs.requests import prepare_engine_tables
from echoes.models import JobStatus, Take, User
from tests.pages.every_handler import ARRANGE, CLIPS, PHOTOS, VISIT
from tests.support.databases.fresh import forget
from tests.support.databases.rows import add_photo, add_project, add_take, add_track
from tests.support.processes import PATIENCE
from tests.support.servers.redis import running_redis
from tests.support.tabs import ROOT, Answer, Tab, running_app

ARRIVE = f"{OnLoadInternalState.get_full_name().removeprefix(ROOT + '.')}.on_load_internal"
ELSEWHERE = "/credits/cancelled"
STEPS = ((PHOTOS, "photos", "photos"), (ARRANGE, "arrange", "shots"), (CLIPS, "clips", "cards"))
"""What a tab of ours looks at, and the var that says that it is there."""
TRACKS = 12
BEFORE = {
    "a clip's making goes on": (152_453, 150_198),
    "a clip is opened": (152_459, 150_609),
    "a motion is chosen": (152_472, 150_167),
    "a clip is kept": (152_422, 150_599),
    "a notice is put away": (304_464, 392),
    "another page is opened": (610_831, 3_017),
    "the page connects again": (304_405, 1_573),
}
"""With 200 photos, measured by this script, when each step was one state with all that it shows."""
LARGE = 400
"""States below so many bytes are summed up in one line."""


@dataclass
class Traffic:
    """Bytes by the last name of the state."""

    loaded: Counter[str] = field(default_factory=Counter)
    written: Counter[str] = field(default_factory=Counter)


class CountingRedis(Redis):
    traffic: Traffic

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        reply = await super().execute_command(*command, **options)  # type: ignore[no-untyped-call]
        if command[0] == "MGET":
            for key, value in zip(command[1:], reply, strict=True):
                self.traffic.loaded[_state(key)] += len(value or b"")
        if command[0] == "EVAL":  # script, how many keys, lock and states, its id, seconds, states
            keys, values = command[4 : 3 + command[2]], command[5 + command[2] :]
            for key, value in zip(keys, values, strict=True):
                self.traffic.written[_state(key)] += len(value)
        return reply


def _state(key: str | bytes) -> str:
    return (key.decode() if isinstance(key, bytes) else key).rpartition("____")[2]


@dataclass(frozen=True)
class Scene:
    """Anna's project; one of its clips is being made."""

    database: Database
    anna: UUID
    project: UUID
    photo: UUID
    ready: UUID
    running: UUID

    def at(self, step: str) -> str:
        return f"/project/{self.project}/{step}"

    def progress(self) -> None:
        with self.database.unscoped() as session:
            session.get_one(Take, self.running).progress += 0.1
            revisions.touch_progress(session, self.project)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--photos", type=int, default=200)
    photos = options.parse_args().photos
    with tempfile.TemporaryDirectory(prefix="states-") as folder, running_redis() as server:
        os.environ["ECHOES_DATA_DIR"] = folder
        forget()
        SQLModel.metadata.create_all(get_database().engine)
        prepare_engine_tables()
        asyncio.run(_measure(_fill(get_database(), photos), server.url))
        forget()


def _fill(database: Database, photos: int) -> Scene:
    """Of each photo a clip: most are kept, some wait to be looked at, one is being made."""
    with database.unscoped() as session:
        anna = User(issuer="local", subject="anna", name="Anna")
        session.add(anna)
        session.flush()
        project = add_project(session, anna.id)
        for _ in range(TRACKS):
            add_track(session)
        for number in range(photos):
            photo = add_photo(session, project, f"photograph-{number:03}.jpg")
            status = JobStatus.RUNNING if number == photos - 1 else JobStatus.SUCCEEDED
            take = add_take(session, photo, status, approved=bool(number % 10) and number < photos - 1)
        ready = session.exec(select(Take.id).where(Take.status == JobStatus.SUCCEEDED)).first()
        assert ready is not None
        return Scene(database, anna.id, project.id, photo.id, ready, take.id)


async def _measure(scene: Scene, url: str) -> None:
    client: Any = CountingRedis.from_url(url)
    client.traffic = Traffic()
    states: Any = StateManagerRedis
    async with running_app(scene.database, states(redis=client)) as open_tab:
        tab = open_tab(scene.anna)
        await tab.load(scene.at("photos"))
        for page, step, shown in STEPS:
            async with _following(tab, f"{page}.watch", scene.at(step), shown) as told:
                client.traffic = Traffic()
                if page == CLIPS:
                    await asyncio.to_thread(scene.progress)
                    await _told_again(told, "progress")
        making = client.traffic
        await _show_tree(client)
        columns = ("loaded: was", "is", "written: was", "is")
        print(f"\n{'event':26}", *(f"{column:>10}" for column in columns), "  of which")
        _show("a clip's making goes on", making)
        for name, send in _events(tab, scene):
            client.traffic = Traffic()
            await send()
            _show(name, client.traffic)
    await client.aclose()


def _events(tab: Tab, scene: Scene) -> Iterator[tuple[str, Callable[[], Awaitable[Answer]]]]:
    clips = scene.at("clips")
    yield "a clip is opened", lambda: tab.send(f"{CLIPS}.open_clip", clips, photo_id=str(scene.photo))
    yield "a motion is chosen", lambda: tab.send(f"{CLIPS}.choose_motion", clips, motion="push_in")
    yield "a clip is kept", lambda: tab.send(f"{CLIPS}.keep", clips, take_id=str(scene.ready))
    yield "a notice is put away", lambda: tab.send(f"{VISIT}.dismiss_toast", clips)
    yield "another page is opened", lambda: tab.send(ARRIVE, ELSEWHERE)
    yield "the page connects again", lambda: tab.load(clips)


@asynccontextmanager
async def _following(tab: Tab, watch: str, at: str, shown: str) -> AsyncIterator[list[StateUpdate]]:
    """The page is open as long as the block runs, and has been filled when it begins."""
    answers = tab._answers
    before = len(answers)
    future = await tab._enqueue(watch, at, {})
    while not Answer(answers[before:]).fields.get(shown):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    yield answers
    future.cancel()


async def _told_again(answers: list[StateUpdate], shown: str) -> None:
    before = len(answers)
    async with asyncio.timeout(PATIENCE):
        while shown not in Answer(answers[before:]).fields:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _show_tree(client: Any) -> None:
    sizes = {_state(key): await client.strlen(key) for key in await client.keys("*_reflex___*")}
    print(f"{'state':46} {'vars':>5} {'computed':>9} {'bytes':>8}")
    for depth, state in _tree(State, 0):
        name = _state(state.get_full_name())
        own = [one for one in state.get_fields().values() if one._owner is state]
        if (held := sizes.get(name, 0)) >= LARGE or "project" in state.__module__:
            print(f"{'  ' * depth + name:46} {len(own):5} {len(state.computed_vars):9} {held:8,}")
    small = sum(size for size in sizes.values() if size < LARGE)
    print(f"{'all others together':46} {'':5} {'':9} {small:8,}")


def _tree(state: Any, depth: int) -> Iterator[tuple[int, Any]]:
    yield depth, state
    for below in sorted(state.get_substates(), key=lambda one: one.get_full_name()):
        yield from _tree(below, depth + 1)


def _show(event: str, traffic: Traffic) -> None:
    (loaded_before, written_before), loaded = BEFORE[event], traffic.loaded.total()
    most = ", ".join(f"{name} {size:,}" for name, size in traffic.loaded.most_common(2))
    figures = (loaded_before, loaded, written_before, traffic.written.total())
    print(f"{event:26}", *(f"{figure:10,}" for figure in figures), f"  {most}")


if __name__ == "__main__":
    main()
