"""Sign-up and sign-in: a user is found or made, by the provider's word or in local mode by a name alone.

For unscoped sessions: nobody is known yet.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from echoes.accounts import sign_in_policy
from echoes.accounts.redirects import SIGN_IN_PROBLEMS
from echoes.credits import rewards
from echoes.errors import BadInput, Refused
from echoes.models import Role, User
from echoes.settings import Settings
from echoes.text.validation import JOINERS, is_shown

LOCAL_ISSUER = "local"
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Identity:
    """What the provider says of somebody. Only issuer and subject say who it is: addresses change hands."""

    issuer: str
    subject: str
    name: str
    email: str | None = None
    """Confirmed."""
    picture_url: str | None = None


def sign_in_locally(session: Session, settings: Settings, name: str, invitation: str = "") -> User:
    """The same name is the same person. Only for local mode: it asks for no proof."""
    if not settings.is_local:
        raise Refused(SIGN_IN_PROBLEMS["closed"])
    name = clean_name(name)
    return find_or_create_user(session, settings, Identity(LOCAL_ISSUER, name.casefold(), name), invitation)


def find_or_create_user(
    session: Session, settings: Settings, identity: Identity, invitation: str = ""
) -> User:
    """The user, known or new; raises SignInFailed. `invitation` is a friend's code, or anything."""
    user = _find(session, identity) or _sign_up(session, settings, identity, invitation)
    sign_in_policy.check(user)
    if identity.issuer != LOCAL_ISSUER:
        user.email, user.picture_url = identity.email, identity.picture_url
    if sign_in_policy.is_operator(settings, identity.email):
        user.role = Role.OPERATOR
    session.flush()
    return user


def clean_name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not is_shown(name):
        raise BadInput(SIGN_IN_PROBLEMS["name"])
    return name


def _find(session: Session, identity: Identity) -> User | None:
    same = select(User).where(col(User.issuer) == identity.issuer, col(User.subject) == identity.subject)
    return session.exec(same).one_or_none()


def _sign_up(session: Session, settings: Settings, identity: Identity, invitation: str) -> User:
    """Two tabs of a newcomer may come back at the same time: the first one signs up."""
    user = User(
        issuer=identity.issuer,
        subject=identity.subject,
        name=_usable_name(identity.name),
        email=identity.email,
        role=Role.OPERATOR if settings.is_local and _is_first(session) else Role.MEMBER,
        referred_by_id=_referrer(session, identity, invitation),
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        if earlier := _find(session, identity):
            return earlier
        raise
    rewards.on_sign_up(session, user)
    return user


def _usable_name(name: str) -> str:
    """As much of it as can be shown; a person may change it."""
    kept = "".join(letter if letter.isprintable() or letter in JOINERS else " " for letter in name)
    shown = " ".join(kept.split())
    name = shown[:LONGEST_NAME].strip()
    return name if is_shown(name) else "Somebody"


def _is_first(session: Session) -> bool:
    return session.exec(select(User.id).limit(1)).first() is None


def _referrer(session: Session, identity: Identity, invitation: str) -> UUID | None:
    """Nobody invites themselves, by way of another provider either."""
    if not invitation:
        return None
    friend = session.exec(select(User).where(col(User.referral_code) == invitation.lower())).one_or_none()
    if friend is None or (identity.email and identity.email.casefold() == (friend.email or "").casefold()):
        return None
    return friend.id
