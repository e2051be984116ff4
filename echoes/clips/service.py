"""Clip service: what the acting user may do with clips and takes."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from echoes.clips.reframing import made_again, reframed_takes
from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.errors import NotFound, Refused
from echoes.models import UNFINISHED, Clip, JobStatus, Photo, Project, Take
from echoes.projects.preparation import ask_for_preparation
from echoes.projects.service import get as get_project
from echoes.projects.service import lock as lock_project
from echoes.takes.cancellation import CancellationOutcome, cancel_take
from echoes.takes.motions import SURPRISE
from echoes.takes.requesting import RequestedClip, TakeRequest, request_takes


def list_clips(session: UserSession, project_id: UUID) -> list[Clip]:
    """One for each animated photo, without those that are shown again at other places."""
    query = select(Clip).where(col(Clip.project_id) == project_id, col(Clip.copy_of_id).is_(None))
    return list(session.exec(query.order_by(col(Clip.position), col(Clip.id))))


def list_takes(session: UserSession, project_id: UUID) -> list[Take]:
    """Oldest first."""
    query = select(Take).join(Clip, col(Clip.id) == col(Take.clip_id))
    return list(session.exec(query.where(col(Clip.project_id) == project_id).order_by(col(Take.id))))


def animate(
    session: UserSession,
    photo_id: UUID,
    motion: str,
    wish: str = "",
    variations: int = 1,
    price: int | None = None,
) -> list[Take]:
    """Asks for new takes; rows, jobs and debits are written together. Earlier takes are kept. Here and below,
    `price` is what the person was shown for each."""
    photo = session.get(Photo, photo_id)
    if photo is None:
        raise NotFound
    project = lock_project(session, photo.project_id)
    (requested,) = _requested(session, project, [photo])
    if _waiting_take(session, requested.clip.id, project) is not None:
        raise Refused("This photo is already being animated.")
    takes = request_takes(session, project, [requested], TakeRequest(motion, wish, variations, price))
    touch(session, project.id)
    return takes


def animate_many(
    session: UserSession,
    project_id: UUID,
    photo_ids: Sequence[UUID],
    motion: str = SURPRISE,
    wish: str = "",
    variations: int = 1,
    price: int | None = None,
) -> list[Take]:
    """Of those photos that have no take under way. All of them or, when the credits do not reach, none."""
    project = lock_project(session, project_id)
    named = select(Photo).where(col(Photo.project_id) == project_id, col(Photo.id).in_(photo_ids))
    photos = session.exec(named.order_by(col(Photo.position), col(Photo.id))).all()
    if len(photos) != len(set(photo_ids)):
        raise NotFound("Some of these photos have been removed. Here are the ones that are left.")
    busy = _covered_clips(session, project, UNFINISHED)
    # Several of one photo are to differ: made again by the move that it had, all would be the same.
    again = reframed_takes(session, project) if motion == SURPRISE and variations == 1 else {}
    wanted = [
        requested
        for requested in _requested(session, project, photos, again)
        if requested.clip.id not in busy
    ]
    takes = request_takes(session, project, wanted, TakeRequest(motion, wish, variations, price))
    touch(session, project_id)
    return takes


def animate_all(
    session: UserSession,
    project_id: UUID,
    motion: str = SURPRISE,
    price: int | None = None,
    among: Collection[UUID] | None = None,
) -> list[Take]:
    """A take for each photo that has none, or none under way, in the project's aspect; one from before its
    photo was rotated, or its framing changed, does not count. `among`: those that the price was shown for;
    one that was added meanwhile in another tab waits for a tap of its own."""
    project = lock_project(session, project_id)
    named = select(Photo).where(col(Photo.project_id) == project_id)
    if among is not None:
        named = named.where(col(Photo.id).in_(among))
    photos = session.exec(named.order_by(col(Photo.position), col(Photo.id)))
    again = reframed_takes(session, project)
    covered = _covered_up_to_date(session, project, again)
    wanted = [
        requested
        for requested in _requested(session, project, photos.all(), again)
        if requested.clip.id not in covered
    ]
    takes = request_takes(session, project, wanted, TakeRequest(motion, price=price))
    touch(session, project_id)
    return takes


def uncovered(session: UserSession, project: Project, photos: Sequence[Photo]) -> list[Photo]:
    """Those of the photos that `animate_all` would request a take for."""
    covered = _covered_up_to_date(session, project, reframed_takes(session, project))
    animated = {clip.photo_id for clip in list_clips(session, project.id) if clip.id in covered}
    return [photo for photo in photos if photo.id not in animated]


def add_clips(session: UserSession, project: Project, photos: Sequence[Photo]) -> None:
    """Places for photos that have none yet, in this order, at the end of the film."""
    _clips_of(session, project, photos)


def approve(session: UserSession, take_id: UUID) -> None:
    take = _get_take(session, take_id)
    if take.status != JobStatus.SUCCEEDED:
        raise Refused("This clip is not ready yet.")
    clip = _get_clip(session, take.clip_id)
    clip.approved_take_id = take.id
    touch(session, clip.project_id)
    ask_for_preparation(session, clip.project_id)


@dataclass(frozen=True, slots=True)
class ReadyTakes:
    """Of a project in its aspect, by clip: the newest finished take, and the clips of which one is in the
    film."""

    newest: dict[UUID, UUID]
    kept: set[UUID]


def newest_ready(session: UserSession, project_id: UUID) -> ReadyTakes:
    """Takes of the photo as it is rotated now come before others. Raises NotFound."""
    project = get_project(session, project_id)
    newest = {
        take.clip_id: take.id
        for take in sorted(list_takes(session, project_id), key=_is_current(session, project_id))
        if take.status == JobStatus.SUCCEEDED and take.aspect == project.aspect
    }
    approved = _approved_in_aspect(session, project)
    kept = {clip.id for clip in list_clips(session, project_id) if clip.approved_take_id in approved}
    return ReadyTakes(newest, kept)


def approve_all(session: UserSession, project_id: UUID) -> None:
    """The newest finished take of each clip that has no approved one in the project's aspect."""
    ready = newest_ready(session, project_id)
    for clip in list_clips(session, project_id):
        if clip.id in ready.newest and clip.id not in ready.kept:
            clip.approved_take_id = ready.newest[clip.id]
    touch(session, project_id)
    ask_for_preparation(session, project_id)


