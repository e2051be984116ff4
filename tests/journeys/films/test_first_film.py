"""From six photographs to a downloaded film, in a real browser, on a phone and on a desktop."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from compiler.media.probing import probe
from echoes.database import Database
from echoes.models import Clip, Take, User
from tests.journeys.steps import (
    LONG,
    NAMES,
    at,
    begin_film,
    from_landing_to_photos,
    name_film,
    see,
    sign_in,
)
from tests.journeys.visitors import Finger, Visitor, becomes
from tests.music.sounds import video
from tests.support.media.photos import make_hostile, make_photos
from tests.support.processes import wait_for

pytestmark = [pytest.mark.long, pytest.mark.chromium]

CLIP_SECONDS, CROSSFADE, TITLE_SECONDS = 1.25, 0.5, 3.0
MOST_TAPS = 9
"""Step by step, from the landing page to a downloaded film."""
WATCH = """player => {
  window.watched = { clips: [], together: 0 };
  setInterval(() => {
    const media = [...player.querySelectorAll("video, audio")];
    const playing = media.filter((one) => !one.paused && one.currentTime > 0).length;
    watched.together = Math.max(watched.together, playing);
    watched.clips.push(player.querySelector("[role=slider]").getAttribute("aria-valuetext"));
  }, 50);
}"""
"""In the page itself: seen from here, a short film may be over between two looks."""
SAID = "[id^=DndLiveRegion]"
"""What a screen reader is told of a clip that is being moved."""


def test_photographs_become_a_film(visitor: Visitor, database: Database, tmp_path: Path) -> None:
    """Counted are the taps that the way itself asks for, not those of choices made beside it."""
    page, finger = visitor.page, Finger()
    name = from_landing_to_photos(visitor, finger, "Rosa")
    name_film(page, "Summer with Grandma")
    choose_photos(visitor, finger, make_photos(tmp_path / "photos"))
    animate_all(visitor, finger)
    keep_all(visitor, finger)
    reorder(visitor, partial(order_kept, database, name))
    choose(visitor)
    use_the_sound_of_a_video(visitor, video(tmp_path / "Hochzeit.mp4"))
    watch_across_a_boundary(visitor)
    film = compile_and_download(visitor, finger, tmp_path)
    assert finger.taps <= MOST_TAPS
    assert film.name.startswith("Summer with Grandma")
    judge(film, shots=6)
    page.goto("/films")
    expect(page.get_by_text("Summer with Grandma")).to_be_visible()
    expect(page.get_by_text("1 film", exact=True)).to_be_visible()
    visitor.look("8-films")


def test_bad_files_get_a_sentence_each_and_the_good_ones_go_through(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    sign_in(visitor, "/films", "Paul")
    begin_film(visitor, "Mixed bag")
    good, hostile = make_photos(tmp_path / "good", 400, count=2), make_hostile(tmp_path / "bad")
    page.locator("input[type=file]").first.set_input_files([*good, *hostile.values()])
    if visitor.device == "phone":  # There it is made smaller before it is sent.
        good.append(hostile.pop("too large"))
    expect(page.locator("main img[src*='/files/']")).to_have_count(len(good), timeout=LONG)
    for path in hostile.values():
        expect(page.get_by_role("alert").filter(has_text=path.name)).to_be_visible(timeout=LONG)
    visitor.look("bad-files")
    # A file that is refused before or after its upload answers 4xx; browsers log every such answer.
    visitor.complaints[:] = [line for line in visitor.complaints if "Failed to load resource" not in line]


def choose_photos(visitor: Visitor, finger: Finger, photos: list[Path]) -> None:
    page = visitor.page
    choose = page.get_by_role("button", name="Choose photos")
    expect(choose).to_be_in_viewport()
    visitor.look("3-no-photos")
    with page.expect_file_chooser() as chooser:
        finger.tap(choose)
    chooser.value.set_files(photos)
    see(visitor, photos)


def animate_all(visitor: Visitor, finger: Finger) -> None:
    page = visitor.page
    finger.tap(page.get_by_role("link", name="Continue to the clips"))
    at(page, "/clips")
    expect(page.get_by_role("heading", name="Let them move")).to_be_visible()
    finger.tap(page.get_by_role("button", name=re.compile("^Animate ")).last)
    expect(page.get_by_role("heading", name="Now they move")).to_be_visible()
    expect(page.get_by_text(re.compile("Making it move|Waiting for its turn")).first).to_be_visible()
    visitor.look("4-clips-under-way")
    page.reload()
    expect(page.get_by_role("button", name="Keep", exact=True)).to_have_count(6, timeout=LONG)
    visitor.look("4-clips")


def keep_all(visitor: Visitor, finger: Finger, count: int = 6) -> None:
    """All by one tap, and on a desktop one by one."""
    page = visitor.page
    kept = page.get_by_text("In your film", exact=True)
    if visitor.device == "phone":
        finger.tap(page.get_by_role("button", name=f"Keep all {count} clips"))
    else:
        keep = page.get_by_role("button", name="Keep", exact=True)
        for number in range(1, count + 1):
            keep.first.click()
            expect(kept).to_have_count(number)
    expect(kept).to_have_count(count)
    visitor.look("4-kept")
    finger.tap(page.get_by_role("link", name="Arrange your clips"))
    at(page, "/arrange")


def order(page: Page) -> list[str]:
    """The names of the posters."""
    posters = page.locator("li.shot img")
    expect(posters).to_have_count(6)
    names: list[str] = posters.evaluate_all(NAMES)
    return names


def order_kept(database: Database, name: str) -> list[str]:
    """The same of this person's only film, as the server knows it."""
    query = select(Take.poster_key).join(Clip, col(Clip.approved_take_id) == col(Take.id))
    query = query.join(User, col(User.id) == col(Clip.owner_id)).where(col(User.name) == name)
    with database.reading() as session:
        return [PurePosixPath(key or "").stem for key in session.exec(query.order_by(col(Clip.position)))]


