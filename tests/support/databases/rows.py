"""Rows as the app would have made them, without the work behind them."""

from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from echoes.models import Aspect, Clip, JobStatus, MusicTrack, Passkey, Photo, Project, Take, Video, now
from echoes.storage import new_key

Row = TypeVar("Row")


def add_project(session: Session, owner: UUID, title: str = "Summer 1987") -> Project:
    return _add(session, Project(owner_id=owner, title=title))


def add_photo(session: Session, project: Project, name: str = "beach.jpg") -> Photo:
    photo = Photo(
        owner_id=project.owner_id,
        project_id=project.id,
        filename=name,
        width=1600,
        height=1200,
        size_bytes=1000,
        master_key=f"{project.owner_id}/photos/{name}",
        thumbnail_key=f"{project.owner_id}/thumbnails/{name}",
    )
    return _add(session, photo)


def add_take(
    session: Session,
    photo: Photo,
    status: JobStatus = JobStatus.SUCCEEDED,
    aspect: Aspect = Aspect.WIDE,
    approved: bool = False,
) -> Take:
    clip = _clip_of(session, photo)
    take = Take(
        owner_id=photo.owner_id, clip_id=clip.id, provider="motion", model="camera", motion="push_in",
        aspect=aspect, status=status,
    )  # fmt: skip
    if status == JobStatus.SUCCEEDED:
        take.video_key, take.poster_key = f"{photo.owner_id}/takes/{take.id}.mp4", None
        take.frames, take.ended_at = 120, now()
    _add(session, take)
    if approved:
        clip.approved_take_id = take.id
        session.flush()
    return take


def add_video(session: Session, project: Project, status: JobStatus = JobStatus.SUCCEEDED) -> Video:
    video = Video(
        owner_id=project.owner_id, project_id=project.id, title=project.title, timeline={}, width=1280,
        height=720, status=status,
    )  # fmt: skip
    return _add(session, video)


def name_files(row: Photo | Take | Video) -> list[str]:
    """A key in every column that holds one; no file is put there."""
    names = [name for name in type(row).model_fields if name.endswith("_key")]
    for name in names:
        setattr(row, name, new_key(row.owner_id, name, "bin", row.id))
    return [getattr(row, name) for name in names]


def add_track(session: Session, owner: UUID | None = None, duration: float = 90.0) -> MusicTrack:
    track = MusicTrack(
        owner_id=owner, title="Tender", duration=duration, size_bytes=9, audio_key="library/music/tender.m4a",
        media_type="audio/mp4",
    )  # fmt: skip
    return _add(session, track)


def add_passkey(session: Session, owner: UUID, name: str = "Phone") -> Passkey:
    return _add(session, Passkey(owner_id=owner, credential_id=f"{owner}", public_key="k", name=name))


def _clip_of(session: Session, photo: Photo) -> Clip:
    if clip := session.exec(select(Clip).where(col(Clip.photo_id) == photo.id)).one_or_none():
        return clip
    siblings = session.exec(select(Clip).where(col(Clip.project_id) == photo.project_id)).all()
    clip = Clip(
        owner_id=photo.owner_id, project_id=photo.project_id, photo_id=photo.id, position=len(siblings)
    )
    return _add(session, clip)


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
