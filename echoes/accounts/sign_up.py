"""Sign-up and sign-in: a user is found or made, by the provider's word or in local mode by a name alone.

For unscoped sessions: nobody is known yet.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from echoes.accounts import sign_in_policy
from echoes.accounts.invitations import service as invitations
from echoes.accounts.redirects import SIGN_IN_PROBLEMS, SignInFailed
from echoes.accounts.service import token_hash
from echoes.accounts.sign_in_policy import Newcomer
from echoes.credits import rewards
from echoes.errors import BadInput, Refused
from echoes.models import Invitation, Role, User, new_token, now
from echoes.settings import Settings
from echoes.settings.sections.sign_in import OPENID, sign_in_ways
from echoes.text.validation import JOINERS, is_shown

LOCAL_ISSUER = "local"
INVITED_ISSUER = "invitation"
"""Of people who joined by an invitation alone."""
LONGEST_NAME = 60
TWO_TAPS = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the provider says of somebody. Only issuer and subject say who it is: addresses change hands."""

    issuer: str
    subject: str
    name: str
    email: str | None = None
    """Confirmed."""
    picture_url: str | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """With what somebody came; as it came from outside, so it may be anything."""

    invitation: str = ""
    """To sign up."""
    referral: str = ""
    """A friend's."""


NO_CODES = Codes()


def sign_in_locally(session: Session, settings: Settings, name: str, codes: Codes = NO_CODES) -> User:
    """The same name is the same person. Only for local mode: it asks for no proof."""
    if not settings.is_local:
        raise Refused(SIGN_IN_PROBLEMS["closed"])
    name = clean_name(name)
    return find_or_create_user(session, settings, Identity(LOCAL_ISSUER, name.casefold(), name), codes)


def join_by_name(session: Session, settings: Settings, name: str, codes: Codes, form: str = "") -> User:
    """A new person by an invitation alone: where there is neither a sign-in service nor local mode. The same
    `form`, sent twice by two quick taps, makes one person. Raises SignInFailed."""
    if not is_by_invitation_alone(settings):
        raise SignInFailed("closed")
    identity = Identity(INVITED_ISSUER, token_hash(form or new_token()), clean_name(name))
    known = _find(session, identity)
    if known is None and invitations.find_open(session, codes.invitation) is None:
        raise SignInFailed("invitation" if codes.invitation else "uninvited")
    if known is not None and known.created_at < now() - TWO_TAPS:
        raise SignInFailed("expired")
    return find_or_create_user(session, settings, identity, codes)


def is_by_invitation_alone(settings: Settings) -> bool:
    """Whether there is no other way in, by which somebody could come back."""
    others = sign_in_ways(settings) - {OPENID}
    return not (settings.is_local or settings.oidc_client_id.strip() or others)


def find_or_create_user(
    session: Session, settings: Settings, identity: Identity, codes: Codes = NO_CODES
) -> User:
    """The user, known or new; raises SignInFailed."""
    user = _find(session, identity) or _sign_up(session, settings, identity, codes)
    sign_in_policy.check(user)
    if identity.issuer not in (LOCAL_ISSUER, INVITED_ISSUER):
        user.email, user.picture_url = identity.email, identity.picture_url
    if sign_in_policy.is_operator(settings, identity.email):
        user.role = Role.OPERATOR
    session.flush()
    return user


def check_may_join(
    session: Session, settings: Settings, codes: Codes, email: str | None = None
) -> tuple[Invitation | None, Newcomer]:
    """Whether somebody new with these codes may; raises SignInFailed."""
    invitation = invitations.find_open(session, codes.invitation)
    newcomer = Newcomer(
        email,
        is_invited=invitation is not None,
        has_code=bool(codes.invitation),
        is_first=_is_first(session),
    )
    sign_in_policy.check_newcomer(session, settings, newcomer)
    return invitation, newcomer


def clean_name(name: str) -> str:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not is_shown(name):
        raise BadInput(SIGN_IN_PROBLEMS["name"])
    return name


def _find(session: Session, identity: Identity) -> User | None:
    same = select(User).where(col(User.issuer) == identity.issuer, col(User.subject) == identity.subject)
    return session.exec(same).one_or_none()


def _sign_up(session: Session, settings: Settings, identity: Identity, codes: Codes) -> User:
    """Two tabs of a newcomer may come back at the same time: the first one signs up. Raises SignInFailed."""
    invitation, newcomer = check_may_join(session, settings, codes, identity.email)
    user = User(
        issuer=identity.issuer,
        subject=identity.subject,
        name=_usable_name(identity.name),
        email=identity.email,
        role=Role.OPERATOR if settings.is_local and newcomer.is_first else Role.MEMBER,
        referred_by_id=_referrer(session, identity, codes.referral),
    )
    try:
        with session.begin_nested():
            session.add(user)
    except IntegrityError:
        if earlier := _find(session, identity):
            return earlier
        raise
    if invitation is not None and not invitations.redeem(session, invitation, user):
        # Others were faster. Whoever may join without an invitation does.
        sign_in_policy.check_newcomer(session, settings, replace(newcomer, is_invited=False))
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


def _referrer(session: Session, identity: Identity, code: str) -> UUID | None:
    """Nobody refers themselves, by way of another provider either."""
    if not code:
        return None
    friend = session.exec(select(User).where(col(User.referral_code) == code.lower())).one_or_none()
    if friend is None or (identity.email and identity.email.casefold() == (friend.email or "").casefold()):
        return None
    return friend.id
