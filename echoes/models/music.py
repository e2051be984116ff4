"""Music tracks, bundled and own."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Row


class MusicTrack(Row, table=True):
    """A bundled track belongs to nobody (owner_id is null) and everybody may use it."""

    __tablename__ = "music_tracks"

    owner_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True)
    slug: str | None = Field(default=None, unique=True)
    title: str
    mood: str = ""
    duration: float
    size_bytes: int
    audio_key: str
    media_type: str
    position: int = 0
    is_hidden: bool = False
    licence: str = ""
    loudness: float | None = None
    """LUFS, integrated."""
    beats: list[float] | None = Field(default=None, sa_type=sa.JSON)
    peaks: list[float] | None = Field(default=None, sa_type=sa.JSON)
    """The loudest sample in each of equally long parts, 0 to 1: the waveform. None where it is not known."""
