"""Soft deletion: removed rows and their files are kept while they can come back, and no longer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from pydantic_core import to_jsonable_python
from sqlmodel import Session, col, select

from echoes.database import UserSession, after_commit
from echoes.errors import NotFound
from echoes.models import Clip, MusicTrack, Photo, Removal, RemovedFile, Take
from echoes.storage import get_storage

COMES_BACK_FOR = timedelta(hours=1)
COUNTED = {
    Photo.__tablename__: "master_key",
    Take.__tablename__: "video_key",
    MusicTrack.__tablename__: "audio_key",
}
"""The file that `size_bytes` of such a row is about."""
GONE = "This can no longer be brought back. It is gone for good."

Removable = Photo | Clip | Take | MusicTrack
Restored = TypeVar("Restored", Photo, Clip, Take, MusicTrack)


def keep(
    session: UserSession,
    project_id: UUID | None,
    rows: Sequence[Removable],
    playing: Mapping[str, Any] | None = None,
) -> UUID:
    """Before the rows are deleted. The id is what brings them back."""
    facts: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        facts[str(row.__tablename__)].append(_facts(row))
    removal = Removal(
        owner_id=session.user_id, project_id=project_id, rows=dict(facts), playing=dict(playing or {})
    )
    session.add(removal)
    session.flush()
    session.add_all(file for row in rows for file in _files(row, session.user_id, removal.id))
    return removal.id


def find(session: UserSession, removal_id: UUID) -> Removal:
    """Raises NotFound."""
    if (removal := session.get(Removal, removal_id)) is None:
        raise NotFound(GONE)
    return removal


def claim(session: UserSession, removal_id: UUID) -> Removal:
    """After projects and person are locked: of two tabs one brings it back, and cleanup waits. Raises
    NotFound."""
    if (removal := session.get(Removal, removal_id, with_for_update=True)) is None:
        raise NotFound(GONE)
    return removal


def restored(session: UserSession, removal: Removal, table: type[Restored]) -> list[Restored]:
    """The rows of that table as they were, not yet added to the session."""
    name = str(table.__tablename__)
    named = select(RemovedFile).where(
        col(RemovedFile.removal_id) == removal.id, col(RemovedFile.row_table) == name
    )
    keys: dict[str, dict[str, str]] = defaultdict(dict)
    for file in session.exec(named):
        keys[str(file.row_id)][file.row_column] = file.file_key
    owner = {"owner_id": session.user_id}
    return [table.model_validate(facts | keys[facts["id"]] | owner) for facts in removal.rows.get(name, [])]


def forget_removed(session: Session, before: datetime | None = None) -> int:
    """For good: those of the acting user, or in a session without one everybody's; removed before a moment,
    if one is given."""
    old = select(Removal).where(col(Removal.created_at) < before if before else sa.true())
    removals = session.exec(old.with_for_update()).all()
    named = col(RemovedFile.removal_id).in_([removal.id for removal in removals])
    keys = session.exec(select(RemovedFile.file_key).where(named)).all()
    for removal in removals:
        session.delete(removal)
    after_commit(session, lambda: get_storage().delete(keys))
    return len(removals)


def _facts(row: Removable) -> Any:
    names = [name for name in type(row).model_fields if name != "owner_id" and not _is_key(name)]
    return to_jsonable_python({name: getattr(row, name) for name in names})


def _files(row: Removable, owner_id: UUID, removal_id: UUID) -> Iterator[RemovedFile]:
    table = str(row.__tablename__)
    for name in filter(_is_key, type(row).model_fields):
        if key := getattr(row, name):
            size = getattr(row, "size_bytes", None) if COUNTED.get(table) == name else 0
            yield RemovedFile(
                owner_id=owner_id, removal_id=removal_id, row_table=table, row_id=row.id, row_column=name,
                file_key=key, size_bytes=size or 0,
            )  # fmt: skip


def _is_key(name: str) -> bool:
    return name.endswith("_key")
