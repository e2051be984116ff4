"""Replies as their owner reads them: new until read, hidden, deleted, reported; nobody else's business."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from echoes.admin import replies as moderation
from echoes.admin.audit import Operator
from echoes.database import Database, UserSession
from echoes.errors import NotFound
from echoes.models import AuditEntry, ShareLink, ShareReply, Video
from echoes.pages.films.queries import film_cards
from echoes.pages.project.film.queries import read_film_page
from echoes.pages.project.share.replies.queries import labels_by_film, open_replies, read_replies
from echoes.privacy.export import gather
from echoes.sharing.replies import owner
from tests.support.databases.fresh import NewUser


@pytest.fixture
def reply(database: Database, link: ShareLink) -> ShareReply:
    with database.unscoped() as session:
        heart = ShareReply(owner_id=link.owner_id, link_id=link.id, visitor="a")
        written = ShareReply(
            owner_id=link.owner_id, link_id=link.id, visitor="a", words="How lovely!", name="Grandma"
        )
        session.add_all([heart, written])
    return written


def kept(database: Database, reply: ShareReply) -> ShareReply | None:
    with database.reading() as session:
        return session.get(ShareReply, reply.id)


def test_new_ones_are_counted_until_they_are_read(
    database: Database, anna: UUID, video: Video, reply: ShareReply
) -> None:
    def told() -> tuple[str, str, str]:
        with database.reading_as(anna) as session:
            page, (card,) = read_film_page(session, video.project_id), film_cards(session)
            return labels_by_film(session, [video.id])[video.id], page.current.replies, card.replies

    assert told() == ("2 new replies", "2 new replies", "2 new replies")
    with database.acting_as(anna) as session:
        (shown,) = open_replies(session, video.id).shown
    assert (shown.who, shown.words, shown.is_new) == ("Grandma", "How lovely!", True)
    assert told() == ("2 replies", "2 replies", "")
    with database.reading_as(anna) as session:
        sheet = read_replies(session, video.id)
    assert (sheet.hearts, [line.is_new for line in sheet.shown]) == ("1 heart", [False])


def test_what_comes_while_others_are_read_stays_new(
    database: Database, anna: UUID, video: Video, link: ShareLink, reply: ShareReply
) -> None:
    with database.reading_as(anna) as session:
        read = owner.list_replies(session, video.id)
    with database.unscoped() as session:
        session.add(ShareReply(owner_id=anna, link_id=link.id, visitor="b", words="Late"))
    with database.acting_as(anna) as session:
        owner.mark_seen(session, video.id, read)
        assert owner.counts_by_film(session, [video.id])[video.id].new == 1


def test_a_hidden_one_is_out_of_sight_and_comes_back(
    database: Database, anna: UUID, video: Video, reply: ShareReply
) -> None:
    with database.acting_as(anna) as session:
        owner.hide(session, reply.id, is_hidden=True)
    with database.reading_as(anna) as session:
        sheet = read_replies(session, video.id)
        assert ([line.id for line in sheet.shown], len(sheet.hidden)) == ([], 1)
        assert labels_by_film(session, [video.id])[video.id] == "1 new reply"
    with database.acting_as(anna) as session:
        owner.hide(session, reply.id, is_hidden=False)
        assert len(read_replies(session, video.id).shown) == 1


def test_a_deleted_one_is_gone(database: Database, anna: UUID, reply: ShareReply) -> None:
    with database.acting_as(anna) as session:
        owner.remove(session, reply.id)
    assert kept(database, reply) is None
    with database.acting_as(anna) as session, pytest.raises(NotFound, match="no longer there"):
        owner.remove(session, reply.id)


def test_replies_go_with_the_film_and_with_its_owner(
    database: Database, anna: UUID, video: Video, reply: ShareReply
) -> None:
    with database.unscoped() as session:
        session.delete(session.get_one(Video, video.id))
    assert kept(database, reply) is None


def test_replies_are_in_the_export_without_what_knows_the_browser(anna: UUID, reply: ShareReply) -> None:
    document = gather(anna).documents["data/share_replies.json"]
    assert "How lovely!" in document
    assert "Grandma" in document
    assert "visitor" not in document


@pytest.mark.parametrize(
    "operation",
    [
        lambda session, reply, video: owner.hide(session, reply.id, is_hidden=True),
        lambda session, reply, video: owner.report(session, reply.id),
        lambda session, reply, video: owner.remove(session, reply.id),
        lambda session, reply, video: open_replies(session, video.id),
        lambda session, reply, video: owner.list_replies(session, video.id),
    ],
)
def test_for_a_stranger_there_are_none(
    database: Database,
    stranger: UUID,
    video: Video,
    reply: ShareReply,
    operation: Callable[[UserSession, ShareReply, Video], Any],
) -> None:
    with database.acting_as(stranger) as session, pytest.raises(NotFound):
        operation(session, reply, video)
    with database.reading_as(stranger) as session:
        assert owner.counts_by_film(session, [video.id]) == {}
        assert owner.new_by_project(session) == {}
    assert kept(database, reply) == reply


class TestAReportedOne:
    @pytest.fixture
    def operator(self, new_user: NewUser) -> Operator:
        return Operator(new_user("Olga"), "Olga")

    @pytest.fixture
    def reported(self, database: Database, anna: UUID, reply: ShareReply) -> ShareReply:
        with database.acting_as(anna) as session:
            owner.report(session, reply.id)
        return reply

    def test_is_hidden_at_once_and_shown_to_operators(
        self, database: Database, anna: UUID, video: Video, reported: ShareReply
    ) -> None:
        with database.reading_as(anna) as session:
            (hidden,) = read_replies(session, video.id).hidden
        assert hidden.is_reported
        with database.reading() as session:
            ((line, reader),) = moderation.reported(session, None, 10)
        assert (line.id, reader.id) == (reported.id, anna)

    def test_is_removed_with_a_line_in_the_audit_log_that_does_not_repeat_it(
        self, database: Database, anna: UUID, operator: Operator, reported: ShareReply
    ) -> None:
        with database.unscoped() as session:
            moderation.remove(session, operator, reported.id)
        assert kept(database, reported) is None
        with database.reading() as session:
            (entry,) = session.exec(select(AuditEntry)).all()
        assert (entry.action, entry.subject_id) == ("reply removed", anna)
        assert "lovely" not in str(entry.model_dump())

    def test_is_kept_when_nothing_is_wrong_with_it(
        self, database: Database, operator: Operator, reported: ShareReply
    ) -> None:
        with database.unscoped() as session:
            moderation.dismiss(session, operator, reported.id)
        with database.reading() as session:
            assert moderation.reported(session, None, 10) == []
        after = kept(database, reported)
        assert after is not None
        assert after.hidden_at is not None

    def test_alone_is_an_operators_business(
        self, database: Database, operator: Operator, reply: ShareReply
    ) -> None:
        for act in (moderation.remove, moderation.dismiss):
            for reply_id in (reply.id, uuid4()):
                with database.unscoped() as session, pytest.raises(NotFound):
                    act(session, operator, reply_id)
        assert kept(database, reply) is not None
