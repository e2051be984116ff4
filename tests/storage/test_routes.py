"""GET /files/…: headers and ranges of stored files."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image

from echoes.settings import get_settings, signing_key
from echoes.storage import get_storage, new_key
from echoes.storage.routes import routes
from echoes.storage.signing import UrlSigner
from tests.storage.contract import OWNER
from tests.support.processes import PATIENCE
from tests.support.servers.application import application
from tests.support.servers.production import serve


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve(application(routes)) as url:
        yield url


@pytest.fixture
def web(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        yield client


@pytest.fixture
def key(data_dir: Path) -> str:
    source = data_dir / "source"
    source.write_bytes(bytes(range(256)) * 4096)
    key = new_key(OWNER, "films", "mp4")
    get_storage().put(key, source)
    return key


def test_the_browser_may_keep_it_as_long_as_the_url_lives(web: httpx.Client, key: str) -> None:
    answer = web.get(get_storage().url(key))
    directives = answer.headers["cache-control"].split(", ")
    assert directives[0] == "private"
    assert 0 < int(directives[1].removeprefix("max-age=")) <= 3600


def test_it_is_never_taken_for_another_type(web: httpx.Client, key: str) -> None:
    answer = web.get(get_storage().url(key))
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_megabyte_arrives_unchanged(web: httpx.Client, key: str) -> None:
    assert web.get(get_storage().url(key)).content == bytes(range(256)) * 4096


def test_head_tells_the_size_alone(web: httpx.Client, key: str) -> None:
    answer = web.head(get_storage().url(key))
    assert (answer.headers["content-length"], answer.headers["accept-ranges"]) == ("1048576", "bytes")
    assert answer.content == b""


def test_a_range_that_lies_outside_is_said_to(web: httpx.Client, key: str) -> None:
    answer = web.get(get_storage().url(key), headers={"Range": "bytes=2000000-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */1048576")


def test_an_expired_url_says_what_to_do(web: httpx.Client, key: str) -> None:
    yesterday = UrlSigner(signing_key(get_settings()), lambda: 1_700_000_000.0)
    answer = web.get(yesterday.url(key))
    assert (answer.status_code, answer.headers["cache-control"]) == (403, "no-store")
    assert answer.json()["error"] == "This link has expired. Please reload the page to get a new one."


def test_a_file_that_was_removed_is_not_found(web: httpx.Client, key: str) -> None:
    url = get_storage().url(key)
    get_storage().delete([key])
    answer = web.get(url)
    assert answer.status_code == 404
    assert answer.json()["error"] == "There is nothing here. It may have been removed."


@pytest.mark.parametrize(
    "path",
    [
        "/files/../secret.key", "/files/%2e%2e/secret.key", "/files/%2e%2e%2fsecret.key",
        "/files//etc/passwd", "/files/", "/files/a/b/c.jpg", "/files/%00", "/files/%ff/b/c.jpg",
    ],
)  # fmt: skip
def test_a_path_leads_nowhere_else(web: httpx.Client, key: str, path: str) -> None:
    answer = web.get(path + "?expires=99999999999&signature=" + "A" * 43)
    assert answer.status_code in {403, 404}
    assert signing_key(get_settings()) not in answer.content


def picture(kind: str) -> bytes:
    drawn = io.BytesIO()
    Image.effect_noise((80, 60), 90).save(drawn, kind)
    return drawn.getvalue()


def stored(data_dir: Path, suffix: str, content: bytes) -> tuple[str, Path]:
    source = data_dir / "source"
    source.write_bytes(content)
    key = new_key(OWNER, "kept", suffix)
    get_storage().put(key, source)
    return key, get_settings().files_dir / key


@pytest.mark.parametrize("suffix", ["mp4", "m4a", "mp3", "jpg", "bin"])
@pytest.mark.parametrize("change", [-1, -3_999, -4_000, 1])
def test_what_is_not_of_its_size_is_not_served(
    web: httpx.Client, data_dir: Path, suffix: str, change: int
) -> None:
    key, path = stored(data_dir, suffix, b"x" * 4_000)
    url = get_storage().url(key, size_bytes=4_000, download_name="Our film.mp4")
    assert web.get(url).status_code == 200
    os.truncate(path, 4_000 + change)
    for answer in (web.get(url), web.get(url, headers={"Range": "bytes=0-0"})):
        assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
        assert (
            answer.json()["error"]
            == "This file was damaged on our side. Please make it again, or send it once more."
        )
    assert web.head(url).status_code == 503


@pytest.mark.parametrize(("suffix", "kind"), [("jpg", "JPEG"), ("webp", "WEBP")])
@pytest.mark.parametrize("kept", [0, 1, 5, 200, -1])
def test_pictures_whose_size_nobody_noted_say_themselves_where_they_end(
    web: httpx.Client, data_dir: Path, suffix: str, kind: str, kept: int
) -> None:
    content = picture(kind)
    key, path = stored(data_dir, suffix, content)
    assert web.get(get_storage().url(key)).content == content
    path.write_bytes(content[:kept])
    assert web.get(get_storage().url(key)).status_code == 503
    path.write_bytes(content[:kept] + bytes(len(content[kept:])))
    is_seen_by_its_end = suffix == "jpg" or 0 <= kept < 6
    assert web.get(get_storage().url(key)).status_code == (503 if is_seen_by_its_end else 200)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_files_are_only_read(web: httpx.Client, key: str, method: str) -> None:
    assert web.request(method, get_storage().url(key)).status_code == 405
