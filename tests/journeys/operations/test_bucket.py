"""From photographs to a film that somebody else watches, with all files in a bucket of another origin."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from compiler.media.probing import probe
from tests.journeys.conftest import DEVICES, UNHURRIED, App, require_front_end
from tests.journeys.films.sharing_steps import address_of, go_on_to_sending, plays
from tests.journeys.steps import LONG, at, begin_film, is_drawn, sign_in
from tests.journeys.visitors import listen, visit
from tests.support.aws.emulators import CREDENTIALS, client_of, new_bucket, settings_of_bucket
from tests.support.media.photos import make_photos
from tests.support.servers.ports import free_port

pytestmark = [pytest.mark.chromium, pytest.mark.slow]


@pytest.fixture(scope="module")
def bucket(ministack: str) -> str:
    return new_bucket(ministack)


@pytest.fixture(scope="module")
def app_with_bucket(tmp_path_factory: pytest.TempPathFactory, ministack: str, bucket: str) -> Iterator[App]:
    require_front_end()
    settings = {"ECHOES_CLIP_SECONDS": "1.25", **UNHURRIED, **CREDENTIALS}
    running = App(
        tmp_path_factory.mktemp("bucket"), free_port(), settings | settings_of_bucket(ministack, bucket)
    )
    running.start()
    yield running
    running.stop()


def test_a_film_is_made_and_watched_from_a_bucket(
    app_with_bucket: App, chromium: Browser, ministack: str, bucket: str, tmp_path: Path
) -> None:
    app = app_with_bucket
    with visit(chromium, app.address, "phone", DEVICES["phone"]) as visitor:
        page = visitor.page
        sign_in(visitor, "/films", "Ida")
        begin_film(visitor, "Großmutters Gärten")
        page.locator("input[type=file]").first.set_input_files(make_photos(tmp_path / "photos", count=2))
        thumbnails = page.locator(f"main img[src^='{ministack}/{bucket}/']")
        expect(thumbnails).to_have_count(2, timeout=LONG)
        for thumbnail in thumbnails.all():
            is_drawn(thumbnail)
        page.get_by_role("link", name="Continue to the clips").click()
        page.get_by_role("button", name=re.compile("^Animate ")).last.click()
        keep = page.get_by_role("button", name="Keep", exact=True)
        expect(keep).to_have_count(2, timeout=LONG)
        for kept in (1, 2):
            keep.first.click()
            expect(page.get_by_text("In your film", exact=True)).to_have_count(kept)
        page.get_by_role("link", name="Arrange your clips").click()
        at(page, "/arrange")
        page.get_by_role("button", name="Make the film").click()
        link = page.get_by_role("link", name="Download the film")
        expect(link).to_be_visible(timeout=LONG)
        expect(link).to_have_attribute("href", re.compile("^" + re.escape(f"{ministack}/{bucket}/")))
        with page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename.startswith("Großmutters Gärten")
        download.value.save_as(film := tmp_path / "film.mp4")
        assert probe(film, strict=True).size == (1280, 720)
        page.get_by_role("button", name="Share").click()
        go_on_to_sending(page)
        address = address_of(page)

    complaints: list[str] = []
    with chromium.new_context(base_url=app.address, **DEVICES["desktop"]) as other:
        listen(watching := other.new_page(), complaints)
        watching.goto(address)
        plays(watching.locator("video"))
    assert complaints == []
    assert not list((app.data_dir / "files").rglob("*.mp4")), "files lie in a folder after all"
    kinds = {
        found["Key"].split("/")[1]
        for found in client_of(ministack).list_objects_v2(Bucket=bucket)["Contents"]
    }
    assert {"photos", "thumbnails", "takes", "films"} <= kinds
