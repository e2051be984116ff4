"""The timeline of a project: approved takes of the project's aspect, in order, with its choices."""

from uuid import UUID

import pytest

from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline
from echoes.database import Database
from echoes.editing import soundtrack, transitions
from echoes.errors import Refused
from echoes.models import Aspect, JobStatus, Project
from echoes.projects import service, timeline
from tests.support.databases.rows import add_photo, add_take, add_track


def build(database: Database, user: UUID, project: Project) -> Timeline:
    with database.reading_as(user) as session:
        return timeline.build(session, service.get(session, project.id))


def test_nothing_approved_is_said_plainly(database: Database, project: Project, anna: UUID) -> None:
    with database.unscoped() as session:
        add_take(session, add_photo(session, project))
    with pytest.raises(Refused, match="Keep at least"):
        build(database, anna, project)


def test_it_holds_approved_takes_in_the_order_of_their_clips(
    database: Database, project: Project, anna: UUID
) -> None:
    with database.unscoped() as session:
        photos = [add_photo(session, project, f"{number}.jpg") for number in range(3)]
        takes = [add_take(session, photo, approved=True) for photo in photos]
        add_take(session, add_photo(session, project, "not approved.jpg"))
        add_take(session, add_photo(session, project, "waiting.jpg"), JobStatus.WAITING)
    built = build(database, anna, project)
    assert [shot.clip for shot in built.shots] == [str(take.id) for take in takes]
    assert lay_out(built).frames == 3 * 120 - 2 * 12


def test_a_take_of_another_aspect_stays_out_until_the_aspect_is_chosen_again(
    database: Database, project: Project, anna: UUID
) -> None:
    with database.unscoped() as session:
        wide = add_take(session, add_photo(session, project, "wide.jpg"), approved=True)
        tall = add_take(session, add_photo(session, project, "tall.jpg"), aspect=Aspect.TALL, approved=True)
    assert [shot.clip for shot in build(database, anna, project).shots] == [str(wide.id)]
    with database.acting_as(anna) as session:
        service.set_aspect(session, project.id, Aspect.TALL)
    built = build(database, anna, project)
    assert [shot.clip for shot in built.shots] == [str(tall.id)]
    assert built.size == (720, 1280)


def test_music_and_transition_are_the_projects(database: Database, project: Project, anna: UUID) -> None:
    with database.unscoped() as session:
        track = add_track(session)
        for name in ("a.jpg", "b.jpg"):
            add_take(session, add_photo(session, project, name), approved=True)
    with database.acting_as(anna) as session:
        soundtrack.set_music(session, project.id, track.id)
        soundtrack.set_volume(session, project.id, 0.5)
        transitions.set_transition(session, project.id, "fade_black", 1.0)
    built = build(database, anna, project)
    assert built.soundtrack is not None
    assert (built.soundtrack.music, built.soundtrack.volume) == (str(track.id), 0.5)
    assert [(t.kind, t.frames) for t in built.transitions] == [("fade_black", 24)]
