"""Camera moves over a photograph: which part of it fills the frame at each moment.

All lengths are in pixels of the photograph; a crop is a rectangle of the frame's shape in it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from compiler.results import Size
from compiler.subject import Box, MovementStrength, Point

ZOOM = 1.2
"""Of a push of normal strength: how much narrower its near end is than its far end."""

_TRAVEL = 0.22  # of the crop's length, in one drift
_ROOM = 1.16  # how far a drift zooms in where the photograph has the frame's own shape
_LEAST_TRAVEL = 0.05  # a shorter drift than this looks like a mistake
_MARGIN = 0.12  # of the crop's length, kept between the subject's centre and the edge
_RAMP = 0.3  # of the time, spent speeding up, and again slowing down


class Move(StrEnum):
    PUSH_IN = "push_in"
    PULL_BACK = "pull_back"
    DRIFT_LEFT = "drift_left"
    DRIFT_RIGHT = "drift_right"
    RISE = "rise"
    HOLD = "hold"


@dataclass(frozen=True)
class Crop:
    """A part of the photograph by its centre and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        half_width, half_height = self.width / 2, self.height / 2
        return self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height

    def zoomed(self, factor: float) -> Self:
        return replace(self, width=self.width / factor, height=self.height / factor)

    def toward(self, point: Point, photo: Size) -> Self:
        """The crop of this size inside the photograph that is centred as near to a point as can be."""
        x = min(max(point[0], self.width / 2), photo[0] - self.width / 2)
        y = min(max(point[1], self.height / 2), photo[1] - self.height / 2)
        return replace(self, x=x, y=y)

    def around(self, box: Box, photo: Size) -> Self:
        """Moved no farther than it must be to hold a box; what does not fit is centred."""
        x = _between(self.x, box.right - self.width / 2, box.left + self.width / 2)
        y = _between(self.y, box.bottom - self.height / 2, box.top + self.height / 2)
        return self.toward((x, y), photo)

    def room_for(self, box: Box) -> float:
        """By how much it can be zoomed and still hold a box."""
        return min(self.width / max(box.width, 1e-9), self.height / max(box.height, 1e-9))


def _between(place: float, least: float, most: float) -> float:
    return (least + most) / 2 if least > most else min(max(place, least), most)


@dataclass(frozen=True)
class CameraPath:
    """The way from one crop to another."""

    start: Crop
    end: Crop

    def at(self, time: float) -> Crop:
        """The crop at a time from 0 to 1.

        The zoom is geometric, and the centre moves with the zoom instead of with the time: so
        every point of the photograph goes over the screen on a straight line.
        """
        eased = ease(time)
        width = self.start.width * (self.end.width / self.start.width) ** eased
        way = eased
        if not math.isclose(self.start.width, self.end.width, rel_tol=1e-6):
            way = (width - self.start.width) / (self.end.width - self.start.width)
        return Crop(
            self.start.x + (self.end.x - self.start.x) * way,
            self.start.y + (self.end.y - self.start.y) * way,
            width,
            width * self.start.height / self.start.width,
        )

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """The smallest box that holds every crop of the way."""
        first, last = self.start.box, self.end.box
        return min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3])


def zoom_of(strength: MovementStrength) -> float:
    """How much narrower the near end of a push is than its far end."""
    return 1 + (ZOOM - 1) * strength.factor


def ease(time: float) -> float:
    """The part of the way that is done: speed rises and falls as a cosine, with a steady middle."""
    if time > 0.5:
        return 1 - ease(1 - time)
    if time < _RAMP:
        return (time - _RAMP / math.pi * math.sin(math.pi * time / _RAMP)) / (2 * (1 - _RAMP))
    return (time - _RAMP / 2) / (1 - _RAMP)


