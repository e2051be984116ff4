"""Drawn trees, flowers, birds, stars and snow of the demo."""

import numpy as np

from scripts.demo.painting import Canvas, Colour, Point


def firs(canvas: Canvas, level: float, count: int, heights: tuple[float, float], colour: Colour) -> None:
    for x in np.sort(canvas.dice.random(count)):
        height = heights[0] + (heights[1] - heights[0]) * canvas.dice.random() ** 1.6
        fir(canvas, (float(x), level + 0.01), float(height), colour)


def fir(canvas: Canvas, foot: Point, height: float, colour: Colour, snow: bool = False) -> None:
    at = canvas.frame(foot, height)
    for tier in range(6):
        top, bottom = 0.13 * tier - 1, 0.135 * tier - 0.74
        half = 0.068 + 0.028 * tier
        sway = (canvas.dice.random() - 0.5) * half * 0.2
        bough = [at(0, top), at(half + sway, bottom), at(sway - half, bottom)]
        canvas.fill(canvas.polygon(bough), colour)
        if snow:
            edge = [(0.0, top), (half * 0.8, bottom - 0.02), (half * 0.1, bottom - 0.07)]
            lying = canvas.polygon(at(x, y) for x, y in [*edge, (-half * 0.45, bottom - 0.03)])
            canvas.fill(lying, "#e6edfb", 0.85)


def tree(canvas: Canvas, foot: Point, height: float, greens: tuple[Colour, Colour, Colour]) -> None:
    x, y = foot
    down, across = canvas.unit / canvas.height, canvas.unit / canvas.width
    canvas.fill(canvas.ellipse((x, y), height * 0.8, height * 0.07, blur=0.012), "#2f4f28", 0.5)
    trunk = [
        (x - 0.02 * across, y),
        (x - 0.008 * across, y - height * 0.5 * down),
        (x + 0.012 * across, y - height * 0.5 * down),
        (x + 0.024 * across, y),
    ]
    canvas.fill(canvas.polygon(trunk), "#5b4433")
    for green, count, lift in zip(greens, (70, 70, 60), (0.0, 0.06, 0.13), strict=True):
        angles, radii = canvas.dice.random(count) * 2 * np.pi, np.sqrt(canvas.dice.random(count))
        places = [
            (
                float(x + np.cos(a) * r * height * 0.36 * across - lift * 0.2 * height * across),
                float(y - (0.66 + lift * 0.6) * height * down + np.sin(a) * r * height * (0.3 - lift) * down),
            )
            for a, r in zip(angles, radii, strict=True)
        ]
        sizes = [float(height * (0.06 + 0.1 * size)) for size in canvas.dice.random(count)]
        canvas.fill(canvas.dots(places, sizes, blur=0.001), green, 0.92)


def autumn_tree(canvas: Canvas, foot: Point, height: float, nearness: float) -> None:
    at = canvas.frame(foot, height)
    canvas.fill(
        canvas.polygon([at(-0.035, 0.02), at(-0.016, -0.75), at(0.016, -0.75), at(0.035, 0.02)]),
        "#3f2a22",
        0.55 + 0.45 * nearness,
    )
    for colour, reach in (("#a8451d", 0.3), ("#d9782a", 0.27), ("#f2b144", 0.2)):
        spread = canvas.dice.normal(0, 0.42, (45, 2)) * reach
        places = [at(float(x), -0.78 + float(y)) for x, y in spread]
        sizes = [float(height * (0.05 + 0.09 * size)) for size in canvas.dice.random(45)]
        canvas.fill(canvas.dots(places, sizes, blur=0.001), colour, 0.5 + 0.4 * nearness)


def leaves(canvas: Canvas, count: int, colours: tuple[Colour, ...]) -> None:
    """On the ground, and some in the air."""
    for number in range(count):
        depth = canvas.dice.random()
        falling = number % 12 == 0
        y = canvas.dice.random() * 0.9 if falling else 0.6 + 0.4 * depth**0.8
        size = 0.012 if falling else 0.004 + 0.018 * depth
        x, colour = canvas.dice.random(), colours[int(canvas.dice.integers(len(colours)))]
        canvas.fill(
            canvas.stroke([(x, y), (x + size * 0.7, y + size * (0.5 - canvas.dice.random()) * 0.6)], size),
            colour,
        )


def blade(canvas: Canvas, foot: Point, height: float) -> None:
    x, y = foot
    bend = (canvas.dice.random() - 0.5) * height * 0.3
    greens = ("#7f9f3f", "#5d8838", "#9db653", "#476f33")
    canvas.fill(
        canvas.stroke(
            [(x, y), (x + bend * 0.4, y - height * 0.3), (x + bend, y - height * 0.5)], 0.0022 + height * 0.01
        ),
        greens[int(canvas.dice.integers(4))],
    )


def poppy(canvas: Canvas, place: Point, size: float) -> None:
    x, y = place
    reds = ("#d8321f", "#e8502f", "#b92418", "#f0674a")
    red = reds[int(canvas.dice.integers(4))]
    canvas.fill(canvas.stroke([(x, y), (x + size * 0.1, y + size * 0.9)], 0.0012 + size * 0.03), "#4c7433")
    for shift in (-0.28, 0.28, 0.0):
        canvas.fill(
            canvas.stroke([(x + size * shift * 0.6, y - size * (0.05 if shift else 0.2))], size * 0.75), red
        )
    if size > 0.012:
        canvas.fill(canvas.stroke([(x, y)], size * 0.3), "#2a1a1f")
        canvas.fill(canvas.stroke([(x - size * 0.15, y - size * 0.35)], size * 0.22), "#ff9a7a")


def birds(canvas: Canvas, places: list[Point], colour: Colour) -> None:
    for x, y in places:
        wing = 0.012
        line = [
            (x - wing, y - wing * 0.6),
            (x - wing * 0.4, y - wing * 0.9),
            (x, y),
            (x + wing * 0.4, y - wing * 0.9),
            (x + wing, y - wing * 0.5),
        ]
        canvas.fill(canvas.stroke(line, 0.0028), colour)


def stars(canvas: Canvas, count: int, lowest: float) -> None:
    places = [(float(x), float(y * lowest)) for x, y in canvas.dice.random((count, 2))]
    sizes = [float(0.0012 + 0.0035 * size**6) for size in canvas.dice.random(count)]
    canvas.light(canvas.dots(places, sizes), "#ffffff", 0.9)
    canvas.light(canvas.dots(places, sizes, blur=0.004), "#bcd0ff", 1.0)


def milky_way(canvas: Canvas) -> None:
    band = np.exp(-(((canvas.y - 0.1 - 0.55 * (1 - canvas.x)) / 0.16) ** 2)) * canvas.noise((10, 8), 5)
    sky = canvas.below(0.0)
    canvas.light(sky * band, "#8f9be0", 0.75)
    canvas.light(sky * band**3, "#ffd9e8", 0.5)


def snowflakes(canvas: Canvas, count: int) -> None:
    for blur, largest in ((0.0, 0.005), (0.004, 0.012), (0.01, 0.03)):
        places = [(float(x), float(y)) for x, y in canvas.dice.random((count // 3, 2))]
        sizes = [float(largest * (0.3 + 0.7 * size)) for size in canvas.dice.random(count // 3)]
        canvas.light(canvas.dots(places, sizes, blur), "#ffffff", 0.75)
