"""Words, trims, joints and undo on the arrange step; and forty clips that are put in order."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from compiler.clips.poster import save_poster
from echoes.database import Database
from echoes.models import Clip, Project, User
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner
from tests.journeys.conftest import App
from tests.journeys.guidelines import obeys_in_light_and_dark
from tests.journeys.steps import sign_in
from tests.journeys.visitors import Visitor
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.processes import wait_for

pytestmark = [pytest.mark.long, pytest.mark.chromium]

FORTY = 40


@pytest.fixture
def project(visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path) -> Project:
    """Forty kept clips, each of one second, of photos whose dates run backwards."""
    name = sign_in(visitor, "/films", "Editing")
    storage = LocalStorage(app.data_dir / "files", UrlSigner(b"of no use here"))
    save_poster(small_clip, tmp_path / "poster.jpg")
    with database.unscoped() as session:
        owner = session.exec(select(User).where(col(User.name) == name)).one()
        project = add_project(session, owner.id, "Grandma’s garden")
        video, poster = f"{owner.id}/takes/{project.id}.mp4", f"{owner.id}/takes/{project.id}.jpg"
        for number in range(FORTY):
            photo = add_photo(session, project, f"{project.id}-{number}.jpg")
            photo.taken_at = datetime(1987, 7, 1, 23, 59 - number, tzinfo=UTC)
            take = add_take(session, photo, approved=True)
            take.video_key, take.poster_key, take.frames, take.profile_version = video, poster, 24, 1
        (tmp_path / "clip.mp4").write_bytes(small_clip.read_bytes())
        storage.put(video, tmp_path / "clip.mp4")
        storage.put(poster, tmp_path / "poster.jpg")
        return project


def test_editing(visitor: Visitor, database: Database, project: Project) -> None:
    page = visitor.page
    page.goto(f"/project/{project.id}/arrange")
    expect(page.locator("li.shot")).to_have_count(FORTY)
    obeys_in_light_and_dark(page, "the arrange step with forty clips")
    the_player_is_played_by_keys(page)
    several_move_at_once(visitor, database, project)
    a_clip_is_trimmed_and_captioned(visitor, database, project)
    a_joint_is_chosen(visitor, database, project)
    words_are_typed(visitor, database, project)
    all_is_undone_by_keys(page, database, project)


def press(visitor: Visitor, control: Locator) -> None:
    """With a finger on the phone, and by the keyboard alone on the desktop."""
    if visitor.device == "phone":
        control.tap()
    else:
        control.press("Enter")


def shown_clip(page: Page, number: int) -> None:
    """What the player shows, cards counted."""
    expect(page.locator(".segments")).to_have_attribute("aria-valuenow", str(number))


def clips_of(database: Database, project: Project) -> list[Clip]:
    with database.reading_as(project.owner_id) as session:
        return list(session.exec(select(Clip).order_by(col(Clip.position))))


def order(database: Database, project: Project) -> list[str]:
    return [str(clip.id) for clip in clips_of(database, project)]


def the_player_is_played_by_keys(page: Page) -> None:
    player = page.get_by_role("region", name="Film player")
    clip = player.get_by_role("slider", name="Clip", exact=True)
    clip.press("End")
    shown_clip(page, FORTY)
    expect(clip).to_have_attribute("aria-valuetext", f"Clip {FORTY} of {FORTY}")
    clip.press("Home")
    clip.press("ArrowRight")
    shown_clip(page, 2)
    clip.press("k")
    expect(player).to_have_attribute("data-state", "playing")
    player.get_by_role("button", name="Pause").press("Enter")
    expect(player).to_have_attribute("data-state", "paused")


def several_move_at_once(visitor: Visitor, database: Database, project: Project) -> None:
    """The last three to the beginning, and then all by date."""
    page, before = visitor.page, order(database, project)
    press(visitor, page.get_by_role("button", name="Move several"))
    for number in (38, 39, 40):
        clip = page.get_by_role("button", name=re.compile(f"^Clip {number}:"))
        press(visitor, clip)
        expect(clip).to_have_attribute("aria-pressed", "true")
    obeys_in_light_and_dark(page, "choosing several clips")
    visitor.look("2-several")
    page.get_by_label("Where should they go?").select_option("To the beginning")
    press(visitor, page.get_by_role("button", name="Move 3 clips"))
    wait_for(lambda: order(database, project) == [*before[37:], *before[:37]], "three clips at the beginning")
    expect(page.get_by_role("button", name="Undo: Order")).to_be_enabled()
    press(visitor, page.get_by_role("button", name="Sort by date"))
    wait_for(lambda: order(database, project) == before[::-1], "the order of the dates")
    expect(page.get_by_role("button", name="Undo: Order")).to_be_enabled()


def a_clip_is_trimmed_and_captioned(visitor: Visitor, database: Database, project: Project) -> None:
    page = visitor.page
    press(visitor, page.get_by_role("button", name=re.compile("^Change clip 2:")))
    sheet = page.get_by_role("dialog", name="Clip 2")
    expect(sheet.get_by_text("1.0 s of 1.0 s")).to_be_visible()
    end = sheet.get_by_role("slider", name="Where the clip ends")
    expect(end).to_have_attribute("aria-valuetext", "1.00 seconds")
    end.press("ArrowLeft")
    wait_for(lambda: clips_of(database, project)[1].trim_end == 23, "one frame less")
    drag(
        page,
        sheet.get_by_role("slider", name="Where the clip begins"),
        sheet.locator(".filmstrip-frames"),
        0.25,
    )
    wait_for(lambda: clips_of(database, project)[1].trim_start == 6, "a quarter less")
    press(visitor, sheet.get_by_role("button", name="Longer"))
    wait_for(lambda: clips_of(database, project)[1].trim_start == 0, "all of it")
    press(visitor, sheet.get_by_role("button", name="Use the date: 1 July 1987"))
    wait_for(lambda: captions(database, project)[1] == "1 July 1987", "the date")
    expect(sheet.get_by_label("Caption")).to_have_value("1 July 1987")
    obeys_in_light_and_dark(page, "the sheet of a clip")
    visitor.look("3-clip")
    page.keyboard.press("Escape")
    expect(sheet).not_to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Change clip 2:"))).to_be_focused()
    shown_clip(page, 2)


def drag(page: Page, handle: Locator, strip: Locator, to: float) -> None:
    """From where the handle has come to rest."""
    handle.hover()
    page.mouse.down()
    room = strip.bounding_box()
    assert room
    page.mouse.move(room["x"] + room["width"] * to, room["y"] + 10, steps=4)
    page.mouse.up()


def a_joint_is_chosen(visitor: Visitor, database: Database, project: Project) -> None:
    page = visitor.page
    joint = page.get_by_role("button", name="Between clip 2 and 3: Dissolve")
    press(visitor, joint)
    sheet = page.get_by_role("dialog", name="Between clip 2 and 3")
    expect(sheet.locator(".transition-picture")).to_have_count(9)
    press(visitor, sheet.get_by_role("button", name="Wipe across"))
    expect(sheet.get_by_role("button", name="Wipe across")).to_have_attribute("aria-pressed", "true")
    obeys_in_light_and_dark(page, "the sheet of a joint")
    visitor.look("4-joint")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Between clip 2 and 3: Wipe across")).to_be_visible()
    wait_for(lambda: transitions(database, project)[:3] == [None, "wipe", None], "that joint alone to change")


def transitions(database: Database, project: Project) -> list[str | None]:
    return [clip.transition for clip in clips_of(database, project)]


def words_are_typed(visitor: Visitor, database: Database, project: Project) -> None:
    """By keyboard alone, with Enter from one to the next."""
    page = visitor.page
    page.get_by_label("Title", exact=True).focus()
    for words in ("Summer 1987", "For Oma 👵", "שלום"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    wait_for(lambda: lines(database, project) == ("Summer 1987", "For Oma 👵", "שלום"), "three lines")
    shown_clip(page, FORTY + 2)
    page.locator("summary", has_text="Captions").press("Enter")
    page.get_by_label("Caption of clip 3", exact=True).focus()
    for words in ("The gate", "The roses", "x" * 250):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    expect(page.get_by_label("Caption of clip 6", exact=True)).to_be_focused()
    typed = ["1 July 1987", "The gate", "The roses", "x" * 200]
    wait_for(lambda: captions(database, project)[1:5] == typed, "captions, as long as they can be")
    obeys_in_light_and_dark(page, "the words")
    visitor.look("5-words")


def captions(database: Database, project: Project) -> list[str]:
    return [clip.caption for clip in clips_of(database, project)]


def lines(database: Database, project: Project) -> tuple[str, str, str]:
    """Title, second line and last word."""
    with database.reading_as(project.owner_id) as session:
        film = session.get_one(Project, project.id)
        return film.opening_text, film.opening_subtitle, film.end_text


def all_is_undone_by_keys(page: Page, database: Database, project: Project) -> None:
    page.locator("h2", has_text="The words").click()
    page.locator("body").press("Control+z")
    wait_for(lambda: captions(database, project)[4] == "", "the last caption gone")
    page.locator("body").press("Control+Shift+z")
    wait_for(lambda: len(captions(database, project)[4]) == 200, "and back")
    page.reload()
    for place in (4, 3, 2):
        page.get_by_role("button", name="Undo: Caption").click()
        wait_for(lambda: captions(database, project)[place] == "", f"no caption of clip {place + 1}")  # noqa: B023
