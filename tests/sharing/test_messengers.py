"""Link previews: each large messenger finds title, sender, picture and film, as its documentation says.

The order of tags is that of each one's own documentation of link previews.
"""

import io
from dataclasses import dataclass
from pathlib import Path

import pytest
from html5lib import HTMLParser
from PIL import Image
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import ShareLink, Video, now
from echoes.storage import get_storage
from tests.sharing.conftest import HERE, shape
from tests.support.media.photos import subject

MOST_OF_WHATSAPP = 300_000
SMALLEST = (1200, 630)
HEAD_READ = 32_768
"""Bytes of a page that the thriftiest reads before it gives up."""


@dataclass(frozen=True)
class Messenger:
    """Tags in the order in which it looks for them."""

    name: str
    agent: str
    title: tuple[str, ...] = ("og:title", "title")
    description: tuple[str, ...] = ("og:description", "description")
    image: tuple[str, ...] = ("og:image",)
    film: tuple[str, ...] = ()


TWITTER_FIRST: dict[str, tuple[str, ...]] = {
    "title": ("twitter:title", "og:title"),
    "description": ("twitter:description", "og:description"),
    "image": ("twitter:image", "og:image"),
}
MESSENGERS = (
    Messenger("WhatsApp", "WhatsApp/2.24.20.89 A"),
    Messenger(
        "Facebook",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        film=("og:video:secure_url", "og:video:url", "og:video"),
    ),
    Messenger(
        "iMessage",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) "
        "Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        film=("og:video:url", "og:video:secure_url", "og:video"),
    ),
    Messenger("Telegram", "TelegramBot (like TwitterBot)", film=("og:video:secure_url", "og:video")),
    Messenger("Signal", "WhatsApp/2"),
    Messenger("X", "Twitterbot/1.0", **TWITTER_FIRST, film=("twitter:player",)),
    Messenger("Slack", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", **TWITTER_FIRST),
    Messenger(
        "Discord", "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)", film=("og:video",)
    ),
    Messenger("LinkedIn", "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient)"),
    Messenger("Viber", "Viber/13.3.0 (compatible; bot)"),
    Messenger("Teams", "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5"),
)


@pytest.fixture(params=[(1280, 720), (720, 1280), (960, 960)], ids=["wide", "tall", "square"])
def gift(request: pytest.FixtureRequest, database: Database, link: ShareLink, tmp_path: Path) -> ShareLink:
    """With a poster as heavy as photographs are."""
    width, height = request.param
    noise = Image.effect_noise((width, height), 90).convert("RGB")
    Image.blend(subject("coffee.png", 1280).resize((width, height)), noise, 0.5).save(
        tmp_path / "poster.jpg", quality=95
    )
    with database.unscoped() as session:
        video = session.get_one(Video, link.video_id)
        video.width, video.height = width, height
        assert video.poster_key is not None
        get_storage().put(video.poster_key, tmp_path / "poster.jpg")
    shape(database, link, title='Rosa & "Tom" <3', sender="Anna", note="Fifty years.\nAll of it.")
    return link


def tags_of(browser: TestClient, messenger: Messenger, address: str) -> dict[str, str]:
    answer = browser.get(address, headers={"user-agent": messenger.agent})
    assert answer.status_code == 200
    tree = HTMLParser(namespaceHTMLElements=False).parse(answer.content[:HEAD_READ])
    found = {"title": tree.findtext(".//title") or ""}
    for tag in tree.iter("meta"):
        name = tag.get("property") or tag.get("name")
        if name:
            found.setdefault(name, tag.get("content") or "")  # The first one counts.
    return found


def first(tags: dict[str, str], names: tuple[str, ...]) -> str:
    return next((tags[name] for name in names if tags.get(name)), "")


