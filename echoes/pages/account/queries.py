"""Queries of the account page."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from echoes import operator_settings
from echoes.accounts import profile
from echoes.database import UserSession
from echoes.models import now
from echoes.operator_settings import Rewards
from echoes.settings import get_settings
from echoes.text.formatting import date_in_words, pluralize, time_ago

GOOGLES_PICTURES = ".googleusercontent.com"


@dataclass(frozen=True)
class SignedInBrowser:
    id: str
    device: str
    seen: str
    is_here: bool


@dataclass(frozen=True)
class AccountViewModel:
    name: str = ""
    email: str = ""
    picture: str = ""
    invitation: str = ""
    reward: str = ""
    """What both get, in words; empty when operators give nothing."""
    deletes_on: str = ""


def read_account(session: UserSession, token: str | None) -> tuple[AccountViewModel, list[SignedInBrowser]]:
    user, moment = session.user, now()
    account = AccountViewModel(
        name=user.name,
        email=user.email or "",
        picture=_picture(user.picture_url),
        invitation=f"{get_settings().public_url.rstrip('/')}/r/{user.referral_code}",
        reward=_reward(operator_settings.read(session, Rewards)),
        deletes_on=date_in_words(user.deletes_at) if user.deletes_at else "",
    )
    browsers = [
        SignedInBrowser(str(one.id), one.device, time_ago(one.seen_at, moment), one.is_here)
        for one in profile.browser_sessions(session, token)
    ]
    return account, browsers


def _picture(address: str | None) -> str:
    """Only from where our policy lets browsers load it (`web.headers`): the sign-in service itself, or where
    Google keeps them."""
    try:
        picture = urlsplit(address or "")
    except ValueError:
        return ""  # Whatever they sent, it is no address.
    issuer = urlsplit(get_settings().oidc_issuer)
    is_google = picture.scheme == "https" and (picture.hostname or "").endswith(GOOGLES_PICTURES)
    is_theirs = (picture.scheme, picture.netloc) == (issuer.scheme, issuer.netloc)
    return address or "" if is_google or is_theirs else ""


def _reward(rewards: Rewards) -> str:
    yours, theirs = rewards.referral_referrer, rewards.referral_friend
    if not get_settings().has_shop:
        return ""  # Friends cannot buy, so there is nothing to be rewarded for.
    if yours and yours == theirs:
        return f"When a friend buys credits for the first time, you both get {pluralize(yours, 'credit')}."
    parts = [
        f"{who} {pluralize(count, 'credit')}"
        for who, count in (("you get", yours), ("your friend gets", theirs))
        if count
    ]
    return f"When a friend buys credits for the first time, {' and '.join(parts)}." if parts else ""
