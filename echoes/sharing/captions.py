"""Subtitles of a film (WebVTT): the captions of its timeline, when and as long as the picture shows them."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.timeline.layout import PlacedShot, lay_out
from compiler.timeline.model import Timeline, to_seconds

MEDIA_TYPE = "text/vtt"
UNKNOWN = "und"
SCRIPTS = {
    "LATIN": "Latn", "GREEK": "Grek", "CYRILLIC": "Cyrl", "HEBREW": "Hebr", "ARABIC": "Arab",
    "DEVANAGARI": "Deva", "CJK": "Hani", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "HANGUL": "Kore",
    "THAI": "Thai",
}  # fmt: skip
"""By the first word of a letter's name in Unicode, its script in BCP 47."""
ABOVE = "line:8%"
"""The picture shows the same words below."""


def webvtt(timeline: Mapping[str, Any]) -> str:
    """Raises BadRequest for a timeline that cannot be laid out."""
    return "\n\n".join(["WEBVTT", *(_cue(shot) for shot in _captioned(timeline))]) + "\n"


def language_of(timeline: Mapping[str, Any]) -> str:
    """The language tag (BCP 47). Nobody said which language it is; the letters say which script."""
    captions = (str(shot.get("caption") or "") for shot in timeline.get("shots", ()))
    letters = Counter(
        script for caption in captions for sign in caption if (script := _script_of(sign)) is not None
    )
    return f"{UNKNOWN}-{letters.most_common(1)[0][0]}" if letters else UNKNOWN


def _captioned(timeline: Mapping[str, Any]) -> Iterator[PlacedShot]:
    for shot in lay_out(Timeline.from_json(timeline)).shots:
        if shot.caption and shot.caption_start < shot.caption_end:
            yield shot


def _cue(shot: PlacedShot) -> str:
    """`caption_start` and `caption_end` count the film's frames."""
    start, end = _time(to_seconds(shot.caption_start)), _time(to_seconds(shot.caption_end))
    words = "\n".join(line for line in (shot.caption or "").splitlines() if line.strip())
    return f"{start} --> {end} {ABOVE}\n{_escaped(words)}"


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _script_of(sign: str) -> str | None:
    return SCRIPTS.get(unicodedata.name(sign, "").partition(" ")[0]) if sign.isalpha() else None
