"""Who may join: the rules of sign-up and all invitations, as an operator sees and makes them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from echoes.accounts import sign_in_policy
from echoes.accounts.invitations import mail as invitation_mail
from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import PAGE, InvitationTerms
from echoes.admin import pricing
from echoes.admin.audit import Operator, record
from echoes.errors import BadInput
from echoes.models import Invitation, User
from echoes.operator_settings import SignUpRules
from echoes.settings import get_settings
from echoes.settings.sections.sign_in import domains_in


def rules(session: Session) -> SignUpRules:
    """As they hold, with what operators left open as the environment says."""
    return sign_in_policy.rules_of(session, get_settings())


def save_rules(
    session: Session,
    operator: Operator,
    values: Mapping[str, Any],
    note: str = "",
    based_on: int | None = None,
) -> SignUpRules:
    """Raises BadInput, and Outdated when another operator was faster."""
    changes = dict(values) | {"domains": domains_in(str(values.get("domains", "")))}
    saved = pricing.change(session, operator, SignUpRules, changes, note, based_on)
    hold = rules(session)
    if hold.policy == "domains" and not hold.domains:
        raise BadInput("Please name the domains whose addresses may join.")
    return saved


def create(session: Session, operator: Operator, terms: InvitationTerms, email: str = "") -> str:
    """Its code, which nobody can read again; sent to an address, if there is one."""
    invitation, code = invitations.create(session, terms, operator.id)
    facts = invitation.model_dump(mode="json", include={"most_uses", "credits", "role", "expires_at"})
    record(session, operator, "invite", invitation.id, after=facts)
    if email.strip():
        invitation_mail.send(session, operator.id, operator.name, code, email)
    return code


def revoke(session: Session, operator: Operator, invitation_id: UUID) -> None:
    was = session.get(Invitation, invitation_id)
    if was is not None and was.revoked_at is not None:
        return
    revoked = invitations.revoke(session, invitation_id)
    record(session, operator, "revoke invitation", revoked.id, after={"uses": revoked.uses})


def listed(
    session: Session, before: UUID | None = None, limit: int = PAGE
) -> list[tuple[Invitation, User | None]]:
    """With who made each; newest first, paged by key."""
    query = select(Invitation, User).join(User, col(User.id) == col(Invitation.owner_id), isouter=True)
    if before is not None:
        query = query.where(col(Invitation.id) < before)
    found = session.exec(query.order_by(col(Invitation.id).desc()).limit(limit))
    return [(invitation, maker) for invitation, maker in found]


def joined_by(session: Session, invitation_ids: list[UUID], most: int = 5) -> dict[UUID, list[User]]:
    """The newest people who came by each."""
    place = sa.func.row_number().over(partition_by=col(User.invitation_id), order_by=col(User.id).desc())
    numbered = (
        select(col(User.id).label("id"), place.label("place"))
        .where(col(User.invitation_id).in_(invitation_ids))
        .subquery()
    )
    people = select(User).join(numbered, numbered.c.id == col(User.id)).where(numbered.c.place <= most)
    found: dict[UUID, list[User]] = {}
    for user in session.exec(people.order_by(col(User.id).desc())):
        if user.invitation_id is not None:
            found.setdefault(user.invitation_id, []).append(user)
    return found
