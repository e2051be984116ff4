"""The first cut: what one tap makes of photos; asked as the owner, as a stranger, and twice."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from compiler.timeline.layout import lay_out
from echoes.clips import service as clips
from echoes.database import Database, UserSession
from echoes.editing import clips as editing
from echoes.editing import history
from echoes.errors import NotFound, Refused
from echoes.first_cut import service
from echoes.jobs.lifecycle import success
from echoes.models import Aspect, Clip, JobStatus, Photo, Project, Take
from echoes.pages.project.clips.next_action import next_action
from echoes.pages.project.clips.queries import read_clips_page
from echoes.pages.project.photos.queries import photos_page
from echoes.photos.selection import AsideReason
from echoes.projects import service as projects
from echoes.projects import timeline
from echoes.takes.files import take_keys
from echoes.takes.generation.conforming import ConformTake
from echoes.takes.requesting import PriceChanged
from echoes.text.date_spans import span_in_words
from tests.support.databases.rows import add_photo, add_project, add_take, add_track


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.unscoped() as session:
        add_track(session)
    with database.acting_as(anna) as session:
        return projects.create(session, "At the lake")


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    """Four different ones, and a fifth like the first; the later ones are older."""
    with database.unscoped() as session:
        made = [add_photo(session, project, f"{number}.jpg") for number in range(5)]
        for number, photo in enumerate(made):
            photo.fingerprint, photo.sharpness = f"{number:x}" * 16, 1.0
            photo.taken_at = datetime(1987, 8 - number, 3, tzinfo=UTC)
        made[2].taken_at = None
        made[4].fingerprint, made[4].sharpness = made[0].fingerprint, 0.5
        return made


def make(database: Database, project: Project) -> list[Take]:
    with database.acting_as(project.owner_id) as session:
        wanted = service.prepare(session, project.id)
    with database.acting_as(project.owner_id) as session:
        return service.request(session, project.id, wanted, 0)


def finish(database: Database, take_id: UUID) -> None:
    """As its job ends."""
    with database.unscoped() as session:
        video_key, *_ = take_keys(session.get_one(Take, take_id).owner_id, take_id)
        made = {"video_key": video_key, "frames": 120, "stage": "", "progress": 1.0}
        assert ConformTake().settle(session, str(take_id), success(made))


def row(database: Database, project: Project) -> Project:
    with database.reading() as session:
        return session.get_one(Project, project.id)


def film_order(database: Database, project: Project) -> list[UUID]:
    with database.reading_as(project.owner_id) as session:
        return [clip.photo_id for clip in clips.list_clips(session, project.id)]


def test_a_clip_of_every_photo_but_those_set_aside_in_the_order_they_were_taken(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    takes = make(database, project)
    assert len(takes) == 4
    assert film_order(database, project) == [photos[3].id, photos[1].id, photos[2].id, photos[0].id]
    with database.reading_as(project.owner_id) as session:
        aside = service.plan(session, project.id).aside
    assert {key: (one.reason, one.similar_to) for key, one in aside.items()} == {
        photos[4].id: (AsideReason.SIMILAR, photos[0].id)
    }


def test_the_film_is_whole_as_soon_as_the_clips_are_there(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    for take in make(database, project):
        finish(database, take.id)
    with database.reading_as(project.owner_id) as session:
        film = timeline.build(session, session.get_one(Project, project.id))
    assert len(film.shots) == 4
    assert film.soundtrack is not None
    assert film.titles.opening is not None
    assert (film.titles.opening.text, film.titles.opening.subtitle) == ("At the lake", "April – August 1987")
    assert film.titles.end is not None
    assert (film.fade_in, film.fade_out) == (24, 24)
    assert lay_out(film).duration > 12


def test_it_is_one_step_to_undo(database: Database, project: Project, photos: list[Photo]) -> None:
    before = row(database, project)
    make(database, project)
    with database.acting_as(project.owner_id) as session:
        assert history.undo(session, project.id) == "First version"
    after = row(database, project)
    assert (after.end_text, after.opening_subtitle) == (before.end_text, before.opening_subtitle) == ("", "")


def test_what_was_taken_out_or_asked_for_by_hand_is_not_put_in_again(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    first, *_ = make(database, project)
    finish(database, first.id)
    with database.acting_as(project.owner_id) as session:
        assert session.get_one(Clip, first.clip_id).approved_take_id == first.id
        editing.leave_out(session, first.clip_id)
        (again,) = clips.animate(session, session.get_one(Clip, first.clip_id).photo_id, "rise")
    finish(database, again.id)
    with database.reading() as session:
        assert session.get_one(Clip, first.clip_id).approved_take_id is None


@pytest.mark.parametrize(("keeps_all", "aspect"), [(False, Aspect.WIDE), (True, Aspect.TALL)])
def test_only_clips_of_a_first_cut_in_its_shape_are_kept_by_themselves(
    database: Database, project: Project, photos: list[Photo], keeps_all: bool, aspect: Aspect
) -> None:
    with database.unscoped() as session:
        session.get_one(Project, project.id).keeps_all = keeps_all
        take = add_take(session, photos[0], JobStatus.RUNNING, aspect)
    finish(database, take.id)
    with database.reading() as session:
        assert session.get_one(Clip, take.clip_id).approved_take_id is None


def test_a_second_attempt_after_a_failure_is_kept(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    first, *_ = make(database, project)
    with database.acting_as(project.owner_id) as session:
        session.get_one(Take, first.id).status = JobStatus.FAILED
        session.flush()
        (again,) = clips.animate(session, session.get_one(Clip, first.clip_id).photo_id, "rise")
    finish(database, again.id)
    with database.reading() as session:
        assert session.get_one(Clip, first.clip_id).approved_take_id == again.id


def test_a_photo_that_was_set_aside_can_be_used_after_all(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    make(database, project)
    with database.acting_as(project.owner_id) as session:
        service.use_photos(session, project.id, [photos[4].id], True)
        assert photos_page(session, project.id).offer.label == "Add 1 photo to my film"
    (take,) = make(database, project)
    with database.reading() as session:
        assert session.get_one(Clip, take.clip_id).photo_id == photos[4].id
    with pytest.raises(Refused), database.acting_as(project.owner_id) as session:
        service.use_photos(session, project.id, [photos[4].id], False)


def test_it_can_be_left_out_again_before_it_has_a_clip(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.acting_as(project.owner_id) as session:
        for is_used in (True, False):
            service.use_photos(session, project.id, [photos[4].id], is_used)
            assert (photos[4].id in service.plan(session, project.id).photo_ids) is is_used


def test_the_page_says_what_is_not_used(database: Database, project: Project, photos: list[Photo]) -> None:
    with database.reading_as(project.owner_id) as session:
        found = photos_page(session, project.id)
    assert (found.offer.label, found.offer.sentence) == ("Make my film", "4 of 5 photos")
    assert found.offer.aside == "1 photo looks like another one, so it is not used."
    assert [tile.id for tile in found.tiles if tile.aside] == [str(photos[4].id)] == [found.offer.first_aside]


def test_the_clips_step_does_not_ask_for_what_was_set_aside(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    for take in make(database, project):
        finish(database, take.id)
    with database.reading_as(project.owner_id) as session:
        cards = read_clips_page(session, project.id).cards
    assert [card.is_aside for card in cards] == [False] * 4 + [True]
    assert next_action(cards).does == "arrange"


def test_a_film_that_was_begun_step_by_step_keeps_what_was_chosen(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.acting_as(project.owner_id) as session:
        chosen = session.get_one(Project, project.id)
        chosen.look, chosen.music_id, chosen.has_fades = "lively", None, False
        chosen.opening_text, chosen.end_text = "Us", "Bye"
    make(database, project)
    after = row(database, project)
    assert (after.look, after.music_id, after.has_fades) == ("lively", None, False)
    assert (after.opening_text, after.end_text) == ("Us", "Bye")


def test_a_film_that_was_arranged_by_hand_only_grows(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.unscoped() as session:
        kept, out = add_take(session, photos[0], approved=True), add_take(session, photos[1])
    with database.reading_as(project.owner_id) as session:
        assert photos_page(session, project.id).offer.label == "Add 2 photos to my film"
    assert len(make(database, project)) == 2
    assert row(database, project).end_text == ""
    with database.reading() as session:
        assert session.get_one(Clip, kept.clip_id).approved_take_id == kept.id
        assert session.get_one(Clip, out.clip_id).approved_take_id is None


def test_clips_that_were_ready_before_are_in_the_film(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.unscoped() as session:
        ready = add_take(session, photos[0])
    make(database, project)
    with database.reading() as session:
        assert session.get_one(Clip, ready.clip_id).approved_take_id == ready.id


def test_a_project_from_before_looks_gets_all_of_it(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        track, old = add_track(session), add_project(session, anna)
        add_photo(session, old)
    make(database, old)
    after = row(database, old)
    assert (after.look, after.music_id, after.has_fades) == ("gentle", track.id, True)
    assert (after.opening_text, after.opening_subtitle, after.end_text) == ("Summer 1987", "", "The End")


def test_twice_at_once_asks_once(database: Database, project: Project, photos: list[Photo]) -> None:
    assert (len(make(database, project)), len(make(database, project))) == (4, 0)


def test_another_price_than_was_shown_is_refused(
    database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.acting_as(project.owner_id) as session:
        wanted = service.prepare(session, project.id)
    with pytest.raises(PriceChanged), database.acting_as(project.owner_id) as session:
        service.request(session, project.id, wanted, 1)
    with database.reading() as session:
        assert session.exec(select(Take)).all() == []


OPERATIONS: dict[str, Callable[[UserSession, Project, Photo], Any]] = {
    "plan": lambda s, p, one: service.plan(s, p.id),
    "prepare": lambda s, p, one: service.prepare(s, p.id),
    "request": lambda s, p, one: service.request(s, p.id, [one.id], None),
    "use_photos": lambda s, p, one: service.use_photos(s, p.id, [one.id], True),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_stranger_finds_nothing(
    database: Database,
    project: Project,
    photos: list[Photo],
    stranger: UUID,
    operation: Callable[[UserSession, Project, Photo], Any],
) -> None:
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        operation(session, project, photos[0])
    with database.reading() as session:
        assert not row(database, project).keeps_all
        assert session.exec(select(Clip).where(col(Clip.project_id) == project.id)).all() == []
        assert not session.get_one(Photo, photos[0].id).is_used_anyway


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        ([], ""),
        (["1987-07-12", "1987-07-12"], "12 July 1987"),
        (["1987-07-30", "1987-07-12"], "July 1987"),
        (["1987-06-30", "1987-08-12"], "June – August 1987"),
        (["1985-06-30", "1991-08-12"], "1985 – 1991"),
    ],
    ids=["none", "a day", "a month", "months", "years"],
)
def test_dates_are_said_as_people_say_them(moments: list[str], words: str) -> None:
    assert span_in_words([datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]) == words
