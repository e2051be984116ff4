"""Versions of the stored timeline, and the upgrade from each to the next.

Films keep their timelines for ever, so every version that was ever stored is read. To change the form of a
timeline: raise VERSION, write the upgrade from the version before, and keep a sample of the new one
(tests/compiler/timeline/samples).
"""

from collections.abc import Callable, Mapping
from typing import Any

from compiler.errors import BadRequest

VERSION = 4

Stored = Mapping[str, Any]


def upgraded(value: Any) -> Any:
    """The timeline's JSON in today's form. What is no JSON object is left to whoever reads it.

    Raises BadRequest for a version that is none, or that only a newer compiler knows.
    """
    if not isinstance(value, Mapping):
        return value
    for version in range(version_of(value), VERSION):
        value = UPGRADES[version](value)
    return value


def version_of(value: Stored) -> int:
    """Without a number it is the first: the first version had none."""
    version = value.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadRequest(f"version must be a whole number from 1 to {VERSION}.")
    if is_newer(value):
        raise BadRequest(
            f"This timeline was written by a newer version of the compiler ({version}); this one reads up to"
            f" {VERSION}."
        )
    return version


def is_newer(value: Stored) -> bool:
    """Whether only a compiler of a later release reads it, as there may be while an upgrade is under way."""
    version = value.get("version")
    return isinstance(version, int) and version > VERSION


def _upgrade_1_to_2(value: Stored) -> Stored:
    """The second version is the first one with its number; all else is the same."""
    return {**value, "version": 2}


def _upgrade_2_to_3(value: Stored) -> Stored:
    """The third version may fade in and out, has a title style, and its cards have a second line: fields that
    may all be left out."""
    return {**value, "version": 3}


def _upgrade_3_to_4(value: Stored) -> Stored:
    """The fourth version may have further tracks of music: a field that may be left out."""
    return {**value, "version": 4}


UPGRADES: dict[int, Callable[[Stored], Stored]] = {1: _upgrade_1_to_2, 2: _upgrade_2_to_3, 3: _upgrade_3_to_4}
"""By the version that they begin with."""
