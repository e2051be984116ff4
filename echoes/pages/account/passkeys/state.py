"""State of how a person signs in: passkeys made, named and removed, and recovery codes."""

import reflex as rx

from echoes.accounts.passkeys import recovery_codes, service
from echoes.accounts.sign_in_methods import ConfirmFirst
from echoes.pages.account.passkeys.queries import PasskeyRow, WaysInViewModel, read_ways_in
from echoes.pages.common.following import follow
from echoes.pages.common.state import PageState, text_of, uuid_of


class PasskeysState(PageState):
    ways: WaysInViewModel = WaysInViewModel()
    passkeys: list[PasskeyRow] = []
    is_loaded: bool = False
    renaming: PasskeyRow = PasskeyRow("", "", "")
    removing: PasskeyRow = PasskeyRow("", "", "")
    codes: list[str] = []
    """Shown once, until they are put away."""

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """For the on_load of the page that shows them."""
        async with self:
            self._put_away()
            person = self._signed_in()
        await follow(self, ("user", person), self._refresh)

    async def _refresh(self) -> bool:
        ways, passkeys = await self._look(read_ways_in, self._token())
        self._show(ways=ways, passkeys=passkeys, is_loaded=True)
        return True

    @rx.event
    async def look_again(self) -> None:
        """A ceremony of the browser has ended."""
        await self._refresh()

    @rx.event
    def ask_name(self, passkey_id: str) -> None:
        self.renaming, self.notice = self._known(passkey_id), ""

    @rx.event
    async def rename(self, form: dict[str, str]) -> None:
        await self._act(service.rename, uuid_of(self.renaming.id), text_of(form, "passkey_name"))
        self._put_away()
        await self._refresh()

    @rx.event
    def ask_removal(self, passkey_id: str) -> None:
        self.removing, self.notice = self._known(passkey_id), ""

    @rx.event
    async def remove(self) -> None:
        try:
            await self._act(service.remove, uuid_of(self.removing.id), self._token())
        except ConfirmFirst:
            await self._refuse()
            raise
        self._put_away()
        await self._refresh()
        self._toast("The passkey has been removed. Your device may still offer it; you can delete it there.")

    @rx.event
    async def make_codes(self) -> None:
        try:
            codes = await self._act(recovery_codes.make, self._token())
        except ConfirmFirst:
            await self._refuse()
            raise
        self.codes = codes
        await self._refresh()

    @rx.event
    def close(self) -> None:
        self._put_away()
        self.notice = ""

    async def _refuse(self) -> None:
        """The page asks for the confirmation that is missing."""
        self._put_away()
        await self._refresh()

    def _put_away(self) -> None:
        nothing = PasskeyRow("", "", "")
        self._show(renaming=nothing, removing=nothing, codes=[])

    def _known(self, passkey_id: str) -> PasskeyRow:
        return next((one for one in self.passkeys if one.id == passkey_id), PasskeyRow("", "", ""))
