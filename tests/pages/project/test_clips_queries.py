"""What has become of each photo, and what its owner is told to do next."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.database import Database
from echoes.editing import clips as editing
from echoes.models import Aspect, Clip, JobStatus, Photo, Project, Take, now
from echoes.pages.project.clips.next_action import is_to_animate, next_action
from echoes.pages.project.clips.queries import ClipCard, ClipsPageViewModel, read_clips_page
from tests.support.databases.rows import add_photo, add_project, add_take


@pytest.fixture
def photo(database: Database, anna: UUID) -> Photo:
    with database.acting_as(anna) as session:
        return add_photo(session, add_project(session, anna))


def read(database: Database, photo: Photo) -> ClipsPageViewModel:
    with database.reading_as(photo.owner_id) as session:
        return read_clips_page(session, photo.project_id)


def card(database: Database, photo: Photo) -> ClipCard:
    return read(database, photo).cards[0]


def take(database: Database, photo: Photo, *statuses: JobStatus, approved: bool = False) -> list[Take]:
    with database.acting_as(photo.owner_id) as session:
        return [add_take(session, photo, status, approved=approved) for status in statuses]


def test_a_photo_without_a_clip_is_still(database: Database, photo: Photo) -> None:
    found = card(database, photo)
    assert (found.stage, found.number, found.name, found.clip) == ("still", 1, "beach.jpg", "")
    assert found.picture.startswith("/files/")


def test_a_take_under_way_is_shown_with_its_progress(database: Database, photo: Photo) -> None:
    (running,) = take(database, photo, JobStatus.RUNNING)
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Take, running.id).progress = 0.416
    page = read(database, photo)
    assert (page.cards[0].stage, page.cards[0].take) == ("making", str(running.id))
    assert page.progress == {str(running.id): 42}


def test_what_has_begun_is_told_from_what_waits(database: Database, photo: Photo) -> None:
    (waiting,) = take(database, photo, JobStatus.WAITING)
    assert read(database, photo).progress == {str(waiting.id): 0}
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Take, waiting.id).status = JobStatus.RUNNING
    assert read(database, photo).progress == {str(waiting.id): 1}


def test_the_newest_that_worked_waits_to_be_kept(database: Database, photo: Photo) -> None:
    _, newest = take(database, photo, JobStatus.SUCCEEDED, JobStatus.SUCCEEDED)
    found = card(database, photo)
    assert (found.stage, found.take, len(found.takes)) == ("ready", str(newest.id), 2)
    assert str(newest.id) in found.clip


def test_what_is_kept_stays_shown_when_a_newer_one_is_ready(database: Database, photo: Photo) -> None:
    (kept,) = take(database, photo, JobStatus.SUCCEEDED, approved=True)
    assert not card(database, photo).is_fresh
    take(database, photo, JobStatus.SUCCEEDED)
    found = card(database, photo)
    assert (found.stage, found.take, found.is_fresh) == ("kept", str(kept.id), True)
    assert [view.is_kept for view in found.takes] == [True, False]


def test_a_failure_says_why_and_takes_nothing_away(database: Database, photo: Photo) -> None:
    take(database, photo, JobStatus.SUCCEEDED, approved=True)
    (failed,) = take(database, photo, JobStatus.FAILED)
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Take, failed.id).failure = "The photo is too dark."
    found = card(database, photo)
    assert (found.stage, found.problem) == ("kept", "The photo is too dark.")


def test_of_several_at_once_those_that_failed_are_told_of(database: Database, photo: Photo) -> None:
    """Whichever it was: its price came back, and its owner wants to know why there is one less."""
    asked = take(database, photo, JobStatus.FAILED, JobStatus.SUCCEEDED, JobStatus.SUCCEEDED)
    with database.acting_as(photo.owner_id) as session:
        for one in asked:
            session.get_one(Take, one.id).ended_at = now()
        session.get_one(Take, asked[0].id).failure = "The picture was refused. Your credit is back."
    found = card(database, photo)
    assert (found.stage, len(found.takes)) == ("ready", 2)
    assert found.problem == "1 of 3 did not work out. The picture was refused. Your credit is back."


def test_a_failure_before_the_last_try_is_over(database: Database, photo: Photo) -> None:
    (failed,) = take(database, photo, JobStatus.FAILED)
    with database.acting_as(photo.owner_id) as session:
        row = session.get_one(Take, failed.id)
        row.failure, row.ended_at = "The picture was refused.", now()
    take(database, photo, JobStatus.SUCCEEDED)
    assert card(database, photo).problem == ""


def test_only_a_failure_is_a_failure(database: Database, photo: Photo) -> None:
    take(database, photo, JobStatus.CANCELLED)
    assert card(database, photo).stage == "still"
    take(database, photo, JobStatus.FAILED)
    assert card(database, photo).stage == "failed"
    assert card(database, photo).problem


def test_takes_of_another_shape_do_not_count(database: Database, photo: Photo) -> None:
    take(database, photo, JobStatus.SUCCEEDED, approved=True)
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Project, photo.project_id).aspect = Aspect.TALL
    assert (card(database, photo).stage, card(database, photo).takes) == ("still", [])


def test_cards_follow_the_photos_not_the_film(database: Database, photo: Photo) -> None:
    take(database, photo, JobStatus.SUCCEEDED, approved=True)
    with database.acting_as(photo.owner_id) as session:
        second = add_photo(session, session.get_one(Project, photo.project_id), "hill.jpg")
        add_take(session, second, approved=True)
        in_film = session.exec(select(Clip.id).order_by(col(Clip.position).desc())).all()
        editing.reorder(session, photo.project_id, in_film)
    assert [card.name for card in read(database, photo).cards] == ["beach.jpg", "hill.jpg"]


def cards(*stages: str) -> list[ClipCard]:
    return [ClipCard(str(number), number, "", "", stage) for number, stage in enumerate(stages)]


@pytest.mark.parametrize(
    ("stages", "does", "label"),
    [
        ([], "", ""),
        (["still"] * 6, "animate", "Animate all 6 photos"),
        (["still"], "animate", "Animate this photo"),
        (["kept", "still"], "animate", "Animate the other photo"),
        (["kept", "still", "failed"], "animate", "Animate the other 2 photos"),
        (["making", "making"], "wait", "Making your clips…"),
        (["making", "ready"], "wait", "Making your clips…"),
        (["making", "ready", "still", "failed"], "wait", "Making your clips…"),
        (["ready"], "keep", "Keep this clip"),
        (["ready", "failed"], "keep", "Keep this clip"),
        (["ready"] * 3, "keep", "Keep all 3 clips"),
        (["kept", "ready"], "arrange", "Arrange your clips"),
        (["kept", "making", "still"], "arrange", "Arrange your clips"),
        (["failed"], "", ""),
        (["failed", "failed"], "animate", "Try all 2 photos again"),
        (["failed", "failed", "kept"], "arrange", "Arrange your clips"),
    ],
)
def test_there_is_one_thing_to_do_next(stages: list[str], does: str, label: str) -> None:
    todo = next_action(cards(*stages))
    assert (todo.does, todo.label) == (does, label)


@pytest.mark.parametrize(
    ("stages", "label"),
    [(["still"] * 6, "Animate all 6 photos · 12 credits"), (["still"], "Animate this photo · 2 credits")],
)
def test_the_price_stands_on_the_button(stages: list[str], label: str) -> None:
    assert next_action(cards(*stages), price=2).label == label


def test_what_was_stopped_says_what_became_of_its_price(database: Database, photo: Photo) -> None:
    (stopped,) = take(database, photo, JobStatus.CANCELLED)
    with database.acting_as(photo.owner_id) as session:
        row = session.get_one(Take, stopped.id)
        row.failure, row.price = "Stopped. Your credit is back.", 1
    assert (card(database, photo).stage, card(database, photo).note) == (
        "still",
        "Stopped. Your credit is back.",
    )


def test_the_way_on_says_what_is_left_behind() -> None:
    assert next_action(cards("kept", "kept", "making")).sentence == "2 clips in your film, 1 on the way."
    assert next_action(cards("kept", "ready")).sentence == "1 clip in your film, 1 to watch."


def test_the_making_lasts_until_all_have_ended() -> None:
    """What is finished meanwhile is said, and can be kept on its card."""
    assert next_action(cards("making", "making")).sentence.startswith("You can close this page.")
    meanwhile = next_action(cards("making", "ready", "ready"))
    assert (meanwhile.does, meanwhile.sentence[:23]) == ("wait", "2 clips ready to watch.")
    assert next_action(cards("ready", "ready", "ready")).does == "keep"


class TestAfterItsPhotoWasRotated:
    @pytest.fixture
    def kept(self, database: Database, photo: Photo) -> Take:
        (kept,) = take(database, photo, JobStatus.SUCCEEDED, approved=True)
        with database.acting_as(photo.owner_id) as session:
            session.get_one(Photo, photo.id).rotation = 1
        return kept

    def test_a_clip_stays_and_another_is_offered(self, database: Database, photo: Photo, kept: Take) -> None:
        found = read(database, photo).cards
        assert (found[0].stage, found[0].take, found[0].is_outdated) == ("kept", str(kept.id), True)
        todo = next_action(found, price=2)
        assert (todo.does, todo.label) == ("animate", "Animate the rotated photo again · 2 credits")
        assert todo.sentence == "You have rotated it since its clip was made."

    def test_what_was_made_anew_is_ready_to_be_looked_at(
        self, database: Database, photo: Photo, kept: Take
    ) -> None:
        (anew,) = take(database, photo, JobStatus.SUCCEEDED)
        with database.acting_as(photo.owner_id) as session:
            session.get_one(Take, anew.id).rotation = 1
        found = card(database, photo)
        assert (found.stage, found.is_outdated, found.is_fresh) == ("kept", False, True)

    def test_what_was_under_way_ends_as_an_outdated_one(
        self, database: Database, photo: Photo, kept: Take
    ) -> None:
        (running,) = take(database, photo, JobStatus.RUNNING)
        assert (card(database, photo).stage, card(database, photo).is_outdated) == ("making", False)
        with database.acting_as(photo.owner_id) as session:
            row = session.get_one(Take, running.id)
            row.status, row.ended_at = JobStatus.SUCCEEDED, now()
        assert card(database, photo).is_outdated

    def test_all_the_way_round_it_is_up_to_date(self, database: Database, photo: Photo, kept: Take) -> None:
        with database.acting_as(photo.owner_id) as session:
            session.get_one(Photo, photo.id).rotation = 0
        assert not card(database, photo).is_outdated
        assert next_action(read(database, photo).cards).does == "arrange"


@pytest.mark.parametrize(
    ("kind", "remedy", "is_tried_with_the_others"),
    [
        ("provider_failed", "", True),
        ("timeout", "", True),
        ("asset_invalid", "photo", False),
        ("moderated", "otherwise", False),
        ("bad_output", "otherwise", False),
    ],
)
def test_what_would_fail_just_so_again_is_not_offered_again(
    database: Database, photo: Photo, kind: str, remedy: str, is_tried_with_the_others: bool
) -> None:
    (failed,) = take(database, photo, JobStatus.FAILED)
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Take, failed.id).failure_kind = kind
    found = card(database, photo)
    assert (found.stage, found.remedy, is_to_animate(found)) == ("failed", remedy, is_tried_with_the_others)


def test_a_photo_is_shown_as_its_clip_will_begin(database: Database, photo: Photo) -> None:
    """1600 × 1200 in a wide film: the full width, and a part of the height around the face."""
    face = {"focus": [0.5, 0.2], "faces": [[0.45, 0.15, 0.55, 0.28]], "picture": [0.0, 0.0, 1.0, 1.0]}
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Photo, photo.id).subject = face
    framed = card(database, photo).framed
    assert not framed.is_whole
    assert framed.place == {
        "left": "0.00%", "top": "0.00%", "width": "100.00%", "height": "133.33%",
        "clipPath": "inset(0.00% 0.00% 0.00% 0.00%)",
    }  # fmt: skip


def test_a_portrait_is_shown_whole_in_a_wide_film(database: Database, photo: Photo) -> None:
    with database.acting_as(photo.owner_id) as session:
        row = session.get_one(Photo, photo.id)
        row.width, row.height = 1200, 1600
    framed = card(database, photo).framed
    assert framed.is_whole
    assert all(0 < float(framed.place[side].strip("%")) < 100 for side in ("left", "top", "width", "height"))


def test_another_framing_than_the_clip_has_is_said(database: Database, photo: Photo) -> None:
    take(database, photo, JobStatus.SUCCEEDED, approved=True)
    assert not card(database, photo).is_reframed
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Photo, photo.id).movement = "strong"
    assert card(database, photo).is_reframed
    (anew,) = take(database, photo, JobStatus.SUCCEEDED)
    with database.acting_as(photo.owner_id) as session:
        row = session.get_one(Take, anew.id)
        row.movement = "strong"
        session.get_one(Clip, row.clip_id).approved_take_id = row.id
    assert not card(database, photo).is_reframed


def test_a_clip_of_a_provider_knows_no_framing(database: Database, photo: Photo) -> None:
    (made,) = take(database, photo, JobStatus.SUCCEEDED)
    with database.acting_as(photo.owner_id) as session:
        session.get_one(Take, made.id).provider = "runway"
        session.get_one(Photo, photo.id).framing_mode = "whole"
    assert not card(database, photo).is_reframed
