"""Provenance of a film or clip: of each shot, whether a model generated its movement, and which one did.

Holds nothing of a person: no id, title, caption, prompt or file name.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self
from uuid import UUID

from sqlmodel import Session, col, select

from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline, to_seconds
from echoes.models import Take, Video
from echoes.providers import get_provider
from echoes.providers.base import UnknownProvider


@dataclass(frozen=True, slots=True, order=True)
class MovementSource:
    """Who made the movement of a clip."""

    is_generated: bool
    """By a trained model; otherwise the camera moves over the photograph, and nothing in it is invented."""
    provider: str
    model: str
    """As people know them: “Runway”, “Runway Gen-4 Turbo”."""

    @property
    def name(self) -> str:
        return self.model if self.model.startswith(self.provider) else f"{self.provider} {self.model}"


@dataclass(frozen=True, slots=True)
class ShotProvenance:
    """Seconds of the film in which a clip is seen, and who made its movement."""

    start: float
    end: float
    source: MovementSource

    def to_json(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end} | asdict(self.source)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        source = MovementSource(stored["is_generated"], stored["provider"], stored["model"])
        return cls(stored["start"], stored["end"], source)


def source_of(provider_name: str, model_name: str) -> MovementSource:
    """A provider that is no longer installed goes by its own name, and is taken for a model."""
    try:
        provider = get_provider(provider_name)
    except UnknownProvider:
        return MovementSource(True, provider_name, model_name)
    titles = {model.name: model.title for model in provider.models}
    is_generated = getattr(provider, "is_generative", True)  # Others' providers may be older than this.
    return MovementSource(is_generated, provider.title, titles.get(model_name, model_name))


def provenance_of_film(session: Session, owner_id: UUID, timeline: Timeline) -> tuple[ShotProvenance, ...]:
    """Of each shot whose clip is still there, in the film's order."""
    wanted = {UUID(clip) for clip in timeline.clips}
    query = select(Take).where(col(Take.id).in_(wanted), col(Take.owner_id) == owner_id)
    sources = {str(take.id): source_of(take.provider, take.model) for take in session.exec(query)}
    return tuple(
        ShotProvenance(to_seconds(placed.film_start), to_seconds(placed.film_end), sources[placed.clip])
        for placed in lay_out(timeline).shots
        if placed.clip in sources
    )


def recorded(video: Video) -> tuple[ShotProvenance, ...]:
    """What the film's manifest says; nothing of a film from before there were manifests."""
    return tuple(map(ShotProvenance.from_json, video.provenance or ()))
