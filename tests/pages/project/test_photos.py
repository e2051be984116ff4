"""The photos step: several photos are selected and acted on at once, and what was removed comes back."""

import pytest

from echoes.database import Database
from echoes.models import Clip, JobStatus, Photo, Project
from echoes.pages.project.photos.words import aside_in_words, gone_in_words
from echoes.photos.selection import AsideReason
from echoes.photos.service import list_photos
from tests.pages.every_handler import PHOTOS
from tests.support.databases.rows import add_photo, add_take
from tests.support.tabs import Answer, OpenTab, Tab


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    with database.unscoped() as session:
        return [add_photo(session, project, f"{number}.jpg") for number in range(5)]


@pytest.fixture
async def tab(open_tab: OpenTab, project: Project, photos: list[Photo]) -> Tab:
    tab = open_tab(project.owner_id)
    await tab.load(at(project))
    await tab.follow(f"{PHOTOS}.watch", at(project))
    await tab.send(f"{PHOTOS}.select_several", at(project))
    return tab


def at(project: Project) -> str:
    return f"/project/{project.id}/photos"


async def select(tab: Tab, project: Project, photos: list[Photo]) -> None:
    for photo in photos:
        await tab.send(f"{PHOTOS}.select", at(project), photo_id=str(photo.id), is_on=True)


def names(database: Database, project: Project) -> str:
    with database.reading_as(project.owner_id) as session:
        return "".join(photo.filename[0] for photo in list_photos(session, project.id))


async def ask(tab: Tab, project: Project, handler: str, **arguments: object) -> Answer:
    return await tab.send(f"{PHOTOS}.{handler}", at(project), **arguments)


async def test_those_that_were_removed_come_back_by_one_tap(
    tab: Tab, database: Database, project: Project, photos: list[Photo]
) -> None:
    await select(tab, project, photos[1:4])
    gone = await ask(tab, project, "remove_selected")
    assert (gone.fields["removed"], gone.fields["is_selecting"]) == ("3 photos were removed.", False)
    assert names(database, project) == "04"
    assert (await ask(tab, project, "bring_back")).fields["removed"] == ""
    assert names(database, project) == "01234"


async def test_those_with_clips_go_at_once_and_come_back_with_them(
    tab: Tab, database: Database, project: Project, photos: list[Photo]
) -> None:
    with database.unscoped() as session:
        take = add_take(session, photos[0], JobStatus.SUCCEEDED, approved=True)
    await ask(tab, project, "forget_cart")  # It looks again.
    await select(tab, project, photos[:2])
    gone = await ask(tab, project, "remove_selected")
    assert gone.fields["removed"] == "2 photos were removed, 1 of them with its clip."
    assert names(database, project) == "234"
    await ask(tab, project, "bring_back")
    assert names(database, project) == "01234"
    with database.reading() as session:
        assert session.get_one(Clip, take.clip_id).approved_take_id == take.id


async def test_bringing_back_twice_says_that_there_is_nothing_more(
    tab: Tab, database: Database, project: Project, photos: list[Photo]
) -> None:
    await ask(tab, project, "remove", photo_id=str(photos[0].id))
    await ask(tab, project, "bring_back")
    assert (await ask(tab, project, "bring_back")).sentence
    assert names(database, project) == "01234"


async def test_those_that_are_left_out_are_not_used_until_they_are_used_again(
    tab: Tab, project: Project, photos: list[Photo]
) -> None:
    await select(tab, project, photos[:2])
    offer = (await ask(tab, project, "use_selected", is_used=False)).fields["offer"]
    assert (offer.sentence, offer.aside) == ("3 of 5 photos", "2 photos are left out.")
    await ask(tab, project, "select_several")
    await ask(tab, project, "select_all")
    offer = (await ask(tab, project, "use_selected", is_used=True)).fields["offer"]
    assert (offer.sentence, offer.aside) == ("5 photos added", "")


async def test_they_are_moved(tab: Tab, database: Database, project: Project, photos: list[Photo]) -> None:
    await select(tab, project, [photos[4], photos[2]])
    assert (await ask(tab, project, "ask_place")).fields["is_moving"] is True
    await ask(tab, project, "move_selected", form={"place": str(photos[0].id)})
    assert names(database, project) == "24013"


async def test_one_that_is_no_longer_selected_stays(
    tab: Tab, database: Database, project: Project, photos: list[Photo]
) -> None:
    await select(tab, project, photos[:2])
    await ask(tab, project, "select", photo_id=str(photos[0].id), is_on=False)
    await ask(tab, project, "remove_selected")
    assert names(database, project) == "0234"


@pytest.mark.parametrize(
    ("handler", "arguments"),
    [
        ("remove_selected", {}),
        ("use_selected", {"is_used": True}),
        ("ask_place", {}),
        ("move_selected", {"form": {"place": "end"}}),
        ("rotate_selected", {}),
    ],
)
async def test_without_a_selection_nothing_happens(
    tab: Tab, database: Database, project: Project, handler: str, arguments: dict[str, object]
) -> None:
    assert (await ask(tab, project, handler, **arguments)).sentence == "Select some photos first."
    assert names(database, project) == "01234"


SIMILAR, BLURRED, LEFT_OUT = AsideReason.SIMILAR, AsideReason.BLURRED, AsideReason.LEFT_OUT


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        ([], ""),
        ([SIMILAR], "1 photo looks like another one, so it is not used."),
        ([BLURRED] * 2, "2 photos are badly blurred, so they are not used."),
        (
            [SIMILAR] * 3 + [BLURRED],
            "3 photos look like another one and 1 is badly blurred, so they are not used.",
        ),
        ([BLURRED, LEFT_OUT], "1 photo is badly blurred, so it is not used. 1 photo is left out."),
    ],
)
def test_what_is_not_used_is_said_in_plain_words(reasons: list[AsideReason], words: str) -> None:
    assert aside_in_words(reasons) == words


@pytest.mark.parametrize(
    ("count", "with_clip", "gone"),
    [
        (1, 0, "1 photo was removed."),
        (1, 1, "1 photo was removed with its clip."),
        (3, 3, "3 photos were removed with their clips."),
        (3, 2, "3 photos were removed, 2 of them with their clips."),
    ],
)
def test_removing_is_said_in_plain_words(count: int, with_clip: int, gone: str) -> None:
    assert gone_in_words(count, with_clip) == gone
