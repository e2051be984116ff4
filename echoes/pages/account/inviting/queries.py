"""Queries of inviting others: what a person may do here, and what became of their invitations."""

from dataclasses import dataclass, field
from datetime import datetime

from echoes.accounts import sign_in_policy
from echoes.accounts.invitations import mail as invitation_mail
from echoes.accounts.invitations import service as invitations
from echoes.accounts.invitations.service import address_of
from echoes.database import UserSession
from echoes.models import Invitation, now
from echoes.settings import get_settings
from echoes.settings.sections.mail import is_mail_on

LINES = 20


@dataclass(frozen=True)
class SentInvitation:
    id: str
    name: str
    state: str
    is_open: bool


@dataclass(frozen=True)
class Inviting:
    is_open: bool = False
    """Whether a friend who is sent here needs no invitation."""
    may_invite: bool = False
    can_mail: bool = False
    sent: list[SentInvitation] = field(default_factory=list)


def read_inviting(session: UserSession) -> Inviting:
    rules, moment = sign_in_policy.rules_of(session, get_settings()), now()
    return Inviting(
        is_open=rules.policy == "open",
        may_invite=invitations.may_invite(session, rules),
        can_mail=is_mail_on(get_settings()),
        sent=[_view(one, moment) for one in invitations.made_by_me(session, LINES)],
    )


def invite(session: UserSession, name: str, email: str) -> str:
    """The link, told this once; sent to an address, if there is one."""
    code = invitations.invite(session, sign_in_policy.rules_of(session, get_settings()), name)
    if email.strip():
        invitation_mail.send(session, session.user_id, session.user.name, code, email)
    return address_of(code)


def _view(invitation: Invitation, moment: datetime) -> SentInvitation:
    is_over = invitation.expires_at is not None and invitation.expires_at <= moment
    if invitation.revoked_at is not None:
        state = "Taken back"
    elif invitation.uses >= invitation.most_uses:
        state = "Joined"
    else:
        state = "Ended" if is_over else "Open"
    return SentInvitation(str(invitation.id), invitation.name or "Somebody", state, state == "Open")
