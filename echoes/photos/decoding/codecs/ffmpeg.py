"""FFmpeg still image decoding: with all bits, and scaled before it becomes red, green and blue."""

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from echoes.photos.decoding.scaling import Size

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    from compiler.picture.colour import Colour

_EXACT = "flags=lanczos+accurate_rnd+full_chroma_int+full_chroma_inp"


def decoded_frame(path: Path, options: dict[str, str] | None = None) -> "VideoFrame":
    """The first picture of a file. Raises what FFmpeg raises, or ValueError for none."""
    import av

    with av.open(path, options={"protocol_whitelist": "file"} | (options or {})) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1  # Each thread would hold frames of its own.
        for frame in container.decode(stream):
            return frame
    raise ValueError("a file without a picture")


def frame_of(image: Image.Image) -> "VideoFrame":
    from av.video.frame import VideoFrame

    frame: VideoFrame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
    return frame


def scaled_frame(frame: "VideoFrame", target: Size) -> Image.Image:
    """In the frame's own colours; transparent where it is."""
    transparent = frame.format.name in ("yuva420p", "argb", "bgra", "rgba", "rgba64be")
    return _through(frame, [_scale(frame, target), ("format", "rgba" if transparent else "rgb24")])


def tone_mapped(frame: "VideoFrame", colour: "Colour", target: Size) -> Image.Image:
    """In sRGB, as ordinary screens show bright and wide pictures: by the table that videos are shown by."""
    from compiler.picture.tone_mapping import lut_file

    with lut_file(colour.primaries, colour.transfer, colour.brightest) as table:
        steps = [_scale(frame, target), ("format", "gbrp12"), ("lut3d", str(table)), ("format", "rgb24")]
        return _through(frame, steps)


def _scale(frame: "VideoFrame", target: Size) -> tuple[str, str]:
    from compiler.picture.colour import Colour

    scaled = f"w={target[0]}:h={target[1]}:{_EXACT}:out_range=pc"
    if frame.format.is_rgb:
        return "scale", scaled + ":in_range=pc"
    colour = Colour.of(frame)
    return "scale", f"{scaled}:in_color_matrix={colour.matrix}:in_range={'pc' if colour.full_range else 'tv'}"


def _through(frame: "VideoFrame", steps: list[tuple[str, str]]) -> Image.Image:
    from av.filter import Graph

    graph = Graph()
    last = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    for name, arguments in steps:
        # By itself, for no path is quoted.
        step = graph.add(name, file=arguments) if name == "lut3d" else graph.add(name, arguments)
        last.link_to(step)
        last = step
    last.link_to(graph.add("buffersink"))
    graph.configure()
    frame.pts, frame.time_base = None, Fraction(1, 25)
    graph.vpush(frame)
    picture: Image.Image = graph.vpull().to_image()  # type: ignore[no-untyped-call]
    return picture
