"""State of the account page: a person's account: name, credits, invitation, browsers that are signed
in, and the ways out.
"""

import reflex as rx

from echoes.accounts import profile
from echoes.errors import TooOften
from echoes.pages.account.queries import AccountViewModel, SignedInBrowser, read_account
from echoes.pages.common.following import follow
from echoes.pages.common.state import PageState, text_of, uuid_of
from echoes.privacy import deletion


class AccountState(PageState):
    account: AccountViewModel = AccountViewModel()
    browsers: list[SignedInBrowser] = []
    is_loaded: bool = False
    is_renaming: bool = False
    is_leaving: bool = False

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        async with self:
            self.is_renaming = self.is_leaving = False
            user_id = self._signed_in()
            if self.router.url.query_parameters.get("problem") == TooOften.code:
                self._toast("You have downloaded your data several times this hour. Please try again later.")
        await follow(self, ("user", user_id), self._refresh)

    async def _refresh(self) -> bool:
        account, browsers = await self._look(read_account, self._token())
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
        self._toast("Every other browser has been signed out.")

    @rx.event
    def ask_to_leave(self) -> None:
        self.is_leaving, self.notice = True, ""

    @rx.event
    async def leave(self, form: dict[str, str]) -> None:
        await self._act(deletion.request_deletion, text_of(form, "confirmation"))
        self.is_leaving = False
        await self._refresh()

    @rx.event
    async def stay(self) -> None:
        await self._act(deletion.cancel_deletion)
        await self._refresh()
        self._toast("Your account stays, and so does everything in it.")

    @rx.event
    def close(self) -> None:
        self.is_renaming, self.is_leaving, self.notice = False, False, ""
