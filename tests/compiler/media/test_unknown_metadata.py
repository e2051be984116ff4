"""Unknown side data and metadata of media files: the files are read all the same."""

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.bitstream import BitStreamFilterContext
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame
from PIL import Image

from compiler.clips.conform import conform_clip
from compiler.clips.poster import save_poster
from compiler.codec.verification import verify_clip
from compiler.media.orientation import Orientation
from compiler.media.probing import probe
from tests.support.media.samples import frame_of, still, textured, write_video

pytestmark = pytest.mark.slow

SIZE = (1280, 720)
CODE_POINTS = (0, 2, 3, 8, 11, 14, 15, 17, 22, 255)
"""Of the tables for colours: identity, reserved and rare ones, and some that do not exist yet."""
PIXELS = (
    ("yuvj444p", "mjpeg"),
    ("gray", "libx264"),
    ("rgb24", "libx264rgb"),
    ("yuv422p10le", "libx264"),
    ("yuva444p10le", "prores_ks"),
)


def photo_with_exif(picture: Image.Image) -> bytes:
    """A JPEG whose EXIF becomes side data of a kind that came after those which the library has names for."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x010F] = "Made up"
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def with_exif(path: Path) -> Path:
    packets = [photo_with_exif(textured(160, 120, seed)) for seed in range(6)]
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mjpeg", rate=24)
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuvj420p"
        for number, data in enumerate(packets):
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, Fraction(1, 24)
            packet.pts = packet.dts = number
            container.mux(packet)
    return path


def retagged(source: Path, path: Path, primaries: int, transfer: int, matrix: int) -> Path:
    tags = f"colour_primaries={primaries}:transfer_characteristics={transfer}:matrix_coefficients={matrix}"
    with av.open(str(source)) as read, av.open(str(path), "w") as written:
        stream = read.streams.video[0]
        edit = BitStreamFilterContext(f"h264_metadata={tags}", stream)
        out = written.add_stream_from_template(stream)
        for packet in read.demux(stream):
            for edited in edit.filter(packet if packet.size else None):
                edited.stream = out
                written.mux(edited)
    return path


def first_frame(path: Path) -> VideoFrame:
    with av.open(str(path)) as media:
        return next(media.decode(video=0))


def frames_read(path: Path, folder: Path) -> int:
    """Probed, conformed and proved, and shown as a still: how many frames came out."""
    assert probe(path).kind == "video"
    made = conform_clip(path, folder / "clip.mp4")
    verify_clip(made.output, SIZE, made.frames)
    save_poster(path, folder / "poster.jpg")
    return made.frames


def test_side_data_of_a_kind_without_a_name_is_passed_over(tmp_path: Path) -> None:
    path = with_exif(tmp_path / "x.mov")
    frame: Any = first_frame(path)
    kinds = [data.type for data in frame.side_data]
    assert [kind for kind in kinds if kind not in list(Type)], (
        "the library has learnt this kind: find another"
    )
    assert Orientation.of(first_frame(path)) == Orientation()
    assert frames_read(path, tmp_path) == 6


def test_a_turn_is_found_beside_it(tmp_path: Path) -> None:
    packets = with_exif(tmp_path / "x.mov")
    path = tmp_path / "turned.mov"
    with av.open(str(packets)) as read, av.open(str(path), "w") as written:
        out = written.add_stream_from_template(read.streams.video[0])
        out.set_display_rotation(90)
        for packet in read.demux(video=0):
            if packet.size:
                packet.stream = out
                written.mux(packet)
    assert probe(path).size == (120, 160)


@pytest.fixture(scope="module")
def tagless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_video(tmp_path_factory.mktemp("tags") / "x.mp4", [frame_of(textured(160, 120, 3))] * 3)


@pytest.mark.parametrize("code", CODE_POINTS)
def test_colours_by_tables_that_nobody_has_are_read(tagless: Path, tmp_path: Path, code: int) -> None:
    assert frames_read(retagged(tagless, tmp_path / "x.mp4", code, code, code), tmp_path) == 3


@pytest.mark.parametrize(("pixels", "codec"), PIXELS)
def test_pixels_of_any_make_are_read(tmp_path: Path, pixels: str, codec: str) -> None:
    frames = [still(number, pixel_format=pixels) for number in range(4)]
    assert frames_read(write_video(tmp_path / "x.mov", frames, codec=codec), tmp_path) == len(frames)


@pytest.mark.parametrize("shape", [Fraction(1, 255), Fraction(255), Fraction(4, 3)])
def test_pixels_of_any_shape_are_read(tmp_path: Path, shape: Fraction) -> None:
    def shaped(stream: Any) -> None:
        stream.codec_context.sample_aspect_ratio = shape

    assert frames_read(write_video(tmp_path / "x.mp4", [still(1)] * 4, prepare=shaped), tmp_path) == 4
