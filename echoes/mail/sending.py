"""Send a mail: a job that tries again for as long as it is of use, and hands no message over twice.

SMTP has no transactions: between a message's last line and the server's answer nobody can know whether it was
taken. The row remembers that moment before it comes. A mail that is lost in it ends as "unknown" and is not
sent again (at most once); whatever goes wrong before it is tried again, because nothing was taken.
"""

import asyncio
import logging
from asyncio import sleep
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from functools import partial
from typing import Any, TypedDict
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from echoes.database import get_database
from echoes.errors import brief
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.names import JobName
from echoes.mail.base import MailError, MailRefused, MailUnknown, get_mailer
from echoes.mail.composing import compose
from echoes.mail.unsubscribing import is_wanted
from echoes.models import Invitation, Mail, MailKind, MailStatus, now
from echoes.models.accounts.invitations import is_open

BACKOFF_SECONDS = (10.0, 60.0, 300.0, 900.0, 3600.0, 10_800.0)
"""The last one again and again, until the mail is of no use any more."""
CONNECTIONS = ThreadPoolExecutor(4, thread_name_prefix="mail")
"""Of this process: servers dislike many, and one that says nothing for half a minute holds up mails alone."""
KEPT = timedelta(days=30)
TAKEN_OVER = "another worker has handed it over"
INTERRUPTED = "the process ended while the server was about to answer"

logger = logging.getLogger(__name__)


class MailOutcome(TypedDict):
    """Of one attempt: `status` is empty when it is tried again."""

    status: str
    failure: str


class SendMail(Job):
    name = JobName.SEND_MAIL
    subject_is = "mail"

    async def run(self, steps: Steps, subject: str) -> None:
        outcome, failed_attempts = await steps.step(attempt, subject), 0
        while not outcome["status"]:
            outcome = await steps.step(attempt, subject, backoff_seconds(failed_attempts))
            failed_attempts += 1
        await steps.transaction(settle, subject, outcome)

    def settle_given_up(self, session: Session, subject: str) -> bool:
        return settle(session, subject, _ended(MailStatus.FAILED, "its job was given up"))


def backoff_seconds(failed_attempts: int) -> float:
    return BACKOFF_SECONDS[min(failed_attempts, len(BACKOFF_SECONDS) - 1)]


@step_name("send_mail.attempt")
async def attempt(subject: str, backoff: float = 0.0) -> MailOutcome:
    """It waits first, so that a job that begins again after a restart does not wait once more for all that it
    has tried before."""
    await sleep(backoff)
    call = partial(copy_context().run, _attempt, UUID(subject))
    return await asyncio.get_running_loop().run_in_executor(CONNECTIONS, call)


@step_name("send_mail.settle")
def settle(session: Session, subject: str, outcome: MailOutcome) -> bool:
    """Its one end. What it said is forgotten with it."""
    open_row = update(Mail).where(col(Mail.id) == UUID(subject), col(Mail.ended_at).is_(None))
    values = {"status": MailStatus(outcome["status"]), "failure": outcome["failure"], "content": {}}
    return bool(session.exec(open_row.values(ended_at=now(), **values)).rowcount)


def forget_old(session: Session) -> None:
    """Housekeeping: an address is kept no longer than somebody may ask about it."""
    session.exec(delete(Mail).where(col(Mail.ended_at) < now() - KEPT))


def _attempt(mail_id: UUID) -> MailOutcome:
    with get_database().reading() as session:
        mail = session.get(Mail, mail_id)
        if (over := _reason_to_stop(session, mail)) is not None or mail is None:
            return over or _ended(MailStatus.DROPPED)
        session.expunge(mail)
    try:
        get_mailer().send(compose(mail), mail.address, lambda: _hand_over(mail_id))
    except MailError as error:
        return _failed(mail, error)
    except Exception:
        # Whenever it was: what may have been taken is known by its row, and not handed over again.
        logger.exception("a mail (%s) failed in a way that nobody foresaw", mail.kind)
        return _ended("")
    return _ended(MailStatus.SENT)


def _reason_to_stop(session: Session, mail: Mail | None) -> MailOutcome | None:
    if mail is None or mail.ended_at is not None:
        return _ended(MailStatus.DROPPED)
    if mail.handed_over_at is not None:
        return _ended(MailStatus.UNKNOWN, INTERRUPTED)
    if mail.expires_at <= now():
        return _ended(MailStatus.FAILED, mail.failure or "it came too late")
    is_of_use = is_wanted(session, mail) and not _is_taken_back(session, mail)
    return None if is_of_use else _ended(MailStatus.DROPPED)


def _is_taken_back(session: Session, mail: Mail) -> bool:
    """An invitation that nobody can use any more: revoked, for instance, while the mail server was away."""
    known = select(Invitation.id).where(col(Invitation.code_hash) == mail.once.partition(":")[2], ~is_open())
    return mail.kind == MailKind.INVITATION and session.exec(known).first() is not None


def _failed(mail: Mail, error: MailError) -> MailOutcome:
    logger.warning("a mail (%s) was not sent: %s", mail.kind, brief(error.reason))
    if isinstance(error, MailUnknown):
        return _ended(MailStatus.UNKNOWN, error.reason)
    if isinstance(error, MailRefused):
        return _ended(MailStatus.FAILED, error.reason)
    _write(mail.id, handed_over_at=None, attempts=Mail.attempts + 1, failure=error.reason)
    return _ended("")


def _hand_over(mail_id: UUID) -> None:
    """Raises MailUnknown when somebody else was here before: one that was thought dead, for instance."""
    first = update(Mail).where(
        col(Mail.id) == mail_id, col(Mail.handed_over_at).is_(None), col(Mail.ended_at).is_(None)
    )
    with get_database().unscoped() as session:
        if not session.exec(first.values(handed_over_at=now())).rowcount:
            raise MailUnknown(TAKEN_OVER)


def _write(mail_id: UUID, **values: Any) -> None:
    """A server that said no has taken nothing: the mail may be handed over again."""
    with get_database().unscoped() as session:
        session.exec(update(Mail).where(col(Mail.id) == mail_id).values(**values))


def _ended(status: str, failure: str = "") -> MailOutcome:
    return MailOutcome(status=status, failure=failure)
