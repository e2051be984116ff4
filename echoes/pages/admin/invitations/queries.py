"""Queries of the page on who may join: the rules, and all invitations with their uses."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from echoes import operator_settings
from echoes.admin import invitations
from echoes.models import Invitation, Role, User, now
from echoes.operator_settings import SignUpRules
from echoes.settings import get_settings
from echoes.settings.sections.mail import is_mail_on
from echoes.text.formatting import pluralize


@dataclass(frozen=True)
class RulesViewModel:
    policy: str = "open"
    domains: str = ""
    members_invite: bool = False
    member_invitations: int = 5
    whom_to_ask: str = ""
    version: int = 0
    """That a change is based on."""
    can_mail: bool = False


@dataclass(frozen=True)
class PersonWhoJoined:
    id: str
    name: str


@dataclass(frozen=True)
class InvitationViewModel:
    id: str
    name: str
    maker: str
    uses: str
    brings: str
    ends: str
    state: str
    """`open`, or why nobody can join by it any more."""
    joined: list[PersonWhoJoined] = field(default_factory=list)


def read_rules(session: Session) -> RulesViewModel:
    rules = invitations.rules(session)
    return RulesViewModel(
        policy=rules.policy,
        domains=", ".join(rules.domains),
        members_invite=rules.members_invite,
        member_invitations=rules.member_invitations,
        whom_to_ask=rules.whom_to_ask,
        version=operator_settings.latest(session, SignUpRules),
        can_mail=is_mail_on(get_settings()),
    )


def read_invitations(session: Session, before: UUID | None, limit: int) -> list[InvitationViewModel]:
    found = invitations.listed(session, before, limit)
    joined = invitations.joined_by(session, [invitation.id for invitation, _ in found])
    return [_view(invitation, maker, joined.get(invitation.id, [])) for invitation, maker in found]


def _view(invitation: Invitation, maker: User | None, joined: list[User]) -> InvitationViewModel:
    return InvitationViewModel(
        id=str(invitation.id),
        name=invitation.name or "Without a name",
        maker=maker.name if maker else "Command line, or somebody who has left",
        uses=f"{invitation.uses} of {invitation.most_uses}",
        brings=_brings(invitation),
        ends=f"{invitation.expires_at:%-d %b %Y}" if invitation.expires_at else "never",
        state=state_of(invitation, now()),
        joined=[PersonWhoJoined(str(user.id), user.name) for user in joined],
    )


def _brings(invitation: Invitation) -> str:
    parts = [
        pluralize(invitation.credits, "credit") if invitation.credits else "",
        "operator’s role" if invitation.role == Role.OPERATOR else "",
    ]
    return ", ".join(filter(None, parts)) or "nothing"


def state_of(invitation: Invitation, moment: datetime) -> str:
    if invitation.revoked_at is not None:
        return "revoked"
    if invitation.uses >= invitation.most_uses:
        return "used up"
    return "ended" if invitation.expires_at is not None and invitation.expires_at <= moment else "open"
