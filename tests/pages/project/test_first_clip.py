"""The first clip of a film plays by itself when it is made before somebody's eyes, and no other does."""

import pytest

from echoes.database import Database
from echoes.models import JobStatus, Photo, Project
from tests.pages.every_handler import CLIPS
from tests.support.databases.rows import add_photo, add_take
from tests.support.tabs import Answer, OpenTab, Tab


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    with database.unscoped() as session:
        return [add_photo(session, project, f"{number}.jpg") for number in range(2)]


def make_clip(database: Database, photo: Photo) -> str:
    with database.unscoped() as session:
        take = add_take(session, photo, JobStatus.SUCCEEDED)
        take.video_key = f"{photo.owner_id}/takes/{take.id}.mp4"
        return str(take.id)


async def opened(open_tab: OpenTab, project: Project) -> Tab:
    tab = open_tab(project.owner_id)
    await tab.load(f"/project/{project.id}/clips")
    await tab.follow(f"{CLIPS}.watch", f"/project/{project.id}/clips")
    return tab


async def look_again(tab: Tab, project: Project) -> Answer:
    return await tab.send(f"{CLIPS}.forget_cart", f"/project/{project.id}/clips")


async def test_it_plays_by_itself_and_the_next_does_not(
    open_tab: OpenTab, database: Database, project: Project, photos: list[Photo]
) -> None:
    tab = await opened(open_tab, project)
    first = make_clip(database, photos[1])
    answer = await look_again(tab, project)
    assert (answer.fields["first_moving"], answer.sentence) == (first, "Your first clip moves.")
    make_clip(database, photos[0])
    assert (await look_again(tab, project)).fields.get("first_moving", first) == first


async def test_its_photo_stays_beneath_it_where_it_was_shown_before(
    open_tab: OpenTab, database: Database, project: Project, photos: list[Photo]
) -> None:
    make_clip(database, photos[0])
    tab = open_tab(project.owner_id)
    await tab.load(f"/project/{project.id}/clips")
    seen = await tab.follow(f"{CLIPS}.watch", f"/project/{project.id}/clips")
    assert seen.fields["seen_still"] == [str(photos[1].id)]
    make_clip(database, photos[1])
    looked = await look_again(tab, project)
    assert all(card.clip for card in looked.fields["cards"])
    assert looked.fields.get("seen_still", [str(photos[1].id)]) == [str(photos[1].id)]


async def test_one_that_was_there_before_waits_for_a_tap(
    open_tab: OpenTab, database: Database, project: Project, photos: list[Photo]
) -> None:
    make_clip(database, photos[0])
    tab = await opened(open_tab, project)
    make_clip(database, photos[1])
    assert (await look_again(tab, project)).fields.get("first_moving", "") == ""
