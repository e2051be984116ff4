"""Every page is pictured, and contact sheets hold all pictures."""

import re
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from PIL import Image

from echoes.models import new_id
from scripts.screenshots.contact_sheets import contact_sheet
from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes import scenes


@pytest.fixture
def demo() -> Demo:
    """Without the two minutes that its files take."""
    demo = create_autospec(Demo, instance=True)
    demo.project, demo.video, demo.anna = new_id(), new_id(), new_id()
    demo.copy_of_project.side_effect = lambda *_: new_id()
    demo.order.side_effect = lambda *_, **__: new_id()
    demo.with_photos_set_aside.return_value = demo.with_words_and_music.return_value = new_id()
    demo.links.return_value = {"open": "/watch/open", "locked": "/watch/locked"}
    demo.link.return_value = demo.invitation.return_value = demo.setup_page.return_value = "/watch/another"
    return demo  # type: ignore[no-any-return]


def test_every_page_of_the_app_has_a_scene(demo: Demo) -> None:
    from echoes.echoes import app

    pictured = [scene.path.partition("?")[0].strip("/") or "index" for scene in scenes(demo)]
    routes = [re.sub(r"\[\w+\]", "[^/]+", route) for route in app._unevaluated_pages]
    missing = [route for route in routes if not any(re.fullmatch(route, path) for path in pictured)]
    assert routes
    assert missing == []


def test_names_are_those_of_files_and_there_once(demo: Demo) -> None:
    names = [scene.name for scene in scenes(demo)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[\w-]+", name) for name in names)


def test_a_contact_sheet_holds_all_pictures_on_as_many_sheets_as_they_need(tmp_path: Path) -> None:
    pictures = []
    for number in range(8):
        pictures.append(tmp_path / f"{number}.png")
        Image.new("RGB", (390, 1000) if number % 2 else (1280, 800), "#a54").save(pictures[-1])
    contact_sheet(pictures, tmp_path / "sheet")
    sheets = sorted(tmp_path.glob("sheet-*.png"))
    assert [sheet.name for sheet in sheets][:1] == ["sheet-1.png"]
    coloured = 0
    for sheet in sheets:
        with Image.open(sheet) as image:
            assert image.width == 2000
            coloured += sum(image.getpixel((x, 400)) == (170, 85, 68) for x in range(0, 2000, 100))
    assert coloured > 0
