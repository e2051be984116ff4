"""Projects: what a person works on, and the shape of its film."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from echoes.catalogue.aspects import Aspect
from echoes.models.base import Owned, UtcDateTime, now, stored


class Project(Owned, table=True):
    __tablename__ = "projects"

    title: str
    aspect: Aspect = Field(default=Aspect.WIDE, sa_type=stored(Aspect))
    transition: str = "crossfade"
    transition_seconds: float = 0.5
    music_id: UUID | None = Field(default=None, foreign_key="music_tracks.id", ondelete="SET NULL")
    music_volume: float = 0.8
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    revision: int = 0
    """Grows with every change inside the project; open tabs watch it."""
