"""Queries of a person's mail."""

from dataclasses import dataclass

from echoes.accounts import sign_in_methods
from echoes.database import UserSession
from echoes.mail.messages import FOR_OPERATORS, PERSONAL
from echoes.mail.unsubscribing import unwanted
from echoes.models import Role
from echoes.settings import get_settings
from echoes.settings.sections.mail import is_mail_on


@dataclass(frozen=True)
class MailChoice:
    kind: str
    label: str
    is_wanted: bool


@dataclass(frozen=True)
class MailViewModel:
    is_shown: bool = False
    address: str = ""
    can_change: bool = False
    """Whether the address is this person's to choose, and not what the sign-in service says."""


def read_mail(session: UserSession, token: str | None) -> tuple[MailViewModel, list[MailChoice]]:
    user, refused, settings = session.user, unwanted(session), get_settings()
    offered = PERSONAL | (FOR_OPERATORS if user.role == Role.OPERATOR else {})
    can_change = sign_in_methods.owns_address(user) and sign_in_methods.is_recent_enough(session, token)
    mail = MailViewModel(is_shown=is_mail_on(settings), address=user.email or "", can_change=can_change)
    return mail, [MailChoice(kind, label, kind not in refused) for kind, label in offered.items()]
