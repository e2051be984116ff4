"""Clips of a film: their order, trims to the frame, own sound, takes, and clips that are shown again."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, select

from compiler.timeline.model import FRAME_RATE
from echoes.database import UserSession
from echoes.editing.history import recorded
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import Clip, JobStatus, Photo, Project, ProjectEdit, Take, new_id
from echoes.projects.timeline import part_of

SHORTEST_PART = FRAME_RATE // 2
"""Frames. Less of a clip is not seen."""
STEP = FRAME_RATE // 2
"""Frames by which one tap makes a clip longer or shorter."""
MOST_COPIES = 20
"""Of one clip."""


def get_clip(session: UserSession, clip_id: UUID) -> Clip:
    """Raises NotFound."""
    if (clip := session.get(Clip, clip_id)) is None:
        raise NotFound
    return clip


def take_in_film(session: UserSession, clip: Clip) -> Take:
    """The take that the film shows of it. Raises Refused."""
    take = session.get(Take, clip.approved_take_id) if clip.approved_take_id else None
    if take is None or take.frames is None:
        raise Refused("This clip is not in the film.")
    return take


def trim(session: UserSession, clip_id: UUID, start: int, end: int) -> None:
    """From frame `start` up to, not including, frame `end`. Raises BadInput for what leaves nothing."""
    clip = get_clip(session, clip_id)
    frames = take_in_film(session, clip).frames or 0
    start, end = max(0, start), min(end, frames)
    if end - start < min(SHORTEST_PART, frames):
        raise BadInput(f"Leave at least {SHORTEST_PART / FRAME_RATE:g} seconds of the clip.")
    with recorded(session, clip.project_id, "Length of a clip") as project:
        # All of it, said by hand, is not the same as nothing said where a look has a pace of its own.
        clip.trim_start, clip.trim_end = start, None if end == frames and not project.look else end


def lengthen(session: UserSession, clip_id: UUID, frames: int) -> None:
    """By so many frames at its end, and what does not fit there at its beginning; fewer than none shorten
    it."""
    clip = get_clip(session, clip_id)
    take = take_in_film(session, clip)
    whole = take.frames or 0
    start, end = part_of(clip, take)
    end = (whole if end is None else end) + frames
    trim(session, clip_id, start - max(0, end - whole), min(end, whole))


def set_sound(session: UserSession, clip_id: UUID, is_on: bool, volume: float) -> None:
    """The clip's own sound. Raises Refused where it has none."""
    if not 0.0 <= volume <= 2.0:
        raise BadInput("The volume must be between 0 and 200 percent.")
    clip = get_clip(session, clip_id)
    if is_on and take_in_film(session, clip).audio_key is None:
        raise Refused("This clip has no sound of its own.")
    with recorded(session, clip.project_id, "Sound of a clip"):
        clip.has_sound, clip.sound_volume = is_on, volume


def duplicate(session: UserSession, clip_id: UUID) -> UUID:
    """The same clip once more, behind itself; its id."""
    clip = get_clip(session, clip_id)
    original = clip.copy_of_id or clip.id
    take_in_film(session, clip)
    with recorded(session, clip.project_id, "Repeat a clip"):
        copies = session.exec(select(Clip.id).where(col(Clip.copy_of_id) == original)).all()
        if len(copies) >= MOST_COPIES:
            raise Refused(f"A clip can be shown {MOST_COPIES + 1} times at most.")
        values = clip.model_dump(exclude={"id", "created_at", "copy_of_id"})
        copy = Clip(id=new_id(), copy_of_id=original, **values)
        for later in session.exec(
            select(Clip).where(col(Clip.project_id) == clip.project_id, col(Clip.position) > clip.position)
        ):
            later.position += 1
        copy.position = clip.position + 1
        session.add(copy)
    return copy.id


def choose_take(session: UserSession, clip_id: UUID, take_id: UUID) -> None:
    """Show another take of the same photograph at this place. Raises NotFound, Refused."""
    clip, take = get_clip(session, clip_id), session.get(Take, take_id)
    if take is None or take.clip_id != (clip.copy_of_id or clip.id):
        raise NotFound
    if take.status != JobStatus.SUCCEEDED:
        raise Refused("This clip is not ready yet.")
    with recorded(session, clip.project_id, "Another take"):
        clip.approved_take_id = take.id


