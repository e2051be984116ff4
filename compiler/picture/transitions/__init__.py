"""How one shot becomes the next: one module a kind, each with one function

    blend(before: Picture, after: Picture, progress: float) -> Picture

where progress runs from just above 0 to just below 1. To add one, write the module and name it in
`compiler.timeline.model.TRANSITION_KINDS`; the app and its player need it too, see
docs/how-to/add-a-transition.md.
"""

from collections.abc import Callable
from importlib import import_module

from av.video.frame import VideoFrame

from compiler.codec.profile import Size
from compiler.picture.dissolving import Dissolver
from compiler.picture.planes import PlanarFrame, from_frame, to_frame

Blend = Callable[[PlanarFrame, PlanarFrame, float], PlanarFrame]
FrameBlend = Callable[[VideoFrame, VideoFrame, float], VideoFrame]


def blend_of(kind: str) -> Blend:
    blend: Blend = import_module(f"compiler.picture.transitions.{kind}").blend
    return blend


def frame_blend_of(kind: str, size: Size) -> FrameBlend:
    """The same for frames as they are decoded. The usual one of all is made without a copy of them."""
    if kind == "crossfade":
        return Dissolver(size)
    blend = blend_of(kind)
    return lambda before, after, progress: to_frame(blend(from_frame(before), from_frame(after), progress))


def progress_at(offset: int, total: int) -> float:
    """Equal steps, the first one away from the old shot and the last one on to the new."""
    return (offset + 1) / (total + 1)
