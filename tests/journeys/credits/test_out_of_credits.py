"""The credits run out in mid-flow: the choice is kept, credits are bought, and one tap goes on with it.

A second tab shows the balance all the while. A choice that waits keeps nobody from the film of what is there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from echoes import operator_settings
from echoes.database import Database
from echoes.operator_settings import Providers, Rewards
from tests.journeys.conftest import DEVICES, App, require_front_end
from tests.journeys.guidelines import obeys_in_light_and_dark
from tests.journeys.steps import at, begin_film, sign_in, upload
from tests.journeys.visitors import Visitor, visit
from tests.support.media.photos import make_photos
from tests.support.media.samples import save_photo, textured
from tests.support.servers.ports import free_port

pytestmark = [pytest.mark.long, pytest.mark.chromium]
LONG = 120_000


@pytest.fixture(scope="module")
def dear_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Where a clip costs a credit, and nobody is given more than two."""
    require_front_end()
    running = App(tmp_path_factory.mktemp("dear"), free_port(), {"ECHOES_CLIP_SECONDS": "1"})
    running.start()
    database = Database(f"sqlite:///{running.data_dir / 'echoes.db'}")
    with database.unscoped() as session:
        operator_settings.write(session, Rewards(sign_up_locally=2), None)
        operator_settings.write(session, Providers(prices={"motion/camera": 1}), None)
    database.dispose()
    yield running
    running.stop()


@pytest.fixture
def person(chromium: Browser, dear_app: App) -> Iterator[Visitor]:
    with visit(chromium, dear_app.address, "phone", DEVICES["phone"]) as visitor:
        yield visitor


def test_what_was_chosen_goes_on_after_the_purchase(person: Visitor, tmp_path: Path) -> None:
    page = person.page
    sign_in(person, "/films", "Ida")
    expect(balance(page)).to_have_text("2 credits")
    second = page.context.new_page()
    second.goto("/films")
    begin_film(person, "Grandpa’s garden")
    photos = make_photos(tmp_path / "photos", 400, count=4)
    upload(person, photos)
    page.get_by_role("link", name="Continue to the clips").click()
    run_out(person)
    expect(balance(second)).to_have_text("2 credits")
    buy(person)
    expect(balance(second)).to_have_text("7 credits", timeout=LONG)
    go_on = page.get_by_role("button", name="Continue: animate 4 photos · 4 credits")
    person.look("credits-3-go-on")
    go_on.click()
    expect(balance(page)).to_have_text("3 credits")
    expect(balance(second)).to_have_text("3 credits")
    expect(go_on).to_have_count(0)
    expect(page.get_by_role("button", name="Keep", exact=True)).to_have_count(4, timeout=LONG)
    put_off(person, [save_photo(tmp_path / f"{seed}.jpg", textured(640, 360, seed)) for seed in range(4)])
    read_statement(person)


def run_out(person: Visitor) -> None:
    page = person.page
    page.get_by_role("button", name=re.compile("^Animate ")).last.click()
    sheet = page.get_by_role("dialog", name="You need 2 more credits")
    expect(sheet.get_by_role("button", name="Buy 20 credits for $45")).to_be_visible()
    expect(sheet.get_by_role("button", name="Animate 2 now · 2 credits")).to_be_visible()
    obeys_in_light_and_dark(page, "the sheet of missing credits")
    person.look("credits-1-needed")
    page.keyboard.press("Escape")
    expect(page.get_by_text("You were about to animate 4 photos · 4 credits.")).to_be_visible()
    page.reload()
    person.look("credits-2-waiting")


def buy(person: Visitor) -> None:
    page = person.page
    page.get_by_role("button", name="Get credits").click()
    page.get_by_role("button", name="Buy 5 credits for $15").click()
    page.get_by_role("button", name=re.compile("^Pay ")).first.click()
    page.get_by_role("link", name="Continue", exact=True).click(timeout=LONG)
    at(page, "/clips")


def put_off(person: Visitor, more: list[Path]) -> None:
    """Four more photos, for which the credits do not reach; one clip is in the film."""
    page = person.page
    project, keep = page.url.partition("/clips")[0], page.get_by_role("button", name="Keep", exact=True)
    keep.first.click()
    expect(keep).to_have_count(3)
    page.goto(f"{project}/photos")
    page.locator("input[type=file]").first.set_input_files(more)
    expect(page.locator("main img[src*='/thumbnails/']")).to_have_count(4 + len(more), timeout=LONG)
    page.goto(f"{project}/clips")
    page.get_by_role("button", name="Animate the other 4 photos").click()
    expect(page.get_by_role("dialog", name="You need 1 more credit")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("You were about to animate 4 photos")).to_be_visible()
    page.goto(f"{project}/arrange")
    expect(page.get_by_role("button", name="Make the film")).to_be_enabled()
    expect(page.get_by_text("You were about to")).to_have_count(0)
    person.look("credits-4-film-while-photos-wait")


def read_statement(person: Visitor) -> None:
    page = person.page
    page.goto("/account")
    statement = page.get_by_role("table", name=re.compile("Your credits, newest first"))
    expect(statement.get_by_role("row")).to_have_count(1 + 6)
    expect(statement.get_by_text("5 credits for $15")).to_be_visible()
    expect(statement.get_by_text("In “Grandpa’s garden”").first).to_be_visible()
    person.look("credits-5-statement")


def balance(page: Page) -> Locator:
    return page.locator(".balance")
