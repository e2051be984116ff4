"""Overlays of words: transparent pictures that look as in the film, laid over a clip by whoever plays it."""

from pathlib import Path
from threading import Event

import av
import numpy as np
import pytest
from PIL import Image

from compiler.commands import run
from compiler.picture.planes import PlanarFrame, plain, to_frame
from compiler.progress import silent
from compiler.requests import LetteringRequest
from compiler.text.styles import STYLES
from compiler.text.titles import caption_lettering, card_lettering, mark_lettering

SIZE = (1280, 720)
WORDS = "The lake, בקיץ, and 👩\u200d👧"


def as_shown(picture: PlanarFrame) -> np.ndarray:
    frame = to_frame(picture)
    frame.colorspace, frame.color_range = av.video.reformatter.Colorspace.ITU709, 1
    return frame.to_ndarray(format="rgb24").astype(int)


@pytest.mark.parametrize("style", STYLES)
def test_a_card_looks_as_in_the_film(tmp_path: Path, style: str) -> None:
    output = tmp_path / "card.webp"
    run(LetteringRequest(output, "card", WORDS, "1987", SIZE, style), silent, Event())
    with Image.open(output) as picture:
        shown = np.asarray(picture.convert("RGB"), int)
    expected = as_shown(card_lettering(WORDS, SIZE, "1987", style).on_ground())
    assert np.abs(shown - expected).mean() < 1.5
    assert output.stat().st_size < 60_000


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("ground", [30, 128, 220])
def test_a_caption_looks_as_in_the_film_on_whatever_it_lies(tmp_path: Path, style: str, ground: int) -> None:
    output = tmp_path / "caption.webp"
    run(LetteringRequest(output, "caption", WORDS, size=SIZE, style=style), silent, Event())
    below = plain(SIZE, ground)
    expected = as_shown(caption_lettering(WORDS, SIZE, style).over(below))
    assert np.abs(laid_over(below, output) - expected).mean() < 1.0


@pytest.mark.parametrize("ground", [30, 128, 220])
def test_a_mark_looks_as_in_the_film_on_whatever_it_lies(tmp_path: Path, ground: int) -> None:
    output = tmp_path / "mark.webp"
    run(LetteringRequest(output, "mark", "AI", size=SIZE), silent, Event())
    below = plain(SIZE, ground)
    corner = np.s_[: SIZE[1] // 6, SIZE[0] * 5 // 6 :]
    drawn = np.abs(laid_over(below, output) - as_shown(below))
    assert drawn.sum() == drawn[corner].sum() > 0, "it stands in the upper corner on the right alone"
    expected = as_shown(mark_lettering("AI", SIZE).over(below))
    assert np.abs(laid_over(below, output) - expected)[corner].mean() < 1.0


def laid_over(below: PlanarFrame, overlay: Path) -> np.ndarray:
    with Image.open(overlay) as picture:
        pixels = np.asarray(picture.convert("RGBA"), np.float32)
    alpha = pixels[..., 3:] / 255
    return as_shown(below) * (1 - alpha) + pixels[..., :3] * alpha
