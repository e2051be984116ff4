"""MP4 writer (muxer) in one pass: the index first, then the samples, copied by the kernel where it can."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from compiler.codec.profile import FRAMES_PER_SECOND, TICKS_PER_FRAME, TIME_SCALE, Size
from compiler.container import mp4_boxes as box
from compiler.errors import NotAVideo

_BUFFER = 1 << 20
AUDIO_RATE = 48000
AUDIO_FRAME = 1024
AUDIO_PRIMING = 1024
_WIDE_OFFSETS_FROM = 0xF000_0000
_NO_KERNEL_COPY = frozenset({errno.EXDEV, errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EBADF})


@dataclass(frozen=True, slots=True)
class Sample:
    """A coded frame in some file. `shows` is its frame of the film (video only)."""

    path: Path
    offset: int
    size: int
    shows: int = 0
    key: bool = True


@dataclass(frozen=True)
class VideoTrack:
    size: Size
    configuration: bytes
    samples: Sequence[Sample]


@dataclass(frozen=True)
class AudioTrack:
    """AAC; `length` in samples per channel, without what the encoder put before and after."""

    configuration: bytes
    samples: Sequence[Sample]
    length: int


@dataclass
class _Chunks:
    """Where the chunks of one track lie, counted from the beginning of the media."""

    counts: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)


def write_film(
    output: Path, video: VideoTrack, audio: AudioTrack | None, check: Callable[[], None], room: int = 0
) -> None:
    """`room`: so many bytes before the index are left free."""
    order, places = _interleave(video, audio)
    media = sum(sample.size for sample in order)
    wide = media > _WIDE_OFFSETS_FROM
    before = box.file_type() + (box.free(room) if room else b"")
    measured = len(before) + len(_head(video, audio, places, 0, media, wide))
    with output.open("wb") as file:
        file.write(before + _head(video, audio, places, measured, media, wide))
        file.flush()
        _copy_all(order, file.fileno(), check)


def _interleave(video: VideoTrack, audio: AudioTrack | None) -> tuple[list[Sample], list[_Chunks]]:
    """A second of pictures, then the sound of that second."""
    order: list[Sample] = []
    places = [_Chunks(), _Chunks()]
    position = sounds = 0
    seconds = -(-len(video.samples) // FRAMES_PER_SECOND)
    for second in range(seconds):
        parts = [video.samples[second * FRAMES_PER_SECOND : (second + 1) * FRAMES_PER_SECOND]]
        if audio is not None:
            last = second == seconds - 1
            until = len(audio.samples) if last else (second + 1) * AUDIO_RATE // AUDIO_FRAME + 1
            parts.append(audio.samples[sounds:until])
            sounds = max(sounds, until)
        for chunks, part in zip(places, parts, strict=False):
            if part:
                chunks.counts.append(len(part))
                chunks.starts.append(position)
                position += sum(sample.size for sample in part)
                order.extend(part)
    return order, places


def _head(
    video: VideoTrack, audio: AudioTrack | None, places: list[_Chunks], start: int, media: int, wide: bool
) -> bytes:
    """The index and the beginning of the media; equally long whatever `start` is."""
    duration = len(video.samples) * TICKS_PER_FRAME
    tracks = [_video_box(video, places[0], start, duration, wide)]
    if audio is not None:
        tracks.append(_audio_box(audio, places[1], start, duration, wide))
    movie = box.box(b"moov", box.movie_header(TIME_SCALE, duration, len(tracks) + 1), *tracks)
    return movie + box.media_header(media)


def _video_box(track: VideoTrack, chunks: _Chunks, start: int, duration: int, wide: bool) -> bytes:
    ahead = max(number - sample.shows for number, sample in enumerate(track.samples))
    offsets = [
        (sample.shows - number + ahead) * TICKS_PER_FRAME for number, sample in enumerate(track.samples)
    ]
    table = box.box(
        b"stbl",
        box.sample_description(box.avc_entry(track.size, track.configuration)),
        box.durations([(len(track.samples), TICKS_PER_FRAME)]),
        box.composition_offsets(_runs(offsets)),
        box.keyframes([number for number, sample in enumerate(track.samples, 1) if sample.key]),
        *_sample_boxes(track.samples, chunks, start, wide),
    )
    return box.track(
        number=1,
        size=track.size,
        film_duration=duration,
        skipped=ahead * TICKS_PER_FRAME,
        media=box.media(b"vide", TIME_SCALE, duration, box.full_box(b"vmhd", 0, 1, bytes(8)), table),
    )


def _audio_box(track: AudioTrack, chunks: _Chunks, start: int, duration: int, wide: bool) -> bytes:
    length = AUDIO_PRIMING + track.length
    last = length - (len(track.samples) - 1) * AUDIO_FRAME
    rate = sum(sample.size for sample in track.samples) * 8 * AUDIO_RATE // max(length, 1)
    table = box.box(
        b"stbl",
        box.sample_description(box.aac_entry(AUDIO_RATE, rate, track.configuration)),
        box.durations([(len(track.samples) - 1, AUDIO_FRAME), (1, last)]),
        *box.roll_groups(len(track.samples)),
        *_sample_boxes(track.samples, chunks, start, wide),
    )
    return box.track(
        number=2,
        size=None,
        film_duration=min(duration, track.length * TIME_SCALE // AUDIO_RATE),
        skipped=AUDIO_PRIMING,
        media=box.media(b"soun", AUDIO_RATE, length, box.full_box(b"smhd", 0, 0, bytes(4)), table),
    )


def _sample_boxes(samples: Sequence[Sample], chunks: _Chunks, start: int, wide: bool) -> list[bytes]:
    return [
        box.sample_sizes([sample.size for sample in samples]),
        box.samples_per_chunk(chunks.counts),
        box.chunk_offsets([place + start for place in chunks.starts], wide),
    ]


def _runs(values: list[int]) -> list[tuple[int, int]]:
    return [(len(list(group)), value) for value, group in groupby(values)]


def _copy_all(order: list[Sample], target: int, check: Callable[[], None]) -> None:
    with ExitStack() as stack:
        path, source = None, -1
        for run in _contiguous(order):
            check()
            if run.path != path:
                stack.close()
                path, source = run.path, os.open(run.path, os.O_RDONLY | os.O_CLOEXEC)
                stack.callback(os.close, source)
            copy_range(source, target, run.offset, run.size)


def _contiguous(order: list[Sample]) -> Iterator[Sample]:
    """Neighbours in the same file as one."""
    path, offset, size = order[0].path, order[0].offset, 0
    for sample in order:
        # Whether it is the same object first: to compare paths takes a while.
        same_file = sample.path is path or sample.path == path
        if not same_file or sample.offset != offset + size:
            yield Sample(path, offset, size)
            path, offset, size = sample.path, sample.offset, 0
        size += sample.size
    yield Sample(path, offset, size)


def copy_range(source: int, target: int, offset: int, size: int) -> None:
    """From `offset` of the source to the end of the target, in the kernel if it can."""
    left = size
    while left and hasattr(os, "copy_file_range"):
        try:
            copied = os.copy_file_range(source, target, left, offset_src=offset + size - left)
        except OSError as error:
            if error.errno not in _NO_KERNEL_COPY:
                raise
            break
        if not copied:
            raise NotAVideo("A clip became shorter while the film was written.")
        left -= copied
    if left:
        _copy_by_hand(source, target, offset + size - left, left)


def _copy_by_hand(source: int, target: int, offset: int, size: int) -> None:
    while size:
        data = os.pread(source, min(size, _BUFFER), offset)
        if not data:
            raise NotAVideo("A clip became shorter while the film was written.")
        written = os.write(target, data)
        offset, size = offset + written, size - written
