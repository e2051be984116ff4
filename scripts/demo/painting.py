"""Procedural painting: gradients, silhouettes, haze, clouds, water and light on a canvas of floats.

Places are fractions of the canvas from its upper left corner; sizes are fractions of its shorter side. The
same seed paints the same picture.
"""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from scripts.demo.masks import Floats, Mask

Point = tuple[float, float]
Colour = str
"""As the web writes it: #rrggbb."""
SMOOTHING = 2
"""Shapes are drawn this much larger, and made smaller again, for smooth edges."""


def rgb(colour: Colour) -> Floats:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return np.array(parts, np.float32)


class Canvas:
    def __init__(self, size: tuple[int, int], seed: int) -> None:
        self.width, self.height = size
        self.unit = min(size)
        self.dice = np.random.default_rng(seed)
        self.pixels: Floats = np.zeros((self.height, self.width, 3), np.float32)
        self.x: Floats = _middles(self.width)[None, :]
        self.y: Floats = _middles(self.height)[:, None]

    def image(self) -> Image.Image:
        """With a little grain and darker corners, as a lens leaves them."""
        corners = np.clip(((self.x - 0.5) ** 2 + (self.y - 0.5) ** 2) * 2, 0, 1) ** 1.5
        graded = self.pixels * (1 - 0.28 * corners)[..., None]
        graded += self.dice.normal(0, 0.008, self.pixels.shape[:2]).astype(np.float32)[..., None]
        return Image.fromarray((np.clip(graded, 0, 1) * 255 + 0.5).astype(np.uint8))

    # What fills the canvas or a part of it

    def gradient(self, stops: Sequence[tuple[float, Colour]], mask: Mask | None = None) -> None:
        """Down the canvas, from colour to colour."""
        rows = self.y[:, 0]
        places, colours = [place for place, _ in stops], np.array([rgb(colour) for _, colour in stops])
        lines = np.stack([np.interp(rows, places, colours[:, part]) for part in range(3)], axis=1)
        mask = mask or self._everywhere(1.0)
        self._lay(lines.astype(np.float32)[mask.region[0], None, :], mask)

    def fill(self, mask: Mask, colour: Colour, opacity: float = 1.0) -> None:
        self._lay(rgb(colour), mask * opacity)

    def light(self, mask: Mask, colour: Colour, strength: float = 1.0) -> None:
        """Brightens what is there, as a screen of light does."""
        glow = np.clip(rgb(colour) * (mask.values * strength)[..., None], 0, 1)
        self.pixels[mask.region] = 1 - (1 - self.pixels[mask.region]) * (1 - glow)

    def glow(self, centre: Point, radius: float, colour: Colour, strength: float = 1.0) -> None:
        across, down = (self.x - centre[0]) * self.width, (self.y - centre[1]) * self.height
        distance = np.hypot(across, down) / (self.unit * radius)
        self.light(self._everywhere(np.exp(-3 * distance**2)), colour, strength)

    def haze(self, level: float, thickness: float, colour: Colour, strength: float = 0.6) -> None:
        """A band of mist that lies at this height."""
        drift = 0.6 + 0.8 * self.noise((3, 5), 3)
        self.fill(self._everywhere(np.exp(-(((self.y - level) / thickness) ** 2)) * drift), colour, strength)

    def clouds(
        self, top: float, bottom: float, colour: Colour, strength: float = 0.7, cover: float = 0.5
    ) -> None:
        band = np.clip((self.y - top) / 0.08, 0, 1) * np.clip((bottom - self.y) / 0.18, 0, 1)
        shapes = np.clip((self.noise((9, 5), 5) - (1 - cover)) * 4, 0, 1)
        self.fill(self._everywhere(shapes * band), colour, strength)

    def reflect(self, horizon: float, ripple: float = 0.006, colour: Colour = "#1d3347") -> None:
        """Water below the horizon, which shows what is above it."""
        first = round(horizon * self.height)
        rows = np.arange(first, self.height)[:, None]
        depth = (rows - first) / max(1, self.height - first)
        waves = self.noise((5, 120), 2)[first:] - 0.5
        source_y = np.clip(2 * first - rows + waves * 60 * depth, 0, first - 1).astype(int)
        shift = waves * ripple * self.width * (1 + 4 * depth)
        source_x = np.clip(np.arange(self.width)[None, :] + shift, 0, self.width - 1).astype(int)
        dark = (0.18 + 0.4 * depth)[..., None].astype(np.float32)
        self.pixels[first:] = self.pixels[source_y, source_x] * (1 - dark) + rgb(colour) * dark

    def frame(self, origin: Point, size: float) -> Callable[[float, float], Point]:
        """Places of a thing that stands here, in its own measure: 1 is its size, and up is negative."""
        across, down = size * self.unit / self.width, size * self.unit / self.height
        return lambda x, y: (origin[0] + x * across, origin[1] + y * down)

    # Shapes, as masks

    def polygon(self, points: Iterable[Point], blur: float = 0.0) -> Mask:
        places = list(points)
        return self._drawn(places, blur, lambda draw, inside: draw.polygon(inside, fill=255))

    def ellipse(
        self, centre: Point, width: float, height: float, turn: float = 0.0, blur: float = 0.0
    ) -> Mask:
        """`width` and `height` across; `turn` in degrees clockwise."""
        angles, tilt = np.linspace(0, 2 * np.pi, 80), np.radians(turn)
        along, across = np.cos(angles) * width / 2, np.sin(angles) * height / 2
        x = (along * np.cos(tilt) - across * np.sin(tilt)) * self.unit / self.width
        y = (along * np.sin(tilt) + across * np.cos(tilt)) * self.unit / self.height
        return self.polygon(zip(centre[0] + x, centre[1] + y, strict=True), blur)

    def stroke(self, points: Iterable[Point], width: float, blur: float = 0.0) -> Mask:
        """A line with round ends."""
        across = max(1.0, width * self.unit * SMOOTHING)

        def draw_line(draw: ImageDraw.ImageDraw, inside: list[Point]) -> None:
            draw.line(inside, fill=255, width=round(across), joint="curve")
            for x, y in (inside[0], inside[-1]):
                draw.ellipse((x - across / 2, y - across / 2, x + across / 2, y + across / 2), fill=255)

        return self._drawn(list(points), blur, draw_line, width / 2)

    def dots(self, places: Sequence[Point], sizes: Sequence[float], blur: float = 0.0) -> Mask:
        """Discs, each with its own size across."""

        def draw_discs(draw: ImageDraw.ImageDraw, inside: list[Point]) -> None:
            for (x, y), size in zip(inside, sizes, strict=True):
                radius = size * self.unit * SMOOTHING / 2
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)

        return self._drawn(list(places), blur, draw_discs, max(sizes) / 2)

    def below(self, edge: Floats | float) -> Mask:
        """All that lies below a line, which is given by its height, or that in each column."""
        line = np.full(self.width, edge, np.float32) if isinstance(edge, float) else edge
        return self._everywhere(np.clip((self.y - line[None, :]) * self.height + 0.5, 0, 1))

    def skyline(self, level: float, height: float, peaks: int, roughness: float = 0.5) -> Floats:
        """The line of hills: `height` between the lowest and the highest."""
        line = np.zeros(self.width, np.float32)
        for octave in range(7):
            knots = self.dice.random(peaks * 2**octave + 3)
            inside = np.linspace(0.5, len(knots) - 1.5, self.width)
            line += roughness**octave * np.interp(inside, np.arange(len(knots)), knots).astype(np.float32)
        return np.asarray(level - height * (line - line.min()) / np.ptp(line), np.float32)

    def noise(self, cells: tuple[int, int], octaves: int) -> Floats:
        """Soft noise from 0 to 1, in so many cells across and down, with finer ones on top."""
        total = np.zeros((self.height, self.width), np.float32)
        for octave in range(octaves):
            across, down = cells[0] * 2**octave, cells[1] * 2**octave
            knots = Image.fromarray(self.dice.random((down, across)).astype(np.float32))
            smooth = knots.resize((self.width, self.height), Image.Resampling.BICUBIC)
            total += np.asarray(smooth) * 0.5**octave
        return np.asarray((total - total.min()) / np.ptp(total), np.float32)

    # Inside

    def _lay(self, layer: Floats, mask: Mask) -> None:
        weight = np.clip(mask.values, 0, 1)[..., None]
        self.pixels[mask.region] = self.pixels[mask.region] * (1 - weight) + layer * weight

    def _everywhere(self, values: Floats | float) -> Mask:
        whole = np.broadcast_to(np.asarray(values, np.float32), self.pixels.shape[:2])
        return Mask(whole)

    def _drawn(
        self, points: list[Point], blur: float, draw: Callable[[ImageDraw.ImageDraw, list[Point]], None],
        reach: float = 0.0,
    ) -> Mask:  # fmt: skip
        """A sheet as large as what is drawn on it, larger than the canvas and then made smaller."""
        margin = (reach + 3 * blur) * self.unit + 2
        columns, rows = [x * self.width for x, _ in points], [y * self.height for _, y in points]
        left, top = max(0, int(min(columns) - margin)), max(0, int(min(rows) - margin))
        right, bottom = min(self.width, int(max(columns) + margin)), min(self.height, int(max(rows) + margin))
        size = max(1, right - left), max(1, bottom - top)
        sheet = Image.new("L", (size[0] * SMOOTHING, size[1] * SMOOTHING))
        inside = [((x - left) * SMOOTHING, (y - top) * SMOOTHING) for x, y in zip(columns, rows, strict=True)]
        draw(ImageDraw.Draw(sheet), inside)
        small = sheet.reduce(SMOOTHING)
        if blur:
            small = small.filter(ImageFilter.GaussianBlur(blur * self.unit))
        left, top = min(left, self.width - 1), min(top, self.height - 1)
        covered = np.asarray(small, np.float32)[: self.height - top, : self.width - left]
        return Mask(covered * np.float32(1 / 255), left, top)


def _middles(count: int) -> Floats:
    """Of so many pixels beside each other, from 0 to 1."""
    return np.asarray((np.arange(count) + 0.5) / count, np.float32)
