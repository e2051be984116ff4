"""What a video's colour tags mean, with what is usual where they are missing."""

from dataclasses import dataclass

from av.video.frame import VideoFrame

_FULL_RANGE = 2
_MATRICES = {
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020nc",
    10: "bt2020nc",
}
_WIDE_PRIMARIES = {9: "bt2020", 11: "smpte431", 12: "smpte432"}
_HIGH_DYNAMIC_RANGE = {16: "smpte2084", 18: "arib-std-b67"}


@dataclass(frozen=True)
class Colour:
    """By the names that FFmpeg's scale filter has for them."""

    matrix: str
    full_range: bool
    primaries: str
    transfer: str

    @classmethod
    def of(cls, frame: VideoFrame) -> "Colour":
        """Read the tags of a frame. Untagged small pictures are BT.601, larger ones BT.709."""
        matrix = _MATRICES.get(frame.colorspace)
        if matrix is None:
            matrix = "bt709" if min(frame.width, frame.height) >= 600 else "smpte170m"
        # The standard-range curves and the primaries of BT.601 and BT.709 are close enough that
        # every player takes them for equal; converting them would only lose precision.
        return cls(
            matrix=matrix,
            full_range=frame.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj"),
            primaries=_WIDE_PRIMARIES.get(frame.color_primaries, "bt709"),
            transfer=_HIGH_DYNAMIC_RANGE.get(frame.color_trc, "bt709"),
        )

    @property
    def scale_options(self) -> str:
        """Options with which the scale filter makes BT.709 in limited range of it, tone-mapped."""
        return (
            f"in_color_matrix={self.matrix}:in_range={'pc' if self.full_range else 'tv'}"
            f":in_primaries={self.primaries}:in_transfer={self.transfer}"
            ":out_color_matrix=bt709:out_range=tv:out_primaries=bt709:out_transfer=bt709:intent=perceptual"
        )