def leave_out(session: UserSession, clip_id: UUID) -> None:
    """Not in the film any more; it keeps its place, its words and its part."""
    clip = get_clip(session, clip_id)
    with recorded(session, clip.project_id, "Leave out a clip"):
        clip.approved_take_id = None


def bring_back(session: UserSession, clip_id: UUID) -> None:
    """The take that was shown before it was left out, else the newest one. Raises Refused without any."""
    clip = get_clip(session, clip_id)
    fitting = fitting_takes(session, clip)
    if not fitting:
        raise Refused("This clip is not ready yet.")
    last = _last_shown(session, clip)
    with recorded(session, clip.project_id, "Bring back a clip"):
        clip.approved_take_id = next((take.id for take in fitting if take.id == last), fitting[-1].id)


def fitting_takes(session: UserSession, clip: Clip) -> list[Take]:
    """What can be shown at this place of the film, oldest first."""
    project = session.get_one(Project, clip.project_id)
    query = select(Take).join(Clip, fits(project)).where(col(Clip.id) == clip.id)
    return list(session.exec(query.order_by(col(Take.id))))


def fits(project: Project) -> ColumnElement[bool]:
    """Whether a take can be shown in place of a clip of this film."""
    return and_(
        col(Take.clip_id) == func.coalesce(col(Clip.copy_of_id), col(Clip.id)),
        col(Take.status) == JobStatus.SUCCEEDED,
        col(Take.video_key).is_not(None),
        col(Take.aspect) == project.aspect,
    )


def _last_shown(session: UserSession, clip: Clip) -> UUID | None:
    """By the undo history, which reaches back only so far."""
    edits = select(ProjectEdit).where(col(ProjectEdit.project_id) == clip.project_id)
    for edit in session.exec(edits.order_by(col(ProjectEdit.id).desc())):
        values = edit.before.get(str(clip.id)) or {}
        if shown := values.get("approved_take_id"):
            return UUID(shown)
    return None


def reorder(session: UserSession, project_id: UUID, clip_ids: Sequence[UUID]) -> None:
    """Clips that are named come in this order, in the places that they held among the others."""
    with recorded(session, project_id, "Order"):
        query = select(Clip).where(col(Clip.project_id) == project_id)
        clips = list(session.exec(query.order_by(col(Clip.position), col(Clip.id))))
        by_id = {clip.id: clip for clip in clips}
        named = [by_id[clip_id] for clip_id in dict.fromkeys(clip_ids) if clip_id in by_id]
        if len(named) != len(clip_ids):
            raise NotFound("The clips have changed in the meantime. Here they are now.")
        queue, chosen = iter(named), {clip.id for clip in named}
        for position, clip in enumerate(next(queue) if clip.id in chosen else clip for clip in clips):
            clip.position = position


def sort_by_date(session: UserSession, project_id: UUID) -> None:
    """By the time at which the photographs were taken; those without one keep their places."""
    query = (
        select(Clip.id, Photo.taken_at)
        .join(Photo, col(Photo.id) == col(Clip.photo_id))
        .where(col(Clip.project_id) == project_id, col(Photo.taken_at).is_not(None))
        .order_by(col(Photo.taken_at), col(Photo.filename), col(Clip.position))
    )
    reorder(session, project_id, [clip_id for clip_id, _ in session.exec(query)])


def move(session: UserSession, project_id: UUID, clip_ids: Collection[UUID], before: UUID | None) -> None:
    """Several clips next to each other, in the order that they had: before another one, or, without one, at
    the end. Raises NotFound for what is not there."""
    query = select(Clip.id).where(col(Clip.project_id) == project_id)
    ordered = list(session.exec(query.order_by(col(Clip.position), col(Clip.id))))
    moved = [clip_id for clip_id in ordered if clip_id in clip_ids]
    others = [clip_id for clip_id in ordered if clip_id not in clip_ids]
    if len(moved) != len(set(clip_ids)) or (before is not None and before not in others):
        raise NotFound("The clips have changed in the meantime. Here they are now.")
    place = len(others) if before is None else others.index(before)
    reorder(session, project_id, [*others[:place], *moved, *others[place:]])