def plan_path(
    move: Move,
    photo: Size,
    frame: Size,
    focus: Point,
    keep: Box | None = None,
    strength: MovementStrength = MovementStrength.NORMAL,
) -> CameraPath:
    """Lay a move over a photograph; `focus` is the subject's centre in parts of its size.

    The frame is always full, and the subject's centre never leaves it, nor does `keep`, a box in pixels.
    Where that is larger than the frame, its middle is what stays.
    """
    subject = (focus[0] * photo[0], focus[1] * photo[1])
    scale = min(photo[0] / frame[0], photo[1] / frame[1])
    widest = Crop(0, 0, frame[0] * scale, frame[1] * scale).toward(subject, photo)
    stage = _Stage(photo, subject, keep, strength)
    widest = stage.held(widest)
    if move is Move.HOLD:
        return CameraPath(widest, widest)
    if move in (Move.DRIFT_LEFT, Move.DRIFT_RIGHT, Move.RISE):
        drift = stage.drift(move, widest)
        if drift is not None:
            return drift
    push = CameraPath(
        widest, stage.held(widest.zoomed(stage.zoom(widest, zoom_of(strength))).toward(subject, photo))
    )
    return CameraPath(push.end, push.start) if move is Move.PULL_BACK else push


def pass_over(move: Move, photo: Size, frame: Size, boxes: Sequence[Box]) -> CameraPath:
    """From the first of several boxes to the last, along the photograph's longer way, as near as the frame's
    shape allows."""
    scale = min(photo[0] / frame[0], photo[1] / frame[1])
    widest = Crop(photo[0] / 2, photo[1] / 2, frame[0] * scale, frame[1] * scale)
    is_upright = photo[0] / frame[0] < photo[1] / frame[1]
    ordered = sorted(boxes, key=lambda box: box.centre[is_upright])
    first, last = (widest.toward(box.centre, photo).around(box, photo) for box in (ordered[0], ordered[-1]))
    backwards = move is (Move.RISE if is_upright else Move.DRIFT_LEFT)
    return CameraPath(last, first) if backwards else CameraPath(first, last)


@dataclass(frozen=True)
class _Stage:
    """What a move has to respect."""

    photo: Size
    subject: Point
    keep: Box | None
    strength: MovementStrength

    def held(self, crop: Crop) -> Crop:
        return crop.around(self.keep, self.photo) if self.keep else crop

    def zoom(self, widest: Crop, wanted: float) -> float:
        return max(1.0, min(wanted, widest.room_for(self.keep))) if self.keep else wanted

    def drift(self, move: Move, widest: Crop) -> CameraPath | None:
        """A steady pan around the subject, or nothing if it stands too near to the photograph's edge."""
        upward = move is Move.RISE
        travel = _TRAVEL * self.strength.factor
        length = widest.height if upward else widest.width
        slack = self.photo[1] - widest.height if upward else self.photo[0] - widest.width
        crop = widest
        if slack < travel * length:
            room = self.zoom(widest, 1 + (_ROOM - 1) * self.strength.factor)
            crop = self.held(widest.zoomed(room).toward(self.subject, self.photo))
        if upward:
            low, high = self._pan(crop.y, crop.height, 1)
            near, far = replace(crop, y=low), replace(crop, y=high)
        else:
            low, high = self._pan(crop.x, crop.width, 0)
            near, far = replace(crop, x=low), replace(crop, x=high)
        if high - low < _LEAST_TRAVEL * min(1.0, self.strength.factor) * (
            crop.height if upward else crop.width
        ):
            return None
        return CameraPath(near, far) if move is Move.DRIFT_RIGHT else CameraPath(far, near)

    def _pan(self, centre: float, length: float, axis: int) -> tuple[float, float]:
        """How far a crop may move along one side: in the photograph, around the subject, not too fast."""
        photo, subject, travel = self.photo[axis], self.subject[axis], _TRAVEL * self.strength.factor
        reach = max(0.0, length * (0.5 - _MARGIN))
        lowest = max(length / 2, subject - reach, centre - length * travel)
        highest = min(photo - length / 2, subject + reach, centre + length * travel)
        if self.keep:
            start, end = _sides(self.keep)[axis]
            lowest, highest = max(lowest, end - length / 2), min(highest, start + length / 2)
        middle = min(max(centre, lowest + length * travel / 2), highest - length * travel / 2)
        return max(lowest, middle - length * travel / 2), min(highest, middle + length * travel / 2)


def _sides(box: Box) -> tuple[Point, Point]:
    return (box.left, box.right), (box.top, box.bottom)
