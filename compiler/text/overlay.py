"""Words as a transparent picture, for players that lay them over a clip as the film has them."""

from pathlib import Path

import numpy as np
from PIL import Image

from compiler.codec.profile import Size
from compiler.text.styles import CAPTION_INK, STYLES, rgb
from compiler.text.titles import SHADOW_STRENGTH, caption_ink, card_ink, mark_ink


def save_card_overlay(output: Path, text: str, subtitle: str, size: Size, style: str) -> None:
    """The card with its ground, as a WebP of the film's size."""
    ink = np.asarray(card_ink(text, size, subtitle, style), np.float32)[..., None] / 255
    look = STYLES[style]
    ground, words = (np.array(rgb(colour), np.float32) for colour in (look.ground, look.ink))
    _save(output, Image.fromarray(np.rint(ground + (words - ground) * ink).astype(np.uint8), "RGB"))


def save_caption_overlay(output: Path, text: str, size: Size, style: str) -> None:
    """Words and shadow on nothing, as a WebP of the film's size."""
    _save_on_nothing(output, caption_ink(text, size, style))


def save_mark_overlay(output: Path, text: str, size: Size) -> None:
    """A mark and its shadow on nothing, as a WebP of the film's size."""
    _save_on_nothing(output, mark_ink(text, size))


def _save_on_nothing(output: Path, masks: tuple[Image.Image, Image.Image]) -> None:
    """Of letters and of their shadow."""
    ink, shadow = (np.asarray(mask, np.float32) / 255 for mask in masks)
    dark = SHADOW_STRENGTH * shadow * (1 - ink)
    alpha = ink + dark
    share = np.divide(ink, alpha, out=np.zeros_like(ink), where=alpha > 0)[..., None]
    colours = np.array(rgb(CAPTION_INK), np.float32) * share
    pixels = np.concatenate([colours, alpha[..., None] * 255], axis=2)
    _save(output, Image.fromarray(np.rint(pixels).astype(np.uint8), "RGBA"))


def _save(output: Path, picture: Image.Image) -> None:
    picture.save(output, "WEBP", lossless=True, quality=50, method=4, exact=False)
