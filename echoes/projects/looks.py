"""Applying a look to a project: its transition, beat cuts and music. Words, order and trims stay."""

from sqlmodel import Session, col, select

from echoes.catalogue.looks import Look, find_look
from echoes.models import BeatCuts, MusicTrack, Project


def apply_look(session: Session, project: Project, look: Look) -> None:
    """Music that a person has chosen or taken away stays."""
    if _has_music_of_a_look(session, project):
        track = track_of(session, look)
        project.music_id = track.id if track else project.music_id
        project.music_start = 0.0
    project.look = look.name
    project.transition, project.transition_seconds = look.transition, look.transition_seconds
    project.beat_cuts = BeatCuts(look.beat_cuts)


def track_of(session: Session, look: Look) -> MusicTrack | None:
    """Of the library; another mood where operators have hidden this one, none in an empty library."""
    query = select(MusicTrack).where(col(MusicTrack.owner_id).is_(None), ~col(MusicTrack.is_hidden))
    tracks = session.exec(query.order_by(col(MusicTrack.position), col(MusicTrack.id))).all()
    return next((track for track in tracks if track.mood == look.mood), tracks[0] if tracks else None)


def _has_music_of_a_look(session: Session, project: Project) -> bool:
    """Whether the music is what the present look brought along, or nobody was ever asked about it."""
    present = find_look(project.look)
    if present is None:
        return project.music_id is None
    track = track_of(session, present)
    return track is not None and project.music_id == track.id and not project.further_music
