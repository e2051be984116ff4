"""Music service: what the acting user may do with music. Their own comes in by uploads."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from echoes.database import UserSession
from echoes.database.revisions import touch, touch_user
from echoes.errors import NotFound, Refused
from echoes.models import MusicTrack, Project, Upload
from echoes.music.analysis import ask_for_restored
from echoes.projects import removals

MOST_OWN_TRACKS = 50
FULL = "You have as much music as you can keep, so this piece cannot come back. Remove another one first."


def list_tracks(session: UserSession) -> list[MusicTrack]:
    """The library first, in its order; then one's own, the newest first. What operators have hidden is there
    only for those who chose it before."""
    chosen = {name for _, names in _chosen(session) for name in names}
    found = session.exec(select(MusicTrack).order_by(col(MusicTrack.position), col(MusicTrack.id)))
    tracks = [track for track in found if not track.is_hidden or track.id in chosen]
    bundled = [track for track in tracks if track.owner_id is None]
    own = [track for track in tracks if track.owner_id is not None]
    return bundled + own[::-1]


def remove(session: UserSession, track_id: UUID) -> UUID:
    """One's own only. Projects that play it go on without it; films that were made with it stay. What
    `bring_back` needs."""
    track = session.get(MusicTrack, track_id)
    if track is None or track.owner_id != session.user_id:
        raise NotFound
    # All of them before the first is touched: a worker that reports on one locks its project first too.
    playing = [project_id for project_id, names in _chosen(session) if track_id in names]
    changes: dict[str, Any] = {}
    for project in _locked(session, playing):
        before = _played(project)
        _play_without(project, track_id)
        changes[str(project.id)] = {"before": before, "after": _played(project)}
        touch(session, project.id)
    touch_user(session, session.user_id)
    # Another tab may have removed it while this one waited.
    if session.get(MusicTrack, track_id, populate_existing=True) is None:
        raise NotFound
    removal_id = removals.keep(session, None, [track], changes)
    if upload := session.get(Upload, track_id):
        session.delete(upload)
    session.delete(track)
    session.flush()
    return removal_id


def bring_back(session: UserSession, removal_id: UUID) -> None:
    """Films that played it play it again, unless their music was changed meanwhile. Raises NotFound,
    Refused."""
    projects = _locked(session, map(UUID, removals.find(session, removal_id).playing))
    touch_user(session, session.user_id)
    removal = removals.claim(session, removal_id)
    if not (tracks := removals.restored(session, removal, MusicTrack)):
        raise NotFound(removals.GONE)
    _require_places(session, len(tracks))
    session.add_all(tracks)
    session.flush()
    for project in projects:
        if _played(project) == removal.playing[str(project.id)]["after"]:
            _play(project, removal.playing[str(project.id)]["before"])
            touch(session, project.id)
    ask_for_restored(session, tracks, removal_id)
    session.delete(removal)
    session.flush()


def _locked(session: UserSession, project_ids: Iterable[UUID]) -> Sequence[Project]:
    named = select(Project).where(col(Project.id).in_(list(project_ids)))
    return session.exec(named.order_by(col(Project.id)).with_for_update()).all()


def _require_places(session: UserSession, count: int) -> None:
    own = select(func.count(col(MusicTrack.id))).where(col(MusicTrack.owner_id) == session.user_id)
    if session.exec(own).one() + count > MOST_OWN_TRACKS:
        raise Refused(FULL)


def _played(project: Project) -> dict[str, Any]:
    first = str(project.music_id) if project.music_id else None
    return {"first": first, "start": project.music_start, "further": list(project.further_music)}


def _play(project: Project, played: dict[str, Any]) -> None:
    project.music_id = UUID(played["first"]) if played["first"] else None
    project.music_start, project.further_music = played["start"], played["further"]


def _chosen(session: UserSession) -> list[tuple[UUID, list[UUID]]]:
    """The projects with music, and the tracks of each."""
    query = select(Project.id, Project.music_id, Project.further_music)
    found = session.exec(query.where(col(Project.music_id).is_not(None)))
    return [(project_id, [first, *map(UUID, further)]) for project_id, first, further in found if first]


def _play_without(project: Project, track_id: UUID) -> None:
    left = [name for name in (str(project.music_id), *project.further_music) if name != str(track_id)]
    if project.music_id == track_id:
        project.music_id, project.music_start = UUID(left[0]) if left else None, 0.0
    project.further_music = left[1:]
