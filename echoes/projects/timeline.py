"""Build the timeline: from a project's choices to what the player plays and the compiler renders."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from compiler.timeline.beat_alignment import snap_to_beats
from compiler.timeline.levels import SoundLevels
from compiler.timeline.mix import Levels
from compiler.timeline.model import (
    FRAME_RATE,
    Card,
    Shot,
    Soundtrack,
    Timeline,
    Titles,
    Track,
    Transition,
    to_frames,
)
from echoes.catalogue import transitions
from echoes.catalogue.aspects import size_of
from echoes.catalogue.looks import find_look
from echoes.content_credentials.provenance import source_of
from echoes.database import UserSession
from echoes.errors import Refused
from echoes.models import BeatCuts, Clip, MusicTrack, Project, Take
from echoes.settings import get_settings

FADE = FRAME_RATE
MARK = "AI"
BEATS_IN_A_BAR = 4
BEAT_TOLERANCE = {BeatCuts.WHERE_IT_FITS: 0.25, BeatCuts.EVERY_BEAT: 0.75, BeatCuts.EVERY_BAR: 2.0}
"""Seconds by which a cut is moved at most to meet its beat."""


@dataclass(frozen=True, slots=True)
class ClipInFilm:
    """A place of the film, and the take that is shown there."""

    clip: Clip
    take: Take


def clips_in_film(session: UserSession, project: Project) -> list[ClipInFilm]:
    """In the film's order. A take of another aspect does not fit this film."""
    query = (
        select(Clip, Take)
        .join(Take, col(Clip.approved_take_id) == col(Take.id))
        .where(col(Clip.project_id) == project.id, col(Take.aspect) == project.aspect)
        .order_by(col(Clip.position), col(Clip.id))
    )
    return [ClipInFilm(clip, take) for clip, take in session.exec(query)]


def build(session: UserSession, project: Project) -> Timeline:
    """Clips are named by take id, their sound by `sound_of` it, and music by track id; raises Refused when no
    clip is approved."""
    places = clips_in_film(session, project)
    if not places:
        raise Refused("Keep at least one clip first.")
    timeline = Timeline(
        shots=tuple(_shot(project, place) for place in places),
        transitions=tuple(_transition(project, place.clip) for place in places[:-1]),
        soundtrack=_soundtrack(session, project),
        titles=_titles(project),
        size=size_of(project.aspect),
        fade_in=FADE if project.has_fades else 0,
        fade_out=FADE if project.has_fades else 0,
        title_style=look.title_style if (look := find_look(project.look)) else "plain",
    )
    return _on_the_beat(session, project, timeline, places)


def sound_of(take: Take) -> str:
    """What a timeline calls the take's own sound."""
    return f"{take.id}-sound"


def part_of(clip: Clip, take: Take) -> tuple[int, int | None]:
    """First frame and the end of what is shown of the take; all of it where it lacks that part, which was
    chosen in another take."""
    frames = take.frames
    end = clip.trim_end if frames is None or clip.trim_end is None else min(clip.trim_end, frames)
    if clip.trim_start >= (end if end is not None else frames or clip.trim_start + 1):
        return 0, None
    return clip.trim_start, end


