"""Nobody pays another price than the page showed: it is refused, and the page then shows the new one."""

from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.credits.ledger import balance_of
from echoes.database import Database
from echoes.models import Cart, Photo, Project, Take
from echoes.operator_settings import Providers
from tests.pages.every_handler import CLIPS
from tests.support.databases.rows import add_photo, add_project
from tests.support.jobs.making import fund
from tests.support.tabs import OpenTab, Tab

pytestmark = pytest.mark.slow

CHANGED = "Clips cost 2 credits now. Please check, then tap again."
ASKS = {
    "all": ("animate_all", {}),
    "one": ("animate", {"photo_id": "photo", "motion": "rise"}),
}


@pytest.fixture
def photo(database: Database, anna: UUID) -> Photo:
    with database.unscoped() as session:
        return add_photo(session, add_project(session, anna))


def price(database: Database, credits_: int) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Providers(active="motion", prices={"motion": credits_}), None)


def takes(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Take)).all())


async def clips_page(open_tab: OpenTab, photo: Photo) -> tuple[Tab, str]:
    tab, address = open_tab(photo.owner_id), f"/project/{photo.project_id}/clips"
    await tab.load(address)
    await tab.follow(f"{CLIPS}.watch", address)
    return tab, address


@pytest.mark.parametrize("ask", ASKS)
async def test_a_tap_on_an_old_price_costs_nothing_and_shows_the_new_one(
    open_tab: OpenTab, database: Database, photo: Photo, ask: str
) -> None:
    price(database, 1)
    fund(database, photo.owner_id, 5)
    tab, address = await clips_page(open_tab, photo)
    price(database, 2)
    handler, arguments = ASKS[ask]
    filled = {name: str(photo.id) if value == "photo" else value for name, value in arguments.items()}
    answer = await tab.send(f"{CLIPS}.{handler}", address, **filled)
    assert (answer.sentence, answer.fields["offer"].once) == (CHANGED, " · 2 credits")
    assert takes(database) == 0
    again = await tab.send(f"{CLIPS}.{handler}", address, **filled)
    assert (again.sentence, takes(database)) == ("", 1)
    with database.reading() as session:
        assert balance_of(session, photo.owner_id) == 3


SHOWN_BEFORE: dict[str, tuple[str, dict[str, Any]]] = {
    "all": ("animate_all", {"price": 1}),
    "one": ("animate", {"photo_id": "photo", "motion": "rise", "price": 1}),
    "chosen": ("animate_chosen", {"form": {"wish": "", "price": "1"}}),
}


@pytest.mark.parametrize("ask", SHOWN_BEFORE)
async def test_a_tap_that_was_kept_offline_pays_no_price_that_was_not_on_its_button(
    open_tab: OpenTab, database: Database, photo: Photo, ask: str
) -> None:
    """The page has been read anew before the tap arrives: its button said another price all the same."""
    price(database, 2)
    fund(database, photo.owner_id, 5)
    tab, address = await clips_page(open_tab, photo)
    await tab.send(f"{CLIPS}.open_clip", address, photo_id=str(photo.id))
    handler, arguments = SHOWN_BEFORE[ask]
    filled = {name: str(photo.id) if value == "photo" else value for name, value in arguments.items()}
    answer = await tab.send(f"{CLIPS}.{handler}", address, **filled)
    assert (answer.sentence, takes(database)) == (CHANGED, 0)


async def test_a_cart_is_not_paid_at_a_price_that_was_not_on_its_button(
    open_tab: OpenTab, database: Database, photo: Photo
) -> None:
    price(database, 2)
    tab, address = await clips_page(open_tab, photo)
    await tab.send(f"{CLIPS}.animate", address, photo_id=str(photo.id), motion="rise", price=2)
    fund(database, photo.owner_id, 5)
    assert (await tab.send(f"{CLIPS}.go_on", address, price=1)).sentence == CHANGED
    await tab.send(f"{CLIPS}.go_on", address, price=2)
    assert takes(database) == 1


async def test_what_was_kept_while_buying_says_that_the_price_has_changed(
    open_tab: OpenTab, database: Database, photo: Photo
) -> None:
    price(database, 1)
    tab, address = await clips_page(open_tab, photo)
    await tab.send(f"{CLIPS}.animate", address, photo_id=str(photo.id), motion="rise")
    with database.reading() as session:
        assert session.exec(select(Cart)).one().wishes["price"] == 1
    fund(database, photo.owner_id, 5)
    price(database, 2)
    refused = await tab.send(f"{CLIPS}.go_on", address)
    assert (refused.sentence, takes(database)) == (CHANGED, 0)
    waiting = refused.fields["waiting"]
    assert (waiting.what, waiting.news) == ("animate 1 photo · 2 credits", "Clips cost 2 credits now. ")
    await tab.send(f"{CLIPS}.go_on", address)
    assert takes(database) == 1


async def test_a_photo_that_was_added_in_another_tab_is_not_paid_for_with_the_others(
    open_tab: OpenTab, database: Database, photo: Photo
) -> None:
    price(database, 1)
    fund(database, photo.owner_id, 5)
    tab, address = await clips_page(open_tab, photo)
    with database.unscoped() as session:
        add_photo(session, session.get_one(Project, photo.project_id), "later.jpg")
    await tab.send(f"{CLIPS}.animate_all", address)
    assert takes(database) == 1
