"""Drawn people and faces of the demo."""

import numpy as np

from scripts.demo.masks import Mask
from scripts.demo.painting import Canvas, Colour, Point


def silhouette(canvas: Canvas, foot: Point, size: float, colour: Colour, is_woman: bool) -> None:
    at = canvas.frame(foot, size)
    canvas.fill(canvas.ellipse(at(0.06, 0.02), size * 0.5, size * 0.06, blur=0.006), "#2f2136", 0.6)
    canvas.fill(canvas.ellipse(at(0, -0.9), size * 0.15, size * 0.17), colour)
    shoulder = 0.1 if is_woman else 0.13
    canvas.fill(
        canvas.polygon(
            [at(-shoulder, -0.76), at(0, -0.82), at(shoulder, -0.76), at(0.09, -0.42), at(-0.09, -0.42)],
            blur=0.001,
        ),
        colour,
    )
    if is_woman:
        canvas.fill(
            canvas.polygon([at(-0.08, -0.5), at(0.08, -0.5), at(0.2, -0.18), at(-0.2, -0.18)], blur=0.001),
            colour,
        )
        canvas.fill(canvas.ellipse(at(0, -0.84), size * 0.17, size * 0.26), colour)
    for side in (-1, 1):
        canvas.fill(canvas.stroke([at(0.05 * side, -0.44), at(0.06 * side, 0)], size * 0.075), colour)
        canvas.fill(
            canvas.stroke(
                [at((shoulder - 0.02) * side, -0.74), at(0.2 * side, -0.54), at(0.24 * side, -0.4)],
                size * 0.05,
            ),
            colour,
        )


def child(canvas: Canvas, foot: Point, size: float) -> None:
    at = canvas.frame(foot, size)
    for side in (-1, 1):
        canvas.fill(canvas.stroke([at(0.06 * side, -0.35), at(0.08 * side, 0)], size * 0.08), "#35507d")
        canvas.fill(canvas.ellipse(at(0.1 * side, 0.01), size * 0.13, size * 0.06), "#7a3b2e")
    canvas.fill(
        canvas.stroke([at(0.08, -0.62), at(0.25, -0.75), at(0.2 + 0.08, -0.95)], size * 0.065), "#f2c39d"
    )
    canvas.fill(canvas.stroke([at(-0.08, -0.62), at(-0.2, -0.42)], size * 0.065), "#f2c39d")
    canvas.fill(
        canvas.polygon([at(-0.13, -0.66), at(0.13, -0.66), at(0.16, -0.3), at(-0.16, -0.3)], blur=0.002),
        "#e5543f",
    )
    canvas.fill(canvas.ellipse(at(0, -0.8), size * 0.26, size * 0.28), "#f2c39d")
    canvas.fill(canvas.ellipse(at(-0.02, -0.86), size * 0.29, size * 0.22), "#6b4128")
    canvas.fill(canvas.ellipse(at(-0.02, -0.93), size * 0.32, size * 0.12, turn=-8), "#f6d04d")


def shoulders(canvas: Canvas, neck: Point, size: float) -> Mask:
    at = canvas.frame(neck, size)
    body = canvas.ellipse(at(0, 0.62), size * 1.0, size * 1.15)
    return body | canvas.polygon([at(-0.5, 0.6), at(0.5, 0.6), at(0.55, 1.4), at(-0.55, 1.4)])


