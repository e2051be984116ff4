"""The arrange step shows the film as the compiler would make it now."""

from uuid import UUID

import pytest
from sqlmodel import select

from compiler.timeline.layout import lay_out
from echoes.database import Database
from echoes.editing import clips as editing
from echoes.editing import soundtrack, transitions
from echoes.models import Project, Video
from echoes.pages.project.arrange.music.queries import ChosenMusic
from echoes.pages.project.arrange.queries import ArrangePageViewModel, read_arrange_page
from echoes.pages.project.film.queries import read_film_page
from echoes.projects import timeline as timelines
from echoes.videos import service as videos
from tests.support.rows import add_photo, add_project, add_take, add_track


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    """Three kept clips of five seconds."""
    with database.acting_as(anna) as session:
        project = add_project(session, anna)
        for number in range(3):
            add_take(session, add_photo(session, project, f"{number}.jpg"), approved=True)
        return project


def read(database: Database, project: Project) -> ArrangePageViewModel:
    with database.reading_as(project.owner_id) as session:
        return read_arrange_page(session, project.id)


def test_the_player_gets_the_layout_that_the_compiler_renders(database: Database, project: Project) -> None:
    shown = read(database, project)
    with database.reading_as(project.owner_id) as session:
        layout = lay_out(timelines.build(session, session.get_one(Project, project.id)))
    assert shown.film == layout.to_json()
    assert shown.length == "0:14"
    assert list(shown.sources) == [shot["clip"] for shot in shown.film["shots"]]
    assert all(files["src"].startswith("/files/") for files in shown.sources.values())


def test_shots_are_named_by_clips_so_that_they_can_be_moved(database: Database, project: Project) -> None:

    before = [shot["id"] for shot in read(database, project).shots]
    with database.acting_as(project.owner_id) as session:
        editing.reorder(session, project.id, [UUID(clip_id) for clip_id in reversed(before)])
    assert [shot["id"] for shot in read(database, project).shots] == before[::-1]


def test_music_is_chosen_from_the_library_and_ones_own(database: Database, project: Project) -> None:
    with database.acting_as(project.owner_id) as session:
        own = add_track(session, project.owner_id, duration=61)
        soundtrack.set_music(session, project.id, own.id)
        soundtrack.set_volume(session, project.id, 0.35)
    shown = read(database, project)
    assert [(track.id, track.is_own, track.lasts) for track in shown.tracks] == [(str(own.id), True, "1:01")]
    assert (shown.music_id, shown.volume) == (str(own.id), 35)
    assert shown.music_address == shown.tracks[0].address
    assert shown.film["soundtrack"]["music"] == str(own.id)


def test_without_a_kept_clip_there_is_no_film(database: Database, anna: UUID) -> None:
    with database.acting_as(anna) as session:
        empty = add_project(session, anna)
    shown = read(database, empty)
    assert (shown.film, shown.shots, shown.head.kept) == ({}, [], 0)


class TestTheFilmStep:
    def test_a_film_is_current_until_something_changes(self, database: Database, project: Project) -> None:
        with database.acting_as(project.owner_id) as session:
            videos.compile_film(session, project.id)
        with database.reading_as(project.owner_id) as session:
            made = read_film_page(session, project.id)
        assert (made.current.stage, made.is_current, made.percent) == ("making", True, 0)
        with database.unscoped() as session:
            film = session.exec(select(Video)).one()
            film.timeline = {key: value for key, value in film.timeline.items() if key != "version"}
        with database.reading_as(project.owner_id) as session:
            assert read_film_page(session, project.id).is_current  # as those are that were stored before
        with database.acting_as(project.owner_id) as session:
            transitions.set_transition(session, project.id, "cut", 0.5)
        with database.reading_as(project.owner_id) as session:
            assert not read_film_page(session, project.id).is_current

    @pytest.mark.parametrize(("count", "said"), [(1, "1 clip, 0:05 long."), (2, "2 clips, 0:09 long.")])
    def test_it_says_what_a_film_would_hold(
        self, database: Database, anna: UUID, count: int, said: str
    ) -> None:
        with database.acting_as(anna) as session:
            project = add_project(session, anna)
            for number in range(count):
                add_take(session, add_photo(session, project, f"{number}.jpg"), approved=True)
            assert read_film_page(session, project.id).contents == said

    def test_a_cancelled_film_leaves_no_trace(self, database: Database, project: Project) -> None:
        with database.acting_as(project.owner_id) as session:
            videos.cancel(session, videos.compile_film(session, project.id).id)
        with database.reading_as(project.owner_id) as session:
            assert read_film_page(session, project.id).current.stage == ""

    def test_the_download_is_named_after_the_film(self, database: Database, project: Project) -> None:
        with database.acting_as(project.owner_id) as session:
            video = videos.compile_film(session, project.id)
            video.status, video.film_key = "succeeded", f"{project.owner_id}/films/{video.id}.mp4"  # type: ignore[assignment]
            video.frames, video.size_bytes = 24 * 14, 6_800_000
        with database.reading_as(project.owner_id) as session:
            current = read_film_page(session, project.id).current
        assert current.stage == "finished"
        assert "Summer%201987" in current.download or "Summer+1987" in current.download
        assert current.facts == "0:14 · 6.8 MB · made just now"


def test_where_the_music_begins_is_shown_with_its_waveform(database: Database, project: Project) -> None:
    assert read(database, project).chosen.id == ""
    with database.acting_as(project.owner_id) as session:
        own = add_track(session, project.owner_id, duration=61)
        own.peaks, own.beats = [0.0, 0.5, 1.0], [0.5, 1.0]
        soundtrack.set_music(session, project.id, own.id)
        soundtrack.set_start(session, project.id, 12.5)
        soundtrack.set_fade_out(session, project.id, 5.0)
        soundtrack.set_beat_cuts(session, project.id, "bar")
    shown = read(database, project)
    assert shown.peaks == [0.0, 0.5, 1.0]
    assert shown.chosen == ChosenMusic(
        id=str(own.id), title=own.title, duration=61, has_beats=True, start=12.5, latest_start=60.0,
        fade_out=5.0, beat_cuts="bar",
    )  # fmt: skip
