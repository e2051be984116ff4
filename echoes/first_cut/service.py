"""First cut service: clips of all photos but those set aside, kept as they are made, in a complete film.

It has two steps, each a transaction of its own: `prepare` arranges the film and costs nothing, `request`
asks for the clips and pays. Where the credits do not reach, the film is arranged and waits for its clips.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from echoes.catalogue.looks import BY_NAME, GENTLE
from echoes.clips import service as clips
from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.editing.history import recorded
from echoes.errors import NotFound, Refused
from echoes.models import Clip, Photo, Project, Take
from echoes.photos import selection
from echoes.photos.service import list_photos
from echoes.projects import service as projects
from echoes.projects.looks import apply_look
from echoes.projects.naming import dates_in_words
from echoes.projects.timeline import clips_in_film
from echoes.takes.motions import SURPRISE

END = "The End"
HAS_CLIP = "A photo that already has a clip stays. Leave its clip out of the film instead."


@dataclass(frozen=True, slots=True)
class FirstCut:
    """What one tap would do now."""

    photo_ids: tuple[UUID, ...]
    """Those that a clip is made of."""
    aside: dict[UUID, selection.SetAside]
    is_prepared: bool
    """Whether the tap has been made before."""
    has_film: bool
    """Whether there are clips in the film: then it adds what has come since, and changes nothing else."""


def plan(session: UserSession, project_id: UUID) -> FirstCut:
    """Raises NotFound."""
    project = projects.get(session, project_id)
    photos, animated = list_photos(session, project_id), _animated(session, project_id)
    aside = selection.set_aside(photos, animated)
    wanted = clips.uncovered(session, project, [photo for photo in photos if photo.id not in aside])
    has_film = bool(clips_in_film(session, project))
    return FirstCut(tuple(photo.id for photo in wanted), aside, project.keeps_all, has_film)


def prepare(session: UserSession, project_id: UUID) -> list[UUID]:
    """The photos to request clips of. They have places in the film by the time they were taken, and the film
    has a look, music, words and fades; what a person has chosen of these stays."""
    project = projects.lock(session, project_id)
    cut = plan(session, project_id)
    clips.add_clips(session, project, sorted_by_date(_photos(session, cut.photo_ids)))
    if not (cut.is_prepared or cut.has_film):
        with recorded(session, project_id, "First version"):
            _complete(session, project)
            clips.approve_all(session, project_id)
    project.keeps_all = True
    return list(cut.photo_ids)


def request(session: UserSession, project_id: UUID, photo_ids: list[UUID], price: int | None) -> list[Take]:
    """Raises PriceChanged, OutOfCredits or TooOften, for all together."""
    return clips.animate_all(session, project_id, SURPRISE, price, photo_ids)


def use_photos(session: UserSession, project_id: UUID, photo_ids: Sequence[UUID], is_used: bool) -> None:
    """Photos that were set aside, after all; or not to be used. Raises NotFound, Refused."""
    named = select(Photo).where(col(Photo.project_id) == project_id, col(Photo.id).in_(photo_ids))
    photos = session.exec(named).all()
    if not photos:
        raise NotFound
    if not is_used and {photo.id for photo in photos} & _animated(session, project_id):
        raise Refused(HAS_CLIP)
    for photo in photos:
        photo.is_used_anyway, photo.is_left_out = is_used, not is_used
    touch(session, project_id)


def sorted_by_date(photos: list[Photo]) -> list[Photo]:
    """By the time they were taken, then by name; those without a date stay where they were put."""
    dated = iter(
        sorted((photo for photo in photos if photo.taken_at), key=lambda one: (one.taken_at, one.filename))
    )
    return [next(dated) if photo.taken_at else photo for photo in photos]


def _complete(session: UserSession, project: Project) -> None:
    if not project.look:
        apply_look(session, project, BY_NAME[GENTLE])
        project.opening_text = project.opening_text or projects.name_of(project)
        project.has_fades = True
    dates = dates_in_words(session, project.id)
    if not project.opening_text:
        project.opening_text = dates if not projects.name_of(project) else ""
    elif not project.opening_subtitle and dates != project.opening_text:
        project.opening_subtitle = dates
    project.end_text = project.end_text or END


def _photos(session: UserSession, photo_ids: tuple[UUID, ...]) -> list[Photo]:
    named = select(Photo).where(col(Photo.id).in_(photo_ids))
    return list(session.exec(named.order_by(col(Photo.position), col(Photo.id))))


def _animated(session: UserSession, project_id: UUID) -> set[UUID]:
    return set(session.exec(select(Clip.photo_id).where(col(Clip.project_id) == project_id)))
