"""Fixtures of jobs, for real: photographs in storage, rows, a scripted provider, steps without an engine."""

import json
import os
import shutil
import wave as wavfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from compiler.clips.animate import animate_photo
from echoes.clips import service as clips
from echoes.credits import ledger
from echoes.database import Database, get_database
from echoes.dbos_adapter.tables import WORKFLOWS, table
from echoes.jobs import lifecycle
from echoes.models import EntryKind, JobEvent, MusicTrack, Photo, Project, Take, Video, new_id
from echoes.providers import active, get_provider, price_of
from echoes.settings import get_settings
from echoes.storage import get_storage, new_key
from echoes.takes.motions import SURPRISE
from tests.support.databases.rows import add_project, add_take, add_track
from tests.support.media.samples import save_photo, textured
from tests.support.once import made_once
from tests.support.processes import wait_for

PLUGIN = Path(__file__).parents[1] / "plugin"

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class DirectSteps:
    """Steps that remember nothing: each is simply done, its result taken through JSON as the engine does.

    For tests of job bodies alone; tests/jobs proves that the engine's steps behave the same.
    """

    async def transaction(
        self,
        function: Callable[Concatenate[Session, Parameters], Result],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        with get_database().unscoped() as session:
            return _through_json(function(session, *args, **kwargs))

    async def step(
        self,
        function: Callable[Parameters, Coroutine[Any, Any, Result]],
        *args: Parameters.args,
        **kwargs: Parameters.kwargs,
    ) -> Result:
        return _through_json(await function(*args, **kwargs))


@dataclass(frozen=True)
class Script:
    """What the scripted provider does next, and what it was asked."""

    folder: Path

    def submit(self, behaviour: str) -> None:
        self._write("submit", behaviour)

    def state(self, *state: object) -> None:
        self._write("state", state)

    def _write(self, name: str, said: object) -> None:
        """Whole at once: the provider reads it at any time."""
        fresh = self.folder / f"{name}.part"
        fresh.write_text(json.dumps(said))
        fresh.replace(self.folder / name)

    def wait_for(self, call: str) -> None:
        wait_for(lambda: call in self.calls(), f"the provider to be asked to {call}")

    def polls(self) -> int:
        return self._journal().count("poll")

    def _journal(self) -> list[str]:
        journal = self.folder / "journal"
        return [line.split()[0] for line in journal.read_text().splitlines()] if journal.exists() else []

    def calls(self) -> list[str]:
        """Polls that follow each other count as one."""
        calls = self._journal()
        return [call for before, call in pairwise(["", *calls]) if (before, call) != ("poll", "poll")]


@pytest.fixture(scope="session")
def small_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second in the profile."""

    def make(folder: Path) -> None:
        photo = save_photo(folder / "photo.jpg", textured(640, 360))
        animate_photo(photo, folder / "clip.mp4", duration=1.0)

    return made_once(tmp_path_factory, "small-clip", make) / "clip.mp4"


@pytest.fixture
def script(
    database: Database, small_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Script]:
    """The scripted provider is installed, and the active one, here and in processes that a test starts."""
    with installed_script(tmp_path / "scripted", small_clip, monkeypatch) as script:
        yield script


@contextmanager
def installed_script(folder: Path, small_clip: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    folder.mkdir()
    shutil.copy(small_clip, folder / "clip.mp4")
    monkeypatch.setenv("SCRIPTED_PROVIDER_FOLDER", str(folder))
    monkeypatch.setenv("ECHOES_PROVIDER", "scripted")
    monkeypatch.syspath_prepend(str(PLUGIN))
    monkeypatch.setenv("PYTHONPATH", f"{PLUGIN}:{os.environ.get('PYTHONPATH', '')}")
    get_settings.cache_clear()
    get_provider.cache_clear()
    yield Script(folder)
    get_provider.cache_clear()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits before trying again tries at once."""
    monkeypatch.setattr(lifecycle, "BACKOFF_SECONDS", 0.0)


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.unscoped() as session:
        return add_project(session, anna)


@pytest.fixture
def photos(database: Database, project: Project, tmp_path: Path) -> list[Photo]:
    """Two, whose files lie in storage."""
    with database.unscoped() as session:
        return [stored_photo(session, project, tmp_path, seed) for seed in (1, 2)]


def stored_photo(session: Session, project: Project, folder: Path, seed: int) -> Photo:
    photo_id = new_id()
    key = new_key(project.owner_id, "photos", "jpg", photo_id)
    source = save_photo(folder / f"{photo_id}.jpg", textured(640, 360, seed))
    photo = Photo(
        id=photo_id, owner_id=project.owner_id, project_id=project.id, filename=f"{seed}.jpg", width=640,
        height=360, size_bytes=source.stat().st_size, master_key=key, thumbnail_key=key,
    )  # fmt: skip
    get_storage().put(key, source)
    session.add(photo)
    session.flush()
    return photo


def stored_take(session: Session, photo: Photo, clip: Path, folder: Path) -> Take:
    """Succeeded and approved, with a copy of the clip in storage."""
    take = add_take(session, photo, approved=True)
    copy = Path(shutil.copy(clip, folder / f"{take.id}.mp4"))
    take.video_key = new_key(photo.owner_id, "takes", "mp4", take.id)
    take.frames, take.profile_version, take.size_bytes = 24, 1, copy.stat().st_size
    get_storage().put(take.video_key, copy)
    return take


def stored_track(session: Session, owner_id: UUID, folder: Path) -> MusicTrack:
    """A tone of one second, of the owner's own."""
    source = folder / "tone.wav"
    wave = (np.sin(np.arange(48000) * 2 * np.pi * 440 / 48000) * 12000).astype("<i2")
    with wavfile.open(str(source), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(wave.tobytes())
    track = add_track(session, owner_id, duration=1.0)
    track.audio_key, track.media_type = new_key(owner_id, "music", "wav", track.id), "audio/wav"
    get_storage().put(track.audio_key, source)
    return track


def fund(database: Database, user_id: UUID, amount: int) -> None:
    with database.unscoped() as session:
        gift = ledger.Movement(EntryKind.GRANT, amount, f"audit:{new_id()}", "A gift")
        ledger.give(session, user_id, gift)


def requested_take(database: Database, photo: Photo, motion: str = SURPRISE) -> Take:
    """With the credits that it costs."""
    with database.reading() as session:
        price = price_of(session, *active(session))
    if price:
        fund(database, photo.owner_id, price)
    with database.acting_as(photo.owner_id) as session:
        (take,) = clips.animate(session, photo.id, motion)
    return take


def reread(row: Take | Video) -> Any:
    with get_database().reading() as session:
        return session.get(type(row), row.id)


def wait_for_end(row: Take | Video) -> Any:
    wait_for(lambda: reread(row).ended_at is not None, f"{type(row).__name__} {row.id} to end")
    return reread(row)


def events_of(row: Take | Video) -> list[JobEvent]:
    with get_database().reading() as session:
        return list(session.exec(select(JobEvent).where(col(JobEvent.subject_id) == row.id)))


def stored_files() -> set[str]:
    """Keys of all files that are there."""
    folder = get_settings().files_dir
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def named_files() -> set[str]:
    """Keys that rows name."""
    columns = (
        Photo.master_key, Photo.thumbnail_key, Take.video_key, Take.poster_key, Take.audio_key, Take.raw_key,
        Take.small_poster_key, Take.preview_key, Video.film_key, Video.poster_key, Video.small_poster_key,
        MusicTrack.audio_key,
    )  # fmt: skip
    with get_database().reading() as session:
        return {key for column in columns for key in session.exec(select(column)) if key}


def runs_of(row: Take | Video) -> int:
    """How often the engine gave the job to a worker."""
    jobs = table(WORKFLOWS, get_database().engine)
    query = sa.select(jobs.c.recovery_attempts).where(jobs.c.workflow_uuid.like(f"%{row.id}"))
    with get_database().system_engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def assert_made_once(row: Take | Video) -> None:
    """Interrupted once, taken up again, ended once, and storage holds what rows name."""
    assert [event.message for event in events_of(row)].count("made") == 1
    assert runs_of(row) == 2
    assert stored_files() == named_files()


def scratch() -> list[Path]:
    folder = get_settings().work_dir
    return list(folder.rglob("*")) if folder.is_dir() else []


def _through_json(value: Result) -> Result:
    result: Result = json.loads(json.dumps(value))
    return result
