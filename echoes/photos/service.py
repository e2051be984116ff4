"""Photo service: what the acting user sees of photos. They come in by uploads."""

from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.models import Photo


def list_photos(session: UserSession, project_id: UUID) -> list[Photo]:
    """In the order in which they were chosen for upload, unless they were moved."""
    query = select(Photo).where(col(Photo.project_id) == project_id)
    return list(session.exec(query.order_by(col(Photo.position), col(Photo.id))))
