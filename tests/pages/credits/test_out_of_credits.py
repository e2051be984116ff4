"""When the credits run out: make as many as they are enough for, or buy a pack from where one is."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.credits.packs import FIRST_PACKS, seed_packs
from echoes.database import Database
from echoes.models import Cart, Photo, Project, Take
from echoes.operator_settings import Providers
from echoes.settings import get_settings
from tests.pages.credits.shopping import balance, orders_of
from tests.pages.every_handler import ARRANGE, CLIPS, PHOTOS
from tests.support.databases.rows import add_photo, add_project
from tests.support.jobs.making import fund
from tests.support.tabs import Answer, OpenTab, Tab

pytestmark = pytest.mark.slow


@pytest.fixture
def project(database: Database, anna: UUID) -> Project:
    with database.unscoped() as session:
        seed_packs(session)
        operator_settings.write(session, Providers(active="motion", prices={"motion": 2}), None)
        project = add_project(session, anna)
        for number in range(10):
            add_photo(session, project, f"{number}.jpg")
    fund(database, anna, 7)
    return project


class Page:
    """One of the steps where credits are spent."""

    def __init__(self, tab: Tab, handlers: str, address: str) -> None:
        self.tab, self.handlers, self.address = tab, handlers, address

    async def ask(self, handler: str, **arguments: object) -> Answer:
        return await self.tab.send(f"{self.handlers}.{handler}", self.address, **arguments)


async def open_step(open_tab: OpenTab, project: Project, handlers: str, step: str) -> Page:
    page = Page(open_tab(project.owner_id), handlers, f"/project/{project.id}/{step}")
    await page.tab.load(page.address)
    await page.tab.follow(f"{handlers}.watch", page.address)
    return page


def made(database: Database) -> int:
    with database.reading() as session:
        return len(session.exec(select(Take)).all())


async def test_as_many_as_the_credits_are_enough_for_and_the_rest_waits(
    open_tab: OpenTab, database: Database, project: Project
) -> None:
    page = await open_step(open_tab, project, CLIPS, "clips")
    shortage = (await page.ask("animate_all")).fields["shortage"]
    assert (shortage.title, shortage.now) == ("You need 13 more credits", "Animate 3 now · 6 credits")
    assert [(pack.credits, pack.is_enough) for pack in shortage.packs] == [
        ("5 credits", False), ("20 credits", True), ("40 credits", False),
    ]  # fmt: skip
    answer = await page.ask("animate_affordable", price=2)
    assert (made(database), balance(database, project.owner_id)) == (3, 1)
    assert answer.fields["waiting"].what == "animate 7 photos · 14 credits"
    assert (await page.ask("show_shortage")).fields["shortage"].title == "You need 13 more credits"
    with database.reading() as session:
        photos = session.exec(select(Photo.id).order_by(Photo.id)).all()  # type: ignore[arg-type]
        assert session.exec(select(Cart)).one().wishes["photo_ids"] == [str(photo) for photo in photos[3:]]


async def test_the_first_film_goes_on_where_it_would_have_gone(
    open_tab: OpenTab, database: Database, project: Project
) -> None:
    page = await open_step(open_tab, project, PHOTOS, "photos")
    assert (await page.ask("make_film")).fields["shortage"].now == "Animate 3 now · 6 credits"
    answer = await page.ask("animate_affordable", price=2)
    assert (made(database), answer.redirect) == (3, f"/project/{project.id}/arrange")


async def test_at_a_price_that_was_not_on_the_button_nothing_is_made(
    open_tab: OpenTab, database: Database, project: Project
) -> None:
    page = await open_step(open_tab, project, CLIPS, "clips")
    await page.ask("animate_all")
    assert (await page.ask("animate_affordable", price=1)).sentence.startswith("Clips cost 2 credits now.")
    assert (made(database), balance(database, project.owner_id)) == (0, 7)


async def test_too_little_for_one_offers_none(
    open_tab: OpenTab, database: Database, project: Project
) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Providers(active="motion", prices={"motion": 8}), None)
    page = await open_step(open_tab, project, CLIPS, "clips")
    assert (await page.ask("animate_all")).fields["shortage"].now == ""
    await page.ask("animate_affordable", price=8)
    assert made(database) == 0


@pytest.mark.parametrize(("handlers", "step"), [(CLIPS, "clips"), (PHOTOS, "photos"), (ARRANGE, "arrange")])
async def test_a_pack_leads_to_its_checkout_and_back_to_this_page(
    open_tab: OpenTab, database: Database, project: Project, handlers: str, step: str
) -> None:
    page = await open_step(open_tab, project, handlers, step)
    answer = await page.ask("buy", pack_id=str(FIRST_PACKS[1][0]))
    (order,) = orders_of(database, project.owner_id)
    back = page.address.replace("/", "%2F")
    assert answer.redirect == f"/checkout/local/{order.id}?return={back}"
    assert order.credits == 20


async def test_where_nothing_is_sold_the_sheet_says_whom_to_ask(
    open_tab: OpenTab, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = get_settings().model_copy(update={"payments": "none"})
    monkeypatch.setattr("echoes.pages.credits.out_of_credits.queries.get_settings", lambda: closed)
    page = await open_step(open_tab, project, CLIPS, "clips")
    shortage = (await page.ask("animate_all")).fields["shortage"]
    assert shortage.packs == []
    assert "Please ask the people who run this site." in shortage.sentence
