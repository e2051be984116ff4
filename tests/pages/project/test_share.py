"""The share sheet of a film, as its owner sees it."""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest

from compiler.timeline.model import Shot, Timeline
from echoes.database import Database
from echoes.errors import BadInput
from echoes.models import Project, ShareLink, ShareReply, Take, Video, new_id, now
from echoes.pages.project.share.queries import read_share_sheet
from echoes.pages.project.share.state import _moment
from echoes.sharing import service as sharing
from echoes.sharing.link_preview import SOCIAL_CARD
from tests.pages.every_handler import FILM, REPLIES, SHARE
from tests.support.databases.rows import add_photo, add_take, add_video
from tests.support.tabs import Answer, OpenTab, Tab


def test_a_link_that_has_ended_says_so(database: Database, anna: UUID, project: Project) -> None:
    with database.unscoped() as session:
        video = add_video(session, session.get_one(Project, project.id))
    with database.acting_as(anna) as session:
        link = sharing.share(session, video.id)
        assert not read_share_sheet(session, video.id).has_ended
        link.expires_at = now() + timedelta(days=1)
        assert not read_share_sheet(session, video.id).has_ended
        link.expires_at = now() - timedelta(seconds=1)
        assert read_share_sheet(session, video.id).has_ended


def test_the_preview_is_ours_where_messengers_get_no_poster(
    database: Database, anna: UUID, project: Project
) -> None:
    with database.unscoped() as session:
        video = add_video(session, session.get_one(Project, project.id))
    with database.acting_as(anna) as session:
        link = sharing.share(session, video.id)
        assert read_share_sheet(session, video.id).preview == SOCIAL_CARD
        session.get_one(Video, video.id).poster_key = f"{anna}/videos/{video.id}.jpg"
        assert read_share_sheet(session, video.id).preview == f"/watch/{link.token}/poster.jpg?of={video.id}"
        link.expires_at = now() - timedelta(seconds=1)
        assert read_share_sheet(session, video.id).preview == SOCIAL_CARD


@pytest.mark.parametrize("text", ["2026-12-24T18:00:00-05:00", "2026-12-24T23:00:00.000Z"])
def test_a_moment_is_the_same_in_every_zone(text: str) -> None:
    moment = _moment(text)
    assert moment == datetime(2026, 12, 24, 23, tzinfo=UTC)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["soon", "2026-12-24T18:00", "9999-12-31T23:59:00-05:00", "0001-01-01T00:00:00+05:00"]
)
def test_what_is_no_moment_is_said(text: str) -> None:
    with pytest.raises(BadInput, match="We could not read that day"):
        _moment(text)


