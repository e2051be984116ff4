"""Removing clips with their takes, and undo of it: what is ready comes back, what was being made does not."""

from collections.abc import Mapping, Sequence
from functools import partial
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession, after_commit
from echoes.database.revisions import touch
from echoes.errors import NotFound
from echoes.models import UNFINISHED, Clip, Photo, Removal, Take
from echoes.projects import removals
from echoes.projects.preparation import ask_for_preparation
from echoes.projects.segment_cache import forget_rendered
from echoes.projects.service import lock
from echoes.storage import get_storage
from echoes.takes import levels, previews
from echoes.takes.cancellation import ASKING, cancel_before_delete
from echoes.takes.files import take_keys

NO_PLACE = (
    "The photo of this clip is no longer here, so the clip cannot come back. Bring back the photo first."
)


def remove(session: UserSession, clip_id: UUID) -> UUID:
    """The clip, its takes, and the places where it is shown again; the photograph stays. What `bring_back`
    needs."""
    if (clip := session.get(Clip, clip_id)) is None:
        raise NotFound
    lock(session, clip.project_id)
    # Another tab may have removed it while this one waited.
    if session.get(Clip, clip_id, populate_existing=True) is None:
        raise NotFound
    return remove_those(session, clip.project_id, [clip])


def remove_those(session: UserSession, project_id: UUID, clips: Sequence[Clip]) -> UUID:
    """Of a project that is locked."""
    rows = cancel_and_collect(session, clips)
    removal_id = removals.keep(session, project_id, rows)
    delete(session, rows)
    touch(session, project_id)
    ask_for_preparation(session, project_id)
    return removal_id


def cancel_and_collect(session: UserSession, clips: Sequence[Clip]) -> list[Clip | Take]:
    """Of clips that are about to be deleted, the rows that can come back. Takes under way are cancelled and
    go for good, like those whose price the provider is still asked about."""
    ids = [clip.id for clip in clips]
    copies = list(session.exec(select(Clip).where(col(Clip.copy_of_id).in_(ids))))
    takes = session.exec(select(Take).where(col(Take.clip_id).in_(ids))).all()
    stay = [take for take in takes if take.status not in UNFINISHED and take.failure_kind != ASKING]
    _delete_others(session, [take for take in takes if take not in stay])
    return [*clips, *copies, *stay]


def delete(session: UserSession, rows: Sequence[Clip | Take]) -> None:
    """Takes go with their clips. First the copies, which refer to the originals."""
    clips = [row for row in rows if isinstance(row, Clip)]
    for are_copies in (True, False):
        for clip in clips:
            if (clip.copy_of_id is not None) is are_copies:
                session.delete(clip)
        session.flush()
    for project_id in {clip.project_id for clip in clips}:
        after_commit(session, partial(forget_rendered, project_id))


def bring_back(session: UserSession, removal_id: UUID) -> None:
    """To the place where it was. Raises NotFound."""
    removal = removals.find(session, removal_id)
    if removal.project_id is None:
        raise NotFound(removals.GONE)
    project_id = removal.project_id
    lock(session, project_id)
    touch(session, project_id)
    restore(session, removals.claim(session, removal_id))
    session.delete(removal)
    session.flush()
    ask_for_preparation(session, project_id)


def restore(session: UserSession, removal: Removal) -> None:
    """Clips whose photos are there. One that was animated again meanwhile gets the earlier takes as well."""
    clips = removals.restored(session, removal, Clip)
    takes = removals.restored(session, removal, Take)
    # A clip and its takes name each other: the takes that are in the film are named last.
    approved = {clip.id: clip.approved_take_id for clip in clips}
    originals = [clip for clip in clips if clip.copy_of_id is None]
    places = {clip.id: _add_original(session, clip) for clip in originals}
    _add_copies(session, [clip for clip in clips if clip.copy_of_id], places)
    for take in takes:
        take.clip_id = places[take.clip_id]
        session.add(take)
    session.flush()
    for clip in clips:
        in_film = approved[clip.id]
        clip.approved_take_id = in_film if in_film and session.get(Take, in_film) else None
    session.flush()
    previews.ask_for_restored(session, takes, removal.id)
    levels.ask_for_restored(session, takes, removal.id)


def _add_original(session: UserSession, clip: Clip) -> UUID:
    """The id of the clip that has its place now."""
    if session.get(Photo, clip.photo_id) is None:
        raise NotFound(NO_PLACE)
    of_photo = select(Clip.id).where(col(Clip.photo_id) == clip.photo_id, col(Clip.copy_of_id).is_(None))
    if (newer := session.exec(of_photo).first()) is not None:
        return newer
    _add(session, clip)
    return clip.id


def _add_copies(session: UserSession, copies: Sequence[Clip], places: Mapping[UUID, UUID]) -> None:
    for copy in copies:
        original = copy.copy_of_id
        copy.copy_of_id = places.get(original, original) if original else None
        if copy.copy_of_id is None or session.get(Clip, copy.copy_of_id) is None:
            raise NotFound(NO_PLACE)
        _add(session, copy)


def _add(session: UserSession, clip: Clip) -> None:
    clip.approved_take_id = None
    session.add(clip)
    session.flush()


def _delete_others(session: UserSession, takes: Sequence[Take]) -> None:
    """The rows go with their clip."""
    for take in takes:
        cancel_before_delete(session, take)
    keys = [key for take in takes for key in take_keys(take.owner_id, take.id)]
    after_commit(session, lambda: get_storage().delete(keys))
