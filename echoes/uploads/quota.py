"""How much room one person takes up, and how much there is for each.

Counted: photographs as they are kept, clips, films, music of one's own, and all that was announced by uploads
under way. Thumbnails, posters, preview renditions and caches are free.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from echoes.database import UserSession
from echoes.errors import Refused
from echoes.models import MusicTrack, Photo, RemovedFile, Take, Upload, UploadKind, User, Video
from echoes.projects.removals import forget_removed
from echoes.settings import Settings
from echoes.text.formatting import limit_in_words

RESULTS: dict[UploadKind, type[Photo] | type[MusicTrack]] = {
    UploadKind.PHOTO: Photo,
    UploadKind.MUSIC: MusicTrack,
}
"""What an upload becomes: a row with the upload's own id, so that twice is once."""


class Full(Refused):
    status = 413
    code = "quota_full"

    def __init__(self, most: int) -> None:
        super().__init__(
            f"Your {limit_in_words(most)} of space is full. Delete films, clips or photos you no longer need"
            " to make room."
        )


@dataclass(frozen=True, slots=True)
class Usage:
    """In bytes."""

    photos: int
    clips: int
    films: int
    music: int
    under_way: int

    @property
    def total(self) -> int:
        return self.photos + self.clips + self.films + self.music + self.under_way


def usage(session: UserSession, apart_from: UUID | None = None) -> Usage:
    """Of the acting user; `apart_from` one upload."""

    def removed(table: Any) -> int:
        return _removed(session, table.__tablename__)

    own_music = col(MusicTrack.owner_id) == session.user_id
    return Usage(
        photos=_sum(session, select(func.sum(col(Photo.size_bytes)))) + removed(Photo),
        clips=_sum(session, select(func.sum(col(Take.size_bytes)))) + removed(Take),
        films=_sum(session, select(func.sum(col(Video.size_bytes)))),
        music=_sum(session, select(func.sum(col(MusicTrack.size_bytes))).where(own_music))
        + removed(MusicTrack),
        under_way=_under_way(session, apart_from),
    )


def _removed(session: UserSession, table: str) -> int:
    """What can still come back; it makes way for what is sent."""
    return _sum(
        session, select(func.sum(col(RemovedFile.size_bytes))).where(col(RemovedFile.row_table) == table)
    )


def require_room(session: UserSession, settings: Settings, size: int, apart_from: UUID | None = None) -> None:
    """Raises Full. Uploads of one person are begun one after the other, so that all are counted."""
    if apart_from is None:
        session.exec(select(User.id).where(col(User.id) == session.user_id).with_for_update())
    used = usage(session, apart_from).total
    if used + size > settings.max_bytes_per_user and forget_removed(session):
        session.flush()
        used = usage(session, apart_from).total
    if used + size > settings.max_bytes_per_user:
        raise Full(settings.max_bytes_per_user)


def _under_way(session: UserSession, apart_from: UUID | None) -> int:
    announced = select(func.sum(col(Upload.size_bytes)))
    for kind, result in RESULTS.items():
        announced = announced.where((col(Upload.kind) != kind) | col(Upload.id).not_in(select(result.id)))
    if apart_from is not None:
        announced = announced.where(col(Upload.id) != apart_from)
    return _sum(session, announced)


def _sum(session: UserSession, query: Any) -> int:
    return int(session.exec(query).one() or 0)
