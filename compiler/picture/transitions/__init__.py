"""How one shot becomes the next: one module a kind, each with one function

    blend(before: Picture, after: Picture, progress: float) -> Picture

where progress runs from just above 0 to just below 1. To add one, write the module and name it in
`compiler.timeline.model.TRANSITION_KINDS`; the app and its player need it too, see
docs/how-to/add-a-transition.md.
"""

from collections.abc import Callable
from importlib import import_module

from compiler.picture.planes import PlanarFrame

Blend = Callable[[PlanarFrame, PlanarFrame, float], PlanarFrame]


def blend_of(kind: str) -> Blend:
    blend: Blend = import_module(f"compiler.picture.transitions.{kind}").blend
    return blend


def progress_at(offset: int, total: int) -> float:
    """Equal steps, the first one away from the old shot and the last one on to the new."""
    return (offset + 1) / (total + 1)