def cancel(session: UserSession, take_id: UUID) -> None:
    """The row ends here and now. What it cost comes back at once, or when the provider has said that it does
    not charge for it. Cancelling what has ended changes nothing. Raises NotFound."""
    take = _get_take(session, take_id)
    if cancel_take(session, take) == CancellationOutcome.TOO_LATE:
        session.expire(take)  # It may have ended meanwhile, or be gone with its project.
        if _get_take(session, take_id).status in UNFINISHED:
            raise Refused("This clip is almost ready and can no longer be stopped.")
        return
    touch(session, _get_clip(session, take.clip_id).project_id)


def cancel_clip(session: UserSession, clip_id: UUID) -> None:
    """All that is under way of this clip. One of several that is almost ready does not keep the others."""
    _get_clip(session, clip_id)
    stopped, refused = _cancel_those(session, col(Take.clip_id) == clip_id)
    if refused and not stopped:
        raise refused[0]


def cancel_all(session: UserSession, project_id: UUID) -> tuple[int, int]:
    """All that waits or is made in this project. How many were stopped, and how many are almost ready and
    come all the same."""
    lock_project(session, project_id)
    stopped, refused = _cancel_those(session, col(Clip.project_id) == project_id)
    return stopped, len(refused)


def _cancel_those(session: UserSession, condition: ColumnElement[bool]) -> tuple[int, list[Refused]]:
    takes = select(Take.id).join(Clip, col(Clip.id) == col(Take.clip_id))
    under_way = takes.where(condition, col(Take.status).in_(UNFINISHED)).order_by(col(Take.id))
    stopped, refused = 0, []
    for take_id in session.exec(under_way).all():
        try:
            cancel(session, take_id)
            stopped += 1
        except Refused as refusal:
            refused.append(refusal)
    return stopped, refused


