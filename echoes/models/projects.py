"""Projects: what a person works on, the shape of its film, and the undo history of its editing."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from echoes.catalogue.aspects import Aspect
from echoes.models.base import Owned, UtcDateTime, now, stored

JSON_THAT_COMPARES = sa.JSON().with_variant(JSONB(), "postgresql")
"""PostgreSQL does not compare plain JSON, not even a default with itself."""


def _json_list() -> sa.Column[Any]:
    return sa.Column(JSON_THAT_COMPARES, nullable=False, server_default="[]")


class BeatCuts(StrEnum):
    """Which cuts are moved onto a beat of the music."""

    OFF = "off"
    WHERE_IT_FITS = "fit"
    EVERY_BAR = "bar"
    EVERY_BEAT = "beat"


class Project(Owned, table=True):
    __tablename__ = "projects"

    title: str
    is_named_by_dates: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether nobody has named it: its title then comes of when its photos were taken (`projects.naming`)."""
    aspect: Aspect = Field(default=Aspect.WIDE, sa_type=stored(Aspect))
    transition: str = "crossfade"
    transition_seconds: float = 0.5
    music_id: UUID | None = Field(default=None, foreign_key="music_tracks.id", ondelete="SET NULL")
    music_volume: float = 0.8
    music_start: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    """Seconds of the first track that are left out before the film begins."""
    music_fade_out: float = Field(default=2.0, sa_column_kwargs={"server_default": "2"})
    """Seconds."""
    further_music: list[str] = Field(default_factory=list, sa_column=_json_list())
    """Ids of the tracks that play after the first one, in turn."""
    music_repeats: bool = Field(default=True, sa_column_kwargs={"server_default": sa.true()})
    """Whether the music begins again where it ends before the film."""
    beat_cuts: BeatCuts = Field(
        default=BeatCuts.OFF, sa_type=stored(BeatCuts), sa_column_kwargs={"server_default": BeatCuts.OFF}
    )
    look: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    """A name of `catalogue.looks`; none for what was made before there were looks."""
    opening_text: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    opening_subtitle: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    end_text: str = Field(default="", sa_column_kwargs={"server_default": sa.text("''")})
    has_fades: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether the film begins and ends in black."""
    marks_generated: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether the picture says of generated movement that it is."""
    keeps_all: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    """Whether the first take of a clip that succeeds is in the film without being asked for (`first_cut`)."""
    updated_at: datetime = Field(default_factory=now, sa_type=UtcDateTime)
    revision: int = 0
    """Grows with every change inside the project; open tabs watch it."""


class ProjectEdit(Owned, table=True):
    """One step of the undo history: the values of the columns that it changed, before and after."""

    __tablename__ = "project_edits"

    project_id: UUID = Field(foreign_key="projects.id", ondelete="CASCADE", index=True)
    sentence: str
    before: dict[str, Any] = Field(sa_type=sa.JSON)
    """Columns and their values by the id of the row: the project's or a clip's."""
    after: dict[str, Any] = Field(sa_type=sa.JSON)
    is_undone: bool = False
