"""Project service: projects of the acting user, and the choices that shape their film."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, select

from echoes.catalogue.looks import BY_NAME, GENTLE
from echoes.database import UserSession, after_commit
from echoes.database.revisions import touch, touch_user
from echoes.errors import BadInput, NotFound
from echoes.models import Aspect, Clip, Photo, Project, Removal, RemovedFile, Take, Upload, Video
from echoes.projects.looks import apply_look
from echoes.projects.preparation import ask_for_preparation
from echoes.projects.segment_cache import forget_rendered
from echoes.storage import get_storage
from echoes.takes.cancellation import cancel_all_takes
from echoes.text.validation import is_shown

LONGEST_TITLE = 80
DEFAULT_TITLE = "A new film"


def list_projects(session: UserSession) -> list[Project]:
    """The one that changed last comes first. One that was only opened is none yet: `begin` leads back to
    it."""
    query = select(Project).where(~_is_untouched()).order_by(col(Project.updated_at).desc())
    return list(session.exec(query))


def create(session: UserSession, title: str = "") -> Project:
    """It begins with a look and its music, the title in front, and fades."""
    project = Project(owner_id=session.user_id, title=_clean_title(title or DEFAULT_TITLE), has_fades=True)
    project.is_named_by_dates = not title
    project.opening_text = name_of(project)
    apply_look(session, project, BY_NAME[GENTLE])
    session.add(project)
    session.flush()
    touch(session, project.id)
    return project


def begin(session: UserSession) -> Project:
    """The newest film to which nothing was added yet, else a new one: asking twice makes one."""
    found = session.exec(select(Project).where(_is_untouched()).order_by(col(Project.id).desc())).first()
    return found or create(session)


def _is_untouched() -> sa.ColumnElement[bool]:
    """Nothing was added to it, nobody named it or wrote words for it, and nothing that was removed can still
    come back."""
    used = [
        select(model.project_id).where(col(model.project_id).is_not(None))
        for model in (Upload, Photo, Removal, Video)
    ]
    words = col(Project.opening_text) + col(Project.opening_subtitle) + col(Project.end_text)
    return sa.and_(
        col(Project.is_named_by_dates), words == "", *(col(Project.id).not_in(one) for one in used)
    )


def get(session: UserSession, project_id: UUID) -> Project:
    project = session.get(Project, project_id)
    if project is None:
        raise NotFound
    return project


def lock(session: UserSession, project_id: UUID) -> Project:
    """For what must not be done by two tabs at once. SQLite lets one write at a time anyway."""
    project = session.get(Project, project_id, with_for_update=True)
    if project is None:
        raise NotFound
    return project


def name_of(project: Project) -> str:
    """Its title, if it has one: a person gave it, or it comes of the dates of its photos."""
    return "" if project.title == DEFAULT_TITLE else project.title


def rename(session: UserSession, project_id: UUID, title: str) -> None:
    """The words in front of the film follow as long as they are its title."""
    project = get(session, project_id)
    set_title(project, _clean_title(title))
    project.is_named_by_dates = False
    touch(session, project_id)


def set_title(project: Project, title: str) -> None:
    is_in_front = bool(project.look) and project.opening_text == name_of(project)
    project.title = title
    if is_in_front:
        project.opening_text = name_of(project)


def set_aspect(session: UserSession, project_id: UUID, aspect: str) -> None:
    """Takes of another aspect are kept, and are back in use when their aspect is chosen again."""
    if aspect not in list(Aspect):
        raise BadInput("Choose wide, tall or square.")
    get(session, project_id).aspect = Aspect(aspect)
    touch(session, project_id)
    ask_for_preparation(session, project_id)


def delete(session: UserSession, project_id: UUID) -> None:
    """With everything in it; the files go when the rows are gone for good."""
    project = lock(session, project_id)
    keys = file_keys(session, project_id)
    cancel_all_takes(session, project_id)
    session.delete(project)
    session.flush()
    touch_user(session, project.owner_id)
    after_commit(session, lambda: get_storage().delete(keys))
    after_commit(session, lambda: forget_rendered(project_id))


def file_keys(session: UserSession, project_id: UUID) -> list[str]:
    """Every stored file that rows of this project name."""
    photos = select(Photo.master_key, Photo.thumbnail_key).where(col(Photo.project_id) == project_id)
    removed = select(RemovedFile.file_key).join(Removal, col(Removal.id) == col(RemovedFile.removal_id))
    removed = removed.where(col(Removal.project_id) == project_id)
    is_here = col(Clip.project_id) == project_id
    takes = select(Take).join(Clip, col(Clip.id) == col(Take.clip_id)).where(is_here)
    videos = select(Video.film_key, Video.poster_key, Video.small_poster_key)
    videos = videos.where(col(Video.project_id) == project_id)
    rows = [*session.exec(photos), *session.exec(videos)]
    rows = [*rows, *map(_files_of, session.exec(takes))]
    return [*session.exec(removed), *(key for row in rows for key in row if key)]


def _files_of(take: Take) -> tuple[str | None, ...]:
    pictures = take.video_key, take.preview_key, take.poster_key, take.small_poster_key
    return *pictures, take.audio_key, take.raw_key


def _clean_title(title: str) -> str:
    title = " ".join(title.split())
    if len(title) > LONGEST_TITLE or not is_shown(title):
        raise BadInput(f"Please give the film a title of up to {LONGEST_TITLE} characters.")
    return title
