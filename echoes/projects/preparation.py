"""Ask for a film to be prepared: what its render will need is made ahead of time, while a person still edits.

The job is `videos.preparation`. It is only a help: it costs nothing, and nobody hears of its failure.
"""

import json
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

from echoes.database import UserSession
from echoes.errors import Refused
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.models import Project, new_id
from echoes.projects import timeline as timelines
from echoes.settings import get_settings


@dataclass(frozen=True, slots=True)
class FilmVersion:
    """A project's film as it was when its preparation was asked for."""

    project_id: UUID
    digest: str

    @classmethod
    def from_text(cls, text: str) -> "FilmVersion":
        project_id, digest = text.split()
        return cls(UUID(project_id), digest)

    def to_text(self) -> str:
        return f"{self.project_id} {self.digest}"


def ask_for_preparation(session: UserSession, project_id: UUID) -> None:
    """After each change of what the film shows. A job whose film has changed since ends at once, so that the
    job of the last change is the one that works. A stranger's project is not found: nothing is asked for."""
    if not get_settings().prepare_load:
        return
    session.flush()
    project = session.get(Project, project_id)
    if project is not None and (version := version_of(session, project)) is not None:
        enqueue(session, JobName.PREPARE_FILM, new_id(), argument=version.to_text())


def version_of(session: UserSession, project: Project) -> FilmVersion | None:
    """None while no clip is kept."""
    try:
        timeline = timelines.build(session, project)
    except Refused:
        return None
    text = json.dumps(timeline.to_json(), sort_keys=True)
    return FilmVersion(project.id, blake2b(text.encode(), digest_size=16).hexdigest())
