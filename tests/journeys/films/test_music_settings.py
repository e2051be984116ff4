"""Where the music begins, how it fades and cuts on its beats are chosen at the page, and undone there."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from echoes.database import Database
from echoes.models import BeatCuts, Project
from tests.journeys.conftest import App
from tests.journeys.steps import named, sign_in
from tests.journeys.visitors import Visitor
from tests.journeys.whole_app.test_accessibility import a_film_in_every_state
from tests.support.processes import wait_for

pytestmark = pytest.mark.chromium


def test_music_is_set_at_the_page(
    visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    name = sign_in(visitor, "/films", "Music")
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
    drag(visitor, slider, to=0.4)
    wait_for(lambda: stored(database, project).music_start > 10, "the start that was dragged to be kept")
    wait_for(
        lambda: stored(database, project).music_start == pytest.approx(float(slider.input_value())),
        "the start where it was let go",
    )
    expect(slider).to_have_attribute("aria-valuetext", re.compile("seconds$"))
    fades = page.get_by_role("group", name="How long the music fades at the end")
    fades.get_by_role("button", name="5 s", exact=True).click()
    expect(fades.get_by_role("button", name="5 s", exact=True)).to_have_attribute("aria-pressed", "true")
    beats = page.get_by_role("group", name="Cuts on the beat")
    beats.get_by_role("button", name="Every bar").click()
    expect(beats.get_by_role("button", name="Every bar")).to_have_attribute("aria-pressed", "true")
    wait_for(lambda: ending(database, project) == (5.0, BeatCuts.EVERY_BAR), "fade and cuts to be kept")
    page.get_by_role("button", name="Undo").click()
    expect(beats.get_by_role("button", name="Every bar")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name=f"Play {named('Sunday Garden')} as well, at the end").click()
    playing = page.get_by_role("list", name="The music of your film, in order").get_by_role("listitem")
    expect(playing).to_contain_text(["Letters Home", "Sunday Garden"])
    page.get_by_role("button", name=f"Play {named('Sunday Garden')} earlier").click()
    expect(playing).to_contain_text(["Sunday Garden", "Letters Home"])
    page.get_by_role("button", name="Film as long as the music").click()
    expect(page.get_by_text("Add clips, or fit the music to them.")).to_be_visible()
    slider.scroll_into_view_if_needed()
    visitor.look("music-settings")
    page.get_by_role("button", name=f"Take {named('Letters Home')} out of the film").click()
    expect(page.get_by_text("The music was taken out of the film.")).to_be_visible()
    wait_for(lambda: len(tracks_of(database, project)) == 1, "one of the two tracks to be left")


def drag(visitor: Visitor, slider: Locator, to: float) -> None:
    """From where it stands, by finger or mouse, to a part of its width."""
    slider.click(trial=True)  # It stands still, in view, and nothing lies over it.
    box = slider.bounding_box()
    assert box is not None
    top = box["y"] + box["height"] / 2
    lefts = [box["x"] + box["width"] * part for part in (0.02, to / 2, to)]
    if visitor.device != "phone":
        visitor.page.mouse.move(lefts[0], top)
        visitor.page.mouse.down()
        for left in lefts[1:]:
            visitor.page.mouse.move(left, top)
        visitor.page.mouse.up()
        return
    finger = visitor.page.context.new_cdp_session(visitor.page)
    for kind, left in zip(("touchStart", "touchMove", "touchMove"), lefts, strict=True):
        touch = {"type": kind, "touchPoints": [{"x": left, "y": top}]}
        finger.send("Input.dispatchTouchEvent", touch)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def ending(database: Database, project: Project) -> tuple[float, BeatCuts]:
    kept = stored(database, project)
    return kept.music_fade_out, kept.beat_cuts


def tracks_of(database: Database, project: Project) -> list[str]:
    kept = stored(database, project)
    return [str(kept.music_id), *kept.further_music]


def stored(database: Database, project: Project) -> Project:
    with database.unscoped() as session:
        return session.get_one(Project, project.id)
