"""Look of a film: pace, transitions, titles and music in one step."""

from uuid import UUID

from echoes.catalogue.looks import find_look
from echoes.database import UserSession
from echoes.editing.history import recorded
from echoes.errors import BadInput
from echoes.projects.looks import apply_look


def choose_look(session: UserSession, project_id: UUID, name: str) -> None:
    """Words, order, trims and what was chosen between single clips stay."""
    if (look := find_look(name)) is None:
        raise BadInput("Choose one of the looks on the page.")
    with recorded(session, project_id, "Look") as project:
        apply_look(session, project, look)
