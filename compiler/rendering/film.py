"""Render a timeline into a film: what can be copied is copied, the rest is encoded in parallel and cached."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event, Lock
from typing import Any

from compiler.audio.mixing import may_be_heard, mix_of
from compiler.cache import CodedSegment, SegmentCache
from compiler.codec.encoder import atomic_output, sync
from compiler.codec.profile import Effort, Size, check_size, expected_parameter_sets
from compiler.container.access_units import renumber_idr_pictures
from compiler.container.mp4_boxes import avc_configuration
from compiler.container.mp4_reader import SampleTable, read_sample_table
from compiler.container.mp4_writer import AUDIO_FRAME, AudioTrack, Sample, VideoTrack, write_film
from compiler.errors import Cancelled
from compiler.progress import WRITING, Progress, silent
from compiler.rendering.footage import FootageCache
from compiler.rendering.music_lengths import with_timed_music
from compiler.rendering.plan import CopiedSpan, Piece, Segment, plan_film
from compiler.rendering.scratch import scratch_folder
from compiler.rendering.segments import SegmentMaker
from compiler.rendering.soundtrack import SoundtrackMaker
from compiler.results import Rendered
from compiler.timeline.layout import Layout, lay_out
from compiler.timeline.mix import NOTHING, SAMPLES_PER_FRAME, Levels
from compiler.timeline.model import Timeline

_SHARE_OF_SEGMENTS, _SHARE_OF_ALL = 0.9, 0.97


@dataclass(frozen=True)
class _FilmSources:
    """A timeline with all that must be read from its clips to render it. Its layout leaves music out: how
    long that is takes a while to find, and nothing that is seen hangs on it."""

    timeline: Timeline
    layout: Layout
    tables: Mapping[str, SampleTable]
    size: Size
    music_levels: Levels

    @property
    def pieces(self) -> list[Piece]:
        """Clips of another size or another profile have nothing that could be copied."""
        expected = expected_parameter_sets(self.size)
        copyable = {
            position: self.tables[shot.clip]
            for position, shot in enumerate(self.layout.shots)
            if shot.clip is not None
            and self.tables[shot.clip].size == self.size
            and self.tables[shot.clip].parameter_sets == expected
        }
        return plan_film(self.layout, copyable)


@dataclass(frozen=True)
class _Sound:
    """What is heard, and what is to be said about the film, its music included."""

    track: AudioTrack | None
    notes: tuple[str, ...]


class _Work:
    """The threads of one rendering, its progress and its end.

    Sound has threads of its own, of which one mixes and the others encode: behind all segments, most of it
    would be left to the end; beside them in one pool, a segment more would be under way after it, which takes
    memory.
    """

    def __init__(self, workers: int, progress: Progress, stop: Event) -> None:
        self.encoders = max(1, workers // 2)
        self.pool = ThreadPoolExecutor(workers, "compiler")
        self.sound_pool = ThreadPoolExecutor(1 + self.encoders, "sound")
        self._progress, self._stop = progress, stop
        self._done, self._total, self._lock = 0.0, 1.0, Lock()

    def check(self) -> None:
        if self._stop.is_set():
            raise Cancelled("The film was cancelled.")

    def expect(self, total: float) -> None:
        self._total = max(total, 1.0)

    def advance(self, amount: float, stage: str) -> None:
        with self._lock:
            self._done += amount
            self._progress(min(1.0, self._done / self._total) * _SHARE_OF_SEGMENTS, stage)

    def tell(self, fraction: float, stage: str) -> None:
        with self._lock:
            self._progress(fraction, stage)


def render(
    timeline: Timeline,
    output: Path | str,
    *,
    cache: Path | str | None = None,
    effort: Effort = Effort.FAST,
    music_levels: Levels = NOTHING,
    room: int = 0,
    still: Callable[[Path, int], Any] | None = None,
    progress: Progress = silent,
    stop: Event | None = None,
    workers: int | None = None,
) -> Rendered:
    """Render the film; `output` appears whole or not at all. Setting `stop` ends it with Cancelled.

    With `cache`, a folder, what was made is kept there, and used again wherever it fits. `room`: so many
    bytes before the film's index are left free. `music_levels`: of music whose loudness was measured before,
    by its files. `still` is called in a thread with the film, not yet in its
    place, and how many frames it has, while the disk takes it.
    """
    began = time.monotonic()
    output = Path(output)
    film = _open_film(timeline, music_levels)
    pieces = film.pieces
    scratch = nullcontext(Path(cache)) if cache is not None else scratch_folder(output.parent)
    with scratch as folder, _workers(workers, progress, stop) as work:
        kept = SegmentCache(folder)
        made, sound = _make_all(film, pieces, effort, kept, work, folder)
        work.tell(_SHARE_OF_SEGMENTS, WRITING)
        samples = list(
            renumber_idr_pictures(_samples(pieces, made), expected_parameter_sets(film.size), kept)
        )
        video = VideoTrack(film.size, _configuration(film, pieces), samples)
        with atomic_output(output) as part:
            write_film(part, video, sound.track, work.check, room)
            work.tell(_SHARE_OF_ALL, WRITING)
            seen = work.pool.submit(still, part, film.layout.frames) if still else None
            sync(part)
            if seen:
                seen.result()
        if cache is not None:
            kept.prune()
    return _rendered(film, output, pieces, made, sound.notes, time.monotonic() - began)


def prepare_segments(
    timeline: Timeline,
    cache: Path | str,
    *,
    effort: Effort = Effort.FAST,
    music_levels: Levels = NOTHING,
    progress: Progress = silent,
    stop: Event | None = None,
    workers: int | None = None,
) -> int:
    """Make ahead of time what `render` will need of this timeline; how many frames were made."""
    film = _open_film(timeline, music_levels)
    pieces = film.pieces
    with _workers(workers, progress, stop) as work:
        kept = SegmentCache(Path(cache))
        made, _ = _make_all(film, pieces, effort, kept, work, Path(cache))
        kept.prune()
    return sum(piece.frames for piece in made.values() if not piece.cached)


def measured(timeline: Timeline) -> Timeline:
    """The timeline with the true lengths of its clips and its music, read from the files."""
    return with_timed_music(_open_film(timeline).timeline)


def _open_film(timeline: Timeline, music_levels: Levels = NOTHING) -> _FilmSources:
    tables = {clip: read_sample_table(Path(clip)) for clip in {shot.clip for shot in timeline.shots}}
    timeline = timeline.measured({clip: table.frames for clip, table in tables.items()})
    size = check_size(timeline.size or tables[timeline.shots[0].clip].size)
    layout = lay_out(replace(timeline, soundtrack=None))
    return _FilmSources(timeline, layout, tables, size, music_levels)


@contextmanager
def _workers(workers: int | None, progress: Progress, stop: Event | None) -> Iterator[_Work]:
    """Threads that end, whatever happens, before this does."""
    stop = stop or Event()
    work = _Work(workers or _processors(), progress, stop)
    try:
        yield work
    except BaseException:
        stop.set()
        raise
    finally:
        for pool in (work.pool, work.sound_pool):
            pool.shutdown(wait=True, cancel_futures=True)


def _processors() -> int:
    """Those that this process may use, where the system says so."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _make_all(
    film: _FilmSources, pieces: list[Piece], effort: Effort, cache: SegmentCache, work: _Work, folder: Path
) -> tuple[dict[int, CodedSegment], _Sound]:
    """Segments and sound side by side; the first failure ends both."""
    segments = {number: piece for number, piece in enumerate(pieces) if isinstance(piece, Segment)}
    sound_frames = film.layout.frames * SAMPLES_PER_FRAME // AUDIO_FRAME if may_be_heard(film.timeline) else 0
    work.expect(sum(segment.frames for segment in segments.values()) + sound_frames / 10)
    shelf = FootageCache(film.layout, dict(film.tables), film.size, film.timeline.fit)
    maker = SegmentMaker(shelf, film.size, effort, cache, work.check)

    def make(segment: Segment) -> CodedSegment:
        work.check()
        piece = maker.make(segment)
        work.advance(piece.frames, "transitions")
        return piece

    sound = work.sound_pool.submit(_make_sound, film, effort, cache, work, folder)
    futures = {number: work.pool.submit(make, segment) for number, segment in segments.items()}
    everything: list[Future[Any]] = [*futures.values(), sound]
    for future in wait(everything, return_when=FIRST_EXCEPTION).done:
        future.result()
    return {number: future.result() for number, future in futures.items()}, sound.result()


