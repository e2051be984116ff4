"""Drawn houses, boats, balloons, a kite and a cake of the demo."""

import numpy as np

from scripts.demo.painting import Canvas, Colour, Point


def cottage(canvas: Canvas, foot: Point, size: float) -> None:
    at = canvas.frame(foot, size)
    canvas.fill(canvas.ellipse(at(0, 0.02), size * 1.1, size * 0.12, blur=0.015), "#7f8fc4", 0.6)
    canvas.gradient(
        [(0, "#5d4a4e"), (1, "#7d5c50")],
        canvas.polygon([at(-0.36, 0), at(-0.36, -0.3), at(0.36, -0.3), at(0.36, 0)]),
    )
    canvas.fill(
        canvas.polygon([at(0.14, -0.5), at(0.14, -0.66), at(0.22, -0.66), at(0.22, -0.42)]), "#54454b"
    )
    canvas.fill(canvas.polygon([at(-0.46, -0.27), at(0, -0.62), at(0.46, -0.27)]), "#eef2fd")
    canvas.fill(
        canvas.polygon(
            [at(-0.46, -0.27), at(0, -0.57), at(0.46, -0.27), at(0.4, -0.27), at(0, -0.52), at(-0.4, -0.27)]
        ),
        "#b3bfe4",
    )
    for x in (-0.2, 0.2):
        window(canvas, at(x, -0.16), size * 0.15)
    canvas.fill(canvas.polygon([at(-0.06, 0), at(-0.06, -0.2), at(0.06, -0.2), at(0.06, 0)]), "#3b2a2e")
    canvas.glow(at(0, 0.05), size * 0.6, "#ffb45a", 0.35)
    for puff in range(6):
        canvas.fill(
            canvas.ellipse(
                at(0.18 + 0.03 * puff, -0.7 - 0.07 * puff),
                size * (0.05 + 0.03 * puff),
                size * 0.06,
                blur=0.012,
            ),
            "#dfe4f5",
            0.5,
        )


def window(canvas: Canvas, centre: Point, size: float) -> None:
    at = canvas.frame(centre, size)
    canvas.fill(canvas.polygon([at(-0.5, -0.5), at(0.5, -0.5), at(0.5, 0.5), at(-0.5, 0.5)]), "#ffd47a")
    for line in ([at(-0.5, 0), at(0.5, 0)], [at(0, -0.5), at(0, 0.5)]):
        canvas.fill(canvas.stroke(line, size * 0.09), "#5a4140")
    canvas.glow(centre, size * 1.4, "#ffb84d", 0.55)


def tent(canvas: Canvas, foot: Point, size: float) -> None:
    at = canvas.frame(foot, size)
    body = canvas.polygon([at(-0.5, 0), at(-0.06, -0.46), at(0.5, 0)])
    canvas.gradient([(foot[1] - size * 0.4, "#d97b2c"), (foot[1], "#ffd07a")], body)
    canvas.fill(canvas.polygon([at(-0.06, -0.46), at(0.5, 0), at(0.12, 0)]), "#a9511f", 0.75)
    canvas.fill(canvas.polygon([at(-0.22, 0), at(-0.08, -0.34), at(0.02, 0)]), "#fff0bd", 0.9)
    canvas.glow(at(-0.08, -0.1), size * 0.8, "#ff9d3c", 0.6)


def campfire(canvas: Canvas, foot: Point, size: float) -> None:
    at = canvas.frame(foot, size)
    canvas.glow(at(0, -0.3), size * 4.5, "#ff7a2c", 0.55)
    for colour, scale in (("#ff6a1f", 1.0), ("#ffb037", 0.66), ("#fff1b0", 0.34)):
        flame = [
            at(-0.3 * scale, 0),
            at(-0.34 * scale, -0.4 * scale),
            at(-0.05, -1.1 * scale),
            at(0.1, -0.7 * scale),
            at(0.33 * scale, -0.3 * scale),
            at(0.28 * scale, 0),
        ]
        canvas.fill(canvas.polygon(flame, blur=0.002), colour)
    for turn in (-1, 1):
        canvas.fill(canvas.stroke([at(-0.5, 0.06 * turn), at(0.5, -0.06 * turn)], size * 0.12), "#2a1712")
    sparks = [at(float(x) * 1.6 - 0.8, -float(y) * 3) for x, y in canvas.dice.random((26, 2))]
    canvas.light(canvas.dots(sparks, [0.003] * len(sparks)), "#ffb35a", 0.9)


def boat(canvas: Canvas, place: Point, size: float) -> None:
    x, y = place
    canvas.fill(canvas.ellipse((x, y + size * 0.1), size * 1.15, size * 0.09, blur=0.006), "#16323c", 0.6)
    hull = [
        (x - size * 0.4, y),
        (x + size * 0.4, y),
        (x + size * 0.3, y + size * 0.15),
        (x - size * 0.28, y + size * 0.15),
    ]
    canvas.fill(canvas.polygon(hull), "#b0412f")
    canvas.fill(
        canvas.polygon(
            [hull[0], hull[1], (x + size * 0.36, y + size * 0.05), (x - size * 0.36, y + size * 0.05)]
        ),
        "#f2dcc0",
    )
    for shift, coat in ((-0.1, "#30507a"), (0.1, "#e3a63d")):
        canvas.fill(canvas.ellipse((x + size * shift, y - size * 0.08), size * 0.16, size * 0.3), coat)
        canvas.fill(canvas.ellipse((x + size * shift, y - size * 0.26), size * 0.12, size * 0.13), "#f0c4a0")
        canvas.fill(canvas.ellipse((x + size * shift, y - size * 0.295), size * 0.13, size * 0.08), "#4a3125")


