"""IDR picture ids: keyframes in a row get different ones, and show the same picture as before."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import pytest
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext

from compiler.codec.encoder import open_encoder
from compiler.codec.profile import SIZES, Effort, ParameterSets, Size, expected_parameter_sets
from compiler.container.access_units import idr_pic_id, with_idr_pic_id
from compiler.container.mp4_reader import SampleTable, read_sample_table
from compiler.errors import WrongProfile
from compiler.picture.planes import PlanarFrame, from_frame, prepare
from compiler.rendering.film import render
from compiler.rendering.segments import with_lengths
from compiler.timeline.model import Shot, Timeline, Transition
from tests.compiler.conftest import write_clip
from tests.compiler.films import STRICT, decoded, same
from tests.support.media.samples import frame_of, textured

pytestmark = pytest.mark.slow


def coded(size: Size, effort: Effort, seed: int = 1) -> bytes:
    encoder = open_encoder(size, effort)
    packets = [*encoder.encode(prepare(frame_of(textured(*size, seed)), 0, key=True)), *encoder.encode(None)]
    return with_lengths(b"".join(bytes(packet) for packet in packets))


def shown(sample: bytes, size: Size) -> PlanarFrame:
    decoder = av.CodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    encoder = open_encoder(size, Effort.FAST)
    decoder.extradata, decoder.options = encoder.extradata, STRICT
    start_codes, place = b"", 0
    while place < len(sample):
        end = place + 4 + int.from_bytes(sample[place : place + 4])
        start_codes += b"\0\0\0\1" + sample[place + 4 : end]
        place = end
    (frame,) = [*decoder.decode(Packet(start_codes)), *decoder.decode(None)]
    return PlanarFrame(*(plane.copy() for plane in from_frame(frame)))


@pytest.mark.parametrize("size", [SIZES[0], SIZES[1]])
@pytest.mark.parametrize("effort", Effort)
def test_a_renumbered_keyframe_shows_the_same_picture(size: Size, effort: Effort) -> None:
    sets = expected_parameter_sets(size)
    original = coded(size, effort)
    picture = shown(original, size)
    assert idr_pic_id(original, sets) == 0
    for number in (1, 2, 300, 65535):
        changed = with_idr_pic_id(original, sets, number)
        assert idr_pic_id(changed, sets) == number
        assert same(shown(changed, size), picture)
        assert with_idr_pic_id(changed, sets, 0) == original


def test_what_is_no_keyframe_has_no_number() -> None:
    with pytest.raises(WrongProfile):
        idr_pic_id(b"\0\0\0\2\x41\x9a", expected_parameter_sets(SIZES[0]))
    with pytest.raises(WrongProfile):
        idr_pic_id(b"\0\0\0\2\x65\x88", ParameterSets(b"\x67" + bytes(20), b""))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its last keyframe is its last frame."""
    return write_clip(tmp_path_factory.mktemp("clips") / "25.mp4", 4, 25)


def numbers(table: SampleTable) -> list[int | None]:
    sets, content = expected_parameter_sets(table.size), table.path.read_bytes()
    return [
        idr_pic_id(content[offset : offset + size], sets) if sample in table.keyframes else None
        for sample, (offset, size) in enumerate(zip(table.offsets, table.sizes, strict=True))
    ]


@pytest.mark.parametrize(
    "timeline",
    [
        lambda clip: Timeline((Shot(clip), Shot(clip), Shot(clip))),
        lambda clip: Timeline((Shot(clip), Shot(clip), Shot(clip)), (Transition("crossfade", 12),)),
        lambda clip: Timeline(tuple(Shot(clip, start=start) for start in range(20))),
        lambda clip: Timeline(tuple(Shot(clip, end=end) for end in range(1, 25))),
    ],
)
def test_no_two_keyframes_in_a_row_have_the_same_number(
    timeline: Callable[[str], Timeline], clip: Path, tmp_path: Path
) -> None:
    film = timeline(str(clip))
    rendered = render(film, tmp_path / "film.mp4")
    assert len(decoded(tmp_path / "film.mp4")) == rendered.frames
    found = numbers(read_sample_table(tmp_path / "film.mp4"))
    assert all(one != other for one, other in pairwise(found) if one is not None)


def test_a_renumbered_copy_is_the_same_picture(clip: Path, tmp_path: Path) -> None:
    render(Timeline((Shot(str(clip)), Shot(str(clip)))), tmp_path / "film.mp4")
    frames, source = decoded(tmp_path / "film.mp4"), decoded(clip)
    assert all(same(frame, source[number % 25]) for number, frame in enumerate(frames))
