"""Concurrent uploads: those that one person begins in two tabs count one another in the quota."""

import threading

import pytest
import sqlalchemy as sa

from echoes.database import Database, UserSession
from echoes.errors import Refused
from echoes.models import Project, Upload, UploadKind, User
from echoes.music.service import MOST_OWN_TRACKS
from echoes.settings import get_settings
from echoes.uploads import service
from tests.support.databases.rows import add_project, add_track
from tests.support.processes import wait_for

pytestmark = pytest.mark.postgres


@pytest.fixture
def films(postgres_database: Database) -> tuple[Project, Project]:
    """Two of a person who may keep one more piece of music."""
    with postgres_database.unscoped() as session:
        anna = User(issuer="local", subject="anna", name="Anna")
        session.add(anna)
        session.flush()
        for _ in range(MOST_OWN_TRACKS - 1):
            add_track(session, anna.id)
        return add_project(session, anna.id), add_project(session, anna.id)


def begin_music(session: UserSession, film: Project) -> Upload:
    return service.begin(session, get_settings(), UploadKind.MUSIC, film.id, "waltz.mp3", 9)


def somebody_waits(database: Database) -> bool:
    waiting = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    with database.system_engine.connect() as connection:
        return bool(connection.scalar(waiting))


def test_the_last_piece_of_music_is_begun_once_though_for_two_films(
    postgres_database: Database, films: tuple[Project, Project]
) -> None:
    first, second = films
    answers: list[object] = []

    def second_tab() -> None:
        try:
            with postgres_database.acting_as(second.owner_id) as session:
                answers.append(begin_music(session, second))
        except Refused as refusal:
            answers.append(refusal.sentence)

    other = threading.Thread(target=second_tab)
    with postgres_database.acting_as(first.owner_id) as session:
        begin_music(session, first)
        other.start()
        wait_for(lambda: somebody_waits(postgres_database), "the second tab to wait")
    other.join(timeout=60)
    assert answers == [f"You can keep up to {MOST_OWN_TRACKS} pieces of music. Please remove one first."]
