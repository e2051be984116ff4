"""Subject of a photograph: faces, its centre, the picture without a print's border; a choice of its framing.

Imports nothing heavy. All places are parts of the photograph's width and height.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

Point = tuple[float, float]

_HAIR, _CHIN, _SIDES = 0.45, 0.12, 0.22
"""What belongs to a head beyond its face, in parts of the face."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    @property
    def centre(self) -> Point:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def scaled(self, across: float, down: float) -> Self:
        return type(self)(self.left * across, self.top * down, self.right * across, self.bottom * down)

    def within_whole(self) -> Self:
        edges = (min(1.0, max(0.0, edge)) for edge in (self.left, self.top, self.right, self.bottom))
        return type(self)(*edges)

    def within(self, other: "Box") -> Self:
        """In parts of another box that it lies in; what sticks out is cut off."""
        left, top = (self.left - other.left) / other.width, (self.top - other.top) / other.height
        right, bottom = (self.right - other.left) / other.width, (self.bottom - other.top) / other.height
        return type(self)(left, top, right, bottom).within_whole()

    def out_of(self, other: "Box") -> Self:
        """Of a box in parts of another one: the same in what that one is a part of."""
        box = self.scaled(other.width, other.height)
        x, y = other.left, other.top
        return type(self)(box.left + x, box.top + y, box.right + x, box.bottom + y)

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    @property
    def head(self) -> "Box":
        """Of a face's box: with hair, ears and chin."""
        across, down = self.width, self.height
        head = Box(
            self.left - _SIDES * across,
            self.top - _HAIR * down,
            self.right + _SIDES * across,
            self.bottom + _CHIN * down,
        )
        return head.within_whole()

    @property
    def bust(self) -> "Box":
        """Of a face's box: where head, neck and shoulders are likely."""
        across, down = self.width, self.height
        return Box(self.left - across, self.top - down / 2, self.right + across, self.bottom + 1.5 * down)


WHOLE = Box(0.0, 0.0, 1.0, 1.0)


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box around them."""
    edges = [(box.left, box.top, box.right, box.bottom) for box in boxes]
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    return Box(min(lefts), min(tops), max(rights), max(bottoms))


@dataclass(frozen=True, slots=True)
class PhotoSubject:
    """`focus` is its centre, `picture` what remains without a print's border."""

    focus: Point = (0.5, 0.5)
    faces: tuple[Box, ...] = ()
    picture: Box = WHOLE

    def to_json(self) -> dict[str, Any]:
        return {
            "focus": _rounded(self.focus),
            "faces": [_edges(face) for face in self.faces],
            "picture": _edges(self.picture),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """What `to_json` wrote."""
        x, y = value["focus"]
        return cls((x, y), tuple(Box(*face) for face in value["faces"]), Box(*value["picture"]))


def _edges(box: Box) -> list[float]:
    return _rounded((box.left, box.top, box.right, box.bottom))


def _rounded(numbers: Iterable[float]) -> list[float]:
    return [round(number, 4) for number in numbers]


class FramingMode(StrEnum):
    """Whether the frame is filled or the whole picture shown."""

    AUTO = "auto"
    FILL = "fill"
    WHOLE = "whole"


class MovementStrength(StrEnum):
    """How far a camera moves in the same time."""

    GENTLE = "gentle"
    NORMAL = "normal"
    STRONG = "strong"

    @property
    def factor(self) -> float:
        return {"gentle": 0.5, "normal": 1.0, "strong": 1.7}[self.value]


@dataclass(frozen=True, slots=True)
class FramingChoice:
    """What a person chose by hand; `focus` is what matters to them, in parts of the photograph."""

    focus: Point | None = None
    mode: FramingMode = FramingMode.AUTO
    strength: MovementStrength = MovementStrength.NORMAL


AUTOMATIC = FramingChoice()
