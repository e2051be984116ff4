"""Preview player in a real browser: which files it asks for, and when."""

import pytest
from playwright.sync_api import Page

from tests.components.player.engine_page import Clips, until
from tests.support.processes import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.chromium]


def test_before_somebody_wants_to_play_only_a_still_is_fetched(page: Page, clips: Clips) -> None:
    clips.second.set()
    with page.expect_response("**/first.webp"):
        page.evaluate(
            """clips.first.poster = "/first.webp"; engine.load(film(), clips, {
            files: { music: "/music.wav" },
            sounds: [{ name: "music", lane: 0, start: 0, end: 5, at: 0, gain: [[0, 1]] }] })"""
        )
    assert set(clips.asked) == {"first.webp"}
    page.evaluate("engine.intend()")
    until(page, "engine.layers[1].shot && engine.layers[1].isLoaded")
    needed = {"first.webp", "first.mp4", "second.mp4", "music.wav"}
    wait_for(lambda: set(clips.asked) == needed, f"{needed} to be asked for")


def test_a_jump_shows_its_moment_and_fetches_no_more_than_that(page: Page, clips: Clips) -> None:
    page.evaluate("engine.seekTo(1.5)")
    until(page, "engine.layers[0].video.readyState >= 2 && engine.layers[0].video.currentTime === 1.5")
    assert set(clips.asked) == {"first.mp4"}


def test_a_light_clip_that_cannot_be_had_gives_way_to_the_full_one(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { saveData: true } });
        clips.first.light = "/missing.mp4"; clips.second.light = "/light.mp4"; engine.load(film(), clips);
        engine.play()"""
    )
    until(page, "engine.index === 1 && !engine.isPlaying")
    assert set(clips.asked) == {"missing.mp4", "first.mp4", "light.mp4"}


def test_a_clip_that_is_shown_twice_gives_way_on_both_layers(page: Page) -> None:
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { saveData: true } });
        clips.first.light = "/light.mp4"; engine.load(film({ second: { clip: "first" } }), clips);
        engine.seekTo(2.5);
        for (const { video } of engine.layers.slice(0, 2)) video.dispatchEvent(new Event("error"))"""
    )
    taken = page.evaluate("engine.layers.slice(0, 2).map(({ video }) => video.getAttribute('src'))")
    assert taken == ["/first.mp4", "/first.mp4"]


def test_a_player_that_is_gone_fetches_nothing_more(page: Page) -> None:
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { saveData: true } });
        clips.first.light = "/light.mp4"; engine.load(film(), clips); engine.seekTo(1); engine.stop();
        engine.layers[0].video.dispatchEvent(new Event("error"))"""
    )
    assert page.evaluate("engine.layers[0].video.getAttribute('src')") is None


def test_what_fills_the_screen_becomes_full_where_it_stands(page: Page, clips: Clips) -> None:
    clips.second.set()
    page.evaluate(
        """Object.defineProperty(navigator, "connection", { value: { downlink: 10 } });
        clips.first.light = clips.second.light = "/light.mp4"; engine.load(film(), clips);
        engine.layers[0].element.style.cssText = "width: 390px; height: 219px"; engine.seekTo(1)"""
    )
    assert page.evaluate("engine.layers[0].video.getAttribute('src')") == "/light.mp4"
    page.evaluate("engine.intend(); engine.layers[0].element.style.cssText = ''; engine.resize(true)")
    until(page, "engine.layers[0].video.readyState >= 2 && engine.layers[0].video.currentTime === 1")
    shown = page.evaluate("[engine.time, engine.layers[0].video.getAttribute('src')]")
    assert shown == [1, "/first.mp4"]
