"""Photographs on lines that refuse or break large requests, and on phones, that make them smaller first."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from echoes.database import Database
from echoes.models import Photo
from echoes.settings import Settings
from tests.journeys.conftest import DESKTOP, PHONE, UNHURRIED, App, require_front_end
from tests.journeys.steps import begin_film, sign_in
from tests.journeys.visitors import Visitor, visit
from tests.photos.pictures import as_shot, corners, exif, is_near, quarters
from tests.support.processes import wait_for
from tests.support.servers.narrow_line import NarrowLine, narrow_line
from tests.support.servers.ports import free_port

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

KB, MB = 1024, 1024 * 1024
LONG = 120_000
DATE = "2019:07:14 18:30:05"


@dataclass
class AppBehindProxy(App):
    proxy_port: int = 0

    @property
    def address(self) -> str:
        return f"http://localhost:{self.proxy_port}"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppBehindProxy]:
    require_front_end()
    settings = {"ECHOES_MAX_PHOTO_BYTES": str(8 * MB), **UNHURRIED}
    running = AppBehindProxy(tmp_path_factory.mktemp("behind"), free_port(), settings, proxy_port=free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def proxy(behind: AppBehindProxy) -> Iterator[NarrowLine]:
    with narrow_line(behind.port, behind.proxy_port) as line:
        yield line


@pytest.fixture
def line(proxy: NarrowLine) -> NarrowLine:
    proxy.widen()
    return proxy


@pytest.fixture
def desktop(chromium: Browser, behind: AppBehindProxy, line: NarrowLine) -> Iterator[Visitor]:
    with visit(chromium, behind.address, "desktop", DESKTOP) as visitor:
        yield visitor
        forget_refusals(visitor)


@pytest.fixture
def phone(chromium: Browser, behind: AppBehindProxy, line: NarrowLine) -> Iterator[Visitor]:
    with visit(chromium, behind.address, "phone", PHONE) as visitor:
        yield visitor
        forget_refusals(visitor)


def forget_refusals(visitor: Visitor) -> None:
    """Browsers log every answer of 4xx, and every connection that was lost."""
    visitor.complaints[:] = [line for line in visitor.complaints if "Failed to load resource" not in line]


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """On its side, with a date, of about three megabytes."""
    noise = np.random.default_rng(7).normal(0, 18, (1500, 2000, 1))
    upright = Image.fromarray(np.clip(np.asarray(quarters((2000, 1500))) + noise, 0, 255).astype(np.uint8))
    path = tmp_path_factory.mktemp("photos") / "Omas Garten.jpg"
    as_shot(upright, 6).save(path, quality=97, exif=exif(6, DATE, "+02:00"))
    assert 2 * MB < path.stat().st_size < 5 * MB
    return path


def begin(visitor: Visitor, title: str) -> None:
    sign_in(visitor, "/films", title)
    begin_film(visitor, title)


def send(visitor: Visitor, *photographs: Path) -> None:
    visitor.page.locator("input[type=file]").first.set_input_files(photographs)


def arrives(visitor: Visitor, count: int = 1) -> None:
    expect(visitor.page.locator("main img[src*='/files/']")).to_have_count(count, timeout=LONG)


def kept(behind: AppBehindProxy, visitor: Visitor) -> Photo:
    """The newest photo of the project that is looked at."""
    found = re.search(r"/project/([^/]+)/", visitor.page.url)
    assert found
    database = Database(Settings(data_dir=behind.data_dir).database_url)
    with database.reading() as session:
        photos = select(Photo).where(col(Photo.project_id) == UUID(found[1]))
        photo = session.exec(photos.order_by(col(Photo.created_at).desc())).first()
    database.dispose()
    assert photo
    return photo


def test_a_proxy_that_refuses_large_bodies_gets_smaller_ones(
    desktop: Visitor, line: NarrowLine, behind: AppBehindProxy, photograph: Path
) -> None:
    begin(desktop, "Behind a proxy")
    line.largest = 400 * KB
    send(desktop, photograph)
    arrives(desktop)
    assert line.refused[0] == photograph.stat().st_size
    assert max(line.passed) <= 400 * KB
    assert sum(line.passed) == photograph.stat().st_size
    assert (kept(behind, desktop).width, kept(behind, desktop).height) == (2000, 1500)
    line.largest = None
    send(desktop, photograph)
    arrives(desktop, 2)
    assert max(line.passed) > 400 * KB, "it never grew again"


def test_a_line_that_breaks_in_large_bodies_gets_smaller_ones(
    desktop: Visitor, line: NarrowLine, photograph: Path
) -> None:
    begin(desktop, "A line that breaks")
    line.breaks_after = 300 * KB
    send(desktop, photograph)
    arrives(desktop)
    assert len(line.broken) >= 2
    assert line.broken[-1] < line.broken[0] / 2
    assert max(line.passed) <= 300 * KB


def test_a_refusal_of_ours_stays_one(desktop: Visitor, line: NarrowLine, tmp_path: Path) -> None:
    begin(desktop, "Too large")
    large = tmp_path / "Panorama.jpg"
    large.write_bytes(b"\xff\xd8\xff" + bytes(9 * MB))
    send(desktop, large)
    expect(desktop.page.get_by_role("alert").filter(has_text="too large")).to_be_visible()
    assert (line.begun, line.passed) == (1, [])


def test_a_phone_makes_photos_smaller_and_says_so(
    phone: Visitor, line: NarrowLine, behind: AppBehindProxy, photograph: Path
) -> None:
    begin(phone, "From a phone")
    expect(phone.page.get_by_text("Large photos are made smaller for your connection.")).to_be_visible()
    phone.look("3-made-smaller")
    send(phone, photograph)
    arrives(phone)
    expect(phone.page.get_by_text("Made smaller for your connection:")).to_be_visible()
    assert sum(line.passed) < photograph.stat().st_size * 2 / 3
    photo = kept(behind, phone)
    assert photo.taken_at is not None
    assert photo.taken_at.isoformat() == "2019-07-14T16:30:05+00:00"
    master = Image.open(io.BytesIO((behind.data_dir / "files" / photo.master_key).read_bytes()))
    seen = master.resize((8, 8), Image.Resampling.BOX)
    assert master.size == (2000, 1500)
    assert all(is_near(one, other, 12) for one, other in zip(corners(seen), corners(quarters()), strict=True))


def test_a_phone_sends_originals_when_asked_to_and_remembers_it(
    phone: Visitor, line: NarrowLine, photograph: Path
) -> None:
    begin(phone, "Originals")
    phone.page.get_by_label("Send the original photos").check()
    expect(phone.page.get_by_text("Your photos are sent as they are.")).to_be_visible()
    phone.page.reload()
    expect(phone.page.get_by_label("Send the original photos")).to_be_checked()
    send(phone, photograph)
    arrives(phone)
    assert sum(line.passed) == photograph.stat().st_size


def test_a_photo_that_was_made_smaller_goes_on_after_a_reload(
    phone: Visitor, line: NarrowLine, photograph: Path
) -> None:
    begin(phone, "Loaded anew")
    line.breaks_after = 200 * KB
    send(phone, photograph)
    expect(phone.page.get_by_role("progressbar")).to_be_visible()
    phone.page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('tus::'))")
    wait_for(lambda: line.broken, "the line to break")
    phone.page.on("dialog", lambda dialog: dialog.accept())
    phone.page.reload()
    line.breaks_after = None
    send(phone, photograph)
    arrives(phone)
    assert line.begun == 1
    assert sum(line.passed) < line.broken[0], "it began at the beginning"
