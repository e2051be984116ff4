"""Drawn photographs of landscapes: mountains, a lake, meadows, snow, stars and an autumn path."""

import numpy as np

from scripts.demo.figures import silhouette
from scripts.demo.nature import (
    autumn_tree,
    birds,
    blade,
    fir,
    firs,
    leaves,
    milky_way,
    poppy,
    snowflakes,
    stars,
    tree,
)
from scripts.demo.painting import Canvas, Colour
from scripts.demo.things import balloon, boat, campfire, cottage, tent

WIDE, TALL = (1920, 1280), (1280, 1800)


def morning_in_the_mountains() -> Canvas:
    canvas = Canvas(WIDE, 11)
    canvas.gradient([(0, "#6f8fb5"), (0.35, "#f3c9a0"), (0.55, "#ffe3b3"), (1, "#e9b48b")])
    canvas.clouds(0.04, 0.5, "#fff1dd", 0.75, 0.48)
    canvas.glow((0.66, 0.46), 0.9, "#ffb066", 0.75)
    canvas.glow((0.66, 0.46), 0.16, "#fff6d6", 1.0)
    layers: list[tuple[float, float, Colour, Colour]] = [
        (0.56, 0.2, "#a99ab3", "#e8c4a8"), (0.66, 0.22, "#7f7fa3", "#d7b3a6"),
        (0.76, 0.2, "#556690", "#b99fa5"), (0.88, 0.2, "#34496f", "#7c7f96"),
        (1.0, 0.2, "#1d2f4d", "#33486a"),
    ]  # fmt: skip
    for number, (level, height, ridge, foot) in enumerate(layers):
        hills = canvas.below(canvas.skyline(level, height, 3 + number, 0.48))
        canvas.gradient([(level - height, ridge), (level + 0.06, foot)], hills)
        if number < 4:
            canvas.haze(level + 0.03, 0.05, "#ffe9cf", 0.55)
    firs(canvas, 1.0, 60, (0.05, 0.13), "#13233b")
    birds(canvas, [(0.3, 0.24), (0.34, 0.22), (0.37, 0.26), (0.25, 0.27)], "#4a4f6b")
    return canvas


def the_quiet_lake() -> Canvas:
    canvas = Canvas(WIDE, 23)
    canvas.gradient([(0, "#4d86b8"), (0.4, "#a9d3e6"), (0.6, "#eef3e4"), (1, "#eef3e4")])
    canvas.clouds(0.02, 0.5, "#ffffff", 0.9, 0.5)
    for level, height, ridge, foot in (
        (0.57, 0.34, "#8ba3b8", "#c9d6da"), (0.59, 0.2, "#5f8390", "#9dbab5"),
    ):  # fmt: skip
        hills = canvas.below(canvas.skyline(level, height, 2, 0.46))
        canvas.gradient([(level - height, ridge), (level, foot)], hills)
        if height > 0.3:
            snow = np.clip((canvas.noise((14, 9), 5) - 0.42) * 5, 0, 1)
            canvas.fill(hills * snow - canvas.below(0.42), "#f4f8fb", 0.85)
    canvas.gradient([(0.5, "#3f6b52"), (0.62, "#2c5144")], canvas.below(canvas.skyline(0.6, 0.05, 5)))
    firs(canvas, 0.605, 90, (0.05, 0.17), "#24453c")
    canvas.reflect(0.6, 0.004, "#2b5568")
    canvas.haze(0.605, 0.012, "#f6fbff", 0.75)
    boat(canvas, (0.37, 0.72), 0.15)
    return canvas


def balloons_over_the_valley() -> Canvas:
    canvas = Canvas(WIDE, 37)
    canvas.gradient([(0, "#7db7e0"), (0.45, "#cfe6ee"), (0.66, "#fff0cf"), (1, "#f5d69c")])
    canvas.clouds(0.05, 0.55, "#ffffff", 0.75, 0.46)
    canvas.glow((0.12, 0.6), 0.8, "#ffd88a", 0.55)
    for level, colour, foot in (
        (0.72, "#9fb58a", "#dfe0b0"),
        (0.82, "#7c9e5f", "#c9cf8d"),
        (0.94, "#557f47", "#93a866"),
    ):
        canvas.gradient(
            [(level - 0.1, colour), (level + 0.06, foot)], canvas.below(canvas.skyline(level, 0.1, 3, 0.35))
        )
        canvas.haze(level - 0.03, 0.035, "#fff4d8", 0.4)
        for _ in range(26):
            x, y = canvas.dice.random(), level + canvas.dice.random() * 0.05
            canvas.fill(canvas.ellipse((x, y), 0.03 * level, 0.022 * level), "#3f6b3c", 0.85)
    for place, size, colours in (
        ((0.8, 0.2), 0.09, ("#8d6fb0", "#e7d9f0")), ((0.13, 0.28), 0.13, ("#2f7f8f", "#f3efe0")),
        ((0.62, 0.45), 0.1, ("#d9573f", "#f6c667")), ((0.37, 0.33), 0.3, ("#e4633f", "#fbe3b5")),
    ):  # fmt: skip
        balloon(canvas, place, size, colours)
    return canvas


