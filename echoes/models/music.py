"""Music tracks, bundled and own."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Row


class MusicTrack(Row, table=True):
    """A bundled track belongs to nobody (owner_id is null) and everybody may use it."""

    __tablename__ = "music_tracks"
    __table_args__ = (sa.Index(None, "analysis", "id"),)

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
    true_peak: float | None = None
    """dBTP; None where it is not known."""
    beats: list[float] | None = Field(default=None, sa_type=sa.JSON)
    downbeats: list[float] | None = Field(default=None, sa_type=sa.JSON)
    """The first beat of each bar, which are of `beats`; None where they are not known."""
    peaks: list[float] | None = Field(default=None, sa_type=sa.JSON)
    """The loudest sample in each of equally long parts, 0 to 1: the waveform. None where it is not known."""
    analysis: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Which version of the analysis found all this; an older one is made again (`music.analysis`)."""
