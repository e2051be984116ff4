"""What a person changes of a film reaches its timeline: words, parts, transitions, music and order."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline
from echoes.database import Database
from echoes.editing import clips, soundtrack, transitions, words
from echoes.errors import NotFound, Refused
from echoes.models import BeatCuts, Clip, JobStatus, MusicTrack, Photo, Project, Take
from echoes.projects import timeline
from tests.support.databases.rows import add_take, add_track


def built(database: Database, project: Project) -> Timeline:
    with database.reading_as(project.owner_id) as session:
        return timeline.build(session, session.get_one(Project, project.id))


def test_words_parts_transitions_and_sound_reach_the_film(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.unscoped() as session:
        track = add_track(session)
        session.get_one(Take, takes[2].id).audio_key = "a/takes/sound.m4a"
    with database.acting_as(anna) as session:
        words.set_opening(session, project.id, "Summer  1987", "At the lake")
        words.set_end(session, project.id, "With love")
        words.set_caption(session, takes[0].clip_id, "The first day")
        clips.trim(session, takes[1].clip_id, 24, 72)
        clips.set_sound(session, takes[2].clip_id, True, 0.5)
        transitions.set_clip_transition(session, takes[0].clip_id, "wipe", 1.0)
        soundtrack.set_music(session, project.id, track.id)
        soundtrack.set_start(session, project.id, 12.5)
        soundtrack.set_fade_out(session, project.id, 4.0)
        words.set_fades(session, project.id, True)
    film = built(database, project)
    assert film.titles.opening is not None
    assert (film.titles.opening.text, film.titles.opening.subtitle) == ("Summer 1987", "At the lake")
    assert film.titles.end is not None
    assert (film.titles.end.text, film.shots[0].caption) == ("With love", "The first day")
    assert (film.shots[1].start, film.shots[1].end) == (24, 72)
    assert (film.shots[2].audio, film.shots[2].audio_volume) == (timeline.sound_of(takes[2]), 0.5)
    assert [each.kind for each in film.transitions] == ["wipe", "crossfade"]
    assert film.soundtrack is not None
    assert (film.soundtrack.start, film.soundtrack.fade_out) == (12.5, 4.0)
    assert (film.fade_in, film.fade_out) == (24, 24)


def test_the_same_everywhere_takes_single_transitions_back(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.acting_as(anna) as session:
        transitions.set_clip_transition(session, takes[0].clip_id, "wipe", 1.0)
        transitions.set_transition_everywhere(session, project.id, "push", 0.5)
    assert [each.kind for each in built(database, project).transitions] == ["push", "push"]


def test_a_clip_is_shown_again_behind_itself_with_a_part_of_its_own(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.acting_as(anna) as session:
        copy = clips.duplicate(session, takes[0].clip_id)
        clips.trim(session, copy, 0, 48)
    film = built(database, project)
    names = [str(take.id) for take in takes]
    assert [shot.clip for shot in film.shots] == [names[0], *names]
    assert [shot.end for shot in film.shots] == [None, 48, None, None]


def test_a_take_that_lacks_the_chosen_part_is_shown_whole(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.acting_as(anna) as session:
        clips.trim(session, takes[0].clip_id, 60, 110)
        photo = session.get_one(Photo, session.get_one(Clip, takes[0].clip_id).photo_id)
        short = add_take(session, photo)
        short.frames = 48
        clips.choose_take(session, takes[0].clip_id, short.id)
    shot = built(database, project).shots[0]
    assert (shot.clip, shot.start, shot.end) == (str(short.id), 0, None)


def test_a_take_that_is_not_ready_cannot_be_chosen(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.acting_as(anna) as session:
        photo = session.get_one(Photo, session.get_one(Clip, takes[0].clip_id).photo_id)
        waiting = add_take(session, photo, JobStatus.RUNNING)
    with pytest.raises(Refused), database.acting_as(anna) as session:
        clips.choose_take(session, takes[0].clip_id, waiting.id)
    with pytest.raises(NotFound), database.acting_as(anna) as session:
        clips.choose_take(session, takes[0].clip_id, takes[1].id)


def test_cuts_fall_on_beats_and_what_was_trimmed_by_hand_keeps_its_length(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.unscoped() as session:
        track = add_track(session)
        session.get_one(MusicTrack, track.id).beats = [number * 0.7 for number in range(100)]
    with database.acting_as(anna) as session:
        soundtrack.set_music(session, project.id, track.id)
        soundtrack.set_beat_cuts(session, project.id, BeatCuts.EVERY_BEAT)
        clips.trim(session, takes[1].clip_id, 0, 100)
    film = built(database, project)
    first, _ = lay_out(film).transitions
    middle = (first.start + first.frames // 2) / 24
    assert abs(middle / 0.7 - round(middle / 0.7)) < 0.04
    assert film.shots[1].end == 100


@pytest.mark.parametrize(("bars", "step"), [(None, 4 * 0.7), ([0.7, 2.8, 4.9, 7.0, 9.1], 3 * 0.7)])
def test_cuts_fall_on_bars_as_they_were_found_or_else_on_bars_of_four(
    database: Database, project: Project, takes: list[Take], anna: UUID, bars: list[float] | None, step: float
) -> None:
    with database.unscoped() as session:
        track = add_track(session)
        track.beats, track.downbeats = [number * 0.7 for number in range(100)], bars
    with database.acting_as(anna) as session:
        soundtrack.set_music(session, project.id, track.id)
        soundtrack.set_beat_cuts(session, project.id, BeatCuts.EVERY_BAR)
    first = lay_out(built(database, project)).transitions[0]
    bar = ((first.start + first.frames // 2) / 24 - (bars or [0.0])[0]) / step
    assert bar == pytest.approx(round(bar), abs=0.02)


def test_a_cut_falls_on_a_beat_of_the_track_that_is_heard(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.unscoped() as session:
        short, other = add_track(session, duration=4.0), add_track(session)
        short.beats, other.beats = [], [0.25 + number for number in range(60)]
    with database.acting_as(anna) as session:
        soundtrack.set_tracks(session, project.id, [short.id, other.id])
        soundtrack.set_beat_cuts(session, project.id, BeatCuts.EVERY_BEAT)
    for transition in lay_out(built(database, project)).transitions:
        middle = (transition.start + transition.frames // 2) / 24
        assert (middle - 3.0 - 0.25) % 1 == pytest.approx(0, abs=0.03) or middle < 3


def test_an_order_by_date_leaves_those_without_one_where_they_are(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.unscoped() as session:
        for take, day in zip(takes, (9, None, 3), strict=True):
            photo = session.get_one(Photo, session.get_one(Clip, take.clip_id).photo_id)
            photo.taken_at = datetime(2020, 1, day, tzinfo=UTC) if day else None
    with database.acting_as(anna) as session:
        clips.sort_by_date(session, project.id)
    names = [str(take.id) for take in takes]
    assert [shot.clip for shot in built(database, project).shots] == [names[2], names[1], names[0]]
