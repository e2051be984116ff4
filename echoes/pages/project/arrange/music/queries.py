"""Queries of the music section: the chosen track, and what can be set about it."""

from dataclasses import dataclass

from echoes.database import UserSession
from echoes.editing.soundtrack import latest_start
from echoes.models import MusicTrack, Project


@dataclass(frozen=True)
class ChosenMusic:
    """Without an id the film has no music. Times in seconds."""

    id: str = ""
    title: str = ""
    duration: float = 0.0
    has_beats: bool = False
    start: float = 0.0
    latest_start: float = 0.0
    fade_out: float = 0.0
    beat_cuts: str = ""


NO_MUSIC = ChosenMusic()


def chosen_track(session: UserSession, project: Project) -> MusicTrack | None:
    return session.get(MusicTrack, project.music_id) if project.music_id else None


def settings_of(project: Project, track: MusicTrack | None) -> ChosenMusic:
    if track is None:
        return NO_MUSIC
    return ChosenMusic(
        id=str(track.id),
        title=track.title,
        duration=track.duration,
        has_beats=bool(track.beats),
        start=project.music_start,
        latest_start=latest_start(track.duration),
        fade_out=project.music_fade_out,
        beat_cuts=str(project.beat_cuts),
    )
