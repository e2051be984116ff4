"""Concurrent edits from two tabs on PostgreSQL, where nothing else makes transactions wait."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from echoes.clips import service as clips
from echoes.database import Database, UserSession
from echoes.errors import Refused
from echoes.models import Photo, Project, User
from echoes.videos import service as videos
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.processes import PATIENCE, wait_for

pytestmark = pytest.mark.postgres

TAPS: dict[str, Callable[[UserSession, Project, Photo], Any]] = {
    "animate": lambda session, project, photo: clips.animate(session, photo.id, "rise"),
    "compile": lambda session, project, photo: videos.compile_film(session, project.id),
}


@pytest.fixture
def things(postgres_database: Database) -> tuple[Project, Photo]:
    with postgres_database.unscoped() as session:
        anna = User(issuer="local", subject="anna", name="Anna")
        session.add(anna)
        session.flush()
        project = add_project(session, anna.id)
        photo = add_photo(session, project)
        add_take(session, photo, approved=True)
    return project, photo


def somebody_waits(database: Database) -> bool:
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with database.system_engine.connect() as connection:
        return bool(connection.scalar(waiting))


@pytest.mark.parametrize("tap", TAPS.values(), ids=TAPS)
def test_the_same_tap_in_two_tabs_asks_once(
    postgres_database: Database,
    things: tuple[Project, Photo],
    tap: Callable[[UserSession, Project, Photo], Any],
) -> None:
    project, photo = things
    answers: list[object] = []

    def second_tab() -> None:
        try:
            with postgres_database.acting_as(project.owner_id) as session:
                answers.append(tap(session, project, photo))
        except Refused as refusal:
            answers.append(refusal)

    other = threading.Thread(target=second_tab)
    with postgres_database.acting_as(project.owner_id) as session:
        tap(session, project, photo)
        other.start()
        wait_for(lambda: somebody_waits(postgres_database) or answers, "the second tab to wait or to be done")
    other.join(timeout=PATIENCE)
    (answer,) = answers
    assert isinstance(answer, Refused)
