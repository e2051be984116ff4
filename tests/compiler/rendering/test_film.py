"""The smart renderer: copied frames bit for bit, made frames close, every seek exact."""

import random
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Semaphore

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compiler.cache import CodedSegment
from compiler.errors import Cancelled, CompilerError, FileMissing, NotAVideo
from compiler.picture.planes import PlanarFrame, from_frame, mix_frames, plain
from compiler.picture.transitions import progress_at
from compiler.rendering.film import render
from compiler.rendering.plan import Segment
from compiler.rendering.segments import SegmentMaker
from compiler.results import Rendered
from compiler.timeline.layout import lay_out
from compiler.timeline.model import (
    FRAME_RATE,
    TRANSITION_KINDS,
    Card,
    Shot,
    Soundtrack,
    Timeline,
    Titles,
    Transition,
)
from tests.compiler.conftest import LENGTHS
from tests.compiler.films import decoded, length_of_sound, psnr, same

pytestmark = [pytest.mark.long, pytest.mark.slow]


def film(clips: Sequence[Path], *transitions: Transition, **others: object) -> Timeline:
    return Timeline(tuple(Shot(str(clip)) for clip in clips), transitions, **others)  # type: ignore[arg-type]


CROSSFADE = Transition("crossfade", 12)


@pytest.fixture(scope="module")
def crossfaded(
    clips: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Timeline, Path, Rendered]:
    output = tmp_path_factory.mktemp("film") / "film.mp4"
    timeline = film(clips, CROSSFADE)
    return timeline, output, render(timeline, output)


def test_a_crossfaded_film_has_exactly_the_computed_frames(
    crossfaded: tuple[Timeline, Path, Rendered],
) -> None:
    _, output, rendered = crossfaded
    assert rendered.frames == 36 + 40 + 72 - 2 * 12
    assert len(decoded(output)) == rendered.frames
    assert rendered.encoded_frames == 24
    assert rendered.copied_frames == rendered.frames - rendered.encoded_frames


def test_a_film_comes_out_of_black_and_goes_into_it_and_all_between_is_copied(
    clips: list[Path], sources: list[list[PlanarFrame]], tmp_path: Path
) -> None:
    rendered = render(film(clips[2:3], fade_in=12, fade_out=24), tmp_path / "film.mp4")
    frames = decoded(tmp_path / "film.mp4")
    assert all(same(frames[number], sources[2][number]) for number in range(12, 48))
    assert rendered.copied_frames == 36
    for number in (0, 5, 11, 48, 60, 71):
        brightness = min((number + 1) / 13, (72 - number) / 25)
        source = sources[2][number]
        assert psnr(frames[number], mix_frames(plain(source.size), source, brightness)) > 35


def test_frames_outside_transitions_are_the_clips_own(
    crossfaded: tuple[Timeline, Path, Rendered], sources: list[list[PlanarFrame]]
) -> None:
    _, output, _ = crossfaded
    frames = decoded(output)
    assert all(same(frames[number], sources[0][number]) for number in range(24))
    assert all(same(frames[24 + number], sources[1][number]) for number in range(12, 24))
    assert all(same(frames[52 + number], sources[2][number]) for number in range(12, 72))


def test_frames_in_a_crossfade_are_close_to_the_exact_blend(
    crossfaded: tuple[Timeline, Path, Rendered], sources: list[list[PlanarFrame]]
) -> None:
    _, output, _ = crossfaded
    frames, first, second = decoded(output), sources[0], sources[1]
    for number in range(12):
        exact = mix_frames(first[24 + number], second[number], progress_at(number, 12))
        assert psnr(frames[24 + number], exact) >= 40


def test_a_random_seek_lands_on_the_exact_frame(crossfaded: tuple[Timeline, Path, Rendered]) -> None:
    _, output, rendered = crossfaded
    frames = decoded(output)
    places = random.Random(3).sample(range(rendered.frames), 12)
    with av.open(str(output)) as container:
        stream = container.streams.video[0]
        assert stream.time_base is not None
        for place in places:
            container.seek(int(place / FRAME_RATE / stream.time_base), stream=stream)
            wanted = (place - 0.5) / FRAME_RATE
            found = next(frame for frame in container.decode(stream) if (frame.time or 0.0) > wanted)
            assert same(from_frame(found), frames[place])


def test_hard_cuts_encode_nothing(
    clips: list[Path], tmp_path: Path, sources: list[list[PlanarFrame]]
) -> None:
    rendered = render(film(clips), tmp_path / "film.mp4")
    assert (rendered.encoded_frames, rendered.copied_frames) == (0, 148)
    frames = decoded(tmp_path / "film.mp4")
    assert same(frames[36], sources[1][0])


def test_a_trim_off_the_keyframes_is_exact(
    clips: list[Path], tmp_path: Path, sources: list[list[PlanarFrame]]
) -> None:
    timeline = Timeline((Shot(str(clips[2]), start=5, end=65), Shot(str(clips[0]), start=12)))
    rendered = render(timeline, tmp_path / "film.mp4")
    frames, source = decoded(tmp_path / "film.mp4"), sources[2]
    assert len(frames) == rendered.frames == 60 + 24
    assert rendered.encoded_frames < 20
    assert all(psnr(frames[number], source[number + 5]) > 38 for number in range(60))
    assert all(same(frames[number], source[number + 5]) for number in range(7, 55))
    assert same(frames[60], sources[0][12])


