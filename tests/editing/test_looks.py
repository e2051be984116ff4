"""Choosing a look: one step, which changes neither words nor order nor what was chosen by hand."""

from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from compiler.timeline.model import FRAME_RATE, Timeline
from echoes.catalogue.looks import BY_NAME, LOOKS, Look
from echoes.database import Database
from echoes.editing import clips, history, looks, soundtrack, transitions, words
from echoes.errors import BadInput, NotFound
from echoes.models import Clip, MusicTrack, Project, Take
from echoes.projects import service, timeline
from tests.support.databases.rows import add_track


def built(database: Database, project: Project) -> Timeline:
    with database.reading_as(project.owner_id) as session:
        return timeline.build(session, session.get_one(Project, project.id))


def choose(database: Database, project: Project, name: str) -> None:
    with database.acting_as(project.owner_id) as session:
        looks.choose_look(session, project.id, name)


def lengthen(database: Database, takes: list[Take], frames: int = 240) -> None:
    with database.unscoped() as session:
        for take in takes:
            session.get_one(Take, take.id).frames = frames


def library(session: Session) -> dict[str, UUID]:
    tracks = {look.mood: add_track(session) for look in LOOKS}
    for mood, track in tracks.items():
        track.mood = mood
    return {mood: track.id for mood, track in tracks.items()}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_the_film_is_as_the_look_says(
    database: Database, project: Project, takes: list[Take], look: Look
) -> None:
    lengthen(database, takes)
    choose(database, project, look.name)
    film = built(database, project)
    assert film.title_style == look.title_style
    assert {transition.kind for transition in film.transitions} == {look.transition}
    shown = [(shot.end or 240) - shot.start for shot in film.shots]
    assert shown == [round((look.pace or 10) * FRAME_RATE)] * 3


def test_the_middle_of_a_clip_is_shown_and_all_of_a_short_one(
    database: Database, project: Project, takes: list[Take]
) -> None:
    lengthen(database, takes[:1])
    lengthen(database, takes[1:], 40)
    choose(database, project, "lively")
    first, second, _ = built(database, project).shots
    assert (first.start, first.end) == (90, 150)
    assert (second.start, second.end) == (0, None)


def test_words_order_trims_and_single_transitions_stay(
    database: Database, project: Project, takes: list[Take]
) -> None:
    lengthen(database, takes)
    with database.acting_as(project.owner_id) as session:
        words.set_opening(session, project.id, "Grandma", "1987")
        words.set_caption(session, takes[1].clip_id, "At the sea")
        clips.reorder(session, project.id, [takes[2].clip_id, takes[0].clip_id])
        clips.trim(session, takes[0].clip_id, 12, 200)
        transitions.set_clip_transition(session, takes[1].clip_id, "wipe", 0.5)
    before = built(database, project)
    choose(database, project, "cinema")
    after = built(database, project)
    assert after.titles == before.titles
    assert [(shot.clip, shot.caption) for shot in after.shots] == [
        (shot.clip, shot.caption) for shot in before.shots
    ]
    by_hand = next(shot for shot in after.shots if shot.clip == str(takes[0].id))
    assert (by_hand.start, by_hand.end) == (12, 200)
    assert [transition.kind for transition in after.transitions] == ["fade_black", "wipe"]


def test_all_of_a_clip_can_be_shown_by_hand(database: Database, project: Project, takes: list[Take]) -> None:
    lengthen(database, takes)
    choose(database, project, "lively")
    with database.acting_as(project.owner_id) as session:
        clips.trim(session, takes[0].clip_id, 0, 240)
    first = built(database, project).shots[0]
    assert (first.start, first.end) == (0, 240)


def test_a_look_is_one_step_to_undo(database: Database, project: Project, takes: list[Take]) -> None:
    before = built(database, project)
    choose(database, project, "lively")
    with database.acting_as(project.owner_id) as session:
        assert history.undo(session, project.id) == "Look"
    assert built(database, project) == before


def test_music_follows_the_look_until_a_person_chooses(
    database: Database, project: Project, takes: list[Take]
) -> None:
    with database.unscoped() as session:
        tracks, own = library(session), add_track(session, project.owner_id).id
    choose(database, project, "lively")
    assert music_of(database, project) == tracks["Sunny"]
    choose(database, project, "album")
    assert music_of(database, project) == tracks["Wistful"]
    for chosen in (own, None):
        with database.acting_as(project.owner_id) as session:
            soundtrack.set_music(session, project.id, chosen)
        choose(database, project, "cinema")
        assert music_of(database, project) == chosen


def music_of(database: Database, project: Project) -> UUID | None:
    with database.reading() as session:
        return session.get_one(Project, project.id).music_id


def test_an_unknown_look_is_refused(database: Database, project: Project) -> None:
    with pytest.raises(BadInput):
        choose(database, project, "sepia")


def test_a_stranger_chooses_no_look(database: Database, project: Project, stranger: UUID) -> None:
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        looks.choose_look(session, project.id, "lively")
    with database.reading() as session:
        assert session.get_one(Project, project.id).look == ""


def test_a_new_project_begins_with_a_look_music_its_title_and_fades(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        tracks = library(session)
    with database.acting_as(anna) as session:
        project = service.create(session, "At the lake")
        assert (project.look, project.music_id) == ("gentle", tracks[BY_NAME["gentle"].mood])
        assert (project.opening_text, project.has_fades) == ("At the lake", True)
        service.rename(session, project.id, "By the sea")
        assert project.opening_text == "By the sea"
        words.set_opening(session, project.id, "Us", "")
        service.rename(session, project.id, "At home")
        assert project.opening_text == "Us"


def test_music_that_operators_hide_is_not_chosen(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        library(session)
        for track in session.exec(select(MusicTrack).where(col(MusicTrack.mood) != "Quiet")):
            track.is_hidden = True
    with database.acting_as(anna) as session:
        music = service.create(session).music_id
        assert music is not None
        assert session.get_one(MusicTrack, music).mood == "Quiet"


def test_an_old_project_keeps_its_film(database: Database, project: Project, takes: list[Take]) -> None:
    lengthen(database, takes)
    film = built(database, project)
    assert film.title_style == "plain"
    assert [(shot.start, shot.end) for shot in film.shots] == [(0, None)] * 3
    with database.reading() as session:
        assert not any(clip.trim_end for clip in session.exec(select(Clip)))
