"""Queries of the music section: the film's tracks, what can be set about them, and where their files are."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from echoes.editing.soundtrack import MOST_TRACKS, latest_start
from echoes.models import MusicTrack, Project
from echoes.projects.timeline import ClipInFilm, sound_of
from echoes.storage import Storage
from echoes.text import formatting


@dataclass(frozen=True)
class PlayingTrack:
    """One of the tracks that play after each other."""

    title: str
    lasts: str


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
    repeats: bool = True
    beat_cuts: str = ""
    ids: list[str] = field(default_factory=list)
    tracks: list[PlayingTrack] = field(default_factory=list)
    """All of them, the first one too, in turn."""
    is_full: bool = False
    """No more can be added."""


NO_MUSIC = ChosenMusic()


def settings_of(project: Project, tracks: Sequence[MusicTrack]) -> ChosenMusic:
    if not tracks:
        return NO_MUSIC
    first = tracks[0]
    return ChosenMusic(
        id=str(first.id),
        title=first.title,
        duration=first.duration,
        has_beats=any(track.beats for track in tracks),
        start=project.music_start,
        latest_start=latest_start(first.duration),
        fade_out=project.music_fade_out,
        repeats=project.music_repeats,
        beat_cuts=str(project.beat_cuts),
        ids=[str(track.id) for track in tracks],
        tracks=[PlayingTrack(track.title, formatting.duration(track.duration)) for track in tracks],
        is_full=len(tracks) >= MOST_TRACKS,
    )


def files_heard(
    tracks: Sequence[MusicTrack], places: Sequence[ClipInFilm], storage: Storage
) -> dict[str, str]:
    """Where the player finds each sound, by the timeline's name for it."""
    music = {str(track.id): storage.url(track.audio_key, size_bytes=track.size_bytes) for track in tracks}
    takes = (place.take for place in places if place.clip.has_sound)
    return music | {sound_of(take): storage.url(take.audio_key) for take in takes if take.audio_key}
