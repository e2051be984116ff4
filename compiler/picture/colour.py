"""Colour spaces: what a video's colour tags mean, with what is usual where they are missing.

FFmpeg is loaded with the first frame: photographs, of which most need no FFmpeg, use these names too.
"""

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

_MATRICES = {
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020nc",
    10: "bt2020nc",
}
WIDE_PRIMARIES = {9: "bt2020", 11: "smpte431", 12: "smpte432"}
HIGH_DYNAMIC_RANGE = {16: "smpte2084", 18: "arib-std-b67"}
_USUAL_BRIGHTEST, _LEAST_BRIGHTEST, _MOST_BRIGHTEST = 1000.0, 400.0, 10000.0
_MASTERING = struct.Struct("72x2i4xi")  # FFmpeg's AVMasteringDisplayMetadata: the greatest luminance, if any
_AS_THEY_ARE = (
    ":in_primaries=bt709:in_transfer=bt709:out_primaries=bt709:out_transfer=bt709:intent=perceptual"
)


@dataclass(frozen=True)
class Colour:
    """By the names that FFmpeg's scale filter has for them; `brightest` in candela per square metre."""

    matrix: str
    full_range: bool
    primaries: str
    transfer: str
    brightest: float = _USUAL_BRIGHTEST

    @classmethod
    def of(cls, frame: "VideoFrame") -> "Colour":
        """Read the tags of a frame. Untagged small pictures are BT.601, larger ones BT.709."""
        from compiler.codec.profile import FULL_RANGE

        matrix = _MATRICES.get(frame.colorspace)
        if matrix is None:
            matrix = "bt709" if min(frame.width, frame.height) >= 600 else "smpte170m"
        transfer = HIGH_DYNAMIC_RANGE.get(frame.color_trc, "bt709")
        # The standard-range curves and the primaries of BT.601 and BT.709 are close enough that
        # every player takes them for equal; converting them would only lose precision.
        return cls(
            matrix=matrix,
            full_range=frame.color_range == FULL_RANGE or frame.format.name.startswith("yuvj"),
            primaries=WIDE_PRIMARIES.get(frame.color_primaries, "bt709"),
            transfer=transfer,
            brightest=_brightest(frame) if transfer == "smpte2084" else _USUAL_BRIGHTEST,
        )

    @property
    def is_wide(self) -> bool:
        """Whether it has colours or brightness that BT.709 has not."""
        return (self.primaries, self.transfer) != ("bt709", "bt709")

    @property
    def to_bt709(self) -> str:
        """Options with which the scale filter makes BT.709 in limited range of it, if it is not wide."""
        return f"{self._incoming}{_AS_THEY_ARE}:out_color_matrix=bt709:out_range=tv:out_chroma_loc=left"

    @property
    def to_rgb(self) -> str:
        """Options with which the scale filter makes red, green and blue of it, otherwise unchanged."""
        return f"{self._incoming}{_AS_THEY_ARE}:out_range=pc"

    @property
    def _incoming(self) -> str:
        return f":in_color_matrix={self.matrix}:in_range={'pc' if self.full_range else 'tv'}"


RGB_TO_BT709 = f":in_range=pc{_AS_THEY_ARE}:out_color_matrix=bt709:out_range=tv:out_chroma_loc=left"


def _brightest(frame: "VideoFrame") -> float:
    """The brightest light of the screen on which a video was made, where it says so."""
    from compiler.media.side_data import side_data_of

    said = side_data_of(frame, "MASTERING_DISPLAY_METADATA")
    if said is None or len(said) < _MASTERING.size:
        return _USUAL_BRIGHTEST
    over, under, known = _MASTERING.unpack_from(said)
    if not known or not under:
        return _USUAL_BRIGHTEST
    return float(min(max(over / under, _LEAST_BRIGHTEST), _MOST_BRIGHTEST))