def reorder(visitor: Visitor, kept: Callable[[], list[str]]) -> None:
    page = visitor.page
    before = order(page)
    page.get_by_role("button", name="Move clip 3 earlier").click()
    expected = [before[0], before[2], before[1], *before[3:]]
    expect(page.locator("li.shot img").nth(1)).to_have_attribute("src", re.compile(re.escape(before[2])))
    grip = page.get_by_role("button", name=re.compile("^Move clip 6:"))
    for key, said in (
        ("Space", "It would go to position 6 of 6."),
        ("ArrowLeft", "It would go to position 5 of 6."),
        ("Space", "Put down at position 5 of 6."),
    ):
        grip.press(key)
        expect(page.locator(SAID)).to_have_text(said)
    expected = [*expected[:4], expected[5], expected[4]]
    expect(page.locator("li.shot img").nth(4)).to_have_attribute("src", re.compile(re.escape(expected[4])))
    if visitor.device == "desktop":
        drag(page, page.locator("li.shot").nth(0), onto=page.locator("li.shot").nth(1))
        expected = [expected[1], expected[0], *expected[2:]]
        expect(page.locator("li.shot img").nth(0)).to_have_attribute(
            "src", re.compile(re.escape(expected[0]))
        )
    wait_for(lambda: kept() == expected, "the order to be kept")
    page.reload()
    becomes(lambda: order(page), expected, "the order that was made is there again")


def drag(page: Page, shot: Locator, onto: Locator) -> None:
    """By the picture, as a hand would: down, a way, up."""
    shot.locator(".shot-picture").hover()
    end = onto.locator(".shot-picture").bounding_box()
    assert end is not None
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=15)
    expect(page.locator(SAID)).to_have_text("It would go to position 2 of 6.")
    page.mouse.up()


def choose(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_role("button", name="Plain").click()
    page.get_by_role("button", name="Dissolve", exact=True).click()
    tracks = page.locator("button.track-choice")
    expect(tracks.nth(4)).to_be_visible()
    tracks.nth(1).click()
    expect(tracks.nth(1)).to_have_attribute("aria-pressed", "true")
    visitor.look("5-arrange")


def use_the_sound_of_a_video(visitor: Visitor, film: Path) -> None:
    page = visitor.page
    page.locator("input[type=file]").first.set_input_files(film)
    expect(page.get_by_text("“Hochzeit.mp4” is a video. Use its sound?")).to_be_visible(timeout=LONG)
    visitor.look("5-a-video-as-music")
    page.get_by_role("button", name="Use its sound").click()
    expect(page.locator("button.track-choice").filter(has_text="Hochzeit")).to_be_visible(timeout=LONG)
    expect(page.get_by_role("button", name="Use its sound")).to_have_count(0)
    # The question is an answer of 422; browsers log every such answer.
    visitor.complaints[:] = [line for line in visitor.complaints if "status of 422" not in line]


def watch_across_a_boundary(visitor: Visitor) -> None:
    page = visitor.page
    player = page.get_by_role("region", name="Film player")
    player.scroll_into_view_if_needed()
    player.evaluate(WATCH)
    player.get_by_role("button", name="Play").click()
    wait_for(
        lambda: "Clip 1 of 6" in page.evaluate("watched.clips"),
        "the film to come from its title to the first clip",
    )
    wait_for(lambda: page.evaluate("watched.together") >= 2, "a clip and its music to play at once")
    visitor.look("6-player")
    # A short film may be over, where all is slow; and what is over cannot be paused.
    player.get_by_role("slider", name="Clip", exact=True).press("Home")
    if player.get_attribute("data-state") == "paused":
        player.get_by_role("button", name="Play").click()
    player.get_by_role("button", name="Pause").click()
    expect(player).to_have_attribute("data-state", "paused")


def compile_and_download(visitor: Visitor, finger: Finger, folder: Path) -> Path:
    page = visitor.page
    finger.tap(page.get_by_role("button", name="Make the film"))
    at(page, "/film")
    link = page.get_by_role("link", name="Download the film")
    expect(link).to_be_visible(timeout=LONG)
    visitor.look("7-film")
    with page.expect_download() as download:
        finger.tap(link)
    film = folder / download.value.suggested_filename
    download.value.save_as(film)
    return film


def judge(film: Path, shots: int) -> None:
    """The length is the timeline's to the frame, picture and sound are there, and all of it decodes."""
    found = probe(film, strict=True)
    expected = TITLE_SECONDS + shots * CLIP_SECONDS - shots * CROSSFADE
    assert found.duration == pytest.approx(expected, abs=1 / 24)
    assert (found.kind, found.size, found.has_audio) == ("video", (1280, 720), True)
    assert (found.video_codec, found.audio_codec, found.pixel_format) == ("h264", "aac", "yuv420p")
