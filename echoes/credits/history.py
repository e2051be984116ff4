"""Credit statement: what a person's ledger entries were about, in their own names for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from echoes.credits import ledger
from echoes.database import UserSession
from echoes.models import Clip, CreditEntry, Order, Photo, Project, Take, Video


@dataclass(frozen=True, slots=True)
class Subject:
    """The clip, film or order that an entry is about; nothing of it when that is gone."""

    name: str = ""
    """The photo's file name or the film's title."""
    project: str = ""
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    entry: CreditEntry
    subject: Subject


NOTHING = Subject()


def page_of(session: UserSession, before: UUID | None = None, limit: int = 20) -> list[HistoryEntry]:
    """Newest first; `before` is the last entry of the page above. Four queries, however long the page is."""
    entries = ledger.entries_of(session, session.user_id, before, limit)
    subjects = _subjects(session, {entry.subject_id for entry in entries if entry.subject_id})
    return [HistoryEntry(entry, subjects.get(entry.subject_id or entry.id, NOTHING)) for entry in entries]


def _subjects(session: UserSession, ids: Iterable[UUID]) -> dict[UUID, Subject]:
    wanted = list(ids)
    return _clips(session, wanted) | _films(session, wanted) | _orders(session, wanted) if wanted else {}


def _clips(session: UserSession, ids: Sequence[UUID]) -> dict[UUID, Subject]:
    clips = (
        select(Take.id, Photo.filename, Project.title)
        .join(Clip, col(Clip.id) == col(Take.clip_id))
        .join(Photo, col(Photo.id) == col(Clip.photo_id))
        .join(Project, col(Project.id) == col(Clip.project_id))
    )
    return {
        take_id: Subject(filename, title)
        for take_id, filename, title in session.exec(clips.where(col(Take.id).in_(ids)))
    }


def _films(session: UserSession, ids: Sequence[UUID]) -> dict[UUID, Subject]:
    films = select(Video.id, Video.title).where(col(Video.id).in_(ids))
    return {video_id: Subject(title) for video_id, title in session.exec(films)}


def _orders(session: UserSession, ids: Sequence[UUID]) -> dict[UUID, Subject]:
    orders = session.exec(select(Order).where(col(Order.id).in_(ids)))
    return {order.id: Subject(order=order) for order in orders}
