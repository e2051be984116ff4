"""The picture of the sample film that is its own: a jetty at sunset. The others are the demo's."""

import numpy as np

from scripts.demo.nature import birds
from scripts.demo.painting import Canvas, Point
from scripts.demo.things import glitter
from scripts.sample_film.shapes import SITTING, backlit, figure, motes, reeds

WIDE = (1920, 1280)
DARK, RIM = "#231823", "#ffc98a"


def the_jetty() -> Canvas:
    """Two people, a large and a small one, watch the sun go down."""
    canvas = Canvas(WIDE, 211)
    canvas.gradient(
        [
            (0, "#31416e"),
            (0.2, "#6b5a86"),
            (0.36, "#c67f83"),
            (0.48, "#f6b078"),
            (0.57, "#ffe2a6"),
            (1, "#ffe2a6"),
        ]
    )
    canvas.clouds(0.02, 0.34, "#f3b6a4", 0.55, 0.42)
    canvas.clouds(0.2, 0.54, "#ffd9a8", 0.5, 0.36)
    sun: Point = (0.6, 0.5)
    canvas.glow(sun, 1.1, "#ff9048", 0.7)
    canvas.glow(sun, 0.34, "#ffd58e", 0.9)
    canvas.fill(canvas.ellipse(sun, 0.085, 0.085, blur=0.002), "#fff8df")
    for level, height, ridge, foot in (
        (0.575, 0.15, "#a8788a", "#f0b48c"), (0.578, 0.09, "#7d5d7c", "#d59a86"),
        (0.58, 0.045, "#55466a", "#a87a80"),
    ):  # fmt: skip
        hills = canvas.below(canvas.skyline(level, height, 3, 0.42))
        canvas.gradient([(level - height, ridge), (level, foot)], hills)
        canvas.haze(level - 0.012, 0.02, "#ffd9ac", 0.4)
    canvas.glow(sun, 0.5, "#ffbe74", 0.45)
    canvas.reflect(0.58, 0.007, "#3c3358")
    glitter(canvas, sun[0], 0.58)
    canvas.glow((sun[0], 0.66), 0.3, "#ffb066", 0.35)
    canvas.haze(0.585, 0.012, "#ffe6c2", 0.7)
    _planks(canvas)
    _sitting_pair(canvas)
    birds(canvas, [(0.3, 0.22), (0.335, 0.2), (0.36, 0.235)], "#4c3c5c")
    motes(canvas, 40, (0.1, 0.5, 0.95, 0.95), "#ffd9a0")
    reeds(canvas, 0.03, 0.035, 16, 0.42, 0.005)
    reeds(canvas, 0.97, 0.04, 18, 0.5, 0.006)
    return canvas


def _planks(canvas: Canvas) -> None:
    """The jetty, from where one stands to its end."""
    near, far = (0.16, 0.74), (0.3, 0.5)
    end, shade = 0.775, "#2f2130"
    for x in (0.315, 0.485):
        canvas.fill(canvas.stroke([(x, end + 0.01), (x, end + 0.085)], 0.014, 0.001), "#2a1d2a")
    sides = [(near[0], 1.0), (far[0], end), (far[1], end), (near[1], 1.0)]
    canvas.gradient([(end, "#8d6160"), (0.86, "#4f3845"), (1, "#2b1f2c")], canvas.polygon(sides, blur=0.001))
    for step in np.linspace(0, 1, 15) ** 1.9:
        y = end + (1 - end) * float(step)
        left = far[0] + (near[0] - far[0]) * float(step)
        right = far[1] + (near[1] - far[1]) * float(step)
        canvas.fill(canvas.stroke([(left, y), (right, y)], 0.0012 + 0.003 * float(step)), shade, 0.8)
        canvas.fill(canvas.stroke([(left, y + 0.004), (right, y + 0.004)], 0.0012), "#ffb987", 0.25)
    canvas.fill(canvas.stroke([(far[0], end + 0.012), (far[1], end + 0.012)], 0.018), "#3a2832")
    canvas.fill(canvas.stroke([(far[0], end + 0.002), (far[1], end + 0.002)], 0.003), "#ffcf9c", 0.9)
    canvas.fill(canvas.stroke([(far[1], end), (near[1], 1.0)], 0.004), "#ffc48e", 0.5)


def _sitting_pair(canvas: Canvas) -> None:
    large, small = (0.372, 0.785), (0.438, 0.785)
    canvas.fill(
        canvas.polygon([(0.33, 0.79), (0.47, 0.79), (0.4, 0.93), (0.22, 0.93)], blur=0.012), DARK, 0.45
    )
    child = figure(canvas, small, 0.155, SITTING, lean=0.12)
    backlit(canvas, child, DARK, RIM, 1, 4)
    backlit(canvas, figure(canvas, large, 0.235, SITTING, lean=-0.05), DARK, RIM, 1, 5)
    at = canvas.frame(large, 0.235)
    hat = canvas.ellipse(at(0.045, -0.925), 0.092, 0.02, turn=-4) | canvas.ellipse(
        at(0.045, -0.985), 0.052, 0.042
    )
    backlit(canvas, hat, DARK, RIM, 1, 4)
    arm = [at(0.2, -0.6), at(0.33, -0.47), at(0.47, -0.4)]
    canvas.fill(canvas.stroke(arm, 0.024, 0.0008), DARK)
    canvas.fill(canvas.stroke([(x, y - 0.0065) for x, y in arm], 0.0024, 0.0005), RIM, 0.5)
