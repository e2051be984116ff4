"""Data export.

All that Echoes has of a person, as one zip: files as they are, and everything else as JSON.

It is written while it is read: neither the zip nor a film is ever in memory or on the disk as a whole.
"""

import io
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlmodel import SQLModel, col, select

from echoes.database import UserSession, get_database
from echoes.database.ownership import owned_tables
from echoes.errors import NotFound
from echoes.models import AuthSession, Clip, MusicTrack, Photo, Project, Take, User, Video, now
from echoes.storage import get_storage
from echoes.text.validation import has_visible

PART = 256 * 1024
LONGEST_NAME = 80
OURS = {
    "owner_id", "referred_by_id", "reference", "token_hash", "password_hash", "payment_fingerprint",
    "visitor", "networks", "code_hash", "invitation_id", "content",
}  # fmt: skip
"""What says nothing to the person, names somebody else, or would open something to whoever finds the zip."""
PORTS = (f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))
DEVICES = {"con", "prn", "aux", "nul", *PORTS}
MISSING = "missing.txt"
READ_ME = """This is everything Echoes has about you.

photos, clips, films, music: your files, as they are stored
data: everything else, a JSON file for each kind of thing; credit_entries.json is your account statement
"""


@dataclass(frozen=True, slots=True)
class Export:
    """`files` are pairs of a name within the zip and a storage key."""

    documents: dict[str, str]
    files: list[tuple[str, str]]

    def parts(self) -> Iterator[bytes]:
        """The zip, part by part. Blocks while it reads: not for the event loop."""
        outbox, missing = _ZipStream(), []
        with ZipFile(outbox, "w", allowZip64=True) as archive:
            for name, text in self.documents.items():
                archive.writestr(_entry(name, ZIP_DEFLATED), text)
                yield outbox.taken()
            for name, key in self.files:
                try:
                    yield from _copied(archive, outbox, name, key)
                except NotFound:
                    missing.append(name)  # Deleted since the zip was begun.
            if missing:
                archive.writestr(_entry(MISSING, ZIP_DEFLATED), "\n".join(missing))
        yield outbox.taken()


def gather(user_id: UUID) -> Export:
    with get_database().reading_as(user_id) as session:
        files = _named_apart(_files(session))
        names = {key: name for name, key in files}
        documents = {
            f"data/{table.__tablename__}.json": _as_json(_rows(session, table), names) for table in _tables()
        }
    return Export({"README.txt": READ_ME} | documents, files)


def _tables() -> list[Any]:
    return [User, AuthSession, MusicTrack, *owned_tables()]


def _rows(session: UserSession, table: Any) -> list[SQLModel]:
    """The session shows only what is theirs; bundled music is everybody's."""
    query = select(table).order_by(table.id)
    return list(session.exec(query.where(col(table.owner_id).is_not(None)) if table is MusicTrack else query))


def _as_json(rows: list[SQLModel], names: dict[str, str]) -> str:
    return json.dumps([_told(row, names) for row in rows], indent=2, ensure_ascii=False)


def _told(row: SQLModel, names: dict[str, str]) -> dict[str, Any]:
    """Storage keys become names within the zip; what has no file here has no key either."""
    told = {name: value for name, value in row.model_dump(mode="json").items() if name not in OURS}
    keys = [name for name in told if name.endswith("_key")]
    return {name: value for name, value in told.items() if name not in keys} | {
        name.removesuffix("_key") + "_file": names[told[name]] for name in keys if told[name] in names
    }


def _files(session: UserSession) -> Iterator[tuple[str, str]]:
    """What comes while this is read may lack its project or its photo: the next export has it."""
    titles = dict(session.exec(select(Project.id, Project.title)).all())
    photos = {photo.id: photo for photo in session.exec(select(Photo).order_by(col(Photo.id)))}
    for photo in photos.values():
        name = _stem(photo.filename) + PurePosixPath(photo.master_key).suffix
        yield f"photos/{_clean(titles.get(photo.project_id, ''))}/{name}", photo.master_key
    takes = select(Take, Clip.photo_id).join(Clip, col(Clip.id) == col(Take.clip_id)).order_by(col(Take.id))
    for take, photo_id in session.exec(takes):
        if take.video_key and (of_photo := photos.get(photo_id)):
            yield (
                f"clips/{_clean(titles.get(of_photo.project_id, ''))}/{_stem(of_photo.filename)}.mp4",
                take.video_key,
            )
    for video in session.exec(select(Video).order_by(col(Video.id))):
        if video.film_key:
            size = f" {video.width}x{video.height}" if video.original_id else ""
            yield f"films/{_clean(video.title)}{size}.mp4", video.film_key
    for track in session.exec(select(MusicTrack).where(col(MusicTrack.owner_id).is_not(None))):
        yield f"music/{_clean(track.title)}{PurePosixPath(track.audio_key).suffix}", track.audio_key


def _named_apart(files: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    """`beach.jpg`, `beach 2.jpg`: also where capitals make no difference."""
    taken: set[str] = set()
    named: list[tuple[str, str]] = []
    for wanted, key in files:
        name, count, path = wanted, 1, PurePosixPath(wanted)
        while name.casefold() in taken:
            count += 1
            name = str(path.with_name(f"{path.stem} {count}{path.suffix}"))
        taken.add(name.casefold())
        named.append((name, key))
    return named


def _stem(file_name: str) -> str:
    return _clean(re.sub(r"\.\w{1,5}$", "", file_name))


def _clean(name: str) -> str:
    """Nothing that leads out of a folder, or that Windows refuses: there some names are those of devices."""
    shown = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in name)
    plain = "".join("-" if letter in '/\\:*?"<>|' else letter for letter in shown)
    kept = " ".join(plain.split())[:LONGEST_NAME].strip(" .")
    kept = kept if has_visible(kept) else "Untitled"
    return f"_{kept}" if kept.partition(".")[0].rstrip().casefold() in DEVICES else kept


def _entry(name: str, compression: int) -> ZipInfo:
    entry = ZipInfo(name, now().timetuple()[:6])
    entry.compress_type = compression
    return entry


def _copied(archive: ZipFile, outbox: "_ZipStream", name: str, key: str) -> Iterator[bytes]:
    """Pictures and films are small already: they are stored as they are."""
    storage, entry = get_storage(), _entry(name, ZIP_STORED)
    with storage.open(key) as source:
        entry.file_size = storage.size(key)  # so that the zip knows in time when it needs long numbers
        with archive.open(entry, "w") as target:
            while part := source.read(PART):
                target.write(part)
                yield outbox.taken()
    yield outbox.taken()


class _ZipStream(io.RawIOBase):
    """What was written and not yet sent."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def taken(self) -> bytes:
        waiting, self._waiting = bytes(self._waiting), bytearray()
        return waiting
