"""A person's account: name, credits, invitation, browsers that are signed in, and the ways out."""

from dataclasses import dataclass
from urllib.parse import urlsplit

import reflex as rx

from echoes import operator_settings
from echoes.accounts import profile
from echoes.database import UserSession
from echoes.models import now
from echoes.operator_settings import Rewards
from echoes.pages.common.following import follow
from echoes.pages.common.state import Visit, text_of, uuid_of, vars_of
from echoes.privacy import deletion
from echoes.settings import get_settings
from echoes.text.formatting import ago, counted, day

GOOGLES_PICTURES = ".googleusercontent.com"


@dataclass(frozen=True)
class SignedInBrowser:
    id: str
    device: str
    seen: str
    is_here: bool


@dataclass(frozen=True)
class Account:
    name: str = ""
    email: str = ""
    picture: str = ""
    invitation: str = ""
    reward: str = ""
    """What both get, in words; empty when operators give nothing."""
    deletes_on: str = ""


class AccountState(Visit):
    account: Account = Account()
    browsers: list[SignedInBrowser] = []
    is_loaded: bool = False
    is_renaming: bool = False
    is_leaving: bool = False

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        async with self:
            self.is_renaming = self.is_leaving = False
            user_id = self._signed_in()
            if "often" in self.router.url.query_parameters:
                self._say("You have fetched your data several times within the hour. Please try again later.")
        await follow(self, ("user", user_id), self._refresh)

    async def _refresh(self) -> bool:
        account, browsers = await self._look(account_of, self._token())
        self._show(account=account, browsers=browsers, is_loaded=True)
        self._show(person=account.name, deletes_on=account.deletes_on)
        return True

    @rx.event
    def ask_name(self) -> None:
        self.is_renaming, self.notice = True, ""

    @rx.event
    async def rename(self, form: dict[str, str]) -> None:
        await self._act(profile.rename, text_of(form, "person_name"))
        self.is_renaming = False
        await self._refresh()

    @rx.event
    async def sign_out_one(self, session_id: str) -> None:
        await self._act(profile.sign_out_one, uuid_of(session_id))
        await self._refresh()

    @rx.event
    async def sign_out_others(self) -> None:
        await self._act(profile.sign_out_others, self._token())
        await self._refresh()
        self._say("Every other browser is signed out.")

    @rx.event
    def ask_to_leave(self) -> None:
        self.is_leaving, self.notice = True, ""

    @rx.event
    async def leave(self, form: dict[str, str]) -> None:
        await self._act(deletion.ask, text_of(form, "confirmation"))
        self.is_leaving = False
        await self._refresh()

    @rx.event
    async def stay(self) -> None:
        await self._act(deletion.undo)
        await self._refresh()
        self._say("Your account stays, with everything in it.")

    @rx.event
    def close(self) -> None:
        self.is_renaming, self.is_leaving, self.notice = False, False, ""


shown = vars_of(AccountState)


def account_of(session: UserSession, token: str | None) -> tuple[Account, list[SignedInBrowser]]:
    user, moment = session.user, now()
    account = Account(
        name=user.name,
        email=user.email or "",
        picture=_picture(user.picture_url),
        invitation=f"{get_settings().public_url.rstrip('/')}/r/{user.referral_code}",
        reward=_reward(operator_settings.read(session, Rewards)),
        deletes_on=day(user.deletes_at) if user.deletes_at else "",
    )
    browsers = [
        SignedInBrowser(str(one.id), one.device, ago(one.seen_at, moment), one.is_here)
        for one in profile.signed_in(session, token)
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
    if yours and yours == theirs:
        return f"When a friend buys credits for the first time, you both get {counted(yours, 'credit')}."
    parts = [
        f"{who} {counted(count, 'credit')}"
        for who, count in (("you get", yours), ("your friend gets", theirs))
        if count
    ]
    return f"When a friend buys credits for the first time, {' and '.join(parts)}." if parts else ""
