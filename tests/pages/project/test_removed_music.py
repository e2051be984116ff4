"""The arrange step: one's own music that was deleted comes back by one tap, into the film as well."""

from uuid import UUID

from echoes.database import Database
from echoes.models import Project
from tests.pages.every_handler import ARRANGE
from tests.support.databases.rows import add_photo, add_project, add_take, add_track
from tests.support.tabs import OpenTab


async def test_music_goes_at_once_and_comes_back(open_tab: OpenTab, database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        project, track = add_project(session, anna), add_track(session, anna)
        add_take(session, add_photo(session, project), approved=True)
        project.music_id = track.id
    at, tab = f"/project/{project.id}/arrange", open_tab(anna)
    await tab.load(at)
    await tab.follow(f"{ARRANGE}.watch", at)
    gone = await tab.send(f"{ARRANGE}.remove_track", at, track_id=str(track.id))
    assert (gone.fields["removed"], gone.fields["music_id"]) == ("The music was deleted.", "")
    back = await tab.send(f"{ARRANGE}.bring_back_track", at)
    assert (back.fields["removed"], back.fields["music_id"]) == ("", str(track.id))
    with database.reading() as session:
        assert session.get_one(Project, project.id).music_id == track.id
    assert (await tab.send(f"{ARRANGE}.bring_back_track", at)).sentence