def balloon(canvas: Canvas, centre: Point, size: float, colours: tuple[Colour, Colour]) -> None:
    at = canvas.frame(centre, size)
    throat = canvas.polygon([at(-0.43, 0.28), at(0.43, 0.28), at(0.1, 0.74), at(-0.1, 0.74)])
    envelope = canvas.ellipse(centre, size, size * 1.05) | throat
    canvas.fill(envelope, colours[0])
    for width in (0.78, 0.26):
        stripe = canvas.ellipse(at(0, 0.08), size * width, size * 1.36)
        inner = canvas.ellipse(at(0, 0.08), size * (width - 0.26), size * 1.36)
        canvas.fill((stripe - inner) * envelope, colours[1])
    shade = canvas.ellipse(at(0.34, 0), size * 0.6, size * 1.3, blur=size * 0.12)
    canvas.fill(shade * envelope, "#5b2b3a", 0.35)
    shine = canvas.ellipse(at(-0.22, -0.2), size * 0.3, size * 0.5, blur=size * 0.1)
    canvas.light(shine * envelope, "#ffffff", 0.35)
    for side in (-1, 1):
        canvas.fill(canvas.stroke([at(0.09 * side, 0.72), at(0.06 * side, 0.88)], 0.002), "#5a4632")
    canvas.fill(
        canvas.polygon([at(-0.07, 0.88), at(0.07, 0.88), at(0.055, 0.98), at(-0.055, 0.98)]), "#7a5230"
    )


def kite(canvas: Canvas, centre: Point, size: float) -> None:
    at = canvas.frame(centre, size)
    corners = {"top": at(0.25, -0.7), "right": at(0.5, 0.1), "left": at(-0.42, -0.22), "foot": at(-0.3, 0.65)}
    middle = at(0.06, -0.07)
    for ends, colour in (
        (("top", "right"), "#e4503c"),
        (("right", "foot"), "#f5b83d"),
        (("foot", "left"), "#3e84c6"),
        (("left", "top"), "#fff3e0"),
    ):
        canvas.fill(canvas.polygon([middle, *(corners[end] for end in ends)]), colour)
    tail = [at(-0.3 - 0.3 * t + 0.08 * np.sin(9 * t), 0.65 + 1.1 * t) for t in np.linspace(0, 1, 30)]
    canvas.fill(canvas.stroke(tail, 0.004), "#e4503c")
    for number in range(6, 30, 6):
        canvas.fill(
            canvas.ellipse(tail[number], size * 0.14, size * 0.07, turn=20),
            ("#f5b83d", "#3e84c6")[number // 6 % 2],
        )


def tier(canvas: Canvas, foot: Point, width: float, height: float, colours: tuple[Colour, Colour]) -> None:
    x, y = foot
    half, top = width / 2, y - height
    walls = canvas.polygon([(x - half, top), (x + half, top), (x + half, y), (x - half, y)])
    side = walls | canvas.ellipse(foot, width, width * 0.16)
    canvas.fill(side, colours[0])
    canvas.fill(
        canvas.polygon(
            [(x + half * 0.3, top), (x + half, top), (x + half, y + 0.05), (x + half * 0.3, y + 0.05)],
            blur=0.04,
        )
        * side,
        colours[1],
        0.8,
    )
    canvas.fill(canvas.ellipse((x, top), width, width * 0.16), "#fffaf3")
    for number in range(9):
        angle = np.pi * number / 8
        drop = (x - half * np.cos(angle) * 0.97, top + width * 0.075 * np.sin(angle))
        canvas.fill(
            canvas.stroke([drop, (drop[0], drop[1] + 0.015 + 0.03 * canvas.dice.random())], width * 0.075),
            "#fffaf3",
        )


def candle(canvas: Canvas, foot: Point, colour: Colour) -> None:
    x, y = foot
    canvas.fill(canvas.stroke([(x, y), (x, y - 0.085)], 0.016), colour)
    canvas.fill(canvas.stroke([(x, y - 0.09), (x, y - 0.1)], 0.003), "#3b2622")
    canvas.glow((x, y - 0.118), 0.11, "#ffa63d", 0.7)
    canvas.fill(
        canvas.polygon(
            [(x - 0.009, y - 0.108), (x, y - 0.142), (x + 0.009, y - 0.108), (x, y - 0.098)], blur=0.002
        ),
        "#fff2b0",
    )


def bokeh(canvas: Canvas, count: int, colours: tuple[Colour, ...], strength: float) -> None:
    for number in range(count):
        place = (float(canvas.dice.random()), float(canvas.dice.random()))
        size = float(0.03 + 0.12 * canvas.dice.random() ** 2)
        canvas.light(
            canvas.ellipse(place, size, size, blur=0.004 + 0.008 * canvas.dice.random()),
            colours[number % len(colours)],
            strength * float(0.15 + 0.5 * canvas.dice.random()),
        )


def glitter(canvas: Canvas, x: float, horizon: float) -> None:
    for _ in range(260):
        depth = canvas.dice.random() ** 1.4
        place = x + canvas.dice.normal() * (0.02 + 0.1 * depth)
        width = 0.008 + 0.03 * depth
        y = horizon + 0.01 + 0.25 * depth
        canvas.fill(canvas.stroke([(place, y), (place + width, y)], 0.0025 + 0.003 * depth), "#ffe7b5")
