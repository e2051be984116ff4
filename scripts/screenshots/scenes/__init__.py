"""The scenes that are pictured, a module for each part of the app."""

from collections.abc import Iterator

from scripts.screenshots.rows import Demo
from scripts.screenshots.scenes import account, film, operator, project, public, setup, shared, trouble
from scripts.screenshots.scenes.scene import Scene

__all__ = ["Scene", "scenes"]


def scenes(demo: Demo) -> Iterator[Scene]:
    for part in (public, project, film, shared, account, operator, setup, trouble):
        yield from part.scenes(demo)
