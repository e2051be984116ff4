"""From a whole upload to a piece of music that browsers play and the compiler reads.

Everything becomes AAC in an M4A file, decoded once from end to end: so one form plays on every phone, its
length is known and not believed, and titles, pictures and places that were in the file are gone.
"""

import asyncio
import logging
import signal
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import imageio_ffmpeg

from echoes.database import get_database
from echoes.errors import BadMusic, NotFound, StorageFull
from echoes.media import DISK_FULL, CompilationFailed, run_compiler
from echoes.models import MusicTrack, Upload
from echoes.projects.service import touch
from echoes.storage import get_storage, new_key
from echoes.storage.disk import NO_ROOM, full_disk_in_words

SHORTEST, LONGEST = 1.0, 3600.0
LONGEST_WAIT = 300
MEDIA_TYPE = "audio/mp4"

READABLE = "mov,mp4,m4a,3gp,3g2,mj2,mp3,wav,ogg,flac,aac"
DECODABLE = (
    "aac,mp3,mp3float,vorbis,libvorbis,opus,libopus,flac,alac,pcm_u8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,"
    "pcm_s32le,pcm_s32be,pcm_f32le,pcm_f64le,pcm_mulaw,pcm_alaw"
)
INPUT = ("-protocol_whitelist", "file,pipe", "-format_whitelist", READABLE, "-codec_whitelist", DECODABLE)
SOUND_ALONE = ("-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
AAC = ("-c:a", "aac", "-b:a", "192k", "-ac", "2", "-ar", "48000")
M4A = ("-fflags", "+bitexact", "-flags:a", "+bitexact", "-movflags", "+faststart", "-f", "ipod")

NOT_MUSIC = "“{}” is not music that we can read. MP3, M4A, WAV, OGG and FLAC work."
A_VIDEO = "“{}” is a video. Please choose music: MP3, M4A, WAV, OGG or FLAC."
TOO_SHORT = "“{}” is shorter than a second."
TOO_LONG = "“{}” is longer than an hour. Please choose a shorter piece."
DAMAGED = "“{}” is damaged, so we could not read it. Please try another copy of it."
NO_ROOM_CODES = frozenset({-signal.SIGXFSZ, *(256 - code for code in NO_ROOM)})
"""How FFmpeg ends when the disk is full: the error's number, negative, in eight bits."""

logger = logging.getLogger(__name__)


async def take_in(upload: Upload, source: Path) -> None:
    """The track has the upload's id, so that the same upload, taken in twice, is one track.

    Raises BadMusic with a sentence that names the file, StorageFull, or NotFound if the project has gone.
    """
    if await asyncio.to_thread(_is_taken_in, upload):
        return
    name = upload.filename
    _check(await _probe(source, name), name)
    with full_disk_in_words(), tempfile.TemporaryDirectory(dir=source.parent, prefix="music-") as folder:
        m4a = Path(folder) / "track.m4a"
        await asyncio.get_running_loop().run_in_executor(_studio(), _convert, source, m4a, name)
        facts = await _probe(m4a, name)
        _check(facts, name)
        await asyncio.to_thread(_keep, upload, m4a, facts["duration"])


@cache
def _studio() -> ThreadPoolExecutor:
    """One piece at a time: converting takes a processor for seconds."""
    return ThreadPoolExecutor(1, thread_name_prefix="music")


def _is_taken_in(upload: Upload) -> bool:
    with get_database().reading_as(upload.owner_id) as session:
        return session.get(MusicTrack, upload.id) is not None


async def _probe(path: Path, name: str) -> dict[str, Any]:
    try:
        return await run_compiler("probe", {"input": str(path)})
    except CompilationFailed as error:
        if error.kind == DISK_FULL:
            raise StorageFull from error
        if error.retryable:
            raise
        logger.info("refused music: %s, %s", error.kind, error.cause)
        raise BadMusic(NOT_MUSIC.format(name)) from error


def _check(facts: dict[str, Any], name: str) -> None:
    if facts["kind"] != "audio":
        raise BadMusic(A_VIDEO.format(name))
    if facts["duration"] < SHORTEST:
        raise BadMusic(TOO_SHORT.format(name))
    if facts["duration"] > LONGEST:
        raise BadMusic(TOO_LONG.format(name))


def _convert(source: Path, m4a: Path, name: str) -> None:
    command = [
        *(imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error", "-threads", "1"),
        *INPUT,
        *("-i", str(source)),
        *SOUND_ALONE,
        *AAC,
        *("-t", str(LONGEST)),
        *M4A,
        str(m4a),
    ]
    try:
        ended = subprocess.run(command, env={}, capture_output=True, timeout=LONGEST_WAIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise BadMusic(DAMAGED.format(name)) from error
    if ended.returncode:
        said = ended.stderr[-2000:].decode(errors="replace")
        if ended.returncode in NO_ROOM_CODES:
            raise StorageFull
        logger.warning("could not convert music (%s): %s", ended.returncode, said)
        raise BadMusic(DAMAGED.format(name))


def _keep(upload: Upload, m4a: Path, duration: float) -> None:
    track = MusicTrack(
        id=upload.id,
        owner_id=upload.owner_id,
        title=upload.filename.rpartition(".")[0] or upload.filename,
        duration=duration,
        size_bytes=m4a.stat().st_size,
        audio_key=new_key(upload.owner_id, "music", "m4a", upload.id),
        media_type=MEDIA_TYPE,
    )
    try:
        get_storage().put(track.audio_key, m4a)
        with get_database().acting_as(upload.owner_id) as session:
            if session.get(Upload, upload.id) is None:
                raise NotFound("This upload was cancelled.")
            session.add(track)
            touch(session, upload.project_id)
    except BaseException:
        get_storage().delete([track.audio_key])
        raise
