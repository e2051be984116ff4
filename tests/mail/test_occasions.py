"""Occasions of mail: a film that is ready, a gift that opens, a backup that went wrong."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.backups import schedule
from echoes.database import Database
from echoes.jobs.lifecycle import failed, success
from echoes.mail.notices import tell_by_mail
from echoes.models import AuthSession, JobStatus, Mail, MailKind, Role, ShareLink, User, Video, now
from echoes.sharing.gift_mail import tell_owners
from echoes.sharing.replies import reply_mail
from echoes.takes.spending_limits import HELD
from echoes.videos import ready_mail
from echoes.videos.compilation import CompileFilm
from tests.mail.conftest import ADDRESS
from tests.support.databases.rows import add_project, add_video
from tests.support.servers.smtp import MailServer


@pytest.fixture
def film(database: Database, anna: UUID, post_office: MailServer) -> Video:
    with database.unscoped() as session:
        return add_video(session, add_project(session, anna))


def mails(database: Database) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        return [(mail.kind, mail.address, mail.content["subject"]) for mail in session.exec(select(Mail))]


def tell_of(database: Database, film: Video) -> None:
    with database.unscoped() as session:
        ready_mail.tell_owner(session, film.id)


def test_a_film_is_ready_once(database: Database, film: Video) -> None:
    tell_of(database, film)
    tell_of(database, film)
    assert mails(database) == [("film_ready", ADDRESS, "Your film “Summer 1987” is ready")]


@pytest.mark.parametrize("made", [True, False])
def test_the_job_tells_it_in_the_transaction_of_its_end(
    database: Database, anna: UUID, post_office: MailServer, made: bool
) -> None:
    with database.unscoped() as session:
        film = add_video(session, add_project(session, anna), JobStatus.RUNNING)
    outcome = success({"progress": 1.0}) if made else failed("internal", "It failed.", "")
    for _ in range(2):
        with database.unscoped() as session:
            CompileFilm().settle(session, str(film.id), outcome)
    assert [kind for kind, _, _ in mails(database)] == ([MailKind.FILM_READY] if made else [])


def test_who_is_there_needs_no_mail(database: Database, film: Video, anna: UUID) -> None:
    with database.unscoped() as session:
        session.add(AuthSession(user_id=anna, token_hash="t", expires_at=now() + timedelta(days=1)))
    tell_of(database, film)
    assert mails(database) == []


def test_a_further_size_is_no_news(database: Database, film: Video) -> None:
    with database.unscoped() as session:
        size = session.get_one(Video, film.id)
        size.original_id = film.id
    tell_of(database, film)
    assert mails(database) == []


def test_who_has_no_address_or_none_that_works_is_not_told(
    database: Database, film: Video, anna: UUID
) -> None:
    for address in (None, "not an address"):
        with database.unscoped() as session:
            session.get_one(User, anna).email = address
        tell_of(database, film)
    assert mails(database) == []


def test_a_gift_opens_once_on_its_day(database: Database, film: Video, anna: UUID) -> None:
    with database.unscoped() as session:
        opens = now() + timedelta(days=3)
        session.add(ShareLink(owner_id=anna, video_id=film.id, title="For Mum", opens_at=opens))
        session.add(ShareLink(owner_id=anna, video_id=film.id, opens_at=now() - timedelta(hours=1)))
        session.add(ShareLink(owner_id=anna, video_id=film.id, opens_at=opens, revoked_at=now()))
    tell_owners()
    assert mails(database) == []
    for _ in range(2):
        tell_owners(opens + timedelta(minutes=5))
    assert mails(database) == [("gift_opens", ADDRESS, "“For Mum” opens today")]


def test_a_reply_is_told_once_a_day_for_each_film(
    database: Database, film: Video, anna: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> None:
        with database.unscoped() as session:
            reply_mail.tell_owner(session, film.id)

    told()
    told()
    assert mails(database) == [("reply", ADDRESS, "Somebody replied to “Summer 1987”")]
    tomorrow = now() + timedelta(days=1)
    monkeypatch.setattr(reply_mail, "now", lambda: tomorrow)
    told()
    assert len(mails(database)) == 2


def test_who_reads_replies_on_the_page_needs_no_mail(database: Database, film: Video, anna: UUID) -> None:
    with database.unscoped() as session:
        session.add(AuthSession(user_id=anna, token_hash="t", expires_at=now() + timedelta(days=1)))
        reply_mail.tell_owner(session, film.id)
    assert mails(database) == []


def test_a_bad_backup_is_told_once_a_day(database: Database, anna: UUID, post_office: MailServer) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).role = Role.OPERATOR
    for _ in range(2):
        schedule.tell_operators()
    assert [kind for kind, _, _ in mails(database)] == [MailKind.BACKUP_BAD]


def test_what_waits_for_operators_is_told_once_a_day(
    database: Database, anna: UUID, stranger: UUID, post_office: MailServer
) -> None:
    """Also where a member's own request reached the limit: that session knows no operators."""
    with database.unscoped() as session:
        session.get_one(User, anna).role = Role.OPERATOR
        tell_by_mail(session, HELD)
    with database.acting_as(stranger) as session:
        tell_by_mail(session, HELD)
    assert [kind for kind, _, _ in mails(database)] == [MailKind.NOTICE]


def test_a_members_request_tells_operators(
    database: Database, anna: UUID, stranger: UUID, post_office: MailServer
) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).role = Role.OPERATOR
    with database.acting_as(stranger) as session:
        tell_by_mail(session, HELD)
        assert mails(database) == [], "not before it has committed"
    assert [address for _, address, _ in mails(database)] == [ADDRESS]
