"""Music service: what the acting user may do with music. Their own comes in by uploads."""

from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession, after_commit
from echoes.database.revisions import touch, touch_user
from echoes.errors import NotFound
from echoes.models import MusicTrack, Project, Upload
from echoes.storage import get_storage

MOST_OWN_TRACKS = 50


def list_tracks(session: UserSession) -> list[MusicTrack]:
    """The library first, in its order; then one's own, the newest first. What operators have hidden is there
    only for those who chose it before."""
    chosen = set(session.exec(select(Project.music_id).where(col(Project.music_id).is_not(None))))
    found = session.exec(select(MusicTrack).order_by(col(MusicTrack.position), col(MusicTrack.id)))
    tracks = [track for track in found if not track.is_hidden or track.id in chosen]
    bundled = [track for track in tracks if track.owner_id is None]
    own = [track for track in tracks if track.owner_id is not None]
    return bundled + own[::-1]


def remove(session: UserSession, track_id: UUID) -> None:
    """One's own only. Projects that play it fall silent; films that were made with it stay."""
    track = session.get(MusicTrack, track_id)
    if track is None or track.owner_id != session.user_id:
        raise NotFound
    # All of them before the first is touched: a worker that reports on one locks its project first too.
    playing = select(Project.id).where(col(Project.music_id) == track_id).order_by(col(Project.id))
    for project_id in session.exec(playing.with_for_update()).all():
        touch(session, project_id)
    touch_user(session, session.user_id)
    if upload := session.get(Upload, track_id):
        session.delete(upload)
    session.delete(track)
    session.flush()
    key = track.audio_key
    after_commit(session, lambda: get_storage().delete([key]))
