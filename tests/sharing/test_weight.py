"""The share page with all that it loads, its poster too, is under 50 KB; only the film comes on top."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from PIL import Image, ImageOps
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import ShareLink, Video
from echoes.settings import ASSETS
from echoes.sharing.social_image import MOST_BYTES_OF_SMALL, small_poster
from echoes.storage import get_storage
from tests.sharing.conftest import shape
from tests.support.media.photos import subject

MOST = 50_000
LOADED = {"link": "href", "script": "src", "img": "src", "video": "poster", "track": "src"}
LINKS = {"stylesheet", "icon", "preload"}
IN_STYLES = re.compile(r"url\(\"([^\"]+)\"\)")


def loaded(page: str) -> set[str]:
    """Addresses that a browser fetches for this page, by its tags."""
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(page)
    return {
        tag.get(LOADED[tag.tag])
        for tag in tree.iter()
        if tag.tag in LOADED and tag.get(LOADED[tag.tag]) and tag.get("rel", "icon") in LINKS
    }


def files_of(page: str) -> Iterator[str]:
    for address in loaded(page):
        yield address
        if address.endswith(".css"):
            yield from IN_STYLES.findall((ASSETS / address.lstrip("/")).read_text())


def weigh(browser: TestClient, address: str) -> int:
    page = browser.get(address)
    sizes = {"page": len(page.content)}
    for file in files_of(page.text):
        asset = ASSETS / file.lstrip("/")
        sizes[file] = asset.stat().st_size if asset.is_file() else len(browser.get(file).content)
    assert len(sizes) > 3, sizes
    return sum(sizes.values())


@pytest.fixture
def with_a_photograph(database: Database, link: ShareLink, tmp_path: Path) -> None:
    """What a camera sees is heavier than the one colour of the other tests."""
    ImageOps.fit(subject("coffee.png", 1280), (1280, 720)).save(tmp_path / "poster.jpg", quality=85)
    with database.reading() as session:
        key = session.get_one(Video, link.video_id).poster_key
    assert key is not None
    get_storage().put(key, tmp_path / "poster.jpg")


@pytest.mark.usefixtures("with_a_photograph")
@pytest.mark.parametrize("wishes", [{"note": "Fifty years. " * 40, "sender": "Anna"}, {"password": "Rosa"}])
def test_the_page_is_light(
    browser: TestClient, database: Database, link: ShareLink, wishes: dict[str, str]
) -> None:
    shape(database, link, **wishes)
    assert weigh(browser, f"/watch/{link.token}") < MOST


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (960, 960)])
def test_the_poster_is_light_whatever_it_shows(tmp_path: Path, size: tuple[int, int]) -> None:
    noise = Image.effect_noise(size, 60).convert("RGB")
    Image.blend(subject("coffee.png", 1280).resize(size), noise, 0.4).save(
        tmp_path / "poster.jpg", quality=95
    )
    with Image.open(io.BytesIO(small_poster(tmp_path / "poster.jpg"))) as poster:
        assert poster.format == "WEBP"
        assert poster.width * size[1] == pytest.approx(poster.height * size[0], rel=0.01)
    assert len(small_poster(tmp_path / "poster.jpg")) < 2 * MOST_BYTES_OF_SMALL
