"""Backfill: so many jobs wait at most, asking twice asks once, what cannot end keeps no others waiting."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlmodel import Session

from echoes.database import Database
from echoes.jobs import backfill
from echoes.jobs.names import JobName
from echoes.models import MusicTrack, User
from echoes.music.analysis import ask_for_analysis
from echoes.storage import new_key
from echoes.takes.levels import ask_for_levels
from echoes.takes.previews import ask_for_previews
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.workflows import enqueued, pretend, said_to

Backlog = tuple[Database, Callable[[Session], int], list[str]]


@pytest.fixture(autouse=True)
def three_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """And pages of two, so that there are several."""
    monkeypatch.setattr(backfill, "AT_A_TIME", 3)
    monkeypatch.setattr(backfill, "PAGE", 2)


def add_takes(session: Session, owner: UUID) -> list[str]:
    """Clips of long ago, with sound, that lack all there is to be made up for; oldest first."""
    project = add_project(session, owner)
    takes = [add_take(session, add_photo(session, project, f"{number}.jpg")) for number in range(8)]
    for take in takes:
        take.audio_key, take.ended_at = new_key(owner, "takes", "m4a", take.id), None
    return [str(take.id) for take in takes]


def add_tracks(session: Session, owner: UUID) -> list[str]:
    tracks = [
        MusicTrack(
            owner_id=owner, title="", duration=1, size_bytes=1, audio_key=new_key(owner, "music", "m4a"),
            media_type="a",
        )
        for _ in range(8)
    ]  # fmt: skip
    session.add_all(tracks)
    return sorted(str(track.id) for track in tracks)


@pytest.fixture(
    params=[
        (ask_for_analysis, add_tracks, 1),
        (ask_for_levels, add_takes, 1),
        (ask_for_previews, add_takes, -1),
    ],
    ids=["tracks", "levels", "previews"],
)
def backlog(request: pytest.FixtureRequest, either: Database) -> Backlog:
    """A kind of job that is asked for by a scan, and its rows in the order of their turns."""
    ask, add, order = request.param
    with either.unscoped() as session:
        user = User(issuer="local", subject="ida", name="Ida")
        session.add(user)
        session.flush()
        rows = add(session, user.id)
    return either, ask, rows[::order]


def asked(database: Database, ask: Callable[[Session], int]) -> int:
    with database.unscoped() as session:
        return ask(session)


def test_so_many_wait_at_most(backlog: Backlog) -> None:
    database, ask, rows = backlog
    assert [asked(database, ask), asked(database, ask)] == [3, 0]
    assert sorted(map(said_to, enqueued())) == sorted(rows[:3])


def test_those_that_ended_and_changed_nothing_keep_no_others_waiting(backlog: Backlog) -> None:
    """As when the rows were removed while their jobs ran, and came back."""
    database, ask, rows = backlog
    turns = []
    for _ in range(4):
        asked(database, ask)
        turns.append(sorted(map(said_to, enqueued())))
        pretend(status="SUCCESS")
    assert turns == [sorted(rows[:3]), sorted(rows[3:6]), sorted(rows[6:]), []]


def test_one_that_a_worker_holds_for_ever_takes_no_room(backlog: Backlog) -> None:
    database, ask, rows = backlog
    asked(database, ask)
    pretend(status="PENDING")
    assert asked(database, ask) == 3
    assert sorted(map(said_to, enqueued())) == sorted(rows[3:6])


def test_other_kinds_of_jobs_take_no_room(backlog: Backlog) -> None:
    database, ask, _ = backlog
    asked(database, ask)
    pretend(name=JobName.PLACE_TAKE.value)
    assert asked(database, ask) == 3
