"""Share links: made, shaped and revoked by the owner; not there for anybody else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from echoes.database import Database, UserSession
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import JobStatus, Project, ShareLink, Video, now
from echoes.sharing import passwords, service
from echoes.sharing.service import LinkSettings
from tests.sharing.conftest import shape
from tests.support.databases.rows import add_video


def test_sharing_twice_gives_the_same_address(database: Database, anna: UUID, video: Video) -> None:
    with database.acting_as(anna) as session:
        first, second = service.share(session, video.id), service.share(session, video.id)
    assert first.id == second.id
    assert len(first.token) >= 32


def test_a_revoked_link_is_followed_by_another_address(
    database: Database, anna: UUID, link: ShareLink
) -> None:
    with database.acting_as(anna) as session:
        service.revoke(session, link.id)
        again = service.share(session, link.video_id)
    assert again.token != link.token


def test_only_a_finished_film_is_shared(database: Database, anna: UUID, video: Video) -> None:
    with database.unscoped() as session:
        project = session.get_one(Project, video.project_id)
        unfinished = add_video(session, project, status=JobStatus.RUNNING)
    with database.acting_as(anna) as session, pytest.raises(Refused, match="not finished"):
        service.share(session, unfinished.id)


def test_a_link_is_told_to_open_tabs(database: Database, anna: UUID, video: Video, link: ShareLink) -> None:
    def revision() -> int:
        with database.reading_as(anna) as session:
            return session.get_one(Project, video.project_id).revision

    before = revision()
    shape(database, link, title="For Mum")
    assert revision() == before + 1


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"title": "a" * 121}, "120 characters"),
        ({"note": "a" * 601}, "600 characters"),
        ({"password": "a" * 201}, "200 characters"),
        ({"expires_at": now() - timedelta(minutes=1)}, "before anybody"),
        ({"opens_at": now() + timedelta(days=2), "expires_at": now() + timedelta(days=1)}, "before anybody"),
    ],
)
def test_what_cannot_be_is_said(
    database: Database, link: ShareLink, wishes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput, match=sentence):
        shape(database, link, **wishes)


def test_what_no_page_may_hold_is_left_out_of_the_words(
    database: Database, anna: UUID, link: ShareLink
) -> None:
    shape(
        database,
        link,
        title="For\x00 \ud800Mum\x0b",
        note="Fifty years,\r\n\tall\x07 of them.\x0bYours 👩\u200d👧",
    )
    with database.reading_as(anna) as session:
        kept = session.get_one(ShareLink, link.id)
    assert (kept.title, kept.note) == ("For Mum", "Fifty years,\n all of them.\nYours 👩\u200d👧")


def test_a_password_fits_however_a_keyboard_wrote_it() -> None:
    kept = passwords.digest("Zo\u00eb 1987 ")
    assert passwords.fits("Zo\u00eb 1987", kept)
    assert passwords.fits(" Zoe\u0308 1987", kept)
    assert not passwords.fits("Zoe 1987", kept)


def test_a_password_is_kept_as_a_hash_and_stays_until_it_is_taken_away(
    database: Database, anna: UUID, link: ShareLink
) -> None:
    def kept() -> str | None:
        with database.reading_as(anna) as session:
            return session.get_one(ShareLink, link.id).password_hash

    shape(database, link, password="Rosa 1987")
    before = kept()
    assert before is not None
    assert "Rosa" not in before
    assert passwords.fits("Rosa 1987", before)
    assert not passwords.fits("rosa 1987", before)
    shape(database, link, title="Only the title")
    assert kept() == before
    shape(database, link, password="")
    assert kept() is None


@pytest.mark.parametrize(
    "operation",
    [
        lambda session, link: service.share(session, link.video_id),
        lambda session, link: service.shape(session, link.id, LinkSettings(title="Mine")),
        lambda session, link: service.revoke(session, link.id),
    ],
)
def test_for_a_stranger_there_is_no_link(
    database: Database, stranger: UUID, link: ShareLink, operation: Callable[[UserSession, ShareLink], Any]
) -> None:
    with database.acting_as(stranger) as session, pytest.raises(NotFound):
        operation(session, link)


def test_a_stranger_finds_none_either(database: Database, stranger: UUID, link: ShareLink) -> None:
    with database.reading_as(stranger) as session:
        assert service.find(session, link.video_id) is None
