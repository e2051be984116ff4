"""Crop, scale, rotate and convert frames into the frame of a clip, by FFmpeg's filters."""

from contextlib import ExitStack
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from threading import local

from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame

from compiler.codec.profile import FRAMES_PER_SECOND, Size
from compiler.media.orientation import Orientation
from compiler.picture.colour import RGB_TO_BT709, Colour
from compiler.picture.tone_mapping import lut_file

Filters = list[tuple[str, str | None]]

_SCALING = "flags=lanczos+accurate_rnd+full_chroma_int"
_SAME_SHAPE = 0.01  # a difference in shape below this is cropped away rather than framed
_BLUR_REDUCTION = 8  # the blurred copy is made this much smaller, which makes it cheap


class Fit(StrEnum):
    """What to do where a video has another shape than the clip."""

    FILL = "fill"
    BLUR = "blur"
    COLOR = "color"


_of_this_thread = local()
_MOST_KEPT = 4


def fitted(frame: VideoFrame, size: Size, fit: Fit, background: str) -> VideoFrame:
    """A frame of a clip at another size. Each thread keeps its chains of filters: they are dear to make, and
    tied into knots that only the collector of garbage undoes."""
    kept: dict[object, Framing] = _of_this_thread.__dict__.setdefault("framings", {})
    kind = (_kind(frame), size, fit, background)
    framing = kept.pop(kind, None) or Framing(frame, None, size, fit, background)
    fitted = framing.apply(frame)
    kept[kind] = framing  # behind the others, and only if it left nothing in the chain
    if len(kept) > _MOST_KEPT:
        del kept[next(iter(kept))]
    return fitted


class Framing:
    """A chain of filters for frames of one kind; each frame pushed in gives one of the clip's frames."""

    def __init__(
        self, frame: VideoFrame, pixel_shape: Fraction | None, size: Size, fit: Fit, background: str
    ) -> None:
        self._kind = _kind(frame)
        self._graph = Graph()
        self._size = size
        self._colour = colour = Colour.of(frame)
        with ExitStack() as stack:
            self._table: Path | None = None
            if colour.is_wide:
                table = lut_file(colour.primaries, colour.transfer, colour.brightest)
                self._table = stack.enter_context(table)
            self._connect(frame, pixel_shape, fit, background)

    def _connect(self, frame: VideoFrame, pixel_shape: Fraction | None, fit: Fit, background: str) -> None:
        size, orientation = self._size, Orientation.of(frame)
        seen = orientation.seen_size(frame.width, frame.height, pixel_shape)
        turned = (frame.height, frame.width) if orientation.degrees % 180 else (frame.width, frame.height)
        source = self._graph.add_buffer(
            width=frame.width,
            height=frame.height,
            format=frame.format,
            time_base=Fraction(1, FRAMES_PER_SECOND),
        )
        upright = self._chain(source, orientation.filters)
        if fit is Fit.FILL or abs(seen[0] / seen[1] * size[1] / size[0] - 1) < _SAME_SHAPE:
            fitted = self._filled(upright, seen, turned, size)
        elif fit is Fit.BLUR:
            fitted = self._over_blur(upright, seen, turned)
        else:
            fitted = self._on_colour(upright, seen, background)
        self._chain(fitted, [("setsar", "1"), ("format", "yuv420p"), ("buffersink", None)])
        self._graph.configure()

    def takes(self, frame: VideoFrame) -> bool:
        """Whether a frame is like the one that this was made for."""
        return _kind(frame) == self._kind

    def apply(self, frame: VideoFrame) -> VideoFrame:
        frame.pts, frame.time_base = None, Fraction(1, FRAMES_PER_SECOND)
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _chain(self, first: FilterContext, filters: Filters, output: int = 0) -> FilterContext:
        """Each filter behind the one before; `output` is the one of `first` that leads on."""
        for name, arguments in filters:
            table = {"file": str(self._table)} if name == "lut3d" else {}  # by itself, for no path is quoted
            following = self._graph.add(name, arguments, **table)
            first.link_to(following, output)
            first, output = following, 0
        return first

    def _filled(self, source: FilterContext, seen: Size, stored: Size, size: Size) -> FilterContext:
        """Cut the middle out in the clip's shape, and scale that."""
        scale = min(seen[0] / size[0], seen[1] / size[1])
        width = min(stored[0], max(1, round(size[0] * scale * stored[0] / seen[0])))
        height = min(stored[1], max(1, round(size[1] * scale * stored[1] / seen[1])))
        exact = int(min(width, height) < 8)  # else cut at even places, where luma and chroma meet
        crop = f"{width}:{height}:exact={exact}"
        return self._chain(source, [("crop", crop), *self._scaled_to(size)])

    def _over_blur(self, source: FilterContext, seen: Size, stored: Size) -> FilterContext:
        width, height = self._size
        split = self._graph.add("split", "2")
        source.link_to(split)
        small = (width // _BLUR_REDUCTION // 2 * 2, height // _BLUR_REDUCTION // 2 * 2)
        back = self._filled(split, seen, stored, small)
        back = self._chain(
            back,
            [
                ("gblur", "sigma=4"),
                ("scale", f"{self._size[0]}:{self._size[1]}:flags=bicubic"),
            ],
        )
        front = self._chain(split, self._scaled_to(_inside(seen, self._size)), output=1)
        overlay = self._graph.add("overlay", "(W-w)/2:(H-h)/2:format=yuv420")
        back.link_to(overlay)
        front.link_to(overlay, 0, 1)
        return overlay

    def _on_colour(self, source: FilterContext, seen: Size, background: str) -> FilterContext:
        pad = f"{self._size[0]}:{self._size[1]}:-1:-1:color={background}"
        inside = self._scaled_to(_inside(seen, self._size))
        return self._chain(source, [*inside, ("pad", pad)])

    def _scaled_to(self, size: Size) -> Filters:
        """To a size, and to the clip's colours."""
        scaled = f"w={size[0]}:h={size[1]}:{_SCALING}"
        if self._table is None:
            return [("scale", scaled + self._colour.to_bt709), ("format", "yuv420p")]
        return [
            ("scale", scaled + self._colour.to_rgb),
            ("format", "gbrp12"),
            ("lut3d", None),
            ("scale", _SCALING + RGB_TO_BT709),
            ("format", "yuv420p"),
        ]


def _kind(frame: VideoFrame) -> tuple[object, ...]:
    """Asked of every frame, and so without its side data: to look at them ties a frame into a knot with
    itself, which stays in memory until the collector of garbage comes by."""
    tags = (frame.colorspace, frame.color_range, frame.color_primaries, frame.color_trc)
    return frame.width, frame.height, frame.format.name, frame.rotation, tags


def _inside(seen: Size, size: Size) -> Size:
    """The largest even size of the seen shape within the clip's, placed at even offsets."""
    scale = min(size[0] / seen[0], size[1] / seen[1])
    width, height = (
        max(4, whole - 4 * round((whole - part * scale) / 4)) for part, whole in zip(seen, size, strict=True)
    )
    return width, height
