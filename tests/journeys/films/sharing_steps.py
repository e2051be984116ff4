"""Steps of sharing a film in a browser, and looks at the pages of it."""

import html
import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps import is_drawn
from tests.journeys.visitors import Visitor, becomes, never_scrolls_sideways

MESSENGERS = (
    "WhatsApp/2.24.20.89 A",
    "TelegramBot (like TwitterBot)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko)"
    " Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
)
"""What they call themselves when they read a link; the long one is that of iPhones' own."""
TAG = re.compile(r'<meta property="(og:[\w:]+)" content="([^"]*)">')
LINKED = re.compile(r"watch%2F([\w-]+)")
LARGEST_PICTURE = 300_000
PLAYED = """video => {
  if (video.currentTime > 0.2) return true;
  video.muted = true;
  if (video.paused) video.play().catch(() => {});
  return false;
}"""
"""Begun anew when a new address comes in between, as a page that has just come may give it one."""
CHROMECAST = """Object.defineProperty(HTMLMediaElement.prototype, "remote", { get: () => ({
  watchAvailability: async (tell) => tell(true),
  prompt: async () => { window.hasChosenTelevision = true; },
}) });"""
AIRPLAY = """HTMLMediaElement.prototype.webkitShowPlaybackTargetPicker = () => {
  window.hasChosenTelevision = true;
};
addEventListener("DOMContentLoaded", () => {
  const found = Object.assign(new Event("webkitplaybacktargetavailabilitychanged"),
    { availability: "available" });
  setInterval(() => document.querySelector("video")?.dispatchEvent(found), 100);
});"""
"""In place of a television in the room: what browsers of either kind tell a page of one."""


def dress(page: Page, *, fold: bool = False) -> None:
    """Opens the first step of the sheet, on which everything of a link is chosen."""
    sheet = page.get_by_role("heading", name=re.compile("Share this film|Send it"))
    expect(sheet).to_be_visible()
    if sheet.inner_text() == "Send it":
        page.get_by_role("button", name="Change").click()
    expect(page.get_by_role("button", name="Next: send it")).to_be_visible()
    if fold:
        page.get_by_text("Who can watch, and when").click()


def go_on_to_sending(page: Page) -> None:
    """Until the picture of its link has come: it would be asked for in vain once the link has ended."""
    page.get_by_role("button", name="Next: send it").click()
    expect(page.get_by_role("heading", name="Send it")).to_be_visible()
    is_drawn(page.locator(".link-preview img"))


def link_to(page: Page, service: str) -> Locator:
    return page.get_by_role("link", name=service, exact=True)


def address_of(page: Page) -> str:
    link = link_to(page, "WhatsApp")
    expect(link).to_have_attribute("href", LINKED)
    found = LINKED.search(link.get_attribute("href") or "")
    assert found is not None
    return f"/watch/{found[1]}"


def plays(video: Locator) -> None:
    """From the poster to a place in the middle, by ranges."""
    video.evaluate("video => { video.pause(); video.currentTime = 0; }")
    becomes(lambda: video.evaluate(PLAYED), True, "the film plays")
    video.evaluate("video => { video.pause(); video.currentTime = 0.8; }")
    becomes(lambda: video.evaluate("video => video.seeking"), False, "the place in the middle is sought")


def shows_subtitles(video: Locator, words: str) -> None:
    """The track that a viewer can switch on has these words, in the middle of the film."""
    video.evaluate("video => { video.textTracks[0].mode = 'showing'; }")
    cue = "video => video.textTracks[0].activeCues?.[0]?.text ?? ''"
    becomes(lambda: video.evaluate(cue), words, "the subtitles")


def reads_as_messengers(page: Page, address: str, title: str) -> None:
    """What each of them draws of a link: a title that names the sender, and a picture of a usual size."""
    for agent in MESSENGERS:
        read = page.request.get(address, headers={"User-Agent": agent})
        tags = dict(TAG.findall(read.text()))
        assert (read.status, html.unescape(tags["og:title"])) == (200, title), agent
        assert tags["og:url"].endswith(address), agent
        picture = page.request.get(tags["og:image"], headers={"User-Agent": agent})
        assert (picture.status, picture.headers["content-type"]) == (200, "image/jpeg"), agent
        assert 0 < len(picture.body()) < LARGEST_PICTURE, agent


def casts(page: Page) -> None:
    """A television is there, and the button opens the browser's choice of them."""
    page.get_by_role("button", name="Watch on a TV").click()
    becomes(lambda: page.evaluate("window.hasChosenTelevision"), True, "a television is chosen")


def look(page: Page, visitor: Visitor, name: str) -> None:
    never_scrolls_sideways(page, name)
    if visitor.pictures:
        page.screenshot(path=visitor.pictures / f"{visitor.device}-{name}.png", full_page=True)
