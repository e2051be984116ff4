"""Side data of frames (turns, light of screens), read also beside kinds that the library does not know."""

from typing import Any

from av.sidedata.sidedata import SideData, Type
from av.video.frame import VideoFrame


def _unknown(kind: Any, value: object) -> Any:
    """A member for a kind that FFmpeg has and PyAV has no name for, such as the views of spatial videos:
    without it, none of a frame's side data can be read (ValueError: 29 is not a valid Type)."""
    member: Any = object.__new__(kind)
    member._name_, member._value_ = f"UNKNOWN_{value}", value
    return member


Type._missing_ = classmethod(_unknown)  # type: ignore[assignment, method-assign]


def side_data_of(frame: VideoFrame, kind: str) -> bytes | None:
    """The bytes of one kind of side data; None if the frame has none of it."""
    found = frame.side_data.get(kind)
    return bytes(found) if isinstance(found, SideData) else None
