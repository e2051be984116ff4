"""Where the music begins, how it fades and cuts on its beats are chosen at the page, and undone there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from echoes.database import Database
from echoes.models import BeatCuts, Project
from echoes.settings import Settings
from tests.journeys.conftest import App
from tests.journeys.test_accessibility import a_film_in_every_state
from tests.journeys.test_first_film import sign_in
from tests.journeys.visitors import Visitor
from tests.support.processes import wait_for

pytestmark = pytest.mark.chromium


@pytest.fixture
def database(app: App) -> Iterator[Database]:
    opened = Database(Settings(data_dir=app.data_dir).database_url)
    yield opened
    opened.dispose()


def test_music_is_set_at_the_page(
    visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    name = f"Music on a {visitor.device}"
    sign_in(visitor, "/films", name=name)
    project = a_film_in_every_state(app, database, name, small_clip, tmp_path)
    page = visitor.page
    page.goto(f"/project/{project.id}/arrange")
    page.get_by_role("button", name=re.compile("^No music")).click()
    expect(page.get_by_text("Your film has no music.")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Letters Home")).click()
    slider = page.get_by_role("slider", name="Where the music begins")
    for _ in range(5):
        slider.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "0.5 seconds")
    wait_for(lambda: stored(database, project).music_start == pytest.approx(0.5), "the start to be kept")
    fades = page.get_by_role("group", name="How long the music fades at the end")
    fades.get_by_role("button", name="5 s", exact=True).click()
    expect(fades.get_by_role("button", name="5 s", exact=True)).to_have_attribute("aria-pressed", "true")
    beats = page.get_by_role("group", name="Cuts on the beat")
    beats.get_by_role("button", name="Every bar").click()
    expect(beats.get_by_role("button", name="Every bar")).to_have_attribute("aria-pressed", "true")
    kept = stored(database, project)
    assert (kept.music_fade_out, kept.beat_cuts) == (5.0, BeatCuts.EVERY_BAR)
    slider.scroll_into_view_if_needed()
    visitor.look("music-settings")
    page.get_by_role("button", name="Undo").click()
    expect(beats.get_by_role("button", name="Every bar")).to_have_attribute("aria-pressed", "false")


def stored(database: Database, project: Project) -> Project:
    with database.unscoped() as session:
        return session.get_one(Project, project.id)
