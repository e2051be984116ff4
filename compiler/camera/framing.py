"""Framing of a photograph: which part of it fills a clip's frame, or the whole of it over a blurred copy.

One decision for the clip that is made and for the page that shows it beforehand. Imports nothing heavy.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from compiler.camera.moves import CameraPath, Crop, Move, pass_over, plan_path
from compiler.results import Size
from compiler.subject import (
    AUTOMATIC,
    WHOLE,
    Box,
    FramingChoice,
    FramingMode,
    MovementStrength,
    PhotoSubject,
    Point,
    around,
)

LEAST_KEPT = 0.5
"""A crop that keeps less of the picture is not chosen by itself."""
LEAST_COVERED = 0.4
"""Of the frame. A whole picture that would be smaller gives way to a pan from face to face."""
_BYSTANDER = 0.25  # a face this much narrower than the widest is somebody passing by
_MARGIN = {MovementStrength.GENTLE: 1.03, MovementStrength.NORMAL: 1.06, MovementStrength.STRONG: 1.1}
"""How much wider than a whole picture its surround is: the room to move in."""


class FramingManner(StrEnum):
    """What is done."""

    FILL = "fill"
    WHOLE = "whole"
    FACES = "faces"
    """From face to face."""


@dataclass(frozen=True, slots=True)
class PhotoFraming:
    """A photograph in a frame. Places are parts of `picture`, which is the photograph without its border."""

    photo: Size
    frame: Size
    picture: Box
    manner: FramingManner
    focus: Point
    heads: tuple[Box, ...] = ()
    strength: MovementStrength = MovementStrength.NORMAL
    inside: Size = field(init=False)
    """Pixels of the picture."""

    def __post_init__(self) -> None:
        width, height = self.photo[0] * self.picture.width, self.photo[1] * self.picture.height
        object.__setattr__(self, "inside", (max(1, round(width)), max(1, round(height))))

    @property
    def stage(self) -> Size:
        """What the camera moves over, in pixels of the photograph: the picture, or its surround."""
        if self.manner is not FramingManner.WHOLE:
            return self.inside
        scale = max(self.inside[0] / self.frame[0], self.inside[1] / self.frame[1]) * _MARGIN[self.strength]
        return round(self.frame[0] * scale), round(self.frame[1] * scale)

    @property
    def place(self) -> Box:
        """Where the picture is on the stage, in pixels of it."""
        across, down = (self.stage[axis] - self.inside[axis] for axis in (0, 1))
        return Box(across / 2, down / 2, across / 2 + self.inside[0], down / 2 + self.inside[1])

    def path(self, move: Move) -> CameraPath:
        heads = [head.scaled(*self.inside) for head in self.heads]
        if self.manner is FramingManner.FACES:
            return pass_over(move, self.inside, self.frame, heads)
        if self.manner is FramingManner.FILL:
            keep = around(heads) if heads else None
            return plan_path(move, self.inside, self.frame, self.focus, keep, self.strength)
        place, stage = self.place, self.stage
        x, y = place.left + self.focus[0] * place.width, place.top + self.focus[1] * place.height
        return plan_path(move, stage, self.frame, (x / stage[0], y / stage[1]), place, self.strength)

    def seen(self, crop: Crop) -> Box:
        """Where the photograph lies while a crop of the stage fills the frame, in parts of the frame."""
        left, top, _, _ = crop.box
        place = self.place if self.manner is FramingManner.WHOLE else Box(0, 0, *self.inside)
        picture = Box(
            (place.left - left) / crop.width,
            (place.top - top) / crop.height,
            (place.right - left) / crop.width,
            (place.bottom - top) / crop.height,
        )
        across, down = picture.width / self.picture.width, picture.height / self.picture.height
        corner = picture.left - self.picture.left * across, picture.top - self.picture.top * down
        return Box(*corner, corner[0] + across, corner[1] + down)

    @property
    def at_rest(self) -> Box:
        """`seen` before the camera moves."""
        return self.seen(
            self.path(Move.HOLD if self.manner is not FramingManner.FACES else Move.PUSH_IN).start
        )


def frame_photo(
    photo: Size, frame: Size, subject: PhotoSubject, choice: FramingChoice = AUTOMATIC
) -> PhotoFraming:
    """Fill the frame where no face is cut and half of the picture is seen; else show the whole picture, or
    pan from face to face where the whole would be small. What a person chose comes first."""
    picture = subject.picture
    focus = _within(choice.focus or subject.focus, picture)
    shape = photo[0] * picture.width / (photo[1] * picture.height) * frame[1] / frame[0]
    kept, crop = min(shape, 1 / shape), (min(1.0, 1 / shape), min(1.0, shape))
    heads = _pointed_at(subject, choice.focus, crop) if choice.focus else _heads(subject)
    manner = _manner(choice, heads, kept, crop)
    return PhotoFraming(photo, frame, picture, manner, focus, heads, choice.strength)


def _manner(choice: FramingChoice, heads: tuple[Box, ...], kept: float, crop: Point) -> FramingManner:
    if choice.mode is FramingMode.WHOLE:
        return FramingManner.WHOLE
    fits = not heads or _fits(around(heads), crop)
    can_pan = len(heads) > 1 and all(_fits(head, crop) for head in heads)
    if choice.mode is FramingMode.FILL or choice.focus:
        return FramingManner.FACES if can_pan and not fits else FramingManner.FILL
    if fits and kept >= LEAST_KEPT:
        return FramingManner.FILL
    return FramingManner.FACES if can_pan and not fits and kept < LEAST_COVERED else FramingManner.WHOLE


def _fits(box: Box, crop: Point) -> bool:
    return box.width <= crop[0] and box.height <= crop[1]


def _heads(subject: PhotoSubject) -> tuple[Box, ...]:
    """Those that must not be cut: all but passers-by."""
    widest = max((face.width for face in subject.faces), default=0.0)
    faces = [face for face in subject.faces if face.width >= _BYSTANDER * widest]
    return tuple(face.head.within(subject.picture) for face in faces)


def _pointed_at(subject: PhotoSubject, chosen: Point, crop: Point) -> tuple[Box, ...]:
    """The head of the person at that point, of several the nearest one, if it fits into the frame."""
    people = [face for face in subject.faces if face.bust.holds(chosen)]
    faces = sorted(people, key=lambda face: math.dist(face.centre, chosen))[:1]
    return tuple(head for face in faces if _fits(head := face.head.within(subject.picture), crop))


def _within(point: Point, picture: Box) -> Point:
    inside = Box(*point, *point).within(picture if picture.area else WHOLE)
    return inside.left, inside.top
