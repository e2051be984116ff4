"""Uploads of the acting user: begun, looked up, given up, cleaned up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from echoes.database import UserSession, after_commit, get_database
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import MusicTrack, Photo, Project, Upload, UploadKind
from echoes.music.service import MOST_OWN_TRACKS
from echoes.photos.allowance import require_photos
from echoes.settings import Settings, get_settings
from echoes.text.formatting import limit_in_words
from echoes.text.isolation import isolated
from echoes.uploads import quota
from echoes.uploads.parts import get_part_store
from echoes.uploads.quota import Usage, usage

__all__ = ["Usage", "usage"]

CALLED = {UploadKind.PHOTO: "a photo", UploadKind.MUSIC: "a piece of music"}


class UploadTooLarge(BadInput):
    status = 413
    code = "upload_too_large"


def begin(
    session: UserSession, settings: Settings, kind: UploadKind, project_id: UUID, filename: str, size: int
) -> Upload:
    _check_size(settings, kind, filename, size)
    if session.exec(select(Project).where(col(Project.id) == project_id).with_for_update()).first() is None:
        raise NotFound
    quota.require_room(session, settings, size)  # First: from here on uploads of one person wait in line.
    if kind == UploadKind.PHOTO:
        require_photos(session)
    _check_count(session, settings, kind, project_id)
    upload = Upload(
        owner_id=session.user_id, project_id=project_id, kind=kind, filename=filename, size_bytes=size
    )
    session.add(upload)
    session.flush()
    return upload


def get(session: UserSession, upload_id: UUID) -> Upload:
    if (upload := session.get(Upload, upload_id)) is None:
        raise NotFound
    return upload


def offset(upload: Upload, is_taken_in: bool) -> int:
    """How much need not be sent again.

    The last byte counts only when the photo is in its project: if that failed for want of room, or because
    the server went down, the client sends one byte, and so asks for it again.
    """
    if is_taken_in:
        return upload.size_bytes
    return min(get_part_store().received(upload.id), upload.size_bytes - 1)


def is_taken_in(session: UserSession, upload: Upload) -> bool:
    return session.get(quota.RESULTS[upload.kind], upload.id) is not None


def give_up(session: UserSession, upload_id: UUID) -> None:
    """What has become a photo already stays one."""
    session.delete(get(session, upload_id))
    after_commit(session, lambda: get_part_store().discard(upload_id))


def delete_abandoned(before: datetime) -> int:
    """Housekeeping: forgets uploads begun before this moment, to which nothing was added since."""
    store = get_part_store()
    fresh = {upload_id for upload_id, written in store.last_written().items() if written >= before}
    with get_database().unscoped() as session:
        begun = session.exec(select(Upload).where(col(Upload.created_at) < before)).all()
        stale = [upload for upload in begun if upload.id not in fresh]
        for upload in stale:
            session.delete(upload)
    store.delete_abandoned(before)
    return len(stale)


def largest(settings: Settings) -> dict[UploadKind, int]:
    """In bytes. Nothing can be larger than all the room that a person has."""
    most = {UploadKind.PHOTO: settings.max_photo_bytes, UploadKind.MUSIC: settings.max_music_bytes}
    return {kind: min(size, settings.max_bytes_per_user) for kind, size in most.items()}


def largest_in_words(kind: UploadKind) -> str:
    return limit_in_words(largest(get_settings())[kind])


def _check_size(settings: Settings, kind: UploadKind, filename: str, size: int) -> None:
    most = largest(settings)[kind]
    if size == 0:
        raise BadInput(f"“{isolated(filename)}” is empty.")
    if size > most:
        raise UploadTooLarge(
            f"“{isolated(filename)}” is too large: {CALLED[kind]} can be up to {limit_in_words(most)}."
        )


def _check_count(session: UserSession, settings: Settings, kind: UploadKind, project_id: UUID) -> None:
    """Uploads under way count too: else a thousand could be begun at once."""
    if kind == UploadKind.PHOTO:
        photos = select(func.count(col(Photo.id))).where(col(Photo.project_id) == project_id)
        count = session.exec(photos).one() + _under_way(session, kind, col(Upload.project_id) == project_id)
        most, sentence = settings.max_photos_per_project, "A film can hold up to {} photos."
    else:
        tracks = select(func.count(col(MusicTrack.id))).where(col(MusicTrack.owner_id) == session.user_id)
        count = session.exec(tracks).one() + _under_way(session, kind)
        most, sentence = MOST_OWN_TRACKS, "You can keep up to {} pieces of music. Please remove one first."
    if count >= most:
        raise Refused(sentence.format(most))


def _under_way(session: UserSession, kind: UploadKind, *criteria: ColumnElement[bool]) -> int:
    taken_in = select(quota.RESULTS[kind].id)
    query = select(func.count(col(Upload.id))).where(col(Upload.kind) == kind, *criteria)
    return session.exec(query.where(col(Upload.id).not_in(taken_in))).one()
