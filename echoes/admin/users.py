"""User administration: people, as an operator sees and helps them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select

from echoes.admin.audit import Operator, reason_of, record
from echoes.admin.dashboard import first_id
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import (
    AuthSession,
    EntryKind,
    MusicTrack,
    Photo,
    Project,
    Role,
    Take,
    User,
    Video,
    new_id,
    now,
)
from echoes.videos.service import ORIGINAL

PAGE = 50
MOST_CREDITS = 10_000
FROM_US = "From the people who run Echoes"


@dataclass(frozen=True, slots=True)
class PersonDetail:
    """One user, with what an operator asks first."""

    user: User
    projects: int
    takes: int
    videos: int
    referrer: User | None


def search(
    session: Session,
    text: str,
    before: UUID | None = None,
    limit: int = PAGE,
    since: datetime | None = None,
) -> list[User]:
    """By name, e-mail address, invitation code or id; newest first, paged by key."""
    query = select(User).order_by(col(User.id).desc()).limit(limit)
    if before is not None:
        query = query.where(col(User.id) < before)
    if since is not None:
        query = query.where(col(User.id) >= first_id(since))
    if text := text.strip():
        query = query.where(_matches(text))
    return list(session.exec(query))


def by_storage(
    session: Session, after: tuple[int, UUID] | None = None, limit: int = PAGE
) -> list[tuple[User, int]]:
    """Those whose files take up most, with their bytes; paged by both. Each page adds up all files anew."""
    tables: tuple[Any, ...] = (Photo, Take, Video, MusicTrack)
    sizes = [
        sa.select(table.owner_id, func.sum(table.size_bytes).label("size")).group_by(table.owner_id)
        for table in tables
    ]
    every = sa.union_all(*sizes).subquery()
    size = func.sum(every.c.size)
    total = sa.select(every.c.owner_id, size.label("size")).group_by(every.c.owner_id).subquery()
    query = select(User, total.c.size).join(total, total.c.owner_id == col(User.id)).where(total.c.size > 0)
    if after is not None:
        bytes_before, last = after
        same = sa.and_(total.c.size == bytes_before, col(User.id) > last)
        query = query.where(sa.or_(total.c.size < bytes_before, same))
    found = session.exec(query.order_by(total.c.size.desc(), col(User.id)).limit(limit))
    return [(user, int(bytes_stored)) for user, bytes_stored in found]


def person_detail(session: Session, user_id: UUID) -> PersonDetail:
    user = get_for_change(session, user_id)
    return PersonDetail(
        user=user,
        projects=_count(session, Project, user_id),
        takes=_count(session, Take, user_id),
        videos=_count(session, Video, user_id, ORIGINAL),
        referrer=session.get(User, user.referred_by_id) if user.referred_by_id else None,
    )


def sessions_of(
    session: Session, user_id: UUID, before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> list[AuthSession]:
    """Last used first, paged by that moment and the id."""
    used, key = col(AuthSession.seen_at), col(AuthSession.id)
    query = select(AuthSession).where(col(AuthSession.user_id) == user_id)
    if before is not None:
        moment, last = before
        query = query.where(sa.or_(used < moment, sa.and_(used == moment, key < last)))
    return list(session.exec(query.order_by(used.desc(), key.desc()).limit(limit)))


def friends_of(
    session: Session, user_id: UUID, before: UUID | None = None, limit: int = PAGE
) -> list[tuple[User, int]]:
    """Who came by their invitation, and how many each of these has brought; newest first, paged by key."""
    query = select(User).where(col(User.referred_by_id) == user_id)
    if before is not None:
        query = query.where(col(User.id) < before)
    friends = list(session.exec(query.order_by(col(User.id).desc()).limit(limit)))
    invited = _invited_by(session, [friend.id for friend in friends])
    return [(friend, invited.get(friend.id, 0)) for friend in friends]


def change_credits(session: Session, operator: Operator, user_id: UUID, amount: int, reason: str) -> None:
    """Gives above zero, takes back below it; what was spent already becomes a debt."""
    reason = reason_of(reason)
    if amount == 0 or abs(amount) > MOST_CREDITS:
        raise BadInput(f"Choose 1 to {MOST_CREDITS} credits, with a minus sign to take them back.")
    user = get_for_change(session, user_id)
    before = {"balance": user.balance, "debt": user.debt}
    kind = EntryKind.GRANT if amount > 0 else EntryKind.REVERSAL
    move = ledger.give if amount > 0 else ledger.claw_back
    entry = move(session, user_id, Movement(kind, abs(amount), f"audit:{new_id()}", f"{FROM_US}: {reason}"))
    if entry is None:
        raise RuntimeError("a fresh reference was written before")
    after = {"balance": entry.balance_after, "debt": entry.debt_after, "amount": amount}
    record(session, operator, "credits", user_id, before=before, after=after, reason=reason)


def suspend(session: Session, operator: Operator, user_id: UUID, reason: str) -> None:
    """They are signed out everywhere, their links close, and nothing of theirs is deleted."""
    user = _get_for(session, operator, user_id)
    if user_id == operator.id:
        raise Refused("You cannot suspend yourself.")
    if user.suspended_at is None:
        user.suspended_at = now()
        user.revision += 1  # Open tabs leave.
        ended = session.exec(delete(AuthSession).where(col(AuthSession.user_id) == user_id)).rowcount
        _record_suspension(session, operator, user, reason, sessions_ended=ended)


def reinstate(session: Session, operator: Operator, user_id: UUID, reason: str) -> None:
    user = _get_for(session, operator, user_id)
    if user.suspended_at is not None:
        user.suspended_at = None
        _record_suspension(session, operator, user, reason)


def set_role(session: Session, operator: Operator, user_id: UUID, role: str) -> None:
    """There is always an operator left: nobody takes the role from themselves."""
    user = _get_for(session, operator, user_id)
    if role not in set(Role):
        raise BadInput("Choose member or operator.")
    if user_id == operator.id:
        raise Refused("You cannot change your own role. Ask another operator.")
    if user.role != role:
        record(session, operator, "role", user_id, before={"role": user.role}, after={"role": role})
        user.role = Role(role)


def end_session(session: Session, operator: Operator, session_id: UUID) -> None:
    found = session.get(AuthSession, session_id)
    if found is None:
        raise NotFound("This session has already ended.")
    get_for_change(session, found.user_id).revision += 1  # Open tabs leave.
    record(session, operator, "end_session", found.user_id, before={"user_agent": found.user_agent})
    session.delete(found)
    session.flush()


def _record_suspension(session: Session, operator: Operator, user: User, reason: str, **facts: Any) -> None:
    is_suspended = user.suspended_at is not None
    record(
        session, operator, "suspend" if is_suspended else "reinstate", user.id, reason=reason_of(reason),
        before={"suspended": not is_suspended}, after={"suspended": is_suspended} | facts,
    )  # fmt: skip


def _matches(text: str) -> sa.ColumnElement[bool]:
    conditions = [
        col(User.name).icontains(text, autoescape=True),
        col(User.email).icontains(text, autoescape=True),
        col(User.referral_code) == text.lower(),
    ]
    with suppress(ValueError):
        conditions.append(col(User.id) == UUID(text))
    return sa.or_(*conditions)


def _invited_by(session: Session, people: list[UUID]) -> dict[UUID, int]:
    referrer = col(User.referred_by_id)
    counted = select(referrer, func.count()).where(referrer.in_(people)).group_by(referrer)
    return {person: number for person, number in session.exec(counted) if person}


def _count(
    session: Session, table: type[Project] | type[Take] | type[Video], user_id: UUID, *conditions: Any
) -> int:
    query = select(func.count()).select_from(table)
    return session.exec(query.where(col(table.owner_id) == user_id, *conditions)).one()


def get_for_change(session: Session, user_id: UUID) -> User:
    """Locked, and as it is now."""
    if (user := session.get(User, user_id, with_for_update=True, populate_existing=True)) is None:
        raise NotFound("There is no such person.")
    return user


def _get_for(session: Session, operator: Operator, user_id: UUID) -> User:
    """Both are locked, in one order: of two operators who shut each other out at the same moment, the later
    one is an operator no more, and one of them is left."""
    people = sorted({user_id, *([operator.id] if operator.id else [])})
    query = select(User).where(col(User.id).in_(people)).order_by(col(User.id)).with_for_update()
    found = {user.id: user for user in session.exec(query, execution_options={"populate_existing": True})}
    if operator.id is not None:
        acting = found.get(operator.id)
        if acting is None or acting.role != Role.OPERATOR or acting.suspended_at is not None:
            raise Refused("You are no longer an operator.")
    if user_id not in found:
        raise NotFound("There is no such person.")
    return found[user_id]
