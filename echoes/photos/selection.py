"""Selection for a first cut: near-duplicates and badly blurred photos are set aside, and never deleted.

The limits were measured (tests/photos/test_selection.py): the same picture encoded anew, in half the size,
brighter, darker or a little cropped differs in up to 10 of 64 bits, two different photographs in 13 at least.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from uuid import UUID

from echoes.models import Photo
from echoes.photos.decoding.measures import distance

MOST_DIFFERENT_BITS = 10
BLURRED = 0.01
"""Sharpness of what nobody can make out. Photographs in focus have 0.15 and more."""
BESIDE_THE_OTHERS = 8
"""So many times sharper are the others: nothing is missed where everything is soft, as in old prints."""


class AsideReason(StrEnum):
    SIMILAR = "similar"
    BLURRED = "blurred"
    LEFT_OUT = "left_out"
    """By its owner."""


@dataclass(frozen=True, slots=True)
class SetAside:
    reason: AsideReason
    similar_to: UUID | None = None


def set_aside(photos: Sequence[Photo], in_use: Collection[UUID] = ()) -> dict[UUID, SetAside]:
    """By photo. `in_use` are those that have a clip: they stay, as what a person wants anyway does, beside
    the one that it looks like."""
    aside: dict[UUID, SetAside] = {}
    kept = [photo for photo in photos if photo.id in in_use and not photo.is_used_anyway]
    usual = median([photo.sharpness for photo in photos if photo.sharpness is not None] or [0.0])
    for photo in sorted(photos, key=_sharpest_first):
        if photo.id in in_use:
            continue
        if photo.is_left_out:
            aside[photo.id] = SetAside(AsideReason.LEFT_OUT)
        elif (original := _original(photo, kept)) is not None:
            aside[photo.id] = SetAside(AsideReason.SIMILAR, original.id)
        elif _is_blurred(photo, usual):
            aside[photo.id] = SetAside(AsideReason.BLURRED)
        else:
            kept.append(photo)
    return {one.id: aside[one.id] for one in photos if one.id in aside and not one.is_used_anyway}


def _sharpest_first(photo: Photo) -> tuple[float, UUID]:
    return -(photo.sharpness or 0.0), photo.id


def _original(photo: Photo, kept: Sequence[Photo]) -> Photo | None:
    mine = photo.fingerprint
    if mine is None:
        return None
    return next(
        (one for one in kept if one.fingerprint and distance(mine, one.fingerprint) <= MOST_DIFFERENT_BITS),
        None,
    )


def _is_blurred(photo: Photo, usual: float) -> bool:
    sharpness = photo.sharpness
    return sharpness is not None and sharpness < BLURRED and sharpness * BESIDE_THE_OTHERS < usual
