"""Sign-in by e-mail link, and confirming the address of an account.

Asking for a link tells nobody whether there is an account: the answer, and the work behind it, are the same.
For unscoped sessions.
"""

from uuid import UUID

from sqlmodel import Session, col, func, select

from echoes.accounts import sign_in_policy, sign_up
from echoes.accounts.links import sign_in_links
from echoes.accounts.passkeys.challenges import hash_of
from echoes.accounts.redirects import SignInFailed
from echoes.accounts.sign_in_methods import BY_EMAIL, owns_address, require_recent_sign_in
from echoes.accounts.sign_up import Codes, Identity
from echoes.errors import NotFound, Refused
from echoes.mail import messages
from echoes.mail import service as mail
from echoes.mail.addresses import clean_address
from echoes.models import MailKind, Role, SignInLink, SignInLinkKind, User
from echoes.rate_limits.limiter import get_rate_limiter
from echoes.settings import Settings
from echoes.settings.sections.mail import is_mail_on
from echoes.settings.sections.sign_in import EMAIL, sign_in_ways


def is_on(settings: Settings) -> bool:
    return EMAIL in sign_in_ways(settings) and is_mail_on(settings)


def ask(session: Session, settings: Settings, typed: str, codes: Codes, browser: str, target: str) -> None:
    """Sends a link, if this address may get one. Raises BadInput, TooOften and NotFound."""
    if not is_on(settings):
        raise NotFound("Sign-in by e-mail is not switched on here.")
    address = _counted(typed)
    link = sign_in_links.make(
        session, SignInLinkKind.EMAIL, email=address, target=target, invitation=codes.invitation,
        browser_hash=hash_of(browser.encode("utf-8", "surrogatepass")),
    )  # fmt: skip
    is_wanted = _find(session, address) is not None or _may_join(session, settings, codes, address)
    content = messages.sign_in(link.id, sign_in_links.PATH)
    mail.request(session, MailKind.SIGN_IN, address, content, once=f"{link.id}", is_wanted=is_wanted)


def ask_to_confirm(session: Session, user_id: UUID, typed: str, token: str | None) -> None:
    """A mail to the new address of an account, which counts once its link is followed. Raises ConfirmFirst,
    and Refused where the sign-in service says the address."""
    require_recent_sign_in(session, token)
    _require_own_address(session.get_one(User, user_id))
    address = _counted(typed)
    link = sign_in_links.make(session, SignInLinkKind.CONFIRM, user_id, email=address)
    content = messages.confirm(link.id, sign_in_links.PATH)
    mail.request(session, MailKind.CONFIRM, address, content, once=f"{link.id}", owner_id=user_id)


def user_of(session: Session, settings: Settings, link: SignInLink, referral: str = "") -> User:
    """Who follows the link: whoever has this address, or somebody new, by the invitation that they brought.
    Raises SignInFailed. That the link arrived confirms the address."""
    if (user := _find(session, link.email)) is None:
        identity = Identity(BY_EMAIL, link.email.lower(), link.email.partition("@")[0], link.email)
        user = sign_up.find_or_create_user(session, settings, identity, Codes(link.invitation, referral))
    sign_in_policy.check(user)
    if sign_in_policy.is_operator(settings, link.email):
        user.role = Role.OPERATOR
    return user


def confirm(session: Session, link: SignInLink, user_id: UUID) -> User:
    """The address is its person's from now on; raises SignInFailed for anybody else."""
    user = session.get(User, user_id, with_for_update=True)
    if user is None or link.user_id != user_id or not owns_address(user):
        raise SignInFailed("link")
    sign_in_policy.check(user)
    user.email = link.email
    if user.issuer == BY_EMAIL:
        # Known by their old address no more: addresses change hands.
        user.subject = f"{user.id}"
    user.revision += 1  # Open tabs see it.
    return user


def _require_own_address(user: User) -> None:
    """A mailbox of their own would let people in after their sign-in service does not any more."""
    if not owns_address(user):
        raise Refused("Your e-mail address comes from your sign-in service. Please change it there.")


def _counted(typed: str) -> str:
    """The address, unless too many mails were asked for to it."""
    address, limiter = clean_address(typed), get_rate_limiter()
    limiter.count(limiter.limits.email_link, address.casefold())
    return address


def _may_join(session: Session, settings: Settings, codes: Codes, address: str) -> bool:
    try:
        sign_up.check_may_join(session, settings, codes, address)
    except SignInFailed:
        return False
    return True


def _find(session: Session, address: str) -> User | None:
    """Of several with one address, by different services, the one who came first."""
    same = select(User).where(func.lower(col(User.email)) == address.lower())
    return session.exec(same.order_by(col(User.id)).limit(1)).first()
