"""Queries of framing: where a photo lies in its film's frame, and what its owner chose."""

from dataclasses import dataclass, field

from compiler.camera.framing import FramingManner, frame_photo
from compiler.subject import FramingMode, MovementStrength, PhotoSubject
from echoes.catalogue.aspects import size_of
from echoes.models import Aspect, Photo

NOTES = {
    FramingManner.FILL: "The photo fills the frame.",
    FramingManner.WHOLE: "The whole photo is shown, over a blurred copy of itself.",
    FramingManner.FACES: "The camera goes from face to face, because they do not all fit.",
}
PLACE = ("left", "top", "width", "height", "clipPath")
"""The properties of `FramedPhoto.place`."""


@dataclass(frozen=True)
class FramedPhoto:
    """`place` is CSS: where the photo lies in the frame before the camera moves. `note` says it in words."""

    place: dict[str, str] = field(default_factory=dict)
    is_whole: bool = False
    note: str = ""
    mode: str = "auto"
    movement: str = "normal"
    has_focus: bool = False
    focus_x: float = 0.5
    focus_y: float = 0.5
    ratio: str = "3 / 2"
    """Of the photo itself."""


def framed(photo: Photo, aspect: Aspect) -> FramedPhoto:
    """By the same decision as its clip will be made. Until faces were looked for, its shape alone decides."""
    subject = PhotoSubject.from_json(photo.subject) if photo.subject else PhotoSubject()
    choice = photo.framing
    framing = frame_photo((photo.width, photo.height), size_of(aspect), subject, choice)
    seen, picture = framing.at_rest, framing.picture
    cut = (picture.top, 1 - picture.right, 1 - picture.bottom, picture.left)
    x, y = choice.focus or subject.focus
    return FramedPhoto(
        place={
            "left": _percent(seen.left),
            "top": _percent(seen.top),
            "width": _percent(seen.width),
            "height": _percent(seen.height),
            "clipPath": f"inset({' '.join(map(_percent, cut))})",
        },
        is_whole=framing.manner is FramingManner.WHOLE,
        note=NOTES[framing.manner],
        mode=choice.mode.value,
        movement=choice.strength.value,
        has_focus=choice.focus is not None,
        focus_x=x,
        focus_y=y,
        ratio=f"{photo.width} / {photo.height}",
    )


MODES = (
    (FramingMode.AUTO, "As it fits"),
    (FramingMode.FILL, "Fill the frame"),
    (FramingMode.WHOLE, "The whole photo"),
)
STRENGTHS = (
    (MovementStrength.GENTLE, "Gentle"),
    (MovementStrength.NORMAL, "Normal"),
    (MovementStrength.STRONG, "Strong"),
)


def _percent(part: float) -> str:
    return f"{100 * part:.2f}%"
