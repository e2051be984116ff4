"""Masks: how much of a layer each pixel takes, kept for the part of the canvas that they cover."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom, the last two excluded."""


@dataclass(frozen=True)
class Mask:
    """Values from 0 to 1, whose first one lies at `left`, `top` of the canvas; 0 everywhere else."""

    values: Floats
    left: int = 0
    top: int = 0

    @property
    def box(self) -> Box:
        height, width = self.values.shape
        return self.left, self.top, self.left + width, self.top + height

    @property
    def region(self) -> tuple[slice, slice]:
        """Of the canvas's rows and columns."""
        left, top, right, bottom = self.box
        return slice(top, bottom), slice(left, right)

    def __mul__(self, other: "Mask | Floats | float") -> "Mask":
        """Where both are, or thinner. An array is as large as the canvas."""
        if isinstance(other, Mask):
            return Mask(self.values * other._within(self.box), self.left, self.top)
        scale = other[self.region] if isinstance(other, np.ndarray) else other
        return Mask(np.asarray(self.values * scale, np.float32), self.left, self.top)

    def __or__(self, other: "Mask") -> "Mask":
        return self._combined(other, np.maximum)

    def __sub__(self, other: "Mask") -> "Mask":
        return self._combined(other, lambda ours, theirs: np.clip(ours - theirs, 0, 1))

    def _combined(self, other: "Mask", combine: Callable[[Floats, Floats], Floats]) -> "Mask":
        firsts = [min(ours, theirs) for ours, theirs in zip(self.box[:2], other.box[:2], strict=True)]
        lasts = [max(ours, theirs) for ours, theirs in zip(self.box[2:], other.box[2:], strict=True)]
        box = (firsts[0], firsts[1], lasts[0], lasts[1])
        return Mask(combine(self._within(box), other._within(box)), box[0], box[1])

    def _within(self, box: Box) -> Floats:
        """What of it lies in there, and 0 where it does not reach."""
        left, top, right, bottom = box
        result = np.zeros((bottom - top, right - left), np.float32)
        x1, y1 = max(left, self.left), max(top, self.top)
        x2, y2 = min(right, self.box[2]), min(bottom, self.box[3])
        if x1 < x2 and y1 < y2:
            ours = self.values[y1 - self.top : y2 - self.top, x1 - self.left : x2 - self.left]
            result[y1 - top : y2 - top, x1 - left : x2 - left] = ours
        return result
