"""Share page: what a visitor of /watch gets, the film or kind words."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import ShareLink, User, Video, now
from echoes.settings import ASSETS
from echoes.sharing import service
from echoes.storage import get_storage, new_key
from tests.sharing.conftest import HERE, OF_A_FILM, meta, shape

pytestmark = pytest.mark.slow


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
    small = browser.get(f"/watch/{link.token}/poster-small.webp")
    assert (full.headers["content-type"], small.headers["content-type"]) == ("image/jpeg", "image/webp")
    assert len(small.content) < len(full.content)


def test_the_page_shows_the_small_poster_of_the_film_where_there_is_one(
    browser: TestClient, database: Database, link: ShareLink, tmp_path: Path
) -> None:
    Image.new("RGB", (960, 540), "#0f0").save(tmp_path / "small.webp")
    sent = (tmp_path / "small.webp").read_bytes()
    with database.unscoped() as session:
        video = session.get_one(Video, link.video_id)
        video.small_poster_key = new_key(link.owner_id, "videos", "webp", link.video_id)
        get_storage().put(video.small_poster_key, tmp_path / "small.webp")
    assert browser.get(f"/watch/{link.token}/poster-small.webp").content == sent
    assert browser.get(f"/watch/{link.token}/poster.jpg").headers["content-type"] == "image/jpeg"


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
    for path in ("/film.mp4", "/poster.jpg", "/poster-small.webp"):
        assert browser.get(f"/watch/{link.token}{path}").headers["x-robots-tag"] == "noindex"


def test_words_that_run_to_the_left_leave_the_others_in_place(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).name = "רוזה"
    shape(database, link, title="שלום, אמא!", note="באהבה.", sender="רוזה")
    page = browser.get(f"/watch/{link.token}").text
    assert '<h1 dir="auto">שלום, אמא!</h1>' in page
    assert "from <bdi>רוזה</bdi> · <time" in page
    assert '<blockquote class="note" dir="auto">' in page


def test_the_maker_is_named_only_when_they_want_it(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    assert "Anna" not in browser.get(f"/watch/{link.token}").text
    shape(database, link, sender="Anna")
    assert "from <bdi>Anna</bdi>" in browser.get(f"/watch/{link.token}").text


def test_a_visitor_is_invited_with_the_owners_code(
    browser: TestClient, database: Database, anna: UUID, link: ShareLink
) -> None:
    with database.reading_as(anna) as session:
        code = session.user.referral_code
    assert f'href="/r/{code}"' in browser.get(f"/watch/{link.token}").text


@pytest.mark.parametrize("path", ["", *OF_A_FILM])
@pytest.mark.parametrize("token", ["nobody-ever-made-this", "%00", "x" * 5000, "a\u202eb"])
def test_what_was_never_a_link_is_not_found(browser: TestClient, token: str, path: str) -> None:
    answer = browser.get(f"/watch/{token}{path}")
    assert answer.status_code == 404
    assert "There is no film here" in answer.text
    meta(answer.text)


def test_who_is_named_is_whom_the_owner_wrote(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    shape(database, link, sender="All four of us")
    page = browser.get(f"/watch/{link.token}").text
    assert "from <bdi>All four of us</bdi>" in page
    assert meta(page)["og:title"] == "Summer 1987 · from All four of us"
    shape(database, link, sender="")
    assert "from <bdi>" not in browser.get(f"/watch/{link.token}").text


def test_a_link_from_before_names_its_maker_as_it_did(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    with database.unscoped() as session:
        session.get_one(ShareLink, link.id).names_owner = True
    assert "from <bdi>Anna</bdi>" in browser.get(f"/watch/{link.token}").text


def test_nobody_is_called_somebody(browser: TestClient, database: Database, link: ShareLink) -> None:
    wishes: tuple[dict[str, object], ...] = (
        {},
        {"opens_at": now() + timedelta(days=3)},
        {"password": "Rosa 1987"},
    )
    for wish in wishes:
        shape(database, link, **wish)
        assert "Somebody" not in browser.get(f"/watch/{link.token}").text


def test_the_film_is_saved_where_its_owner_allows_it(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    shape(database, link, title="For Mum")
    assert f'href="/watch/{link.token}/save"' in browser.get(f"/watch/{link.token}").text
    file = browser.get(browser.get(f"/watch/{link.token}/save").headers["location"])
    assert "attachment" in file.headers["content-disposition"]
    assert "For%20Mum" in file.headers["content-disposition"]
    shape(database, link, can_save=False)
    page = browser.get(f"/watch/{link.token}").text
    assert "/save" not in page
    assert 'controlslist="nodownload"' in page
    assert browser.get(f"/watch/{link.token}/save").status_code == 404


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
    ended = browser.get(f"/watch/{link.token}")
    assert ended.status_code == 410
    assert "It could be watched until" in ended.text
    assert "Summer 1987" not in ended.text
    assert meta(ended.text)["og:title"] == "This film is no longer shared"


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


def test_the_embedded_player_is_the_film_alone(browser: TestClient, link: ShareLink) -> None:
    answer = browser.get(f"/embed/{link.token}")
    meta(answer.text)
    assert "<video" in answer.text
    assert "Make your own" not in answer.text
