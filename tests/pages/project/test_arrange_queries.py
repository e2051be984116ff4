"""The arrange step shows the film as the compiler would make it now."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from compiler.timeline.layout import lay_out
from compiler.timeline.mix import DUCKED
from echoes.database import Database
from echoes.editing import clips as editing
from echoes.editing import soundtrack, transitions, words
from echoes.models import Project, Video
from echoes.pages.project.arrange.music.queries import ChosenMusic, PlayingTrack
from echoes.pages.project.arrange.queries import ArrangePageViewModel, read_arrange_page
from echoes.pages.project.film.queries import read_film_page
from echoes.projects import timeline as timelines
from echoes.videos import service as videos
from tests.support.databases.rows import add_photo, add_project, add_take, add_track


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
    assert shown.film | {"soundtrack": None} == layout.to_json()
    assert shown.length == "0:14"
    assert list(shown.sources) == [shot["clip"] for shot in shown.film["shots"]]
    assert all(files["src"].startswith("/files/") for files in shown.sources.values())


def test_the_player_draws_the_mark_of_generated_clips_as_the_film_does(
    database: Database, project: Project
) -> None:
    with database.acting_as(project.owner_id) as session:
        timelines.clips_in_film(session, project)[1].take.provider = "runway"
        words.set_mark(session, project.id, True)
    shown = read(database, project)
    assert [shot["mark"] for shot in shown.film["shots"]] == [None, "AI", None]
    first, second, third = (each["mark"] for each in shown.words)
    assert (first, third) == ("", "")
    assert second.startswith("/lettering/")
    assert "kind=mark&text=AI" in second


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
    assert shown.audio["files"] == {str(own.id): shown.tracks[0].address}
    (sound,) = shown.audio["sounds"]
    assert (sound["name"], sound["gain"][0]) == (str(own.id), [0.0, 0.35])


def test_the_player_is_given_all_that_is_heard(database: Database, project: Project) -> None:
    with database.acting_as(project.owner_id) as session:
        tracks = [add_track(session, project.owner_id, duration=8.0) for _ in range(2)]
        for track in tracks:
            soundtrack.add_track(session, project.id, track.id)
        take = timelines.clips_in_film(session, project)[0].take
        take.audio_key, take.audio_loudness = f"{project.owner_id}/takes/sound.m4a", -22.0
        take.audio_moments = [-20] * 250
        editing.set_sound(session, take.clip_id, True, 1.0)
    shown = read(database, project)
    names = {sound["name"] for sound in shown.audio["sounds"]}
    assert names == shown.audio["files"].keys() == {*(str(track.id) for track in tracks), f"{take.id}-sound"}
    first = shown.audio["sounds"][0]
    assert first["gain"][0][1] == pytest.approx(0.8 * DUCKED), "it steps back for the clip"
    assert "soundtrack" not in shown.film
    assert [track.lasts for track in shown.chosen.tracks] == ["0:08", "0:08"]


def test_without_a_kept_clip_there_is_no_film(database: Database, anna: UUID) -> None:
    with database.acting_as(anna) as session:
        empty = add_project(session, anna)
    shown = read(database, empty)
    assert (shown.film, shown.shots, shown.head.kept) == ({}, [], 0)


SINCE_THE_FIRST_VERSION = {"version", "further", "fade_in", "fade_out", "title_style", "subtitle", "mark"}


def as_first_stored(timeline: Any) -> Any:
    """Without the fields that came later, as films of the first version are stored."""
    if isinstance(timeline, list):
        return [as_first_stored(part) for part in timeline]
    if not isinstance(timeline, dict):
        return timeline
    later = SINCE_THE_FIRST_VERSION
    return {key: as_first_stored(value) for key, value in timeline.items() if key not in later}


class TestTheFilmStep:
    def test_a_film_is_current_until_something_changes(self, database: Database, project: Project) -> None:
        with database.acting_as(project.owner_id) as session:
            videos.compile_film(session, project.id)
        with database.reading_as(project.owner_id) as session:
            made = read_film_page(session, project.id)
        assert (made.current.stage, made.is_current, made.percent) == ("making", True, 0)
        with database.unscoped() as session:
            film = session.exec(select(Video)).one()
            film.timeline = as_first_stored(film.timeline)
        with database.reading_as(project.owner_id) as session:
            assert read_film_page(session, project.id).is_current
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
        fade_out=5.0, beat_cuts="bar", ids=[str(own.id)], tracks=[PlayingTrack(own.title, "1:01")],
    )  # fmt: skip
