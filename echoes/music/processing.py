"""Music processing (transcoding): from a whole upload to a track that browsers play and the compiler reads.

Everything becomes AAC in an M4A file, decoded once from end to end: so one form plays on every phone, its
length is known and not believed, and titles, pictures and places that were in the file are gone.
"""

import asyncio
import logging
import re
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from compiler.media.sound_formats import IN_WORDS
from compiler.requests import ProbeSoundRequest
from compiler.results import SoundProbe
from echoes.database import get_database
from echoes.database.revisions import touch
from echoes.errors import BadMusic, MusicVideo, NotFound, StorageFull, brief
from echoes.models import MusicTrack, Upload
from echoes.music.analysis import analyse
from echoes.music.sandbox import LONGEST
from echoes.processes import runner
from echoes.processes.compiler import CompilationFailed, ErrorCode, get_compiler
from echoes.processes.fair_queue import FairQueue
from echoes.storage import delete_unnamed, get_storage, new_key
from echoes.storage.disk import NO_ROOM, full_or_read_only_disk_in_words
from echoes.text.isolation import isolated
from echoes.text.validation import has_visible

AT_ONCE = 2
PROBING, HEAVY = 0.5, 15.0
"""Seconds of a processor: to look at a file, and for more than a song (one of nine minutes)."""
REAL_TIME = 35
"""How many seconds of sound are converted in one second."""
SHORTEST = 1.0
LONGEST_WAIT = 300
MEDIA_TYPE = "audio/mp4"
STUDIO = "echoes.music.sandbox"
ENVIRONMENT: dict[str, str] = {}
"""The whole of it: a process that opens what strangers send has no use for our secrets."""

CANCELLED = "This upload was cancelled."
NOT_MUSIC = f"“{{}}” is not music we can read. These work: {IN_WORDS}."
A_VIDEO = "“{}” is a video. Use its sound?"
SILENT = "There is no sound we can use in “{}”. Please choose another file."
TOO_SHORT = "“{}” is shorter than a second. Please choose a longer piece."
TOO_LONG = "“{}” is longer than an hour. Please choose a shorter piece."
DAMAGED = "“{}” is damaged, so we could not read it. Please try another copy of it."
REACHED = re.compile(rb"^out_time_us=(\d+)$", re.MULTILINE)
TOO_SLOW = "“{}” took too long to read. Please save it as MP3 and try again."
REFUSALS = {ErrorCode.NO_SOUND: SILENT, ErrorCode.TOO_SLOW: TOO_SLOW}
"""By the code of the compiler's error; for all others it is no music at all."""
PYTHON_FAILED = 1
"""The studio did not get as far as FFmpeg, which has other numbers for all that a file can do to it."""
NO_ROOM_CODES = frozenset({-signal.SIGXFSZ, *(256 - code for code in NO_ROOM)})
"""How FFmpeg ends when the disk is full: the error's number, negative, in eight bits."""

logger = logging.getLogger(__name__)


async def process_upload(upload: Upload, source: Path, use_sound: bool = False) -> None:
    """The track has the upload's id, so that the same upload, taken in twice, is one track.

    Raises BadMusic with a sentence that names the file, MusicVideo unless the sound of a video is wanted,
    StorageFull, or NotFound if the project has gone.
    """
    if await asyncio.to_thread(_is_taken_in, upload):
        return
    async with transcode_in_sandbox(upload.owner_id, source, upload.filename, use_sound) as (m4a, duration):
        async with analysis_turn(upload.owner_id, duration):
            facts = await analyse(m4a)
        await asyncio.to_thread(_keep, upload, m4a, duration, facts)


