"""Account deletion (erasure).

Leaving: asked for in words, undone within a week, and then nothing of a person is left.

What stays are books of account without a name: ledger entries and orders, whose owner and words are gone.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, delete, func, select, update

from echoes.accounts.invitations.service import forget_maker
from echoes.accounts.links import sign_in_links
from echoes.credits.payments.orders import one_at_a_time
from echoes.credits.payments.webhook import ERASED
from echoes.database import UserSession, after_commit, get_database
from echoes.errors import BadInput
from echoes.mail import service as mail
from echoes.models import (
    AuditEntry,
    CreditEntry,
    JobEvent,
    Order,
    Project,
    Take,
    Upload,
    User,
    Video,
    WebhookEvent,
    now,
)
from echoes.projects.segment_cache import forget_rendered
from echoes.storage import get_storage
from echoes.storage.references import key_columns
from echoes.takes.cancellation import cancel_all_takes
from echoes.uploads.parts import get_part_store

GRACE = timedelta(days=7)
CONFIRMATION = "delete my account"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PersonalFiles:
    """What lies outside the database."""

    keys: list[str]
    projects: list[UUID]
    uploads: list[UUID]


def request_deletion(session: UserSession, typed: str) -> datetime:
    """The moment from which everything goes. Asking again does not put it off."""
    if " ".join(typed.split()).casefold() != CONFIRMATION:
        raise BadInput(f"To be sure, please type “{CONFIRMATION}”.")
    deletes_at = session.user.deletes_at or now() + GRACE
    _set(session, deletes_at)
    return deletes_at


def cancel_deletion(session: UserSession) -> None:
    _set(session, None)


def delete_due(moment: datetime | None = None) -> int:
    """Housekeeping: each in a transaction of its own, so that one that fails keeps no other waiting."""
    due = select(User.id).where(col(User.deletes_at) <= (moment or now()))
    with get_database().reading() as session:
        leaving = list(session.exec(due))
    return sum(_try_to_delete(user_id, moment or now()) for user_id in leaving)


def _try_to_delete(user_id: UUID, moment: datetime) -> bool:
    try:
        with get_database().unscoped() as session:
            return _delete(session, user_id, moment)
    except Exception:
        logger.exception("an account could not be deleted; it is tried again in an hour")
        return False


def _delete(session: Session, user_id: UUID, moment: datetime) -> bool:
    if not _lock(session, user_id, moment):
        return False  # They came back at the last minute.
    files = _personal_files(session, user_id)
    for project_id in files.projects:
        cancel_all_takes(session, project_id)
    mail.erase(session, user_id)
    sign_in_links.erase(session, user_id)
    _make_books_anonymous(session, user_id)
    session.exec(delete(User).where(col(User.id) == user_id))  # Whatever belongs to it goes with it.
    after_commit(session, lambda: _remove(files))
    logger.info("an account is deleted, with %d files", len(files.keys))
    return True


def _lock(session: Session, user_id: UUID, moment: datetime) -> bool:
    """In the order that all keep to, so that no two wait in a ring: payments, projects, the person."""
    one_at_a_time(session)
    projects = select(Project.id).where(col(Project.owner_id) == user_id).order_by(col(Project.id))
    session.exec(projects.with_for_update()).all()
    user = session.get(User, user_id, with_for_update=True)
    return user is not None and user.deletes_at is not None and user.deletes_at <= moment


def _personal_files(session: Session, user_id: UUID) -> PersonalFiles:
    projects = select(Project.id).where(col(Project.owner_id) == user_id)
    uploads = select(Upload.id).where(col(Upload.owner_id) == user_id)
    owned = (column for column in key_columns() if "owner_id" in column.table.c)
    keys = [key for column in owned for key in _keys(session, column, user_id)]
    return PersonalFiles(keys, list(session.exec(projects)), list(session.exec(uploads)))


def _keys(session: Session, column: "sa.Column[Any]", user_id: UUID) -> list[str]:
    return [
        key for key in session.scalars(sa.select(column).where(column.table.c.owner_id == user_id)) if key
    ]


def _make_books_anonymous(session: Session, user_id: UUID) -> None:
    """Notes name photographs, operators write down names, and the payment service told us addresses."""
    _erase_events(session, user_id)
    _erase_reasons(session, user_id)
    entries = update(CreditEntry).where(col(CreditEntry.owner_id) == user_id)
    session.exec(entries.values(owner_id=None, note=""))
    forget_maker(session, user_id)
    orders = update(Order).where(col(Order.owner_id) == user_id)
    session.exec(orders.values(owner_id=None, payment_fingerprint=None, receipt_url=None))


def _erase_events(session: Session, user_id: UUID) -> None:
    """What nobody can read any more counts as handled, however often it is delivered again."""
    orders = select(Order).where(col(Order.owner_id) == user_id)
    marks = [
        mark
        for order in session.exec(orders)
        for mark in (str(order.id), order.stripe_session_id, order.stripe_payment_id)
        if mark
    ]
    text = sa.cast(col(WebhookEvent.payload), sa.Text)
    for mark in marks:
        told = update(WebhookEvent).where(text.contains(mark, autoescape=True))
        handled = func.coalesce(col(WebhookEvent.handled_at), now())
        erased = told.values(payload=ERASED, handled_at=handled)
        session.exec(erased.execution_options(synchronize_session=False))


def _erase_reasons(session: Session, user_id: UUID) -> None:
    """That an operator did something to the account stays; what it held and why goes. Of a job that is gone
    its events tell whose it was."""
    named = ((Take, Take.id), (Video, Video.id), (JobEvent, JobEvent.subject_id))
    jobs = [select(name).where(col(table.owner_id) == user_id) for table, name in named]
    subject = col(AuditEntry.subject_id)
    told = update(AuditEntry).where(sa.or_(subject == user_id, *(subject.in_(ids) for ids in jobs)))
    erased = told.values(before={}, after={}, reason="")
    session.exec(erased.execution_options(synchronize_session=False))


def _remove(files: PersonalFiles) -> None:
    get_storage().delete(files.keys)
    for project_id in files.projects:
        forget_rendered(project_id)
    for upload_id in files.uploads:
        get_part_store().discard(upload_id)


def _set(session: UserSession, deletes_at: datetime | None) -> None:
    """Open tabs see it."""
    own = update(User).where(col(User.id) == session.user_id)
    session.exec(own.values(deletes_at=deletes_at, revision=col(User.revision) + 1))
