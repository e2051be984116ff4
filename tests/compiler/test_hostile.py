"""Hostile and broken media files: a typed error or a right clip, and nothing else opened."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from compiler.clips.conform import conform_clip
from compiler.codec.verification import verify_clip
from compiler.errors import CompilerError, FileMissing, InputTooLarge
from compiler.media.probing import probe
from compiler.rendering.film import render
from compiler.timeline.model import Shot, Soundtrack, Timeline
from tests.support.media.samples import still, write_video

pytestmark = pytest.mark.slow

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"dinf", b"udta"}
SIZE = (1280, 720)
ACCEPTABLE = {"made", "not_a_video", "not_audio", "unsupported", "too_large"}


def boxes(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Begin, end and kind of every box of an MP4 file, inner ones too."""
    while start + 8 <= end:
        length, kind = int.from_bytes(content[start : start + 4]), content[start + 4 : start + 8]
        yield start, start + length, kind
        if kind in CONTAINERS:
            yield from boxes(content, start + 8, start + length)
        start += max(8, length)


def settles(path: Path) -> str:
    """Conform a file: the kind of the error, or "made" if what came out is proved. Anything else fails."""
    output = path.with_name("clip.mp4")
    try:
        made = conform_clip(path, output)
    except CompilerError as error:
        says, kind = str(error), str(error.kind)
    else:
        says, kind = "", "made"
    if kind != "made":
        assert says.endswith(".")
        assert not output.exists()
        return kind
    verify_clip(output, SIZE, made.frames)
    output.unlink()
    return "made"


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = write_video(
        tmp_path_factory.mktemp("video") / "video.mp4",
        [still(number, 64, 64) for number in range(3)],
        options={"movflags": "+faststart"},
        tone=0.125,
    )
    return path.read_bytes()


def test_a_video_cut_off_at_any_box_is_refused(video: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    cuts = {place for begin, end, _ in boxes(video, 0, len(video)) for place in (begin, begin + 8, end)}
    found = set()
    for cut in sorted(cuts - {len(video)}):
        path.write_bytes(video[:cut])
        found.add(settles(path))
    assert found <= {"not_a_video", "unsupported"}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_a_video_cut_off_within_its_frames_is_refused(video: bytes, tmp_path: Path, part: float) -> None:
    path = tmp_path / "cut.mp4"
    frames = video.index(b"mdat") + 4
    path.write_bytes(video[: frames + int((len(video) - frames) * part)])
    assert settles(path) == "not_a_video"


def test_a_box_of_a_wrong_length_is_no_way_in(video: bytes, tmp_path: Path) -> None:
    path = tmp_path / "length.mp4"
    for begin, _, _ in list(boxes(video, 0, len(video)))[::2]:
        for length in (7, 0x7FFFFFFF):
            path.write_bytes(video[:begin] + length.to_bytes(4) + video[begin + 4 :])
            assert settles(path) in ACCEPTABLE


@pytest.mark.parametrize(
    "kind", [b"mvhd", b"tkhd", b"mdhd", b"elst", b"stts", b"ctts", b"stsz", b"stco", b"avcC"]
)
def test_a_box_full_of_nonsense_is_no_way_in(video: bytes, tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "nonsense.mp4"
    place = video.index(kind) + 8
    for filling in (b"\xff" * 24, bytes(24), np.random.default_rng(3).bytes(24)):
        path.write_bytes(video[:place] + filling + video[place + 24 :])
        assert settles(path) in ACCEPTABLE


def test_a_duration_of_a_year_is_not_believed(video: bytes, tmp_path: Path) -> None:
    place = video.index(b"mvhd") + 4 + 16
    path = tmp_path / "year.mp4"
    path.write_bytes(video[:place] + (365 * 86400 * 1000).to_bytes(8)[-4:] + video[place + 4 :])
    assert probe(path).duration == pytest.approx(0.125)
    assert settles(path) == "made"


def test_a_video_without_frames_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "none.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width = stream.height = 64
        container.start_encoding()
    assert settles(path) in {"not_a_video", "too_large"}


def test_one_pixel_becomes_a_whole_frame(tmp_path: Path) -> None:
    dot = VideoFrame.from_ndarray(np.full((1, 1, 3), 255, np.uint8), "rgb24").reformat(format="yuv420p")
    for number, fit in enumerate(("fill", "blur", "color")):
        path = write_video(tmp_path / f"{number}.webm", [dot] * 2, codec="libvpx-vp9")
        clip = conform_clip(path, tmp_path / "clip.mp4", fit=fit)
        verify_clip(clip.output, SIZE, 2)
        assert (clip.size, clip.frames) == (SIZE, 2)


@pytest.mark.parametrize("fit", ["fill", "blur", "color"])
def test_a_ribbon_of_sixteen_thousand_pixels_is_taken(tmp_path: Path, fit: str) -> None:
    ribbon = VideoFrame(16000, 16, "yuvj420p")
    path = write_video(tmp_path / "ribbon.mkv", [ribbon] * 2, codec="mjpeg")
    clip = conform_clip(path, tmp_path / "clip.mp4", fit=fit)
    verify_clip(clip.output, SIZE, 2)
    assert (clip.size, clip.frames) == (SIZE, 2)


def test_a_picture_of_sixteen_thousand_pixels_each_way_is_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "vast.mkv", [VideoFrame(16000, 4000, "yuvj420p")], codec="mjpeg")
    with pytest.raises(InputTooLarge):
        conform_clip(path, tmp_path / "clip.mp4")


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """A loopback port, and who called there."""
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)

        def answer() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                callers.append(address)
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        yield server.getsockname()[1], callers
        thread.join()


