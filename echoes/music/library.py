"""Music library import: from the repository into storage, once, and again where it changed."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import TypedDict
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from echoes.database import after_commit
from echoes.errors import NotFound
from echoes.models import MusicTrack
from echoes.music.analysis import ANALYSIS
from echoes.settings import ASSETS, get_settings
from echoes.storage import get_storage, new_key
from echoes.storage.disk import full_or_read_only_disk_in_words, make_folder

BUNDLED = ASSETS / "music"
SEEDING_LOCK = 0x656368736565
MEDIA_TYPES = {".m4a": "audio/mp4", ".mp3": "audio/mpeg"}


class Entry(TypedDict):
    """Of tracks.json. `id` stays the same for as long as a piece is the same to people."""

    id: str
    title: str
    mood: str
    file: str
    duration: float
    tempo: float
    first_beat: float
    beats_per_bar: int
    loudness: float
    true_peak: float
    licence: str


def seed_library(session: Session, folder: Path = BUNDLED) -> None:
    """Safe at every start, also of several servers at once: what else this transaction seeds is safe too.

    A piece that is bundled no longer stays for those who chose it.
    """
    _wait_for_other_servers(session)
    entries: list[Entry] = json.loads((folder / "tracks.json").read_text())
    peaks: dict[str, list[float]] = json.loads((folder / "peaks.json").read_text())
    bundled = session.exec(select(MusicTrack).where(col(MusicTrack.slug).is_not(None)))
    known = {track.slug: track for track in bundled}
    for entry in entries:
        _seed(session, folder / entry["file"], entry, known.get(entry["id"]), peaks[entry["id"]])


def _wait_for_other_servers(session: Session) -> None:
    """Until this transaction ends. On SQLite there is one process."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(SEEDING_LOCK)))


def _seed(session: Session, file: Path, entry: Entry, track: MusicTrack | None, peaks: list[float]) -> None:
    key = new_key(None, "music", file.suffix.removeprefix("."), _content_id(file))
    if not _is_stored(key):
        _store(key, file)
    if track is None:
        track = MusicTrack(slug=entry["id"], title="", duration=0, size_bytes=0, audio_key=key, media_type="")
    if not track.title or track.audio_key != key:
        _say(track, entry)
    if (old := track.audio_key) != key:
        after_commit(session, lambda: get_storage().delete([old]))
    track.size_bytes, track.audio_key = file.stat().st_size, key
    track.media_type = MEDIA_TYPES[file.suffix]
    track.duration, track.beats = entry["duration"], _beats(entry)
    track.loudness, track.true_peak = entry["loudness"], entry["true_peak"]
    track.downbeats, track.analysis = track.beats[:: entry["beats_per_bar"]], ANALYSIS
    track.peaks = peaks
    track.licence = track.licence or entry["licence"]
    session.add(track)


def _say(track: MusicTrack, entry: Entry) -> None:
    """Of a new recording. What operators made of the words holds for as long as the recording is the same."""
    track.title, track.mood, track.licence = entry["title"], entry["mood"], entry["licence"]


def _beats(entry: Entry) -> list[float]:
    """Seconds. It was written to this tempo: nothing needs to be listened to."""
    step = 60 / entry["tempo"]
    count = int((entry["duration"] - entry["first_beat"]) / step) + 1
    return [round(entry["first_beat"] + number * step, 3) for number in range(count)]


def _content_id(file: Path) -> UUID:
    """Another content is another key, so that no browser plays what it kept of the old one."""
    return UUID(bytes=hashlib.sha256(file.read_bytes()).digest()[:16])


def _is_stored(key: str) -> bool:
    try:
        with get_storage().local_path(key):
            return True
    except NotFound:
        return False


def _store(key: str, file: Path) -> None:
    """A copy of it: storage takes over what it is given."""
    folder = get_settings().incoming_dir
    with full_or_read_only_disk_in_words():
        make_folder(folder)
        with tempfile.TemporaryDirectory(dir=folder, prefix="library-") as scratch:
            get_storage().put(key, Path(shutil.copyfile(file, Path(scratch) / file.name)))
