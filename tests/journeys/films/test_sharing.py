"""A finished film is sent, opened by somebody else without a script, made a gift, and taken back."""

import re
import shutil
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlmodel import col, select
from starlette.responses import HTMLResponse

from compiler.clips.poster import save_poster
from compiler.timeline.model import Shot, Timeline
from echoes.database import Database
from echoes.models import ShareLink, User, Video, now
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner
from tests.journeys.conftest import DEVICES, App
from tests.journeys.films.sharing_steps import (
    AIRPLAY,
    CHROMECAST,
    address_of,
    casts,
    dress,
    go_on_to_sending,
    link_to,
    look,
    plays,
    reads_as_messengers,
    shows_subtitles,
)
from tests.journeys.guidelines import obeys
from tests.journeys.steps import sign_in
from tests.journeys.visitors import SECONDS_TO_SEE, Visitor, visit
from tests.sharing.conftest import SAFARI
from tests.support.databases.rows import add_project, add_video
from tests.support.servers.production import serve

pytestmark = pytest.mark.chromium


ANY = re.compile("")
CAPTION = "At the lake"
CAPTIONED = Timeline((Shot(str(UUID(int=1)), frames=24, caption=CAPTION),)).to_json()
"""Of the film's 24 frames, the caption is seen on all."""


def make_film(app: App, database: Database, name: str, clip: Path, folder: Path) -> UUID:
    """A finished film of this person's, as the compiler would have left it."""
    storage = LocalStorage(app.data_dir / "files", UrlSigner(b"of no use here"))
    with database.unscoped() as session:
        owner = session.exec(select(User).where(col(User.name) == name)).one()
        video: Video = add_video(session, add_project(session, owner.id, "Fifty years"))
        video.film_key, video.poster_key = (
            f"{owner.id}/videos/{video.id}.mp4",
            f"{owner.id}/videos/{video.id}.jpg",
        )
        video.timeline = CAPTIONED
        video.frames, video.ended_at, video.size_bytes = 24, now(), clip.stat().st_size
        poster = folder / "poster.jpg"
        save_poster(clip, poster)
        storage.put(video.film_key, Path(shutil.copy(clip, folder / "film.mp4")))
        storage.put(video.poster_key, poster)
        return video.project_id


def guest(chromium: Browser, app: App, device: str, *, scripts: bool) -> BrowserContext:
    """Somebody else's telephone or computer: Chromium that does not say that nobody watches."""
    context = chromium.new_context(
        base_url=app.address,
        user_agent=SAFARI,
        java_script_enabled=scripts,
        locale="en-GB",
        **DEVICES[device],
    )
    context.set_default_timeout(SECONDS_TO_SEE * 1000)
    return context


