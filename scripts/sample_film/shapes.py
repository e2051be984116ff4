"""Backlit people and reeds, drawn as soft closed curves with a rim of light on the side of the sun."""

from collections.abc import Sequence

import numpy as np

from scripts.demo.masks import Mask
from scripts.demo.painting import Canvas, Colour, Point

SITTING = (
    (0.0, -1.0), (0.085, -0.985), (0.125, -0.91), (0.118, -0.82), (0.08, -0.76), (0.075, -0.72), (0.2, -0.66),
    (0.265, -0.58), (0.285, -0.42), (0.275, -0.24), (0.25, -0.14), (0.275, -0.05), (0.29, 0.0), (0.0, 0.015),
    (-0.29, 0.0), (-0.275, -0.05), (-0.25, -0.14), (-0.275, -0.24), (-0.285, -0.42), (-0.265, -0.58),
    (-0.2, -0.66), (-0.075, -0.72), (-0.08, -0.76), (-0.118, -0.82), (-0.125, -0.91), (-0.085, -0.985),
)  # fmt: skip
"""Somebody who sits, from behind; 1 is the height."""


def smooth(points: Sequence[Point], steps: int = 8) -> list[Point]:
    """A closed Catmull-Rom curve through the points."""
    knots = np.array(points)
    before, after, last = np.roll(knots, 1, 0), np.roll(knots, -1, 0), np.roll(knots, -2, 0)
    curve = [
        0.5
        * (
            2 * knots
            + (after - before) * step
            + (2 * before - 5 * knots + 4 * after - last) * step**2
            + (3 * knots - before - 3 * after + last) * step**3
        )
        for step in np.linspace(0, 1, steps, endpoint=False)
    ]
    return [(float(x), float(y)) for x, y in np.stack(curve, axis=1).reshape(-1, 2)]


def figure(canvas: Canvas, foot: Point, size: float, outline: Sequence[Point], lean: float = 0.0) -> Mask:
    at = canvas.frame(foot, size)
    return canvas.polygon([at(x + lean * y, y) for x, y in smooth(outline)], blur=0.0009)


def backlit(canvas: Canvas, shape: Mask, colour: Colour, rim: Colour, towards: int, width: int = 5) -> None:
    """`towards` the sun: 1 to the right, -1 to the left; the rim in pixels."""
    canvas.fill(shape, rim)
    inside = Mask(shape.values, shape.left - towards * width, shape.top + width // 2)
    canvas.fill(_within(canvas, inside) * shape, colour)


def _within(canvas: Canvas, mask: Mask) -> Mask:
    """What of it lies on the canvas."""
    left, top = max(0, mask.left), max(0, mask.top)
    values = mask.values[
        top - mask.top : canvas.height - mask.top, left - mask.left : canvas.width - mask.left
    ]
    return Mask(values, left, top)


def reeds(canvas: Canvas, middle: float, spread: float, count: int, height: float, blur: float) -> None:
    """In front of all, out of focus."""
    for _ in range(count):
        x = middle + float(canvas.dice.normal(0, spread))
        tall, bend = height * (0.5 + canvas.dice.random() * 0.6), float(canvas.dice.normal(0, 0.03))
        stem = [(x + bend * t * t, 1.02 - tall * t) for t in np.linspace(0, 1, 9)]
        canvas.fill(canvas.stroke(stem, 0.006, blur), "#1b1420", 0.92)
        if canvas.dice.random() < 0.45:
            canvas.fill(canvas.stroke(stem[-2:], 0.02, blur), "#2a1a1e", 0.95)


def motes(canvas: Canvas, count: int, box: tuple[float, float, float, float], colour: Colour) -> None:
    """Dust and seeds in the light: near ones are large and soft."""
    left, top, right, bottom = box
    for largest, blur, part in ((0.004, 0.001, 0.5), (0.012, 0.004, 0.35), (0.034, 0.012, 0.15)):
        number = max(1, int(count * part))
        spots = canvas.dice.random((number, 2))
        places = [(left + (right - left) * float(x), top + (bottom - top) * float(y)) for x, y in spots]
        sizes = [largest * (0.4 + 0.6 * float(size)) for size in canvas.dice.random(number)]
        canvas.light(canvas.dots(places, sizes, blur), colour, 0.65)