@pytest.mark.parametrize("kind", [kind for kind in TRANSITION_KINDS if kind != "cut"])
def test_every_kind_leads_from_the_old_shot_to_the_new(
    kind: str, clips: list[Path], tmp_path: Path, sources: list[list[PlanarFrame]]
) -> None:
    rendered = render(film(clips[:2], Transition(kind, 12)), tmp_path / "film.mp4")
    frames, first, second = decoded(tmp_path / "film.mp4"), sources[0], sources[1]
    assert len(frames) == rendered.frames == 64
    assert psnr(frames[24], first[24]) > psnr(frames[24], second[0])
    assert psnr(frames[35], second[11]) > psnr(frames[35], first[35])
    assert same(frames[23], first[23])
    assert same(frames[36], second[12])


def test_another_size_is_rendered_whole(clips: list[Path], tmp_path: Path) -> None:
    timeline = film(clips[:2], CROSSFADE, size=(720, 1280))
    rendered = render(timeline, tmp_path / "film.mp4")
    frames = decoded(tmp_path / "film.mp4")
    assert rendered.copied_frames == 0
    assert len(frames) == rendered.encoded_frames == 64
    assert frames[0].size == (720, 1280)


def test_clips_of_two_sizes_make_one_film(
    clips: list[Path], portrait_clip: Path, tmp_path: Path, sources: list[list[PlanarFrame]]
) -> None:
    rendered = render(film([clips[0], portrait_clip], fit="blur"), tmp_path / "film.mp4")
    frames = decoded(tmp_path / "film.mp4")
    assert (rendered.copied_frames, rendered.encoded_frames) == (36, 30)
    assert len(frames) == 66
    assert same(frames[35], sources[0][35])


def test_the_sound_is_as_long_as_the_film_to_the_sample(
    clips: list[Path], music: Path, tmp_path: Path
) -> None:
    timeline = film(clips, CROSSFADE, soundtrack=Soundtrack(str(music)))
    rendered = render(timeline, tmp_path / "film.mp4")
    assert length_of_sound(tmp_path / "film.mp4") == rendered.frames * 2000


@pytest.mark.parametrize("workers", [1, 2])
def test_no_more_segments_are_under_way_than_workers(
    clips: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """Each has decoders, an encoder and frames in memory. Here there is no sound that would keep a thread."""
    make, under_way, most = SegmentMaker.make, Semaphore(workers), []

    def counted(maker: SegmentMaker, segment: Segment) -> CodedSegment:
        most.append(under_way.acquire(blocking=False))
        try:
            return make(maker, segment)
        finally:
            under_way.release()

    monkeypatch.setattr(SegmentMaker, "make", counted)
    render(film(clips * 2, CROSSFADE), tmp_path / "film.mp4", workers=workers)
    assert most == [True] * 5


def test_a_film_that_is_called_off_leaves_nothing(clips: list[Path], tmp_path: Path) -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Cancelled):
        render(film(clips, CROSSFADE), tmp_path / "film.mp4", stop=stop)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(clips: list[Path], tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        render(film(clips[:1]), tmp_path / "gone" / "film.mp4")


def test_a_failure_keeps_the_earlier_film(clips: list[Path], tmp_path: Path) -> None:
    output = tmp_path / "film.mp4"
    output.write_bytes(b"the earlier film")
    broken = tmp_path / "broken.mp4"
    content = clips[0].read_bytes()
    middle = len(content) // 2
    broken.write_bytes(content[:middle] + bytes(len(content) - middle))
    with pytest.raises(CompilerError):
        render(film([broken, clips[1]], CROSSFADE), output)
    assert output.read_bytes() == b"the earlier film"


@pytest.mark.parametrize(
    ("content", "error"), [(None, FileMissing), (b"", NotAVideo), (b"a text, not a film", NotAVideo)]
)
def test_a_clip_that_is_none_is_refused(
    content: bytes | None, error: type[Exception], tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mp4"
    if content is not None:
        clip.write_bytes(content)
    with pytest.raises(error):
        render(film([clip]), tmp_path / "film.mp4")
    assert not (tmp_path / "film.mp4").exists()


def test_a_clip_can_follow_itself(clips: list[Path], tmp_path: Path) -> None:
    rendered = render(film([clips[0], clips[0]], Transition("crossfade", 24)), tmp_path / "film.mp4")
    assert len(decoded(tmp_path / "film.mp4")) == rendered.frames == 48


@pytest.mark.parametrize("kind", TRANSITION_KINDS)
@settings(max_examples=2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_computed_length_is_the_rendered_length(
    kind: str, data: st.DataObject, clips: list[Path], tmp_path: Path, music: Path
) -> None:
    """In short films of any clips, trims, captions and titles, with each kind at least once."""

    def transition(kind: str) -> Transition:
        return Transition(kind, data.draw(st.integers(5, 8)))

    def card() -> Card | None:
        shown = data.draw(st.booleans())
        return Card("Title", data.draw(st.integers(12, 14)), transition(data.draw(kinds))) if shown else None

    kinds, captions = st.sampled_from(TRANSITION_KINDS), st.sampled_from([None, None, "At the lake"])
    shots = []
    for number in data.draw(st.lists(st.sampled_from(range(3)), min_size=2, max_size=3)):
        start = data.draw(st.integers(0, 20))
        end = data.draw(st.integers(start + 2, min(start + 24, LENGTHS[number])))
        shots.append(Shot(str(clips[number]), start=start, end=end, caption=data.draw(captions)))
    transitions = (transition(kind), *(transition(data.draw(kinds)) for _ in shots[2:]))
    titles = Titles(opening=card(), end=card())
    timeline = Timeline(tuple(shots), transitions, Soundtrack(str(music), normalise=False), titles)
    output = tmp_path / "film.mp4"
    rendered = render(timeline, output, cache=tmp_path / "cache")
    assert rendered.frames == lay_out(timeline).frames == len(decoded(output))
    assert length_of_sound(output) == rendered.frames * 2000
    assert rendered.copied_frames + rendered.encoded_frames + rendered.cached_frames == rendered.frames