def test_a_film_is_dressed_sent_answered_and_taken_back(
    visitor: Visitor, app: App, chromium: Browser, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    page, name = visitor.page, sign_in(visitor, "/films", "Sharing")
    project_id = make_film(app, database, name, small_clip, tmp_path)
    page.goto(f"/project/{project_id}/film")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_role("heading", name="Share this film")).to_be_visible()
    expect(page.get_by_label("Who is it from?")).to_have_value(name)
    page.get_by_label("Who is it from?").fill("Anna and Tom")
    page.get_by_label("A few words to go with it").fill("Fifty years, and all of them with you.")
    visitor.look("share-dress")
    go_on_to_sending(page)
    expect(page.get_by_text("Fifty years · from Anna and Tom")).to_be_visible()
    expect(page.get_by_text("Nobody has opened it yet.")).to_be_visible()
    expect(link_to(page, "WhatsApp")).to_have_attribute("target", "_blank")
    letter = link_to(page, "E-mail")
    expect(letter, "a letter leaves an empty tab behind").not_to_have_attribute("target", ANY)
    visitor.look("share-send")
    address = address_of(page)
    page.get_by_text("Keep the film as a file").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download (1280 × 720,").click()
    assert download.value.suggested_filename.startswith("Fifty years")
    page.get_by_text("A card to print").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Card, A6").click()
    assert download.value.suggested_filename.endswith("A6.pdf")
    visitor.look("share-card")
    reads_as_messengers(page, address, "Fifty years · from Anna and Tom")

    with guest(chromium, app, visitor.device, scripts=False) as other:
        watching = other.new_page()
        answer = watching.goto(address)
        assert answer is not None
        assert answer.status == 200
        expect(watching.get_by_role("heading", name="Fifty years")).to_be_visible()
        watching.get_by_role("button", name="Send a heart").click()
        expect(watching.get_by_text("Your heart has been sent")).to_be_visible()
        look(watching, visitor, "watch-without-scripts")
    with guest(chromium, app, visitor.device, scripts=True) as other:
        other.add_init_script(CHROMECAST)
        watching = other.new_page()
        watching.goto(address)
        obeys(watching, "watch")
        casts(watching)
        watching.locator("video").evaluate("video => { video.muted = true; }")
        watching.get_by_role("button", name="Watch the film").click()
        expect(watching.get_by_role("button", name="Watch again")).to_be_visible()
        watching.get_by_label("A few words").fill("How lovely!")
        watching.get_by_label("Your name").fill("Grandma")
        watching.get_by_role("button", name="Send it").click()
        expect(watching.locator(".sent")).to_contain_text("How lovely!")
        look(watching, visitor, "watch-answered")
        obeys(watching, "watch-answered")
        plays(watching.locator("video"))
        shows_subtitles(watching.locator("video"), CAPTION)
        other.add_init_script(AIRPLAY)
        watching.reload()
        casts(watching)

    page.keyboard.press("Escape")
    page.get_by_role("button", name="2 new replies").click()
    expect(page.get_by_text("How lovely!")).to_be_visible()
    visitor.look("replies")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="2 replies")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    dress(page)
    page.get_by_label("Title").fill("For Mum")
    page.get_by_text("Who can watch, and when").click()
    page.get_by_label("Opens on").first.fill("2031-12-24T18:00")
    visitor.look("share-gift")
    go_on_to_sending(page)
    with guest(chromium, app, visitor.device, scripts=True) as other:
        waiting = other.new_page()
        waiting.goto(address)
        expect(waiting.get_by_role("heading", name="For Mum")).to_be_visible()
        expect(waiting.get_by_text("24 December 2031")).to_be_visible()
        look(waiting, visitor, "watch-gift")
        obeys(waiting, "watch-gift")

    page.get_by_role("button", name="Turn off this link").click()
    page.get_by_role("button", name="Turn off the link").click()
    expect(page.get_by_text("The link is turned off.")).to_be_visible()
    with guest(chromium, app, visitor.device, scripts=True) as other:
        late = other.new_page()
        answer = late.goto(address)
        assert answer is not None
        assert answer.status == 410
        look(late, visitor, "watch-closed")
        obeys(late, "watch-closed")


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_a_password_is_asked_for_kindly(
    visitor: Visitor, app: App, chromium: Browser, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    page, name = visitor.page, sign_in(visitor, "/films", "Keeping a secret")
    project_id = make_film(app, database, name, small_clip, tmp_path)
    page.goto(f"/project/{project_id}/film")
    page.get_by_role("button", name="Share").click()
    dress(page, fold=True)
    page.get_by_label("Password").fill("Rosa 1987")
    go_on_to_sending(page)
    address = address_of(page)
    expect(page.get_by_text("Until they have typed the password")).to_be_visible()
    dress(page)
    expect(page.get_by_text("This film has a password.")).to_be_visible()
    expect(page.get_by_label("Password")).to_have_value("")
    with guest(chromium, app, visitor.device, scripts=False) as other:
        asked = other.new_page()
        asked.goto(address)
        asked.get_by_label("Password").fill("wrong")
        asked.get_by_role("button", name="Open it").click()
        expect(asked.get_by_text("That is not the password")).to_be_visible()
        look(asked, visitor, "watch-password")
        asked.get_by_label("Password").fill("Rosa 1987")
        asked.get_by_role("button", name="Open it").click()
        expect(asked.get_by_role("heading", name="Fifty years")).to_be_visible()
        expect(asked.locator("video[disableremoteplayback]")).to_be_visible()
    with guest(chromium, app, visitor.device, scripts=True) as other:
        asked = other.new_page()
        asked.goto(address)
        asked.get_by_label("Password").fill("wrong")
        asked.get_by_role("button", name="Open it").click()
        expect(asked.get_by_text("That is not the password")).to_be_visible()
        obeys(asked, "watch-password")


def test_a_gift_opens_at_the_same_moment_everywhere(
    chromium: Browser, app: App, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    new_york = DEVICES["desktop"] | {"timezone_id": "America/New_York"}
    with visit(chromium, app.address, "desktop", new_york) as visitor:
        page, name = visitor.page, sign_in(visitor, "/films", "Far away")
        page.goto(f"/project/{make_film(app, database, name, small_clip, tmp_path)}/film")
        page.get_by_role("button", name="Share").click()
        dress(page, fold=True)
        page.get_by_label("Opens on").first.fill("2031-12-24T18:00")
        go_on_to_sending(page)
        address = address_of(page)
        dress(page)
        page.reload()
        expect(page.get_by_label("Opens on").first).to_have_value("2031-12-24T18:00")
        page.goto(f"/project/{make_film(app, database, name, small_clip, tmp_path)}/film")
        expect(page.get_by_role("button", name="Share")).to_be_visible()
        expect(page.get_by_role("heading", name="Share this film")).to_have_count(0)
    with chromium.new_context(base_url=app.address, timezone_id="Asia/Tokyo", locale="en-GB") as tokyo:
        waiting = tokyo.new_page()
        waiting.goto(address)
        expect(waiting.get_by_text("25 December 2031 at 08:00")).to_be_visible()


def test_a_film_plays_in_somebody_elses_page(
    visitor: Visitor, app: App, chromium: Browser, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    """With no cookie of ours, because browsers give none to a frame in another site."""
    page, name = visitor.page, sign_in(visitor, "/films", "Writing a blog")
    page.goto(f"/project/{make_film(app, database, name, small_clip, tmp_path)}/film")
    page.get_by_role("button", name="Share").click()
    go_on_to_sending(page)
    page.get_by_text("Put it on a website").click()
    embedded = page.locator("pre.embed-code")
    expect(embedded).to_contain_text("/embed/")
    code = embedded.inner_text()
    with serve(HTMLResponse(code)) as blog, guest(chromium, app, visitor.device, scripts=True) as other:
        reading = other.new_page()
        reading.goto(blog)
        framed = reading.frame_locator("iframe")
        plays(framed.locator("video"))
        assert other.cookies() == []

        dress(page, fold=True)
        page.get_by_label("Password").fill("Rosa 1987")
        go_on_to_sending(page)
        reading.reload()
        with other.expect_page() as opened:
            framed.get_by_role("link", name="Open the film’s page").click()
        expect(opened.value.get_by_label("Password")).to_be_visible()


@pytest.mark.parametrize("visitor", ["desktop"], indirect=True)
def test_a_link_that_has_ended_says_so_and_is_opened_again(
    visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    page, name = visitor.page, sign_in(visitor, "/films", "Late")
    page.goto(f"/project/{make_film(app, database, name, small_clip, tmp_path)}/film")
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("This link has ended")).to_have_count(0)
    go_on_to_sending(page)
    token = address_of(page).rpartition("/")[2]
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Send it")).to_have_count(0)
    with database.unscoped() as session:
        link = session.exec(select(ShareLink).where(col(ShareLink.token) == token)).one()
        link.expires_at = now() - timedelta(days=1)
    page.get_by_role("button", name="Share").click()
    expect(page.get_by_text("This link has ended")).to_be_visible()
    visitor.look("share-ended")
    page.get_by_label("The link ends on").first.fill("")
    go_on_to_sending(page)
    expect(page.get_by_text("This link has ended")).to_have_count(0)
