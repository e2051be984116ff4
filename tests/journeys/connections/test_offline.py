"""Without a connection the page says so, stays in the app, and does once what was tapped, when it is back."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import func, select

from echoes.database import Database
from echoes.models import Take
from echoes.settings import Settings
from tests.journeys.conftest import DEVICES, UNHURRIED, App, require_front_end
from tests.journeys.steps import begin_film, sign_in, upload
from tests.journeys.visitors import Visitor, visit
from tests.support.media.photos import make_photos
from tests.support.servers.ports import free_port

pytestmark = pytest.mark.chromium

IS_UPPERMOST = """() => {
  const notice = document.querySelector("[aria-label=Connection] .offline");
  notice.style.pointerEvents = "auto";
  const { left, top, width, height } = notice.getBoundingClientRect();
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  notice.style.pointerEvents = "";
  return notice.contains(hit);
}"""
"""Neither behind anything nor inert: what is inert is hit by no point."""
FILL_THE_SCREEN = """main => new Promise((filled) => {
  const look = () => filled(document.fullscreenElement === main);
  document.addEventListener("fullscreenchange", look, { once: true });
  main.addEventListener("click", () => main.requestFullscreen(), { once: true });
  main.click();
})"""
OFFLINE = "offline."
"""The browser's own event says so: a silent socket is given up after 145 seconds, longer than any wait."""
BACK = re.compile("connected again|^$")


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Of these tests alone: the others want theirs alive."""
    require_front_end()
    settings = {"ECHOES_CLIP_SECONDS": "1", **UNHURRIED}
    running = App(tmp_path_factory.mktemp("tunnel"), free_port(), settings)
    running.start()
    yield running
    running.stop()


@pytest.mark.parametrize("device", ["phone"])
def test_offline_a_page_stays_and_what_is_tapped_is_done_once(
    own_app: App, chromium: Browser, tmp_path: Path, device: str
) -> None:
    with visit(chromium, own_app.address, device, DEVICES[device]) as visitor:
        page, line = visitor.page, visitor.page.get_by_role("status", name="Connection")
        sign_in(visitor, "/films", "Ada in a tunnel")
        begin_film(visitor, "Tunnel")
        upload(visitor, make_photos(tmp_path / "photos", 400, count=1))

        page.context.set_offline(True)
        expect(line).to_contain_text(OFFLINE)
        visitor.look("offline")
        photos = page.url
        page.get_by_role("link", name="Continue to the clips").click()
        expect(line).to_contain_text("opens when you are back")
        expect(page).to_have_url(photos)
        page.context.set_offline(False)
        expect(page).to_have_url(re.compile("/clips$"))
        expect(line).to_have_text(BACK)

        before = takes(own_app)
        animate = page.get_by_role("button", name=re.compile("^Animate "))
        expect(animate.last).to_be_enabled()
        page.context.set_offline(True)
        expect(line).to_contain_text(OFFLINE)
        animate.last.click()
        expect(animate.last).to_have_attribute("data-kept", "")
        expect(line).to_contain_text("will send it when you are back online")
        animate.last.click()
        visitor.look("offline-kept")
        own_app.kill()
        own_app.start()
        page.context.set_offline(False)
        expect(page.get_by_role("button", name="Keep", exact=True)).to_have_count(1)
        expect(line).to_have_text(BACK)
        assert takes(own_app) == before + 1
        forgive_what_a_lost_line_logs(visitor)


@pytest.mark.parametrize("device", DEVICES)
def test_the_notice_lies_above_an_open_dialog_and_above_what_fills_the_screen(
    own_app: App, chromium: Browser, device: str
) -> None:
    with visit(chromium, own_app.address, device, DEVICES[device]) as visitor:
        page, line = visitor.page, visitor.page.get_by_role("status", name="Connection")
        sign_in(visitor, "/films", "Ben in a tunnel")
        page.add_init_script("sessionStorage.setItem('echoes kept taps', '[\"Keep\"]')")
        page.reload()
        notice = line.locator(".offline").first
        expect(notice).to_contain_text("cannot tell whether this arrived: “\u2068Keep\u2069”")
        page.wait_for_function(IS_UPPERMOST)
        page.get_by_role("link", name="New film").click()
        page.get_by_role("button", name="Rename this film").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("What is it called?")).to_be_focused()
        page.wait_for_function(IS_UPPERMOST)
        page.context.set_offline(True)
        expect(line).to_have_count(1)
        expect(notice).to_contain_text(OFFLINE)
        page.wait_for_function(IS_UPPERMOST)
        visitor.look("offline-dialog")
        dismiss = dialog.get_by_role("button", name="Close this message")
        dialog.get_by_role("button", name="Close", exact=True).focus()
        page.keyboard.press("Shift+Tab")
        expect(dismiss).to_be_focused()
        dismiss.press("Enter")
        expect(dismiss).to_have_count(0)
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        page.wait_for_function(IS_UPPERMOST)

        assert page.locator("main").evaluate(FILL_THE_SCREEN)
        expect(notice).to_contain_text(OFFLINE)
        page.wait_for_function(IS_UPPERMOST)
        page.evaluate("document.exitFullscreen()")
        page.context.set_offline(False)
        expect(line).to_have_text(BACK)
        forgive_what_a_lost_line_logs(visitor)


def takes(app: App) -> int:
    database = Database(Settings(data_dir=app.data_dir).database_url)
    with database.unscoped() as session:
        count = session.exec(select(func.count()).select_from(Take)).one()
    database.dispose()
    return count


def forgive_what_a_lost_line_logs(visitor: Visitor) -> None:
    """While there is no line, the browser says so in its console, as it should."""
    expected = re.compile("ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|WebSocket connection to")
    visitor.complaints[:] = [line for line in visitor.complaints if not expected.search(line)]
