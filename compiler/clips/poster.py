"""Poster frame of a clip or a film."""

import io
from pathlib import Path

from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from PIL import Image

from compiler.codec.encoder import atomic_output
from compiler.errors import NotAVideo
from compiler.media.opening import open_media, video_of
from compiler.results import Poster

_QUALITY = 85
SMALL_SIDE, _SMALL_QUALITY = 720, 74
"""Of the small poster: as wide as a card on a phone of two pixels a point."""


def save_poster(
    source: Path | str, output: Path | str, at: float = 0.0, small: Path | str | None = None
) -> Poster:
    """Write the frame that is seen `at` seconds as a JPEG; the last frame if the video ends earlier."""
    frame = _frame_at(Path(source), at)
    pixels = frame.reformat(format="rgb24", interpolation=Interpolation.LANCZOS).to_ndarray()
    picture = Image.fromarray(pixels)
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    output = Path(output)
    with atomic_output(output) as part:
        part.write_bytes(encoded.getbuffer())
    if small is not None:
        save_small(picture, Path(small))
    return Poster(output, picture.size, frame.time or 0.0, encoded.tell())


def save_small(picture: Image.Image, output: Path, side: int = SMALL_SIDE) -> None:
    """Write a rendition of at most `side` pixels a side as WebP, a tenth of the poster's weight."""
    shown = picture.convert("RGB")
    shown.thumbnail((side, side), Image.Resampling.LANCZOS)
    with atomic_output(output) as part:
        shown.save(part, "WEBP", quality=_SMALL_QUALITY, method=4)


def _frame_at(source: Path, at: float) -> VideoFrame:
    with open_media(source, NotAVideo) as media:
        stream = video_of(media)
        if stream is None or stream.time_base is None:
            raise NotAVideo("There is no video in this file.")
        media.seek(int(at / stream.time_base), stream=stream)
        seen: VideoFrame | None = None
        for frame in media.decode(stream):
            if seen is not None and frame.time is not None and frame.time > at + 1e-6:
                break
            seen = frame
        if seen is None:
            raise NotAVideo("There is nothing to see in this file.")
        return seen
