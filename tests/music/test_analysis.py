"""Analysis of music again: tracks from before, by a job, once; a missing file is tried no second time."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.database import Database
from echoes.jobs.backfill import AT_A_TIME
from echoes.models import MusicTrack, Project
from echoes.music.analysis import ANALYSIS, AnalyseTrack, ask_for_analysis, measure, write_down
from echoes.storage import get_storage, new_key
from tests.music.sounds import run_ffmpeg
from tests.support.databases.rows import add_project
from tests.support.jobs.making import DirectSteps
from tests.support.jobs.workflows import enqueued


def older(database: Database, owner: UUID | None, file: Path | None = None) -> MusicTrack:
    track = MusicTrack(
        owner_id=owner, title="Old", duration=6.0, size_bytes=1, audio_key=new_key(owner, "music", "m4a"),
        media_type="audio/mp4", beats=[0.5, 1.0],
    )  # fmt: skip
    if file:
        get_storage().put(track.audio_key, file)
    with database.unscoped() as session:
        session.add(track)
    return track


def read(database: Database, track: MusicTrack) -> MusicTrack:
    with database.reading() as session:
        return session.get_one(MusicTrack, track.id)


@pytest.fixture
def beaten(tmp_path: Path) -> Path:
    """A pulse of two beats a second, every third of them strong."""
    pulse = "lt(mod(t,0.5),0.08)*(0.25+0.6*lt(mod(t,1.5),0.5))*sin(2*PI*90*t)"
    song = tmp_path / "song.m4a"
    run_ffmpeg("-f", "lavfi", "-i", f"aevalsrc='{pulse}':d=24:s=48000", str(song))
    return song


@pytest.mark.slow
@pytest.mark.usefixtures("data_dir")
async def test_what_a_track_lacks_is_found(database: Database, anna: UUID, beaten: Path) -> None:
    track = older(database, anna, beaten)
    with database.unscoped() as session:
        project = add_project(session, anna)
        project.music_id = track.id
    await AnalyseTrack().run(DirectSteps(), str(track.id))
    found = read(database, track)
    assert (found.analysis, len(found.peaks or [])) == (ANALYSIS, 400)
    assert found.true_peak is not None
    assert found.beats is not None
    assert found.downbeats == pytest.approx(found.beats[::3][: len(found.downbeats or [])], abs=0.02)
    with database.reading() as session:
        assert session.get_one(Project, project.id).revision > 0, "open tabs draw its waveform"


async def test_a_track_without_its_file_stays_as_it_was(database: Database, anna: UUID) -> None:
    track = older(database, anna)
    await AnalyseTrack().run(DirectSteps(), str(track.id))
    found = read(database, track)
    assert (found.analysis, found.beats, found.peaks) == (ANALYSIS, [0.5, 1.0], None)


async def test_a_track_that_is_gone_is_nothing_to_do(database: Database) -> None:
    gone = MusicTrack(title="", duration=1, size_bytes=1, audio_key="k", media_type="a")
    assert await measure(str(gone.id)) == {}
    with database.unscoped() as session:
        assert not write_down(session, str(gone.id), {})


def test_older_ones_are_asked_for_a_few_at_a_time_and_never_twice(database: Database, anna: UUID) -> None:
    tracks = [older(database, anna) for _ in range(AT_A_TIME + 3)]
    with database.unscoped() as session:
        session.get_one(MusicTrack, tracks[0].id).analysis = ANALYSIS
    for asked in (AT_A_TIME, 0):
        with database.unscoped() as session:
            assert ask_for_analysis(session) == asked
    assert len(enqueued()) == AT_A_TIME


def test_one_that_failed_is_not_asked_for_again(database: Database, anna: UUID) -> None:
    track = older(database, anna)
    with database.unscoped() as session:
        assert AnalyseTrack().settle_given_up(session, str(track.id))
        assert not AnalyseTrack().settle_given_up(session, str(track.id))
    with database.unscoped() as session:
        assert ask_for_analysis(session) == 0
        assert session.exec(select(MusicTrack)).one().beats == [0.5, 1.0]