def part_shown(project: Project, clip: Clip, take: Take) -> tuple[int, int | None]:
    """The same, with the middle of a clip that nobody has trimmed at the pace of the film's look."""
    start, end = part_of(clip, take)
    look = find_look(project.look)
    if look is None or look.pace is None or take.frames is None or is_trimmed(clip):
        return start, end
    spare = take.frames - to_frames(look.pace)
    return (spare // 2, take.frames - (spare - spare // 2)) if spare > 0 else (start, end)


def is_trimmed(clip: Clip) -> bool:
    """By hand."""
    return clip.trim_start > 0 or clip.trim_end is not None


def _shot(project: Project, place: ClipInFilm) -> Shot:
    clip, take = place.clip, place.take
    start, end = part_shown(project, clip, take)
    return Shot(
        clip=str(take.id),
        frames=take.frames,
        start=start,
        end=end,
        caption=clip.caption or None,
        audio=sound_of(take) if clip.has_sound and take.audio_key else None,
        audio_volume=clip.sound_volume,
        mark=MARK if is_marked(project) and is_generated(take) else None,
    )


def is_marked(project: Project) -> bool:
    """Whether the picture says what is generated: as its owner wants it, or as operators demand."""
    return project.marks_generated or get_settings().generated_mark == "always"


def is_generated(take: Take) -> bool:
    return source_of(take.provider, take.model).is_generated


def transition_of(project: Project, clip: Clip) -> tuple[str, float]:
    """Kind and seconds of what leads from this clip into the next one."""
    if clip.transition is None or clip.transition_seconds is None:
        return project.transition, project.transition_seconds
    return clip.transition, clip.transition_seconds


def _transition(project: Project, clip: Clip) -> Transition:
    kind, seconds = transition_of(project, clip)
    return Transition() if kind == transitions.CUT else Transition(kind, to_frames(seconds))


def _titles(project: Project) -> Titles:
    opening = project.opening_text or project.opening_subtitle
    below = project.opening_subtitle if project.opening_text else ""
    return Titles(
        opening=Card(opening, subtitle=below or None) if opening else None,
        end=Card(project.end_text) if project.end_text else None,
    )


def _soundtrack(session: UserSession, project: Project) -> Soundtrack | None:
    if not (tracks := tracks_of(session, project)):
        return None
    track, *further = tracks
    return Soundtrack(
        music=str(track.id),
        volume=project.music_volume,
        start=project.music_start if project.music_start < track.duration else 0.0,
        fade_out=project.music_fade_out,
        loop=project.music_repeats,
        duration=track.duration,
        further=tuple(Track(str(track.id), duration=track.duration) for track in further),
    )


def tracks_of(session: UserSession, project: Project) -> list[MusicTrack]:
    """The film's music, one after another; what has been deleted is left out."""
    names = [project.music_id, *map(UUID, project.further_music)] if project.music_id else []
    found = session.exec(select(MusicTrack).where(col(MusicTrack.id).in_(names))) if names else ()
    tracks = {track.id: track for track in found}
    return [tracks[name] for name in names if name in tracks]


def _on_the_beat(
    session: UserSession, project: Project, timeline: Timeline, places: list[ClipInFilm]
) -> Timeline:
    """What a person has trimmed by hand keeps its length."""
    fixed = frozenset(number for number, place in enumerate(places) if place.clip.trim_end is not None)
    return on_the_beat(session, project, timeline, fixed)


def on_the_beat(
    session: UserSession, project: Project, timeline: Timeline, fixed: frozenset[int] = frozenset()
) -> Timeline:
    """With cuts on the beats that the project asks for; the shots numbered in `fixed` keep their length."""
    if project.beat_cuts == BeatCuts.OFF:
        return timeline
    beats = {str(track.id): _beats(track, project.beat_cuts) for track in tracks_of(session, project)}
    if not any(beats.values()):
        return timeline
    return snap_to_beats(timeline, beats, BEAT_TOLERANCE[project.beat_cuts], fixed)


def _beats(track: MusicTrack, which: BeatCuts) -> list[float]:
    """Seconds of a track. Where its bars were never looked for, they are taken to have four beats."""
    beats = track.beats or []
    if which != BeatCuts.EVERY_BAR:
        return beats
    return beats[::BEATS_IN_A_BAR] if track.downbeats is None else track.downbeats


def levels_of(session: UserSession, project: Project, places: list[ClipInFilm]) -> Levels:
    """How loud the film's sounds are, by the timeline's names for them, as far as it was measured."""
    tracks = {
        str(track.id): SoundLevels(track.loudness, track.true_peak) for track in tracks_of(session, project)
    }
    voices = {
        sound_of(place.take): SoundLevels(
            place.take.audio_loudness, moments=tuple(place.take.audio_moments or ())
        )
        for place in places
        if place.take.audio_key
    }
    return tracks | voices
