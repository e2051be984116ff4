"""Segment cache: used only where nothing differs, and never a damaged segment."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import pytest

from compiler.codec.profile import Effort
from compiler.picture.planes import PlanarFrame, prepare, to_frame
from compiler.rendering.film import prepare_segments, render
from compiler.timeline.model import (
    FRAME_RATE,
    Shot,
    Timeline,
    Transition,
)
from tests.compiler.films import decoded, psnr

pytestmark = [pytest.mark.long, pytest.mark.slow]


def film(clips: Sequence[Path], *transitions: Transition, **others: object) -> Timeline:
    return Timeline(tuple(Shot(str(clip)) for clip in clips), transitions, **others)  # type: ignore[arg-type]


CROSSFADE = Transition("crossfade", 12)


def test_moving_a_clip_renders_only_what_is_new(clips: list[Path], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    one, two, three = clips
    render(film([one, two, three, one], CROSSFADE), tmp_path / "film.mp4", cache=cache)
    again = render(film([one, two, three, one], CROSSFADE), tmp_path / "again.mp4", cache=cache)
    assert (again.encoded_frames, again.cached_segments) == (0, 3)
    moved = render(film([two, three, one, one], CROSSFADE), tmp_path / "moved.mp4", cache=cache)
    assert moved.cached_segments == 2
    assert (tmp_path / "film.mp4").read_bytes() == (tmp_path / "again.mp4").read_bytes()


def test_segments_can_be_made_ahead_of_time(clips: list[Path], tmp_path: Path) -> None:
    timeline = film(clips, CROSSFADE)
    assert prepare_segments(timeline, tmp_path / "cache") == 24
    assert render(timeline, tmp_path / "film.mp4", cache=tmp_path / "cache").encoded_frames == 0


def test_a_damaged_piece_of_the_cache_is_made_again(clips: list[Path], tmp_path: Path) -> None:
    timeline = film(clips[:2], CROSSFADE)
    whole = render(timeline, tmp_path / "film.mp4", cache=tmp_path / "cache")
    for piece in (tmp_path / "cache").glob("*.piece"):
        content = piece.read_bytes()
        piece.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    again = render(timeline, tmp_path / "film.mp4", cache=tmp_path / "cache")
    assert again.encoded_frames == whole.encoded_frames
    assert len(decoded(tmp_path / "film.mp4")) == 64


def test_a_clip_of_an_older_profile_is_made_again_once(
    clips: list[Path], tmp_path: Path, sources: list[list[PlanarFrame]]
) -> None:
    older = tmp_path / "older.mp4"
    with av.open(str(older), "w", options={"video_track_timescale": "12288"}) as container:
        stream = container.add_stream("libx264", rate=FRAME_RATE, options={"preset": "veryfast", "crf": "12"})
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        stream.codec_context.flags |= av.codec.context.Flags.closed_gop
        for number, picture in enumerate(sources[1]):
            container.mux(stream.encode(prepare(to_frame(picture), number, key=number == 0)))
        container.mux(stream.encode(None))
    timeline = film([clips[0], older, clips[0]], CROSSFADE)
    first = render(timeline, tmp_path / "film.mp4", cache=tmp_path / "cache")
    assert (first.encoded_frames, first.copied_frames) == (40, 48)
    frames = decoded(tmp_path / "film.mp4")
    assert all(psnr(frames[24 + number], sources[1][number]) > 38 for number in range(12, 28))
    again = render(timeline, tmp_path / "film.mp4", cache=tmp_path / "cache")
    assert (again.encoded_frames, again.cached_frames) == (0, 40)


def test_nothing_kept_is_used_where_anything_differs(clips: list[Path], tmp_path: Path) -> None:
    def made(effort: Effort, transition: Transition, first: Shot, **others: object) -> int:
        timeline = Timeline((first, Shot(str(clips[1]))), (transition,), **others)  # type: ignore[arg-type]
        return render(timeline, tmp_path / "film.mp4", cache=tmp_path / "cache", effort=effort).encoded_frames

    whole = Shot(str(clips[0]))
    variants: list[tuple[Effort, Transition, Shot]] = [
        (Effort.FAST, CROSSFADE, whole),
        (Effort.QUALITY, CROSSFADE, whole),
        (Effort.FAST, Transition("wipe", 12), whole),
        (Effort.FAST, Transition("crossfade", 24), whole),
        (Effort.FAST, CROSSFADE, replace(whole, end=24)),
    ]
    assert [made(*variant) for variant in variants] == [12, 12, 12, 24, 12]
    assert [made(*variant) for variant in variants] == [0] * 5
    captions = [made(Effort.FAST, CROSSFADE, replace(whole, caption=text)) for text in ("one", "two", "two")]
    assert captions == [24, 24, 0]  # the transition behind it is kept
    marks = [made(Effort.FAST, CROSSFADE, replace(whole, mark=text)) for text in ("AI", "KI", "KI")]
    assert marks == [24, 24, 0]
    sizes = [made(Effort.FAST, CROSSFADE, whole, size=(720, 1280), fit=fit) for fit in ("fill", "blur")]
    assert sizes == [64, 64]
