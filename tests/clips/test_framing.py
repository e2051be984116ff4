"""Framing by hand, and clips made again: with another framing, or longer."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from compiler.subject import FramingChoice, FramingMode, MovementStrength
from echoes import operator_settings
from echoes.clips import framing, regeneration, service
from echoes.database import Database
from echoes.editing import clips as editing
from echoes.editing import history
from echoes.editing.placement import place
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import Clip, JobStatus, Photo, Project, Take
from echoes.operator_settings import Providers
from echoes.takes.requesting import PriceChanged
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.making import fund


@pytest.fixture
def photo(database: Database, anna: UUID) -> Photo:
    with database.acting_as(anna) as session:
        return add_photo(session, add_project(session, anna))


def choice(database: Database, photo: Photo) -> FramingChoice:
    with database.reading() as session:
        return session.get_one(Photo, photo.id).framing


def shown(database: Database, photo: Photo) -> Take:
    with database.reading() as session:
        clip = session.exec(select(Clip).where(col(Clip.photo_id) == photo.id)).one()
        return session.get_one(Take, clip.approved_take_id)


def kept(database: Database, photo: Photo, provider: str = "motion") -> tuple[UUID, UUID]:
    """The ids of a clip in the film and its take."""
    with database.acting_as(photo.owner_id) as session:
        take = add_take(session, photo, approved=True)
        take.provider = provider
        return take.clip_id, take.id


def finish(database: Database, take: Take, frames: int) -> None:
    """As its job would: then the job that places it."""
    with database.acting_as(take.owner_id) as session:
        row = session.get_one(Take, take.id)
        row.status, row.frames, row.video_key = JobStatus.SUCCEEDED, frames, f"{take.id}.mp4"
    with database.acting_as(take.owner_id) as session:
        place(session, take.id)


class TestChoosing:
    def test_what_is_chosen_is_kept_and_can_be_cleared(self, database: Database, photo: Photo) -> None:
        with database.acting_as(photo.owner_id) as session:
            framing.set_focus(session, photo.id, 0.25, 1.0)
            framing.set_mode(session, photo.id, "whole")
            framing.set_movement(session, photo.id, "gentle")
        assert choice(database, photo) == FramingChoice(
            (0.25, 1.0), FramingMode.WHOLE, MovementStrength.GENTLE
        )
        with database.acting_as(photo.owner_id) as session:
            framing.clear_focus(session, photo.id)
        assert choice(database, photo).focus is None

    @pytest.mark.parametrize("point", [(1.01, 0.5), (-0.1, 0.5), (float("nan"), 0.5), (0.5, float("inf"))])
    def test_a_point_outside_the_photo_is_refused(
        self, database: Database, photo: Photo, point: tuple[float, float]
    ) -> None:
        with pytest.raises(BadInput), database.acting_as(photo.owner_id) as session:
            framing.set_focus(session, photo.id, *point)
        assert choice(database, photo) == FramingChoice()

    def test_words_that_mean_nothing_are_refused(self, database: Database, photo: Photo) -> None:
        with pytest.raises(BadInput), database.acting_as(photo.owner_id) as session:
            framing.set_mode(session, photo.id, "sideways")
        with pytest.raises(BadInput), database.acting_as(photo.owner_id) as session:
            framing.set_movement(session, photo.id, "")

    def test_a_stranger_finds_nothing(self, database: Database, photo: Photo, stranger: UUID) -> None:
        clip_id, _ = kept(database, photo)
        for change in (
            lambda session: framing.set_focus(session, photo.id, 0.5, 0.5),
            lambda session: framing.clear_focus(session, photo.id),
            lambda session: framing.set_mode(session, photo.id, "whole"),
            lambda session: framing.set_movement(session, photo.id, "strong"),
            lambda session: regeneration.animate_reframed(session, photo.id),
            lambda session: regeneration.animate_longer(session, clip_id, 10),
        ):
            with pytest.raises(NotFound), database.acting_as(stranger) as session:
                change(session)
        assert choice(database, photo) == FramingChoice()


class TestMakingAgain:
    def test_takes_its_place_in_the_film_and_can_be_undone(self, database: Database, photo: Photo) -> None:
        _, before = kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            take = regeneration.animate_reframed(session, photo.id)
        assert (take.price, take.motion) == (0, "push_in")
        finish(database, take, 120)
        assert shown(database, photo).id == take.id
        with database.acting_as(photo.owner_id) as session:
            assert history.undo(session, photo.project_id) == "Framing of a clip"
        assert shown(database, photo).id == before

    def test_a_trim_of_as_many_frames_stays(self, database: Database, photo: Photo) -> None:
        clip_id, _ = kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            editing.trim(session, clip_id, 12, 60)
            take = regeneration.animate_reframed(session, photo.id)
        finish(database, take, 120)
        with database.reading() as session:
            clip = session.get_one(Clip, clip_id)
            assert (clip.trim_start, clip.trim_end) == (12, 60)

    def test_what_is_not_in_the_film_does_not_come_into_it(self, database: Database, photo: Photo) -> None:
        clip_id, _ = kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            take = regeneration.animate_reframed(session, photo.id)
            editing.leave_out(session, clip_id)
        finish(database, take, 120)
        with database.reading() as session:
            assert session.get_one(Clip, clip_id).approved_take_id is None

    def test_twice_is_refused(self, database: Database, photo: Photo) -> None:
        kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            regeneration.animate_reframed(session, photo.id)
        with pytest.raises(Refused), database.acting_as(photo.owner_id) as session:
            regeneration.animate_reframed(session, photo.id)

    @pytest.mark.parametrize("is_longer", [False, True])
    def test_a_price_is_paid_as_it_was_shown_and_not_when_it_has_changed(
        self, database: Database, photo: Photo, is_longer: bool
    ) -> None:
        clip_id, _ = kept(database, photo)
        with database.unscoped() as session:
            operator_settings.write(session, Providers(prices={"motion": 2}), None)
        fund(database, photo.owner_id, 5)

        def request(price: int | None) -> Take:
            with database.acting_as(photo.owner_id) as session:
                if is_longer:
                    return regeneration.animate_longer(session, clip_id, 10, price)
                return regeneration.animate_reframed(session, photo.id, price)

        with pytest.raises(PriceChanged, match="cost 2 credits now"):
            request(0)
        assert request(2).price == 2


class TestOneTapForAll:
    def test_takes_reframed_clips_along_and_puts_them_in_their_places(
        self, database: Database, photo: Photo
    ) -> None:
        _, before = kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            session.get_one(Take, before).seconds = 7.0
            other = add_photo(session, session.get_one(Project, photo.project_id), "garden.jpg")
            add_take(session, other, approved=True)
            assert service.animate_all(session, photo.project_id) == []
            framing.set_mode(session, photo.id, "whole")
        with database.acting_as(photo.owner_id) as session:
            (take,) = service.animate_all(session, photo.project_id)
            assert (take.motion, take.seconds) == ("push_in", 7.0)
            assert service.animate_all(session, photo.project_id) == [], "it is under way"
        with database.acting_as(photo.owner_id) as session:
            session.get_one(Take, take.id).framing_mode = "whole"
        finish(database, take, 168)
        assert shown(database, photo).id == take.id
        with database.acting_as(photo.owner_id) as session:
            assert service.animate_all(session, photo.project_id) == []

    def test_several_surprises_of_a_reframed_clip_differ(self, database: Database, photo: Photo) -> None:
        kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            framing.set_focus(session, photo.id, 0.1, 0.9)
            takes = service.animate_many(session, photo.project_id, [photo.id], variations=3)
        assert len({take.motion for take in takes}) == 3

    def test_but_not_where_clips_are_made_otherwise(self, database: Database, photo: Photo) -> None:
        kept(database, photo, provider="runway")
        with database.acting_as(photo.owner_id) as session:
            framing.set_mode(session, photo.id, "whole")
            assert service.animate_all(session, photo.project_id) == []


class TestLonger:
    def test_a_free_clip_is_made_longer_and_shown_whole(self, database: Database, photo: Photo) -> None:
        clip_id, before = kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            editing.trim(session, clip_id, 12, 60)
            take = regeneration.animate_longer(session, clip_id, 10)
        assert (take.seconds, take.price) == (10.0, 0)
        finish(database, take, 240)
        with database.reading() as session:
            clip = session.get_one(Clip, clip_id)
            assert (clip.approved_take_id, clip.trim_start, clip.trim_end) == (take.id, 0, None)
        with database.acting_as(photo.owner_id) as session:
            assert history.undo(session, photo.project_id) == "Longer clip"
        with database.reading() as session:
            clip = session.get_one(Clip, clip_id)
            assert (clip.approved_take_id, clip.trim_start, clip.trim_end) == (before, 12, 60)

    def test_only_the_place_that_was_meant_becomes_longer(self, database: Database, photo: Photo) -> None:
        clip_id, before = kept(database, photo)
        with database.acting_as(photo.owner_id) as session:
            copy_id = editing.duplicate(session, clip_id)
            take = regeneration.animate_longer(session, copy_id, 7)
        assert take.clip_id == clip_id
        finish(database, take, 168)
        with database.reading() as session:
            assert session.get_one(Clip, clip_id).approved_take_id == before
            assert session.get_one(Clip, copy_id).approved_take_id == take.id

    @pytest.mark.parametrize("seconds", [0, -1, 5, 8, 3600])
    def test_other_lengths_are_refused(self, database: Database, photo: Photo, seconds: int) -> None:
        clip_id, _ = kept(database, photo)
        with pytest.raises(Refused), database.acting_as(photo.owner_id) as session:
            regeneration.animate_longer(session, clip_id, seconds)

    def test_a_clip_of_a_paid_provider_is_not_made_again(self, database: Database, photo: Photo) -> None:
        clip_id, take_id = kept(database, photo, provider="runway")
        with database.reading_as(photo.owner_id) as session:
            assert regeneration.longer_lengths(session, session.get_one(Take, take_id)) == []
        with pytest.raises(Refused), database.acting_as(photo.owner_id) as session:
            regeneration.animate_longer(session, clip_id, 10)
