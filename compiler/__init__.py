"""The video compiler: photographs, clips and music become video files. Knows no users, databases or web.

The heavy parts (codecs, arrays) are loaded when first used: computing a timeline needs none of them. No
module is called like a function of this surface, because importing it would hide the function.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from compiler.errors import CompilerError
from compiler.subject import FramingChoice, FramingMode, MovementStrength
from compiler.timeline.model import (
    FRAME_RATE,
    TRANSITION_KINDS,
    Card,
    Shot,
    Soundtrack,
    Timeline,
    Titles,
    Track,
    Transition,
)

if TYPE_CHECKING:
    from compiler.audio.beats import find_beats as find_beats
    from compiler.clips.animate import animate_photo as animate_photo
    from compiler.clips.conform import conform_clip as conform_clip
    from compiler.clips.poster import save_poster as save_poster
    from compiler.clips.preview import save_preview as save_preview
    from compiler.media.probing import probe as probe
    from compiler.rendering.film import prepare_segments as prepare_segments
    from compiler.rendering.film import render as render

_LAZY = {
    "animate_photo": "compiler.clips.animate",
    "conform_clip": "compiler.clips.conform",
    "find_beats": "compiler.audio.beats",
    "prepare_segments": "compiler.rendering.film",
    "probe": "compiler.media.probing",
    "render": "compiler.rendering.film",
    "save_poster": "compiler.clips.poster",
    "save_preview": "compiler.clips.preview",
}

__all__ = [
    "FRAME_RATE",
    "TRANSITION_KINDS",
    "Card",
    "CompilerError",
    "FramingChoice",
    "FramingMode",
    "MovementStrength",
    "Shot",
    "Soundtrack",
    "Timeline",
    "Titles",
    "Track",
    "Transition",
    "animate_photo",
    "conform_clip",
    "find_beats",
    "prepare_segments",
    "probe",
    "render",
    "save_poster",
    "save_preview",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