def poppies() -> Canvas:
    canvas = Canvas(WIDE, 41)
    canvas.gradient([(0, "#5d9bd0"), (0.5, "#cfe5ee"), (0.62, "#f7edd2"), (1, "#d9d98e")])
    canvas.clouds(0.03, 0.55, "#ffffff", 0.95, 0.5)
    for level, colour in ((0.57, "#8fae94"), (0.61, "#759b6c"), (0.65, "#8fae5d")):
        canvas.fill(canvas.below(canvas.skyline(level, 0.06, 3, 0.3)), colour)
    canvas.gradient([(0.62, "#a9b95f"), (1, "#4e7a35")], canvas.below(canvas.skyline(0.66, 0.03, 2, 0.3)))
    tree(canvas, (0.73, 0.68), 0.42, ("#3e6a35", "#5f8f42", "#8db657"))
    for _ in range(900):
        depth = canvas.dice.random() ** 0.6
        blade(canvas, (canvas.dice.random(), 0.68 + 0.36 * depth), 0.02 + 0.09 * depth)
    for _ in range(300):
        depth = canvas.dice.random() ** 0.7
        poppy(canvas, (canvas.dice.random(), 0.67 + 0.33 * depth), 0.006 + 0.05 * depth**2)
    return canvas


def the_house_in_the_snow() -> Canvas:
    canvas = Canvas(WIDE, 53)
    canvas.gradient([(0, "#1f2f5c"), (0.45, "#5a6ea8"), (0.62, "#e0a6b3"), (1, "#c9d0ea")])
    stars(canvas, 130, 0.4)
    canvas.fill(canvas.below(canvas.skyline(0.62, 0.2, 4)), "#6e7fb0")
    canvas.haze(0.6, 0.05, "#efc9d3", 0.5)
    firs(canvas, 0.68, 70, (0.08, 0.24), "#2d3f66")
    canvas.gradient(
        [(0.64, "#cdd6f1"), (0.8, "#e9eefb"), (1, "#a9b7de")], canvas.below(canvas.skyline(0.7, 0.05, 2, 0.3))
    )
    cottage(canvas, (0.56, 0.72), 0.34)
    for x, size in ((0.1, 0.5), (0.9, 0.42), (0.2, 0.3)):
        fir(canvas, (x, 0.9 if size > 0.4 else 0.78), size, "#22355a", snow=True)
    snowflakes(canvas, 420)
    return canvas


def under_the_stars() -> Canvas:
    canvas = Canvas(WIDE, 67)
    canvas.gradient([(0, "#070b24"), (0.45, "#1b2a5e"), (0.68, "#5b5f96"), (0.8, "#d08a7a"), (1, "#d08a7a")])
    milky_way(canvas)
    stars(canvas, 900, 0.72)
    canvas.fill(canvas.below(canvas.skyline(0.76, 0.12, 3)), "#232c55")
    canvas.fill(canvas.below(canvas.skyline(0.84, 0.08, 4)), "#161d3d")
    firs(canvas, 0.86, 46, (0.07, 0.26), "#0b1129")
    canvas.fill(canvas.below(canvas.skyline(0.86, 0.03, 2, 0.3)), "#0d1330")
    tent(canvas, (0.4, 0.9), 0.3)
    campfire(canvas, (0.66, 0.915), 0.09)
    return canvas


def the_path_in_autumn() -> Canvas:
    canvas = Canvas(TALL, 83)
    canvas.gradient([(0, "#f8d9a0"), (0.5, "#fdeecb"), (0.62, "#e8b25f"), (1, "#9c5b28")])
    canvas.glow((0.52, 0.36), 0.6, "#fff7d6", 0.9)
    for depth in np.linspace(0, 1, 7):
        for side in (-1, 1):
            x = 0.52 + side * (0.09 + 0.47 * depth**1.3) + (canvas.dice.random() - 0.5) * 0.05
            autumn_tree(canvas, (x, 0.58 + 0.36 * depth), 0.35 + 1.15 * depth, float(depth))
    canvas.gradient(
        [(0.56, "#f6e2b5"), (1, "#c78d4d")],
        canvas.polygon([(0.49, 0.575), (0.55, 0.575), (0.86, 1.0), (0.16, 1.0)], blur=0.012),
    )
    leaves(canvas, 700, ("#d9822b", "#c4511f", "#f0b23f", "#8f3d1c"))
    silhouette(canvas, (0.52, 0.66), 0.13, "#3a2a2c", is_woman=True)
    return canvas
