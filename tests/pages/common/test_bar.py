"""The bar of every page: it says that replies have come, until they are read."""

from uuid import UUID

from echoes.database import Database
from echoes.models import ShareLink, ShareReply
from tests.pages.every_handler import FILM, REPLIES
from tests.support.databases.rows import add_project, add_video
from tests.support.tabs import OpenTab


async def test_new_replies_stand_in_the_bar_until_they_are_read(
    open_tab: OpenTab, database: Database, anna: UUID, stranger: UUID
) -> None:
    with database.unscoped() as session:
        project = add_project(session, anna)
        video = add_video(session, project)
        link = ShareLink(owner_id=anna, video_id=video.id)
        session.add(link)
        session.flush()
        session.add(ShareReply(owner_id=anna, link_id=link.id, visitor="a", words="How lovely!"))
    at, tab = f"/project/{project.id}/film", open_tab(anna)
    assert (await tab.load(at)).fields["new_replies"] == "1 new reply"
    await tab.follow(f"{FILM}.watch", at)
    read = await tab.send(f"{REPLIES}.open_replies", at, video_id=str(video.id))
    assert [reply.words for reply in read.fields["replies"]] == ["How lovely!"]
    assert read.fields["new_replies"] == ""
    assert not (await open_tab(stranger).load("/films")).fields.get("new_replies")
