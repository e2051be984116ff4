"""The clips step: several clips are selected and acted on at once."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.database import Database
from echoes.models import Clip, Photo, Project, Take
from tests.pages.every_handler import CLIPS
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.tabs import Answer, OpenTab, Tab


@pytest.fixture
def photos(database: Database, anna: UUID) -> list[Photo]:
    """Each with a clip that is ready; the first one's is kept."""
    with database.unscoped() as session:
        project = add_project(session, anna)
        photos = [add_photo(session, project, f"{number}.jpg") for number in range(4)]
        for number, photo in enumerate(photos):
            add_take(session, photo, approved=number == 0)
        return photos


def at(photos: list[Photo]) -> str:
    return f"/project/{photos[0].project_id}/clips"


@pytest.fixture
async def tab(open_tab: OpenTab, photos: list[Photo]) -> Tab:
    tab = open_tab(photos[0].owner_id)
    await tab.load(at(photos))
    await tab.follow(f"{CLIPS}.watch", at(photos))
    await tab.send(f"{CLIPS}.select_several", at(photos))
    for photo in photos[:2]:
        await tab.send(f"{CLIPS}.select", at(photos), photo_id=str(photo.id), is_on=True)
    return tab


async def ask(tab: Tab, photos: list[Photo], handler: str, **arguments: object) -> Answer:
    return await tab.send(f"{CLIPS}.{handler}", at(photos), **arguments)


def kept(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Clip).where(col(Clip.approved_take_id).is_not(None))).all())


async def test_they_are_kept_and_left_out(tab: Tab, database: Database, photos: list[Photo]) -> None:
    assert (await ask(tab, photos, "keep_selected")).fields["is_selecting"] is False
    assert kept(database) == 2
    await ask(tab, photos, "select_several")
    await ask(tab, photos, "select_all")
    await ask(tab, photos, "leave_out_selected")
    assert kept(database) == 0


async def test_they_are_animated_for_the_price_that_was_shown_or_not_at_all(
    tab: Tab, database: Database, photos: list[Photo]
) -> None:
    def takes() -> int:
        with database.reading() as session:
            return len(session.exec(select(Take)).all())

    refused = await ask(tab, photos, "animate_selected", price=1)
    assert refused.sentence == "Clips are free now. Please check, then tap again."
    assert takes() == 4
    assert (await ask(tab, photos, "animate_selected", price=0)).fields["is_selecting"] is False
    assert takes() == 6


async def test_they_are_removed_and_come_back_by_one_tap(
    tab: Tab, database: Database, photos: list[Photo]
) -> None:
    gone = await ask(tab, photos, "remove_selected")
    assert gone.fields["removed"] == "2 clips were removed. Their photos stay."
    assert (await ask(tab, photos, "bring_back")).fields["removed"] == ""
    with database.reading() as session:
        assert len(session.exec(select(Clip)).all()) == 4
        assert len(session.exec(select(Project)).all()) == 1


@pytest.mark.parametrize(
    "handler", ["keep_selected", "leave_out_selected", "animate_selected", "remove_selected"]
)
async def test_without_a_selection_nothing_happens(tab: Tab, photos: list[Photo], handler: str) -> None:
    await ask(tab, photos, "select_several")
    assert (await ask(tab, photos, handler)).sentence == "Select some clips first."
