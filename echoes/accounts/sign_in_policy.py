"""Sign-in policy: who may sign in, who may join, and which e-mail addresses make an operator.

A rule about addresses or domains belongs here. Every sign-in asks `check`, of known people too;
`check_newcomer` is asked of people who are not here yet.
"""

from dataclasses import dataclass

from sqlmodel import Session

from echoes import operator_settings
from echoes.accounts.redirects import SignInFailed
from echoes.models import User
from echoes.operator_settings import SignUpRules
from echoes.settings import Settings
from echoes.settings.sections.sign_in import domains_in


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is known of somebody who wants to join."""

    email: str | None
    """Confirmed."""
    is_invited: bool
    has_code: bool = False
    """Whether they came with the code of an invitation, good or not."""
    is_first: bool = False
    """Whether nobody is here yet."""


def check(user: User) -> None:
    """Raises SignInFailed. The user's address has been confirmed by the provider, if there is one."""
    if user.suspended_at is not None:
        raise SignInFailed("suspended")


def check_newcomer(session: Session, settings: Settings, newcomer: Newcomer) -> None:
    """Raises SignInFailed. Operators by ECHOES_ADMIN_EMAILS need nobody's invitation, nor does the first
    person on one's own computer."""
    rules = rules_of(session, settings)
    if rules.policy == "open" or newcomer.is_invited or is_operator(settings, newcomer.email):
        return
    if newcomer.is_first and settings.is_local:
        return
    if rules.policy == "domains" and domain_of(newcomer.email) in rules.domains:
        return
    if newcomer.has_code:
        raise SignInFailed("invitation")
    raise SignInFailed("domain" if rules.policy == "domains" else "uninvited")


def rules_of(session: Session, settings: Settings) -> SignUpRules:
    """As operators set them, and what they left open as the environment says."""
    rules = operator_settings.read(session, SignUpRules)
    environment = {
        "policy": rules.policy or settings.sign_up,
        "domains": rules.domains or domains_in(settings.sign_up_domains),
    }
    return rules.model_copy(update=environment)


def is_operator(settings: Settings, email: str | None) -> bool:
    """Whether this confirmed address is one of `ECHOES_ADMIN_EMAILS`."""
    operators = {_folded(address.strip()) for address in settings.admin_emails.split(",") if address.strip()}
    return bool(email) and _folded(str(email)) in operators


def domain_of(email: str | None) -> str:
    """What stands behind the one @; of letters beyond ASCII nothing, because there several look alike."""
    name, _, domain = (email or "").partition("@")
    return domain.lower() if name and domain.isascii() and "@" not in domain else ""


def _folded(address: str) -> str:
    """Without capitals. Of letters beyond ASCII several become one: there, nobody passes for an operator."""
    return address.casefold() if address.isascii() else address
