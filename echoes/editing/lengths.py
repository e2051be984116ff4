"""Length of a film and of its music, each fitted to the other in one step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from compiler.timeline.layout import lay_out
from compiler.timeline.model import FRAME_RATE, Shot, Timeline, to_seconds
from compiler.timeline.music import playing_time
from echoes.database import UserSession
from echoes.editing.clips import SHORTEST_PART
from echoes.editing.history import recorded
from echoes.errors import BadInput
from echoes.models import Project
from echoes.projects import service as projects
from echoes.projects import timeline as timelines
from echoes.text.formatting import duration

CLOSE_ENOUGH = FRAME_RATE
"""Frames by which a film may end before its music so that its cuts fall on beats."""
GENTLE_FADE = 2.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """What was done, or why it was not possible, in a sentence."""

    sentence: str
    is_changed: bool = True


def fit_film_to_music(session: UserSession, project_id: UUID) -> Fitting:
    """Clips become longer or shorter alike, as far as each of them goes, so that both end together."""
    project = projects.lock(session, project_id)
    places, timeline = timelines.clips_in_film(session, project), timelines.build(session, project)
    music = _music_seconds(timeline)
    target = int(music * FRAME_RATE)
    fitted = _fitted(timeline, target)
    if abs(lay_out(fitted).frames - target) <= 1:
        fitted = _on_beats(session, project, fitted, target)
    if fitted.shots == timeline.shots:
        return Fitting(_outcome(timeline, target, music), is_changed=False)
    with recorded(session, project_id, "Film as long as the music"):
        for place, shot in zip(places, fitted.shots, strict=True):
            place.clip.trim_start, place.clip.trim_end = shot.start, shot.end
    return Fitting(_outcome(fitted, target, music))


def fit_music_to_film(session: UserSession, project_id: UUID) -> Fitting:
    """Longer music begins later, so that its own ending is the film's; else it fades out. Shorter music is
    repeated."""
    project = projects.lock(session, project_id)
    timeline = timelines.build(session, project)
    film, music = lay_out(timeline).duration, _music_seconds(timeline, from_its_beginning=True)
    with recorded(session, project_id, "Music as long as the film"):
        before = (project.music_start, project.music_fade_out, project.music_repeats)
        sentence = _fit_music(session, project, film, music)
        after = (project.music_start, project.music_fade_out, project.music_repeats)
    return Fitting(sentence, is_changed=after != before)


def _music_seconds(timeline: Timeline, from_its_beginning: bool = False) -> float:
    """Of all tracks, played once. Raises BadInput without any."""
    soundtrack = timeline.soundtrack
    if soundtrack and from_its_beginning:
        soundtrack = replace(soundtrack, start=0.0)
    seconds = playing_time(soundtrack) if soundtrack else None
    if seconds is None:
        raise BadInput("Choose a piece of music first.")
    return seconds


def _fit_music(session: UserSession, project: Project, film: float, music: float) -> str:
    first = timelines.tracks_of(session, project)[0]
    later = music - film
    if later < 0:
        project.music_repeats, project.music_fade_out = True, max(project.music_fade_out, GENTLE_FADE)
        return f"The music lasts {duration(music)}: it is repeated until your film ends."
    if later > first.duration - 1.0:
        project.music_fade_out = max(project.music_fade_out, GENTLE_FADE)
        return f"The music lasts {duration(music)}: it fades out when your film ends."
    project.music_start, project.music_fade_out = round(later, 3), 0.0
    return f"The music now begins at {duration(later)}, and ends with your film."


def _fitted(timeline: Timeline, target: int) -> Timeline:
    """As near to so many frames as its clips allow. Transitions that were too long for short clips grow with
    them, so that it takes a few rounds."""
    for _ in range(4):
        missing = target - lay_out(timeline).frames
        if not missing:
            break
        lengths = [_length(shot) for shot in timeline.shots]
        timeline = _with_lengths(timeline, _spread(lengths, _least(timeline), _most(timeline), missing))
    return timeline


def _on_beats(session: UserSession, project: Project, timeline: Timeline, target: int) -> Timeline:
    """With its cuts on the beat, where it ends no later than its music and hardly earlier."""
    moved = timelines.on_the_beat(session, project, timeline)
    *others, last = (_length(shot) for shot in moved.shots)
    room = (_least(moved)[-1], _most(moved)[-1])
    last = min(max(last + target - lay_out(moved).frames, room[0]), room[1])
    moved = _with_lengths(moved, [*others, last])
    return moved if 0 <= target - lay_out(moved).frames <= CLOSE_ENOUGH else timeline


def _spread(lengths: Sequence[int], least: Sequence[int], most: Sequence[int], missing: int) -> list[int]:
    """All times the same factor, within what each can give; what rounding leaves goes to the first ones."""
    wanted = min(max(sum(lengths) + missing, sum(least)), sum(most))
    low, high = 0.0, max(upper / length for upper, length in zip(most, lengths, strict=True)) + 1.0
    for _ in range(50):
        factor = (low + high) / 2
        if sum(_scaled(lengths, least, most, factor)) > wanted:
            high = factor
        else:
            low = factor
    spread = _scaled(lengths, least, most, low)
    for place, upper in enumerate(most):
        given = min(wanted - sum(spread), upper - spread[place], 1 if sum(spread) < wanted else 0)
        spread[place] += max(0, given)
    return spread


def _scaled(lengths: Sequence[int], least: Sequence[int], most: Sequence[int], factor: float) -> list[int]:
    return [
        min(max(int(length * factor), lower), upper)
        for length, lower, upper in zip(lengths, least, most, strict=True)
    ]


def _length(shot: Shot) -> int:
    return (shot.frames or 0 if shot.end is None else shot.end) - shot.start


def _most(timeline: Timeline) -> list[int]:
    return [shot.frames or _length(shot) for shot in timeline.shots]


def _least(timeline: Timeline) -> list[int]:
    """Half a second that is seen, and the transitions on both sides; no more than what it shows now."""
    frames = [transition.frames for transition in timeline.transitions]
    around = zip([0, *frames], [*frames, 0], strict=True)
    return [
        min(max(SHORTEST_PART, before + after), _length(shot))
        for (before, after), shot in zip(around, timeline.shots, strict=True)
    ]


def _with_lengths(timeline: Timeline, lengths: Sequence[int]) -> Timeline:
    """Longer and shorter on both sides of the part that was shown."""
    return replace(timeline, shots=tuple(map(_resized, timeline.shots, lengths)))


def _resized(shot: Shot, length: int) -> Shot:
    if length == _length(shot):
        return shot
    middle = shot.start - (length - _length(shot)) // 2
    start = min(max(0, middle), (shot.frames or 0) - length)
    return replace(shot, start=start, end=start + length)


def _outcome(timeline: Timeline, target: int, music: float) -> str:
    frames = lay_out(timeline).frames
    film, lasts = duration(to_seconds(frames)), duration(music)
    if frames < target - CLOSE_ENOUGH:
        return (
            f"Your clips last {film} at most; the music lasts {lasts}. Add clips, or fit the music to them."
        )
    if frames > target + 1:
        return f"Your clips last {film} at least; the music lasts {lasts}. Add music, or let it play again."
    return f"Your film and its music now both last {lasts}."
