"""Design tokens: colour contrast in light and dark, WCAG 2.2 AA, of words and of edges of controls."""

import re
from itertools import product
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "assets" / "styles" / "tokens.css"
WORDS, EDGES = 4.5, 3.0

READ = [
    *product(["ink", "ink-soft"], ["paper", "surface", "sunken"]),
    *product(["ember", "good", "bad"], ["paper", "surface"]),
    ("on-ember", "ember"),
    ("on-ember", "ember-strong"),
    ("ember", "ember-wash"),
    ("ink", "ember-wash"),
    ("good", "good-wash"),
    ("bad", "bad-wash"),
    ("surface", "bad"),
    ("on-night", "night"),
]
SEEN = [*product(["edge", "ember"], ["paper", "surface"]), ("ember", "line")]


def tokens(theme: str) -> dict[str, str]:
    light, dark = TOKENS.read_text().split(":root.dark")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return colours | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark)) if theme == "dark" else colours


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), READ)
def test_words_can_be_read(theme: str, front: str, back: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[front], colours[back]) >= WORDS


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back"), SEEN)
def test_controls_can_be_seen(theme: str, front: str, back: str) -> None:
    colours = tokens(theme)
    assert contrast(colours[front], colours[back]) >= EDGES


def test_the_browsers_bar_has_the_colour_of_the_page() -> None:
    from echoes.pages.common.head import PAPER

    assert {theme: tokens(theme)["paper"] for theme in PAPER} == PAPER