class TestTheSheet:
    """First how the film arrives, then sending it."""

    FORM: ClassVar[dict[str, object]] = {
        "sender": "Anna and Tom", "title": "For Mum", "note": "Fifty years.", "opens_at": "",
        "expires_at": "", "password": "", "can_save": "on",
    }  # fmt: skip

    @pytest.fixture
    def video(self, database: Database, project: Project) -> Video:
        with database.unscoped() as session:
            owned = session.get_one(Project, project.id)
            take = add_take(session, add_photo(session, owned), approved=True)
            take.poster_key = f"{owned.owner_id}/takes/{take.id}.jpg"
            video = add_video(session, owned)
            video.timeline = Timeline((Shot(str(take.id), 120),)).to_json()
            video.small_poster_key = f"{owned.owner_id}/films/{video.id}.webp"
        return video

    @pytest.fixture
    async def tab(self, open_tab: OpenTab, anna: UUID, at: str) -> Tab:
        tab = open_tab(anna)
        await tab.load(at)
        await tab.follow(f"{FILM}.watch", at)
        return tab

    @pytest.fixture
    def at(self, video: Video) -> str:
        return f"/project/{video.project_id}/film"

    @staticmethod
    def sheet(answer: Answer) -> Any:
        return answer.fields["shared"]

    async def test_asks_first_how_it_arrives_and_knows_the_name(
        self, tab: Tab, video: Video, at: str
    ) -> None:
        answer = await tab.send(f"{SHARE}.open_share", at, video_id=str(video.id))
        assert answer.fields["is_dressing"] is True
        assert (self.sheet(answer).sender, self.sheet(answer).is_dressed) == ("Anna", False)
        sent = await tab.send(f"{SHARE}.save_share", at, form=self.FORM)
        assert sent.fields["is_dressing"] is False
        assert self.sheet(sent).preview_title == "For Mum · from Anna and Tom"
        assert (self.sheet(sent).can_save, self.sheet(sent).can_reply) == (True, False)

    async def test_opens_where_it_is_sent_once_it_is_dressed(self, tab: Tab, video: Video, at: str) -> None:
        await tab.send(f"{SHARE}.open_share", at, video_id=str(video.id))
        await tab.send(f"{SHARE}.save_share", at, form=self.FORM | {"sender": ""})
        await tab.send(f"{SHARE}.close_share", at)
        again = await tab.send(f"{SHARE}.open_share", at, video_id=str(video.id))
        assert self.sheet(again).sender == "", "nobody is named who did not want to be"
        assert again.fields.get("is_dressing", False) is False
        assert (await tab.send(f"{SHARE}.dress", at)).fields["is_dressing"] is True

    async def test_offers_the_clips_as_posters(
        self, tab: Tab, database: Database, video: Video, at: str
    ) -> None:
        answer = await tab.send(f"{SHARE}.open_share", at, video_id=str(video.id))
        own, clip = self.sheet(answer).posters
        assert (own.id, own.is_chosen, clip.is_chosen) == ("", True, False)
        assert f"{video.id}.webp" in own.picture
        sent = await tab.send(f"{SHARE}.save_share", at, form=self.FORM | {"poster": clip.id})
        assert [choice.is_chosen for choice in self.sheet(sent).posters] == [False, True]
        with database.unscoped() as session:
            session.delete(session.get_one(Take, UUID(clip.id)))
        gone = await tab.send(f"{SHARE}.open_share", at, video_id=str(video.id))
        assert self.sheet(gone).poster == ""

    async def test_keeps_all_else_when_the_password_is_removed(self, tab: Tab, video: Video, at: str) -> None:
        await tab.send(f"{SHARE}.open_share", at, video_id=str(video.id))
        locked = await tab.send(f"{SHARE}.save_share", at, form=self.FORM | {"password": "Rosa 1987"})
        assert self.sheet(locked).has_password is True
        opened = self.sheet(await tab.send(f"{SHARE}.drop_password", at))
        assert opened.has_password is False
        assert (opened.sender, opened.own_title, opened.note, opened.can_reply) == (
            "Anna and Tom", "For Mum", "Fifty years.", False,
        )  # fmt: skip

    async def test_refuses_a_poster_that_is_not_of_this_film(
        self, tab: Tab, database: Database, video: Video, at: str
    ) -> None:
        with database.unscoped() as session:
            project = session.get_one(Project, video.project_id)
            other = add_take(session, add_photo(session, project, "other.jpg"), approved=True)
            other.poster_key = "x"
        await tab.send(f"{SHARE}.open_share", at, video_id=str(video.id))
        for poster in (str(other.id), str(new_id()), "no id"):
            answer = await tab.send(f"{SHARE}.save_share", at, form=self.FORM | {"poster": poster})
            assert "There is nothing here" in answer.sentence

    async def test_replies_are_read_hidden_and_deleted(
        self, tab: Tab, database: Database, anna: UUID, video: Video, at: str
    ) -> None:
        with database.unscoped() as session:
            link = ShareLink(owner_id=anna, video_id=video.id)
            session.add(link)
            session.flush()
            reply = ShareReply(owner_id=anna, link_id=link.id, visitor="v", words="How lovely!")
            session.add(reply)
        opened = await tab.send(f"{REPLIES}.open_replies", at, video_id=str(video.id))
        assert [line.words for line in opened.fields["replies"]] == ["How lovely!"]
        hidden = await tab.send(f"{REPLIES}.hide", at, reply_id=str(reply.id), is_hidden=True)
        assert (hidden.fields["replies"], len(hidden.fields["hidden"])) == ([], 1)
        await tab.send(f"{REPLIES}.ask_delete", at, reply_id=str(reply.id))
        deleted = await tab.send(f"{REPLIES}.delete", at)
        assert deleted.fields["hidden"] == []
        with database.reading() as session:
            assert session.get(ShareReply, reply.id) is None