def face(
    canvas: Canvas, centre: Point, size: float, skin: Colour, blush: Colour, is_open: bool = False
) -> None:
    at = canvas.frame(centre, size)
    canvas.fill(
        canvas.polygon([at(-0.2, 0.3), at(0.2, 0.3), at(0.26, 0.86), at(-0.26, 0.86)], blur=0.004), skin
    )
    canvas.fill(canvas.ellipse(at(0, 0.52), size * 0.6, size * 0.2, blur=0.012), blush, 0.55)
    for side in (-1, 1):
        canvas.fill(canvas.ellipse(at(0.48 * side, 0.05), size * 0.16, size * 0.25), skin)
    head = canvas.ellipse(at(0, 0), size * 1.0, size * 1.2)
    canvas.fill(head, skin)
    canvas.light(canvas.ellipse(at(-0.18, -0.2), size * 0.5, size * 0.6, blur=0.04) * head, "#fff1dc", 0.35)
    for side in (-1, 1):
        canvas.fill(
            canvas.ellipse(at(0.3 * side, 0.2), size * 0.28, size * 0.2, blur=0.02) * head, blush, 0.6
        )
        eye(canvas, at(0.2 * side, 0.0), size * 0.17, is_open)
        brow = [at(side * (0.09 + 0.22 * t), -0.17 - 0.04 * np.sin(np.pi * t)) for t in np.linspace(0, 1, 9)]
        canvas.fill(canvas.stroke(brow, size * 0.028), "#7d5a48", 0.8)
    nose = [at(0.02, 0.04), at(0.06, 0.17), at(0.0, 0.2)]
    canvas.fill(canvas.stroke(nose, size * 0.022), blush, 0.9)
    smile = [at(0.2 * t, 0.34 + 0.07 * (1 - t * t)) for t in np.linspace(-1, 1, 15)]
    if is_open:
        canvas.fill(canvas.polygon([*smile, at(0, 0.345)], blur=0.001), "#fffaf5")
    canvas.fill(canvas.stroke(smile, size * 0.028), "#a8483f")


def eye(canvas: Canvas, centre: Point, size: float, is_open: bool) -> None:
    at = canvas.frame(centre, size)
    if is_open:
        canvas.fill(canvas.ellipse(centre, size, size * 0.8), "#ffffff")
        canvas.fill(canvas.ellipse(at(0.03, 0.02), size * 0.56, size * 0.6), "#4d7a57")
        canvas.fill(canvas.ellipse(at(0.03, 0.02), size * 0.28, size * 0.3), "#1c1614")
        canvas.fill(canvas.ellipse(at(0.12, -0.1), size * 0.14, size * 0.14), "#ffffff")
    lid = [at(0.5 * t, (-0.42 if is_open else -0.2) * (1 - t * t)) for t in np.linspace(-1, 1, 11)]
    canvas.fill(canvas.stroke(lid, size * 0.15), "#5a3a30")


def hair(canvas: Canvas, centre: Point, size: float, light: Colour, dark: Colour) -> None:
    back = canvas.ellipse(centre, size * 1.1, size * 1.25)
    canvas.fill(back, dark)
    canvas.fill(
        canvas.ellipse((centre[0], centre[1] - 0.03), size * 1.0, size * 1.1, blur=0.02) * back, light
    )


def fringe(canvas: Canvas, centre: Point, size: float, colour: Colour) -> None:
    at = canvas.frame(centre, size)
    for side in (-1, 1):
        lock = [
            at(0.06 * side, -0.66),
            at(0.34 * side, -0.62),
            at(0.56 * side, -0.3),
            at(0.53 * side, 0.06),
            at(0.44 * side, -0.2),
            at(0.22 * side, -0.42),
            at(-0.1 * side, -0.5),
        ]
        canvas.fill(canvas.polygon(lock, blur=0.003), colour)


def glasses(canvas: Canvas, centre: Point, size: float) -> None:
    at = canvas.frame(centre, size)
    for side in (-1, 1):
        ring = canvas.ellipse(at(0.21 * side, 0.01), size * 0.34, size * 0.3)
        hole = canvas.ellipse(at(0.21 * side, 0.01), size * 0.3, size * 0.26)
        canvas.fill(ring - hole, "#5a3b52")
        canvas.light(hole, "#ffffff", 0.12)
    canvas.fill(canvas.stroke([at(-0.05, -0.01), at(0, -0.03), at(0.05, -0.01)], size * 0.022), "#5a3b52")