@asynccontextmanager
async def transcode_in_sandbox(
    person: UUID | None, source: Path, name: str, use_sound: bool = False
) -> AsyncIterator[tuple[Path, float]]:
    """The music in the one form that it is kept in, and its length in seconds, as long as the block lasts.

    People take turns, first to have it looked at, then to have it converted.

    Raises BadMusic with a sentence that names the file, MusicVideo unless the sound of a video is wanted, or
    StorageFull.
    """
    async with _queue().turn(person, PROBING):
        facts = await _probe(source, name)
    _check_duration(facts.duration, name)
    if facts.moves and not use_sound:
        raise MusicVideo(A_VIDEO.format(isolated(name)))
    with (
        full_or_read_only_disk_in_words(),
        tempfile.TemporaryDirectory(dir=source.parent, prefix="music-") as folder,
    ):
        m4a = Path(folder) / "track.m4a"
        cost = facts.duration / REAL_TIME
        duration = await _queue().run(person, cost, _convert, source, m4a, facts, name)
        _check_duration(duration, name)
        yield m4a, duration


def analysis_turn(person: UUID | None, duration: float) -> AbstractAsyncContextManager[None]:
    """For measuring so many seconds of music."""
    return _queue().turn(person, duration / REAL_TIME)


@cache
def _queue() -> FairQueue:
    return FairQueue(AT_ONCE, HEAVY, "music")


def _is_taken_in(upload: Upload) -> bool:
    with get_database().reading_as(upload.owner_id) as session:
        return session.get(MusicTrack, upload.id) is not None


async def _probe(path: Path, name: str) -> SoundProbe:
    if not await asyncio.to_thread(path.exists):
        raise NotFound(CANCELLED)
    try:
        return await get_compiler().run(ProbeSoundRequest(path, LONGEST))
    except CompilationFailed as error:
        if error.error_code == ErrorCode.DISK_FULL:
            raise StorageFull from error
        if error.retryable:
            raise
        logger.info("refused music: %s, %s", error.kind, brief(error.cause))
        raise BadMusic(REFUSALS.get(error.error_code, NOT_MUSIC).format(isolated(name))) from error


def _check_duration(duration: float, name: str) -> None:
    if duration < SHORTEST:
        raise BadMusic(TOO_SHORT.format(isolated(name)))
    if duration > LONGEST:
        raise BadMusic(TOO_LONG.format(isolated(name)))


def _convert(source: Path, m4a: Path, facts: SoundProbe, name: str) -> float:
    """How many seconds there were to convert."""
    arguments = (str(source), str(m4a), str(facts.stream), facts.pan or "")
    try:
        ended = runner.run(STUDIO, *arguments, environment=ENVIRONMENT, timeout=LONGEST_WAIT)
    except TimeoutError as error:
        raise BadMusic(TOO_SLOW.format(isolated(name))) from error
    if ended.code in NO_ROOM_CODES:
        raise StorageFull
    if ended.code:
        cause = f"converting ended with {ended.code}: {ended.said}"
        if ended.code == PYTHON_FAILED:
            raise RuntimeError(cause)
        logger.warning("refused music: converting ended with %d: %s", ended.code, brief(ended.said))
        raise BadMusic(DAMAGED.format(isolated(name)))
    return max(map(int, REACHED.findall(ended.output)), default=0) / 1_000_000


def _keep(upload: Upload, m4a: Path, duration: float, facts: dict[str, Any]) -> None:
    track = MusicTrack(
        id=upload.id,
        owner_id=upload.owner_id,
        title=_title(upload.filename),
        duration=duration,
        size_bytes=m4a.stat().st_size,
        audio_key=new_key(upload.owner_id, "music", "m4a", upload.id),
        media_type=MEDIA_TYPE,
        **facts,
    )
    try:
        get_storage().put(track.audio_key, m4a)
        with get_database().acting_as(upload.owner_id) as session:
            if session.get(Upload, upload.id) is None:
                raise NotFound(CANCELLED)
            session.add(track)
            touch(session, upload.project_id)
    except BaseException:
        delete_unnamed([track.audio_key])
        raise


def _title(file_name: str) -> str:
    """Without the ending, unless that leaves nothing to read."""
    stem = file_name.rpartition(".")[0]
    return stem if has_visible(stem) else file_name
