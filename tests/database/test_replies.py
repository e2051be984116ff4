"""Replies behind row-level security: written by the service role, read and moderated by the owner."""

from functools import partial
from uuid import UUID

import pytest

from echoes.database import Database
from echoes.errors import Refused
from echoes.models import ShareLink, Video, now
from echoes.sharing import service
from echoes.sharing.link_access import LinkedFilm, look_up
from echoes.sharing.replies import owner, visitor
from echoes.storage import new_key
from tests.support.crowds import all_at_once
from tests.support.databases.rows import add_project, add_video

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(walled: Database) -> Database:
    return walled


@pytest.fixture
def shown(database: Database, anna: UUID) -> LinkedFilm:
    with database.unscoped() as session:
        video = add_video(session, add_project(session, anna))
        video.film_key, video.frames, video.ended_at = new_key(anna, "videos", "mp4", video.id), 24, now()
    with database.acting_as(anna) as session:
        link: ShareLink = service.share(session, video.id)
    with database.reading() as session:
        return look_up(session, link.token)


def test_they_are_left_read_hidden_and_removed(
    database: Database, anna: UUID, stranger: UUID, shown: LinkedFilm
) -> None:
    with database.unscoped() as session:
        for words in (visitor.HEART, "How lovely!", visitor.HEART):
            visitor.leave(session, shown, "x" * 24, words, "Grandma")
    with database.acting_as(stranger) as session:
        assert owner.new_by_project(session) == {}
    with database.acting_as(anna) as session:
        assert owner.counts_by_film(session, [shown.video_id])[shown.video_id].new == 2
        replies = owner.list_replies(session, shown.video_id)
        owner.mark_seen(session, shown.video_id, replies)
        assert owner.new_by_project(session) == {}
        owner.report(session, replies[0].id)
        owner.remove(session, replies[1].id)
    with database.acting_as(anna) as session:
        (left,) = owner.list_replies(session, shown.video_id)
        assert left.reported_at is not None
        session.delete(session.get_one(Video, shown.video_id))
    with database.reading_as(anna) as session:
        assert owner.new_by_project(session) == {}


def test_many_taps_at_once_leave_no_more_than_one_browser_may(database: Database, shown: LinkedFilm) -> None:
    def say(words: str) -> str:
        try:
            with database.unscoped() as session:
                visitor.leave(session, shown, "x" * 24, words)
        except Refused:
            return "refused"
        return "left"

    told = all_at_once([partial(say, f"How lovely, {number}!") for number in range(10)])
    assert told == {"left": visitor.MOST_OF_A_BROWSER + 1, "refused": 10 - visitor.MOST_OF_A_BROWSER - 1}
