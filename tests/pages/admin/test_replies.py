"""The operator's page of reported replies: nobody else's, page by page, removed or kept."""

from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import Role, ShareLink, ShareReply, User, new_id, now
from echoes.pages.admin.replies.state import PAGE
from tests.pages.admin.every_handler import ADMIN_REPLIES
from tests.support.databases.rows import add_project, add_video
from tests.support.tabs import OpenTab

ADDRESS = "/admin/replies"
MANY = PAGE + 3


@pytest.fixture
def replies(database: Database, anna: UUID) -> list[ShareReply]:
    with database.unscoped() as session:
        link = ShareLink(owner_id=anna, video_id=add_video(session, add_project(session, anna)).id)
        session.add(link)
        session.flush()
        rows = [
            ShareReply(owner_id=anna, link_id=link.id, visitor="v", words=f"Rude {number}", reported_at=now())
            for number in range(MANY)
        ]
        session.add_all([*rows, ShareReply(owner_id=anna, link_id=link.id, visitor="v", words="Lovely")])
    return rows


async def test_others_find_nothing_there(
    open_tab: OpenTab, database: Database, stranger: UUID, replies: list[ShareReply]
) -> None:
    tab = open_tab(stranger)
    await tab.load(ADDRESS)
    assert (await tab.follow(f"{ADMIN_REPLIES}.watch", ADDRESS)).fields["is_missing"] is True
    for act in ("remove", "dismiss"):
        answer = await tab.send(f"{ADMIN_REPLIES}.{act}", ADDRESS, reply_id=str(replies[0].id))
        assert "There is nothing here" in answer.sentence
    with database.reading() as session:
        assert session.get(ShareReply, replies[0].id) == replies[0]


async def test_operators_read_remove_and_keep(
    open_tab: OpenTab, database: Database, stranger: UUID, replies: list[ShareReply]
) -> None:
    with database.unscoped() as session:
        session.get_one(User, stranger).role = Role.OPERATOR
    tab = open_tab(stranger)
    first = await tab.follow(f"{ADMIN_REPLIES}.watch", ADDRESS)
    assert (len(first.fields["lines"]), first.fields["has_more"]) == (PAGE, True)
    more = await tab.send(f"{ADMIN_REPLIES}.more", ADDRESS)
    assert sorted(line.words for line in more.fields["lines"]) == sorted(row.words for row in replies)
    removed, kept = more.fields["lines"][:2]
    await tab.send(f"{ADMIN_REPLIES}.remove", ADDRESS, reply_id=removed.id)
    after = await tab.send(f"{ADMIN_REPLIES}.dismiss", ADDRESS, reply_id=kept.id)
    assert {removed.id, kept.id}.isdisjoint(line.id for line in after.fields["lines"])
    with database.reading() as session:
        assert session.get(ShareReply, UUID(removed.id)) is None
        assert session.get_one(ShareReply, UUID(kept.id)).reported_at is None
    twice = await tab.send(f"{ADMIN_REPLIES}.remove", ADDRESS, reply_id=removed.id)
    assert "no longer there" in twice.sentence
    garbage = await tab.send(f"{ADMIN_REPLIES}.remove", ADDRESS, reply_id=str(new_id()))
    assert "no longer there" in garbage.sentence
