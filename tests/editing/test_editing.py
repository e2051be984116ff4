"""Editing of a film, with undo and redo: as the owner, as a stranger, and with bad input."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import inf, nan
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.database import Database, UserSession
from echoes.editing import clips, history, lengths, looks, soundtrack, transitions, words
from echoes.errors import BadInput, EchoesError, NotFound
from echoes.models import Clip, MusicTrack, Photo, Project, ProjectEdit, Take, new_id
from tests.support.databases.rows import add_track

Operation = Callable[[UserSession, Project, Take], Any]
OPERATIONS: dict[str, Operation] = {
    "set_transition": lambda s, p, t: transitions.set_transition(s, p.id, "cut", 0.5),
    "set_clip_transition": lambda s, p, t: transitions.set_clip_transition(s, t.clip_id, "cut", 0.5),
    "set_transition_everywhere": lambda s, p, t: transitions.set_transition_everywhere(s, p.id, "wipe", 0.5),
    "set_music": lambda s, p, t: soundtrack.set_music(s, p.id, None),
    "set_tracks": lambda s, p, t: soundtrack.set_tracks(s, p.id, []),
    "add_track": lambda s, p, t: soundtrack.add_track(s, p.id, new_id()),
    "move_track": lambda s, p, t: soundtrack.move_track(s, p.id, 0, 1),
    "remove_track": lambda s, p, t: soundtrack.remove_track(s, p.id, 0),
    "set_repeats": lambda s, p, t: soundtrack.set_repeats(s, p.id, False),
    "fit_film_to_music": lambda s, p, t: lengths.fit_film_to_music(s, p.id),
    "fit_music_to_film": lambda s, p, t: lengths.fit_music_to_film(s, p.id),
    "set_volume": lambda s, p, t: soundtrack.set_volume(s, p.id, 0.5),
    "set_start": lambda s, p, t: soundtrack.set_start(s, p.id, 3.0),
    "set_fade_out": lambda s, p, t: soundtrack.set_fade_out(s, p.id, 3.0),
    "set_beat_cuts": lambda s, p, t: soundtrack.set_beat_cuts(s, p.id, "beat"),
    "set_opening": lambda s, p, t: words.set_opening(s, p.id, "Mine", ""),
    "set_end": lambda s, p, t: words.set_end(s, p.id, "Mine"),
    "set_caption": lambda s, p, t: words.set_caption(s, t.clip_id, "Mine"),
    "set_captions": lambda s, p, t: words.set_captions(s, p.id, {t.clip_id: "Mine"}),
    "set_mark": lambda s, p, t: words.set_mark(s, p.id, True),
    "set_fades": lambda s, p, t: words.set_fades(s, p.id, True),
    "trim": lambda s, p, t: clips.trim(s, t.clip_id, 12, 60),
    "lengthen": lambda s, p, t: clips.lengthen(s, t.clip_id, clips.STEP),
    "set_sound": lambda s, p, t: clips.set_sound(s, t.clip_id, False, 0.5),
    "duplicate": lambda s, p, t: clips.duplicate(s, t.clip_id),
    "choose_take": lambda s, p, t: clips.choose_take(s, t.clip_id, t.id),
    "leave_out": lambda s, p, t: clips.leave_out(s, t.clip_id),
    "bring_back": lambda s, p, t: clips.bring_back(s, t.clip_id),
    "reorder": lambda s, p, t: clips.reorder(s, p.id, [t.clip_id]),
    "move": lambda s, p, t: clips.move(s, p.id, [t.clip_id], None),
    "sort_by_date": lambda s, p, t: clips.sort_by_date(s, p.id),
    "choose_look": lambda s, p, t: looks.choose_look(s, p.id, "lively"),
    "undo": lambda s, p, t: history.undo(s, p.id),
    "redo": lambda s, p, t: history.redo(s, p.id),
    "steps": lambda s, p, t: history.steps(s, p.id),
}


def facts(database: Database, project: Project) -> dict[str, Any]:
    with database.reading() as session:
        rows = [session.get_one(Project, project.id), *session.exec(select(Clip).order_by(col(Clip.id)))]
        return {str(row.id): row.model_dump() for row in rows}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_stranger_finds_nothing_to_act_on(
    database: Database, project: Project, takes: list[Take], stranger: UUID, operation: Operation
) -> None:
    before = facts(database, project)
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        operation(session, project, takes[0])
    assert facts(database, project) == before


@pytest.mark.parametrize(
    "misuse",
    {
        "unknown transition": lambda s, p, t: transitions.set_transition(s, p.id, "explode", 0.5),
        "no length": lambda s, p, t: transitions.set_transition(s, p.id, "wipe", 0.0),
        "too long": lambda s, p, t: transitions.set_clip_transition(s, t.clip_id, "wipe", 2.5),
        "endless": lambda s, p, t: transitions.set_clip_transition(s, t.clip_id, "wipe", inf),
        "no number": lambda s, p, t: transitions.set_transition_everywhere(s, p.id, "wipe", nan),
        "too loud": lambda s, p, t: soundtrack.set_volume(s, p.id, 1.5),
        "no volume": lambda s, p, t: soundtrack.set_volume(s, p.id, nan),
        "start without music": lambda s, p, t: soundtrack.set_start(s, p.id, 1.0),
        "endless fade": lambda s, p, t: soundtrack.set_fade_out(s, p.id, inf),
        "unknown beats": lambda s, p, t: soundtrack.set_beat_cuts(s, p.id, "waltz"),
        "music that is not there": lambda s, p, t: soundtrack.add_track(s, p.id, new_id()),
        "a place without music": lambda s, p, t: soundtrack.remove_track(s, p.id, 0),
        "a place before the first": lambda s, p, t: soundtrack.move_track(s, p.id, -1, 1),
        "a film as long as no music": lambda s, p, t: lengths.fit_film_to_music(s, p.id),
        "no music as long as the film": lambda s, p, t: lengths.fit_music_to_film(s, p.id),
        "a caption of 10,000 characters": lambda s, p, t: words.set_caption(s, t.clip_id, "x" * 10_000),
        "words that hide": lambda s, p, t: words.set_opening(s, p.id, "a\u202eb", ""),
        "a second line too long": lambda s, p, t: words.set_opening(s, p.id, "a", "x" * 201),
        "a part of nothing": lambda s, p, t: clips.trim(s, t.clip_id, 60, 60),
        "a part behind the end": lambda s, p, t: clips.trim(s, t.clip_id, 200, 300),
        "a part that runs backwards": lambda s, p, t: clips.trim(s, t.clip_id, 90, 30),
        "sound that is not there": lambda s, p, t: clips.set_sound(s, t.clip_id, True, 1.0),
        "sound too loud": lambda s, p, t: clips.set_sound(s, t.clip_id, False, nan),
        "captions of others": lambda s, p, t: words.set_captions(s, p.id, {new_id(): "a"}),
        "an order of what is gone": lambda s, p, t: clips.reorder(s, p.id, [t.clip_id, new_id()]),
        "an order of one clip twice": lambda s, p, t: clips.reorder(s, p.id, [t.clip_id, t.clip_id]),
        "a place of what is gone": lambda s, p, t: clips.move(s, p.id, [t.clip_id], new_id()),
        "a clip before itself": lambda s, p, t: clips.move(s, p.id, [t.clip_id], t.clip_id),
        "clips of others": lambda s, p, t: clips.move(s, p.id, [new_id()], None),
        "nothing left of it": lambda s, p, t: clips.lengthen(s, t.clip_id, -200),
        "no take": lambda s, p, t: clips.choose_take(s, t.clip_id, new_id()),
    }.items(),
    ids=lambda item: item[0],
)
def test_bad_input_is_a_sentence_and_changes_nothing(
    database: Database, project: Project, takes: list[Take], misuse: tuple[str, Operation]
) -> None:
    before = facts(database, project)
    with pytest.raises(EchoesError) as refusal, database.acting_as(project.owner_id) as session:
        misuse[1](session, project, takes[0])
    assert refusal.value.sentence.endswith(".")
    assert facts(database, project) == before


def test_every_change_can_be_undone_and_done_again(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    """All of them after each other, back to the beginning and forward again."""
    with database.unscoped() as session:
        track, other = add_track(session), add_track(session, duration=7.0)
        for number, photo in enumerate(session.exec(select(Photo).order_by(col(Photo.id)))):
            photo.taken_at = datetime(2020, 1, 9 - number, tzinfo=UTC)
    changes = {name: operation for name, operation in OPERATIONS.items() if name not in ("undo", "redo")}
    changes["set_music"] = lambda s, p, t: soundtrack.set_music(s, p.id, other.id)
    changes["set_tracks"] = lambda s, p, t: soundtrack.set_tracks(s, p.id, [other.id, track.id])
    changes["add_track"] = lambda s, p, t: soundtrack.add_track(s, p.id, other.id)
    states = [facts(database, project)]
    for change in changes.values():
        with database.acting_as(anna) as session:
            change(session, project, takes[0])
        if without_revision(now := facts(database, project)) != without_revision(states[-1]):
            states.append(now)
    assert len(states) - 1 == len(changes) - 4, "four of them change nothing here"
    for move, order in ((history.undo, states[-2::-1]), (history.redo, states[1:])):
        for state in order:
            with database.acting_as(anna) as session:
                assert move(session, project.id)
            assert without_revision(facts(database, project)) == without_revision(state)
        with database.acting_as(anna) as session:
            assert move(session, project.id) is None


def without_revision(rows: dict[str, Any]) -> dict[str, Any]:
    passing = ("revision", "updated_at", "created_at")
    return {row: {k: v for k, v in values.items() if k not in passing} for row, values in rows.items()}


def test_what_is_done_after_an_undo_takes_the_place_of_what_was_undone(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.acting_as(anna) as session:
        words.set_end(session, project.id, "The end")
        history.undo(session, project.id)
        words.set_opening(session, project.id, "Summer", "")
        assert history.steps(session, project.id) == history.UndoSteps("Opening title", "")


def test_a_slider_is_one_step(database: Database, project: Project, anna: UUID) -> None:
    with database.acting_as(anna) as session:
        for volume in (0.7, 0.6, 0.5):
            soundtrack.set_volume(session, project.id, volume)
        history.undo(session, project.id)
        assert session.get_one(Project, project.id).music_volume == 0.8
        assert history.steps(session, project.id).undo == ""


def test_only_so_many_steps_are_kept(
    database: Database, project: Project, anna: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_EDITS", 3)
    with database.acting_as(anna) as session:
        for number in range(5):
            words.set_end(session, project.id, f"{number}")
            words.set_fades(session, project.id, bool(number % 2))
        assert len(session.exec(select(ProjectEdit)).all()) == 3


def test_what_an_undo_names_and_is_gone_is_left_out(
    database: Database, project: Project, takes: list[Take], anna: UUID
) -> None:
    with database.unscoped() as session:
        track = add_track(session, anna)
    with database.acting_as(anna) as session:
        soundtrack.set_music(session, project.id, track.id)
        soundtrack.set_music(session, project.id, None)
        clips.leave_out(session, takes[0].clip_id)
    with database.unscoped() as session:
        session.delete(session.get_one(MusicTrack, track.id))
        session.delete(session.get_one(Take, takes[0].id))
    with database.acting_as(anna) as session:
        history.undo(session, project.id)
        history.undo(session, project.id)
        assert session.get_one(Project, project.id).music_id is None
        assert session.get_one(Clip, takes[0].clip_id).approved_take_id is None


def test_music_must_be_bundled_or_ones_own(
    database: Database, project: Project, anna: UUID, stranger: UUID
) -> None:
    with database.unscoped() as session:
        bundled, own, foreign = (add_track(session, owner) for owner in (None, anna, stranger))
    with database.acting_as(anna) as session:
        soundtrack.set_music(session, project.id, bundled.id)
        soundtrack.add_track(session, project.id, own.id)
        soundtrack.add_track(session, project.id, bundled.id)
    with pytest.raises(NotFound), database.acting_as(anna) as session:
        soundtrack.set_music(session, project.id, foreign.id)
    with pytest.raises(NotFound), database.acting_as(anna) as session:
        soundtrack.add_track(session, project.id, foreign.id)
    with pytest.raises(BadInput, match="up to"), database.acting_as(anna) as session:
        soundtrack.set_tracks(session, project.id, [own.id] * 11)
    with database.reading_as(anna) as session:
        found = session.get_one(Project, project.id)
        assert (found.music_id, found.further_music) == (bundled.id, [str(own.id), str(bundled.id)])
