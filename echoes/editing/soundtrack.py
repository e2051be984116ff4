"""Music of a film: which tracks, from where on, how loud, and whether cuts fall on its beats."""

from collections.abc import Sequence
from uuid import UUID

from echoes.database import UserSession
from echoes.editing.history import recorded
from echoes.errors import BadInput, NotFound
from echoes.models import BeatCuts, MusicTrack
from echoes.projects import service as projects
from echoes.projects.timeline import tracks_of

MOST_TRACKS = 10
LONGEST_FADE = 20.0
"""Seconds."""


def set_music(session: UserSession, project_id: UUID, track_id: UUID | None) -> None:
    """The track that the film begins with, from its beginning, and not once more later; None for a film
    without music."""
    if track_id is not None:
        _track(session, track_id)
    with recorded(session, project_id, "Music") as project:
        if project.music_id != track_id:
            project.music_start = 0.0
        project.music_id = track_id
        later = project.further_music if track_id else []
        project.further_music = [name for name in later if name != str(track_id)]


def set_tracks(
    session: UserSession, project_id: UUID, track_ids: Sequence[UUID], sentence: str = "Music"
) -> None:
    """What plays one after another; the first one from its beginning, where it is another one than before."""
    if len(track_ids) > MOST_TRACKS:
        raise BadInput(f"A film has up to {MOST_TRACKS} pieces of music.")
    for track_id in track_ids:
        _track(session, track_id)
    with recorded(session, project_id, sentence) as project:
        first, further = next(iter(track_ids), None), track_ids[1:]
        if project.music_id != first:
            project.music_start = 0.0
        project.music_id, project.further_music = first, [str(track_id) for track_id in further]


def add_track(session: UserSession, project_id: UUID, track_id: UUID) -> None:
    """Behind what plays already."""
    set_tracks(session, project_id, [*_sequence(session, project_id), track_id], "Add music")


def remove_track(session: UserSession, project_id: UUID, place: int) -> None:
    """Counted from 0; the others move up."""
    tracks = _sequence(session, project_id)
    _check_place(tracks, place)
    set_tracks(session, project_id, tracks[:place] + tracks[place + 1 :], "Remove music")


def move_track(session: UserSession, project_id: UUID, place: int, steps: int) -> None:
    """Earlier with -1, later with 1; at an end nothing changes."""
    tracks = _sequence(session, project_id)
    _check_place(tracks, place)
    target = max(0, min(place + steps, len(tracks) - 1))
    tracks.insert(target, tracks.pop(place))
    set_tracks(session, project_id, tracks, "Order of the music")


def _sequence(session: UserSession, project_id: UUID) -> list[UUID]:
    """Raises NotFound. Locked, so that two tabs do not undo each other's choice."""
    return [track.id for track in tracks_of(session, projects.lock(session, project_id))]


def _check_place(tracks: Sequence[UUID], place: int) -> None:
    if not 0 <= place < len(tracks):
        raise NotFound("The music has changed in the meantime. Here it is now.")


def set_repeats(session: UserSession, project_id: UUID, is_on: bool) -> None:
    """Whether the music begins again where it ends before the film."""
    with recorded(session, project_id, "Repeat the music") as project:
        project.music_repeats = is_on


def set_volume(session: UserSession, project_id: UUID, volume: float) -> None:
    if not 0.0 <= volume <= 1.0:
        raise BadInput("The volume must be between 0 and 100 percent.")
    with recorded(session, project_id, "Volume of the music") as project:
        project.music_volume = volume


def set_start(session: UserSession, project_id: UUID, seconds: float) -> None:
    """Where in the first track the film begins."""
    with recorded(session, project_id, "Start of the music") as project:
        track = session.get(MusicTrack, project.music_id) if project.music_id else None
        if track is None:
            raise BadInput("Choose a piece of music first.")
        if not 0.0 <= seconds <= latest_start(track.duration):
            raise BadInput("The music is over before that. Choose an earlier start.")
        project.music_start = seconds


def latest_start(duration: float) -> float:
    """Of a track of so many seconds: one second of it is left at least."""
    return max(0.0, duration - 1.0)


def set_fade_out(session: UserSession, project_id: UUID, seconds: float) -> None:
    if not 0.0 <= seconds <= LONGEST_FADE:
        raise BadInput(f"The music can fade for up to {LONGEST_FADE:g} seconds.")
    with recorded(session, project_id, "Fade of the music") as project:
        project.music_fade_out = seconds


def set_beat_cuts(session: UserSession, project_id: UUID, which: str) -> None:
    if which not in list(BeatCuts):
        raise BadInput("Choose one of the kinds on the page.")
    with recorded(session, project_id, "Cuts on the beat") as project:
        project.beat_cuts = BeatCuts(which)


def _track(session: UserSession, track_id: UUID) -> MusicTrack:
    if (track := session.get(MusicTrack, track_id)) is None:
        raise NotFound("This music is no longer there. Please choose another piece.")
    return track
