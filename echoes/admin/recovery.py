"""A recovery link for somebody who has lost every way in: single-use, for a day, in the audit log."""

from uuid import UUID

from sqlmodel import Session

from echoes.accounts.links import sign_in_links
from echoes.admin.audit import Operator, reason_of, record
from echoes.errors import NotFound, Refused
from echoes.models import SignInLinkKind, User


def make_link(session: Session, operator: Operator, user_id: UUID, reason: str) -> str:
    """Its address, told once. Whoever opens it is that person: an operator gives it to nobody else."""
    if (user := session.get(User, user_id, with_for_update=True)) is None:
        raise NotFound("There is no such person.")
    if user.suspended_at is not None:
        raise Refused("This person is suspended. Reinstate them first.")
    link = sign_in_links.make(session, SignInLinkKind.RECOVERY, user_id)
    record(
        session, operator, "recovery_link", user_id, after={"ends": link.expires_at.isoformat()},
        reason=reason_of(reason),
    )  # fmt: skip
    return sign_in_links.address_of(link.id)
