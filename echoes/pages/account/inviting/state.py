"""State of inviting others: invitations made and taken back, on the account page."""

import reflex as rx

from echoes.accounts.invitations import service as invitations
from echoes.pages.account.inviting.queries import Inviting, invite, read_inviting
from echoes.pages.common.following import follow
from echoes.pages.common.state import PageState, text_of, uuid_of


class InvitingState(PageState):
    inviting: Inviting = Inviting()
    made: str = ""
    """The link of the invitation that was just made: nobody can read it again."""
    is_loaded: bool = False

    @rx.event(background=True, supersedes=True)
    async def watch(self) -> None:
        """For the on_load of the page that shows the section."""
        async with self:
            person, self.made = self._signed_in(), ""
        await follow(self, ("user", person), self._refresh)

    async def _refresh(self) -> bool:
        self._show(inviting=await self._look(read_inviting), is_loaded=True)
        return True

    @rx.event
    async def invite(self, form: dict[str, str]) -> None:
        invitee = text_of(form, "invitee")
        self.made = await self._act(invite, invitee, str(form.get("email", "")))
        await self._refresh()

    @rx.event
    async def take_back(self, invitation_id: str) -> None:
        await self._act(invitations.revoke, uuid_of(invitation_id))
        self.made = ""
        await self._refresh()
        self._toast("Nobody can join by this invitation any more.")
