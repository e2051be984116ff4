"""Looks: pace, transitions, title style, music mood and beat cuts of a film, chosen together by one tap.

tests/catalogue/test_looks.py fails when one of them names what is not there.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    name: str
    """As the project's row keeps it: never changed."""
    label: str
    sentence: str
    icon: str
    pace: float | None
    """Seconds of each clip that are shown, unless it was trimmed by hand; none for all of it."""
    transition: str
    transition_seconds: float
    title_style: str
    """One of `compiler.timeline.model.TITLE_STYLES`."""
    mood: str
    """Of the piece in the library that plays, unless a person has chosen the music."""
    beat_cuts: str
    """One of `models.BeatCuts`."""


GENTLE = "gentle"
LOOKS = (
    Look(
        name=GENTLE,
        label="Gentle",
        sentence="Slow and soft, with quiet music.",
        icon="feather",
        pace=4.5,
        transition="crossfade",
        transition_seconds=1.0,
        title_style="plain",
        mood="Tender",
        beat_cuts="fit",
    ),
    Look(
        name="lively",
        label="Lively",
        sentence="Short clips on the beat of cheerful music.",
        icon="sun",
        pace=2.5,
        transition="slide",
        transition_seconds=0.5,
        title_style="plain",
        mood="Sunny",
        beat_cuts="beat",
    ),
    Look(
        name="album",
        label="Album",
        sentence="Like turning pages, with titles on paper.",
        icon="book_open",
        pace=4.0,
        transition="push",
        transition_seconds=1.0,
        title_style="album",
        mood="Wistful",
        beat_cuts="fit",
    ),
    Look(
        name="cinema",
        label="Cinema",
        sentence="Long clips that pass through black.",
        icon="clapperboard",
        pace=5.0,
        transition="fade_black",
        transition_seconds=1.0,
        title_style="cinema",
        mood="Quiet",
        beat_cuts="bar",
    ),
    Look(
        name="plain",
        label="Plain",
        sentence="Whole clips, one straight after the other.",
        icon="square",
        pace=None,
        transition="cut",
        transition_seconds=0.5,
        title_style="plain",
        mood="Quiet",
        beat_cuts="off",
    ),
)
BY_NAME = {look.name: look for look in LOOKS}


def find_look(name: str) -> Look | None:
    """None for a film from before there were looks, and for a look that is no longer offered."""
    return BY_NAME.get(name)
