"""Drawn photographs of people: at the sea, on a hill, at a birthday, and two portraits."""

import numpy as np

from scripts.demo.figures import child, face, fringe, glasses, hair, shoulders, silhouette
from scripts.demo.nature import birds
from scripts.demo.painting import Canvas
from scripts.demo.things import bokeh, candle, glitter, kite, tier

WIDE, TALL, SQUARE = (1920, 1280), (1280, 1800), (1500, 1500)


def evening_at_the_sea() -> Canvas:
    canvas = Canvas(WIDE, 101)
    canvas.gradient([(0, "#46528f"), (0.28, "#c1708f"), (0.48, "#ffab6e"), (0.58, "#ffe0a0"), (1, "#ffe0a0")])
    canvas.clouds(0.05, 0.5, "#ffc9b0", 0.8, 0.5)
    canvas.glow((0.5, 0.55), 0.85, "#ff9a4d", 0.8)
    canvas.fill(canvas.ellipse((0.5, 0.54), 0.17, 0.17), "#fff4cf")
    canvas.reflect(0.58, 0.012, "#43406f")
    glitter(canvas, 0.5, 0.58)
    shore = canvas.skyline(0.86, 0.025, 2, 0.2)
    canvas.fill(canvas.below(shore - 0.012), "#f6d9c4", 0.75)
    canvas.gradient([(0.84, "#a5736c"), (1, "#4f3a4c")], canvas.below(shore))
    for x, size, is_woman in ((0.43, 0.36, True), (0.53, 0.4, False), (0.485, 0.22, False)):
        silhouette(canvas, (x, 0.935), size, "#2a1d33", is_woman)
    birds(canvas, [(0.2, 0.2), (0.25, 0.17), (0.77, 0.24), (0.81, 0.2)], "#5a3f63")
    return canvas


def the_kite() -> Canvas:
    canvas = Canvas(TALL, 113)
    canvas.gradient([(0, "#3f8fce"), (0.5, "#a9daee"), (0.72, "#f6f1d6"), (1, "#f6f1d6")])
    canvas.clouds(0.05, 0.75, "#ffffff", 0.95, 0.5)
    for level, colour, low in ((0.74, "#a3bf8e", "#c2d39d"), (0.84, "#7fae63", "#a6c777")):
        canvas.gradient(
            [(level - 0.05, colour), (level + 0.1, low)], canvas.below(canvas.skyline(level, 0.05, 2, 0.25))
        )
    canvas.gradient([(0.8, "#86b556"), (1, "#3f7a38")], canvas.ellipse((0.35, 1.12), 1.7, 0.8))
    string = [(0.38 + 0.36 * t, 0.72 - 0.52 * t + 0.07 * np.sin(np.pi * t)) for t in np.linspace(0, 1, 24)]
    canvas.fill(canvas.stroke(string, 0.0022), "#ffffff", 0.8)
    kite(canvas, (0.74, 0.2), 0.2)
    child(canvas, (0.34, 0.865), 0.3)
    for _ in range(160):
        x, depth = canvas.dice.random(), canvas.dice.random()
        canvas.fill(
            canvas.stroke([(x, 0.9 + 0.1 * depth)], 0.006 + 0.01 * depth),
            ("#fff6d0", "#f7c948", "#f2f2ff")[int(canvas.dice.integers(3))],
        )
    return canvas


def the_birthday() -> Canvas:
    canvas = Canvas(SQUARE, 127)
    canvas.gradient([(0, "#3b1f3f"), (0.6, "#7c3a4f"), (1, "#4c2335")])
    bokeh(canvas, 46, ("#ffb15e", "#ff7f7f", "#ffd98a", "#b58cff", "#7fc8ff"), 0.75)
    canvas.gradient([(0.74, "#8c5a45"), (1, "#3f241f")], canvas.below(0.76))
    canvas.fill(canvas.ellipse((0.5, 0.82), 0.78, 0.14, blur=0.01), "#2a1414", 0.5)
    canvas.fill(canvas.ellipse((0.5, 0.805), 0.74, 0.12), "#f4ece4")
    tier(canvas, (0.5, 0.79), 0.56, 0.2, ("#f7d9df", "#e9a8b8"))
    tier(canvas, (0.5, 0.595), 0.38, 0.16, ("#fff4e6", "#f2d3b3"))
    for number in range(7):
        x = 0.37 + 0.26 * number / 6
        candle(
            canvas,
            (x, 0.445 + 0.016 * np.sin(np.pi * number / 6)),
            ("#7fb7e6", "#f2b84b", "#e77f8e")[number % 3],
        )
    return canvas


def grandmother() -> Canvas:
    canvas = Canvas(TALL, 139)
    canvas.gradient([(0, "#8fae7a"), (0.6, "#5d7f55"), (1, "#3c5a44")])
    bokeh(canvas, 70, ("#dff0b0", "#ffe9a8", "#a9d18e", "#f7c6c6"), 0.5)
    canvas.gradient([(0.6, "#6a5fa8"), (1, "#47407c")], shoulders(canvas, (0.5, 0.62), 1.0))
    canvas.fill(canvas.polygon([(0.41, 0.63), (0.5, 0.78), (0.59, 0.63)], blur=0.004), "#f5ece0")
    hair(canvas, (0.5, 0.4), 0.5, "#dcdce4", "#b3b3c2")
    canvas.fill(canvas.ellipse((0.5, 0.19), 0.24, 0.2), "#d3d3dd")
    face(canvas, (0.5, 0.44), 0.42, "#f1c7a5", "#d9947f")
    fringe(canvas, (0.5, 0.44), 0.42, "#e6e6ee")
    glasses(canvas, (0.5, 0.435), 0.42)
    return canvas


def the_boy_with_freckles() -> Canvas:
    canvas = Canvas(TALL, 149)
    canvas.gradient([(0, "#f7c67f"), (0.5, "#f0a06a"), (1, "#c26a52")])
    bokeh(canvas, 60, ("#fff0c4", "#ffd9a0", "#ffb38a", "#fff9e6"), 0.55)
    canvas.gradient([(0.6, "#3f8a8c"), (1, "#2a5f6b")], shoulders(canvas, (0.5, 0.66), 0.86))
    for y in (0.78, 0.86, 0.94):
        canvas.fill(
            canvas.stroke([(0.2, y), (0.8, y)], 0.03) * shoulders(canvas, (0.5, 0.66), 0.86), "#f2e6cf", 0.9
        )
    hair(canvas, (0.5, 0.42), 0.46, "#a5512a", "#7d3a1e")
    face(canvas, (0.5, 0.46), 0.42, "#f7cfae", "#e58f78", is_open=True)
    fringe(canvas, (0.5, 0.46), 0.42, "#b75d30")
    spots = [
        (0.5 + side * (0.055 + 0.05 * float(x)), 0.485 + 0.02 * float(y))
        for side in (-1, 1)
        for x, y in canvas.dice.random((9, 2))
    ]
    canvas.fill(canvas.dots(spots, [0.006] * len(spots)), "#b5683f", 0.75)
    return canvas
