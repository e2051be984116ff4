"""What the landing page asks for at first, as built and compressed: few files, and light ones."""

import re
from pathlib import Path

import pytest

from tests.journeys.conftest import ROOT, require_front_end

pytestmark = pytest.mark.chromium

BUILD = ROOT / ".web" / "build" / "client"
ASSETS = re.compile(r"/(?:assets|fonts)/[\w.-]+\.(?:js|css|woff2)")
HASH = re.compile(r"-[\w-]{8}\.js$")
PICTURES = ("sample/poster-672.avif", "sample/balloons.avif", "sample/stars.avif")
MOST_BYTES, MOST_HEADERS = 180_000, 1_500 + 14 * 600
"""The bar of `benchmarks/browser/pages.py`, for all but the film; headers of the page and of each part."""


@pytest.fixture(scope="module")
def parts() -> list[Path]:
    require_front_end()
    page = (BUILD / "index.html").read_text(encoding="utf-8")
    return [BUILD / name.lstrip("/") for name in dict.fromkeys(ASSETS.findall(page))]


def sent(file: Path) -> int:
    compressed = file.with_name(f"{file.name}.br")
    return (compressed if compressed.exists() else file).stat().st_size


def test_the_first_load_keeps_its_bar(parts: list[Path]) -> None:
    files = [BUILD / "index.html", *parts, *(BUILD / picture for picture in PICTURES)]
    assert sum(map(sent, files)) + MOST_HEADERS <= MOST_BYTES, {file.name: sent(file) for file in files}


def test_scripts_come_in_seven_files_without_icons_of_other_pages(parts: list[Path]) -> None:
    scripts = [HASH.sub("", file.name) for file in parts if file.suffix == ".js"]
    assert sorted(scripts) == [
        "_index", "entry.client", "libraries", "manifest", "rolldown-runtime", "root", "shared"
    ]  # fmt: skip
    assert list(BUILD.glob("assets/icons-*.js")), "those of several pages behind the sign-in"


def test_nothing_of_other_transports_is_left() -> None:
    require_front_end()
    (libraries,) = BUILD.glob("assets/libraries-*.js")
    script = libraries.read_text(encoding="utf-8")
    assert "WebSocket" in script
    assert "XMLHttpRequest" not in script
    assert "WebTransport" not in script
