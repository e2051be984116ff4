"""What a visitor of /watch gets: the film, a lock, a day to wait for, or kind words."""

import io
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import html5lib
import pytest
from PIL import Image
from starlette.testclient import TestClient

from echoes.accounts import service as accounts
from echoes.accounts.cookies import COOKIE
from echoes.database import Database
from echoes.models import ShareLink, User, Video, now
from echoes.settings import ASSETS, get_settings
from echoes.sharing import service
from echoes.storage import get_storage
from tests.sharing.conftest import HERE, shape

pytestmark = pytest.mark.slow

PAGE_WITHOUT_ITS_FILM = 50_000
LARGEST_CARD = 600_000
"""In bytes: WhatsApp shows no larger picture."""


def meta(page: str) -> dict[str, str]:
    """Names and properties, as messengers read them."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    tags = tree.iter("meta")
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in tags if tag.get("content")}


def test_the_page_is_valid_and_says_what_messengers_ask(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    shape(database, link, title='Rosa & "Tom" <3', note="Fifty years.\nAll of it.")
    answer = browser.get(f"/watch/{link.token}")
    assert answer.status_code == 200
    assert answer.headers["x-robots-tag"] == "noindex"
    tags = meta(answer.text)
    assert tags["robots"] == "noindex"
    assert tags["og:title"] == tags["twitter:title"] == 'Rosa & "Tom" <3'
    assert tags["og:description"] == "Fifty years. All of it. 1:05"
    assert tags["og:image"] == f"{HERE}/watch/{link.token}/poster.jpg"
    assert tags["og:video"] == f"{HERE}/watch/{link.token}/film.mp4"
    assert tags["video:duration"] == "65"
    assert (tags["og:video:width"], tags["og:video:height"]) == ("1280", "720")
    assert tags["twitter:card"] == "player"
    assert tags["twitter:player"] == f"{HERE}/embed/{link.token}"


def test_the_film_plays_in_ranges(browser: TestClient, link: ShareLink) -> None:
    first = browser.get(f"/watch/{link.token}/film.mp4", headers={"range": "bytes=0-99"})
    assert first.status_code == 307
    answer = browser.get(first.headers["location"], headers={"range": "bytes=100-199"})
    assert (answer.status_code, len(answer.content)) == (206, 100)
    assert answer.headers["content-type"] == "video/mp4"


def test_messengers_learn_how_large_the_film_is_without_fetching_it(
    browser: TestClient, link: ShareLink
) -> None:
    length = len(browser.get(browser.get(f"/watch/{link.token}/film.mp4").headers["location"]).content)
    answer = browser.head(f"/watch/{link.token}/film.mp4")
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "video/mp4", b"")
    assert int(answer.headers["content-length"]) == length


def test_the_poster_comes_in_full_for_messengers_and_small_for_the_page(
    browser: TestClient, link: ShareLink
) -> None:
    full = browser.get(f"/watch/{link.token}/poster.jpg")
    small = browser.get(f"/watch/{link.token}/poster-small.jpg")
    assert full.headers["content-type"] == small.headers["content-type"] == "image/jpeg"
    assert len(small.content) < len(full.content)


def test_a_film_without_a_poster_is_shown_with_our_own_card(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    with database.unscoped() as session:
        session.get_one(Video, link.video_id).poster_key = None
    tags, card = meta(page := browser.get(f"/watch/{link.token}").text), ASSETS / "icons/social-card.jpg"
    assert tags["og:image"] == f"{HERE}/icons/{card.name}"
    with Image.open(card) as opened:
        assert (int(tags["og:image:width"]), int(tags["og:image:height"])) == opened.size
    for player in (page, browser.get(f"/embed/{link.token}").text):
        assert "poster" not in player


def test_no_search_engine_is_led_to_the_pictures(browser: TestClient, link: ShareLink) -> None:
    for path in ("film.mp4", "poster.jpg", "poster-small.jpg"):
        assert browser.get(f"/watch/{link.token}/{path}").headers["x-robots-tag"] == "noindex"


def test_words_that_run_to_the_left_leave_the_others_in_place(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).name = "רוזה"
    shape(database, link, title="שלום, אמא!", note="באהבה.", names_owner=True)
    page = browser.get(f"/watch/{link.token}").text
    assert '<h1 dir="auto">שלום, אמא!</h1>' in page
    assert "by <bdi>רוזה</bdi> · <time" in page
    assert '<p class="note" dir="auto">' in page


@pytest.mark.parametrize(("shape", "card"), [((1280, 720), (1200, 675)), ((720, 1280), (675, 1200))])
def test_messengers_are_told_the_true_size_of_the_card(
    browser: TestClient,
    database: Database,
    link: ShareLink,
    tmp_path: Path,
    shape: tuple[int, int],
    card: tuple[int, int],
) -> None:
    Image.effect_noise(shape, 40).convert("RGB").save(tmp_path / "poster.jpg", quality=95)
    with database.unscoped() as session:
        video = session.get_one(Video, link.video_id)
        video.width, video.height = shape
        assert video.poster_key is not None
        get_storage().put(video.poster_key, tmp_path / "poster.jpg")
    tags = meta(browser.get(f"/watch/{link.token}").text)
    picture = browser.get(tags["og:image"].removeprefix(HERE))
    with Image.open(io.BytesIO(picture.content)) as opened:
        assert opened.size == card
    assert (int(tags["og:image:width"]), int(tags["og:image:height"])) == card
    assert len(picture.content) < LARGEST_CARD


def test_the_page_is_light(browser: TestClient, link: ShareLink) -> None:
    page = browser.get(f"/watch/{link.token}").content
    assets = ("styles/watch.css", "fonts/fraunces-latin.woff2", "scripts/watch.js", "favicon.svg")
    assert len(page) + sum((ASSETS / name).stat().st_size for name in assets) < PAGE_WITHOUT_ITS_FILM


def test_the_maker_is_named_only_when_they_want_it(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    assert "Anna" not in browser.get(f"/watch/{link.token}").text
    shape(database, link, names_owner=True)
    assert "by Anna" in browser.get(f"/watch/{link.token}").text


def test_a_visitor_is_invited_with_the_owners_code(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    with database.reading_as(anna) as session:
        code = session.user.referral_code
    assert f'href="/r/{code}"' in browser.get(f"/watch/{link.token}").text


@pytest.mark.parametrize("path", ["", "/film.mp4", "/poster.jpg", "/poster-small.jpg"])
@pytest.mark.parametrize("token", ["nobody-ever-made-this", "%00", "x" * 5000, "a\u202eb"])
def test_what_was_never_a_link_is_not_found(browser: TestClient, token: str, path: str) -> None:
    answer = browser.get(f"/watch/{token}{path}")
    assert answer.status_code == 404
    assert "There is no film here" in answer.text
    meta(answer.text)


def test_a_revoked_link_is_gone_with_kind_words(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    with database.acting_as(anna) as session:
        service.revoke(session, link.id)
    answer = browser.get(f"/watch/{link.token}")
    assert answer.status_code == 410
    assert "no longer shared" in answer.text
    assert "Summer 1987" not in answer.text
    assert meta(answer.text)["og:title"] == "This film is no longer shared"
    assert browser.get(f"/watch/{link.token}/film.mp4").status_code == 404


def test_a_link_ends_on_its_day(browser: TestClient, database: Database, link: ShareLink) -> None:
    shape(database, link, expires_at=now() + timedelta(days=1))
    assert browser.get(f"/watch/{link.token}").status_code == 200
    with database.unscoped() as session:
        session.get_one(ShareLink, link.id).expires_at = now() - timedelta(seconds=1)
    assert browser.get(f"/watch/{link.token}").status_code == 410


@pytest.mark.parametrize("column", ["suspended_at", "deletes_at"])
def test_a_film_of_somebody_who_left_is_gone(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink, column: str
) -> None:
    with database.unscoped() as session:
        setattr(session.get_one(User, anna), column, now())
    assert browser.get(f"/watch/{link.token}").status_code == 410


def test_a_deleted_film_takes_its_link_along(
    browser: TestClient, database: Database, video: Video, link: ShareLink
) -> None:
    with database.unscoped() as session:
        session.delete(session.get_one(Video, video.id))
    assert browser.get(f"/watch/{link.token}").status_code == 404


class TestAGift:
    def test_says_when_it_opens_and_hides_the_film(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, title="For Mum", note="Surprise", opens_at=now() + timedelta(days=3))
        answer = browser.get(f"/watch/{link.token}")
        assert answer.status_code == 200
        assert f"{now() + timedelta(days=3):%-d %B %Y}" in answer.text
        assert "Surprise" not in answer.text
        assert "og:video" not in meta(answer.text)
        assert browser.get(f"/watch/{link.token}/film.mp4").status_code == 404
        assert browser.get(f"/watch/{link.token}/poster.jpg").status_code == 404

    def test_opens_by_itself(self, browser: TestClient, database: Database, link: ShareLink) -> None:
        with database.unscoped() as session:
            session.get_one(ShareLink, link.id).opens_at = now() - timedelta(seconds=1)
        assert "<video" in browser.get(f"/watch/{link.token}").text

    def test_is_open_to_its_owner_before(
        self, browser: TestClient, database: Database, anna: UUID, link: ShareLink
    ) -> None:
        shape(database, link, opens_at=now() + timedelta(days=3))
        with database.unscoped() as session:
            browser.cookies.set(COOKIE, accounts.open_session(session, get_settings(), anna, ""))
        assert "Others can see this from" in browser.get(f"/watch/{link.token}").text
        with database.unscoped() as session:
            session.get_one(ShareLink, link.id).opens_at = now() - timedelta(seconds=1)
        assert "as others see it" in browser.get(f"/watch/{link.token}").text

    def test_with_a_password_says_when_and_no_more(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        day = now() + timedelta(days=3)
        shape(database, link, title="Secret wedding", names_owner=True, password="Rosa 1987", opens_at=day)
        for page in ("watch", "embed"):
            text = browser.get(f"/{page}/{link.token}").text
            meta(text)
            assert f"{day:%-d %B %Y}" in text
            assert "Secret wedding" not in text
            assert "Anna" not in text


class TestAPassword:
    def test_hides_the_film_until_it_is_known(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, title="Secret wedding", password="Rosa 1987")
        closed = browser.get(f"/watch/{link.token}")
        assert closed.status_code == 200
        assert meta(closed.text)["og:title"] == "A film is waiting for you"
        assert "Secret wedding" not in closed.text
        assert browser.get(f"/watch/{link.token}/film.mp4").status_code == 404
        assert "password" in browser.get(f"/embed/{link.token}").text

        wrong = browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa"})
        assert wrong.status_code == 403
        assert "That is not the password" in wrong.text
        meta(wrong.text)

        right = browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa 1987"})
        assert right.headers["location"] == f"/watch/{link.token}"
        assert "httponly" in right.headers["set-cookie"].lower()
        assert "Secret wedding" in browser.get(f"/watch/{link.token}").text
        assert browser.get(f"/watch/{link.token}/film.mp4").status_code == 307

    def test_that_is_changed_closes_the_door_again(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, password="Rosa 1987")
        browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa 1987"})
        shape(database, link, password="Tom 1990")
        assert "This film has a password" in browser.get(f"/watch/{link.token}").text

    def test_of_one_film_opens_no_other(
        self, browser: TestClient, database: Database, anna: UUID, link: ShareLink
    ) -> None:
        shape(database, link, password="Rosa 1987")
        browser.post(f"/watch/{link.token}/unlock", data={"password": "Rosa 1987"})
        proof = next(cookie.value for cookie in browser.cookies.jar)
        with database.acting_as(anna) as session:
            service.revoke(session, link.id)
            other = service.share(session, link.video_id)
        shape(database, other, password="Rosa 1987")
        browser.cookies.set("echoes_watch", str(proof))
        assert "This film has a password" in browser.get(f"/watch/{other.token}").text

    def test_leads_back_to_the_film_when_its_address_is_opened_again(
        self, browser: TestClient, link: ShareLink
    ) -> None:
        answer = browser.get(f"/watch/{link.token}/unlock")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/watch/{link.token}")

    def test_is_not_taken_from_another_site(
        self, browser: TestClient, database: Database, link: ShareLink
    ) -> None:
        shape(database, link, password="Rosa 1987")
        answer = browser.post(
            f"/watch/{link.token}/unlock",
            data={"password": "Rosa 1987"},
            headers={"origin": "https://elsewhere.example"},
        )
        assert answer.status_code == 403


def test_the_embedded_player_is_the_film_alone(browser: TestClient, link: ShareLink) -> None:
    answer = browser.get(f"/embed/{link.token}")
    meta(answer.text)
    assert "<video" in answer.text
    assert "Make your own" not in answer.text


def test_a_closed_film_in_another_page_leads_out_of_its_frame(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    """Within a frame no form works, and none of our other pages opens."""

    def framed(token: str) -> str:
        text: str = browser.get(f"/embed/{token}").text
        meta(text)
        assert "<form" not in text
        assert 'href="/' not in text.replace('href="/styles/', "")
        return text

    shape(database, link, password="Rosa 1987")
    assert f'href="{HERE}/watch/{link.token}" target="_blank"' in framed(link.token)
    shape(database, link, password="", opens_at=now() + timedelta(days=3))
    assert "This film opens on" in framed(link.token)
    with database.acting_as(anna) as session:
        service.revoke(session, link.id)
    assert "no longer shared" in framed(link.token)
    assert "There is no film here" in framed("never-made")
