"""A finished film whose files lie in storage, and a visitor's browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import html5lib
import pytest
from PIL import Image
from starlette.testclient import TestClient

from echoes.accounts import service as accounts
from echoes.accounts.cookies import COOKIE
from echoes.database import Database
from echoes.models import ShareLink, Video, now
from echoes.settings import get_settings
from echoes.sharing import service
from echoes.sharing.routes import routes
from echoes.sharing.service import LinkSettings
from echoes.storage import get_storage, new_key
from echoes.storage import routes as storage
from tests.support.databases.rows import add_project, add_video
from tests.support.servers.application import application

HERE = "http://localhost:3000"
OF_A_FILM = ("/film.mp4", "/save", "/captions.vtt", "/oembed.json", "/poster.jpg", "/poster-small.webp")
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
PERSON = {
    "user-agent": SAFARI, "accept-language": "de", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document",
}  # fmt: skip


@pytest.fixture
def video(database: Database, anna: UUID, small_clip: Path, tmp_path: Path) -> Video:
    film = Path(shutil.copy(small_clip, tmp_path / "film.mp4"))
    Image.new("RGB", (1280, 720), "#a54").save(tmp_path / "poster.jpg")
    with database.unscoped() as session:
        video = add_video(session, add_project(session, anna))
        video.film_key = new_key(anna, "videos", "mp4", video.id)
        video.poster_key = new_key(anna, "videos", "jpg", video.id)
        video.frames, video.ended_at = 24 * 65 + 12, now()
        get_storage().put(video.film_key, film)
        get_storage().put(video.poster_key, tmp_path / "poster.jpg")
    return video


@pytest.fixture
def link(database: Database, anna: UUID, video: Video) -> ShareLink:
    with database.acting_as(anna) as session:
        return service.share(session, video.id)


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    app = application([*routes, *storage.routes])
    with TestClient(app, base_url=HERE, follow_redirects=False, headers=PERSON) as client:
        client.headers["origin"] = HERE
        yield client


def elsewhere(address: str) -> TestClient:
    """A browser at this address."""
    headers = PERSON | {"origin": HERE}
    app = application(routes)
    return TestClient(app, base_url=HERE, follow_redirects=False, headers=headers, client=(address, 5000))


def sign_in(browser: TestClient, database: Database, user_id: UUID) -> None:
    with database.unscoped() as session:
        browser.cookies.set(COOKIE, accounts.open_session(session, get_settings(), user_id, ""))


def shape(database: Database, link: ShareLink, **wishes: object) -> None:
    with database.acting_as(link.owner_id) as session:
        service.shape(session, link.id, LinkSettings(**wishes))  # type: ignore[arg-type]


def meta(page: str) -> dict[str, str]:
    """Names and properties, as messengers read them."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    tags = tree.iter("meta")
    return {tag.get("property") or tag.get("name"): tag.get("content") for tag in tags if tag.get("content")}