def _clips_of(session: UserSession, project: Project, photos: Sequence[Photo]) -> list[Clip]:
    """In the order of the photos; those that have none yet get one, at the end of the film."""
    by_photo = {clip.photo_id: clip for clip in list_clips(session, project.id)}
    last = session.exec(select(func.max(Clip.position)).where(col(Clip.project_id) == project.id)).one()
    end = 0 if last is None else last + 1
    for position, photo in enumerate((photo for photo in photos if photo.id not in by_photo), end):
        by_photo[photo.id] = Clip(
            owner_id=session.user_id, project_id=project.id, photo_id=photo.id, position=position
        )
        session.add(by_photo[photo.id])
    session.flush()
    return [by_photo[photo.id] for photo in photos]


def _requested(
    session: UserSession,
    project: Project,
    photos: Sequence[Photo],
    again: Mapping[UUID, Take] = MappingProxyType({}),
) -> list[RequestedClip]:
    """`again`: takes by clip that are made again with another framing."""
    takes = select(Take.clip_id).join(Clip, col(Clip.id) == col(Take.clip_id))
    earlier = Counter(session.exec(takes.where(col(Clip.project_id) == project.id)))
    requested = [
        RequestedClip(clip, photo, earlier[clip.id])
        for clip, photo in zip(_clips_of(session, project, photos), photos, strict=True)
    ]
    return [made_again(one, again[one.clip.id]) if one.clip.id in again else one for one in requested]


def _waiting_take(session: UserSession, clip_id: UUID, project: Project) -> Take | None:
    query = select(Take).where(
        col(Take.clip_id) == clip_id,
        col(Take.status).in_(UNFINISHED),
        col(Take.aspect) == project.aspect,
    )
    return session.exec(query).first()


def _covered_clips(session: UserSession, project: Project, statuses: tuple[JobStatus, ...]) -> set[UUID]:
    """Clips that have a take of such a status in the project's aspect. One that is finished counts as long as
    its photo has not been rotated since."""
    takes = select(Take.clip_id).join(Clip, col(Clip.id) == col(Take.clip_id))
    query = takes.join(Photo, col(Photo.id) == col(Clip.photo_id)).where(
        col(Clip.project_id) == project.id,
        col(Take.status).in_(statuses),
        col(Take.aspect) == project.aspect,
        col(Take.status).in_(UNFINISHED) | (col(Take.rotation) == col(Photo.rotation)),
    )
    return set(session.exec(query))


def _covered_up_to_date(session: UserSession, project: Project, again: Mapping[UUID, Take]) -> set[UUID]:
    """Also with the framing that is wanted now, or with one on its way."""
    finished = _covered_clips(session, project, (JobStatus.SUCCEEDED,)) - again.keys()
    return finished | _covered_clips(session, project, UNFINISHED)


def _is_current(session: UserSession, project_id: UUID) -> Callable[[Take], bool]:
    """Whether a take was made of its photo as that is rotated now."""
    query = select(Clip.id, Photo.rotation).join(Photo, col(Photo.id) == col(Clip.photo_id))
    rotations = dict(session.exec(query.where(col(Clip.project_id) == project_id)).all())
    return lambda take: take.rotation == rotations[take.clip_id]


def _approved_in_aspect(session: UserSession, project: Project) -> set[UUID]:
    query = select(Take.id).join(Clip, col(Clip.approved_take_id) == col(Take.id))
    return set(
        session.exec(query.where(col(Clip.project_id) == project.id, col(Take.aspect) == project.aspect))
    )


def _get_clip(session: UserSession, clip_id: UUID) -> Clip:
    if (clip := session.get(Clip, clip_id)) is None:
        raise NotFound
    return clip


def _get_take(session: UserSession, take_id: UUID) -> Take:
    if (take := session.get(Take, take_id)) is None:
        raise NotFound
    return take
