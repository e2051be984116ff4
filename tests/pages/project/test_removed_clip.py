"""The clips step: a clip that was removed comes back by one tap."""

from uuid import UUID

from echoes.database import Database
from echoes.models import Clip, JobStatus
from tests.pages.every_handler import CLIPS
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.tabs import OpenTab


async def test_a_clip_goes_at_once_and_comes_back(open_tab: OpenTab, database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        project = add_project(session, anna)
        take = add_take(session, add_photo(session, project), JobStatus.SUCCEEDED, approved=True)
    at, tab = f"/project/{project.id}/clips", open_tab(anna)
    await tab.load(at)
    await tab.follow(f"{CLIPS}.watch", at)
    gone = await tab.send(f"{CLIPS}.remove", at, clip_id=str(take.clip_id))
    assert gone.fields["removed"] == "The clip was removed. Its photo stays."
    with database.reading() as session:
        assert session.get(Clip, take.clip_id) is None
    assert (await tab.send(f"{CLIPS}.bring_back", at)).fields["removed"] == ""
    with database.reading() as session:
        assert session.get_one(Clip, take.clip_id).approved_take_id == take.id
    assert (await tab.send(f"{CLIPS}.bring_back", at)).sentence
    await tab.send(f"{CLIPS}.remove", at, clip_id=str(take.clip_id))
    assert (await tab.send(f"{CLIPS}.forget_removed", at)).fields["removed"] == ""