PLAYLISTS = {
    "hls.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n",
    "hls.mp4": "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n",
    "concat.mp4": "ffconcat version 1.0\nfile '{address}'\n",
    "dash.mp4": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>'
    "<Representation><BaseURL>{address}</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "session.mp4": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "a=control:{address}\nm=video 9 RTP/AVP 96\n",
    "ram.mp4": "{address}\n",
    "vector.mp4": '<svg xmlns="http://www.w3.org/2000/svg"><image href="{address}"/></svg>',
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_a_list_that_points_elsewhere_is_not_followed(tmp_path: Path, video: bytes, name: str) -> None:
    (tmp_path / "other.mp4").write_bytes(video)
    with listening() as (port, callers):
        for address in (
            f"http://127.0.0.1:{port}/x.ts",
            f"tcp://127.0.0.1:{port}",
            str(tmp_path / "other.mp4"),
        ):
            path = tmp_path / name
            path.write_text(PLAYLISTS[name].format(address=address))
            assert settles(path) in {"not_a_video", "unsupported"}
    assert callers == []


@pytest.mark.parametrize(
    "content",
    [b"a plain text\n" * 99, b"", b"\0" * 4096, b"GIF89a", b"\x89PNG\r\n\x1a\n", b"RIFF\xff\xff\xff\xffAVI "],
)
def test_what_is_only_named_like_a_video_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "named.mp4"
    path.write_bytes(content)
    assert settles(path) in {"not_a_video", "unsupported"}


def test_noise_behind_a_right_beginning_is_no_way_in(video: bytes, tmp_path: Path) -> None:
    path = tmp_path / "noise.mp4"
    chance = np.random.default_rng(11)
    for _ in range(20):
        content = bytearray(video)
        for place in chance.integers(32, len(video), 12):
            content[place] = chance.integers(0, 256)
        path.write_bytes(content)
        assert settles(path) in ACCEPTABLE


def test_a_pipe_is_no_music(video: bytes, tmp_path: Path) -> None:
    """Nobody writes into it, so that whoever reads it waits for ever."""
    clip, pipe = tmp_path / "clip.mp4", tmp_path / "music.wav"
    (tmp_path / "source.mp4").write_bytes(video)
    conform_clip(tmp_path / "source.mp4", clip)
    os.mkfifo(pipe)
    for film in (
        Timeline((Shot(str(clip)),), soundtrack=Soundtrack(str(pipe), duration=5.0)),
        Timeline((Shot(str(clip), audio=str(pipe)),)),
        Timeline((Shot(str(pipe)),)),
    ):
        with pytest.raises(FileMissing):
            render(film, tmp_path / "film.mp4")
