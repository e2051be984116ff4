"""Subtitles: the captions of the film, when the picture shows them, with a language tag."""

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Timeline, Transition
from compiler.timeline.versions import VERSION
from echoes.database import Database
from echoes.models import ShareLink, Video
from echoes.sharing import captions
from tests.sharing.conftest import shape

CUE = re.compile(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> (\d\d):(\d\d):(\d\d\.\d{3}) line:8%\n(.+)")


def timeline(*said: str | None) -> dict[str, Any]:
    shots = tuple(Shot(clip=str(number), frames=120, caption=words) for number, words in enumerate(said))
    return Timeline(shots, (Transition("crossfade", 24),)).to_json()


def cues(text: str) -> list[tuple[float, float, str]]:
    def seconds(*parts: str) -> float:
        return int(parts[0]) * 3600 + int(parts[1]) * 60 + float(parts[2])

    return [(seconds(*cue[:3]), seconds(*cue[3:6]), cue[6]) for cue in CUE.findall(text)]


def test_each_caption_is_a_cue_where_the_picture_shows_it() -> None:
    film = timeline("At the beach", None, "Rosa & Tom <3")
    shown = [shot for shot in lay_out(Timeline.from_json(film)).shots if shot.caption]
    text = captions.webvtt(film)
    assert text.startswith("WEBVTT\n\n")
    words = ["At the beach", "Rosa &amp; Tom &lt;3"]
    for (start, end, said), shot, expected in zip(cues(text), shown, words, strict=True):
        assert said == expected
        assert (start, end) == pytest.approx((shot.caption_start / 24, shot.caption_end / 24), abs=0.001)


def test_words_cannot_pretend_to_be_another_cue() -> None:
    text = captions.webvtt(timeline("One\n\n00:00:01.000 --> 00:00:02.000\nTwo"))
    assert text.count("-->") == 1
    assert "\n\n00:00:01" not in text


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("At the beach", "und-Latn"),
        ("На пляже", "und-Cyrl"),
        ("על החוף", "und-Hebr"),
        ("على الشاطئ", "und-Arab"),
        ("1987 🎬", "und"),
    ],
)
def test_the_language_tag_says_what_is_known(said: str, tag: str) -> None:
    assert captions.language_of(timeline(said)) == tag


def test_the_page_names_the_track_and_serves_it(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    assert "<track" not in browser.get(f"/watch/{link.token}").text
    assert browser.get(f"/watch/{link.token}/captions.vtt").status_code == 404
    with database.unscoped() as session:
        session.get_one(Video, link.video_id).timeline = timeline("At the beach")
    for page in ("watch", "embed"):
        text = browser.get(f"/{page}/{link.token}").text
        track = text.partition("<track ")[2].partition(">")[0]
        assert track == (
            f'kind="subtitles" src="/watch/{link.token}/captions.vtt" srclang="und-Latn" label="Captions"'
        )
    answer = browser.get(f"/watch/{link.token}/captions.vtt")
    assert answer.headers["content-type"].startswith("text/vtt")
    assert "At the beach" in answer.text
    shape(database, link, password="Rosa 1987")
    assert browser.get(f"/watch/{link.token}/captions.vtt").status_code == 404


def test_captions_of_a_later_release_are_left_to_its_processes(
    browser: TestClient, database: Database, link: ShareLink
) -> None:
    with database.unscoped() as session:
        session.get_one(Video, link.video_id).timeline = timeline("At the beach") | {"version": VERSION + 1}
    assert browser.get(f"/watch/{link.token}").status_code == 200
    assert browser.get(f"/watch/{link.token}/captions.vtt").status_code == 404
