"""Default title of a film: when its photos were taken, as long as nobody has named it."""

from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.models import Photo, Project
from echoes.projects.service import DEFAULT_TITLE, set_title
from echoes.text.date_spans import span_in_words


def name_by_dates(session: UserSession, project_id: UUID) -> None:
    """After photos have come or gone. Without a date the title stays the default one."""
    project = session.get(Project, project_id)
    if project is not None and project.is_named_by_dates:
        title = dates_in_words(session, project_id) or DEFAULT_TITLE
        if title != project.title:
            set_title(project, title)


def dates_in_words(session: UserSession, project_id: UUID) -> str:
    taken = select(Photo.taken_at).where(col(Photo.project_id) == project_id)
    return span_in_words([moment for moment in session.exec(taken) if moment])
