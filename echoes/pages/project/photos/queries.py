"""Queries of the photos step."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.models import Clip
from echoes.pages.project.queries import Head, head_of
from echoes.photos import service as photos
from echoes.storage import get_storage


@dataclass(frozen=True)
class PhotoTile:
    id: str
    picture: str
    name: str
    ratio: float
    has_clip: bool
    is_truncated: bool


def photos_page(session: UserSession, project_id: UUID) -> tuple[Head, list[PhotoTile]]:
    head, storage = head_of(session, project_id), get_storage()
    animated = set(session.exec(select(Clip.photo_id).where(col(Clip.project_id) == project_id)))
    return head, [
        PhotoTile(
            id=str(photo.id),
            picture=storage.url(photo.thumbnail_key),
            name=photo.filename,
            ratio=round(photo.width / photo.height, 3),
            has_clip=photo.id in animated,
            is_truncated=photo.is_truncated,
        )
        for photo in photos.list_photos(session, project_id)
    ]
