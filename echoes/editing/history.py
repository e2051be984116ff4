"""Undo and redo: what an edit changed in the rows of one project, kept as columns before and after.

Whoever changes what a film is does it inside `recorded`. Rows that have gone since are passed over.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel, col, delete, select

from echoes.database import UserSession
from echoes.database.revisions import touch
from echoes.models import BeatCuts, Clip, MusicTrack, Project, ProjectEdit, Take, now
from echoes.projects import service as projects
from echoes.projects.preparation import ask_for_preparation

MOST_EDITS = 100
"""Steps that are kept of one project."""
ONE_EDIT = timedelta(seconds=5)
"""What changes the same columns again within this time, such as a slider, is one step."""
OF_PROJECT = (
    "transition", "transition_seconds", "music_id", "music_volume", "music_start", "music_fade_out",
    "further_music", "music_repeats", "beat_cuts", "look", "opening_text", "opening_subtitle", "end_text",
    "has_fades", "marks_generated",
)  # fmt: skip
OF_CLIP = (
    "position", "approved_take_id", "caption", "trim_start", "trim_end", "has_sound", "sound_volume",
    "transition", "transition_seconds",
)  # fmt: skip

OF_COPY = (*OF_CLIP, "photo_id", "copy_of_id")
"""What a clip that is shown again is made of."""

Columns = dict[str, dict[str, Any] | None]
"""Values that JSON can hold, by column, by the id of the row; None for a row that was not there."""


@dataclass(frozen=True, slots=True)
class UndoSteps:
    """What can be undone and redone next, in words; "" for nothing."""

    undo: str = ""
    redo: str = ""


@contextmanager
def recorded(session: UserSession, project_id: UUID, sentence: str) -> Iterator[Project]:
    """Changes to the film made inside are one step, named by the sentence; open tabs learn of it.

    Raises NotFound. The project is locked, so that two tabs make two steps.
    """
    project = projects.lock(session, project_id)
    before = _snapshot(session, project)
    yield project
    session.flush()
    after = _snapshot(session, project)
    _keep(session, project, sentence, *_difference(before, after))
    _tell(session, project_id)


def steps(session: UserSession, project_id: UUID) -> UndoSteps:
    """Raises NotFound."""
    projects.get(session, project_id)
    undo, redo = _next_to_undo(session, project_id), _next_to_redo(session, project_id)
    return UndoSteps(undo.sentence if undo else "", redo.sentence if redo else "")


def undo(session: UserSession, project_id: UUID) -> str | None:
    """Takes the last step back: its sentence, or none when nothing is left to undo."""
    project = projects.lock(session, project_id)
    if (edit := _next_to_undo(session, project_id)) is None:
        return None
    _apply(session, project, edit.before)
    edit.is_undone = True
    _tell(session, project_id)
    return edit.sentence


def redo(session: UserSession, project_id: UUID) -> str | None:
    """Does the step again that was undone last: its sentence, or none."""
    project = projects.lock(session, project_id)
    if (edit := _next_to_redo(session, project_id)) is None:
        return None
    _apply(session, project, edit.after)
    edit.is_undone = False
    _tell(session, project_id)
    return edit.sentence


def _tell(session: UserSession, project_id: UUID) -> None:
    touch(session, project_id)
    ask_for_preparation(session, project_id)


def _snapshot(session: UserSession, project: Project) -> dict[str, dict[str, Any]]:
    clips = session.exec(select(Clip).where(col(Clip.project_id) == project.id)).all()
    rows = {str(clip.id): _values(clip, OF_COPY if clip.copy_of_id else OF_CLIP) for clip in clips}
    return rows | {str(project.id): _values(project, OF_PROJECT)}


def _values(row: SQLModel, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return str(value) if isinstance(value, UUID) else list(value) if isinstance(value, list) else value


def _difference(
    before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> tuple[Columns, Columns]:
    """Of rows that are there in the end; new ones are nothing on one side and whole on the other."""
    earlier: Columns = {}
    later: Columns = {}
    for row, values in after.items():
        known = before.get(row)
        names = [name for name, value in values.items() if known is None or known[name] != value]
        if names:
            earlier[row] = None if known is None else {name: known[name] for name in names}
            later[row] = {name: values[name] for name in names}
    return earlier, later


def _keep(session: UserSession, project: Project, sentence: str, before: Columns, after: Columns) -> None:
    if not after:
        return
    _forget_undone(session, project.id)
    last = _next_to_undo(session, project.id)
    if last is not None and _is_same_edit(last, sentence, before):
        last.after, last.created_at = after, now()
        if last.after == last.before:
            session.delete(last)
        return
    session.add(
        ProjectEdit(
            owner_id=project.owner_id, project_id=project.id, sentence=sentence, before=before, after=after
        )
    )
    session.flush()
    _forget_oldest(session, project.id)


def _is_same_edit(last: ProjectEdit, sentence: str, before: Columns) -> bool:
    return (
        last.sentence == sentence
        and None not in before.values()
        and _names(before) == _names(last.before)
        and now() - last.created_at < ONE_EDIT
    )


def _names(columns: Mapping[str, Any]) -> set[tuple[str, str]]:
    return {(row, name) for row, values in columns.items() for name in values or ()}


def _forget_undone(session: UserSession, project_id: UUID) -> None:
    """What was undone cannot be redone once something else has been done."""
    session.exec(
        delete(ProjectEdit).where(col(ProjectEdit.project_id) == project_id, col(ProjectEdit.is_undone))
    )


def _forget_oldest(session: UserSession, project_id: UUID) -> None:
    newest = (
        select(ProjectEdit.id)
        .where(col(ProjectEdit.project_id) == project_id)
        .order_by(col(ProjectEdit.id).desc())
        .limit(MOST_EDITS)
    )
    kept = session.exec(newest).all()
    if len(kept) == MOST_EDITS:
        session.exec(
            delete(ProjectEdit).where(
                col(ProjectEdit.project_id) == project_id, col(ProjectEdit.id) < kept[-1]
            )
        )


def _next_to_undo(session: UserSession, project_id: UUID) -> ProjectEdit | None:
    done = select(ProjectEdit).where(col(ProjectEdit.project_id) == project_id, ~col(ProjectEdit.is_undone))
    return session.exec(done.order_by(col(ProjectEdit.id).desc()).limit(1)).first()


def _next_to_redo(session: UserSession, project_id: UUID) -> ProjectEdit | None:
    undone = select(ProjectEdit).where(col(ProjectEdit.project_id) == project_id, col(ProjectEdit.is_undone))
    return session.exec(undone.order_by(col(ProjectEdit.id)).limit(1)).first()


def _apply(session: UserSession, project: Project, rows: Mapping[str, dict[str, Any] | None]) -> None:
    found = session.exec(select(Clip).where(col(Clip.project_id) == project.id)).all()
    clips = {str(clip.id): clip for clip in found}
    for row_id, values in rows.items():
        row = project if row_id == str(project.id) else clips.get(row_id)
        if values is None:
            _remove_copy(session, clips.get(row_id))
        elif row is None:
            _add_copy(session, project, UUID(row_id), values)
        else:
            for name, value in values.items():
                setattr(row, name, _restored(session, name, value))


def _remove_copy(session: UserSession, clip: Clip | None) -> None:
    if clip is not None and clip.copy_of_id is not None:
        session.delete(clip)


def _add_copy(session: UserSession, project: Project, clip_id: UUID, values: Mapping[str, Any]) -> None:
    """Of a clip that is still there."""
    original = values.get("copy_of_id")
    if original is None or session.get(Clip, UUID(original)) is None:
        return
    photo_id = UUID(values["photo_id"])
    clip = Clip(id=clip_id, owner_id=project.owner_id, project_id=project.id, photo_id=photo_id, position=0)
    for name, value in values.items():
        setattr(clip, name, _restored(session, name, value))
    session.add(clip)


def _restored(session: UserSession, name: str, value: Any) -> Any:
    """A column's value from JSON. What it names and is there no more is none."""
    if name == "beat_cuts":
        return BeatCuts(value)
    if name == "approved_take_id" and value is not None:
        return take.id if (take := session.get(Take, UUID(value))) else None
    if name == "music_id" and value is not None:
        return track.id if (track := session.get(MusicTrack, UUID(value))) else None
    if name == "further_music":
        return [track_id for track_id in value if session.get(MusicTrack, UUID(track_id))]
    if name in ("photo_id", "copy_of_id"):
        return UUID(value)
    return value
