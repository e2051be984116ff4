"""Photographs, and uploads in progress."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Owned, UtcDateTime, stored
from echoes.models.framing import Framed


class UploadKind(StrEnum):
    PHOTO = "photo"
    MUSIC = "music"


class Upload(Owned, table=True):
    """A file on its way in, resumable; `echoes.uploads.parts` keeps its bytes until it is whole."""

    __tablename__ = "uploads"

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    kind: UploadKind = Field(sa_type=stored(UploadKind))
    filename: str
    size_bytes: int
    lease_id: UUID | None = None
    """The request that writes it, where any of many machines may get the next one."""
    lease_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Photo(Owned, Framed, table=True):
    __tablename__ = "photos"

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    filename: str
    width: int
    height: int
    size_bytes: int
    is_truncated: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether the file lacked its last lines."""
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    master_key: str
    thumbnail_key: str
    rotation: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Quarter turns clockwise that its owner gave it, 0 to 3. The files show it so."""
    fingerprint: str | None = None
    """Perceptual hash, 16 hexadecimal digits; none until it is measured (`photos.measuring`)."""
    sharpness: float | None = None
    subject: dict[str, Any] | None = Field(default=None, sa_type=sa.JSON(none_as_null=True))
    """`compiler.subject.PhotoSubject`; none until it is looked for (`photos.subjects`)."""
    is_used_anyway: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether its owner wants it in the first cut though it is blurred or looks like another one."""
    is_left_out: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether its owner does not want it in the first cut."""
    position: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Its place among the photos of its project; those with the same one stand in the order they came."""
