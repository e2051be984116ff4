"""Backfill of sound levels: those of clips from before are measured by a job, once."""

from pathlib import Path
from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import Take
from echoes.storage import get_storage
from echoes.takes.levels import UNMEASURED, MeasureSound, ask_for_levels
from tests.music.sounds import run_ffmpeg
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.making import DirectSteps
from tests.support.jobs.workflows import enqueued


@pytest.fixture
def take(database: Database, anna: UUID) -> Take:
    """With sound whose levels nobody knows; beside it one without sound."""
    with database.unscoped() as session:
        project = add_project(session, anna)
        add_take(session, add_photo(session, project))
        take = add_take(session, add_photo(session, project, "garden.jpg"))
        take.audio_key = f"{anna}/takes/{take.id}.m4a"
    return take


def read(database: Database, take: Take) -> Take:
    with database.reading() as session:
        return session.get_one(Take, take.id)


@pytest.mark.slow
@pytest.mark.usefixtures("data_dir")
async def test_levels_are_measured(database: Database, take: Take, tmp_path: Path) -> None:
    assert take.audio_key is not None
    sound = tmp_path / "sound.m4a"
    run_ffmpeg("-f", "lavfi", "-i", "sine=997:d=2", str(sound))
    get_storage().put(take.audio_key, sound)
    await MeasureSound().run(DirectSteps(), str(take.id))
    found = read(database, take)
    assert found.audio_loudness == pytest.approx(-21, abs=2)
    assert found.audio_moments is not None
    assert 100 <= len(found.audio_moments) <= 105


async def test_sound_that_is_not_there_ducks_nothing(database: Database, take: Take) -> None:
    await MeasureSound().run(DirectSteps(), str(take.id))
    assert (read(database, take).audio_loudness, read(database, take).audio_moments) == (None, [])


def test_only_sound_without_levels_is_asked_for_and_once(database: Database, take: Take) -> None:
    for asked in (1, 0):
        with database.unscoped() as session:
            assert ask_for_levels(session) == asked
    assert len(enqueued()) == 1
    with database.unscoped() as session:
        assert MeasureSound().settle_given_up(session, str(take.id))
    with database.unscoped() as session:
        assert ask_for_levels(session) == 0


def test_what_is_unmeasured_is_found_by_an_index(database: Database) -> None:
    """Every ten minutes somebody looks: not through all takes."""
    query = UNMEASURED.compile(database.engine, compile_kwargs={"literal_binds": True})
    with database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").fetchall()
    assert "ix_takes_without_levels" in str(plan)