def _make_sound(film: _FilmSources, effort: Effort, cache: SegmentCache, work: _Work, folder: Path) -> _Sound:
    timeline = with_timed_music(film.timeline)
    work.check()
    layout = lay_out(timeline)
    mix = mix_of(timeline, layout, folder, film.music_levels)
    if mix is None:
        return _Sound(None, layout.notes)

    def advance(frames: int) -> None:
        work.advance(frames / 10, "soundtrack")

    track = SoundtrackMaker(mix, effort, cache, work.check, advance).make(work.sound_pool, work.encoders + 1)
    return _Sound(track, layout.notes)


def _samples(pieces: list[Piece], made: Mapping[int, CodedSegment]) -> Iterator[Sample]:
    """The film's samples in decoding order. Each piece starts with a keyframe and is closed."""
    start = 0
    for number, piece in enumerate(pieces):
        if isinstance(piece, CopiedSpan):
            yield from _copied_samples(piece, start)
        else:
            yield from _encoded_samples(made[number], start)
        start += piece.frames


def _copied_samples(piece: CopiedSpan, start: int) -> Iterator[Sample]:
    table = piece.table
    keyframes = set(table.keyframes)
    for sample in range(piece.start, piece.end):
        shows = start + table.presentation_order[sample] - piece.start
        yield Sample(table.path, table.offsets[sample], table.sizes[sample], shows, sample in keyframes)


def _encoded_samples(piece: CodedSegment, start: int) -> Iterator[Sample]:
    offset = piece.data
    for number, size in enumerate(piece.sizes):
        yield Sample(piece.path, offset, size, start + piece.presentation_order[number], number == 0)
        offset += size


def _configuration(film: _FilmSources, pieces: list[Piece]) -> bytes:
    """The decoder's set-up, as the copied clips have it."""
    for piece in pieces:
        if isinstance(piece, CopiedSpan):
            return piece.table.configuration
    return avc_configuration(expected_parameter_sets(film.size))


def _rendered(
    film: _FilmSources,
    output: Path,
    pieces: list[Piece],
    made: Mapping[int, CodedSegment],
    notes: tuple[str, ...],
    seconds: float,
) -> Rendered:
    cached = [piece for piece in made.values() if piece.cached]
    return Rendered(
        output=output,
        duration=film.layout.duration,
        frames=film.layout.frames,
        size=film.size,
        size_bytes=output.stat().st_size,
        encoded_frames=sum(piece.frames for piece in made.values() if not piece.cached),
        copied_frames=sum(piece.frames for piece in pieces if isinstance(piece, CopiedSpan)),
        cached_frames=sum(piece.frames for piece in cached),
        cached_segments=len(cached),
        seconds=round(seconds, 3),
        notes=notes,
    )