@pytest.mark.parametrize("messenger", MESSENGERS, ids=lambda messenger: messenger.name)
def test_a_messenger_shows_title_sender_and_words(
    browser: TestClient, database: Database, link: ShareLink, messenger: Messenger
) -> None:
    shape(database, link, title='Rosa & "Tom" <3', sender="Anna", note="Fifty years.\nAll of it.")
    tags = tags_of(browser, messenger, f"/watch/{link.token}")
    assert first(tags, messenger.title) == 'Rosa & "Tom" <3 · from Anna'
    assert first(tags, messenger.description) == "Fifty years. All of it. 1:05"
    assert first(tags, messenger.image) == f"{HERE}/watch/{link.token}/poster.jpg"
    if messenger.film:
        film = first(tags, messenger.film)
        assert film in {f"{HERE}/watch/{link.token}/film.mp4", f"{HERE}/embed/{link.token}"}
    assert (tags["og:locale"], tags["og:type"]) == ("en_GB", "video.other")
    with database.reading() as session:
        assert session.get_one(ShareLink, link.id).views == 0


@pytest.mark.parametrize("messenger", MESSENGERS, ids=lambda messenger: messenger.name)
def test_a_closed_link_tells_a_messenger_nothing(
    browser: TestClient, database: Database, link: ShareLink, messenger: Messenger
) -> None:
    shape(database, link, title="Secret wedding", sender="Anna", password="Rosa 1987")
    tags = tags_of(browser, messenger, f"/watch/{link.token}")
    assert first(tags, messenger.title) == "A film is waiting for you"
    assert first(tags, messenger.image) == f"{HERE}/icons/social-card.jpg"
    assert first(tags, messenger.film) == ""
    assert not any("Anna" in value or "wedding" in value for value in tags.values())


def test_the_picture_is_as_large_as_they_show_it_and_as_light_as_whatsapp_takes_it(
    browser: TestClient, gift: ShareLink
) -> None:
    tags = tags_of(browser, MESSENGERS[0], f"/watch/{gift.token}")
    answer = browser.get(tags["og:image"].removeprefix(HERE), headers={"user-agent": MESSENGERS[0].agent})
    assert answer.headers["content-type"] == tags["og:image:type"] == "image/jpeg"
    assert len(answer.content) < MOST_OF_WHATSAPP
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", SMALLEST)
        assert picture.getbbox() == (0, 0, *SMALLEST)
    assert (int(tags["og:image:width"]), int(tags["og:image:height"])) == SMALLEST


def test_the_film_says_its_type_and_size(browser: TestClient, gift: ShareLink, database: Database) -> None:
    tags = tags_of(browser, MESSENGERS[1], f"/watch/{gift.token}")
    with database.reading() as session:
        video = session.get_one(Video, gift.video_id)
    assert tags["og:video:type"] == "video/mp4"
    assert (tags["og:video:width"], tags["og:video:height"]) == (str(video.width), str(video.height))
    assert tags["video:duration"] == "65"
    film = browser.head(tags["og:video"].removeprefix(HERE))
    assert (film.status_code, film.headers["accept-ranges"]) == (200, "bytes")


def test_pages_that_ask_by_oembed_get_the_player(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    shape(database, link, title="For Mum", sender="Anna")
    tree = HTMLParser(namespaceHTMLElements=False).parse(browser.get(f"/watch/{link.token}").text)
    (offered,) = [tag for tag in tree.iter("link") if tag.get("type") == "application/json+oembed"]
    answer = browser.get(offered.get("href").removeprefix(HERE)).json()
    assert (answer["version"], answer["type"]) == ("1.0", "video")
    assert (answer["title"], answer["author_name"]) == ("For Mum", "Anna")
    assert (answer["width"], answer["height"]) == (640, 360)
    assert f'src="{HERE}/embed/{link.token}"' in answer["html"]
    with database.unscoped() as session:
        session.get_one(ShareLink, link.id).revoked_at = now()
    assert browser.get(f"/watch/{link.token}/oembed.json").status_code == 404
